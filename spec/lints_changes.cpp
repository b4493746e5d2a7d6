// Changes that do what they say where they are made, but not after a merge.
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "spec/lint_rules.h"
#include "spec/print.h"
#include "spec/source.h"
#include "spec/walk.h"

namespace tribunal::spec {
namespace {

using Variables = std::set<std::int64_t>;

// Which variables an expression is computed from; `lets` says it of the values that have names.
Variables sources(const Spec& spec, ExprId id, const std::map<Slot, Variables>& lets) {
  Variables all;
  each_expr(spec, id, [&](const Expr& expr) {
    if (expr.op == Operator::read) all.insert(expr.value);
    const auto let = expr.op == Operator::local ? lets.find(expr.slot) : lets.end();
    if (let != lets.end()) all.insert(let->second.begin(), let->second.end());
  });
  return all;
}

// Whether one of the indices is a fresh parameter, so that nobody else has this cell yet.
bool changes_fresh(const Spec& spec, const Transaction& op, const Statement& statement) {
  for (const ExprId index : statement.indices) {
    const Expr& expr = spec.exprs[index];
    if (expr.op == Operator::local && expr.slot < op.parameters.size() &&
        op.parameters[expr.slot].minted == Minted::fresh) {
      return true;
    }
  }
  return false;
}

// Two replicas that compute the new value from the same old one overwrite each other.
void lint_lost_updates(const Spec& spec, const Transaction& op, Lints& to) {
  std::map<Slot, Variables> lets;
  each_statement(spec, op.body, [&](const Statement& statement) {
    if (statement.kind == StatementKind::let) {
      lets[statement.slot] = sources(spec, *statement.value, lets);
    }
    if (statement.kind != StatementKind::assign) return;
    const Variable& variable = spec.variables[statement.variable];
    if (variable.kind != Kind::lww || changes_fresh(spec, op, statement) ||
        sources(spec, *statement.value, lets).count(statement.variable) == 0) {
      return;
    }
    warn(to, statement.at, variable.name,
         fmt::format(
             "the new value of {} is computed from the old one, and of concurrent updates all "
             "but the last are lost, although the invariants may hold; {}",
             quoted(variable.name),
             variable.type.base == Type::Base::integer
                 ? "use a counter"
                 : "write a value that does not depend on the old one"));
  });
}

// The number itself, or 1 where it is not known: a name says by how much, not in which direction.
std::int64_t step(const Spec& spec, const Expr& expr) {
  if (expr.op == Operator::literal) return expr.value;
  if (expr.op != Operator::constant) return 1;
  return spec.constants[static_cast<std::size_t>(expr.value)].value;
}

// For v := v + step and v := v - step: -1 if that is meant to be less, 1 if more; else 0.
int direction(const Spec& spec, const Statement& statement) {
  const Expr& value = spec.exprs[*statement.value];
  if (value.op != Operator::add && value.op != Operator::subtract) return 0;
  const Expr& old = spec.exprs[value.operands[0]];
  const std::int64_t by = step(spec, spec.exprs[value.operands[1]]);
  if (old.op != Operator::read || old.value != statement.variable || by == 0) return 0;
  return (by > 0) == (value.op == Operator::add) ? 1 : -1;
}

void lint_extrema(const Spec& spec, const Transaction& op, Lints& to) {
  each_statement(spec, op.body, [&](const Statement& statement) {
    if (statement.kind != StatementKind::assign) return;
    const Variable& variable = spec.variables[statement.variable];
    const int moves = direction(spec, statement);
    const bool lowers = variable.kind == Kind::max && moves < 0;
    const bool raises = variable.kind == Kind::min && moves > 0;
    if (!lowers && !raises) return;
    warn(to, statement.at, variable.name,
         fmt::format(
             "{0} merges to the {1} value, so {2} it does not outlast a merge with a replica "
             "that has not seen it; use a counter or an lww register",
             quoted(variable.name), lowers ? "greater" : "smaller",
             lowers ? "lowering" : "raising"));
  });
}

void lint_revivals(const Spec& spec, Lints& to) {
  std::map<std::uint32_t, std::string> removed_by;  // variable, op
  for (const Transaction& op : spec.transactions) {
    each_statement(spec, op.body, [&](const Statement& statement) {
      if (statement.kind == StatementKind::remove) removed_by.emplace(statement.variable, op.name);
    });
  }
  for (const Transaction& op : spec.transactions) {
    each_statement(spec, op.body, [&](const Statement& statement) {
      if (statement.kind != StatementKind::add) return;
      const Variable& variable = spec.variables[statement.variable];
      const auto by = removed_by.find(statement.variable);
      if (variable.kind != Kind::tpset || by == removed_by.end() ||
          changes_fresh(spec, op, statement)) {
        return;
      }
      warn(
          to, statement.at, "add",
          fmt::format("what op {} removes from the tpset {} stays out for ever, so adding it again "
                      "does nothing; add fresh elements, or use an awset or an rwset",
                      quoted(by->second), quoted(variable.name)));
    });
  }
}

}  // namespace

void lint_changes(const Spec& spec, Lints& to) {
  for (const Transaction& op : spec.transactions) {
    lint_lost_updates(spec, op, to);
    lint_extrema(spec, op, to);
  }
  lint_revivals(spec, to);
}

}  // namespace tribunal::spec
