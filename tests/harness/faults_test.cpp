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

// Lost requests certainly did nothing, and lost replies hide what was done: the store is right in
// both cases, clients do not know in both, and only the second leaves something behind.
TEST(Faults, BetweenClientsAndNodesLeaveClientsInTheDark) {
  const auto writes = [](const std::string& kind) {
    auto parsed = parse_scenario(
        "mode = \"raft\"\nworkload = \"grow\"\nnodes = 3\ntime = \"10s\"\n"
        "recovery = \"5s\"\n[[fault]]\nkind = \"" +
            kind + "\"\nstart = \"3s\"\nend = \"8s\"\ntargets = \"all\"\n",
        "s.toml");
    EXPECT_TRUE(parsed.ok()) << parsed.error().message;
    auto outcome = run(*parsed, {});
    EXPECT_TRUE(outcome.ok()) << outcome.error().message;
    return *std::move(outcome);
  };
  for (const char* kind : {"lost-requests", "lost-replies"}) {
    const Outcome outcome = writes(kind);
    EXPECT_EQ(outcome.results.valid, checker::Validity::valid) << kind;
    const auto& history = outcome.history;
    std::size_t unknown = 0;
    std::size_t answered = 0;
    for (std::size_t i = 0; i < history.size(); ++i) {
      const auto& event = history.event(i);
      if (event.process == history::Process::nemesis || event.time < seconds(4) ||
          event.time > seconds(8))
        continue;
      unknown += event.type == history::EventType::info ? 1 : 0;
      answered += event.type == history::EventType::ok ? 1 : 0;
    }
    EXPECT_GT(unknown, 10u) << kind;
    EXPECT_EQ(answered, 0u) << kind;
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
