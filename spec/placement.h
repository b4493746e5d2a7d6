// Where transactions are decided that must not run concurrently: all of a kind, or all that name
// the same value, at one replica. This is a lock by other means: the leader of that value.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "spec/ast.h"

namespace tribunal::spec {

struct Home {
  std::optional<std::uint32_t> parameter;  // whose value names the replica; none: replica 0
  friend bool operator==(const Home&, const Home&) = default;
};
// By transaction; none: anywhere. Empty: all anywhere.
using Placement = std::vector<std::optional<Home>>;

// The replica that alone decides the transaction, or none. `chosen`: the arguments that the caller
// chooses, in order. Precondition: the home's parameter is one that the caller chooses.
std::optional<std::uint32_t> home_of(const Spec& spec, const Placement& placement,
                                     std::uint32_t transaction,
                                     std::span<const std::int64_t> chosen, std::uint32_t replicas);

}  // namespace tribunal::spec
