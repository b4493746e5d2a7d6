#include "spec/lints.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "spec/lint_rules.h"
#include "spec/print.h"
#include "spec/source.h"
#include "spec/walk.h"

namespace tribunal::spec {
namespace {

bool is_constant(const Spec& spec, ExprId id) {
  bool constant = true;
  each_expr(spec, id, [&](const Expr& expr) {
    constant =
        constant && expr.op != Operator::read && expr.op != Operator::local && !is_binder(expr.op);
  });
  return constant;
}

}  // namespace

void warn(Lints& to, Position at, std::string_view name, std::string message) {
  to.push_back(
      {at, static_cast<std::uint32_t>(std::max<std::size_t>(1, name.size())), std::move(message)});
}

void lint_expressions(const Spec& spec, Lints& to) {
  for (const Expr& expr : spec.exprs) {
    if (expr.op != Operator::multiply || is_constant(spec, expr.operands[0]) ||
        is_constant(spec, expr.operands[1])) {
      continue;
    }
    warn(
        to, expr.at, "",
        "a product of two values that can both change, which the prover may not be able to decide; "
        "multiply by a constant if that is enough");
  }
  for (const Invariant& invariant : spec.invariants) {
    bool mentions = false;
    each_expr(spec, invariant.condition,
              [&](const Expr& expr) { mentions = mentions || expr.op == Operator::read; });
    if (mentions) continue;
    warn(
        to, invariant.at, invariant.name,
        fmt::format("invariant {} mentions no variable, so it holds always or never; say what must "
                    "be true of the data",
                    quoted(invariant.name)));
  }
  for (const Transaction& op : spec.transactions) {
    bool changes = false;
    each_statement(spec, op.body, [&](const Statement& statement) {
      changes = changes || is_change(statement.kind);
    });
    if (changes) continue;
    warn(to, op.at, op.name,
         fmt::format("op {} changes nothing, so it cannot conflict with anything; leave it out",
                     quoted(op.name)));
  }
}

std::vector<Diagnostic> lints(const Spec& spec) {
  Lints all;
  lint_unused(spec, all);
  lint_changes(spec, all);
  lint_expressions(spec, all);
  std::stable_sort(all.begin(), all.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
  });
  return all;
}

}  // namespace tribunal::spec
