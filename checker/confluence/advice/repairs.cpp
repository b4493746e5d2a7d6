// Other ways to merge under which nothing has to be coordinated, at a price that the change names:
// another policy for a set or register, or rows that the merge takes away (Balegas et al., "IPA:
// invariant-preserving applications for weakly consistent replicated databases", VLDB 2018).
#include <algorithm>

#include <fmt/format.h>

#include "checker/confluence/advice/parts.h"
#include "spec/print.h"

namespace tribunal::checker::confluence::advice {
namespace {

using spec::Expr;
using spec::ExprId;
using spec::Kind;
using spec::Operator;
using spec::Spec;

void policies(const Spec& spec, std::uint32_t variable, std::vector<Variant>& found) {
  const spec::Variable& v = spec.variables[variable];
  std::vector<Kind> others;
  if (spec::is_set(v.kind)) others = {Kind::gset, Kind::tpset, Kind::awset, Kind::rwset};
  if (v.kind == Kind::lww && v.type.base == spec::Type::Base::integer)
    others = {Kind::max, Kind::min};
  for (const Kind kind : others) {
    if (kind == v.kind) continue;
    Spec changed = spec;
    changed.variables[variable].kind = kind;
    changed.expect = spec::Expectation::confluent;
    found.push_back({Variant::Kind::policy,
                     fmt::format("merge {} as {} instead of {}", v.name, spec::name_of(kind),
                                 spec::name_of(v.kind)),
                     spec::print(changed), Route::none});
  }
}

void conjuncts(const Spec& spec, ExprId id, std::vector<ExprId>& into) {
  const Expr& e = spec.exprs[id];
  if (e.op != Operator::and_) return into.push_back(id);
  for (const ExprId operand : e.operands) conjuncts(spec, operand, into);
}

// For an invariant `forall x, ... . row[...] and ... => condition`: at every merge the rows for
// which the condition fails are removed, the later of two in conflict first.
void removals(const Spec& spec, std::uint32_t invariant, std::vector<Variant>& found) {
  const Prefix prefix = strip(spec, spec.invariants[invariant].condition);
  const Expr& implication = spec.exprs[prefix.body];
  if (implication.op != Operator::implies || prefix.binders.empty()) return;
  std::vector<ExprId> premises;
  conjuncts(spec, implication.operands[0], premises);
  const spec::Slot last = spec.exprs[prefix.binders.back()].slot;
  for (const ExprId premise : premises) {
    const Expr& row = spec.exprs[premise];
    if (row.op != Operator::read) continue;
    const spec::Variable& variable = spec.variables[static_cast<std::size_t>(row.value)];
    const bool by_last = std::any_of(row.operands.begin(), row.operands.end(), [&](ExprId o) {
      return spec.exprs[o].op == Operator::local && spec.exprs[o].slot == last;
    });
    if (!spec::is_set(variable.kind) || !by_last) continue;
    Spec changed = spec;
    Expr negation;
    negation.op = Operator::not_;
    negation.type = implication.type;
    negation.operands = {prefix.body};
    spec::Statement removal;
    removal.kind = spec::StatementKind::remove;
    removal.variable = static_cast<std::uint32_t>(row.value);
    removal.indices = row.operands;
    changed.statements.push_back(removal);
    auto inner = static_cast<spec::StatementId>(changed.statements.size() - 1);
    for (std::size_t b = prefix.binders.size(); b-- > 0;) {
      const Expr& binder = spec.exprs[prefix.binders[b]];
      spec::Statement loop;
      loop.kind = spec::StatementKind::forall;
      loop.domain = binder.domain;
      loop.name = binder.name;
      loop.slot = binder.slot;
      loop.body = {inner};
      if (b + 1 == prefix.binders.size()) loop.value = put(changed, negation);
      changed.statements.push_back(loop);
      inner = static_cast<spec::StatementId>(changed.statements.size() - 1);
    }
    changed.on_merge.push_back(inner);
    changed.has_on_merge = true;
    changed.expect = spec::Expectation::confluent;
    found.push_back({Variant::Kind::onmerge,
                     fmt::format("let the merge remove from {} what violates '{}'", variable.name,
                                 spec.invariants[invariant].name),
                     spec::print(changed), Route::none});
  }
}

}  // namespace

std::vector<Variant> repairs(const Spec& spec, const std::vector<std::uint32_t>& invariants) {
  std::vector<Variant> found;
  std::vector<std::uint32_t> variables;
  for (const std::uint32_t i : invariants) {
    removals(spec, i, found);
    for (const std::uint32_t v : variables_read(spec, spec.invariants[i].condition)) {
      if (std::find(variables.begin(), variables.end(), v) == variables.end())
        variables.push_back(v);
    }
  }
  for (const std::uint32_t v : variables) policies(spec, v, found);
  return found;
}

}  // namespace tribunal::checker::confluence::advice
