// Verdicts on the specifications of the repository, and what is advised about them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/confluence/advice.h"
#include "checker/confluence/decision.h"
#include "tests/checker/specs.h"

namespace tribunal::checker::confluence {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using testing_support::parsed;
using testing_support::scenario_spec;
using testing_support::scenario_specs;

std::uint32_t transaction(const spec::Spec& spec, const std::string& name) {
  for (std::uint32_t t = 0; t < spec.transactions.size(); ++t) {
    if (spec.transactions[t].name == name) return t;
  }
  ADD_FAILURE() << "no transaction " << name;
  return 0;
}

// "a|b over inv if x=y"
std::vector<std::string> conflicts(const spec::Spec& spec, const Decision& decision) {
  std::vector<std::string> found;
  for (const Conflict& c : decision.conflicts) {
    const spec::Transaction& a = spec.transactions[c.a];
    const spec::Transaction& b = spec.transactions[c.b];
    std::string text = a.name + "|" + b.name + " over " + spec.invariants[c.invariant].name;
    for (const auto& [p, q] : c.equal) {
      text += " if " + a.parameters[p].name + "=" + b.parameters[q].name;
    }
    found.push_back(text);
  }
  return found;
}

class EveryScenario : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryScenario, HasTheVerdictThatItExpects) {
  const spec::Spec spec = scenario_spec(GetParam());
  ASSERT_NE(spec.expect, spec::Expectation::none);
  const Decision decision = decide(spec);
  const bool wanted = spec.expect == spec::Expectation::confluent;
  EXPECT_EQ(name_of(decision.verdict),
            name_of(wanted ? Verdict::confluent : Verdict::not_confluent))
      << decision.reason;
  EXPECT_THAT(decision.never, IsEmpty()) << "a transaction that never commits proves nothing";
  EXPECT_THAT(decision.unseen, IsEmpty());
}

class ScenarioThatBreaks : public ::testing::TestWithParam<std::string> {};

TEST_P(ScenarioThatBreaks, HasARunThatShowsIt) {
  const spec::Spec spec = scenario_spec(GetParam());
  const Decision decision = decide(spec);
  ASSERT_TRUE(decision.counterexample);
  const spec::Layout layout(spec, decision.scope.sizes);
  const spec::Replay replay = spec::replay(layout, *decision.counterexample);
  ASSERT_TRUE(replay.violation);
  EXPECT_TRUE(replay.all_committed);
  EXPECT_EQ(*replay.violation + 1, decision.counterexample->size()) << "the last step violates";
  EXPECT_EQ(replay.steps.back().violated.front(), decision.violated);
  EXPECT_THAT(decision.conflicts, ::testing::Not(IsEmpty()));
}

std::vector<std::string> names() {
  std::vector<std::string> found;
  for (const auto& [name, text] : scenario_specs()) found.push_back(name);
  return found;
}
std::vector<std::string> breaking() {
  std::vector<std::string> found;
  for (const auto& [name, text] : scenario_specs()) {
    if (parsed(text).expect == spec::Expectation::not_confluent) found.push_back(name);
  }
  return found;
}
std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Confluence, EveryScenario, ::testing::ValuesIn(names()), test_name);
INSTANTIATE_TEST_SUITE_P(Confluence, ScenarioThatBreaks, ::testing::ValuesIn(breaking()),
                         test_name);

TEST(ConflictMatrix, NamesThePairTheInvariantAndTheKey) {
  const spec::Spec names = scenario_spec("unique-username-chosen");
  EXPECT_THAT(conflicts(names, decide(names)),
              ElementsAre("register|register over unique if name=name"));
}

TEST(ConflictMatrix, IsComputedUnderTheStrengthening) {
  // Without the fact that only minted ids are used, two inserts would seem to clash.
  const spec::Spec spec = scenario_spec("unique-id-minted");
  const Decision decision = decide(spec);
  EXPECT_EQ(decision.verdict, Verdict::confluent);
  EXPECT_FALSE(decision.facts.empty());
}

TEST(Initially, AViolatedInvariantIsAnErrorOfItsOwn) {
  const spec::Spec spec = parsed("counter x = 0;\nop inc() { x += 1; }\ninvariant some: x > 0;\n");
  const Decision decision = decide(spec);
  EXPECT_EQ(decision.verdict, Verdict::invalid_initial);
  EXPECT_THAT(decision.broken_initially, ElementsAre(0));
}

TEST(Vacuity, ATransactionThatNoValidStateLetsCommitIsNamed) {
  const spec::Spec spec = parsed(
      "counter x = 0;\nop inc() { x += 1; }\nop far() requires x < 0 { x += 1; }\n"
      "invariant some: x >= 0;\n");
  const Decision decision = decide(spec);
  EXPECT_EQ(decision.verdict, Verdict::confluent);
  EXPECT_THAT(decision.never, ElementsAre(transaction(spec, "far")));
}

TEST(Extrema, AMaximumThatATransactionLowersIsNotProvenByEffects) {
  const spec::Spec spec = parsed(
      "max top = 2;\nmax other = 0;\n"
      "op lower() requires other == 0 { top := 0; }\n"
      "op other_up() requires top == 2 { other := 1; }\n"
      "invariant both: top == 2 or other == 0;\n");
  const Decision decision = decide(spec);
  EXPECT_THAT(decision.shrinking, ElementsAre(0));
  EXPECT_NE(decision.verdict, Verdict::invalid_initial);
}

