// The sample reports: see confluence_samples.h.
#include "tests/browser/confluence_samples.h"

#include <cstdlib>
#include <string_view>

#include "spec/layout.h"
#include "spec/print.h"
#include "spec/simulate.h"

namespace tribunal::reports::testing {
namespace {

using checker::confluence::Advice;
using checker::confluence::Apology;
using checker::confluence::Conflict;
using checker::confluence::Fact;
using checker::confluence::Lock;
using checker::confluence::Phase;
using checker::confluence::Route;
using checker::confluence::Variant;
using checker::confluence::Verdict;
using spec::Step;

constexpr std::string_view names_text = R"(# People pick their own user name.
sort User[3];
awset user[User];
lww username[User]: int;

op register(fresh u: User, name: int)
  requires forall other: User . user[other] => username[other] != name
{
  add user[u];
  username[u] := name;
}
op leave(u: User) requires user[u] { remove user[u]; }

invariant unique: forall a, b: User where a != b .
  user[a] and user[b] => username[a] != username[b];
)";

ConfluenceReport report_of(std::string file, std::string_view text) {
  ConfluenceReport report;
  report.file = std::move(file);
  report.text = text;
  auto parsed = spec::parse(text);
  if (!parsed) std::abort();  // a sample is a specification
  report.spec = *std::move(parsed);
  auto& scope = report.decision.scope;
  for (const spec::Sort& sort : report.spec.sorts) {
    scope.sizes.push_back(sort.size);
    scope.complete.push_back(sort.size + 1);
  }
  return report;
}

Step run(std::uint32_t replica, std::uint32_t transaction, std::vector<std::int64_t> arguments) {
  return {Step::What::execute, replica, 0, transaction, std::move(arguments)};
}
Step merge(std::uint32_t replica, std::uint32_t from) {
  return {Step::What::merge, replica, from, 0, {}};
}

// A conflict whose example is what happens when both run in the initial state.
Conflict conflict(const ConfluenceReport& report, Step a, Step b,
                  std::vector<std::pair<std::uint32_t, std::uint32_t>> equal) {
  const spec::Layout layout(report.spec, report.decision.scope.sizes);
  a.replica = 0;
  b.replica = 1;
  const spec::Replay replay = spec::replay(layout, {a, b, merge(0, 1)});
  Conflict made;
  made.a = a.transaction;
  made.b = b.transaction;
  made.equal = std::move(equal);
  made.example = {a.arguments,           b.arguments,           replay.steps[0].before,
                  replay.steps[0].after, replay.steps[1].after, replay.steps[2].after};
  return made;
}

void breaks(ConfluenceReport& report, spec::Run run) {
  auto& decision = report.decision;
  decision.verdict = Verdict::not_confluent;
  decision.route = Route::simulation;
  decision.runs = 4;
  decision.counterexample = std::move(run);
  decision.shortest = true;
}

}  // namespace

ConfluenceReport chosen_names() {
  ConfluenceReport report = report_of("names.icf", names_text);
  breaks(report, {run(0, 0, {0, 7}), run(1, 0, {1, 7}), merge(0, 1)});
  report.decision.facts = {{Fact::Form::minted, 0, 0}, {Fact::Form::minted, 1, 0}};
  report.decision.conflicts = {conflict(report, run(0, 0, {0, 7}), run(1, 0, {1, 7}), {{1, 1}})};
  Advice advice;
  advice.locks = {{{0}, {{0, Lock::Mode::exclusive, 1}}}};
  advice.locks_proven = true;
  advice.cover = {0};
  advice.phases = {{{1}, true}};
  spec::Spec changed = report.spec;
  changed.variables[0].kind = spec::Kind::rwset;
  advice.variants = {
      {Variant::Kind::policy, "awset user -> rwset", spec::print(changed), Route::none}};
  advice.apology = Apology{0, 2, {}, {0, 1}};
  report.advice = std::move(advice);
  report.warnings = {{{4, 1}, 12, "concurrent changes of 'username' are lost"}};
  report.executions = {
      {"multi-leader", "partition", 100, 87, 12345, true, "", "tribunal replay --seed 3"},
      {"raft", "", 100, 0, 8123, false, "", ""}};
  return report;
}

ConfluenceReport minted_ids() {
  ConfluenceReport report = report_of("ids.icf", R"(sort User[3];
sort Id[3];
awset user[User];
lww id[User]: Id;
op register(fresh u: User, fresh i: Id) {
  add user[u];
  id[u] := i;
}
invariant unique: forall a, b: User where a != b . user[a] and user[b] => id[a] != id[b];
)");
  auto& decision = report.decision;
  decision.verdict = Verdict::confluent;
  decision.route = Route::origin_states;
  decision.scope.complete = {4, 14};
  decision.facts = {{Fact::Form::minted, 0, 0},
                    {Fact::Form::at_least, 1, 0},
                    {Fact::Form::at_most, 1, 0},
                    {Fact::Form::unchanged, 1, 0}};
  decision.runs = 1500;
  report.recheck = "confirmed for any number of elements";
  return report;
}

