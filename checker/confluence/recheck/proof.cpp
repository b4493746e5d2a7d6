#include "checker/confluence/recheck/proof.h"

#include <fmt/format.h>

#include "checker/confluence/recheck/concurrent.h"
#include "checker/confluence/recheck/related.h"

namespace tribunal::checker::confluence::recheck {

using spec::Kind;

namespace {

void split(const spec::Spec& spec, spec::ExprId id, std::vector<spec::ExprId>& conjuncts) {
  const spec::Expr& e = spec.exprs[id];
  if (e.op != spec::Operator::and_) {
    conjuncts.push_back(id);
    return;
  }
  for (const spec::ExprId operand : e.operands) split(spec, operand, conjuncts);
}

}  // namespace

Proof::Proof(Logic& logic, const Decision& decision, std::uint32_t effort)
    : logic_(logic), decision_(decision), effort_(effort) {}

Answer Proof::run() {
  Answer answer = initial();
  const auto transactions = static_cast<std::uint32_t>(logic_.spec().transactions.size());
  for (std::uint32_t t = 0; t < transactions && answer == Answer::proven; ++t) answer = kept_by(t);
  if (answer == Answer::proven) answer = kept_by_merging();
  if (answer != Answer::proven) return answer;
  if (decision_.route == Route::closed) return closed();
  find_lasting();
  for (std::uint32_t a = 0; a < transactions; ++a) {
    for (std::uint32_t b = a; b < transactions && answer == Answer::proven; ++b) {
      answer = pair(a, b);
    }
  }
  return answer;
}

Formula Proof::valid(const State& state) {
  return both(invariants(logic_, state), hold(logic_, decision_.facts, state));
}

Answer Proof::initial() {
  const State state = initial_state(logic_);
  return show("invariants and facts hold initially", {}, {valid(state)});
}

Answer Proof::kept_by(std::uint32_t transaction) {
  const State before = any_state(logic_, "before");
  const Taken taken = take(logic_, transaction, "taken", before, 1);
  Formulas goals;
  for (const Fact& fact : decision_.facts) goals.push_back(holds(logic_, fact, taken.committed));
  if (decision_.route == Route::origin_states) {  // lowering a max is no effect that can be merged
    const auto grows = [&](std::size_t v, const Formulas& at) -> Formula {
      const Formula old = before.variables[v].value(at);
      const Formula now = taken.committed.variables[v].value(at);
      return logic_.spec().variables[v].kind == Kind::max ? old <= now : now <= old;
    };
    for (const Formula& goal : extrema(grows)) goals.push_back(goal);
  }
  return show(fmt::format("'{}' keeps the facts", logic_.spec().transactions[transaction].name),
              {valid(before), taken.known, invariants(logic_, taken.committed)}, goals);
}

Formulas Proof::extrema(const OfExtremum& holds) {
  Formulas all;
  for (std::size_t v = 0; v < logic_.spec().variables.size(); ++v) {
    const spec::Variable& variable = logic_.spec().variables[v];
    if (variable.kind != Kind::max && variable.kind != Kind::min) continue;
    all.push_back(
        logic_.for_all(variable.indices, [&](const Formulas& at) { return holds(v, at); }));
  }
  return all;
}

Answer Proof::kept_by_merging() {
  const Meeting m = any_meeting(logic_);
  Formulas goals;
  for (const Fact& fact : decision_.facts) goals.push_back(holds(logic_, fact, m.merged));
  return show("merging keeps the facts",
              {m.related, valid(m.common), valid(m.left), valid(m.right)}, goals);
}

Answer Proof::closed() {
  const Meeting m = any_meeting(logic_);
  return show("merging valid states gives valid ones",
              {m.related, valid(m.common), valid(m.left), valid(m.right)},
              {invariants(logic_, m.merged)});
}

Answer Proof::pair(std::uint32_t a, std::uint32_t b) {
  const Concurrent c = any_concurrent(logic_, a, b);
  Formulas known{c.known, valid(c.before), invariants(logic_, c.with_a),
                 invariants(logic_, c.with_b)};
  for (const auto& [origin, taken] : {std::pair(&c.origin_a, &c.a), std::pair(&c.origin_b, &c.b)}) {
    known.push_back(valid(*origin));
    known.push_back(invariants(logic_, taken->committed));
    known.push_back(all_lasting(*taken, c.before));
  }
  return show(fmt::format("'{}' and '{}' are safe together", logic_.spec().transactions[a].name,
                          logic_.spec().transactions[b].name),
              known, {invariants(logic_, c.with_both)});
}

void Proof::find_lasting() {
  const auto& transactions = logic_.spec().transactions;
  lasting_.resize(transactions.size());
  for (std::uint32_t t = 0; t < transactions.size(); ++t) {
    if (!transactions[t].guard) continue;
    std::vector<spec::ExprId> conjuncts;
    split(logic_.spec(), *transactions[t].guard, conjuncts);
    for (const spec::ExprId each : conjuncts) {
      if (lasts(t, each)) lasting_[t].push_back(each);
    }
  }
}

// Whether a part of a guard that once held still holds where more has happened: the events that the
// origin had not seen can be added one after another, each leading from a valid state to a valid
// one, and each is of another replica.
bool Proof::lasts(std::uint32_t transaction, spec::ExprId conjunct) {
  const Slots arguments = any_arguments(logic_, transaction, "waiting");
  const auto holds_in = [&](const State& state) {
    Slots slots = arguments;
    return evaluate(logic_, conjunct, shown(logic_, state), slots);
  };
  for (std::uint32_t u = 0; u < logic_.spec().transactions.size(); ++u) {
    const Arriving arriving = any_arriving(logic_, u);
    const Formula before_holds = holds_in(arriving.before);
    const Formula after_holds = holds_in(arriving.after);
    if (z3::eq(before_holds, after_holds)) continue;
    const Formulas known{arriving.known,
                         valid(arriving.before),
                         valid(arriving.origin),
                         invariants(logic_, arriving.taken.committed),
                         invariants(logic_, arriving.after),
                         unused(logic_, transaction, arguments, arriving.before),
                         apart(logic_, transaction, arguments, u, arriving.taken.arguments),
                         before_holds};
    if (ask(known, after_holds) != Answer::proven) return false;
  }
  return true;
}

Formula Proof::all_lasting(const Taken& taken, const State& state) {
  const Shown seen = shown(logic_, state);
  Formula all = logic_.truth(true);
  for (const spec::ExprId each : lasting_[taken.transaction]) {
    Slots slots = taken.arguments;
    all = both(all, evaluate(logic_, each, seen, slots));
  }
  return all;
}

// All goals at once, which is quicker; one by one where that is too much.
Answer Proof::show(const std::string& what, const Formulas& known, const Formulas& goals) {
  if (goals.empty()) return Answer::proven;
  Answer answer = ask(known, conjunction(logic_.context(), goals));
  if (answer == Answer::unknown && goals.size() > 1) {
    answer = Answer::proven;
    for (std::size_t i = 0; i < goals.size() && answer == Answer::proven; ++i) {
      answer = ask(known, goals[i]);
    }
  }
  if (answer != Answer::proven) failed_ = what;
  return answer;
}

Answer Proof::ask(const Formulas& known, const Formula& goal) {
  if (goal.is_true()) return Answer::proven;
  ++questions_;
  z3::solver solver(logic_.context(), z3::solver::simple());
  z3::params params(logic_.context());
  params.set("rlimit", effort_);
  solver.set(params);
  for (const Formula& each : known) solver.add(each);
  solver.add(!goal);
  switch (solver.check()) {
    case z3::unsat:
      return Answer::proven;
    case z3::sat:
      return Answer::refuted;
    default:
      return Answer::unknown;
  }
}

}  // namespace tribunal::checker::confluence::recheck
