#include "spec/state.h"

#include <algorithm>

namespace tribunal::spec {

State::State(const Layout& layout)
    : values_(layout.cells()),
      removed_(layout.cells()),
      added_(layout.cells()),
      written_(layout.cells()) {
  for (Cell cell = 0; cell < layout.cells(); ++cell) {
    const Variable& variable = layout.spec().variables[layout.variable_of(cell)];
    values_[cell] = variable.initial;
    if (!is_set(variable.kind) || variable.initial == 0) continue;
    added_[cell] = 1;
    if (variable.kind == Kind::awset) tag(cell, Stamp{}, false);
  }
}

bool State::apply(const Layout& layout, const Event& event, Arrival arrival) {
  bool fits = true;
  for (const Change& each : event.changes) {
    fits &= change(layout.kind_of(each.cell), each, event.stamp, arrival);
  }
  mint(layout, event);
  time_ = std::max(time_, event.stamp.time);
  return fits;
}

bool State::change(Kind kind, const Change& change, Stamp stamp, Arrival arrival) {
  std::int64_t& value = values_[change.cell];
  const bool assigns = arrival == Arrival::origin;
  const bool joins = arrival == Arrival::delivered;
  switch (kind) {
    case Kind::counter:
      return !__builtin_add_overflow(value, change.value, &value);
    case Kind::max:
      if (assigns || (joins && change.value > value)) value = change.value;
      return true;
    case Kind::min:
      if (assigns || (joins && change.value < value)) value = change.value;
      return true;
    case Kind::lww:
      if (stamp < written_[change.cell]) return true;
      written_[change.cell] = stamp;  // equal: the same transaction assigns once more
      value = change.value;
      return true;
    case Kind::gset:
    case Kind::tpset:
    case Kind::awset:
    case Kind::rwset:
      change_set(kind, change, stamp);
      return true;
  }
  return true;
}

// The sets are those of Shapiro, Preguica, Baquero, Zawirski: A comprehensive study of Convergent
// and Commutative Replicated Data Types (2011), 3.3; rwset is the OR-Set with its roles exchanged.
void State::change_set(Kind kind, const Change& change, Stamp stamp) {
  const Cell cell = change.cell;
  const bool adds = change.what == Change::What::add;
  if (kind == Kind::awset ? adds : kind == Kind::rwset && !adds) tag(cell, stamp, false);
  for (const Stamp& observed : change.observed) tag(cell, observed, true);
  if (adds) added_[cell] = 1;
  if (!adds && kind == Kind::tpset) removed_[cell] = 1;
  switch (kind) {
    case Kind::gset:
    case Kind::tpset:
      values_[cell] = added_[cell] != 0 && removed_[cell] == 0;
      break;
    case Kind::awset:
      values_[cell] = has_live(cell);
      break;
    default:
      values_[cell] = added_[cell] != 0 && !has_live(cell);
      break;
  }
}

void State::tag(Cell cell, Stamp stamp, bool undone) {
  const auto at = std::lower_bound(tags_.begin(), tags_.end(), Tag{cell, stamp},
                                   [](const Tag& a, const Tag& b) {
                                     return std::tie(a.cell, a.stamp) < std::tie(b.cell, b.stamp);
                                   });
  if (at == tags_.end() || at->cell != cell || at->stamp != stamp) {
    tags_.insert(at, Tag{cell, stamp, undone});
  } else {
    at->undone |= undone;
  }
}

bool State::has_live(Cell cell) const {
  return std::any_of(tags_.begin(), tags_.end(),
                     [&](const Tag& tag) { return tag.cell == cell && !tag.undone; });
}

std::vector<Stamp> State::live(Cell cell) const {
  std::vector<Stamp> stamps;
  for (const Tag& tag : tags_) {
    if (tag.cell == cell && !tag.undone) stamps.push_back(tag.stamp);
  }
  return stamps;
}

void State::join_extrema(const Layout& layout, const Values& values) {
  for (Cell cell = 0; cell < values_.size(); ++cell) {
    const Kind kind = layout.kind_of(cell);
    if (kind == Kind::max) values_[cell] = std::max(values_[cell], values[cell]);
    if (kind == Kind::min) values_[cell] = std::min(values_[cell], values[cell]);
  }
}

void State::mint(const Layout& layout, const Event& event) {
  const auto& parameters = layout.spec().transactions[event.transaction].parameters;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].minted != Minted::fresh) continue;
    const Element element{parameters[i].type.index, event.arguments[i]};
    const auto at = std::lower_bound(minted_.begin(), minted_.end(), element);
    if (at == minted_.end() || *at != element) minted_.insert(at, element);
  }
}

bool State::used(std::uint32_t sort, std::int64_t element) const {
  return std::binary_search(minted_.begin(), minted_.end(), Element{sort, element});
}

}  // namespace tribunal::spec
