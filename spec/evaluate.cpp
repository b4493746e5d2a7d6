// The values of expressions, and the invariants that are false.
#include <algorithm>
#include <cassert>

#include "spec/evaluator.h"
#include "spec/execute.h"

namespace tribunal::spec {

std::int64_t Evaluator::value(const Expr& expr) {
  switch (expr.op) {
    case Operator::literal:
      return expr.value;
    case Operator::constant:
      return layout_.spec().constants[static_cast<std::size_t>(expr.value)].value;
    case Operator::local:
      assert(expr.slot < slots_.size());
      return slots_[expr.slot];
    case Operator::read: {
      const auto at = cell(static_cast<std::uint32_t>(expr.value), expr.operands);
      return at ? values_[*at] : 0;
    }
    case Operator::not_:
      return value(expr.operands[0]) == 0;
    case Operator::and_:
      return value(expr.operands[0]) != 0 && value(expr.operands[1]) != 0;
    case Operator::or_:
      return value(expr.operands[0]) != 0 || value(expr.operands[1]) != 0;
    case Operator::implies:
      return value(expr.operands[0]) == 0 || value(expr.operands[1]) != 0;
    case Operator::equal:
    case Operator::unequal:
    case Operator::less:
    case Operator::less_equal:
    case Operator::greater:
    case Operator::greater_equal:
      return compare(expr);
    case Operator::negate:
    case Operator::add:
    case Operator::subtract:
    case Operator::multiply:
      return arithmetic(expr);
    case Operator::forall:
    case Operator::exists:
    case Operator::sum:
    case Operator::count:
      return bind(expr);
    case Operator::maxof:
    case Operator::minof:
      return extremum(expr);
  }
  return 0;
}

std::optional<Cell> Evaluator::cell(std::uint32_t variable, const std::vector<ExprId>& indices) {
  const std::vector<Type>& types = layout_.spec().variables[variable].indices;
  Cell offset = 0;  // as Layout::cell does, without a list of the indices' values
  bool inside = true;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const std::uint32_t size = layout_.size_of(types[i]);
    const std::int64_t index = value(indices[i]);
    inside &= index >= 0 && index < size;
    offset = offset * size + static_cast<Cell>(index);
  }
  if (!inside) return std::nullopt;
  return layout_.first(variable) + offset;
}

std::int64_t Evaluator::compare(const Expr& expr) {
  const std::int64_t a = value(expr.operands[0]);
  const std::int64_t b = value(expr.operands[1]);
  switch (expr.op) {
    case Operator::equal:
      return a == b;
    case Operator::unequal:
      return a != b;
    case Operator::less:
      return a < b;
    case Operator::less_equal:
      return a <= b;
    case Operator::greater:
      return a > b;
    default:
      return a >= b;
  }
}

std::int64_t Evaluator::arithmetic(const Expr& expr) {
  const std::int64_t a = value(expr.operands[0]);
  std::int64_t result = 0;
  if (expr.op == Operator::negate) {
    overflowed_ |= __builtin_sub_overflow(std::int64_t{0}, a, &result);
    return result;
  }
  const std::int64_t b = value(expr.operands[1]);
  if (expr.op == Operator::add) {
    overflowed_ |= __builtin_add_overflow(a, b, &result);
  } else if (expr.op == Operator::subtract) {
    overflowed_ |= __builtin_sub_overflow(a, b, &result);
  } else {
    overflowed_ |= __builtin_mul_overflow(a, b, &result);
  }
  return result;
}

bool Evaluator::admits(const Expr& binder) {
  return !binder.where || value(binder.operands[1]) != 0;
}

std::int64_t Evaluator::bind(const Expr& expr) {
  const bool universal = expr.op == Operator::forall;
  const std::uint32_t size = layout_.size_of(expr.domain);
  std::int64_t total = 0;
  assert(expr.slot < slots_.size());
  for (std::uint32_t element = 0; element < size; ++element) {
    slots_[expr.slot] = element;
    if (!admits(expr)) continue;
    const std::int64_t body = value(expr.operands[0]);
    if (universal && body == 0) return 0;
    if (expr.op == Operator::exists && body != 0) return 1;
    if (expr.op == Operator::count) total += body != 0;
    if (expr.op == Operator::sum) overflowed_ |= __builtin_add_overflow(total, body, &total);
  }
  return universal ? 1 : total;
}

std::int64_t Evaluator::extremum(const Expr& expr) {
  const std::uint32_t size = layout_.size_of(expr.domain);
  std::optional<std::int64_t> best;
  assert(expr.slot < slots_.size());
  for (std::uint32_t element = 0; element < size; ++element) {
    slots_[expr.slot] = element;
    if (!admits(expr)) continue;
    const std::int64_t body = value(expr.operands[0]);
    if (!best || (expr.op == Operator::maxof ? body > *best : body < *best)) best = body;
  }
  return best ? *best : value(expr.operands[2]);
}

std::int64_t evaluate(const Layout& layout, ExprId expr, const Values& values,
                      std::vector<std::int64_t>& slots, bool& overflowed) {
  Evaluator evaluator(layout, values, slots);
  const std::int64_t value = evaluator.value(expr);
  overflowed |= evaluator.overflowed();
  return value;
}

std::vector<std::uint32_t> violated(const Layout& layout, const Values& values, bool* overflowed) {
  const std::vector<Invariant>& invariants = layout.spec().invariants;
  Slot most = 0;
  for (const Invariant& invariant : invariants) most = std::max(most, invariant.slots);
  std::vector<std::int64_t> slots(most);
  Evaluator evaluator(layout, values, slots);
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < invariants.size(); ++i) {
    if (evaluator.value(invariants[i].condition) == 0) found.push_back(i);
  }
  if (overflowed != nullptr) *overflowed |= evaluator.overflowed();
  return found;
}

std::vector<Binding> witness(const Layout& layout, std::uint32_t invariant, const Values& values) {
  const Invariant& checked = layout.spec().invariants[invariant];
  std::vector<std::int64_t> slots(checked.slots);
  Evaluator evaluator(layout, values, slots);
  if (evaluator.value(checked.condition) != 0) return {};
  std::vector<Binding> bindings;
  const Expr* expr = &layout.spec().exprs[checked.condition];
  while (expr->op == Operator::forall) {
    // Evaluation stops where the body is false, which leaves the element in the slot.
    static_cast<void>(evaluator.value(static_cast<ExprId>(expr - layout.spec().exprs.data())));
    bindings.push_back({expr->name, expr->domain, slots[expr->slot]});
    expr = &layout.spec().exprs[expr->operands[0]];
  }
  return bindings;
}

}  // namespace tribunal::spec
