#include "checker/confluence/encoding/origin_rule.h"

#include <fmt/format.h>

namespace tribunal::checker::confluence::encoding {

using spec::Cell;
using spec::Kind;

namespace {

// Classes of tags in the later state: seen by the origins of both, of a only, of b only, of
// neither; and those that a and b make.
enum Class : std::uint32_t { both, only_a, only_b, neither, of_a, of_b };
constexpr std::uint32_t classes = 6;
constexpr Sight sight_a{1U << both | 1U << only_a | 1U << of_a, of_a};
constexpr Sight sight_b{1U << both | 1U << only_b | 1U << of_b, of_b};

// A transaction as its origin decided it.
struct Taken {
  std::uint32_t transaction = 0;
  Symbolic origin;
  Terms shown;
  Slots arguments;
  std::vector<Effect> effects;
  Term time;
};

class OriginRule {
 public:
  OriginRule(Problem& problem, const std::vector<Fact>& facts, bool& complete,
             const Coordination& coordination)
      : problem_(problem),
        b_(problem.builder()),
        states_(problem.evaluator(), classes),
        facts_(facts),
        complete_(complete),
        coordination_(coordination),
        stable_(problem.spec().transactions.size()) {}

  bool proves() {
    find_stable_conjuncts();
    const auto count = static_cast<std::uint32_t>(problem_.spec().transactions.size());
    for (std::uint32_t a = 0; a < count; ++a) {
      for (std::uint32_t b = a; b < count; ++b) {
        if (!pair_is_safe(a, b)) return false;
      }
    }
    return true;
  }

 private:
  Symbolic later_state(Terms& known) {
    Symbolic state = states_.any("s", known);
    for (Cell cell = 0; cell < state.cells.size(); ++cell) {
      const Kind kind = problem_.layout().kind_of(cell);
      if (kind != Kind::awset && kind != Kind::rwset) continue;
      for (const Class c : {only_a, only_b, neither}) {
        state.cells[cell].tags[c] = b_.boolean(fmt::format("s.{}.tags{}", cell, c));
      }
    }
    valid(state, known);
    return state;
  }

  void valid(const Symbolic& state, Terms& known) {
    known.push_back(hold(states_, facts_, state));
    known.push_back(states_.invariants(states_.shown(state)));
  }

  // `transaction`, committed by an origin whose events are among those of `later`; the origin sees
  // the tags of `mine` and `both`.
  Taken take(std::uint32_t transaction, const std::string& name, Class mine, const Symbolic& later,
             Terms& known) {
    Taken t{transaction, states_.any("o" + name, known), {}, {}, {}, b_.integer("time" + name)};
    t.arguments = problem_.arguments(transaction, name, known);
    t.shown = states_.shown(t.origin);
    const Execution run =
        execute(problem_.evaluator(), transaction, t.shown, states_.gone(t.origin), t.arguments);
    t.effects = run.effects;
    valid(t.origin, known);
    past(t.origin, later, mine, known);
    if (problem_.mutated(Mutation::origins_are_here)) here(t, later, mine, known);
    known.push_back(run.guard);
    known.push_back(problem_.after(t.time, t.origin));
    const Symbolic committed = states_.apply(t.origin, t.effects, t.time, {1, 1}, true);
    known.push_back(states_.invariants(states_.shown(committed)));
    // What `fresh` gave this transaction, no other one has.
    known.push_back(problem_.unused(transaction, t.arguments, later));
    for (Cell cell = 0; cell < later.cells.size(); ++cell) {
      if (problem_.layout().kind_of(cell) != Kind::lww) continue;
      known.push_back(b_.unequal(t.time, later.cells[cell].time));
    }
    return t;
  }

