// Shapes of invariants, and small changes of syntax trees.
#include <algorithm>
#include <functional>

#include "checker/confluence/advice/parts.h"

namespace tribunal::checker::confluence::advice {

Prefix strip(const spec::Spec& spec, spec::ExprId condition) {
  Prefix prefix{{}, condition};
  while (spec.exprs[prefix.body].op == spec::Operator::forall && !spec.exprs[prefix.body].where) {
    prefix.binders.push_back(prefix.body);
    prefix.body = spec.exprs[prefix.body].operands[0];
  }
  return prefix;
}

std::vector<std::uint32_t> variables_read(const spec::Spec& spec, spec::ExprId expr) {
  std::vector<std::uint32_t> found;
  const std::function<void(spec::ExprId)> visit = [&](spec::ExprId id) {
    const spec::Expr& e = spec.exprs[id];
    if (e.op == spec::Operator::read) found.push_back(static_cast<std::uint32_t>(e.value));
    for (const spec::ExprId operand : e.operands) visit(operand);
  };
  visit(expr);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

spec::ExprId put(spec::Spec& spec, spec::Expr expr) {
  spec.exprs.push_back(std::move(expr));
  return static_cast<spec::ExprId>(spec.exprs.size() - 1);
}

}  // namespace tribunal::checker::confluence::advice
