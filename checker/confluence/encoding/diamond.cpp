#include "checker/confluence/encoding/diamond.h"

#include <algorithm>

namespace tribunal::checker::confluence::encoding {

using spec::Cell;
using spec::Kind;

namespace {

// Classes of tags: those in the common state, and those that each transaction makes.
constexpr Sight sight_a{0b011, 1};
constexpr Sight sight_b{0b101, 2};

// Where transactions may lower a maximum, merging compares the values (docs/confluence.md,
// "Kinds").
void join_extrema(const Problem& problem, const Symbolic& left, const Symbolic& right,
                  Symbolic& merged) {
  const Builder& b = problem.builder();
  for (Cell cell = 0; cell < merged.cells.size(); ++cell) {
    const Kind kind = problem.layout().kind_of(cell);
    if (kind != Kind::max && kind != Kind::min) continue;
    const Term& l = left.cells[cell].value;
    const Term& r = right.cells[cell].value;
    const Term left_wins = kind == Kind::max ? b.less(r, l) : b.less(l, r);
    merged.cells[cell].value = b.ite(left_wins, l, r);
  }
}

// A single transaction in any valid state.
struct Single {
  Terms facts;
  Symbolic before, after;
};
Single single(const Problem& problem, const States& states, const std::vector<Fact>& facts,
              std::uint32_t t) {
  const Builder& b = problem.builder();
  Terms known;
  Symbolic state = states.any("s", known);
  const Slots arguments = problem.arguments(t, "a", known);
  const Terms shown = states.shown(state);
  const Execution run = execute(problem.evaluator(), t, shown, states.gone(state), arguments);
  const Term time = b.integer("now");
  Symbolic next = states.apply(state, run.effects, time, {}, true);
  known.push_back(states.invariants(shown));
  known.push_back(hold(states, facts, state));
  known.push_back(run.guard);
  known.push_back(states.invariants(states.shown(next)));
  known.push_back(problem.unused(t, arguments, state));
  known.push_back(problem.after(time, state));
  return {std::move(known), std::move(state), std::move(next)};
}

class Conflicts {
 public:
  Conflicts(Problem& problem, const std::vector<Fact>& facts, bool& complete)
      : problem_(problem), states_(problem.evaluator(), 3), facts_(facts), complete_(complete) {}

  void pair(std::uint32_t a, std::uint32_t b, std::vector<Conflict>& found) {
    const Diamond d = diamond(problem_, states_, facts_, a, b);
    const Term valid = states_.invariants(d.merged);
    if (problem_.builder().is_yes(valid)) return;
    if (!ask(d, valid, {})) return;
    for (std::uint32_t i = 0; i < problem_.spec().invariants.size(); ++i) {
      Conflict conflict{a, b, i, {}, {}};
      const Term holds = states_.invariant(i, d.merged);
      if (!ask(d, holds, {}, &conflict.example)) continue;
      conflict.equal = keys(d, a, b, holds);
      found.push_back(std::move(conflict));
    }
  }

 private:
  // Whether the merged state may fail `holds`; unknown counts as yes.
  bool ask(const Diamond& d, const Term& holds, const Terms& more,
           Conflict::Example* example = nullptr) {
    Query query(problem_);
    query.assume(d.facts);
    query.assume(more);
    query.assume(problem_.builder().not_(holds));
    const Answer answer = query.check();
    if (answer == Answer::unknown) complete_ = false;
    if (answer == Answer::possible && example != nullptr) {
      example->arguments_a = query.values(d.arguments_a);
      example->arguments_b = query.values(d.arguments_b);
      example->before = query.values(d.before);
      example->after_a = query.values(d.after_a);
      example->after_b = query.values(d.after_b);
      example->merged = query.values(d.merged);
    }
    return answer != Answer::impossible;
  }

  std::vector<std::pair<std::uint32_t, std::uint32_t>> keys(const Diamond& d, std::uint32_t a,
                                                            std::uint32_t b, const Term& holds) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> equal;
    const auto& left = problem_.spec().transactions[a].parameters;
    const auto& right = problem_.spec().transactions[b].parameters;
    for (std::uint32_t p = 0; p < left.size(); ++p) {
      for (std::uint32_t q = 0; q < right.size(); ++q) {
        const bool minted =
            left[p].minted != spec::Minted::no || right[q].minted != spec::Minted::no;
        if (minted || left[p].type != right[q].type) continue;
        const Term differ = problem_.builder().unequal(d.arguments_a[p], d.arguments_b[q]);
        if (!ask(d, holds, {differ})) equal.emplace_back(p, q);
      }
    }
    return equal;
  }

