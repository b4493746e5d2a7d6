// Whole runs under faults by name: what the simulator cannot do is refused, and the rest it does.
#include <gtest/gtest.h>

#include "harness/run.h"

namespace tribunal::harness {
namespace {

Scenario short_run(const std::string& nemesis) {
  Scenario made;
  made.mode = "raft";
  made.workload = "register:keys=2";
  made.nemesis = nemesis;
  made.nodes = 3;
  made.time = seconds(10);
  made.recovery = seconds(5);
  made.seed = 1;
  return made;
}

TEST(Faults, OfConnectionsAreRefusedByTheSimulatorBeforeAnythingRuns) {
  for (const char* name : {"corrupt", "reset", "half-open", "slow-close", "disk-error"}) {
    const auto refused = run(short_run(std::string("partition,") + name + ":interval=1s"), {});
    ASSERT_FALSE(refused.ok()) << name;
    EXPECT_EQ(refused.error().message,
              std::string("fault '") + name +
                  "': the simulated cluster cannot do that; it can: partition, pause, kill, "
                  "power-loss, clock-step, clock-rate, clock-strobe, slow, lossy, duplicate, "
                  "reorder, disk-slow, disk-full, disk-lie, disk-corrupt, membership, promote, "
                  "crash-loop, lost-requests, lost-replies");
  }
}

TEST(Faults, OfACrashLoopAreScriptedRepeatAndLeaveTheStoreCorrect) {
  auto parsed = parse_scenario(R"(
mode = "raft"
workload = "register:keys=2"
nodes = 3
time = "10s"
recovery = "5s"
[[fault]]
kind = "crash-loop"
start = "2s"
end = "8s"
targets = "n1"
period = "1s"
)",
                               "s.toml");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->faults.at(0).period, seconds(1));
  const auto first = run(*parsed, {});
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_EQ(first->results.valid, checker::Validity::valid);
  const auto again = run(*parsed, {});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(first->trace_hash, again->trace_hash);
  const std::string& log = first->node_logs.at(0);
  std::size_t kills = 0;
  for (auto at = log.find("killed"); at != std::string::npos; at = log.find("killed", at + 1))
    ++kills;
  EXPECT_EQ(kills, 6U) << log;
}

}  // namespace
}  // namespace tribunal::harness
