// The directory in which the nodes of one run keep their data and write their logs. A process of
// its own, the janitor, removes it when its owner lets go of it: also when that was killed with -9.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "cluster/processes/child.h"

namespace tribunal::cluster {

class Workspace {
 public:
  // Below `base` ("": TMPDIR, or /tmp). `program` is started as the janitor.
  static Result<Workspace> make(const std::string& base, const std::string& program);
  Workspace(Workspace&&) noexcept = default;
  Workspace& operator=(Workspace&&) noexcept = delete;
  ~Workspace();  // gone when it returns, unless kept

  const std::string& path() const { return path_; }
  std::string data(NodeId node) const;  // the directory of its log, "<path>/n1"
  std::string log(NodeId node) const;   // the file, "<path>/n1.log"
  std::string specification() const { return path_ + "/spec.icf"; }
  void keep() { keep_ = true; }

 private:
  Workspace(std::string path, FileDescriptor pipe, Child janitor)
      : path_(std::move(path)), pipe_(std::move(pipe)), janitor_(std::move(janitor)) {}

  std::string path_;
  FileDescriptor pipe_;  // its end tells the janitor to begin
  std::optional<Child> janitor_;
  bool keep_ = false;
};

// The janitor: waits for the end of descriptor 3, then removes the directory. Returns its exit
// code.
int run_janitor(const std::string& directory);

}  // namespace tribunal::cluster
