// Random runs of the mode raft.
#pragma once

#include "sut/raft/node.h"
#include "tests/sut/random_run.h"

namespace tribunal::sut::testing {

using RaftCluster = MiniClusterOf<Raft>;

struct RaftMode {
  using Node = Raft;
  using Mutation = raft::Mutation;
  using Fsync = raft::Fsync;
  using ReadRule = raft::ReadRule;

  static bool manual(const Node::Options&) { return false; }
  // Where configurations can be lost, servers may disagree for good on who elects.
  static bool changes_members(const Node::Options& o) {
    return o.fsync == Fsync::always && o.persist_vote && o.election_restriction &&
           !o.commit_old_term && !o.skip_log && o.safe_membership;
  }
  // Servers that are not members any more may have missed the end.
  static bool counts(const RaftCluster& cluster, std::uint16_t node) {
    const auto leader = cluster.leader();
    return leader && (cluster.node(*leader).members() >> node & 1) != 0;
  }

  static Node::Options options(Swarm swarm, Mutation mutation, Range range) {
    Node::Options o;
    o.mutation = mutation;
    o.read = swarm.pick({ReadRule::read_index, ReadRule::log, ReadRule::lease});
    o.initial_members = swarm.pick<std::uint16_t>({0, 0, 0, 2, 3});
    o.snapshot_every = swarm.pick<std::uint64_t>({0, 4, 4, 25, 1000});
    o.max_batch = swarm.pick<std::uint64_t>({1, 4, 64});
    o.pipeline = swarm.pick<std::uint64_t>({1, 4});
    o.pre_vote = swarm.below(3) != 0;
    o.check_quorum = swarm.below(3) != 0;
    if (range == Range::any) loosen(swarm, o);
    o.heartbeat = milliseconds(10);
    o.election_timeout = milliseconds(60);
    o.election_spread = milliseconds(60);
    o.lease_margin = milliseconds(6);
    return o;
  }

  static void loosen(Swarm swarm, Node::Options& o) {
    o.read = swarm.pick(
        {ReadRule::read_index, ReadRule::log, ReadRule::lease, ReadRule::local, ReadRule::any});
    o.fsync = swarm.pick({Fsync::always, Fsync::interval, Fsync::never});
    o.fsync_interval = milliseconds(50);
    o.persist_vote = swarm.below(3) != 0;
    o.election_restriction = swarm.below(3) != 0;
    o.commit_old_term = swarm.below(3) == 0;
    o.apply_before_commit = swarm.below(3) == 0;
    o.skip_log = swarm.below(4) == 0;
    o.safe_membership = swarm.below(3) != 0;
    o.dedup = swarm.below(2) == 0;
  }
};

using RaftRun = RandomRunOf<RaftMode>;

}  // namespace tribunal::sut::testing
