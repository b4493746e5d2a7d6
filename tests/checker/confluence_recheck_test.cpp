// What the second proof confirms, and what it refuses: mutilated proofs, and proofs of what is not
// so.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "checker/confluence/recheck.h"
#include "spec/layout.h"
#include "spec/parse.h"
#include "tests/spec/specimen.h"

namespace tribunal::checker::confluence::recheck {
namespace {

using Form = Fact::Form;

struct Scenario {
  std::string name;
  spec::Spec spec;
  Decision decision;
};

// All that say what to expect, decided once.
const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = [] {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry :
         std::filesystem::directory_iterator(TRIBUNAL_SOURCE_DIR "/scenarios/confluence")) {
      if (entry.path().extension() == ".icf") paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<Scenario> found;
    for (const std::filesystem::path& path : paths) {
      std::stringstream text;
      text << std::ifstream(path).rdbuf();
      spec::Spec spec = spec::parsed(text.str());
      confluence::Options options;
      options.conflicts = false;
      Decision decision = decide(spec, options);
      found.push_back({path.stem().string(), std::move(spec), std::move(decision)});
    }
    return found;
  }();
  return all;
}

const Scenario& scenario(const std::string& name) {
  for (const Scenario& each : scenarios()) {
    if (each.name == name) return each;
  }
  ADD_FAILURE() << "no scenario " << name;
  return scenarios().front();
}

bool confirmed(Outcome outcome) {
  return outcome == Outcome::confirmed_unbounded || outcome == Outcome::confirmed_in_scope;
}

Decision claim(const Decision& decision, Route route, std::vector<Fact> facts) {
  Decision claimed = decision;
  claimed.verdict = Verdict::confluent;
  claimed.route = route;
  claimed.facts = std::move(facts);
  return claimed;
}

constexpr Route routes[] = {Route::closed, Route::origin_states};

// A specification by itself: never confirmed, whatever route and facts it is claimed by.
void expect_refused(const spec::Spec& spec, const Decision& decision, const std::string& name) {
  for (const Route route : routes) {
    for (const std::vector<Fact>& facts : {decision.facts, std::vector<Fact>{}}) {
      const Recheck result = prove_again(spec, claim(decision, route, facts));
      EXPECT_FALSE(confirmed(result.outcome)) << name << " by " << name_of(route);
      EXPECT_FALSE(result.note.empty()) << name << " by " << name_of(route);
    }
  }
}

// Sums that grow with each transaction, and loops in which rounds depend on one another.
const std::set<std::string> only_in_scope = {
    "airline-overbooking",       "tpcc-01-warehouse-ytd",    "tpcc-04-order-line-count",
    "tpcc-09-district-history",  "tpcc-11-orders-delivered", "transfer-minted-id",
    "warehouse-oversell-apology"};

TEST(ConfluenceProvenAgain, HoldsForEveryScenarioThatIsConfluent) {
  int unbounded = 0;
  for (const Scenario& each : scenarios()) {
    if (each.decision.verdict != Verdict::confluent) continue;
    const Recheck result = prove_again(each.spec, each.decision);
    const bool bounded = only_in_scope.count(each.name) != 0;
    EXPECT_STREQ(name_of(result.outcome),
                 name_of(bounded ? Outcome::confirmed_in_scope : Outcome::confirmed_unbounded))
        << each.name << ": " << result.note;
    EXPECT_EQ(result.note.empty(), !bounded) << each.name;
    unbounded += bounded ? 0 : 1;
  }
  EXPECT_GE(unbounded, 23);
}

TEST(ConfluenceProvenAgain, SaysTheSameEveryTime) {
  for (const char* const name : {"tpcc-07-delivery-dates", "tpcc-04-order-line-count"}) {
    const Scenario& each = scenario(name);
    const Recheck once = prove_again(each.spec, each.decision);
    const Recheck twice = prove_again(each.spec, each.decision);
    EXPECT_EQ(once.outcome, twice.outcome);
    EXPECT_EQ(once.note, twice.note);
    EXPECT_EQ(once.questions, twice.questions);
  }
}

TEST(ConfluenceProvenAgain, RefusesEveryScenarioThatIsNotConfluent) {
  int refused = 0;
  for (const Scenario& each : scenarios()) {
    if (each.spec.expect != spec::Expectation::not_confluent) continue;
    expect_refused(each.spec, each.decision, each.name);
    ++refused;
  }
  EXPECT_GE(refused, 15);
}

TEST(ConfluenceProvenAgain, RefusesTheOtherRouteWhereItDoesNotGoThrough) {
  int refused = 0;
  for (const Scenario& each : scenarios()) {
    if (each.decision.verdict != Verdict::confluent) continue;
    if (each.decision.route != Route::origin_states) continue;  // `closed` was tried before
    const Recheck result =
        prove_again(each.spec, claim(each.decision, Route::closed, each.decision.facts));
    EXPECT_FALSE(confirmed(result.outcome)) << each.name;
    ++refused;
  }
  EXPECT_GE(refused, 9);
}

// Without the facts a proof rests on.
TEST(ConfluenceProvenAgain, NeedsItsFacts) {
  for (const char* const name :
       {"airline-overbooking", "auction-highest-bid", "foreign-key-insert",
        "table2-04-unique-value-minted", "table2-06-foreign-key-insert", "unique-id-minted",
        "tpcc-05-carrier-or-new-order", "tpcc-07-delivery-dates", "warehouse-oversell-apology"}) {
    const Scenario& each = scenario(name);
    ASSERT_EQ(each.decision.verdict, Verdict::confluent);
    const Recheck result = prove_again(each.spec, claim(each.decision, each.decision.route, {}));
    EXPECT_STREQ(name_of(result.outcome), name_of(Outcome::refuted)) << name;
  }
}

// Without a single one: of the proof itself, or of what makes another fact last.
TEST(ConfluenceProvenAgain, NeedsEveryFactThatMatters) {
  const std::pair<const char*, const char*> needed[] = {
      {"auction-highest-bid", "amount[x] was written => bid[x]"},
      {"foreign-key-insert", "works_in[x] was written => employee[x]"},
      {"table2-01-attribute-equality", "submitted[x] was touched => x was minted by 'fresh'"},
      {"table2-08-foreign-key-cascade", "nothing is ever removed from photo[x]"},
      {"tpcc-05-carrier-or-new-order", "new_order[x] => order[x]"},
      {"tpcc-07-delivery-dates", "order[x] was touched => x was minted by 'fresh'"},
      {"unique-id-minted", "id[x] was touched => x was minted by 'fresh'"},
      {"warehouse-oversell-apology", "sorry[x] never changes"},
  };
  for (const auto& [name, wanted] : needed) {
    const std::string text = wanted;
    const Scenario& each = scenario(name);
    std::vector<Fact> facts = each.decision.facts;
    EXPECT_EQ(std::erase_if(facts, [&](const Fact& fact) { return show(each.spec, fact) == text; }),
              1U)
        << name;
    const Recheck result = prove_again(each.spec, claim(each.decision, each.decision.route, facts));
    EXPECT_STREQ(name_of(result.outcome), name_of(Outcome::refuted)) << name << ": " << text;
  }
}

bool has_form(const spec::Spec& spec, const Fact& fact) {
  const spec::Variable& a = spec.variables[fact.a];
  const bool number = a.type.base == spec::Type::Base::integer;
  switch (fact.form) {
    case Form::at_least:
    case Form::at_most:
      return number;
    case Form::unchanged:
      return true;
    case Form::never_removed:
      return a.kind == spec::Kind::tpset;
    case Form::minted:
      return a.indices == std::vector<spec::Type>{{spec::Type::Base::sort, fact.b}};
    case Form::subset:
      return is_set(a.kind) && is_set(spec.variables[fact.b].kind) &&
             a.indices == spec.variables[fact.b].indices;
    default:
      return false;
  }
}

// The facts of a decision are all that last, of these forms; any other one is false somewhere.
TEST(ConfluenceProvenAgain, RefusesFactsThatDoNotLast) {
  int refused = 0;
  for (const Scenario& each : scenarios()) {
    if (each.decision.verdict != Verdict::confluent || each.name > "tpcc-06") continue;
    const auto variables = static_cast<std::uint32_t>(each.spec.variables.size());
    for (const Form form : {Form::at_least, Form::at_most, Form::unchanged, Form::never_removed,
                            Form::subset, Form::minted}) {
      for (std::uint32_t a = 0; a < variables; ++a) {
        const Fact fact{form, a, form == Form::subset ? (a + 1) % variables : 0};
        std::vector<Fact> facts = each.decision.facts;
        const bool known = std::find(facts.begin(), facts.end(), fact) != facts.end();
        if (known || !has_form(each.spec, fact) || (form == Form::subset && variables == 1))
          continue;
        facts.push_back(fact);
        const Recheck result =
            prove_again(each.spec, claim(each.decision, each.decision.route, facts));
        EXPECT_FALSE(confirmed(result.outcome)) << each.name << ": " << show(each.spec, fact);
        ++refused;
      }
    }
  }
  EXPECT_GE(refused, 50);
}

TEST(ConfluenceProvenAgain, DoesNotKnowWhatDoesNotFit) {
  const Scenario& each = scenario("tpcc-01-warehouse-ytd");
  const auto outcome = [&](const Decision& decision) {
    return prove_again(each.spec, decision).outcome;
  };
  EXPECT_EQ(outcome(claim(each.decision, Route::none, {})), Outcome::unknown);
  EXPECT_EQ(outcome(claim(each.decision, Route::simulation, {})), Outcome::unknown);
  EXPECT_EQ(outcome(claim(each.decision, Route::closed, {{Form::at_least, 77, 0}})),
            Outcome::unknown);
  EXPECT_EQ(outcome(claim(each.decision, Route::closed, {{Form::never_removed, 0, 0}})),
            Outcome::unknown);
  EXPECT_EQ(outcome(claim(each.decision, Route::closed, {{Form::subset, 0, 1}})), Outcome::unknown);
  EXPECT_EQ(outcome(claim(each.decision, Route::closed, {{Form::minted, 0, 9}})), Outcome::unknown);
  Decision sizes = each.decision;
  sizes.scope.sizes = {2};
  EXPECT_EQ(outcome(sizes), Outcome::unknown);
  sizes.scope.sizes = {0, 2};
  EXPECT_EQ(outcome(sizes), Outcome::unknown);
}

TEST(ConfluenceProvenAgain, GivesUpWithoutEffort) {
  const Scenario& each = scenario("tpcc-07-delivery-dates");
  EXPECT_EQ(prove_again(each.spec, each.decision, Options{50}).outcome, Outcome::unknown);
}

// ---- what a proof that is a little wrong would confirm ----

struct Trap {
  const char* what;
  const char* text;
  std::vector<std::uint32_t> sizes;
  spec::Run run;  // ends in a violation
};

spec::Step at(std::uint32_t replica, std::vector<std::int64_t> arguments,
              std::uint32_t transaction = 0) {
  return {spec::Step::What::execute, replica, 0, transaction, std::move(arguments)};
}
spec::Step merged(std::uint32_t to, std::uint32_t from) {
  return {spec::Step::What::merge, to, from, 0, {}};
}

const Trap traps[] = {
    {"a maximum that is lowered within the body is not what others get",
     R"(max m = 0; counter c = 0;
        op t(n: int) requires m <= 5 and n + n == 246 { m := 10; m := 5; c += 1; }
        invariant small: m <= 7; invariant once: c <= 1;)",
     {},
     {at(0, {123}), at(1, {123}), merged(0, 1)}},
    {"what was removed from a tpset stays out within the body, too",
     R"(sort X[3]; tpset s[X]; counter c = 0;
        op take_out(x: X) { add s[x]; remove s[x]; }
        op t(x: X, n: int) requires n + n == 246 { add s[x]; if not s[x] { c += 1; } }
        invariant once: c <= 1;)",
     {3},
     {at(0, {0}), merged(1, 0), at(0, {0, 123}, 1), at(1, {0, 123}, 1), merged(0, 1)}},
    {"a conjunct of the guard may fail where more has happened",
     R"(sort X[2]; gset s[X]; counter c = 0;
        op close(x: X) { add s[x]; }
        op t(x: X) requires not s[x] { c += 1; }
        invariant once: c <= 1 or not (exists x: X . s[x]);)",
     {2},
     {at(0, {0}), at(1, {0}, 1), at(1, {1}, 1), merged(0, 1)}},
};

