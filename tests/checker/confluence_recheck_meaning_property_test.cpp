// The formulas of the second proof mean what the interpreter does: a replica alone is computed
// alike, and every merge and every pair of concurrent transactions that occurs in a run is among
// those that the formulas speak of.
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/choices.h"
#include "checker/confluence/recheck/concurrent.h"
#include "checker/confluence/recheck/loops.h"
#include "checker/confluence/recheck/related.h"
#include "tests/scale.h"
#include "tests/spec/random_spec.h"
#include "tests/spec/specimen.h"

namespace tribunal::checker::confluence::recheck {
namespace {

// Bodies that look at what they have just done.
const char* const busy[] = {
    R"(sort X[2]; tpset s[X]; counter c; counter d[X];
       op a(x: X, y: X) { add s[x]; if not s[x] { c += 1; } remove s[y]; if s[x] { d[x] += 1; } }
       op b(x: X) { remove s[x]; add s[x]; if s[x] { c += 10; } }
       op e(x: X) { add s[x]; if s[x] { d[x] += 5; } })",
    R"(sort X[2]; awset s[X]; counter d[X]; awset start[X] = true;
       op a(x: X) { add s[x]; if start[x] { remove start[x]; } }
       op b(x: X, y: X) { remove s[x]; if s[y] { add s[x]; d[y] += 1; } add s[y]; }
       op e(x: X, y: X) { add s[x]; remove s[y]; if s[x] { d[x] += 5; } }
       op f(x: X) { remove s[x]; })",
    R"(sort X[2]; rwset s[X]; counter d[X]; rwset start[X] = true;
       op a(x: X) { add s[x]; if start[x] { remove start[x]; } }
       op b(x: X, y: X) { remove s[x]; if s[y] { add s[x]; d[y] += 1; } add s[y]; }
       op e(x: X, y: X) { add s[x]; remove s[y]; if s[x] { d[x] += 5; } }
       op f(x: X) { remove s[x]; } op g(x: X) { add s[x]; })",
    R"(lww l: int; lww b: bool; max m = 1; min n = 1; counter c;
       op a(k: int) { l := k; l := l + 1; c += l; if l > 2 { l := 0; } b := not b; }
       op u(k: int) requires k > m { m := k + 3; m := k; c += m; }
       op d(k: int) requires k < n { n := k; c += n; }
       op e(k: int) requires b { let old = l; l := k; c -= old; })",
    R"(sort X[2]; sort Y[2]; gset t[X, Y]; tpset u[Y, X]; counter d[X]; lww of[X]: Y; gset g[X];
       op a(x: X, y: Y) { add t[x, y]; of[x] := y; add u[y, x]; }
       op b(x: X) { forall z: X where z != x and t[z, of[z]] {
         d[z] += 1; if d[z] > 1 { add g[z]; } if g[z] { d[z] += 10; } } }
       op e() { forall x: X { d[x] += 1; forall y: Y where t[x, y] {
         remove u[y, x]; if not u[y, x] { add t[x, y]; of[x] := of[x]; } } } }
       onmerge { forall x: X where g[x] { let n = d[x]; d[x] := n + 100; remove g[x];
         if n > 2 and not g[x] { d[x] := d[x] * 2; forall y: Y { add u[y, x]; } } } })",
    R"(sort X[3]; gset old[X]; counter c; lww first: X; min low = 9;
       op mint(fresh x: X, fresh y: X) { add old[x]; add old[y]; first := y; c += 1; }
       op one(fresh x: X) requires not old[x] { add old[x]; first := x; }
       op mine(self x: X, k: int) requires k < low { low := k; if old[x] { c += 7; } }
       onmerge { if old[first] { c := c * 3 + 1; } })",
};

// Without invariants, so that nothing is aborted for violating them.
spec::Spec lawless(std::uint64_t seed) {
  std::string text = busy[seed / 3 % std::size(busy)];
  if (seed % 3 == 1) text = spec::random_spec(seed);
  if (seed % 3 == 2) text = spec::random_wild_spec(seed);
  spec::Spec spec = spec::parsed(text);
  spec.invariants.clear();
  return spec;
}

struct Happened {
  spec::Event event;
  spec::State origin, committed;
  std::vector<bool> past;  // by event, its own included
};

// Three replicas that run at random.
class Runs {
 public:
  Runs(const spec::Layout& layout, std::uint64_t seed)
      : layout_(layout), choices_(seed, 1), replicas_(3, spec::State(layout)), has_(3) {}

