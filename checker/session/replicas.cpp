// Do replicas agree once everything has healed? Eventual consistency in the sense of Terry et al.,
// SOSP 1995 ("Managing Update Conflicts in Bayou"), judged from what the nodes themselves say.
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include <fmt/core.h>

#include "checker/consistency.h"
#include "checker/linearizability/anomaly_kinds.h"
#include "checker/linearizability/decoding.h"

namespace tribunal::checker {

namespace {

using history::Value;

struct State {
  std::uint32_t event = history::no_event;
  Value value;
};

std::string show(const Value& value) { return linearizability::shorten(value.show(), 60); }

// Stands in a node's state for what that node has no part in keeping.
Value elsewhere() { return Value::keyword("elsewhere"); }

// The first key that two maps hold different values under; nil stands for nothing held.
struct Difference {
  bool at_key = false;
  Value key, left, right;
};

std::optional<Difference> difference(const Value& left, const Value& right) {
  if (left == right) return std::nullopt;
  if (left.kind() != Value::Kind::map || right.kind() != Value::Kind::map) {
    return Difference{false, {}, left, right};
  }
  bool all_compared = true;
  std::map<Value, std::pair<Value, Value>> both;
  const auto collect = [&](const Value& map, bool first) {
    for (std::size_t i = 0; i + 1 < map.items().size(); i += 2) {
      auto& entry = both[map.items()[i]];
      (first ? entry.first : entry.second) = map.items()[i + 1];
    }
  };
  collect(left, true);
  collect(right, false);
  for (const auto& [key, values] : both) {
    const bool compared = !(values.first == elsewhere()) && !(values.second == elsewhere());
    if (compared && !(values.first == values.second)) {
      return Difference{true, key, values.first, values.second};
    }
    all_compared = all_compared && compared;
  }
  if (!all_compared) return std::nullopt;
  return Difference{false, {}, left, right};  // a key that is absent here and nil there
}

Anomaly diverged(std::uint16_t a, const State& left, std::uint16_t b, const State& right,
                 const Difference& found) {
  const auto& kind = linearizability::anomaly_kind("diverged replicas");
  Anomaly anomaly;
  anomaly.kind = kind.name;
  anomaly.harm = kind.harm;
  anomaly.minimal = true;
  anomaly.explanation =
      fmt::format("After recovery node {} held {}{} (event {}), but node {} held {} (event {}).",
                  a + 1, show(found.left), found.at_key ? " under key " + show(found.key) : "",
                  left.event, b + 1, show(found.right), right.event);
  anomaly.steps = {anomaly.explanation};
  return anomaly;
}

}  // namespace

Check check_replicas(const history::History& history) {
  Check check;
  check.name = "eventual-convergence";
  check.model = "replicas";
  check.algorithm = "comparison of final states";
  const auto state = history.find_symbol("state");
  std::map<std::uint16_t, State> states;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    if (history.process(i) != history::Process::nemesis || !state || history.f(i) != *state)
      continue;
    if (history.type(i) != history::EventType::info) continue;
    const history::Event event = history.event(i);
    if (event.node == history::no_node) continue;
    states[event.node] = {i, history.value(event.value)};
  }
  check.operations = states.size();
  check.steps = states.size();
  if (states.size() < 2) {
    check.reason = "the final states of fewer than two nodes were recorded";
    return check;
  }
  check.validity = Validity::valid;
  for (auto first = states.begin(); first != states.end(); ++first) {
    for (auto other = std::next(first); other != states.end(); ++other) {
      const auto found = difference(first->second.value, other->second.value);
      if (!found) continue;
      check.validity = Validity::invalid;
      check.anomalies.push_back(
          diverged(first->first, first->second, other->first, other->second, *found));
      return check;
    }
  }
  return check;
}

}  // namespace tribunal::checker
