// The simulation of the mode leaderless.

#include "cluster/traits/leaderless.h"

#include "cluster/simulated/modes.h"
#include "cluster/simulated/simulation.h"
#include "sut/leaderless/node.h"

namespace tribunal::cluster {

std::unique_ptr<SimulatedCluster> make_leaderless(const Settings& mode,
                                                  const SimulatedOptions& options) {
  using Node = sut::Leaderless;
  const auto settings = sut::leaderless::options_from(mode);
  return std::make_unique<Simulation<Node>>(
      options, [settings, nodes = options.nodes](NodeId id) { return Node(id, nodes, settings); });
}

}  // namespace tribunal::cluster
