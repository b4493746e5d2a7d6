// The simulation of the mode multi-leader.

#include "cluster/traits/multi_leader.h"

#include "cluster/simulated/modes.h"
#include "cluster/simulated/simulation.h"
#include "sut/multi_leader/node.h"

namespace tribunal::cluster {

std::unique_ptr<SimulatedCluster> make_multi_leader(const Settings& mode,
                                                    const SimulatedOptions& options) {
  using Node = sut::MultiLeader;
  const auto settings = sut::multi_leader::options_from(mode);
  return std::make_unique<Simulation<Node>>(
      options, [settings, nodes = options.nodes, program = options.specification](NodeId id) {
        return Node(id, nodes, settings, program);
      });
}

}  // namespace tribunal::cluster
