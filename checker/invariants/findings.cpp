#include "checker/invariants/findings.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "checker/invariants/kinds.h"

namespace tribunal::checker::invariants {

std::vector<KeyOperations> operations_by_key(const History& history,
                                             std::initializer_list<std::string_view> names) {
  std::vector<bool> wanted(history.symbol_count());
  for (const std::string_view name : names) {
    if (const auto symbol = history.find_symbol(name)) {
      wanted[static_cast<std::size_t>(*symbol)] = true;
    }
  }
  std::vector<KeyOperations> keys;
  std::unordered_map<std::uint64_t, std::size_t> keyed;  // looked up, never iterated
  std::unordered_map<std::uint64_t, std::size_t> unkeyed;
  for (const Operation& operation : history.operations()) {
    if (!wanted[static_cast<std::size_t>(operation.f)]) continue;
    auto& places = operation.has_key ? keyed : unkeyed;
    const auto [place, fresh] = places.try_emplace(operation.key.bits(), keys.size());
    if (fresh) keys.push_back({operation.key, operation.has_key, {}});
    keys[place->second].operations.push_back(operation);
  }
  return keys;
}

bool is(const History& history, const Operation& operation, std::string_view name) {
  return history.name(operation.f) == name;
}

std::string who(const Operation& operation) {
  return fmt::format("process {}", history::index(operation.process));
}

Findings::Findings(Check& check, const char* name, const char* algorithm) : check_(check) {
  check_.name = name;
  check_.model = name;
  check_.algorithm = algorithm;
}

void Findings::add(const char* kind, const KeyOperations& of, std::vector<std::uint32_t> operations,
                   std::string explanation) {
  Count& count = counts_[kind];
  if (++count.found > most) return;
  count.last = check_.anomalies.size();
  std::erase(operations, no_event);
  std::sort(operations.begin(), operations.end());
  operations.erase(std::unique(operations.begin(), operations.end()), operations.end());
  Anomaly anomaly;
  anomaly.kind = kind;
  anomaly.harm = anomaly_kind(kind).harm;
  anomaly.key = of.key;
  anomaly.has_key = of.has_key;
  anomaly.operations = std::move(operations);
  anomaly.explanation = std::move(explanation);
  check_.anomalies.push_back(std::move(anomaly));
}

void Findings::conclude(std::string undecided) {
  for (const auto& [kind, count] : counts_) {
    if (count.found <= most) continue;
    check_.anomalies[count.last].explanation +=
        fmt::format(" {} more like it are left out: {} in all.", count.found - most, count.found);
  }
  check_.validity = !empty()             ? Validity::invalid
                    : !undecided.empty() ? Validity::unknown
                                         : Validity::valid;
  if (check_.validity == Validity::unknown) check_.reason = std::move(undecided);
}

}  // namespace tribunal::checker::invariants
