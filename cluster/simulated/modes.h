// One function for each replication mode. Each is instantiated in a file of its own, so that a
// change to one mode compiles one simulation.
#pragma once

#include <memory>

#include "base/settings.h"
#include "cluster/simulated/simulated.h"

namespace tribunal::cluster {

std::unique_ptr<SimulatedCluster> make_single_leader(const Settings& mode,
                                                     const SimulatedOptions& options);
std::unique_ptr<SimulatedCluster> make_raft(const Settings& mode, const SimulatedOptions& options);
std::unique_ptr<SimulatedCluster> make_multi_leader(const Settings& mode,
                                                    const SimulatedOptions& options);
std::unique_ptr<SimulatedCluster> make_leaderless(const Settings& mode,
                                                  const SimulatedOptions& options);

}  // namespace tribunal::cluster
