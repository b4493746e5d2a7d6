#include "spec/instance.h"

#include <algorithm>
#include <utility>

namespace tribunal::spec {
namespace {

bool is_of(const Layout& layout, Type type, std::int64_t value) {
  if (!is_finite(type)) return type.base == Type::Base::integer || value == 0 || value == 1;
  return value >= 0 && value < layout.size_of(type);
}

bool fits(const Layout& layout, const Change& change) {
  if (change.cell >= layout.cells()) return false;
  const Kind kind = layout.kind_of(change.cell);
  switch (change.what) {
    case Change::What::increase:
      return kind == Kind::counter;
    case Change::What::assign:
      return kind == Kind::max || kind == Kind::min || kind == Kind::lww;
    case Change::What::add:
      return is_set(kind);
    case Change::What::remove:
      return is_set(kind) && kind != Kind::gset;
  }
  return false;
}

constexpr auto before = [](const Event& event, Stamp stamp) { return event.stamp < stamp; };
constexpr auto by_key = [](const Instance& instance, std::uint64_t key) {
  return instance.key < key;
};

}  // namespace

Replica Instance::replica(const Layout& layout) const {
  return Replica(layout, events, static_cast<std::size_t>(committed));
}

void Instance::commit(Event event) {
  events.push_back(std::move(event));  // later than all that it had seen
  ++committed;
}

bool Instance::deliver(Event event) {
  const auto at = std::lower_bound(events.begin(), events.end(), event.stamp, before);
  if (at != events.end() && at->stamp == event.stamp) return false;
  events.insert(at, std::move(event));
  committed = 0;
  return true;
}

const Instance* find(const std::vector<Instance>& instances, std::uint64_t key) {
  const auto at = std::lower_bound(instances.begin(), instances.end(), key, by_key);
  return at != instances.end() && at->key == key ? &*at : nullptr;
}

Instance& find_or_add(std::vector<Instance>& instances, std::uint64_t key) {
  const auto at = std::lower_bound(instances.begin(), instances.end(), key, by_key);
  if (at != instances.end() && at->key == key) return *at;
  return *instances.insert(at, Instance{key, {}, 0});
}

bool fits(const Layout& layout, const Event& event) {
  const std::vector<Transaction>& transactions = layout.spec().transactions;
  constexpr std::uint64_t latest = std::uint64_t{1} << 62;  // later ones would end in an overflow
  if (event.stamp.time == 0 || event.stamp.time >= latest) return false;
  if (event.transaction >= transactions.size()) return false;
  const std::vector<Parameter>& parameters = transactions[event.transaction].parameters;
  if (event.arguments.size() != parameters.size()) return false;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!is_of(layout, parameters[i].type, event.arguments[i])) return false;
  }
  return std::all_of(event.changes.begin(), event.changes.end(),
                     [&](const Change& change) { return fits(layout, change); });
}

bool fits(const Layout& layout, const Instance& instance) {
  const auto falls = [](const Event& a, const Event& b) { return !(a.stamp < b.stamp); };
  const std::vector<Event>& events = instance.events;
  return instance.committed <= events.size() &&
         std::adjacent_find(events.begin(), events.end(), falls) == events.end() &&
         std::all_of(events.begin(), events.end(),
                     [&](const Event& event) { return fits(layout, event); });
}

}  // namespace tribunal::spec
