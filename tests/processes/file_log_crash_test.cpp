// The log under processes that die, calls that fail and a disk that is full: real ones.
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <new>
#include <optional>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/choices.h"
#include "cluster/processes/file_log.h"
#include "tests/processes/log_fixture.h"
#include "tests/scale.h"

namespace tribunal::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// What happens to one of the calls below that change files.
enum class Mishap {
  none,
  fails,             // with an input/output error
  fails_from_on,     // and every later one as well
  dies,              // the process ends before it
  dies_half_way,     // the process ends, and a write has written half
  interrupted,       // a write is interrupted by a signal; nothing is wrong
  writes_half,       // a write writes half and says so; nothing is wrong
  writes_half_fails  // a write writes half, and what follows finds no room
};
struct Calls {
  Mishap mishap = Mishap::none;
  int at = -1;    // the number of the call, from 0
  int count = 0;  // so many have been made
  bool no_room = false;
  std::string* trace = nullptr;  // the names of all calls, one behind the other
};
Calls calls;

// Should the call that is being made fail? errno says how.
bool fails(const char* call) {
  if (calls.trace != nullptr) *calls.trace += std::string(calls.trace->empty() ? "" : " ") + call;
  const int number = calls.count++;
  const bool now = number == calls.at;
  if (now && (calls.mishap == Mishap::dies || calls.mishap == Mishap::dies_half_way)) ::_exit(0);
  errno = EIO;
  return (now && calls.mishap == Mishap::fails) ||
         (number >= calls.at && calls.mishap == Mishap::fails_from_on);
}

}  // namespace
}  // namespace tribunal::cluster

// In place of the C library's, for this program.
extern "C" {

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  using namespace tribunal::cluster;
  const auto write = [&](size_t part) { return ::syscall(SYS_pwrite64, file, bytes, part, at); };
  if (calls.no_room) return errno = ENOSPC, -1;
  if (calls.count == calls.at && size > 1) {
    if (calls.mishap == Mishap::dies_half_way) (void)write(size / 2);
    if (calls.mishap == Mishap::interrupted) return ++calls.count, errno = EINTR, -1;
    if (calls.mishap == Mishap::writes_half || calls.mishap == Mishap::writes_half_fails) {
      ++calls.count;
      calls.no_room = calls.mishap == Mishap::writes_half_fails;
      return write(size / 2);
    }
  }
  return fails("pwrite") ? -1 : write(size);
}
int fdatasync(int file) {
  return tribunal::cluster::fails("fdatasync") ? -1
                                               : static_cast<int>(::syscall(SYS_fdatasync, file));
}
int fsync(int file) {
  return tribunal::cluster::fails("fsync") ? -1 : static_cast<int>(::syscall(SYS_fsync, file));
}
int ftruncate(int file, off_t size) noexcept {
  return tribunal::cluster::fails("ftruncate")
             ? -1
             : static_cast<int>(::syscall(SYS_ftruncate, file, size));
}
int rename(const char* from, const char* to) noexcept {
  return tribunal::cluster::fails("rename") ? -1
                                            : static_cast<int>(::syscall(SYS_rename, from, to));
}
int unlink(const char* path) noexcept {
  return tribunal::cluster::fails("unlink") ? -1 : static_cast<int>(::syscall(SYS_unlink, path));
}

}  // extern "C"