TEST(ConfluenceProvenAgain, FallsIntoNoTrap) {
  for (const Trap& trap : traps) {
    const spec::Spec spec = spec::parsed(trap.text);
    const spec::Layout layout(spec, trap.sizes);
    const spec::Replay replay = spec::replay(layout, trap.run);
    EXPECT_TRUE(replay.violation && replay.all_committed) << trap.what;
    confluence::Options options;
    options.conflicts = false;
    options.simulated_runs = 0;
    expect_refused(spec, decide(spec, options), trap.what);
  }
}

// ---- what a prover with a planted bug proves ----

// Who saw `p` takes `q`, who did not takes `w`. No common state lets both happen.
const char* const handshake = R"(
  gset p; gset q; gset w;
  op open() { add p; }
  op go_on() requires p { add q; }
  op turn_back() requires not p { add w; }
  invariant one_way: not (q and w);)";
// A maximum that was lowered rises again by merging with who has done nothing.
const char* const lowered = R"(
  max m = 5; counter c = 0;
  op lower() { m := 0; }
  op use() requires m == 0 { c += 1; }
  invariant low: c > 0 => m <= 0;)";

TEST(ConfluenceProvenAgain, FindsOutAProverThatReasonsWrongly) {
  const std::pair<Mutation, const char*> planted[] = {
      {Mutation::diamonds_suffice, handshake},
      {Mutation::origins_are_here, handshake},
      {Mutation::guards_last, handshake},
      {Mutation::extrema_by_effects, lowered},
  };
  for (const auto& [mutation, text] : planted) {
    const spec::Spec spec = spec::parsed(text);
    EXPECT_STREQ(name_of(decide(spec).verdict), name_of(Verdict::not_confluent)) << text;
    confluence::Options options;
    options.mutation = mutation;
    options.simulated_runs = 0;
    const Decision wrong = decide(spec, options);
    EXPECT_STREQ(name_of(wrong.verdict), name_of(Verdict::confluent))
        << static_cast<int>(mutation) << text;
    EXPECT_STREQ(name_of(prove_again(spec, wrong).outcome), name_of(Outcome::refuted))
        << static_cast<int>(mutation) << text;
    expect_refused(spec, wrong, text);
  }
}

