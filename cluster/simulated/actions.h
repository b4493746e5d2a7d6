// What can be said of an action without looking at the cluster's state.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "base/result.h"
#include "cluster/cluster.h"

namespace tribunal::cluster {

const std::set<Primitive>& all_primitives();
const std::set<Primitive>& all_primitives_and_members();  // of a mode whose members change

// Nodes exist, and amounts are within what the simulation represents exactly. Bounds: delays,
// windows and disk delays up to an hour, clock steps up to 10 years, rates from a tenth to ten
// times true time.
Status check_action(const Action& action, std::uint16_t nodes);

std::string describe(const Action& action);  // "shape n1 -> n2 loss=100000ppm"
std::uint64_t digest(const Action& action);

}  // namespace tribunal::cluster
