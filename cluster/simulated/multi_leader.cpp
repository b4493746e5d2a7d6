// The simulation of the mode multi-leader.
#include <string>

#include "cluster/simulated/message_traits.h"
#include "cluster/simulated/modes.h"
#include "cluster/simulated/simulation.h"
#include "sut/multi_leader/message.h"
#include "sut/multi_leader/node.h"

namespace tribunal::cluster {

template <>
struct MessageTraits<sut::multi_leader::Message> {
  using Message = sut::multi_leader::Message;
  static std::uint64_t bytes(const Message& m) { return wire_bytes(m); }
  static bool carries_data(const Message& m) { return !m.entries.empty() || m.state; }
  static std::uint64_t digest(const Message& m) { return content_hash(m); }
  static std::string describe(const Message& m) { return show(m); }
};

std::unique_ptr<SimulatedCluster> make_multi_leader(const Settings& mode,
                                                    const SimulatedOptions& options) {
  using Node = sut::MultiLeader;
  const auto settings = sut::multi_leader::options_from(mode);
  return std::make_unique<Simulation<Node>>(
      options, [settings, nodes = options.nodes](NodeId id) { return Node(id, nodes, settings); });
}

}  // namespace tribunal::cluster
