// Counts the producers of an observation among some operations of a key (docs/proofs.md,
// "Excerpts"), and decides with two such counts whether the observation stands in an excerpt.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "verify/operations.h"

namespace tribunal::verify {

class Producers {
 public:
  // `members` are ops of `key`, by invocation; both must outlive this.
  Producers(const KeyHistory& key, const std::vector<const Op*>& members);

  // How many members are producers of one demand of `op` (its index within the op), other than
  // `op`.
  std::uint64_t of_demand(const Op& op, std::size_t demand) const;

  // How many members are producers of at least one demand of `op`, other than `op`.
  std::uint64_t of_operation(const Op& op) const;

 private:
  using Invocations = std::vector<std::uint32_t>;  // ascending

  const Invocations& writers(const Part& part) const;
  void collect(const Op& op, const Part& demand, Invocations& out) const;
  void collect_substrings(const Op& op, const Part& demand, Invocations& out) const;

  const KeyHistory& key_;
  std::vector<std::unordered_map<std::uint64_t, Invocations>>
      by_value_;  // by name, bits of the value
  std::vector<Invocations> by_name_;
  std::vector<std::pair<std::string, Invocations>> texts_;
};

// Which demands of `op` stand in the excerpt, in the order of the demands. For operations on
// elements all of them stand or fall together: then every entry is the same, and a read of nothing
// has one entry.
std::vector<bool> standing(const KeyHistory& key, const Op& op, const Producers& whole,
                           const Producers& excerpt);

}  // namespace tribunal::verify
