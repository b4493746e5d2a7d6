// The host of a replica of the mode leaderless.
#include "cluster/processes/replica_host.h"
#include "cluster/processes/replica_modes.h"
#include "cluster/traits/leaderless.h"
#include "sut/leaderless/node.h"

namespace tribunal::cluster {

std::unique_ptr<Replica> make_leaderless(const Settings& mode, const ReplicaOptions& options,
                                         FileLog log, Surroundings& surroundings) {
  using Node = sut::Leaderless;
  return std::make_unique<ReplicaHost<Node>>(
      Node(options.self, options.nodes, sut::leaderless::options_from(mode)), options,
      std::move(log), surroundings);
}

}  // namespace tribunal::cluster
