// The truth about small histories, straight from the words of docs/proofs.md: all orders are tried,
// and producers are counted by looking at every pair of operations. Slow, and meant to be obvious.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/verify/support.h"

namespace tribunal::verify::test {

// Something that an operation needs to find: `kind` is "is", "is not" (of cell `name`) or "all" (of
// a set).
struct Observation {
  std::string kind;
  Value name;
  Value value;
};

struct Act {
  std::uint32_t invocation = 0;
  std::uint32_t end = history::no_event;
  EventType outcome = EventType::info;
  std::string f;
  Value asked, seen;
  std::int32_t producers = -1;
  std::vector<Observation> observations;
  bool inner = true;  // reads of what the txn itself wrote are right
  bool happened = true;
  bool required = false;
};

struct World {
  std::map<Value, Value> cells;  // register, kv and mutex use the name nil
  std::set<Value> elements;
  friend bool operator<(const World& a, const World& b) {
    return std::tie(a.cells, a.elements) < std::tie(b.cells, b.elements);
  }
};

class Oracle {
 public:
  Oracle(const History& history, Setting setting, const std::vector<Operation>& operations)
      : setting_(std::move(setting)) {
    for (const Operation& operation : operations) acts_.push_back(read(history, operation));
  }

  bool well_formed() const { return well_formed_; }
  const std::vector<Act>& acts() const { return acts_; }
  const Act* find(std::uint32_t invocation) const {
    for (const Act& act : acts_) {
      if (act.invocation == invocation) return &act;
    }
    return nullptr;
  }

  bool core_is_impossible(const std::vector<std::uint32_t>& core) const {
    std::vector<const Act*> members;
    for (const std::uint32_t invocation : core) members.push_back(find(invocation));
    std::vector<const Act*> live;
    for (const Act* act : members) {
      if (act->happened) live.push_back(act);
    }
    std::vector<std::vector<bool>> stands;
    for (const Act* act : live) stands.push_back(standing(*act, members));
    std::set<std::pair<std::uint32_t, World>> dead;
    return !some_order(live, stands, 0, first_world(), dead);
  }

  bool core_is_minimal(const std::vector<std::uint32_t>& core) const {
    for (std::size_t i = 0; i < core.size(); ++i) {
      std::vector<std::uint32_t> rest = core;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      if (core_is_impossible(rest)) return false;
    }
    return true;
  }

  bool order_is_right(const std::vector<std::uint32_t>& order) const {
    std::vector<const Act*> all, listed;
    for (const Act& act : acts_) all.push_back(&act);
    for (const std::uint32_t invocation : order) {
      listed.push_back(find(invocation));
      if (listed.back() == nullptr || !listed.back()->happened) return false;
      if (!listed.back()->required && !changes(*listed.back())) return false;
    }
    for (const Act& act : acts_) {
      const auto times = std::count(listed.begin(), listed.end(), &act);
      if (times > 1 || (act.required && times == 0 && !silent(act, all))) return false;
    }
    World world = first_world();
    for (std::size_t i = 0; i < listed.size(); ++i) {
      for (std::size_t j = i + 1; j < listed.size(); ++j) {
        if (listed[j]->end < listed[i]->invocation) return false;
      }
      if (!apply(*listed[i], standing(*listed[i], all), world)) return false;
    }
    return true;
  }

 private:
  Act read(const History& history, const Operation& operation);
  void read_txn(Act& act);
  void note(Act& act, const char* kind, const Value& name, const Value& value) const {
    act.observations.push_back({kind, name, value});
  }
  bool saw(const Act& act, const Value& value) const {
    return act.outcome == EventType::ok && !(setting_.any && value.is_nil());
  }
  static bool is_collection(const Value& v) {
    return v.is_sequence() || v.kind() == Value::Kind::set;
  }
  void expect(bool right) { well_formed_ = well_formed_ && right; }

  static bool changes(const Act& act) {
    if (act.f != "txn") return act.f != "read" && act.f != "get";
    for (const Value& item : act.asked.items()) {
      if (item.items()[0] == Value::keyword("write")) return true;
    }
    return false;
  }

