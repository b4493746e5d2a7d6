#include "spec/execute.h"

#include <algorithm>
#include <cassert>

#include "spec/evaluator.h"
#include "spec/statements.h"

namespace tribunal::spec {
namespace {

// What `+=`, `-=`, `:=`, `add` and `remove` make of a value.
std::int64_t assigned(StatementKind kind, std::int64_t before, std::int64_t value,
                      bool& overflowed) {
  std::int64_t after = value;
  switch (kind) {
    case StatementKind::increase:
      overflowed |= __builtin_add_overflow(before, value, &after);
      return after;
    case StatementKind::decrease:
      overflowed |= __builtin_sub_overflow(before, value, &after);
      return after;
    case StatementKind::add:
      return 1;
    case StatementKind::remove:
      return 0;
    default:
      return after;
  }
}

// Records the effects of a transaction's body while it goes on with the values that they give.
class Recorder {
 public:
  Recorder(const Layout& layout, const State& state, Values& values, Event& event)
      : layout_(layout), state_(state), values_(values), event_(event) {}

  void operator()(const Statement& statement, Cell cell, std::int64_t value) {
    const Kind kind = layout_.kind_of(cell);
    if (is_set(kind)) return change_set(kind, statement.kind == StatementKind::add, cell);
    values_[cell] = assigned(statement.kind, values_[cell], value, overflowed_);
    Change change{cell, Change::What::assign, value, {}};
    if (kind == Kind::counter) change.what = Change::What::increase;
    // What is assigned again and again leaves with its last value only: others never see between.
    if (kind != Kind::counter) {
      std::erase_if(event_.changes, [&](const Change& earlier) { return earlier.cell == cell; });
    }
    if (statement.kind == StatementKind::decrease) {
      overflowed_ |= __builtin_sub_overflow(std::int64_t{0}, value, &change.value);
    }
    event_.changes.push_back(std::move(change));
  }

  bool overflowed() const { return overflowed_; }

 private:
  void change_set(Kind kind, bool adds, Cell cell) {
    Change change{cell, adds ? Change::What::add : Change::What::remove, 0, {}};
    const bool tags = (kind == Kind::awset && adds) || (kind == Kind::rwset && !adds);
    const bool undoes = (kind == Kind::awset || kind == Kind::rwset) && !tags;
    if (undoes) {
      change.observed = state_.live(cell);
      if (tagged(cell)) change.observed.push_back(event_.stamp);  // the latest of all
    }
    if (tags) spare(cell);
    values_[cell] = adds && !(kind == Kind::tpset && gone(cell));
    event_.changes.push_back(std::move(change));
  }

  bool has(Cell cell, Change::What what) const {
    return std::any_of(event_.changes.begin(), event_.changes.end(), [&](const Change& change) {
      return change.cell == cell && change.what == what;
    });
  }
  bool tagged(Cell cell) const {
    return has(cell,
               layout_.kind_of(cell) == Kind::awset ? Change::What::add : Change::What::remove);
  }
  bool gone(Cell cell) const { return state_.removed(cell) || has(cell, Change::What::remove); }
  // The body tags the cell again after it has undone its own tag. There is one tag for each event
  // and cell, so it must not have been undone.
  void spare(Cell cell) {
    for (Change& change : event_.changes) {
      if (change.cell == cell) std::erase(change.observed, event_.stamp);
    }
  }

  const Layout& layout_;
  const State& state_;
  Values& values_;
  Event& event_;
  bool overflowed_ = false;
};

bool is_value_of(const Layout& layout, Type type, std::int64_t value) {
  if (type.base == Type::Base::integer) return true;
  const std::int64_t size = type.base == Type::Base::boolean ? 2 : layout.size_of(type);
  return value >= 0 && value < size;
}

bool admissible(const Layout& layout, const State& state, const Transaction& transaction,
                std::span<const std::int64_t> arguments) {
  const std::vector<Parameter>& parameters = transaction.parameters;
  assert(arguments.size() == parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!is_value_of(layout, parameters[i].type, arguments[i])) return false;
    if (parameters[i].minted != Minted::fresh) continue;
    if (state.used(parameters[i].type.index, arguments[i])) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (parameters[j].minted == Minted::fresh && parameters[j].type == parameters[i].type &&
          arguments[j] == arguments[i]) {
        return false;
      }
    }
  }
  return true;
}

// Guard and body. `values`: what the replica shows, worked upon.
Outcome compute(const Layout& layout, const State& state, const Transaction& transaction,
                Values& values, Event& event) {
  std::vector<std::int64_t> slots(std::max<std::size_t>(transaction.slots, event.arguments.size()));
  std::copy(event.arguments.begin(), event.arguments.end(), slots.begin());
  Evaluator evaluator(layout, values, slots);
  if (transaction.guard) {
    const bool enabled = evaluator.value(*transaction.guard) != 0;
    if (evaluator.overflowed()) return Outcome::overflow;
    if (!enabled) return Outcome::guard;
  }
  Recorder recorder(layout, state, values, event);
  Statements<Recorder&>(layout, evaluator, slots, recorder).carry_out(transaction.body);
  return evaluator.overflowed() || recorder.overflowed() ? Outcome::overflow : Outcome::committed;
}

}  // namespace

Values shown(const Layout& layout, const State& state, bool* overflowed) {
  Values values = state.merged();
  const Spec& spec = layout.spec();
  if (spec.on_merge.empty()) return values;
  std::vector<std::int64_t> slots(spec.on_merge_slots);
  Evaluator evaluator(layout, values, slots);
  bool left = false;
  const auto write = [&](const Statement& statement, Cell cell, std::int64_t value) {
    values[cell] = assigned(statement.kind, values[cell], value, left);
  };
  Statements<decltype(write)>(layout, evaluator, slots, write).carry_out(spec.on_merge);
  if (overflowed != nullptr) *overflowed |= left || evaluator.overflowed();
  return values;
}

Attempt attempt(const Layout& layout, const State& state, std::uint32_t transaction,
                std::span<const std::int64_t> arguments, std::uint32_t replica) {
  const Transaction& tried = layout.spec().transactions[transaction];
  Attempt result;
  if (!admissible(layout, state, tried, arguments)) {
    result.outcome = Outcome::argument;
    return result;
  }
  Event event{{state.time() + 1, replica}, transaction, {arguments.begin(), arguments.end()}, {}};
  bool overflowed = false;
  Values values = shown(layout, state, &overflowed);
  result.outcome = overflowed ? Outcome::overflow : compute(layout, state, tried, values, event);
  if (result.outcome != Outcome::committed) return result;

  State after = state;
  overflowed |= !after.apply(layout, event, Arrival::origin);
  result.after = shown(layout, after, &overflowed);
  const std::vector<std::uint32_t> broken = violated(layout, result.after, &overflowed);
  if (overflowed) {
    result.outcome = Outcome::overflow;
    result.after.clear();
  } else if (!broken.empty()) {
    result.outcome = Outcome::invariant;
    result.invariant = broken.front();
  } else {
    result.event = std::move(event);
  }
  return result;
}

}  // namespace tribunal::spec
