// Whether a replica may be given what was decoded. A codec lets through whatever has the right
// structure; replicas take more for granted, because their own kind never sends anything else:
// sorted vectors, objects of one conflict policy, counters that do not overflow. A message that
// passes here is harmless: it can be wrong, but no assertion fails and no memory is misused.
//
// `receiver` is what the replica holds (its state()). Nodes are numbered below receiver.nodes_.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "cluster/wire/messages.h"
#include "sut/leaderless/state.h"
#include "sut/multi_leader/state.h"
#include "sut/raft/state.h"
#include "sut/single_leader/state.h"

namespace tribunal::cluster::wire {

Status check(const sut::raft::Message& message, const sut::raft::State& receiver);
Status check(const sut::single_leader::Message& message, const sut::single_leader::State& receiver);
Status check(const sut::multi_leader::Message& message, const sut::multi_leader::State& receiver);
Status check(const sut::leaderless::Message& message, const sut::leaderless::State& receiver);

// Records that a disk gave back without a checksum, before Start: each by itself.
Status check(const sut::raft::Record& record, const sut::raft::State& receiver);
Status check(const sut::single_leader::Record& record, const sut::single_leader::State& receiver);
Status check(const sut::multi_leader::Record& record, const sut::multi_leader::State& receiver);
Status check(const sut::leaderless::Record& record, const sut::leaderless::State& receiver);

// What clients hand back to a store without a single log must be what such a store gave them.
Status check(const ClientRequest& request, std::uint16_t nodes);

}  // namespace tribunal::cluster::wire