  // The events of `origin` are among those of `later`.
  void past(const Symbolic& origin, const Symbolic& later, Class mine, Terms& known) {
    for (Cell cell = 0; cell < origin.cells.size(); ++cell) {
      const CellState& o = origin.cells[cell];
      const CellState& s = later.cells[cell];
      switch (problem_.layout().kind_of(cell)) {
        case Kind::counter:
          break;
        case Kind::max:
          known.push_back(b_.less_equal(o.value, s.value));
          break;
        case Kind::min:
          known.push_back(b_.less_equal(s.value, o.value));
          break;
        case Kind::lww:
          known.push_back(b_.less_equal(o.time, s.time));
          known.push_back(b_.implies(b_.equal(o.time, s.time), b_.equal(o.value, s.value)));
          break;
        case Kind::tpset:
          known.push_back(b_.implies(o.removed, s.removed));
          [[fallthrough]];
        case Kind::gset:
          known.push_back(b_.implies(o.added, s.added));
          break;
        case Kind::rwset:
          known.push_back(b_.implies(o.added, s.added));
          [[fallthrough]];
        case Kind::awset:
          // A tag that lives later and was seen by the origin lived there, too.
          if (problem_.mutated(Mutation::one_tag)) {
            const Term lives = b_.any(s.tags);
            known.push_back(b_.equal(lives, b_.or_(s.tags[both], s.tags[mine])));
            known.push_back(b_.implies(o.tags[0], lives));
          }
          known.push_back(b_.implies(b_.or_(s.tags[both], s.tags[mine]), o.tags[0]));
          break;
      }
    }
    for (std::size_t sort = 0; sort < origin.used.size(); ++sort) {
      for (std::size_t i = 0; i < origin.used[sort].size(); ++i) {
        known.push_back(b_.implies(origin.used[sort][i], later.used[sort][i]));
      }
    }
  }

  // A planted bug: the origin shows what the later state shows.
  void here(const Taken& t, const Symbolic& later, Class mine, Terms& known) {
    const Terms there = states_.shown(later);
    for (Cell cell = 0; cell < there.size(); ++cell) {
      known.push_back(b_.equal(t.shown[cell], there[cell]));
      const CellState& s = later.cells[cell];
      for (const Class c : {only_a, only_b, neither}) {
        if (c != mine) known.push_back(b_.not_(s.tags[c]));
      }
    }
  }

  Term conjunct(const Taken& t, spec::ExprId expr, const Symbolic& state) {
    Slots slots = t.arguments;
    return problem_.evaluator().expr(expr, states_.shown(state), slots);
  }

  bool pair_is_safe(std::uint32_t a, std::uint32_t b) {
    Terms known;
    const Symbolic s = later_state(known);
    const Taken ta = take(a, "a", only_a, s, known);
    const Taken tb = take(b, "b", only_b, s, known);
    known.push_back(problem_.apart(a, ta.arguments, b, tb.arguments));
    known.push_back(may_be_concurrent(a, ta.arguments, b, tb.arguments));
    known.push_back(b_.unequal(ta.time, tb.time));
    for (Cell cell = 0; cell < s.cells.size(); ++cell) {
      if (problem_.layout().kind_of(cell) != Kind::lww) continue;
      const CellState& oa = ta.origin.cells[cell];
      const CellState& ob = tb.origin.cells[cell];
      known.push_back(b_.implies(b_.equal(oa.time, ob.time), b_.equal(oa.value, ob.value)));
    }
    const Symbolic sa = states_.apply(s, ta.effects, ta.time, sight_a, false);
    const Symbolic sb = states_.apply(s, tb.effects, tb.time, sight_b, false);
    const Symbolic sab = states_.apply(sa, tb.effects, tb.time, sight_b, false);
    known.push_back(states_.invariants(states_.shown(sa)));
    known.push_back(states_.invariants(states_.shown(sb)));
    for (const Taken* t : {&ta, &tb}) {
      for (const spec::ExprId g : stable_[t->transaction]) known.push_back(conjunct(*t, g, s));
    }
    const Term valid = states_.invariants(states_.shown(sab));
    if (b_.is_yes(valid)) return true;
    return impossible(known, b_.not_(valid));
  }

