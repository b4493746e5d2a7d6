// Reads meaning out of a core: see core_view.h.
#include "reports/core_view.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace tribunal::reports {
namespace {

using history::EventType;
using history::History;
using history::no_event;
using history::Operation;
using history::Value;

template <std::size_t n>
bool is_one_of(const std::string& name, const std::array<std::string_view, n>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<Operation> operations_of(const History& history,
                                     const std::vector<std::uint32_t>& core) {
  std::vector<Operation> operations;
  for (std::uint32_t invocation : core) {
    if (invocation < history.size()) operations.push_back(history.operation(invocation));
  }
  return operations;
}

bool precedes(const Operation& a, const Operation& b) {
  return a.outcome != EventType::info && a.completion != no_event && a.completion < b.invocation;
}

// The value that an update leaves in a register: the argument, or the second half of a
// compare-and-set.
std::optional<Value> written_value(const History& history, const Operation& update) {
  const Value argument = history.value(update.invoked);
  if (history.name(update.f) != "cas") return argument;
  if (!argument.is_sequence() || argument.items().size() != 2) return std::nullopt;
  return argument.items()[1];
}

std::optional<Value> observed_value(const History& history, const Operation& observer) {
  if (observer.outcome != EventType::ok) return std::nullopt;
  if (history.name(observer.f) != "cas") return history.value(observer.returned);
  const Value argument = history.value(observer.invoked);
  if (!argument.is_sequence() || argument.items().size() != 2) return std::nullopt;
  return argument.items()[0];
}

bool contains(const Value& collection, const Value& element) {
  if (!collection.is_sequence() && collection.kind() != Value::Kind::set) return false;
  const std::vector<Value>& items = collection.items();
  return std::find(items.begin(), items.end(), element) != items.end();
}

// An update that was over before the observation began does not show in it.
bool misses_something(const History& history, const std::vector<Operation>& operations,
                      const Operation& observation) {
  return std::any_of(operations.begin(), operations.end(), [&](const Operation& update) {
    return updates(history, update) && update.outcome == EventType::ok &&
           precedes(update, observation) && !saw(history, observation, update);
  });
}

// The observation of a core that completed last, among those that `fits` accepts.
template <class Fits>
const Operation* last_observation(const History& history, const std::vector<Operation>& operations,
                                  Fits fits) {
  const Operation* last = nullptr;
  for (const Operation& operation : operations) {
    if (!observes(history, operation) || operation.outcome != EventType::ok) continue;
    if (!fits(operation)) continue;
    if (last == nullptr || operation.completion > last->completion) last = &operation;
  }
  return last;
}

constexpr auto any_observation = [](const Operation&) { return true; };

// a → b goes without saying when some c lies between them.
bool follows_from_others(const std::vector<Operation>& operations, const Operation& a,
                         const Operation& b) {
  return std::any_of(operations.begin(), operations.end(),
                     [&](const Operation& c) { return precedes(a, c) && precedes(c, b); });
}

}  // namespace

bool observes(const History& history, const Operation& operation) {
  constexpr std::array<std::string_view, 7> names{"read", "get",     "r",  "cas",
                                                  "txn",  "dequeue", "pop"};
  return is_one_of(history.name(operation.f), names);
}

bool updates(const History& history, const Operation& operation) {
  constexpr std::array<std::string_view, 9> names{"write", "add",  "put",     "append", "cas",
                                                  "w",     "push", "enqueue", "insert"};
  return is_one_of(history.name(operation.f), names);
}

bool saw(const History& history, const Operation& observer, const Operation& update) {
  if (observer.invocation == update.invocation || update.outcome == EventType::fail) return false;
  const std::optional<Value> seen = observed_value(history, observer);
  const std::optional<Value> written = written_value(history, update);
  if (!seen || !written) return false;
  if (history.name(update.f) == "append" && seen->kind() == Value::Kind::string &&
      written->kind() == Value::Kind::string) {
    return seen->text().find(written->text()) != std::string::npos;
  }
  const std::string& f = history.name(update.f);
  if (f == "add" || f == "append" || f == "insert") return contains(*seen, *written);
  return *seen == *written;
}

const checker::KeyProof* proof_of(const checker::Check& check, const checker::Anomaly& anomaly) {
  for (const checker::KeyProof& proof : check.proofs) {
    if (proof.validity != checker::Validity::invalid || proof.has_key != anomaly.has_key) continue;
    if (!anomaly.has_key || proof.key == anomaly.key) return &proof;
  }
  return nullptr;
}

std::optional<std::uint32_t> offending_operation(const History& history,
                                                 const checker::Anomaly& anomaly,
                                                 const checker::KeyProof* proof) {
  const std::vector<std::uint32_t>& core = anomaly.operations;
  if (proof != nullptr && proof->stuck_at < history.size()) {
    const std::uint32_t stuck = history.partner(proof->stuck_at);
    const bool in_core = std::find(core.begin(), core.end(), stuck) != core.end();
    if (in_core && observes(history, history.operation(stuck))) return stuck;
  }
  const std::vector<Operation> operations = operations_of(history, core);
  const Operation* found = last_observation(history, operations, [&](const Operation& operation) {
    return misses_something(history, operations, operation);
  });
  if (found == nullptr) found = last_observation(history, operations, any_observation);
  if (found != nullptr) return found->invocation;
  if (operations.empty()) return std::nullopt;
  return operations.back().invocation;
}

std::vector<CoreEdge> core_edges(const History& history, const std::vector<std::uint32_t>& core) {
  const std::vector<Operation> operations = operations_of(history, core);
  std::vector<CoreEdge> edges;
  for (const Operation& a : operations) {
    for (const Operation& b : operations) {
      if (precedes(a, b) && !follows_from_others(operations, a, b)) {
        edges.push_back({a.invocation, b.invocation, CoreEdge::Why::real_time});
      }
      if (updates(history, a) && observes(history, b) && saw(history, b, a)) {
        edges.push_back({a.invocation, b.invocation, CoreEdge::Why::value});
      }
    }
  }
  return edges;
}

std::vector<std::uint32_t> unseen_updates(const History& history,
                                          const std::vector<std::uint32_t>& core) {
  const std::vector<Operation> operations = operations_of(history, core);
  const Operation* last = last_observation(history, operations, any_observation);
  std::vector<std::uint32_t> unseen;
  for (const Operation& operation : operations) {
    if (operation.outcome != EventType::ok || !updates(history, operation)) continue;
    if (last == &operation || (last != nullptr && saw(history, *last, operation))) continue;
    unseen.push_back(operation.invocation);
  }
  return unseen;
}

}  // namespace tribunal::reports
