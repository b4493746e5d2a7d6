// Whole runs of the workloads: a safe store keeps its promises under faults, and the stores of the
// catalogue break them in the way that was published.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run.h"
#include "tests/scale.h"

namespace tribunal::harness {
namespace {

using checker::Validity;
using ::testing::Contains;

Outcome execute(Scenario scenario) {
  scenario.recovery = seconds(5);
  auto outcome = run(scenario, {});
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  return outcome ? *std::move(outcome) : Outcome{};
}

Scenario scenario(const std::string& workload, std::uint64_t seed) {
  Scenario made;
  made.workload = workload;
  made.seed = seed;
  made.time = milliseconds(scaled(20'000, 10'000));
  return made;
}

std::vector<std::string> kinds(const Outcome& outcome) {
  std::vector<std::string> names;
  for (const auto& check : outcome.results.checks) {
    for (const auto& anomaly : check.anomalies) names.push_back(anomaly.kind);
  }
  return names;
}

TEST(WorkloadRuns, ASafeStoreKeepsEveryPromiseUnderFaults) {
  for (const char* workload :
       {"counter", "counter:decrements=on", "unique-ids", "queue", "set:removes=1,reads=1", "grow",
        "session", "session:writers=own", "causal", "usernames", "two-channels"}) {
    for (std::uint64_t seed = 1; seed <= scaled(2); ++seed) {
      Scenario safe = scenario(workload, seed);
      safe.nemesis = "partition,kill";
      safe.contact = seed == 1 ? "sticky" : "random";
      const Outcome outcome = execute(safe);
      EXPECT_EQ(outcome.results.valid, Validity::valid)
          << workload << " " << seed << ": "
          << (kinds(outcome).empty() ? outcome.results.checks[0].reason : kinds(outcome)[0]);
    }
  }
}

TEST(WorkloadRuns, ALockWithoutPausesKeepsEveryPromise) {
  for (const char* workload : {"lock", "lock:fencing=off", "lock:resource=register,fencing=off"}) {
    EXPECT_EQ(execute(scenario(workload, 1)).results.valid, Validity::valid) << workload;
  }
}

// SL-17: a lease and a pause. The lock cannot help it; fencing tokens save what it protects.
TEST(WorkloadRuns, APausedHolderBreaksTheLockButNotWhatIsFenced) {
  for (std::uint64_t seed = 1; seed <= scaled(3); ++seed) {
    const Outcome fenced = execute(scenario("lock:pause-chance=20", seed));
    EXPECT_EQ(fenced.results.models.at("mutual-exclusion"), Validity::invalid);
    EXPECT_EQ(fenced.results.models.at("fencing"), Validity::valid);
    EXPECT_EQ(fenced.results.models.at("protected"), Validity::valid);
    EXPECT_THAT(kinds(fenced), Contains("two holders"));
    const Outcome open = execute(scenario("lock:pause-chance=20,fencing=off", seed));
    EXPECT_EQ(open.results.models.at("fencing"), Validity::invalid);
    EXPECT_THAT(kinds(open), Contains("deposed write"));
    const Outcome updated =
        execute(scenario("lock:pause-chance=20,resource=register,fencing=off", seed));
    EXPECT_EQ(updated.results.models.at("protected"), Validity::invalid);
    EXPECT_THAT(kinds(updated), Contains("lost update"));
  }
}

// CL-01, LL-09: a repeated request that the store does not recognise counts twice.
TEST(WorkloadRuns, RetriesWithoutDedupCountTwice) {
  Scenario twice = scenario("counter", 1);
  twice.mode = "single-leader:dedup=off";
  twice.retry = true;
  twice.nemesis = "partition,kill";
  twice.time = seconds(60);
  EXPECT_THAT(kinds(execute(twice)), Contains("double count"));
  twice.mode = "single-leader";
  EXPECT_EQ(execute(twice).results.valid, Validity::valid);
  twice.workload = "queue";
  EXPECT_EQ(execute(twice).results.valid, Validity::valid);
  twice.mode = "single-leader:dedup=off";
  EXPECT_NE(execute(twice).results.valid, Validity::valid);
}

// SL-01: both sides of a partition acknowledge; one side's elements are thrown away.
TEST(WorkloadRuns, SplitBrainLosesElementsAndGivesOutIdentifiersTwice) {
  Scenario split = scenario("queue:enqueues=4", 1);
  split.mode = "single-leader:replication=async,fencing=off";
  split.nemesis = "partition:targets=leader";
  split.time = seconds(60);
  EXPECT_EQ(execute(split).results.models.at("queue"), Validity::invalid);
  split.workload = "unique-ids";
  EXPECT_THAT(kinds(execute(split)), Contains("duplicate id"));
  split.workload = "usernames";
  EXPECT_EQ(execute(split).results.models.at("unique-claims"), Validity::invalid);
}

// Figure 9-5 of "Designing Data-Intensive Applications": the message overtakes replication.
TEST(WorkloadRuns, AFollowerDoesNotYetHaveThePhoto) {
  Scenario lagging = scenario("two-channels", 1);
  lagging.mode = "single-leader:read=any";
  lagging.contact = "random";
  EXPECT_THAT(kinds(execute(lagging)), Contains("stale read"));
}

// CL-04: the value of a write that "failed" is read.
TEST(WorkloadRuns, TakingTimeOutsForFailuresMakesPhantoms) {
  Scenario mistaken = scenario("set", 1);
  mistaken.nemesis = "partition,kill";
  mistaken.timeouts = "fail";
  mistaken.time = seconds(60);
  EXPECT_THAT(kinds(execute(mistaken)), Contains("phantom value"));
  mistaken.timeouts = "info";
  EXPECT_EQ(execute(mistaken).results.valid, Validity::valid);
}

TEST(WorkloadRuns, ExpectationsMayNameInvariants) {
  Scenario set = scenario("set", 1);
  set.mode = "single-leader:read=any";
  set.workload = "set:reads=1";
  set.contact = "random";
  set.expect = {"set"};
  EXPECT_EQ(execute(set).results.valid, Validity::valid);
  set.expect = {"linearizable"};
  EXPECT_EQ(execute(set).results.valid, Validity::invalid);
  set.expect = {"queue"};
  const auto refused = run(set, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("it decides: linearizable, set"), std::string::npos)
      << refused.error().message;
}

}  // namespace
}  // namespace tribunal::harness
