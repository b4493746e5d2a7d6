#include "checker/confluence/encoding/facts.h"

#include <algorithm>
#include <set>

#include "checker/confluence/encoding/merge.h"

namespace tribunal::checker::confluence::encoding {

using spec::Cell;
using spec::Kind;
using Form = Fact::Form;

namespace {

// Numbers that the specification mentions, and those next to them; few.
std::vector<std::int64_t> landmarks(const spec::Spec& spec) {
  std::set<std::int64_t> numbers;
  for (const spec::Expr& e : spec.exprs) {
    if (e.op == spec::Operator::literal && e.type.base == spec::Type::Base::integer) {
      numbers.insert(e.value);
    }
  }
  for (const spec::Constant& c : spec.constants) numbers.insert(c.value);
  constexpr std::size_t most = 6;
  std::vector<std::int64_t> found(numbers.begin(), numbers.end());
  found.resize(std::min(found.size(), most));
  return found;
}

// What a register may be known to be.
std::vector<std::int64_t> values_of(const spec::Spec& spec, spec::Type type) {
  std::vector<std::int64_t> values;
  std::int64_t count = type.base == spec::Type::Base::boolean ? 2 : 0;
  if (type.base == spec::Type::Base::enumeration) {
    count = static_cast<std::int64_t>(spec.enums[type.index].members.size());
  }
  if (type.base == spec::Type::Base::integer) return landmarks(spec);
  for (std::int64_t i = 0; i < count; ++i) values.push_back(i);
  return values;
}

std::vector<Fact> candidates(const spec::Spec& spec) {
  std::vector<Fact> found;
  const auto number = [](const spec::Variable& v) {
    return v.type.base == spec::Type::Base::integer;
  };
  for (std::uint32_t a = 0; a < spec.variables.size(); ++a) {
    const spec::Variable& v = spec.variables[a];
    if (number(v)) {
      std::vector<std::int64_t> bounds = landmarks(spec);
      bounds.push_back(v.initial);
      std::sort(bounds.begin(), bounds.end());
      bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
      for (const std::int64_t bound : bounds) found.push_back({Form::at_least, a, 0, bound});
      for (const std::int64_t bound : bounds) found.push_back({Form::at_most, a, 0, bound});
    }
    found.push_back({Form::unchanged, a, 0, 0});
    if (v.kind == Kind::tpset) found.push_back({Form::never_removed, a, 0, 0});
    if (v.kind == Kind::tpset) found.push_back({Form::removed_within, a, 0, 0});
    if (v.kind == Kind::tpset || v.kind == Kind::rwset) {
      found.push_back({Form::never_added, a, 0, 0});
    }
    if (v.indices.size() == 1 && v.indices[0].base == spec::Type::Base::sort) {
      found.push_back({Form::minted, a, v.indices[0].index, 0});
    }
    for (std::uint32_t b = 0; b < spec.variables.size(); ++b) {
      const spec::Variable& w = spec.variables[b];
      if (a == b || v.indices != w.indices) continue;
      if (v.type.base == spec::Type::Base::boolean && spec::is_set(w.kind)) {
        found.push_back({Form::subset, a, b, 0});
      }
      if (number(v) && number(w)) found.push_back({Form::less_equal, a, b, 0});
      if (v.type == w.type && a < b) found.push_back({Form::equal, a, b, 0});
      if (v.kind == Kind::lww && spec::is_set(w.kind)) {
        found.push_back({Form::written_within, a, b, 0});
      }
      if (v.kind == Kind::rwset && spec::is_set(w.kind)) {
        found.push_back({Form::removes_within, a, b, 0});
      }
      if (!spec::is_set(v.kind) || w.kind != Kind::lww) continue;
      for (const std::int64_t value : values_of(spec, w.type)) {
        found.push_back({Form::has_value, a, b, value});
      }
    }
  }
  return found;
}

Term initially(const Builder& b, const spec::Variable& v) {
  return v.type.base == spec::Type::Base::boolean ? b.truth(v.initial != 0) : b.number(v.initial);
}

Term touched(const Builder& b, const spec::Variable& v, const CellState& c) {
  switch (v.kind) {
    case Kind::counter:
    case Kind::max:
    case Kind::min:
      return b.unequal(c.value, b.number(v.initial));
    case Kind::lww:
      return b.less(b.zero(), c.time);
    case Kind::awset:
      return b.any(c.tags);
    case Kind::rwset:
      return b.or_(c.added, b.any(c.tags));
    case Kind::gset:
    case Kind::tpset:
      return b.or_(c.added, c.removed);
  }
  return b.no();
}

Term holds_at(const States& states, const Fact& fact, const Symbolic& state, const Terms& merged,
              Cell cell, Cell other) {
  const Builder& b = states.evaluator().builder();
  const spec::Variable& v = states.evaluator().spec().variables[fact.a];
  const CellState& c = state.cells[cell];
  switch (fact.form) {
    case Form::at_least:
      return b.less_equal(b.number(fact.value), merged[cell]);
    case Form::at_most:
      return b.less_equal(merged[cell], b.number(fact.value));
    case Form::unchanged:
      return b.equal(merged[cell], initially(b, v));
    case Form::never_removed:
      return b.not_(c.removed);
    case Form::never_added:
      return b.not_(c.added);
    case Form::has_value: {
      const bool boolean =
          states.evaluator().spec().variables[fact.b].type.base == spec::Type::Base::boolean;
      const Term value = boolean ? b.truth(fact.value != 0) : b.number(fact.value);
      return b.implies(merged[cell], b.equal(merged[other], value));
    }
    case Form::removes_within:
      return b.implies(b.any(c.tags), merged[other]);
    case Form::removed_within:
      return b.implies(c.removed, c.added);
    case Form::subset:
      return b.implies(merged[cell], merged[other]);
    case Form::less_equal:
      return b.less_equal(merged[cell], merged[other]);
    case Form::equal:
      return b.equal(merged[cell], merged[other]);
    case Form::written_within:
      return b.implies(b.less(b.zero(), c.time), merged[other]);
    case Form::minted:
      return b.implies(touched(b, v, c), state.used[fact.b][static_cast<std::size_t>(
                                             states.evaluator().layout().indices_of(cell)[0])]);
  }
  return b.yes();
}

class Houdini {
 public:
  explicit Houdini(Problem& problem)
      : problem_(problem), b_(problem.builder()), states_(problem.evaluator(), 1) {
    const Symbolic initial = states_.initial();
    for (const Fact& fact : candidates(problem.spec())) {
      if (b_.is_yes(holds(states_, fact, initial))) facts_.push_back(fact);
    }
  }

