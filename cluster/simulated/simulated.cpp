// Which replication mode gets which simulation.
#include "cluster/simulated/simulated.h"

#include <cassert>

#include "cluster/simulated/modes.h"

namespace tribunal::cluster {

std::unique_ptr<SimulatedCluster> make_simulated(const Settings& mode,
                                                 const SimulatedOptions& options) {
  if (mode.name() == "raft") return make_raft(mode, options);
  if (mode.name() == "multi-leader") return make_multi_leader(mode, options);
  if (mode.name() == "leaderless") return make_leaderless(mode, options);
  assert(mode.name() == "single-leader");
  return make_single_leader(mode, options);
}

}  // namespace tribunal::cluster