  // What the act leaves in the cell, if it writes it.
  static std::optional<Value> leaves(const Act& act, const Value& name) {
    if (act.f == "write" || act.f == "put") return act.asked;
    if (act.f == "cas") return act.asked.items()[1];
    if (act.f == "acquire") return word("held");
    if (act.f == "release") return word("free");
    std::optional<Value> last;
    if (act.f == "txn") {
      for (const Value& item : act.asked.items()) {
        if (item.items()[0] == Value::keyword("write") && item.items()[1] == name) {
          last = item.items()[2];
        }
      }
    }
    return last;
  }

  bool is_producer(const Act& a, const Act& b, const Observation& seen) const;
  std::vector<bool> standing(const Act& b, const std::vector<const Act*>& excerpt) const;
  // Of a counted observation that does not stand, nothing is left.
  bool silent(const Act& act, const std::vector<const Act*>& all) const {
    const std::vector<bool> stands = standing(act, all);
    return act.producers >= 0 && !changes(act) &&
           std::find(stands.begin(), stands.end(), true) == stands.end();
  }
  World first_world() const;
  bool apply(const Act& act, const std::vector<bool>& stands, World& world) const;
  bool some_order(const std::vector<const Act*>& live, const std::vector<std::vector<bool>>& stands,
                  std::uint32_t taken, const World& world,
                  std::set<std::pair<std::uint32_t, World>>& dead) const;

