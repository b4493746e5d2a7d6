#include "checker/confluence/encoding/evaluate.h"

namespace tribunal::checker::confluence::encoding {

using spec::Expr;
using spec::Operator;

Term Evaluator::expr(spec::ExprId id, const Terms& values, Slots& slots) const {
  const Expr& e = spec().exprs[id];
  const auto operand = [&](std::size_t i) { return expr(e.operands[i], values, slots); };
  switch (e.op) {
    case Operator::literal:
      return e.type.base == spec::Type::Base::boolean ? b_.truth(e.value != 0) : b_.number(e.value);
    case Operator::constant:
      return b_.number(spec().constants[static_cast<std::size_t>(e.value)].value);
    case Operator::local:
      return slots[e.slot];
    case Operator::read:
      return read(e, values, slots);
    case Operator::negate:
      return b_.subtract(b_.zero(), operand(0));
    case Operator::not_:
      return b_.not_(operand(0));
    case Operator::and_: {
      const Term left = operand(0);
      return b_.is_no(left) ? left : b_.and_(left, operand(1));
    }
    case Operator::or_: {
      const Term left = operand(0);
      return b_.is_yes(left) ? left : b_.or_(left, operand(1));
    }
    case Operator::implies: {
      const Term left = operand(0);
      return b_.is_no(left) ? b_.yes() : b_.implies(left, operand(1));
    }
    case Operator::equal:
      return b_.equal(operand(0), operand(1));
    case Operator::unequal:
      return b_.unequal(operand(0), operand(1));
    case Operator::less:
      return b_.less(operand(0), operand(1));
    case Operator::less_equal:
      return b_.less_equal(operand(0), operand(1));
    case Operator::greater:
      return b_.less(operand(1), operand(0));
    case Operator::greater_equal:
      return b_.less_equal(operand(1), operand(0));
    case Operator::add:
      return b_.add(operand(0), operand(1));
    case Operator::subtract:
      return b_.subtract(operand(0), operand(1));
    case Operator::multiply:
      return b_.multiply(operand(0), operand(1));
    case Operator::forall:
    case Operator::exists:
    case Operator::sum:
    case Operator::count:
      return binder(e, values, slots);
    case Operator::maxof:
    case Operator::minof:
      return extremum(e, values, slots);
  }
  return b_.zero();
}

Term Evaluator::binder(const Expr& e, const Terms& values, Slots& slots) const {
  const bool boolean = e.op == Operator::forall || e.op == Operator::exists;
  Term result = boolean ? b_.truth(e.op == Operator::forall) : b_.zero();
  const std::uint32_t size = layout_.size_of(e.domain);
  for (std::uint32_t element = 0; element < size; ++element) {
    slots[e.slot] = b_.number(element);
    const Term holds = e.where ? expr(e.operands[1], values, slots) : b_.yes();
    if (b_.is_no(holds)) continue;
    const Term body = expr(e.operands[0], values, slots);
    switch (e.op) {
      case Operator::forall:
        result = b_.and_(result, b_.implies(holds, body));
        break;
      case Operator::exists:
        result = b_.or_(result, b_.and_(holds, body));
        break;
      case Operator::count:
        result = b_.add(result, b_.ite(b_.and_(holds, body), b_.number(1), b_.zero()));
        break;
      default:
        result = b_.add(result, b_.ite(holds, body, b_.zero()));
    }
  }
  return result;
}

// Folded from the last element to the first: the extremum so far, and whether there is one.
Term Evaluator::extremum(const Expr& e, const Terms& values, Slots& slots) const {
  Term best = expr(e.operands[2], values, slots);
  Term found = b_.no();
  const std::uint32_t size = layout_.size_of(e.domain);
  for (std::uint32_t element = 0; element < size; ++element) {
    slots[e.slot] = b_.number(element);
    const Term holds = expr(e.operands[1], values, slots);
    const Term body = expr(e.operands[0], values, slots);
    const Term better = e.op == Operator::maxof ? b_.less(best, body) : b_.less(body, best);
    best = b_.ite(b_.and_(holds, b_.or_(b_.not_(found), better)), body, best);
    found = b_.or_(found, holds);
  }
  return best;
}

Term Evaluator::read(const Expr& e, const Terms& values, Slots& slots) const {
  const auto variable = static_cast<std::uint32_t>(e.value);
  bool first = true;
  Term result = b_.zero();
  each_cell(variable, e.operands, values, slots, [&](spec::Cell cell, const Term& condition) {
    result = first ? values[cell] : b_.ite(condition, values[cell], result);
    first = false;
  });
  return result;
}

void Evaluator::each_cell(std::uint32_t variable, const std::vector<spec::ExprId>& indices,
                          const Terms& values, Slots& slots,
                          const std::function<void(spec::Cell, const Term&)>& visit) const {
  Terms at;
  for (const spec::ExprId index : indices) at.push_back(expr(index, values, slots));
  const spec::Cell first = layout_.first(variable);
  for (spec::Cell cell = first; cell < first + layout_.cells_of(variable); ++cell) {
    const std::vector<std::int64_t> place = layout_.indices_of(cell);
    Term condition = b_.yes();
    for (std::size_t i = 0; i < place.size() && !b_.is_no(condition); ++i) {
      condition = b_.and_(condition, b_.equal(at[i], b_.number(place[i])));
    }
    if (!b_.is_no(condition)) visit(cell, condition);
  }
}

}  // namespace tribunal::checker::confluence::encoding
