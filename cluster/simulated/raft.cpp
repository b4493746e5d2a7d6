// The simulation of the mode raft.

#include "cluster/traits/raft.h"

#include "cluster/simulated/modes.h"
#include "cluster/simulated/simulation.h"
#include "sut/raft/node.h"

namespace tribunal::cluster {

std::unique_ptr<SimulatedCluster> make_raft(const Settings& mode, const SimulatedOptions& options) {
  const auto settings = sut::raft::options_from(mode);
  return std::make_unique<Simulation<sut::Raft>>(
      options, [settings, nodes = options.nodes, program = options.specification](NodeId id) {
        return sut::Raft(id, nodes, settings, program);
      });
}

}  // namespace tribunal::cluster