  bool execute() {
    const auto replica = static_cast<std::uint32_t>(choices_.below("replica"_site, 3));
    const auto& transactions = layout_.spec().transactions;
    if (transactions.empty()) return false;
    const auto t = static_cast<std::uint32_t>(choices_.below("t"_site, transactions.size()));
    std::vector<std::int64_t> arguments;
    for (const spec::Parameter& p : transactions[t].parameters) {
      const auto value = argument(p, replica, t, arguments);
      if (!value) return false;
      arguments.push_back(*value);
    }
    spec::State& state = replicas_[replica];
    const spec::Attempt tried = spec::attempt(layout_, state, t, arguments, replica);
    if (tried.outcome != spec::Outcome::committed) return false;
    Happened made{tried.event, state, state, has_[replica]};
    made.committed.apply(layout_, tried.event, spec::Arrival::origin);
    note_extrema(made);
    state = made.committed;
    has_[replica].resize(events.size() + 1);
    has_[replica].back() = true;
    made.past = has_[replica];
    events.push_back(std::move(made));
    return true;
  }

  std::pair<std::uint32_t, std::uint32_t> two_replicas() {
    const auto to = static_cast<std::uint32_t>(choices_.below("to"_site, 3));
    const auto from = static_cast<std::uint32_t>(choices_.below("from"_site, 2));
    return {to, from + (from >= to ? 1 : 0)};
  }
  bool merges() { return choices_.chance("merge"_site, 350'000); }

  void merge(std::uint32_t to, std::uint32_t from) {
    const spec::State other = replicas_[from];
    has_[to].resize(events.size());
    has_[from].resize(events.size());
    for (std::size_t e = 0; e < events.size(); ++e) {
      if (!has_[from][e] || has_[to][e]) continue;
      fits &= replicas_[to].apply(layout_, events[e].event, spec::Arrival::merged);
      has_[to][e] = true;
    }
    replicas_[to].join_extrema(layout_, other.merged());
  }

  // The state of a set of events; extrema as if they were effects.
  spec::State state_of(const std::function<bool(std::size_t)>& in) {
    spec::State state(layout_);
    for (std::size_t e = 0; e < events.size(); ++e) {
      if (in(e)) fits &= state.apply(layout_, events[e].event, spec::Arrival::delivered);
    }
    return state;
  }

  const spec::State& replica(std::uint32_t r) const { return replicas_[r]; }
  bool has(std::uint32_t r, std::size_t e) const { return e < has_[r].size() && has_[r][e]; }

  std::vector<Happened> events;
  bool extrema_grow = true;
  bool fits = true;  // no counter left 64 bits

 private:
  std::optional<std::int64_t> argument(const spec::Parameter& p, std::uint32_t replica,
                                       std::uint32_t t,
                                       const std::vector<std::int64_t>& arguments) {
    if (p.type.base == spec::Type::Base::integer) {
      return static_cast<std::int64_t>(choices_.below("int"_site, 9)) - 3;
    }
    const bool boolean = p.type.base == spec::Type::Base::boolean;
    const std::int64_t size = boolean ? 2 : layout_.size_of(p.type);
    if (p.minted == spec::Minted::self) {
      return replica < size ? std::optional<std::int64_t>(replica) : std::nullopt;
    }
    const auto value =
        static_cast<std::int64_t>(choices_.below("element"_site, static_cast<std::uint64_t>(size)));
    if (p.minted != spec::Minted::fresh) return value;
    const auto& parameters = layout_.spec().transactions[t].parameters;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const bool alike =
          parameters[i].minted == spec::Minted::fresh && parameters[i].type == p.type;
      if (alike && arguments[i] == value) return std::nullopt;
    }
    for (const spec::State& state : replicas_) {
      if (state.used(p.type.index, value)) return std::nullopt;
    }
    return value;
  }

  void note_extrema(const Happened& made) {
    for (spec::Cell cell = 0; cell < layout_.cells(); ++cell) {
      const spec::Kind kind = layout_.kind_of(cell);
      if (kind != spec::Kind::max && kind != spec::Kind::min) continue;
      const std::int64_t before = made.origin.merged()[cell];
      const std::int64_t after = made.committed.merged()[cell];
      extrema_grow &= kind == spec::Kind::max ? before <= after : after <= before;
    }
  }

  const spec::Layout& layout_;
  Choices choices_;
  std::vector<spec::State> replicas_;
  std::vector<std::vector<bool>> has_;
};

class Comparison {
 public:
  Comparison(Logic& logic, const spec::Layout& layout) : logic_(logic), layout_(layout) {}

