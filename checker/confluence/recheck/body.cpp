#include "checker/confluence/recheck/body.h"

#include <array>
#include <memory>

#include "checker/confluence/recheck/loops.h"

namespace tribunal::checker::confluence::recheck {

using spec::Kind;
using spec::Statement;
using spec::StatementKind;

namespace {

// What the body has made so far of what its replica shows, and of its effects. `onmerge` has none.
struct Work {
  Shown shown;
  std::vector<Effect> effects;
};

constexpr std::array effect_fields = {&Effect::change, &Effect::written, &Effect::added,
                                      &Effect::removed, &Effect::cleared};

// A value, so that what is put off (loops, until a cell is looked at) can keep a copy.
class Walk {
 public:
  // `removed`: of each tpset, whether the state has removed a cell.
  Walk(Logic& logic, std::shared_ptr<const std::vector<Field>> removed)
      : logic_(&logic), removed_(std::move(removed)) {}

  void block(const std::vector<spec::StatementId>& body, const Formula& condition, Work& work,
             Slots& slots) const {
    for (const spec::StatementId id : body) {
      statement(logic_->spec().statements[id], condition, work, slots);
    }
  }

 private:
  using Update = std::function<Formula(const Formula& before, const Formulas& at)>;

  void statement(const Statement& s, const Formula& condition, Work& work, Slots& slots) const {
    switch (s.kind) {
      case StatementKind::let:
        slots[s.slot] = evaluate(*logic_, *s.value, work.shown, slots);
        return;
      case StatementKind::if_:
        return block(s.body, under(condition, *s.value, work, slots), work, slots);
      case StatementKind::forall:
        if (logic_->is_open(s.domain)) return cell_by_cell(s, condition, work, slots);
        for (const Formula& element : logic_->elements(s.domain)) {
          round(s, element, condition, work, slots);
        }
        return;
      default:
        return change(s, condition, work, slots);
    }
  }

  Formula under(const Formula& condition, spec::ExprId and_this, const Work& work,
                Slots& slots) const {
    return both(condition, evaluate(*logic_, and_this, work.shown, slots));
  }

  void round(const Statement& s, const Formula& element, const Formula& condition, Work& work,
             Slots& slots) const {
    slots[s.slot] = element;
    block(s.body, s.value ? under(condition, *s.value, work, slots) : condition, work, slots);
  }

  // Each cell is changed in one round only, the one of the element among its indices.
  void cell_by_cell(const Statement& s, const Formula& condition, Work& work,
                    const Slots& slots) const {
    const auto before = std::make_shared<const Work>(work);
    for (const std::uint32_t v : changed_by(logic_->spec(), s.body)) {
      const std::uint32_t place = *place_in(logic_->spec(), s, v);
      const auto after = [walk = *this, &s, condition, before, slots, place](const Formulas& at) {
        Work mine = *before;
        Slots my_slots = slots;
        walk.round(s, at[place], condition, mine, my_slots);
        return mine;
      };
      work.shown[v] = [after, v](const Formulas& at) { return after(at).shown[v](at); };
      if (work.effects.empty()) continue;
      for (const auto field : effect_fields) {
        work.effects[v].*field = [after, v, field](const Formulas& at) {
          return (after(at).effects[v].*field)(at);
        };
      }
    }
  }

  void change(const Statement& s, const Formula& condition, Work& work, Slots& slots) const {
    const bool sets = s.kind == StatementKind::add || s.kind == StatementKind::remove;
    const Formula operand = sets ? logic_->truth(s.kind == StatementKind::add)
                                 : evaluate(*logic_, *s.value, work.shown, slots);
    const Formulas place = evaluate(*logic_, s.indices, work.shown, slots);
    const auto here = [condition, place](const Formulas& at) {
      Formula named = condition;
      for (std::size_t i = 0; i < at.size(); ++i) named = both(named, same(at[i], place[i]));
      return named;
    };
    const auto update = [&](Field& field, const Update& to) {
      field = [old = field, here, to](const Formulas& at) {
        const Formula named = here(at);
        const Formula before = old(at);
        return named.is_false() ? before : choice(named, to(before, at), before);
      };
    };
    const auto put = [&](Field& field, const Formula& value) {
      update(field, [value](const Formula&, const Formulas&) { return value; });
    };
    const auto move = [&](Field& field) {
      const bool up = s.kind == StatementKind::increase;
      update(field, [operand, up](const Formula& before, const Formulas&) {
        return plus(before, up ? operand : -operand);
      });
    };
    const bool moves = s.kind == StatementKind::increase || s.kind == StatementKind::decrease;
    if (!work.effects.empty()) {
      record(s, operand, work.effects[s.variable], put, move);
    }
    Field& field = work.shown[s.variable];
    const bool tpset = logic_->spec().variables[s.variable].kind == Kind::tpset;
    if (moves) {
      move(field);
    } else if (sets && tpset && !work.effects.empty() && s.kind == StatementKind::add) {
      // What was removed, also by this body, stays out.
      const Field gone = either((*removed_)[s.variable], work.effects[s.variable].removed);
      update(field, [gone](const Formula&, const Formulas& at) { return negation(gone(at)); });
    } else {
      put(field, operand);
    }
  }

