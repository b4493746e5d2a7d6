// Spawning, signals and the end of children.
#include "cluster/processes/child.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <utility>

#include <fmt/format.h>

extern "C" {  // glibc 2.36 forgets to say so itself
#include <sys/pidfd.h>
}
#include <sys/wait.h>

namespace tribunal::cluster {
namespace {

// What posix_spawn wants to know, freed again.
class SpawnActions {
 public:
  SpawnActions() {
    ::posix_spawn_file_actions_init(&files_);
    ::posix_spawnattr_init(&attributes_);
  }
  ~SpawnActions() {
    ::posix_spawn_file_actions_destroy(&files_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;

  void describe(const ChildOptions& options) {
    constexpr int inherited = 3;
    if (options.inherited >= 0)
      ::posix_spawn_file_actions_adddup2(&files_, options.inherited, inherited);
    ::posix_spawn_file_actions_addopen(&files_, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&files_, 1, options.output.c_str(),
                                       O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::posix_spawn_file_actions_adddup2(&files_, 1, 2);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    const int group = options.own_session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;
    ::posix_spawnattr_setflags(&attributes_, static_cast<short>(group | POSIX_SPAWN_SETSIGMASK));
  }
  const posix_spawn_file_actions_t* files() const { return &files_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

}  // namespace

std::string Ending::text() const {
  if (!by_signal) return fmt::format("exited with code {}", number);
  return fmt::format("killed by signal {} ({})", number, ::strsignal(number));
}

Result<Child> Child::spawn(const ChildOptions& options) {
  std::vector<std::string> words = {options.program};
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  SpawnActions actions;
  actions.describe(options);
  pid_t pid = -1;
  const int error = ::posix_spawn(&pid, options.program.c_str(), actions.files(),
                                  actions.attributes(), argv.data(), environ);
  if (error != 0) return Failure{system_error("starting " + options.program, error)};
  FileDescriptor pidfd(::pidfd_open(pid, 0));  // ours until we wait for it: it cannot be another
  if (!pidfd) {
    const int why = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return Failure{system_error("pidfd_open", why)};
  }
  return Child(pid, std::move(pidfd));
}

Child::~Child() {
  if (!pidfd_ || ending_) return;
  signal(SIGKILL);
  wait();
}

void Child::signal(int number) {
  if (!ending_) ::pidfd_send_signal(pidfd_.get(), number, nullptr, 0);
}

void Child::wait_stopped() {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WSTOPPED | WEXITED | WNOWAIT) != 0 &&
         errno == EINTR) {
  }
}

std::optional<Ending> Child::reap(int options) {
  if (ending_) return ending_;
  siginfo_t info{};
  int result = 0;
  do {
    // By number, which stays ours until this very call. Through a pidfd that somebody watches, and
    // has therefore made non-blocking, waitid would not wait.
    result = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | options);
  } while (result != 0 && errno == EINTR);
  if (result != 0 || info.si_pid == 0) return std::nullopt;
  ending_ = Ending{info.si_code != CLD_EXITED, info.si_status};
  return ending_;
}
std::optional<Ending> Child::ended() { return reap(WNOHANG); }
Ending Child::wait() { return reap(0).value_or(Ending{}); }

}  // namespace tribunal::cluster