ConfluenceReport counted_up() {
  ConfluenceReport report = report_of("likes.icf", R"(counter likes = 0;
op like() { likes += 1; }
op never() requires likes < 0 { likes += 1; }
invariant some: likes >= 0;
)");
  report.decision.verdict = Verdict::confluent;
  report.decision.route = Route::closed;
  report.decision.runs = 1500;
  report.decision.never = {1};
  report.decision.unseen = {1};
  return report;
}

ConfluenceReport three_replicas() {
  ConfluenceReport report = report_of("names.icf", names_text);
  breaks(report, {run(0, 0, {0, 5}), merge(1, 0), run(1, 1, {0}), run(1, 0, {1, 7}),
                  run(0, 0, {2, 7}), merge(2, 1), merge(2, 0)});
  report.decision.shortest = false;
  report.decision.conflicts = {conflict(report, run(0, 0, {1, 7}), run(1, 0, {2, 7}), {{1, 1}})};
  return report;
}

ConfluenceReport tangled() {
  ConfluenceReport report = report_of("tangled.icf", R"(sort Item[2];
counter stock[Item] = 1;
tpset shelf[Item] = true;
gset on_loan[Item];
counter budget = 1;
op lend(i: Item) requires shelf[i] and stock[i] > 0 { stock[i] -= 1; add on_loan[i]; }
op scrap(i: Item) requires not on_loan[i] { remove shelf[i]; }
op sell(i: Item) requires stock[i] > 0 { stock[i] -= 1; }
op count_again(i: Item, n: int) requires n > 0 { stock[i] += n; }
op pay(n: int) requires n > 0 and budget >= n { budget -= n; }
op order_by_mail_and_pay_at_once(n: int) requires n > 0 and budget >= n { budget -= n; }
invariant in_stock: forall i: Item . stock[i] >= 0;
invariant no_loan_without_item: forall i: Item . on_loan[i] => shelf[i];
invariant solvent: budget >= 0;
)");
  breaks(report, {run(0, 0, {0}), run(1, 1, {0}), merge(0, 1)});
  report.decision.violated = 1;
  const auto add = [&](Step a, Step b, std::uint32_t invariant, bool keyed) {
    Conflict made = conflict(report, std::move(a), std::move(b), {});
    made.invariant = invariant;
    if (keyed) made.equal = {{0, 0}};
    report.decision.conflicts.push_back(std::move(made));
  };
  add(run(0, 0, {0}), run(1, 0, {0}), 0, true);
  add(run(0, 0, {0}), run(1, 1, {0}), 1, true);
  add(run(0, 0, {0}), run(1, 2, {0}), 0, true);
  add(run(0, 2, {0}), run(1, 2, {0}), 0, true);
  add(run(0, 4, {1}), run(1, 4, {1}), 2, false);
  add(run(0, 4, {1}), run(1, 5, {1}), 2, false);
  add(run(0, 5, {1}), run(1, 5, {1}), 2, false);
  Advice advice;
  advice.locks = {{{0}, {{0, Lock::Mode::exclusive, 0}, {2, Lock::Mode::exclusive, 0}}},
                  {{1}, {{0, Lock::Mode::shared, 0}, {1, Lock::Mode::exclusive, 0}}},
                  {{2}, {{4, Lock::Mode::exclusive, {}}, {5, Lock::Mode::exclusive, {}}}}};
  advice.cover = {0, 2, 4, 5};
  advice.phases = {{{1, 3}, true}, {{3}, false}};
  report.advice = std::move(advice);
  return report;
}

ConfluenceReport suspicion() {
  ConfluenceReport report = report_of("names.icf", names_text);
  report.decision.reason =
      "'register' and 'register' conflict over 'unique' in a state that was not shown to be "
      "reachable";
  report.decision.runs = 1500;
  report.decision.searched_per_side = 3;
  report.decision.searched_before = 3;
  report.decision.conflicts = {conflict(report, run(0, 0, {0, 7}), run(1, 0, {1, 7}), {{1, 1}})};
  report.advice = Advice{};
  return report;
}

ConfluenceReport broken_initially() {
  ConfluenceReport report = report_of("debt.icf", R"(sort Account[2];
counter balance[Account] = -1;
op deposit(a: Account) { balance[a] += 1; }
invariant never_overdrawn: forall a: Account . balance[a] >= 0;
)");
  report.decision.verdict = Verdict::invalid_initial;
  report.decision.broken_initially = {0};
  return report;
}

ConfluenceReport hostile_specification() {
  const std::string evil =
      "</pre></script><script>document.documentElement.dataset.owned='1'</script>"
      "<img src=x onerror=\"document.documentElement.dataset.owned='2'\">'\"&<!--\x1b[31m"
      "\xe2\x80\xae";
  ConfluenceReport report = chosen_names();
  report.text = "# " + evil + "\n" + report.text + "# " + evil;
  report.file = evil;
  report.recheck = evil;
  report.decision.reason = evil;
  report.advice->apology->cells = {evil};
  report.advice->variants[0].change = evil;
  report.advice->variants[0].spec += "# " + evil + "\n" + evil;
  report.warnings[0].message = evil;
  report.executions[0] = {evil, evil, 1, 1, 1, true, evil, evil};
  return report;
}

}  // namespace tribunal::reports::testing