  Problem& problem_;
  States states_;
  const std::vector<Fact>& facts_;
  bool& complete_;
};

}  // namespace

Diamond diamond(const Problem& problem, const States& states, const std::vector<Fact>& facts,
                std::uint32_t a, std::uint32_t b) {
  const Builder& build = problem.builder();
  Diamond d;
  const Symbolic base = states.any("s", d.facts);
  d.arguments_a = problem.arguments(a, "a", d.facts);
  d.arguments_b = problem.arguments(b, "b", d.facts);
  d.before = states.shown(base);
  const Execution run_a =
      execute(problem.evaluator(), a, d.before, states.gone(base), d.arguments_a);
  const Execution run_b =
      execute(problem.evaluator(), b, d.before, states.gone(base), d.arguments_b);
  const Term time_a = build.integer("time.a");
  const Term time_b = build.integer("time.b");
  const Symbolic after_a = states.apply(base, run_a.effects, time_a, sight_a, true);
  const Symbolic after_b = states.apply(base, run_b.effects, time_b, sight_b, true);
  Symbolic merged = states.apply(after_a, run_b.effects, time_b, sight_b, false);
  join_extrema(problem, after_a, after_b, merged);
  d.after_a = states.shown(after_a);
  d.after_b = states.shown(after_b);
  d.merged = states.shown(merged);
  for (const Term& fact :
       {states.invariants(d.before), hold(states, facts, base), run_a.guard, run_b.guard,
        states.invariants(d.after_a), states.invariants(d.after_b),
        problem.unused(a, d.arguments_a, base), problem.unused(b, d.arguments_b, base),
        problem.apart(a, d.arguments_a, b, d.arguments_b), problem.after(time_a, base),
        problem.after(time_b, base), build.unequal(time_a, time_b)}) {
    d.facts.push_back(fact);
  }
  return d;
}

std::vector<Conflict> conflicts(Problem& problem, const std::vector<Fact>& facts, bool& complete) {
  std::vector<Conflict> found;
  Conflicts search(problem, facts, complete);
  const auto count = static_cast<std::uint32_t>(problem.spec().transactions.size());
  for (std::uint32_t a = 0; a < count; ++a) {
    for (std::uint32_t b = a; b < count; ++b) search.pair(a, b, found);
  }
  return found;
}

std::vector<std::uint32_t> shrinking(Problem& problem, const std::vector<Fact>& facts) {
  const Builder& b = problem.builder();
  const States states(problem.evaluator(), 1);
  std::vector<std::uint32_t> found;
  for (std::uint32_t v = 0; v < problem.spec().variables.size(); ++v) {
    const Kind kind = problem.spec().variables[v].kind;
    if (kind != Kind::max && kind != Kind::min) continue;
    for (std::uint32_t t = 0; t < problem.spec().transactions.size(); ++t) {
      const Single s = single(problem, states, facts, t);
      Terms moves;
      for (Cell i = problem.layout().first(v);
           i < problem.layout().first(v) + problem.layout().cells_of(v); ++i) {
        const Term& before = s.before.cells[i].value;
        const Term& after = s.after.cells[i].value;
        moves.push_back(kind == Kind::max ? b.less(after, before) : b.less(before, after));
      }
      Query query(problem);
      query.assume(s.facts);
      query.assume(b.any(moves));
      if (query.check() == Answer::impossible) continue;
      found.push_back(v);
      break;
    }
  }
  return found;
}

std::vector<std::uint32_t> never_committing(Problem& problem, const std::vector<Fact>& facts) {
  const States states(problem.evaluator(), 1);
  std::vector<std::uint32_t> found;
  for (std::uint32_t t = 0; t < problem.spec().transactions.size(); ++t) {
    Query query(problem);
    query.assume(single(problem, states, facts, t).facts);
    if (query.check() == Answer::impossible) found.push_back(t);
  }
  return found;
}

}  // namespace tribunal::checker::confluence::encoding
