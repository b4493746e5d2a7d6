// Verdicts about specifications, tried on stores: what must break does, what must hold does, and
// what breaks is laid at the right door.
#include "harness/confluence_execution.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/confluence/advice.h"
#include "checker/confluence/explainer.h"
#include "harness/run.h"
#include "spec/lints.h"
#include "tests/scale.h"

namespace tribunal::harness {
namespace {

using checker::Validity;
using checker::confluence::decide;
using ::testing::Each;

spec::Spec scenario_spec(const std::string& name) {
  std::ifstream in(TRIBUNAL_SOURCE_DIR "/scenarios/confluence/" + name + ".icf");
  std::stringstream text;
  text << in.rdbuf();
  auto spec = spec::parse(text.str());
  EXPECT_TRUE(spec.ok()) << name;
  return spec ? *std::move(spec) : spec::Spec{};
}

std::vector<std::string> names(spec::Expectation expected) {
  std::vector<std::string> found;
  for (const auto& entry :
       std::filesystem::directory_iterator(TRIBUNAL_SOURCE_DIR "/scenarios/confluence")) {
    const std::string name = entry.path().stem().string();
    if (entry.path().extension() == ".icf" && scenario_spec(name).expect == expected) {
      found.push_back(name);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}
std::string test_name(const ::testing::TestParamInfo<std::string>& of) {
  std::string name = of.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

Outcome run_with_seed(Scenario scenario, std::uint64_t seed) {
  scenario.seed = seed;
  RunOptions options;
  options.check.threads = 1;
  auto outcome = run(scenario, options);
  EXPECT_TRUE(outcome.ok()) << outcome.error().message;
  return outcome ? *std::move(outcome) : Outcome{};
}

class Breaking : public ::testing::TestWithParam<std::string> {};

TEST_P(Breaking, ShowsItsViolationInOneRunOnTheMultiLeaderStoreAndNoneOnRaft) {
  const spec::Spec spec = scenario_spec(GetParam());
  const auto decision = decide(spec);
  ASSERT_TRUE(decision.counterexample);
  EXPECT_EQ(run_with_seed(counterexample_scenario(spec, decision), 1).results.valid,
            Validity::invalid);
  const Scenario logged = attack_scenario(spec, decision, "raft");
  for (std::uint64_t seed = 1; seed <= scaled(10, 1); ++seed) {
    EXPECT_EQ(run_with_seed(logged, seed).results.valid, Validity::valid) << "seed " << seed;
  }
}
INSTANTIATE_TEST_SUITE_P(All, Breaking,
                         ::testing::ValuesIn(names(spec::Expectation::not_confluent)), test_name);

class Holding : public ::testing::TestWithParam<std::string> {};

TEST_P(Holding, HoldsOnTheMultiLeaderStoreUnderFaultsOfTheNetwork) {
  const spec::Spec spec = scenario_spec(GetParam());
  const Scenario attack = attack_scenario(spec, decide(spec), "multi-leader");
  for (std::uint64_t seed = 1; seed <= scaled(10, 1); ++seed) {
    EXPECT_EQ(run_with_seed(attack, seed).results.valid, Validity::valid) << "seed " << seed;
  }
}
INSTANTIATE_TEST_SUITE_P(All, Holding, ::testing::ValuesIn(names(spec::Expectation::confluent)),
                         test_name);

// ---- attribution ----
struct Blamed {
  const char* name;
  const char* pair;
};
class SeedScenario : public ::testing::TestWithParam<Blamed> {};

TEST_P(SeedScenario, IsBrokenByThePairThatIsReported) {
  const spec::Spec spec = scenario_spec(GetParam().name);
  const auto decision = decide(spec);
  const Scenario attack = attack_scenario(spec, decision, "multi-leader");
  std::uint64_t right = 0;
  std::uint64_t all = 0;
  for (std::uint64_t seed = 1; seed <= scaled(10, 2); ++seed) {
    const Outcome outcome = run_with_seed(attack, seed);
    auto program = spec::make_program(attack.spec, {attack.nodes, 12});
    ASSERT_TRUE(program.ok());
    const checker::confluence::Explainer explainer(*program);
    for (const auto& instance : checker::confluence::recorded(outcome.history)) {
      for (const auto& told : explainer.explain(instance)) {
        ++all;
        right += told.pair == GetParam().pair && told.expected ? 1 : 0;
        EXPECT_STREQ(told.kind, "confluence violation") << told.sentence;
      }
    }
  }
  EXPECT_GT(all, 0u) << "nothing was violated";
  EXPECT_GE(right * 100, all * 95) << right << " of " << all;
}

TEST_P(SeedScenario, HoldsWithTheAdvisedLock) {
  const spec::Spec spec = scenario_spec(GetParam().name);
  reports::ConfluenceReport report;
  report.spec = spec;
  report.decision = decide(spec);
  report.advice = checker::confluence::advise(spec, report.decision);
  ASSERT_TRUE(report.advice->locks_proven);
  ExecutionOptions options;
  options.seeds = static_cast<std::uint32_t>(scaled(20, 2));
  const auto results = execute(report, options);
  ASSERT_TRUE(results.ok()) << results.error().message;
  ASSERT_EQ(results->size(), 3u);
  EXPECT_EQ((*results)[0].violating, 1u) << "the counterexample";
  EXPECT_EQ((*results)[1].violating, 0u) << "raft";
  EXPECT_FALSE((*results)[2].with.empty());
  EXPECT_EQ((*results)[2].violating, 0u) << "with the lock " << (*results)[2].with;
  EXPECT_GT((*results)[2].transactions, 0u);
}
INSTANTIATE_TEST_SUITE_P(
    Seeds, SeedScenario,
    ::testing::Values(Blamed{"unique-username-chosen", "register beside register"},
                      Blamed{"balance-withdraw", "withdraw beside withdraw"},
                      Blamed{"meeting-rooms", "book beside book"},
                      Blamed{"foreign-key-delete", "close beside hire"},
                      Blamed{"foreign-key-cascade-at-origin", "close beside hire"},
                      Blamed{"transfer-shared-id", "execute beside execute"}),
    [](const auto& of) {
      std::string name = of.param.name;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

}  // namespace
}  // namespace tribunal::harness