  // The cells of `fields` are `values`. Not those of extrema, if so wished.
  Formula are(const Shown& fields, const spec::Values& values, bool extrema = true) {
    Formula all = logic_.truth(true);
    for (spec::Cell cell = 0; cell < layout_.cells(); ++cell) {
      const spec::Kind kind = layout_.kind_of(cell);
      if (!extrema && (kind == spec::Kind::max || kind == spec::Kind::min)) continue;
      const std::uint32_t v = layout_.variable_of(cell);
      const spec::Variable& variable = layout_.spec().variables[v];
      const std::vector<std::int64_t> indices = layout_.indices_of(cell);
      Formulas at;
      for (std::size_t i = 0; i < indices.size(); ++i) {
        at.push_back(logic_.value_of(variable.indices[i], indices[i]));
      }
      all = both(all, same(fields[v](at), logic_.value_of(variable.type, values[cell])));
    }
    return all;
  }
  // Merged and shown.
  Formula is(const State& state, const spec::State& concrete) {
    return both(are(merged(logic_, state), concrete.merged()),
                are(shown(logic_, state), spec::shown(layout_, concrete)));
  }
  Formula are(const Slots& slots, const spec::Event& event) {
    const auto& parameters = layout_.spec().transactions[event.transaction].parameters;
    Formula all = logic_.truth(true);
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      all = both(all, same(slots[p], logic_.value_of(parameters[p].type, event.arguments[p])));
    }
    return all;
  }
  Slots arguments(const spec::Event& event) {
    const spec::Transaction& t = layout_.spec().transactions[event.transaction];
    Slots slots = empty_slots(logic_, t.slots);
    for (std::size_t p = 0; p < t.parameters.size(); ++p) {
      slots[p] = logic_.value_of(t.parameters[p].type, event.arguments[p]);
    }
    return slots;
  }

  // Open sorts have as many elements as in the layout.
  Formula as_large_as_the_layout() {
    Formula all = logic_.truth(true);
    for (std::uint32_t s = 0; s < layout_.spec().sorts.size(); ++s) {
      const spec::Type sort{spec::Type::Base::sort, s};
      if (!logic_.is_open(sort)) continue;
      Formulas elements;
      for (std::uint32_t i = 0; i < layout_.sizes()[s]; ++i) {
        elements.push_back(logic_.value_of(sort, i));
        for (std::uint32_t j = 0; j < i; ++j) all = both(all, elements[i] != elements[j]);
      }
      all = both(all, logic_.for_all(sort, [&](const Formula& element) {
        Formula one = logic_.truth(false);
        for (const Formula& each : elements) one = either(one, element == each);
        return one;
      }));
    }
    return all;
  }

  z3::check_result check(const Formula& formula) {
    z3::solver solver(logic_.context(), z3::solver::simple());
    z3::params params(logic_.context());
    params.set("rlimit", 2'000'000U);
    solver.set(params);
    solver.add(formula);
    return solver.check();
  }

 private:
  Logic& logic_;
  const spec::Layout& layout_;
};

bool overflows(const spec::Layout& layout, const spec::State& state) {
  bool overflowed = false;
  spec::shown(layout, state, &overflowed);
  return overflowed;
}

// What one replica computes in a few transactions, with sorts of either sort. Counts those that
// were compared.
void compare_alone(std::uint64_t seed, bool open, std::uint64_t& compared) {
  const spec::Spec spec = lawless(seed);
  if (spec.transactions.empty() || (open && !obstacle_to_open_sorts(spec).empty())) return;
  const spec::Layout layout(spec, spec::declared_sizes(spec, 2));
  Logic logic(spec, open ? nullptr : &layout.sizes());
  Comparison compare(logic, layout);
  Runs runs(layout, seed);
  for (int i = 0; i < 12 && runs.events.size() < 5; ++i) runs.execute();
  std::vector<State> states(3, initial_state(logic));
  Formula agree = logic.truth(true);
  for (const Happened& each : runs.events) {
    const spec::Event& event = each.event;
    State& state = states[event.stamp.replica];
    const Slots slots = compare.arguments(event);
    const Execution run = execute(logic, event.transaction, state, slots);
    const Formula time = logic.number(static_cast<std::int64_t>(event.stamp.time));
    state = apply(logic, state, run.effects, time, 1, true);
    if (overflows(layout, each.committed)) return;
    agree = conjunction(logic.context(), {agree, run.guard, compare.is(state, each.committed)});
  }
  if (!logic.exact() || runs.events.empty()) return;
  const z3::check_result result =
      compare.check(both(compare.as_large_as_the_layout(), negation(agree)));
  ASSERT_NE(result, z3::sat) << "seed " << seed << (open ? ", open" : ", closed");
  compared += result == z3::unsat ? 1 : 0;
}

TEST(FormulasOfTheSecondProof, ComputeWhatAReplicaComputes) {
  std::uint64_t open = 0;
  std::uint64_t closed = 0;
  const std::uint64_t cases = scaled(400);
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    compare_alone(seed, false, closed);
    compare_alone(seed, true, open);
    if (HasFatalFailure()) return;
  }
  std::cout << closed << " closed, " << open << " open\n";
  EXPECT_GE(closed, cases / 3);
  EXPECT_GE(open, cases / 8);
}

