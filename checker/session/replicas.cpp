// Do replicas agree once everything has healed? Eventual consistency in the sense of Terry et al.,
// SOSP 1995 ("Managing Update Conflicts in Bayou"), judged from what the nodes themselves say.
#include <map>
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

// The first key that two maps hold different values under; nil stands for nothing held.
struct Difference {
  bool at_key = false;
  Value key, left, right;
};

Difference difference(const Value& left, const Value& right) {
  if (left.kind() != Value::Kind::map || right.kind() != Value::Kind::map) {
    return {false, {}, left, right};
  }
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
    if (!(values.first == values.second)) return {true, key, values.first, values.second};
  }
  return {false, {}, left, right};  // a key that is absent here and nil there
}

Anomaly diverged(std::uint16_t a, const State& left, std::uint16_t b, const State& right) {
  const auto& kind = linearizability::anomaly_kind("diverged replicas");
  const Difference found = difference(left.value, right.value);
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
  const auto& [first_node, first] = *states.begin();
  for (const auto& [node, its] : states) {
    if (its.value == first.value) continue;
    check.validity = Validity::invalid;
    check.anomalies.push_back(diverged(first_node, first, node, its));
    break;
  }
  return check;
}

}  // namespace tribunal::checker