// Six colours are used up only where there are six things to paint.
TEST(ConfluenceProvenAgain, LooksBeyondAScopeThatClaimsToBeComplete) {
  const spec::Spec spec = spec::parsed(R"(
    enum Colour { red, green, blue, black, white, grey };
    sort X[auto]; gset on[X]; lww colour[X]: Colour;
    op paint(fresh x: X, c: Colour) { add on[x]; colour[x] := c; }
    invariant one_left:
      (count c: Colour . (forall x: X . not (on[x] and colour[x] == c))) >= 1;)");
  EXPECT_FALSE(scope_of(spec).is_complete());
  Decision decision;
  decision.route = Route::closed;
  decision.scope.sizes = {3};
  decision.scope.complete = {3};
  EXPECT_EQ(prove_again(spec, decision).outcome, Outcome::refuted);
  decision.scope.complete = {0};
  decision.scope.obstacle = "a count of quantifiers";
  EXPECT_EQ(prove_again(spec, decision).outcome, Outcome::confirmed_in_scope);
  decision.scope.sizes = {6};
  EXPECT_EQ(prove_again(spec, decision).outcome, Outcome::refuted);
}

// Sorts of a scenario are small; a proof must not depend on that.
TEST(ConfluenceProvenAgain, DoesNotTakeOneElementForAll) {
  const spec::Spec spec = spec::parsed(R"(
    sort X[1]; gset taken[X];
    op take(x: X) requires forall y: X . not taken[y] { add taken[x]; }
    invariant one: forall x, y: X . taken[x] and taken[y] => x == y;)");
  const Decision decision = decide(spec);
  ASSERT_EQ(decision.verdict, Verdict::confluent);
  EXPECT_FALSE(decision.scope.is_complete());
  EXPECT_EQ(prove_again(spec, decision).outcome, Outcome::confirmed_in_scope);
}

}  // namespace
}  // namespace tribunal::checker::confluence::recheck
