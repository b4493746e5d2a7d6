// Whole runs over many seeds: safe settings stay clean, unsafe ones are caught, replays are
// identical.
#include <cstdlib>

#include <gtest/gtest.h>

#include "harness/run.h"
#include "harness/run_directory.h"
#include "history/files.h"
#include "tests/scale.h"
#include "verify/verify.h"

namespace tribunal::harness {
namespace {

Outcome execute(const Scenario& scenario) {
  auto outcome = run(scenario, {});
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  return *std::move(outcome);
}

void expect_clean(Scenario scenario, std::uint64_t seeds) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    scenario.seed = seed;
    const Outcome outcome = execute(scenario);
    EXPECT_EQ(outcome.results.valid, checker::Validity::valid)
        << scenario.mode << " " << scenario.nemesis << " seed " << seed << ": "
        << (outcome.results.protocol.empty() ? "" : outcome.results.protocol.front().detail);
    EXPECT_GT(outcome.history.size(), 1000u) << "hardly anything was tried";
  }
}

TEST(SafeSingleLeader, IsCleanOver200SeedsOfLeaderPartitions) {
  Scenario scenario;
  scenario.mode = "single-leader:replication=sync,read=leader-quorum,fencing=on";
  scenario.nemesis = "partition:targets=leader";
  expect_clean(scenario, scaled(200, 2));
}

TEST(SafeSingleLeader, IsCleanUnderEveryFaultAtOnce) {
  Scenario scenario;
  scenario.nemesis =
      "partition:targets=random,pause,kill,power-loss,clock,slow,lossy,duplicate,reorder";
  scenario.retry = true;
  expect_clean(scenario, scaled(60, 2));
}

TEST(SafeSingleLeader, LosesNoElementOfASet) {
  Scenario scenario;
  scenario.workload = "set";
  scenario.nemesis = "partition:targets=random,kill,power-loss";
  scenario.time = seconds(30);
  expect_clean(scenario, scaled(30, 2));
}

TEST(UnsafeSingleLeader, AsyncFailoverWithoutFencingIsCaughtInEverySeed) {
  Scenario scenario;
  scenario.mode = "single-leader:replication=async,failover=auto,fencing=off";
  scenario.nemesis = "partition:targets=leader";
  for (std::uint64_t seed = 0; seed < scaled(20, 2); ++seed) {
    scenario.seed = seed;
    const Outcome outcome = execute(scenario);
    ASSERT_EQ(outcome.results.valid, checker::Validity::invalid) << "seed " << seed;
    EXPECT_EQ(outcome.results.models.at("linearizable"), checker::Validity::invalid);
    EXPECT_FALSE(outcome.results.weakest_violated.empty());
    const Documents docs = documents(outcome);
    EXPECT_EQ(verify::verify_proof(outcome.history, docs.proof_json).finding,
              verify::Finding::accepted)
        << "seed " << seed << ": " << verify::verify_proof(outcome.history, docs.proof_json).reason;
  }
}

TEST(Replay, GivesIdenticalBytesFor100RandomSeeds) {
  const char* const modes[] = {"single-leader",
                               "single-leader:replication=async,fencing=off,read=any"};
  const char* const nemeses[] = {"none", "partition", "kill,pause,lossy",
                                 "clock,power-loss:targets=all"};
  for (std::uint64_t i = 0; i < scaled(100, 2); ++i) {
    Scenario scenario;
    scenario.seed = draw(7, 0, "replay-seed"_site, i, std::uint64_t{1} << 63);
    scenario.mode = modes[i % 2];
    scenario.nemesis = nemeses[i % 4];
    scenario.workload = i % 5 == 0 ? "set" : "register";
    scenario.time = seconds(15);
    const Outcome first = execute(scenario);
    const Outcome second = execute(scenario);
    const Documents a = documents(first);
    const Documents b = documents(second);
    EXPECT_EQ(first.trace_hash, second.trace_hash);
    EXPECT_EQ(a.history_edn, b.history_edn);
    EXPECT_EQ(a.history_bin, b.history_bin);
    EXPECT_EQ(a.proof_json, b.proof_json);
    EXPECT_EQ(without_timings(a.results_json).value(), without_timings(b.results_json).value());
    const auto reread = history::read_text(a.history_bin, "history.bin");
    ASSERT_TRUE(reread.ok());
    EXPECT_EQ(reread->content_hash(), first.history.content_hash());
  }
}

TEST(Replay, DifferentSeedsGiveDifferentRuns) {
  Scenario scenario;
  scenario.time = seconds(10);
  const Outcome first = execute(scenario);
  scenario.seed = 1;
  EXPECT_NE(first.trace_hash, execute(scenario).trace_hash);
}

}  // namespace
}  // namespace tribunal::harness
