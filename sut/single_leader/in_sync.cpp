// replication=sync: the set of nodes that must hold an entry before it commits. A follower that
// lags for longer than in-sync-timeout is dropped, and is taken back once it holds all that is
// committed.
//
// With at least a majority in sync the set is the leader's own business. Below that (and with
// unclean-election=off) only members hold all committed entries, so voters must know who is one: a
// change takes effect once a majority holds it durably, both sets are required until then, and
// votes go to members only. Every majority of voters meets every majority that holds a change. (Lin
// et al., PacificA, MSR 2008; Kafka's in-sync replicas, with the cluster itself instead of an
// outside controller.)
#include <algorithm>
#include <bit>

#include "sut/single_leader/node.h"

namespace tribunal::sut {

using namespace single_leader;

void SingleLeader::reset_in_sync() {
  agreed_number_ = 0;
  if (!guarded()) {
    in_sync_ = nodes_ == max_nodes ? ~std::uint64_t{0} : (std::uint64_t{1} << nodes_) - 1;
    return;
  }
  // A new leader knows only of itself that it holds everything.
  in_sync_ = bit(self_);
  members_ = {term_, 1, in_sync_};
  state_dirty_ = true;
}

std::uint64_t SingleLeader::required_copies() const {
  return guarded() ? in_sync_ | members_.mask : in_sync_;
}

std::uint64_t SingleLeader::held_by_all(std::uint64_t mask) const {
  std::uint64_t least = ~std::uint64_t{0};
  for (std::uint16_t n = 0; n < nodes_; ++n) {
    const NodeId node{n};
    if (node != self_ && (mask & bit(node)) != 0) least = std::min(least, peers_[n].match);
  }
  return least;
}

// A follower has caught up when it reaches what was the end of the log at an earlier look.
void SingleLeader::note_progress(Context& c, NodeId node) {
  if (options_.replication != Replication::sync) return;
  Peer& peer = peers_[index(node)];
  if (peer.match >= peer.goal) {
    peer.caught_up_at = peer.match >= log_.last_index() ? c.clocks.steady : peer.goal_at;
    peer.goal = log_.last_index();
    peer.goal_at = c.clocks.steady;
  }
  const bool member = (required_copies() & bit(node)) != 0;
  if (!member && peer.match >= commit_ && peer.match >= own_first_) {
    peer.caught_up_at = c.clocks.steady;
    propose_in_sync(c, in_sync_ | bit(node));
  }
}

void SingleLeader::drop_silent(Context& c) {
  if (options_.replication != Replication::sync) return;
  std::uint64_t keep = in_sync_;
  for (std::uint16_t n = 0; n < nodes_; ++n) {
    const NodeId node{n};
    if (node == self_ || (keep & bit(node)) == 0) continue;
    if (c.clocks.steady - peers_[n].caught_up_at <= options_.in_sync_timeout) continue;
    if (std::popcount(keep) > min_in_sync()) keep &= ~bit(node);
  }
  if (keep != in_sync_) propose_in_sync(c, keep);
}

// One change at a time; what cannot be proposed now is seen again at the next heartbeat or answer.
void SingleLeader::propose_in_sync(Context& c, std::uint64_t mask) {
  if (!guarded()) {
    in_sync_ = mask;
    advance_commit(c);
  } else if (members_.number == agreed_number_) {
    members_ = {term_, agreed_number_ + 1, mask};
    state_dirty_ = true;
    start_round(c);
  }
}

void SingleLeader::agree_in_sync(Context& c) {
  if (!guarded()) return;
  const std::uint64_t own = members_durable_.term == term_ ? members_durable_.number : 0;
  const std::uint64_t agreed = held_by_majority(&Peer::members_number, own);
  if (agreed <= agreed_number_) return;
  agreed_number_ = agreed;
  in_sync_ = members_.mask;
  advance_commit(c);
}

}  // namespace tribunal::sut
