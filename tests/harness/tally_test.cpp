#include "harness/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tribunal::harness {
namespace {

using checker::Validity;
using testing::ElementsAre;

Scenario stating(std::map<std::string, bool> verdict, std::vector<std::string> weakest = {}) {
  Scenario scenario;
  scenario.verdict = std::move(verdict);
  scenario.weakest_violated = std::move(weakest);
  return scenario;
}

Outcome found(std::map<std::string, Validity> models) {
  Outcome outcome;
  outcome.results.models = std::move(models);
  return outcome;
}

const Validity valid = Validity::valid;
const Validity invalid = Validity::invalid;

TEST(Tally, IsSettledByTheFirstViolationUnlessSomethingMustHold) {
  Tally tally = open_tally("t", stating({{"linearizable", false}}));
  add(tally, found({{"linearizable", valid}}), 0.1);
  EXPECT_FALSE(settled(tally));
  EXPECT_FALSE(as_stated(tally));
  add(tally, found({{"linearizable", invalid}}), 0.2);
  EXPECT_TRUE(settled(tally));
  EXPECT_TRUE(as_stated(tally));
  EXPECT_EQ(tally.seconds_to_first, 0.2);

  Tally both = open_tally("t", stating({{"linearizable", false}, {"causal", true}}));
  add(both, found({{"linearizable", invalid}, {"causal", valid}}), 0);
  EXPECT_FALSE(settled(both)) << "another seed may violate what must hold";
  EXPECT_TRUE(as_stated(both));
  add(both, found({{"linearizable", valid}, {"causal", invalid}}), 0);
  EXPECT_TRUE(settled(both));
  EXPECT_FALSE(as_stated(both));
}

TEST(Tally, TakesTheUndecidedForNeitherHeldNorViolated) {
  Tally tally = open_tally("t", stating({{"causal", true}}));
  add(tally, found({{"causal", Validity::unknown}}), 0);
  EXPECT_FALSE(as_stated(tally));
  add(tally, found({{"causal", valid}}), 0);
  EXPECT_FALSE(as_stated(tally)) << "one seed stayed undecided";
}

TEST(Tally, CountsInHowManySeedsAModelIsViolated) {
  Scenario scenario = stating({{"linearizable", false}});
  scenario.detect = 2;
  Tally tally = open_tally("t", scenario);
  add(tally, found({{"linearizable", invalid}}), 0);
  EXPECT_FALSE(settled(tally));
  EXPECT_FALSE(as_stated(tally));
  add(tally, found({{"linearizable", invalid}}), 0);
  EXPECT_TRUE(settled(tally));
  EXPECT_TRUE(as_stated(tally));
}

TEST(Tally, RefusesWhatIsNeitherStatedNorImpliesIt) {
  Tally tally = open_tally("t", stating({{"linearizable", false}}, {"monotonic-reads"}));
  add(tally, found({{"linearizable", invalid}, {"pram", invalid}}), 0);
  EXPECT_THAT(weakest_violated(tally), ElementsAre("pram"));
  EXPECT_TRUE(settled(tally));
  EXPECT_TRUE(as_stated(tally)) << "pram implies monotonic reads, another seed may show them";
  add(tally, found({{"monotonic-reads", invalid}, {"stable-leadership", invalid}}), 0);
  EXPECT_THAT(weakest_violated(tally), ElementsAre("monotonic-reads"));
  EXPECT_TRUE(as_stated(tally));
  add(tally, found({{"fencing", invalid}}), 0);
  EXPECT_THAT(weakest_violated(tally), ElementsAre("fencing", "monotonic-reads"));
  EXPECT_TRUE(settled(tally));
  EXPECT_FALSE(as_stated(tally)) << "more is broken than is stated";
}

TEST(Tally, WantsAllThatIsStatedWhenItTriesEverySeed) {
  Tally tally = open_tally("t", stating({{"linearizable", false}}, {"monotonic-reads"}));
  tally.exhaustive = true;
  add(tally, found({{"linearizable", invalid}, {"pram", invalid}}), 0);
  EXPECT_FALSE(settled(tally));
  EXPECT_FALSE(as_stated(tally));
  add(tally, found({{"monotonic-reads", invalid}}), 0);
  EXPECT_TRUE(as_stated(tally));
}

TEST(Tally, TriesEverySeedWhenToldTo) {
  Tally tally = open_tally("t", stating({{"linearizable", false}}));
  tally.exhaustive = true;
  add(tally, found({{"linearizable", invalid}}), 0);
  EXPECT_FALSE(settled(tally));
  EXPECT_TRUE(as_stated(tally));
}

TEST(Tally, ComparesTheShareOfAcknowledgedUpdatesThatIsLost) {
  Scenario scenario = stating({{"set", false}});
  scenario.lost = {30, 70};
  Tally tally = open_tally("t", scenario);
  EXPECT_FALSE(lost_share(tally)) << "nothing was acknowledged";
  add(tally, found({{"set", invalid}}), 0);
  EXPECT_FALSE(settled(tally)) << "it is about all the seeds";
  EXPECT_FALSE(as_stated(tally));
  tally.acknowledged = 200;
  tally.lost = 60;
  EXPECT_TRUE(as_stated(tally));
  tally.lost = 59;
  EXPECT_FALSE(as_stated(tally));
  tally.lost = 141;
  EXPECT_FALSE(as_stated(tally));
}

TEST(Tally, KeepsWhatWentWrongWithTheRunItself) {
  Tally tally = open_tally("t", stating({{"linearizable", true}}));
  Outcome outcome = found({{"linearizable", valid}});
  outcome.deviation = "operation 3: expected 1, found nil";
  add(tally, outcome, 0);
  EXPECT_FALSE(as_stated(tally));
  EXPECT_EQ(tally.problem, "operation 3: expected 1, found nil");
}

}  // namespace
}  // namespace tribunal::harness