  template <class Put, class Move>
  void record(const Statement& s, const Formula& operand, Effect& e, const Put& put,
              const Move& move) const {
    const Formula yes = logic_->truth(true);
    const Formula no = logic_->truth(false);
    const bool adds = s.kind == StatementKind::add;
    const Kind kind = logic_->spec().variables[s.variable].kind;
    switch (kind) {
      case Kind::counter:
        return move(e.change);
      case Kind::max:
      case Kind::min:
      case Kind::lww:
        put(e.change, operand);
        return put(e.written, yes);
      case Kind::gset:
        return put(e.added, yes);
      case Kind::tpset:
        return put(adds ? e.added : e.removed, yes);
      case Kind::awset:
        put(e.added, adds ? yes : no);
        if (!adds) put(e.cleared, yes);
        return;
      case Kind::rwset:
        put(e.removed, adds ? no : yes);
        if (adds) put(e.added, yes);
        if (adds) put(e.cleared, yes);
        return;
    }
  }

  Logic* logic_;
  std::shared_ptr<const std::vector<Field>> removed_;
};

std::vector<Effect> no_effects(Logic& logic) {
  std::vector<Effect> effects;
  const auto always = [](const Formula& value) {
    return [value](const Formulas&) { return value; };
  };
  const Field no = always(logic.truth(false));
  for (const spec::Variable& v : logic.spec().variables) {
    effects.push_back({always(logic.value_of(v.type, 0)), no, no, no, no});
  }
  return effects;
}

Tags after(const Tags& tags, const Effect& effect, Observers origin) {
  if ((tags.seen_by & origin) == 0) return tags;
  return {[live = tags.live, cleared = effect.cleared](const Formulas& at) {
            return both(live(at), negation(cleared(at)));
          },
          tags.seen_by};
}

}  // namespace

Execution execute(Logic& logic, std::uint32_t transaction, const State& state, Slots slots) {
  const spec::Transaction& t = logic.spec().transactions[transaction];
  std::vector<Field> removed;
  for (const VariableState& v : state.variables) removed.push_back(v.removed);
  Work work{shown(logic, state), no_effects(logic)};
  Execution execution{logic.truth(true), {}};
  if (t.guard) execution.guard = evaluate(logic, *t.guard, work.shown, slots);
  const Walk walk(logic, std::make_shared<const std::vector<Field>>(std::move(removed)));
  walk.block(t.body, logic.truth(true), work, slots);
  execution.effects = std::move(work.effects);
  return execution;
}

Shown shown(Logic& logic, const State& state) {
  Work work{merged(logic, state), {}};
  Slots slots = empty_slots(logic, logic.spec().on_merge_slots);
  Walk(logic, nullptr).block(logic.spec().on_merge, logic.truth(true), work, slots);
  return std::move(work.shown);
}

State apply(Logic& logic, const State& state, const std::vector<Effect>& effects,
            const Formula& time, Observers origin, bool at_origin) {
  State next = state;
  for (std::size_t v = 0; v < next.variables.size(); ++v) {
    VariableState& s = next.variables[v];
    const Effect& e = effects[v];
    const Kind kind = logic.spec().variables[v].kind;
    switch (kind) {
      case Kind::counter:
        s.value = [value = s.value, change = e.change](const Formulas& at) {
          return plus(value(at), change(at));
        };
        break;
      case Kind::max:
      case Kind::min:
        s.value = [value = s.value, e, kind, at_origin](const Formulas& at) {
          const Formula before = value(at);
          const Formula assigned = e.change(at);
          const Formula better = kind == Kind::max ? assigned > before : assigned < before;
          return choice(at_origin ? e.written(at) : both(e.written(at), better), assigned, before);
        };
        break;
      case Kind::lww: {
        const auto wins = [written = e.written, old = s.time, time](const Formulas& at) {
          return both(written(at), old(at) < time);
        };
        s.value = [wins, value = s.value, change = e.change](const Formulas& at) {
          return choice(wins(at), change(at), value(at));
        };
        s.time = [wins, old = s.time, time](const Formulas& at) {
          return choice(wins(at), time, old(at));
        };
        break;
      }
      case Kind::tpset:
        s.removed = either(s.removed, e.removed);
        [[fallthrough]];
      case Kind::gset:
        s.added = either(s.added, e.added);
        break;
      case Kind::rwset:
        s.added = either(s.added, e.added);
        [[fallthrough]];
      case Kind::awset:
        for (Tags& tags : s.tags) tags = after(tags, e, origin);
        s.tags.push_back({kind == Kind::awset ? e.added : e.removed, origin});
        break;
    }
  }
  return next;
}

void use(Logic& logic, State& state, std::uint32_t transaction, const Slots& arguments) {
  const auto& parameters = logic.spec().transactions[transaction].parameters;
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    if (parameters[p].minted != spec::Minted::fresh) continue;
    Field& used = state.used[parameters[p].type.index];
    used = [before = used, minted = arguments[p]](const Formulas& at) {
      return either(before(at), same(at[0], minted));
    };
  }
}

}  // namespace tribunal::checker::confluence::recheck
