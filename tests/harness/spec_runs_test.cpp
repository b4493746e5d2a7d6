// Whole runs of specifications.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/confluence/recorded.h"
#include "harness/run.h"
#include "harness/run_directory.h"
#include "harness/spec_file.h"
#include "tests/scale.h"

namespace tribunal::harness {
namespace {

using checker::Validity;
using checker::confluence::RecordedInspection;
using checker::confluence::RecordedInstance;
using checker::confluence::RecordedTransaction;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string examples = TRIBUNAL_SOURCE_DIR "/scenarios/confluence/";

Scenario scenario(const std::string& file, const std::string& mode, std::uint64_t seed = 1) {
  Scenario made;
  made.workload = "spec:file=" + examples + file;
  made.mode = mode;
  made.seed = seed;
  made.time = milliseconds(scaled(15'000, 5'000));
  made.recovery = seconds(5);
  made.nemesis = "partition";
  const Status loaded = load_specification(made, "");
  EXPECT_TRUE(loaded.ok());
  return made;
}

Outcome execute(const Scenario& scenario) {
  auto outcome = run(scenario, {});
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  return outcome ? *std::move(outcome) : Outcome{};
}

std::string refusal(const Scenario& scenario) {
  const auto outcome = run(scenario, {});
  return outcome ? "" : outcome.error().message;
}

TEST(SpecRuns, AChosenNameIsTakenTwiceWhereNobodyCoordinates) {
  const Outcome outcome = execute(scenario("unique-username-chosen.icf", "multi-leader"));
  EXPECT_EQ(outcome.results.valid, Validity::invalid);
  ASSERT_FALSE(outcome.results.checks.empty());
  const auto& anomalies = outcome.results.checks[0].anomalies;
  ASSERT_FALSE(anomalies.empty());
  EXPECT_EQ(anomalies[0].kind, "confluence violation");
  EXPECT_THAT(anomalies[0].explanation, HasSubstr("invariant 'unique', with a = User"));
}

TEST(SpecRuns, NothingIsViolatedWhereOneLogDecides) {
  for (const char* mode : {"raft", "single-leader"}) {
    const Outcome outcome = execute(scenario("unique-username-chosen.icf", mode));
    EXPECT_EQ(outcome.results.valid, Validity::valid) << mode;
    EXPECT_EQ(outcome.results.expected, std::vector<std::string>{"invariants"});
  }
}

TEST(SpecRuns, MintedIdsStayUniqueWhateverHappens) {
  for (std::uint64_t seed = 0; seed < scaled(30); ++seed) {
    Scenario minted = scenario("unique-id-minted.icf", "multi-leader:keep-log=20", seed);
    minted.nemesis = "partition,kill,pause,power-loss,disk-slow,disk-full,lossy,duplicate";
    minted.time = seconds(10);
    const Outcome outcome = execute(minted);
    EXPECT_EQ(outcome.results.valid, Validity::valid) << "seed " << seed;
  }
}

std::vector<RecordedInspection> final_inspections(const RecordedInstance& instance) {
  std::vector<RecordedInspection> last;
  for (const RecordedInspection& inspection : instance.inspections) {
    if (inspection.full) last.push_back(inspection);
  }
  return last;
}

// What the history says of transactions agrees with what replicas say in the end.
TEST(SpecRuns, AreRecordedSoThatEverythingFitsTogether) {
  for (const char* mode : {"multi-leader", "raft"}) {
    Scenario moving = scenario("table2-01-attribute-equality.icf", mode, 3);
    moving.nemesis = "partition,kill";
    const Outcome outcome = execute(moving);
    std::size_t committed = 0, aborted = 0, everywhere = 0;
    const auto instances = checker::confluence::recorded(outcome.history);
    for (const RecordedInstance& instance : instances) {
      const auto last = final_inspections(instance);
      ASSERT_FALSE(last.empty());
      everywhere += last.size() == 5 ? 1 : 0;
      for (const RecordedInspection& inspection : last) {
        EXPECT_EQ(inspection.digest, last[0].digest);
        EXPECT_EQ(inspection.events, last[0].events);
      }
      for (const RecordedTransaction& transaction : instance.transactions) {
        if (transaction.refusal == "guard") ++aborted;
        if (!transaction.receipt) continue;
        ++committed;
        const bool there =
            std::any_of(last[0].events.begin(), last[0].events.end(), [&](const auto& event) {
              return event.stamp == transaction.receipt->stamp &&
                     event.transaction == transaction.name &&
                     event.arguments == transaction.receipt->arguments &&
                     event.past == transaction.receipt->past;
            });
        EXPECT_TRUE(there) << mode;
      }
    }
    EXPECT_GT(committed, 100u) << mode;
    EXPECT_GT(aborted, 50u) << mode;
    EXPECT_GT(everywhere, instances.size() * 9 / 10) << mode;
  }
}

TEST(SpecRuns, AgreeInTheEndWhenThatIsExpected) {
  Scenario deposits = scenario("balance-deposit.icf", "multi-leader");
  deposits.expect = {"eventual-convergence", "invariants"};
  EXPECT_EQ(execute(deposits).results.valid, Validity::valid);
}

TEST(SpecRuns, AreTheSameAgainFromTheirDirectoryAlone) {
  namespace fs = std::filesystem;
  const fs::path place = fs::path(::testing::TempDir()) / "spec-runs";
  fs::remove_all(place);
  fs::create_directories(place);
  fs::copy_file(examples + "warehouse-oversell.icf", place / "goods.icf");
  std::ofstream(place / "goods.toml")
      << "mode = \"multi-leader\"\nworkload = \"spec:file=goods.icf\"\ntime = \"5s\"\n";
  auto read = read_scenario((place / "goods.toml").string());
  ASSERT_TRUE(read.ok()) << read.error().message;
  Outcome outcome = execute(*read);
  const auto directory = write_run_directory((place / "store").string(), outcome);
  ASSERT_TRUE(directory.ok());
  fs::remove(place / "goods.icf");
  const auto again = run_again(*directory, {});
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->trace_hash, outcome.trace_hash);
  EXPECT_EQ(again->history.content_hash(), outcome.history.content_hash());
  EXPECT_EQ(again->results.valid, outcome.results.valid);
  fs::remove_all(place);
}

Scenario two_names() {
  auto parsed = parse_scenario(R"(
    mode = "multi-leader"
    workload = "script"
    nodes = 2
    time = "6s"
    recovery = "3s"
    [[fault]]
    kind = "partition"
    start = "1s"
    end = "4s"
    targets = "n1"
    [[operation]]
    at = "2s"
    process = 0
    node = "n1"
    f = "register"
    value = "[7]"
    [[operation]]
    at = "2s"
    process = 1
    node = "n2"
    f = "register"
    value = "[7]"
    [[operation]]
    at = "2500ms"
    process = 1
    node = "n2"
    f = "register"
    value = "[7]"
    returns = "fail"
  )",
                               "s.toml");
  EXPECT_TRUE(parsed.ok()) << parsed.error().message;
  Scenario made = parsed ? *parsed : Scenario{};
  const auto text = read_text(examples + "unique-username-chosen.icf");
  EXPECT_TRUE(text.ok());
  made.spec = text ? *text : "";
  return made;
}

