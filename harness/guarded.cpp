#include "harness/guarded.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <new>
#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/text.h"
#include "harness/interrupt.h"

namespace tribunal::harness {
namespace {

constexpr char relaxed = 'R';
constexpr char result = '=';

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif
#else
constexpr bool sanitized = false;
#endif

bool write_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(to, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

[[noreturn]] void be_child(int to, const Limits& limits,
                           const std::function<std::string(const std::function<void()>&)>& work) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (limits.memory > 0 && !sanitized) {  // sanitizers reserve more than any limit allows
    const rlimit limit{limits.memory, limits.memory};
    ::setrlimit(RLIMIT_AS, &limit);
  }
  int code = 0;
  try {
    const std::string made = work([to] { write_all(to, {&relaxed, 1}); });
    if (!write_all(to, {&result, 1}) || !write_all(to, made)) code = 1;
  } catch (const std::bad_alloc&) {
    code = 2;
  }
  std::fflush(stdout);
  std::fflush(stderr);
  ::_exit(code);
}

// Reads until the child closes its end or the time is up.
class Listener {
 public:
  Listener(int from, Duration limit)
      : from_(from), deadline_(Clock::now() + std::chrono::nanoseconds(limit)) {}

  // False: the time was up.
  bool listen() {
    for (;;) {
      pollfd waiting{from_, POLLIN, 0};
      const int ready = ::poll(&waiting, 1, patience());
      if (interrupted()) return false;
      if (ready < 0 && errno == EINTR) continue;
      if (ready == 0) return false;
      char buffer[1 << 16];
      const ssize_t got = ::read(from_, buffer, sizeof buffer);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return true;
      take({buffer, static_cast<std::size_t>(got)});
    }
  }
  bool has_result() const { return has_result_; }
  std::string result_text() { return std::move(text_); }

 private:
  using Clock = std::chrono::steady_clock;

  int patience() const {
    if (relaxed_) return -1;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
    return left < 0 ? 0 : static_cast<int>(left) + 1;
  }

  void take(std::string_view bytes) {
    while (!has_result_ && !bytes.empty()) {
      if (bytes.front() == relaxed) relaxed_ = true;
      if (bytes.front() == result) has_result_ = true;
      bytes.remove_prefix(1);
    }
    text_ += bytes;
  }

  int from_;
  Clock::time_point deadline_;
  bool relaxed_ = false;
  bool has_result_ = false;
  std::string text_;
};

}  // namespace

Result<std::string> run_guarded(
    const Limits& limits,
    const std::function<std::string(const std::function<void()>& relax)>& work) {
  int ends[2];
  if (::pipe(ends) != 0) return fail(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  std::fflush(stdout);
  std::fflush(stderr);
  const pid_t child = ::fork();
  if (child < 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    return fail(fmt::format("cannot start a child process: {}", std::strerror(errno)));
  }
  if (child == 0) {
    ::close(ends[0]);
    be_child(ends[1], limits, work);
  }
  ::close(ends[1]);
  Listener listener(ends[0], limits.time);
  const bool in_time = listener.listen();
  if (!in_time) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ::close(ends[0]);
  if (interrupted()) return fail("interrupted");
  if (!in_time) return fail(fmt::format("no answer within {}", show_duration(limits.time)));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && listener.has_result()) {
    return listener.result_text();
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2) return fail("not enough memory");
  if (WIFSIGNALED(status)) {
    return fail(fmt::format("the process was killed by signal {} ({})", WTERMSIG(status),
                            strsignal(WTERMSIG(status))));
  }
  return fail(fmt::format("the process ended with code {}", WEXITSTATUS(status)));
}

}  // namespace tribunal::harness
