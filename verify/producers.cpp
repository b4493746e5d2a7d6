#include "verify/producers.h"

#include <algorithm>

namespace tribunal::verify {

namespace {

// Members invoked before `op` completed, without `op` itself.
std::uint64_t count_before(const std::vector<std::uint32_t>& invocations, const Op& op) {
  const auto end = std::lower_bound(invocations.begin(), invocations.end(), op.end);
  const bool itself = std::binary_search(invocations.begin(), end, op.invocation);
  return static_cast<std::uint64_t>(end - invocations.begin()) - (itself ? 1 : 0);
}

}  // namespace

Producers::Producers(const KeyHistory& key, const std::vector<const Op*>& members) : key_(key) {
  std::unordered_map<std::uint64_t, std::size_t> text_numbers;
  for (const Op* op : members) {
    if (op->failed) continue;
    for (const Part& change : key.changes_of(*op)) {
      if (change.name >= by_name_.size()) {
        by_name_.resize(change.name + 1);
        by_value_.resize(change.name + 1);
      }
      if (key.domain == Domain::text) {
        const auto [at, fresh] = text_numbers.try_emplace(change.value.bits(), texts_.size());
        if (fresh) texts_.emplace_back(key.pool.value(change.value).text(), Invocations{});
        texts_[at->second].second.push_back(op->invocation);
      } else {
        by_name_[change.name].push_back(op->invocation);
        by_value_[change.name][change.value.bits()].push_back(op->invocation);
      }
    }
  }
}

const Producers::Invocations& Producers::writers(const Part& part) const {
  static const Invocations none;
  if (part.name >= by_value_.size()) return none;
  const auto at = by_value_[part.name].find(part.value.bits());
  return at == by_value_[part.name].end() ? none : at->second;
}

std::uint64_t Producers::of_demand(const Op& op, std::size_t demand) const {
  const Part& part = key_.demands_of(op)[demand];
  if (key_.domain == Domain::text) {
    Invocations all;
    collect_substrings(op, part, all);
    return all.size();
  }
  const std::uint64_t same = count_before(writers(part), op);
  if (!part.negated) return same;
  return part.name < by_name_.size() ? count_before(by_name_[part.name], op) - same : 0;
}

std::uint64_t Producers::of_operation(const Op& op) const {
  if (op.demand_count == 1) return of_demand(op, 0);
  if (key_.domain == Domain::elements) {  // an add has one element: nothing is counted twice
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < op.demand_count; ++i) sum += of_demand(op, i);
    return sum;
  }
  Invocations all;
  for (const Part& demand : key_.demands_of(op)) collect(op, demand, all);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all.size();
}

void Producers::collect(const Op& op, const Part& demand, Invocations& out) const {
  for (const std::uint32_t invocation : writers(demand)) {
    if (invocation < op.end && invocation != op.invocation) out.push_back(invocation);
  }
}

void Producers::collect_substrings(const Op& op, const Part& demand, Invocations& out) const {
  const history::Value seen = key_.pool.value(demand.value);
  if (seen.is_nil()) return;  // no string is part of it
  for (const auto& [text, invocations] : texts_) {
    if (seen.text().find(text) == std::string::npos) continue;
    for (const std::uint32_t invocation : invocations) {
      if (invocation < op.end) out.push_back(invocation);
    }
  }
}

std::vector<bool> standing(const KeyHistory& key, const Op& op, const Producers& whole,
                           const Producers& excerpt) {
  const bool together = op.producers >= 0 || key.domain == Domain::elements;
  std::vector<bool> out(std::max<std::size_t>(op.demand_count, 1));
  if (together) {
    const std::uint64_t declared = op.producers < 0 ? 0 : static_cast<std::uint64_t>(op.producers);
    const bool all = excerpt.of_operation(op) >= std::max(declared, whole.of_operation(op));
    out.assign(out.size(), all);
  } else {
    for (std::size_t i = 0; i < op.demand_count; ++i) {
      out[i] = excerpt.of_demand(op, i) == whole.of_demand(op, i);
    }
  }
  return out;
}

}  // namespace tribunal::verify
