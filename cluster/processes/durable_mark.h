// The file "synced" of a log's directory: up to which byte of which file everything is durable. It
// is memory shared with the file, so that setting it costs no system call, and what was set is
// there after a SIGKILL. A power failure may bring back an older mark, which only says less.
// docs/formats.md, "The log of a replica", has the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"

namespace tribunal::cluster {

struct Mark {
  std::uint64_t number = 0;  // of the file
  std::uint64_t length = 0;  // its first bytes that are durable
  friend bool operator==(const Mark&, const Mark&) = default;
};

class DurableMark {
 public:
  // Opens the file for setting it; created when it is missing or not a mark.
  static Result<DurableMark> open(const std::string& directory);
  // The mark that stands; nullopt: there is none, or no whole one.
  static std::optional<Mark> read(const std::string& directory);

  DurableMark() = default;
  // A SIGKILL in the middle leaves the mark before.
  void set(Mark mark);

 private:
  struct Unmap {
    void operator()(std::uint64_t* words) const;
  };
  std::unique_ptr<std::uint64_t, Unmap> words_;
};

}  // namespace tribunal::cluster
