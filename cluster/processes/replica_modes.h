// One function for each replication mode, each in a file of its own: a change to one mode compiles
// one host.
#pragma once

#include <memory>

#include "cluster/processes/replica.h"

namespace tribunal::cluster {

std::unique_ptr<Replica> make_single_leader(const Settings& mode, const ReplicaOptions& options,
                                            FileLog log, Surroundings& surroundings);
std::unique_ptr<Replica> make_raft(const Settings& mode, const ReplicaOptions& options, FileLog log,
                                   Surroundings& surroundings);
std::unique_ptr<Replica> make_multi_leader(const Settings& mode, const ReplicaOptions& options,
                                           FileLog log, Surroundings& surroundings);
std::unique_ptr<Replica> make_leaderless(const Settings& mode, const ReplicaOptions& options,
                                         FileLog log, Surroundings& surroundings);

}  // namespace tribunal::cluster
