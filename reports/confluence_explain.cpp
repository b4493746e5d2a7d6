// Why an invariant is false, in its own words with values filled in.
#include <algorithm>
#include <set>

#include "reports/confluence_view.h"
#include "spec/print.h"

namespace tribunal::reports::confluence {
namespace {

using spec::Expr;
using spec::ExprId;
using spec::Operator;

// Evaluates parts of one invariant with its outermost variables bound.
class Bound {
 public:
  Bound(const spec::Layout& layout, std::uint32_t invariant, const spec::Values& values)
      : layout_(layout), spec_(layout.spec()), values_(values) {
    slots_.resize(spec_.invariants[invariant].slots);
  }

  // Binds as many outermost foralls as there are values; returns what they bind.
  ExprId bind(ExprId condition, const std::vector<spec::Binding>& binding) {
    ExprId body = condition;
    for (const spec::Binding& one : binding) {
      const Expr& forall = spec_.exprs[body];
      slots_[forall.slot] = one.value;
      if (forall.where) conditions_.push_back(forall.operands[1]);
      body = forall.operands[0];
    }
    return body;
  }

  std::vector<spec::Cell> cells(ExprId body) {
    for (const ExprId condition : conditions_) collect(condition);
    collect(body);
    return {cells_.begin(), cells_.end()};
  }

  // Puts values for what the expression reads or computes over elements.
  ExprId filled_in(spec::Spec& copy, ExprId id) {
    const Expr& expr = spec_.exprs[id];
    const bool value = expr.op == Operator::read || expr.op == Operator::local ||
                       expr.op == Operator::constant || spec::is_binder(expr.op);
    Expr made = expr;
    if (value) {
      made = Expr{};
      made.op = Operator::local;  // is printed as its name
      made.type = expr.type;
      made.name = layout_.show_value(expr.type, evaluate(id));
    } else {
      for (ExprId& operand : made.operands) operand = filled_in(copy, operand);
    }
    copy.exprs.push_back(std::move(made));
    return static_cast<ExprId>(copy.exprs.size() - 1);
  }

 private:
  std::int64_t evaluate(ExprId id) {
    bool overflowed = false;
    return spec::evaluate(layout_, id, values_, slots_, overflowed);
  }

  void collect(ExprId id) {
    const Expr& expr = spec_.exprs[id];
    if (spec::is_binder(expr.op)) return over_elements(expr);
    for (const ExprId operand : expr.operands) collect(operand);
    if (expr.op != Operator::read) return;
    std::vector<std::int64_t> indices;
    for (const ExprId operand : expr.operands) indices.push_back(evaluate(operand));
    const auto cell = layout_.cell(static_cast<std::uint32_t>(expr.value), indices);
    if (cell) cells_.insert(*cell);
  }

  // Whether the element in the slot has a part in the value, which is `holds` of a quantifier.
  bool counts(const Expr& binder, bool holds) {
    const bool here = evaluate(binder.operands[0]) != 0;
    if (binder.op == Operator::count) return here;
    if (binder.op == Operator::exists) return here || !holds;
    if (binder.op == Operator::forall) return !here;
    return true;
  }

  void over_elements(const Expr& binder) {
    const bool holds = evaluate(static_cast<ExprId>(&binder - spec_.exprs.data())) != 0;
    const std::int64_t outer = slots_[binder.slot];
    for (std::uint32_t i = 0; i < layout_.size_of(binder.domain); ++i) {
      slots_[binder.slot] = i;
      if (binder.where && evaluate(binder.operands[1]) == 0) continue;
      if (!counts(binder, holds)) continue;
      if (binder.where) collect(binder.operands[1]);
      collect(binder.operands[0]);
    }
    slots_[binder.slot] = outer;
    const bool extremum = binder.op == Operator::maxof || binder.op == Operator::minof;
    if (extremum) collect(binder.operands[2]);
  }

  const spec::Layout& layout_;
  const spec::Spec& spec_;
  const spec::Values& values_;
  std::vector<std::int64_t> slots_;
  std::vector<ExprId> conditions_;
  std::set<spec::Cell> cells_;
};

}  // namespace

Explanation explain(const spec::Layout& layout, std::uint32_t invariant,
                    const spec::Values& values) {
  const spec::Spec& spec = layout.spec();
  Explanation why;
  why.invariant = invariant;
  why.binding = spec::witness(layout, invariant, values);
  Bound bound(layout, invariant, values);
  const ExprId body = bound.bind(spec.invariants[invariant].condition, why.binding);
  why.condition = spec::print_expr(spec, body);
  why.named = bound.cells(body);
  if (!spec::is_binder(spec.exprs[body].op) && spec.exprs[body].op != Operator::read) {
    spec::Spec copy = spec;
    const ExprId filled = bound.filled_in(copy, body);
    why.computed = spec::print_expr(copy, filled);
    if (why.computed == why.condition) why.computed.clear();
  }
  return why;
}

}  // namespace tribunal::reports::confluence
