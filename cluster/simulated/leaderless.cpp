// The simulation of the mode leaderless.
#include <string>

#include "cluster/simulated/message_traits.h"
#include "cluster/simulated/modes.h"
#include "cluster/simulated/simulation.h"
#include "sut/leaderless/message.h"
#include "sut/leaderless/node.h"

namespace tribunal::cluster {

template <>
struct MessageTraits<sut::leaderless::Message> {
  using Message = sut::leaderless::Message;
  static std::uint64_t bytes(const Message& m) { return wire_bytes(m); }
  static bool carries_data(const Message& m) { return sut::leaderless::carries_data(m); }
  static std::uint64_t digest(const Message& m) { return content_hash(m); }
  static std::string describe(const Message& m) { return show(m); }
};

std::unique_ptr<SimulatedCluster> make_leaderless(const Settings& mode,
                                                  const SimulatedOptions& options) {
  using Node = sut::Leaderless;
  const auto settings = sut::leaderless::options_from(mode);
  return std::make_unique<Simulation<Node>>(
      options, [settings, nodes = options.nodes](NodeId id) { return Node(id, nodes, settings); });
}

}  // namespace tribunal::cluster