TEST(FormulasOfTheSecondProof, CoverEveryMerge) {
  std::uint64_t covered = 0;
  const std::uint64_t cases = scaled(250);
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    const spec::Spec spec = lawless(seed);
    const spec::Layout layout(spec, spec::declared_sizes(spec, 2));
    Runs runs(layout, seed);
    for (int i = 0; i < 30 && runs.events.size() < 7; ++i) {
      const auto [to, from] = runs.two_replicas();
      if (!runs.merges())
        runs.execute();
      else if (i < 20)
        runs.merge(to, from);
    }
    const auto [to, from] = runs.two_replicas();
    const spec::State left = runs.replica(to);
    const spec::State right = runs.replica(from);
    const spec::State common = runs.state_of(
        [&, to = to, from = from](std::size_t e) { return runs.has(to, e) && runs.has(from, e); });
    runs.merge(to, from);
    const spec::State& together = runs.replica(to);
    if (!runs.fits || overflows(layout, together)) continue;
    Logic logic(spec, &layout.sizes());
    Comparison compare(logic, layout);
    const Meeting m = any_meeting(logic);
    Formula all = both(m.related, compare.are(merged(logic, m.common), common.merged(), false));
    all = both(all, compare.is(m.merged, together));
    for (const auto& [state, concrete] : {std::pair(&m.left, &left), std::pair(&m.right, &right)}) {
      all = both(all, compare.are(merged(logic, *state), concrete->merged()));
    }
    const z3::check_result result = compare.check(all);
    ASSERT_NE(result, z3::unsat) << "seed " << seed;
    covered += result == z3::sat ? 1 : 0;
  }
  EXPECT_GE(covered, cases / 2);
}

// Two events of a run that nobody has seen, not even each other.
std::optional<std::pair<std::size_t, std::size_t>> last_two(const Runs& runs) {
  std::vector<std::size_t> unseen;
  for (std::size_t e = 0; e < runs.events.size(); ++e) {
    bool seen = false;
    for (std::size_t f = e + 1; f < runs.events.size(); ++f) {
      seen |= e < runs.events[f].past.size() && runs.events[f].past[e];
    }
    if (!seen) unseen.push_back(e);
  }
  if (unseen.size() < 2) return std::nullopt;
  return std::pair(unseen[0], unseen[1]);
}

TEST(FormulasOfTheSecondProof, CoverConcurrentTransactions) {
  std::uint64_t covered = 0;
  const std::uint64_t cases = scaled(350);
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    const spec::Spec spec = lawless(seed);
    const spec::Layout layout(spec, spec::declared_sizes(spec, 2));
    Runs runs(layout, seed);
    for (int i = 0; i < 40 && runs.events.size() < 7; ++i) {
      const auto [to, from] = runs.two_replicas();
      if (runs.merges())
        runs.merge(to, from);
      else
        runs.execute();
    }
    const auto pair = last_two(runs);
    if (!pair || !runs.extrema_grow) continue;
    const auto [a, b] = *pair;
    const auto without = [&, a = a, b = b](bool no_a, bool no_b) {
      return runs.state_of([=](std::size_t e) { return !(no_a && e == a) && !(no_b && e == b); });
    };
    const spec::State before = without(true, true);
    const spec::State with_a = without(false, true);
    const spec::State with_b = without(true, false);
    const spec::State with_both = without(false, false);
    if (!runs.fits || overflows(layout, with_both)) continue;
    const Happened& of_a = runs.events[a];
    const Happened& of_b = runs.events[b];
    Logic logic(spec, &layout.sizes());
    Comparison compare(logic, layout);
    const Concurrent c = any_concurrent(logic, of_a.event.transaction, of_b.event.transaction);
    const Formula all = conjunction(
        logic.context(),
        {c.known, compare.are(c.a.arguments, of_a.event), compare.are(c.b.arguments, of_b.event),
         compare.is(c.origin_a, of_a.origin), compare.is(c.origin_b, of_b.origin),
         compare.is(c.a.committed, of_a.committed), compare.is(c.b.committed, of_b.committed),
         compare.is(c.before, before), compare.is(c.with_a, with_a), compare.is(c.with_b, with_b),
         compare.is(c.with_both, with_both)});
    const z3::check_result result = compare.check(all);
    ASSERT_NE(result, z3::unsat) << "seed " << seed;
    covered += result == z3::sat ? 1 : 0;
  }
  EXPECT_GE(covered, cases / 4);
  std::cout << covered << " of " << cases << "\n";
}

}  // namespace
}  // namespace tribunal::checker::confluence::recheck
