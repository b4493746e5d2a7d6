// Scenarios drawn whole from a seed: how many nodes, which workload, which faults at all and how
// often, and the limits of the protocol (batch sizes, snapshots). Leaving some faults out of each
// run finds more than putting all into every run (Groce et al., "Swarm Testing", ISSTA 2012).
#pragma once

#include <cstdint>
#include <string>

#include "harness/scenario.h"

namespace tribunal::harness {

// `mode` is the name of a replication mode; its safe settings are drawn too. `more` is appended to
// the mode's settings, e.g. "mutation=small-quorum". What must hold is stated in `expect`.
Scenario swarm(const std::string& mode, std::uint64_t seed, const std::string& more = "");

}  // namespace tribunal::harness
