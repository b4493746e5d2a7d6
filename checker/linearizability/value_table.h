// Numbers the distinct values that a model meets, 0 being nil. Values come from the history (cached
// by their reference) or from options, which the history has never seen.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "history/history.h"

namespace tribunal::checker::linearizability {

class ValueTable {
 public:
  explicit ValueTable(const history::History& history) : history_(history) {
    number(history::Value{});
  }

  std::uint32_t number(const history::Value& value) {
    const auto [place, fresh] =
        numbers_.try_emplace(value, static_cast<std::uint32_t>(values_.size()));
    if (fresh) values_.push_back(value);
    return place->second;
  }

  std::uint32_t number(history::ValueRef ref) {
    const auto known = by_ref_.find(ref.bits());
    if (known != by_ref_.end()) return known->second;
    const std::uint32_t n = number(history_.value(ref));
    by_ref_.emplace(ref.bits(), n);
    return n;
  }

  const history::Value& value(std::uint32_t n) const { return values_[n]; }
  std::string show(std::uint32_t n) const { return values_[n].show(); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(values_.size()); }

 private:
  struct Hash {
    std::size_t operator()(const history::Value& value) const { return value.hash(); }
  };

  const history::History& history_;
  std::vector<history::Value> values_;
  std::unordered_map<history::Value, std::uint32_t, Hash> numbers_;  // looked up, never iterated
  std::unordered_map<std::uint64_t, std::uint32_t> by_ref_;          // the same
};

}  // namespace tribunal::checker::linearizability
