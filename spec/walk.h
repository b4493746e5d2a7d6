// Visiting the nodes of a specification.
#pragma once

#include <vector>

#include "spec/ast.h"

namespace tribunal::spec {

// `visit(const Expr&)` for the expression and all below it.
template <class Visit>
void each_expr(const Spec& spec, ExprId id, const Visit& visit) {
  const Expr& expr = spec.exprs[id];
  visit(expr);
  for (const ExprId operand : expr.operands) each_expr(spec, operand, visit);
}

// `visit(const Statement&)` for each statement, and then for those inside of it.
template <class Visit>
void each_statement(const Spec& spec, const std::vector<StatementId>& body, const Visit& visit) {
  for (const StatementId id : body) {
    const Statement& statement = spec.statements[id];
    visit(statement);
    each_statement(spec, statement.body, visit);
  }
}

// The expressions of the statement itself, not of its body.
template <class Visit>
void each_expr_of(const Spec& spec, const Statement& statement, const Visit& visit) {
  for (const ExprId index : statement.indices) each_expr(spec, index, visit);
  if (statement.value) each_expr(spec, *statement.value, visit);
}

// Of the guard and the body.
template <class Visit>
void each_expr_of(const Spec& spec, const Transaction& op, const Visit& visit) {
  if (op.guard) each_expr(spec, *op.guard, visit);
  each_statement(spec, op.body,
                 [&](const Statement& statement) { each_expr_of(spec, statement, visit); });
}

// Whether the statement changes a cell.
constexpr bool is_change(StatementKind kind) { return kind <= StatementKind::remove; }

}  // namespace tribunal::spec
