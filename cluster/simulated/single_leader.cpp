// The simulation of the mode single-leader.

#include "cluster/traits/single_leader.h"

#include "cluster/simulated/modes.h"
#include "cluster/simulated/simulation.h"
#include "sut/single_leader/node.h"

namespace tribunal::cluster {

std::unique_ptr<SimulatedCluster> make_single_leader(const Settings& mode,
                                                     const SimulatedOptions& options) {
  using Node = sut::SingleLeader;
  const auto settings = sut::single_leader::options_from(mode);
  SimulatedOptions with = options;
  with.checksums = with.checksums && settings.checksums;
  return std::make_unique<Simulation<Node>>(
      with, [settings, nodes = options.nodes, program = options.specification](NodeId id) {
        return Node(id, nodes, settings, program);
      });
}

}  // namespace tribunal::cluster
