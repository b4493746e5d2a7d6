#include "checker/confluence/encoding/effects.h"

namespace tribunal::checker::confluence::encoding {

using spec::Kind;
using spec::Statement;
using spec::StatementKind;

namespace {

// Walks the statements of a body under a condition, on a working copy of the values: later
// statements see what earlier ones did.
class Walk {
 public:
  // `effects` may be null: only the working copy matters (`onmerge`).
  Walk(const Evaluator& evaluator, Terms& values, Slots& slots, std::vector<Effect>* effects,
       const Terms* gone)
      : evaluator_(evaluator),
        b_(evaluator.builder()),
        values_(values),
        slots_(slots),
        effects_(effects),
        gone_(gone) {}

  void block(const std::vector<spec::StatementId>& body, const Term& condition) {
    for (const spec::StatementId id : body) {
      statement(evaluator_.spec().statements[id], condition);
    }
  }

 private:
  void statement(const Statement& s, const Term& condition) {
    switch (s.kind) {
      case StatementKind::let:
        slots_[s.slot] = evaluator_.expr(*s.value, values_, slots_);
        return;
      case StatementKind::if_: {
        const Term holds = b_.and_(condition, evaluator_.expr(*s.value, values_, slots_));
        if (!b_.is_no(holds)) block(s.body, holds);
        return;
      }
      case StatementKind::forall:
        return loop(s, condition);
      default:
        return change(s, condition);
    }
  }

  void loop(const Statement& s, const Term& condition) {
    const std::uint32_t size = evaluator_.layout().size_of(s.domain);
    for (std::uint32_t element = 0; element < size; ++element) {
      slots_[s.slot] = b_.number(element);
      Term holds = condition;
      if (s.value) holds = b_.and_(holds, evaluator_.expr(*s.value, values_, slots_));
      if (!b_.is_no(holds)) block(s.body, holds);
    }
  }

  void change(const Statement& s, const Term& condition) {
    const bool set = s.kind == StatementKind::add || s.kind == StatementKind::remove;
    const Term operand =
        set ? b_.truth(s.kind == StatementKind::add) : evaluator_.expr(*s.value, values_, slots_);
    std::vector<std::pair<spec::Cell, Term>> places;
    evaluator_.each_cell(s.variable, s.indices, values_, slots_,
                         [&](spec::Cell cell, const Term& named) {
                           const Term here = b_.and_(condition, named);
                           if (!b_.is_no(here)) places.emplace_back(cell, here);
                         });
    for (const auto& [cell, here] : places) {
      Term next = operand;
      if (s.kind == StatementKind::increase) next = b_.add(values_[cell], operand);
      if (s.kind == StatementKind::decrease) next = b_.subtract(values_[cell], operand);
      if (effects_ != nullptr) {
        Effect& effect = (*effects_)[cell];
        const bool stays_out =
            evaluator_.layout().kind_of(cell) == spec::Kind::tpset && s.kind == StatementKind::add;
        if (stays_out) next = b_.not_(b_.or_((*gone_)[cell], effect.removed));
        record(effect, s.kind, cell, here, operand, next);
      }
      values_[cell] = b_.ite(here, next, values_[cell]);
    }
  }

  void record(Effect& e, StatementKind kind, spec::Cell cell, const Term& here, const Term& operand,
              const Term& next) {
    const auto set = [&](Term& member, bool value) {
      member = value ? b_.or_(member, here) : b_.and_(member, b_.not_(here));
    };
    const bool adds = kind == StatementKind::add;
    switch (evaluator_.layout().kind_of(cell)) {
      case Kind::counter: {
        const Term by = kind == StatementKind::decrease ? b_.subtract(b_.zero(), operand) : operand;
        e.change = b_.add(e.change, b_.ite(here, by, b_.zero()));
        return;
      }
      case Kind::max:
      case Kind::min:
      case Kind::lww:
        e.change = b_.ite(here, next, e.change);
        set(e.written, true);
        return;
      case Kind::gset:
        set(e.added, true);
        return;
      case Kind::tpset:
        set(adds ? e.added : e.removed, true);
        return;
      case Kind::awset:
        set(e.added, adds);
        if (!adds) set(e.cleared, true);
        return;
      case Kind::rwset:
        set(e.removed, !adds);
        if (adds) set(e.cleared, true);
        if (adds) set(e.added, true);
        return;
    }
  }

  const Evaluator& evaluator_;
  const Builder& b_;
  Terms& values_;
  Slots& slots_;
  std::vector<Effect>* effects_;
  const Terms* gone_;
};

}  // namespace

std::vector<Effect> no_effects(const Evaluator& evaluator) {
  const Builder& b = evaluator.builder();
  const spec::Layout& layout = evaluator.layout();
  std::vector<Effect> effects;
  for (spec::Cell cell = 0; cell < layout.cells(); ++cell) {
    const spec::Variable& variable = evaluator.spec().variables[layout.variable_of(cell)];
    const bool truth = variable.type.base == spec::Type::Base::boolean;
    const Term nothing = truth && variable.kind == Kind::lww ? b.no() : b.zero();
    effects.push_back({nothing, b.no(), b.no(), b.no(), b.no()});
  }
  return effects;
}

Execution execute(const Evaluator& evaluator, std::uint32_t transaction, const Terms& shown,
                  const Terms& gone, Slots slots) {
  const spec::Transaction& t = evaluator.spec().transactions[transaction];
  const Builder& b = evaluator.builder();
  Execution execution{b.yes(), no_effects(evaluator)};
  Terms values = shown;
  if (t.guard) execution.guard = evaluator.expr(*t.guard, values, slots);
  Walk(evaluator, values, slots, &execution.effects, &gone).block(t.body, b.yes());
  return execution;
}

std::vector<Effect> choose(const Builder& b, const Term& condition, const std::vector<Effect>& x,
                           const std::vector<Effect>& y) {
  std::vector<Effect> chosen;
  for (std::size_t i = 0; i < x.size(); ++i) {
    chosen.push_back(
        {b.ite(condition, x[i].change, y[i].change), b.ite(condition, x[i].written, y[i].written),
         b.ite(condition, x[i].added, y[i].added), b.ite(condition, x[i].removed, y[i].removed),
         b.ite(condition, x[i].cleared, y[i].cleared)});
  }
  return chosen;
}

Terms after_on_merge(const Evaluator& evaluator, Terms values) {
  if (!evaluator.spec().has_on_merge) return values;
  Slots slots = evaluator.slots(evaluator.spec().on_merge_slots);
  Walk(evaluator, values, slots, nullptr, nullptr)
      .block(evaluator.spec().on_merge, evaluator.builder().yes());
  return values;
}

}  // namespace tribunal::checker::confluence::encoding
