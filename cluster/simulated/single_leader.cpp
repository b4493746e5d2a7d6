// The simulation of the mode single-leader.
#include <string>
#include <variant>

#include "cluster/simulated/message_traits.h"
#include "cluster/simulated/modes.h"
#include "cluster/simulated/simulation.h"
#include "sut/single_leader/message.h"
#include "sut/single_leader/node.h"

namespace tribunal::cluster {

template <>
struct MessageTraits<sut::single_leader::Message> {
  using Message = sut::single_leader::Message;
  static std::uint64_t bytes(const Message& m) { return wire_bytes(m); }
  static bool carries_data(const Message& m) {
    if (const auto* append = std::get_if<sut::single_leader::Append>(&m.body)) {
      return !append->entries.empty();
    }
    return std::holds_alternative<sut::single_leader::Install>(m.body);
  }
  static std::uint64_t digest(const Message& m) { return content_hash(m); }
  static std::string describe(const Message& m) { return show(m); }
};

std::unique_ptr<SimulatedCluster> make_single_leader(const Settings& mode,
                                                     const SimulatedOptions& options) {
  using Node = sut::SingleLeader;
  const auto settings = sut::single_leader::options_from(mode);
  SimulatedOptions with = options;
  with.checksums = with.checksums && settings.checksums;
  return std::make_unique<Simulation<Node>>(
      with, [settings, nodes = options.nodes](NodeId id) { return Node(id, nodes, settings); });
}

}  // namespace tribunal::cluster
