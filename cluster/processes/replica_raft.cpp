// The host of a replica of the mode raft.
#include "cluster/processes/replica_host.h"
#include "cluster/processes/replica_modes.h"
#include "cluster/traits/raft.h"
#include "sut/raft/node.h"

namespace tribunal::cluster {

std::unique_ptr<Replica> make_raft(const Settings& mode, const ReplicaOptions& options, FileLog log,
                                   Surroundings& surroundings) {
  using Node = sut::Raft;
  return std::make_unique<ReplicaHost<Node>>(
      Node(options.self, options.nodes, sut::raft::options_from(mode), options.specification),
      options, std::move(log), surroundings);
}

}  // namespace tribunal::cluster
