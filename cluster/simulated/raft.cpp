// The simulation of the mode raft.
#include <string>
#include <variant>

#include "cluster/simulated/message_traits.h"
#include "cluster/simulated/modes.h"
#include "cluster/simulated/simulation.h"
#include "sut/raft/message.h"
#include "sut/raft/node.h"

namespace tribunal::cluster {

template <>
struct MessageTraits<sut::raft::Message> {
  using Message = sut::raft::Message;
  static std::uint64_t bytes(const Message& m) { return wire_bytes(m); }
  static bool carries_data(const Message& m) {
    const auto* append = std::get_if<sut::raft::Append>(&m.body);
    return append != nullptr ? static_cast<bool>(append->entries)
                             : std::holds_alternative<sut::raft::Install>(m.body);
  }
  static std::uint64_t digest(const Message& m) { return content_hash(m); }
  static std::string describe(const Message& m) { return show(m); }
};

std::unique_ptr<SimulatedCluster> make_raft(const Settings& mode, const SimulatedOptions& options) {
  const auto settings = sut::raft::options_from(mode);
  return std::make_unique<Simulation<sut::Raft>>(
      options,
      [settings, nodes = options.nodes](NodeId id) { return sut::Raft(id, nodes, settings); });
}

}  // namespace tribunal::cluster