  std::vector<Fact> run() {
    for (bool again = true; again && !facts_.empty();) {
      again = false;
      for (std::uint32_t t = 0; t < problem_.spec().transactions.size(); ++t) {
        again = keep_by_transaction(t) || again;
      }
      again = keep_by_merge() || again;
    }
    return facts_;
  }

 private:
  // True if a fact had to go.
  bool keep_by_transaction(std::uint32_t t) {
    bool dropped = false;
    Terms known;
    const Symbolic state = states_.any("s", known);
    const Slots arguments = problem_.arguments(t, "a", known);
    const Terms shown = states_.shown(state);
    const Execution run = execute(problem_.evaluator(), t, shown, states_.gone(state), arguments);
    const Term time = b_.integer("now");
    Symbolic next = states_.apply(state, run.effects, time, {}, true);
    states_.use(next, t, arguments, b_.yes());
    known.push_back(states_.invariants(shown));
    known.push_back(run.guard);
    known.push_back(states_.invariants(states_.shown(next)));
    known.push_back(problem_.unused(t, arguments, state));
    known.push_back(problem_.after(time, state));
    while (drop(known, {&state}, next)) dropped = true;
    return dropped;
  }

  bool keep_by_merge() {
    bool dropped = false;
    Merge merge = any_merge(problem_, states_);
    for (const Symbolic* side : {&merge.base, &merge.left, &merge.right}) {
      merge.facts.push_back(states_.invariants(states_.shown(*side)));
    }
    while (drop(merge.facts, {&merge.base, &merge.left, &merge.right}, merge.merged)) {
      dropped = true;
    }
    return dropped;
  }

  // Drops what one counterexample shows does not last; when the solver gives up, everything.
  bool drop(const Terms& known, const std::vector<const Symbolic*>& before, const Symbolic& after) {
    if (facts_.empty()) return false;
    Query query(problem_);
    query.assume(known);
    for (const Symbolic* state : before) query.assume(hold(states_, facts_, *state));
    Terms broken;
    for (const Fact& fact : facts_) broken.push_back(b_.not_(holds(states_, fact, after)));
    query.assume(b_.any(broken));
    const Answer answer = query.check();
    if (answer == Answer::impossible) return false;
    std::vector<Fact> kept;
    for (std::size_t i = 0; i < facts_.size() && answer == Answer::possible; ++i) {
      if (query.value(broken[i]) == 0) kept.push_back(facts_[i]);
    }
    facts_ = std::move(kept);
    return true;
  }

  Problem& problem_;
  const Builder& b_;
  States states_;
  std::vector<Fact> facts_;
};

}  // namespace

Term holds(const States& states, const Fact& fact, const Symbolic& state) {
  const spec::Layout& layout = states.evaluator().layout();
  const Builder& b = states.evaluator().builder();
  const Terms merged = states.merged(state);
  const bool pairs = fact.form >= Form::subset && fact.form != Form::minted;
  const Cell first = layout.first(fact.a);
  const Cell other = pairs ? layout.first(fact.b) : first;
  Term all = b.yes();
  for (Cell i = 0; i < layout.cells_of(fact.a); ++i) {
    all = b.and_(all, holds_at(states, fact, state, merged, first + i, other + i));
  }
  return all;
}

Term hold(const States& states, const std::vector<Fact>& facts, const Symbolic& state) {
  Term all = states.evaluator().builder().yes();
  for (const Fact& fact : facts) {
    all = states.evaluator().builder().and_(all, holds(states, fact, state));
  }
  return all;
}

std::vector<Fact> strengthen(Problem& problem) { return Houdini(problem).run(); }

}  // namespace tribunal::checker::confluence::encoding