TEST(SpecScripts, CarryOutWhatTheyList) {
  const Outcome outcome = execute(two_names());
  EXPECT_EQ(outcome.deviation, std::nullopt);
  EXPECT_EQ(outcome.results.valid, Validity::invalid);
  const auto instances = checker::confluence::recorded(outcome.history);
  ASSERT_EQ(instances.size(), 1u);
  ASSERT_EQ(instances[0].transactions.size(), 3u);
  EXPECT_EQ(instances[0].transactions[2].refusal, "guard");
  EXPECT_EQ(final_inspections(instances[0]).size(), 2u) << "each node, in the end";
}

TEST(SpecScripts, AreUnderstoodBeforeAnythingRuns) {
  Scenario unknown = two_names();
  unknown.operations[1].f = "regster";
  EXPECT_THAT(refusal(unknown), HasSubstr("did you mean 'register'?"));
  Scenario few = two_names();
  few.operations[1].value = history::Value();
  EXPECT_THAT(refusal(few), HasSubstr("expected 1 argument from -512 to 511, found nil"));
}

TEST(SpecScenarios, ReadBackTheirText) {
  Scenario made = two_names();
  for (const char* text : {"sort A[2];\n# it's \"\"\" a \\ test\n\tgset g[A];\n", "\n\n# '''\n",
                           "sort A[2];\r\ngset g[A];\r\n", "\n# u\u00e4 '", "#''"}) {
    made.spec = text;
    const auto again = parse_scenario(write_scenario(made), "again.toml");
    ASSERT_TRUE(again.ok()) << text << again.error().message;
    EXPECT_EQ(again->spec, made.spec);
    EXPECT_EQ(again->operations, made.operations);
  }
}

TEST(SpecScenarios, SayWhatIsWrong) {
  Scenario bad = two_names();
  bad.spec = "sort A[2];\nop x( {}";
  EXPECT_THAT(refusal(bad), HasSubstr("spec:2:7: error: "));
  Scenario leaderless = two_names();
  leaderless.mode = "leaderless";
  EXPECT_THAT(refusal(leaderless), StartsWith("mode: leaderless cannot run a specification"));
  Scenario registers = two_names();
  registers.workload = "register";
  EXPECT_THAT(refusal(registers), HasSubstr("the workload 'register' runs no specification"));
  Scenario nothing;
  nothing.workload = "spec";
  EXPECT_THAT(refusal(nothing), HasSubstr("expected spec:file=FILE.icf"));
  Scenario missing;
  missing.workload = "spec:file=there-is-none.icf";
  const Status loaded = load_specification(missing, "");
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr("there-is-none.icf: cannot be read"));
}

}  // namespace
}  // namespace tribunal::harness
