// A child process of ours, held by its pidfd, so that a signal never hits another process which got
// its number.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/result.h"
#include "cluster/processes/sockets.h"

namespace tribunal::cluster {

struct ChildOptions {
  std::string program;                 // path
  std::vector<std::string> arguments;  // without the program's name
  std::string output;                  // file that its stdout and stderr are appended to
  int inherited = -1;                  // becomes its descriptor 3
  bool own_session = false;            // a terminal's signals do not reach it
};

// How a process ended: "exited with code 3", "killed by signal 9 (Killed)".
struct Ending {
  bool by_signal = false;
  int number = 0;
  std::string text() const;
};

class Child {
 public:
  static Result<Child> spawn(const ChildOptions& options);
  Child(Child&&) noexcept = default;
  Child& operator=(Child&&) noexcept = delete;
  ~Child();  // kills it, and waits for its end

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_.get(); }  // readable once it has ended
  void signal(int number);
  void wait_stopped();            // after SIGSTOP: until it stands still, or has ended
  std::optional<Ending> ended();  // without waiting
  Ending wait();                  // until it has ended

 private:
  Child(pid_t pid, FileDescriptor pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  std::optional<Ending> reap(int options);

  pid_t pid_;
  FileDescriptor pidfd_;  // none: moved from
  std::optional<Ending> ending_;
};

}  // namespace tribunal::cluster
