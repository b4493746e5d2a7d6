// The host of a replica of the mode single-leader.
#include "cluster/processes/replica_host.h"
#include "cluster/processes/replica_modes.h"
#include "cluster/traits/single_leader.h"
#include "sut/single_leader/node.h"

namespace tribunal::cluster {

std::unique_ptr<Replica> make_single_leader(const Settings& mode, const ReplicaOptions& options,
                                            FileLog log, Surroundings& surroundings) {
  using Node = sut::SingleLeader;
  return std::make_unique<ReplicaHost<Node>>(
      Node(options.self, options.nodes, sut::single_leader::options_from(mode),
           options.specification),
      options, std::move(log), surroundings);
}

}  // namespace tribunal::cluster
