// What can be said of an action without looking at the cluster's state.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/result.h"
#include "cluster/cluster.h"

namespace tribunal::cluster {

// What each kind of cluster can do; `members`: the mode's members change.
enum class ClusterKind : std::uint8_t { simulated, processes };
const std::set<Primitive>& capabilities_of(ClusterKind kind, bool members);

// Nodes exist, and amounts are within what a cluster represents exactly. Bounds: delays,
// windows and disk delays up to an hour, clock steps up to 10 years, rates from a tenth to ten
// times true time.
Status check_action(const Action& action, std::uint16_t nodes);

std::string describe(const Action& action);  // "shape n1 -> n2 loss=100000ppm"
std::uint64_t digest(const Action& action);

}  // namespace tribunal::cluster
