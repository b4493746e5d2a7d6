// The host of a replica of the mode multi-leader.
#include "cluster/processes/replica_host.h"
#include "cluster/processes/replica_modes.h"
#include "cluster/traits/multi_leader.h"
#include "sut/multi_leader/node.h"

namespace tribunal::cluster {

std::unique_ptr<Replica> make_multi_leader(const Settings& mode, const ReplicaOptions& options,
                                           FileLog log, Surroundings& surroundings) {
  using Node = sut::MultiLeader;
  return std::make_unique<ReplicaHost<Node>>(
      Node(options.self, options.nodes, sut::multi_leader::options_from(mode),
           options.specification),
      options, std::move(log), surroundings);
}

}  // namespace tribunal::cluster
