// The harness is killed with -9 at a random moment: soon nothing of it remains, neither a process,
// nor a listener, nor a file. TRIBUNAL_MOMENTS says how many moments, and then soon is a second;
// without it there are 6, and any machine, however busy, has 20 s.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/integration/process_tree.h"
#include "tests/integration/program.h"

namespace tribunal::testing {
namespace {

using namespace std::chrono_literals;

int moments() {
  const char* text = std::getenv("TRIBUNAL_MOMENTS");
  return text != nullptr ? std::atoi(text) : 6;
}

std::chrono::seconds longest() { return std::getenv("TRIBUNAL_MOMENTS") != nullptr ? 1s : 20s; }

// What is there of a run, by everything that could stay behind.
struct Remains {
  std::vector<pid_t> processes;
  std::set<std::string> listeners;
};
Remains remains_of(pid_t harness) {
  Remains remains;
  remains.processes = descendants(harness);
  for (const pid_t pid : remains.processes) remains.listeners.merge(listening_sockets_of(pid));
  return remains;
}

std::string what_is_left(const Remains& remains, const std::string& data) {
  std::string left;
  for (const pid_t pid : remains.processes) {
    if (lives(pid)) left += " process " + std::to_string(pid) + " " + command_line_of(pid);
  }
  const auto listening = listening_sockets();
  for (const std::string& inode : remains.listeners) {
    if (listening.count(inode) != 0) left += " listener " + inode;
  }
  for (const auto& entry : std::filesystem::directory_iterator(data))
    left += " file " + entry.path().string();
  return left;
}

TEST(KilledHarness, LeavesNothingBehindAtAnyMoment) {
  std::random_device device;
  const unsigned seed = device();
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> moment(0, 2500);
  std::size_t most = 0;
  for (int i = 0; i < moments(); ++i) {
    const Scratch dir;
    const std::string data = dir / "data";
    std::filesystem::create_directory(data);
    Started run({"run", "--mode", "raft", "--cluster", "processes", "--time", "30s", "--nemesis",
                 "kill:interval=300ms,duration=300ms,pause:interval=300ms,duration=300ms", "--data",
                 data, "--no-store"},
                dir / "out");
    const int wait = moment(random);
    std::this_thread::sleep_for(std::chrono::milliseconds(wait));
    const Remains before = remains_of(run.pid());
    most = std::max(most, before.processes.size());
    run.kill();
    const auto until = std::chrono::steady_clock::now() + longest();
    while (!what_is_left(before, data).empty() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(20ms);
    EXPECT_EQ(what_is_left(before, data), "")
        << "killed after " << wait << " ms (seed " << seed << "); " << slurp(dir / "out");
  }
  if (moments() < 6) return;
  EXPECT_GT(most, 3u) << "there was never anything to leave behind";
}

}  // namespace
}  // namespace tribunal::testing