TEST(Decision, IsTheSameEveryTime) {
  for (const char* name :
       {"unique-username-chosen", "foreign-key-delete", "tpcc-11-orders-delivered"}) {
    const spec::Spec spec = scenario_spec(name);
    const Decision once = decide(spec);
    const Decision again = decide(spec);
    EXPECT_EQ(once.verdict, again.verdict);
    EXPECT_EQ(once.facts, again.facts);
    EXPECT_EQ(once.counterexample, again.counterexample);
    EXPECT_EQ(once.questions, again.questions);
    EXPECT_EQ(conflicts(spec, once), conflicts(spec, again));
  }
}

TEST(ScopeOf, UniversalInvariantsNeedTheirArgumentsAndWitnesses) {
  const spec::Spec spec = parsed(
      "sort User[auto];\nawset user[User];\nlww uname[User] : int;\n"
      "op register(fresh u: User, n: int) requires not user[u] { add user[u]; uname[u] := n; }\n"
      "invariant unique: forall a, b: User . user[a] and user[b] and a != b => uname[a] != "
      "uname[b];\n");
  const Scope scope = scope_of(spec);
  EXPECT_TRUE(scope.is_complete());
  EXPECT_EQ(show(spec, scope), "User=4, complete");
}

TEST(ScopeOf, CountsAreNeverComplete) {
  const Scope scope = scope_of(scenario_spec("transfer-minted-id"));
  EXPECT_FALSE(scope.is_complete());
  EXPECT_THAT(scope.obstacle, ::testing::HasSubstr("'count' over"));
}

// ---- advice ----

TEST(Advice, ASelfConflictTakesAnExclusiveLockOnItsKey) {
  const spec::Spec spec = scenario_spec("balance-withdraw");
  const Decision decision = decide(spec);
  const Advice advice = advise(spec, decision);
  ASSERT_EQ(advice.locks.size(), 1u);
  const std::uint32_t withdraw = transaction(spec, "withdraw");
  ASSERT_EQ(advice.locks[0].holders.size(), 1u);
  EXPECT_EQ(advice.locks[0].holders[0].transaction, withdraw);
  EXPECT_EQ(advice.locks[0].holders[0].mode, Lock::Mode::exclusive);
  EXPECT_EQ(advice.locks[0].holders[0].key, 0u);
  EXPECT_TRUE(advice.locks_proven);
  EXPECT_THAT(advice.cover, ElementsAre(withdraw));
}

TEST(Advice, TwoSidesThatOnlyClashWithOneAnotherShareAmongThemselves) {
  const spec::Spec spec = scenario_spec("foreign-key-delete");
  const Advice advice = advise(spec, decide(spec));
  ASSERT_EQ(advice.locks.size(), 1u);
  const Lock& lock = advice.locks[0];
  ASSERT_EQ(lock.holders.size(), 2u);
  EXPECT_NE(lock.holders[0].mode, lock.holders[1].mode);
  EXPECT_TRUE(lock.holders[0].key && lock.holders[1].key);
  EXPECT_TRUE(advice.locks_proven);
  for (const Phase& phase : advice.phases) EXPECT_TRUE(phase.proven);
  EXPECT_EQ(advice.phases.size(), 2u);
}

TEST(Advice, ABoundIsKeptByEscrow) {
  const spec::Spec spec = scenario_spec("balance-withdraw");
  const Advice advice = advise(spec, decide(spec));
  const auto escrow =
      std::find_if(advice.variants.begin(), advice.variants.end(),
                   [](const Variant& v) { return v.kind == Variant::Kind::escrow; });
  ASSERT_NE(escrow, advice.variants.end());
  EXPECT_EQ(decide(parsed(escrow->spec)).verdict, Verdict::confluent);
}

TEST(Advice, AForeignKeyIsKeptByCascadingInTheMerge) {
  const spec::Spec spec = scenario_spec("foreign-key-delete");
  const Advice advice = advise(spec, decide(spec));
  const bool found = std::any_of(advice.variants.begin(), advice.variants.end(),
                                 [](const Variant& v) { return v.kind == Variant::Kind::onmerge; });
  EXPECT_TRUE(found);
}

TEST(Advice, AnApologyNamesTheRowsAndWhatToUndo) {
  const spec::Spec spec = scenario_spec("meeting-rooms");
  const Decision decision = decide(spec);
  const Advice advice = advise(spec, decision);
  ASSERT_TRUE(advice.apology);
  EXPECT_GE(advice.apology->bindings, 1u);
  EXPECT_EQ(advice.apology->undo.size(), 2u) << "either of the two bookings";
}

TEST(Advice, EveryLockOfEveryScenarioIsEnoughAsFarAsItIsProven) {
  int proven = 0;
  int locked = 0;
  for (const auto& [name, text] : scenario_specs()) {
    const spec::Spec spec = parsed(text);
    if (spec.expect != spec::Expectation::not_confluent) continue;
    const Advice advice = advise(spec, decide(spec));
    EXPECT_FALSE(advice.locks.empty()) << name;
    ++locked;
    proven += advice.locks_proven ? 1 : 0;
    if (!advice.locks_proven) std::printf("not proven: %s\n", name.c_str());
  }
  EXPECT_GT(proven * 10, locked * 7);
}

}  // namespace
}  // namespace tribunal::checker::confluence
