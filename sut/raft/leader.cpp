// Leading: replication to followers (§3.5), in batches and pipelined (§10.2), and when an entry is
// committed (§3.6.2).
#include <algorithm>
#include <array>
#include <utility>

#include "sut/raft/node.h"

namespace tribunal::sut {

using namespace raft;

// With the server that is being brought up to date.
template <class F>
void Raft::for_each_follower(F&& f) const {
  std::uint64_t who = members();
  if (catch_up_.node != no_node) who |= bit(catch_up_.node);
  for (std::uint16_t n = 0; n < nodes_; ++n) {
    if (NodeId{n} != self_ && (who >> n & 1) != 0) f(NodeId{n});
  }
}

void Raft::append_entry(Context& c, const Entry& entry) {
  const std::uint64_t chain = log_.append(entry);
  log_dirty_ = true;
  note_configuration(log_.last_index(), entry);
  c.out.emit(Witness{WitnessKind::appended, entry.term, log_.last_index(), chain});
  if (options_.apply_before_commit) apply_committed(c);
}

void Raft::replicate_to_all(Context& c) {
  for_each_follower([&](NodeId node) {
    while (replicate(c, node)) {
    }
  });
}

// Sends the next message when there is one and not too many are under way; never the whole log.
bool Raft::replicate(Context& c, NodeId to) {
  Peer& peer = peers_[index(to)];
  if (peer.installing != 0 || peer.next <= log_.base_index()) {
    const Duration waited = c.clocks.steady - peer.progress_at;
    if (peer.installing != 0 && waited < options_.election_timeout) return false;
    send_snapshot(c, to, peer.installing != 0 && peer.resetting);
    return true;
  }
  if (peer.next > log_.last_index()) return false;
  if (peer.under_way >= (peer.probing ? 1 : options_.pipeline)) return false;
  if (peer.under_way++ == 0) peer.progress_at = c.clocks.steady;
  Batch entries = batch(c, peer.next, options_.max_batch);
  const std::uint64_t prev = peer.next - 1;
  if (!peer.probing) peer.next += size(entries);
  send_append(c, to, prev, std::move(entries));
  return true;
}

// Precondition: log_.base_index() <= prev <= log_.last_index().
void Raft::send_append(Context& c, NodeId to, std::uint64_t prev, Batch entries) {
  send(c, to, {term_, Append{prev, log_.term_at(prev), commit_, round_, std::move(entries)}});
}

void Raft::send_snapshot(Context& c, NodeId to, bool reset) {
  Peer& peer = peers_[index(to)];
  peer.installing = snapshot_index() + 1;
  peer.resetting = reset;
  peer.under_way = 0;
  peer.progress_at = c.clocks.steady;
  send(c, to, {term_, Install{snapshot_, round_, reset}});
}

// Every answer to what is sent from now on proves that this server still led when the round began.
void Raft::start_round(Context& c) {
  ++round_;
  if (lease_round_ == 0) {
    lease_round_ = round_;
    lease_round_at_ = c.clocks.steady;
  }
  for_each_follower([&](NodeId node) {
    if (replicate(c, node)) return;
    // Nothing to send: a heartbeat, at a place where the logs are known to agree. A probe asks at
    // the place it probes; while a snapshot is under way nothing is known.
    const Peer& peer = peers_[index(node)];
    std::uint64_t prev = std::max(peer.match, log_.base_index());
    if (peer.installing != 0) prev = log_.base_index();
    if (peer.installing == 0 && peer.probing) prev = peer.next - 1;
    send_append(c, node, prev, {});
  });
  if (lease_round_ != 0) extend_lease(c);  // alone, one is a majority
}

void Raft::heartbeat(Context& c) {
  if (role_ != Role::leader) return;
  for_each_follower([&](NodeId node) {
    Peer& peer = peers_[index(node)];
    const bool silent = c.clocks.steady - peer.progress_at >= 2 * options_.heartbeat;
    if (peer.under_way == 0 || !silent) return;
    peer.probing = true;  // what was under way may be lost: back to where the logs agree
    peer.under_way = 0;
    peer.next = peer.match + 1;
  });
  go_on_with_transfer(c);
  if (catch_up_.node != no_node &&
      c.clocks.steady - catch_up_.since >= 10 * options_.election_timeout) {
    catch_up_ = {};  // §4.2.1: it may be unavailable, or too slow ever to catch up
  }
  start_round(c);
  serve_reads(c);
  arm(c, Timer::heartbeat, options_.heartbeat);
}

void Raft::handle(Context& c, NodeId from, std::uint64_t term, const AppendReply& reply) {
  if (role_ != Role::leader) return;
  if (term < term_ && !mutated(Mutation::keep_old_term)) return;
  heard_ |= bit(from);
  Peer& peer = peers_[index(from)];
  const bool round_answered = reply.round > peer.round;
  peer.round = std::max(peer.round, reply.round);
  if (round_answered) extend_lease(c);
  if (reply.accepted) {
    accepted(c, from, reply);
  } else {
    refused(c, from, reply);
  }
  if (round_answered && role_ == Role::leader) serve_reads(c);
}

void Raft::accepted(Context& c, NodeId from, const AppendReply& reply) {
  Peer& peer = peers_[index(from)];
  const std::uint64_t match = std::min(reply.match, log_.last_index());
  if (peer.installing != 0) {
    if (match + 1 < peer.installing) return;
    peer.installing = 0;
    peer.next = match + 1;
  }
  const bool progress = match > peer.match;
  peer.match = std::max(peer.match, match);
  // reply.match rather than peer.match: a follower may have lost what it held (fsync=never).
  peer.next = std::max(peer.next, match + 1);
  peer.probing = false;
  if (progress) peer.progress_at = c.clocks.steady;
  if (match + 1 >= peer.next) {
    peer.under_way = 0;
  } else if (progress && peer.under_way > 1) {
    --peer.under_way;
  }
  if (progress && peer.match > commit_) advance_commit(c);
  if (role_ != Role::leader) return;  // it removed itself
  if (from == catch_up_.node) note_caught_up(c, from);
  if (from == transfer_to_) go_on_with_transfer(c);
  while (replicate(c, from)) {
  }
}

void Raft::refused(Context& c, NodeId from, const AppendReply& reply) {
  Peer& peer = peers_[index(from)];
  if (reply.compacted && reply.hint > log_.last_index()) {
    if (peer.installing == 0 || !peer.resetting) send_snapshot(c, from, true);
    return;
  }
  if (peer.installing != 0) {
    if (!reply.compacted || reply.hint + 1 < peer.installing) return;
    peer.installing = 0;  // it is further than the snapshot
    peer.next = reply.hint + 1;
  } else if (reply.prev_index >= peer.next || (peer.probing && reply.prev_index + 1 != peer.next)) {
    return;  // the answer to an older message
  } else {
    peer.next = reply.compacted ? reply.hint + 1 : std::min(reply.hint + 1, reply.prev_index);
    peer.next = std::max<std::uint64_t>(peer.next, 1);
  }
  peer.probing = true;
  peer.under_way = 0;
  replicate(c, from);
}

// The greatest value that a majority of the members has reached; `own` is this server's.
std::uint64_t Raft::held_by_majority(std::uint64_t Peer::*value, std::uint64_t own) const {
  std::array<std::uint64_t, max_nodes> sorted;  // descending; the first `count` are set
  int count = 0;
  for (std::uint16_t n = 0; n < nodes_; ++n) {
    if (!is_member(NodeId{n}) && !mutated(Mutation::count_nonvoters)) continue;
    const std::uint64_t held = NodeId{n} == self_ ? own : peers_[n].*value;
    int place = count++;
    for (; place > 0 && sorted[static_cast<std::size_t>(place) - 1] < held; --place) {
      sorted[static_cast<std::size_t>(place)] = sorted[static_cast<std::size_t>(place) - 1];
    }
    sorted[static_cast<std::size_t>(place)] = held;
  }
  return quorum() > count ? 0 : sorted[static_cast<std::size_t>(quorum()) - 1];
}

// §3.6.2: entries of older terms are committed only through one of the own term (Figure 3.7, Figure
// 8 of the paper).
void Raft::advance_commit(Context& c) {
  const std::uint64_t own = mutated(Mutation::count_before_durable) ? log_.last_index() : durable_;
  const std::uint64_t reached = std::min(held_by_majority(&Peer::match, own), log_.last_index());
  if (reached >= own_first_ || options_.commit_old_term) set_commit(c, reached);
}

}  // namespace tribunal::sut
