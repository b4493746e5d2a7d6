// The temporary directory and its janitor.
#include "cluster/processes/workspace.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include <sys/stat.h>

#include "base/text.h"
#include "cluster/processes/true_time.h"

namespace tribunal::cluster {
namespace {

namespace fs = std::filesystem;

constexpr const char* prefix = "tribunal-";
constexpr int inherited = 3;

// No two alike on this machine: a process number, a count within it, and the time, since numbers of
// processes come again.
std::string fresh_name() {
  static std::atomic<std::uint32_t> made{0};
  const std::int64_t ticks = TrueTime(0).epoch_ns();
  return prefix + std::to_string(::getpid()) + "-" + std::to_string(made++) + "-" +
         std::to_string(ticks);
}

}  // namespace

Result<Workspace> Workspace::make(const std::string& base, const std::string& program) {
  std::string root = base;
  if (root.empty()) {
    const char* tmpdir = std::getenv("TMPDIR");
    root = tmpdir != nullptr && *tmpdir != '\0' ? tmpdir : "/tmp";
  }
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return Failure{system_error("making a pipe", errno)};
  FileDescriptor read_end(ends[0]);
  FileDescriptor write_end(ends[1]);
  // The janitor is there before the directory is, so that at no moment it could stay behind.
  std::string path = root + "/" + fresh_name();
  auto janitor = Child::spawn({program, {"janitor", path}, "/dev/null", read_end.get(), true});
  if (!janitor) return Failure{janitor.error()};
  if (::mkdir(path.c_str(), 0700) != 0)
    return Failure{system_error("making the directory " + path, errno)};
  return Workspace(std::move(path), std::move(write_end), *std::move(janitor));
}

Workspace::~Workspace() {
  if (!pipe_) return;  // moved from
  if (keep_ && ::write(pipe_.get(), "k", 1) != 1) return;
  pipe_.close();
  janitor_->wait();
}

std::string Workspace::data(NodeId node) const { return path_ + "/" + show_node(node); }
std::string Workspace::log(NodeId node) const { return data(node) + ".log"; }

int run_janitor(const std::string& directory) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(signal, SIG_IGN);
  ::close_range(inherited + 1, ~0U, 0);
  if (fs::path(directory).filename().string().rfind(prefix, 0) != 0) return 64;
  char byte = 0;
  ssize_t got = 0;
  do {
    got = ::read(inherited, &byte, 1);
  } while (got < 0 && errno == EINTR);
  if (got == 1 && byte == 'k') return 0;
  // Nodes that are just being killed may still write a file.
  for (int attempt = 0; attempt < 1000; ++attempt) {
    std::error_code error;
    fs::remove_all(directory, error);
    if (!fs::exists(directory, error)) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return 3;
}

}  // namespace tribunal::cluster