  Term may_be_concurrent(std::uint32_t a, const Slots& arguments_a, std::uint32_t b,
                         const Slots& arguments_b) {
    Term result = b_.yes();
    for (const Apart& apart : coordination_) {
      const auto [p, q] = apart.key.value_or(std::pair{0U, 0U});
      if (apart.a == a && apart.b == b) {
        const Term same = apart.key ? b_.equal(arguments_a[p], arguments_b[q]) : b_.yes();
        result = b_.and_(result, b_.not_(same));
      }
      if (apart.a == b && apart.b == a) {
        const Term same = apart.key ? b_.equal(arguments_b[p], arguments_a[q]) : b_.yes();
        result = b_.and_(result, b_.not_(same));
      }
    }
    return result;
  }

  bool impossible(const Terms& known, const Term& bad) {
    Query query(problem_);
    query.assume(known);
    query.assume(bad);
    const Answer answer = query.check();
    if (answer == Answer::unknown) complete_ = false;
    return answer == Answer::impossible;
  }

  void split(spec::ExprId expr, std::vector<spec::ExprId>& conjuncts) {
    const spec::Expr& e = problem_.spec().exprs[expr];
    if (e.op != spec::Operator::and_) return conjuncts.push_back(expr);
    for (const spec::ExprId operand : e.operands) split(operand, conjuncts);
  }

  // A conjunct of a guard that held at the origin still holds later if no transaction can make it
  // false (the stability of Gotsman et al., "'Cause I'm strong enough", POPL 2016, §4), wherever
  // that transaction was decided.
  void find_stable_conjuncts() {
    for (std::uint32_t t = 0; t < problem_.spec().transactions.size(); ++t) {
      if (!problem_.spec().transactions[t].guard) continue;
      std::vector<spec::ExprId> conjuncts;
      split(*problem_.spec().transactions[t].guard, conjuncts);
      for (const spec::ExprId g : conjuncts) {
        if (problem_.mutated(Mutation::guards_last) || is_stable(t, g)) stable_[t].push_back(g);
      }
    }
  }

  bool is_stable(std::uint32_t t, spec::ExprId g) {
    for (std::uint32_t u = 0; u < problem_.spec().transactions.size(); ++u) {
      Terms known;
      const Symbolic s = later_state(known);
      const Taken other = take(u, "b", only_b, s, known);
      Terms bounds;
      Slots arguments = problem_.arguments(t, "a", bounds);
      const Symbolic after = states_.apply(s, other.effects, other.time, sight_b, false);
      known.insert(known.end(), bounds.begin(), bounds.end());
      known.push_back(states_.invariants(states_.shown(after)));
      Slots before_slots = arguments;
      known.push_back(problem_.evaluator().expr(g, states_.shown(s), before_slots));
      const Term still = problem_.evaluator().expr(g, states_.shown(after), arguments);
      if (b_.is_yes(still)) continue;
      // What was minted for t, no other transaction was given.
      known.push_back(problem_.apart(t, arguments, u, other.arguments));
      known.push_back(problem_.unused(t, arguments, s));
      known.push_back(may_be_concurrent(t, arguments, u, other.arguments));
      if (!impossible(known, b_.not_(still))) return false;
    }
    return true;
  }

  Problem& problem_;
  const Builder& b_;
  States states_;
  const std::vector<Fact>& facts_;
  bool& complete_;
  const Coordination& coordination_;
  std::vector<std::vector<spec::ExprId>> stable_;  // of each transaction's guard
};

}  // namespace

bool origins_are_safe(Problem& problem, const std::vector<Fact>& facts, bool& complete,
                      const Coordination& coordination) {
  return OriginRule(problem, facts, complete, coordination).proves();
}

}  // namespace tribunal::checker::confluence::encoding
