// Which replication mode gets which host.
#include "cluster/processes/replica.h"

#include <cassert>
#include <utility>

#include "cluster/processes/replica_modes.h"
#include "sut/single_leader/options.h"

namespace tribunal::cluster {

std::unique_ptr<Replica> make_replica(const Settings& mode, const ReplicaOptions& options,
                                      FileLog log, Surroundings& surroundings) {
  if (mode.name() == "raft") return make_raft(mode, options, std::move(log), surroundings);
  if (mode.name() == "multi-leader")
    return make_multi_leader(mode, options, std::move(log), surroundings);
  if (mode.name() == "leaderless")
    return make_leaderless(mode, options, std::move(log), surroundings);
  assert(mode.name() == "single-leader");
  return make_single_leader(mode, options, std::move(log), surroundings);
}

bool disk_checksums(const Settings& mode) {
  return mode.name() != "single-leader" || sut::single_leader::options_from(mode).checksums;
}

bool members_change(const Settings& mode) { return mode.name() == "raft"; }

}  // namespace tribunal::cluster