  Setting setting_;
  std::vector<Act> acts_;
  bool well_formed_ = true;
};

inline Act Oracle::read(const History& history, const Operation& operation) {
  Act act;
  act.invocation = operation.invocation;
  act.outcome = operation.outcome;
  act.f = history.name(operation.f);
  act.asked = history.value(operation.invoked);
  act.seen = history.value(operation.returned);
  act.producers = operation.producers;
  if (act.outcome != EventType::info) act.end = operation.completion;
  const bool failed = act.outcome == EventType::fail;
  act.happened = !failed;
  act.required = act.outcome == EventType::ok;
  const std::map<std::string, std::set<std::string>> known{
      {"register", {"read", "write"}}, {"cas-register", {"read", "write", "cas"}},
      {"multi-register", {"txn"}},     {"kv", {"get", "put", "append"}},
      {"set", {"read", "add"}},        {"mutex", {"acquire", "release"}}};
  const auto row = known.find(setting_.model);
  expect(row != known.end() && row->second.count(act.f) != 0);
  if (!well_formed_) return act;
  if (act.f == "cas") expect(act.asked.is_sequence() && act.asked.items().size() == 2);
  if (act.f == "put" || act.f == "append") expect(act.asked.kind() == Value::Kind::string);
  if (!well_formed_) return act;
  if (act.f == "cas" && (!failed || setting_.observe)) {
    note(act, failed ? "is not" : "is", Value(), act.asked.items()[0]);
    act.happened = true;
    act.required = act.required || failed;
  }
  if (failed) return act;
  if (act.f == "acquire") note(act, "is", Value(), word("free"));
  if (act.f == "release") note(act, "is", Value(), word("held"));
  if (act.f == "txn") read_txn(act);
  if ((act.f == "read" || act.f == "get") && saw(act, act.seen)) {
    const bool set = setting_.model == "set";
    if (act.f == "get") expect(act.seen.is_nil() || act.seen.kind() == Value::Kind::string);
    if (set) expect(is_collection(act.seen));
    if (set && well_formed_) note(act, "all", Value(), Value::set(act.seen.items()));
    if (!set) note(act, "is", Value(), act.seen);
  }
  return act;
}

inline void Oracle::read_txn(Act& act) {
  std::map<Value, Value> own;
  for (std::size_t i = 0; i < act.asked.items().size(); ++i) {
    const Value& name = act.asked.items()[i].items()[1];
    if (act.asked.items()[i].items()[0] == Value::keyword("write")) {
      own[name] = act.asked.items()[i].items()[2];
    } else if (act.outcome == EventType::ok) {
      const Value& value = act.seen.items()[i].items()[2];
      if (!saw(act, value)) continue;
      if (own.count(name) == 0) {
        note(act, "is", name, value);
      } else if (!(own[name] == value)) {
        act.inner = false;
      }
    }
  }
}

inline bool Oracle::is_producer(const Act& a, const Act& b, const Observation& seen) const {
  if (&a == &b || !(a.outcome == EventType::ok || a.outcome == EventType::info)) return false;
  if (a.invocation >= b.end) return false;
  if (seen.kind == "all") {
    const auto& items = seen.value.items();
    return a.f == "add" && std::find(items.begin(), items.end(), a.asked) != items.end();
  }
  if (setting_.model == "kv") {
    return (a.f == "put" || a.f == "append") && !seen.value.is_nil() &&
           seen.value.text().find(a.asked.text()) != std::string::npos;
  }
  const std::optional<Value> left = leaves(a, seen.name);
  return left && (*left == seen.value) == (seen.kind == "is");
}

inline std::vector<bool> Oracle::standing(const Act& b,
                                          const std::vector<const Act*>& excerpt) const {
  std::vector<bool> out;
  std::set<const Act*> whole, present;
  for (const Observation& seen : b.observations) {
    bool all = true;
    for (const Act& a : acts_) {
      if (!is_producer(a, b, seen)) continue;
      const bool here = std::find(excerpt.begin(), excerpt.end(), &a) != excerpt.end();
      all = all && here;
      whole.insert(&a);
      if (here) present.insert(&a);
    }
    out.push_back(all);
  }
  if (b.producers >= 0) {
    const std::size_t needed = std::max(whole.size(), static_cast<std::size_t>(b.producers));
    out.assign(out.size(), present.size() >= needed);
  }
  return out;
}

inline World Oracle::first_world() const {
  World world;
  const Value& initial = setting_.initial;
  if (setting_.model == "set") {
    if (is_collection(initial)) world.elements = {initial.items().begin(), initial.items().end()};
  } else if (setting_.model == "multi-register") {
    for (std::size_t i = 0; !initial.is_nil() && i < initial.items().size(); i += 2) {
      world.cells[initial.items()[i]] = initial.items()[i + 1];
    }
  } else {
    world.cells[Value()] = setting_.model == "mutex" ? word("free") : initial;
  }
  return world;
}

inline bool Oracle::apply(const Act& act, const std::vector<bool>& stands, World& world) const {
  if (!act.inner) return false;
  for (std::size_t i = 0; i < act.observations.size(); ++i) {
    if (!stands[i]) continue;
    const Observation& seen = act.observations[i];
    if (seen.kind == "all") {
      if (!(Value::set({world.elements.begin(), world.elements.end()}) == seen.value)) return false;
    } else if ((world.cells[seen.name] == seen.value) != (seen.kind == "is")) {
      return false;
    }
  }
  if (act.outcome == EventType::fail) return true;  // a mismatch changes nothing
  if (act.f == "add") world.elements.insert(act.asked);
  if (act.f == "append") {
    Value& cell = world.cells[Value()];
    cell = word((cell.is_nil() ? "" : cell.text()) + act.asked.text());
  }
  std::set<Value> names{Value()};
  if (act.f == "txn") {
    for (const Value& item : act.asked.items()) names.insert(item.items()[1]);
  }
  for (const Value& name : names) {
    if (const auto left = leaves(act, name)) world.cells[name] = *left;
  }
  return true;
}

inline bool Oracle::some_order(const std::vector<const Act*>& live,
                               const std::vector<std::vector<bool>>& stands, std::uint32_t taken,
                               const World& world,
                               std::set<std::pair<std::uint32_t, World>>& dead) const {
  std::uint32_t first_end = history::no_event;
  for (std::size_t i = 0; i < live.size(); ++i) {
    if ((taken >> i & 1) == 0 && live[i]->required) first_end = std::min(first_end, live[i]->end);
  }
  if (first_end == history::no_event) return true;  // everything that must be there is
  if (!dead.insert({taken, world}).second) return false;
  for (std::size_t i = 0; i < live.size(); ++i) {
    if ((taken >> i & 1) != 0 || live[i]->invocation > first_end) continue;
    World next = world;
    if (!apply(*live[i], stands[i], next)) continue;
    if (some_order(live, stands, taken | 1U << i, next, dead)) return true;
  }
  return false;
}

}  // namespace tribunal::verify::test