namespace tribunal::cluster {
namespace {

// Record i of an endless log: of any size, and now and then a checkpoint.
constexpr std::uint64_t seed = 11;
std::string text(std::uint64_t i) {
  return std::to_string(i) + std::string(draw(seed, i, "size"_site, 0, 200), '.');
}
bool is_checkpoint(std::uint64_t i) { return i % 7 == 5; }
bool syncs_after(std::uint64_t i) { return draw(seed, i, "sync"_site, 0, 3) != 0; }

// What a log of the first `count` records gives back.
Texts recovered_from(std::uint64_t count) {
  std::uint64_t first = count;
  while (first > 0 && !is_checkpoint(--first)) continue;
  Texts all;
  for (std::uint64_t i = first; i < count; ++i) all.push_back(text(i));
  return all;
}
// Of how many first records `texts` is all that is left; nullopt: of none between the two.
std::optional<std::uint64_t> count_of(const Texts& texts, std::uint64_t least, std::uint64_t most) {
  for (std::uint64_t count = least; count <= most; ++count)
    if (texts == recovered_from(count)) return count;
  return std::nullopt;
}

// Shared with a process that may die at any moment.
struct Progress {
  std::atomic<std::uint64_t> started = 0;  // a sync of so many records was asked for
  std::atomic<std::uint64_t> synced = 0;   // and is done
};
class SharedProgress {
 public:
  SharedProgress()
      : progress_(new (::mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Progress) {}
  SharedProgress(const SharedProgress&) = delete;
  SharedProgress& operator=(const SharedProgress&) = delete;
  ~SharedProgress() { ::munmap(progress_, sizeof(Progress)); }
  Progress* operator->() const { return progress_; }
  Progress& operator*() const { return *progress_; }

 private:
  Progress* progress_;
};

// Appends records from `first` to `last`; false: something failed.
bool write_log(FileLog& log, std::uint64_t first, std::uint64_t last, Progress& progress) {
  for (std::uint64_t i = first; i < last; ++i) {
    if (!log.append(bytes_of(text(i)), is_checkpoint(i))) return false;
    if (!syncs_after(i)) continue;
    progress.started = i + 1;
    if (!log.sync()) return false;
    progress.synced = i + 1;
  }
  return true;
}

template <class Body>
pid_t start_process(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  return child;
}
int end_of(pid_t child) {
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return status;
}

// What follows every death: the power may have failed too. Returns how many records are left.
std::uint64_t expect_recovery(const std::string& directory, const Progress& progress,
                              std::uint32_t keep_millionths) {
  const auto torn = tear_unsynced(directory, keep_millionths);
  EXPECT_TRUE(torn) << torn.error().message;
  const Opened opened(directory);
  EXPECT_TRUE(opened.ok()) << opened.error();
  const auto left = count_of(opened.texts(), progress.synced, progress.started);
  EXPECT_TRUE(left) << "synced " << progress.synced << ", started " << progress.started
                    << ", found " << opened.texts().size() << " records";
  return left.value_or(0);
}

// Waits for so many records to be synced; a disk that is very slow only makes the test weaker.
void wait_until(const Progress& progress, std::uint64_t synced) {
  for (int i = 0; progress.synced < synced && i < 20'000; ++i)
    std::this_thread::sleep_for(std::chrono::microseconds(50));
}

TEST(FileLogCrash, NothingThatWasSyncedIsLostWhenTheProcessIsKilled) {
  const TemporaryDirectory directory(true);
  const std::uint64_t cycles = scaled(50, 10);
  std::uint64_t written = 0;
  for (std::uint64_t cycle = 0; cycle < cycles; ++cycle) {
    const SharedProgress progress;
    progress->started = progress->synced = written;
    const pid_t child = start_process([&] {
      Opened opened(directory.path());
      return opened.ok() && write_log(opened.log(), written, ~std::uint64_t{0}, *progress) ? 0 : 1;
    });
    wait_until(*progress, written + draw(seed, cycle, "records"_site, 0, 7));
    std::this_thread::sleep_for(
        std::chrono::microseconds(draw(seed, cycle, "moment"_site, 0, 1'000)));
    ::kill(child, SIGKILL);
    ASSERT_TRUE(WIFSIGNALED(end_of(child)));
    const auto keep = static_cast<std::uint32_t>(draw(seed, cycle, "keep"_site, 0, 1'000'001));
    const std::uint64_t before = written;
    written = expect_recovery(directory.path(), *progress, keep);
    ASSERT_FALSE(HasFailure());
    ASSERT_GE(written, before);
  }
  EXPECT_GT(written, 0u);
}

TEST(FileLogCrash, DyingBeforeAnyCallOrHalfWayLeavesAPrefix) {
  constexpr std::uint64_t records = 16;
  for (const Mishap mishap : {Mishap::dies, Mishap::dies_half_way}) {
    bool done = false;
    for (int at = 0; !done; ++at) {
      const TemporaryDirectory directory;
      const SharedProgress progress;
      const pid_t child = start_process([&] {
        calls = {mishap, at};
        Opened opened(directory.path());
        if (!opened.ok() || !write_log(opened.log(), 0, records, *progress)) return 1;
        return calls.count > at ? 1 : 2;
      });
      const int status = end_of(child);
      ASSERT_TRUE(WIFEXITED(status));
      ASSERT_NE(WEXITSTATUS(status), 1);
      done = WEXITSTATUS(status) == 2;
      const auto keep = static_cast<std::uint32_t>(at % 5 * 250'000);
      expect_recovery(directory.path(), *progress, keep);
      ASSERT_FALSE(HasFailure()) << "call " << at;
      // Opening ends the crash for good: a second one shows the same.
      EXPECT_EQ(Opened(directory.path()).recovered.cut_bytes, 0u);
    }
  }
}

// Runs a log with one mishap, and keeps account of what must be there afterwards.
struct Account {
  Texts synced;  // since the latest checkpoint
  Texts maybe;   // what a sync that failed for good would have left
  bool fatal = false;
  int failures = 0;
  int calls_made = 0;
};
Account run_with(const std::string& directory, Mishap mishap, int at) {
  Account account;
  Opened opened(directory);
  EXPECT_TRUE(opened.ok()) << opened.error();
  calls = {mishap, at};
  Texts all;
  for (std::uint64_t i = 0; i < 16 && !account.fatal; ++i) {
    if (is_checkpoint(i)) all.clear();
    all.push_back(text(i));
    EXPECT_TRUE(opened.log().append(bytes_of(text(i)), is_checkpoint(i)));
    if (!syncs_after(i)) continue;
    if (opened.log().sync()) {
      account.synced = all;
    } else {
      ++account.failures;
      account.fatal = opened.log().fatal();
      account.maybe = std::exchange(all, account.synced);
      calls.no_room = false;
    }
    EXPECT_FALSE(opened.log().dirty());
  }
  account.calls_made = std::exchange(calls, Calls{}).count;
  if (account.fatal) {
    EXPECT_TRUE(opened.log().append(bytes_of("more"), false));
    EXPECT_FALSE(opened.log().sync());
  }
  return account;
}

bool is_start(const Texts& start, const Texts& all) {
  return start.size() <= all.size() && std::equal(start.begin(), start.end(), all.begin());
}

class FileLogMishap : public ::testing::TestWithParam<Mishap> {};
INSTANTIATE_TEST_SUITE_P(Calls, FileLogMishap,
                         ::testing::Values(Mishap::fails, Mishap::fails_from_on,
                                           Mishap::interrupted, Mishap::writes_half,
                                           Mishap::writes_half_fails));

TEST_P(FileLogMishap, AtAnyCallKeepsExactlyWhatWasSynced) {
  int failures = 0;
  int fatal = 0;
  int calls_made = 1;
  for (int at = 0; at <= calls_made; ++at) {
    const TemporaryDirectory directory;
    const Account account = run_with(directory.path(), GetParam(), at);
    calls_made = std::max(calls_made, account.calls_made);
    failures += account.failures;
    fatal += account.fatal ? 1 : 0;
    const Opened opened(directory.path());
    ASSERT_TRUE(opened.ok()) << opened.error();
    const bool as_synced = opened.texts() == account.synced;
    ASSERT_TRUE(as_synced || (account.fatal && is_start(opened.texts(), account.maybe)))
        << "call " << at;
    if (GetParam() != Mishap::fails_from_on) {
      ASSERT_LE(account.failures, 1) << "call " << at;
    }
  }
  EXPECT_EQ(failures > 0, GetParam() != Mishap::writes_half && GetParam() != Mishap::interrupted);
  EXPECT_EQ(fatal > 0, GetParam() == Mishap::fails_from_on);
}

TEST(FileLogMishaps, AnOpeningThatFailsLosesNothing) {
  for (int at = 0; at < 12; ++at) {
    const TemporaryDirectory directory;
    {
      Opened opened(directory.path());
      ASSERT_TRUE(store(opened.log(), {"a", "b"}));
    }
    std::filesystem::copy(directory / "1.log", directory / "2.log.new");
    calls = {Mishap::fails, at};
    const bool ok = Opened(directory.path()).ok();
    const int made = std::exchange(calls, Calls{}).count;
    EXPECT_EQ(ok, made <= at);
    EXPECT_THAT(Opened(directory.path()).texts(), ElementsAre("a", "b"));
  }
}

// The order is what a power failure tests, which a test cannot have.
TEST(FileLogCalls, AreInTheOrderThatMakesThingsDurable) {
  const TemporaryDirectory directory;
  std::string trace;
  const auto traced = [&](auto action) {
    trace.clear();
    calls.trace = &trace;
    action();
    calls = {};
    return trace;
  };
  std::optional<Opened> opened;
  const auto open = [&] { opened.emplace(directory.path()); };
  // The file, its name, the names of all files, the mark.
  EXPECT_EQ(traced(open), "pwrite fsync rename fsync fsync ftruncate pwrite");
  EXPECT_EQ(traced([&] { (void)store(opened->log(), {"a", "b"}); }), "pwrite fdatasync");
  EXPECT_EQ(traced([&] { (void)store(opened->log(), {"c"}, true); }),
            "pwrite pwrite fsync rename fsync unlink");
  write_file(directory / "1.log", "old");
  write_file(directory / "3.log.new", "unfinished");
  // What is found becomes durable, then its name, and only then the older file goes.
  EXPECT_EQ(traced(open), "ftruncate fsync fsync unlink unlink");
  EXPECT_EQ(opened->texts(), Texts{"c"});
}

// A file may not grow beyond a limit: the kernel then writes a part, and refuses the rest.
int fill_limited(const std::string& directory, bool checkpoint) {
  std::signal(SIGXFSZ, SIG_IGN);
  Opened opened(directory);
  if (!opened.ok() || !store(opened.log(), {"before"})) return 1;
  rlimit limit{4096, RLIM_INFINITY};
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
  const std::string large(5000, 'x');
  const Status refused = store(opened.log(), {"small", large}, checkpoint);
  if (refused || refused.error().message.find("File too large") == std::string::npos) return 3;
  if (opened.log().fatal() || opened.log().dirty()) return 4;
  if (Opened(directory).texts() != Texts{"before"}) return 5;
  if (!store(opened.log(), {"between"})) return 6;
  limit.rlim_cur = RLIM_INFINITY;
  if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 7;
  return store(opened.log(), {large}) ? 0 : 8;
}

TEST(FileLogLimit, AFileThatMayNotGrowIsCutBackAndGoesOn) {
  for (const bool checkpoint : {false, true}) {
    const TemporaryDirectory directory(true);
    const int status =
        end_of(start_process([&] { return fill_limited(directory.path(), checkpoint); }));
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_EQ(WEXITSTATUS(status), 0);
    EXPECT_THAT(directory.names(), ElementsAre("1.log", "synced"));
    EXPECT_THAT(Opened(directory.path()).texts(),
                ElementsAre("before", "between", std::string(5000, 'x')));
  }
}

}  // namespace
}  // namespace tribunal::cluster
