#include "checker/confluence/recheck/expressions.h"

namespace tribunal::checker::confluence::recheck {

using spec::Expr;
using spec::Operator;

namespace {

class Translation {
 public:
  Translation(Logic& logic, const Shown& shown, Slots& slots)
      : logic_(logic), shown_(shown), slots_(slots) {}

  Formula of(spec::ExprId id) {
    const Expr& e = logic_.spec().exprs[id];
    if (spec::is_binder(e.op)) return binder(e);
    switch (e.op) {
      case Operator::literal:
        return logic_.value_of(e.type, e.value);
      case Operator::constant:
        return logic_.number(logic_.spec().constants[static_cast<std::size_t>(e.value)].value);
      case Operator::local:
        return slots_[e.slot];
      case Operator::read:
        return shown_[static_cast<std::size_t>(e.value)](all(e.operands));
      case Operator::negate:
        return -of(e.operands[0]);
      case Operator::not_:
        return negation(of(e.operands[0]));
      default:
        return two_sided(e.op, of(e.operands[0]), of(e.operands[1]));
    }
  }

  Formulas all(const std::vector<spec::ExprId>& exprs) {
    Formulas result;
    for (const spec::ExprId each : exprs) result.push_back(of(each));
    return result;
  }

 private:
  static Formula two_sided(Operator op, const Formula& a, const Formula& b) {
    switch (op) {
      case Operator::and_:
        return both(a, b);
      case Operator::or_:
        return either(a, b);
      case Operator::implies:
        return implied(a, b);
      case Operator::equal:
        return same(a, b);
      case Operator::unequal:
        return negation(same(a, b));
      case Operator::less:
        return a < b;
      case Operator::less_equal:
        return a <= b;
      case Operator::greater:
        return a > b;
      case Operator::greater_equal:
        return a >= b;
      case Operator::add:
        return a + b;
      case Operator::subtract:
        return a - b;
      default:
        return a * b;
    }
  }

  Formula binder(const Expr& e) {
    const auto bind = [&](spec::ExprId what) {
      return [this, &e, what](const Formula& element) {
        slots_[e.slot] = element;
        return of(what);
      };
    };
    const Logic::Body body = bind(e.operands[0]);
    Logic::Body condition = [this](const Formula&) { return logic_.truth(true); };
    if (e.where) condition = bind(e.operands[1]);
    if (e.op == Operator::forall) {
      return logic_.for_all(e.domain, [&](const Formula& element) {
        return implied(condition(element), body(element));
      });
    }
    if (e.op == Operator::exists) {
      return logic_.there_is(e.domain, [&](const Formula& element) {
        return both(condition(element), body(element));
      });
    }
    const bool extremum = e.op == Operator::maxof || e.op == Operator::minof;
    const Formula otherwise = extremum ? of(e.operands[2]) : logic_.number(0);
    return logic_.fold(e.op, e.domain, condition, body, otherwise);
  }

  Logic& logic_;
  const Shown& shown_;
  Slots& slots_;
};

}  // namespace

Slots empty_slots(Logic& logic, spec::Slot count) { return Slots(count, logic.number(0)); }

Formula evaluate(Logic& logic, spec::ExprId expr, const Shown& shown, Slots& slots) {
  return Translation(logic, shown, slots).of(expr);
}

Formulas evaluate(Logic& logic, const std::vector<spec::ExprId>& exprs, const Shown& shown,
                  Slots& slots) {
  return Translation(logic, shown, slots).all(exprs);
}

}  // namespace tribunal::checker::confluence::recheck
