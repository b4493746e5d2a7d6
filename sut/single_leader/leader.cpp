// Leading: replication to followers, one batch under way to each, and when an entry is committed.
#include <algorithm>
#include <array>
#include <utility>

#include "sut/single_leader/node.h"

namespace tribunal::sut {

using namespace single_leader;

namespace {
constexpr std::uint64_t batch_limit = 64;  // entries in one message
}

void SingleLeader::append_entry(Context& c, const Entry& entry) {
  const std::uint64_t chain = log_.append(entry);
  log_dirty_ = true;
  c.out.emit(Witness{WitnessKind::appended, entry.term, log_.last_index(), chain});
  if (mutated(Mutation::apply_before_commit)) apply_committed(c);
}

void SingleLeader::replicate_to_all(Context& c) {
  for (std::uint16_t n = 0; n < nodes_; ++n) {
    if (NodeId{n} != self_) replicate(c, NodeId{n});
  }
}

// Sends the next batch when there is one and none is under way. A batch without an answer is sent
// again after two heartbeats; never the whole log.
bool SingleLeader::replicate(Context& c, NodeId to) {
  Peer& peer = peers_[index(to)];
  const Duration waited = c.clocks.steady - peer.sent_at;
  if (peer.installing != 0 || peer.next <= log_.base_index()) {
    if (peer.installing != 0 && waited < options_.election_timeout) return false;
    send_snapshot(c, to, false);
    return true;
  }
  if (peer.next > log_.last_index()) return false;
  if (peer.sent_last != 0 && waited < 2 * options_.heartbeat) return false;
  std::vector<Entry> entries = log_.copy(peer.next, batch_limit);
  peer.sent_last = peer.next + entries.size() - 1;
  peer.sent_at = c.clocks.steady;
  send_append(c, to, peer.next - 1, std::move(entries));
  return true;
}

// Precondition: log_.base_index() <= prev <= log_.last_index().
void SingleLeader::send_append(Context& c, NodeId to, std::uint64_t prev,
                               std::vector<Entry> entries) {
  Append append;
  append.prev_index = prev;
  append.prev_term = log_.term_at(prev);
  append.commit = commit_;
  append.round = round_;
  if (guarded()) {
    append.members_number = members_.number;
    append.members_mask = members_.mask;
  }
  append.entries = std::move(entries);
  send(c, to, {term_, std::move(append)});
}

void SingleLeader::send_snapshot(Context& c, NodeId to, bool reset) {
  Peer& peer = peers_[index(to)];
  peer.installing = snapshot_index() + 1;
  peer.sent_last = 0;
  peer.sent_at = c.clocks.steady;
  send(c, to, {term_, Install{snapshot_, round_, reset}});
}

// Every answer to what is sent from now on proves that this node still led when the round began.
void SingleLeader::start_round(Context& c) {
  ++round_;
  round_at_ = lease_time(c);
  for (std::uint16_t n = 0; n < nodes_; ++n) {
    if (NodeId{n} == self_ || replicate(c, NodeId{n})) continue;
    // While a snapshot is under way nothing is known to match; a heartbeat must still get through.
    const Peer& peer = peers_[n];
    if (peer.installing != 0) {
      send_append(c, NodeId{n}, log_.base_index(), {});
    } else {
      send_append(c, NodeId{n}, peer.next - 1, {});
    }
  }
}

void SingleLeader::heartbeat(Context& c) {
  if (role_ == Role::leader) {
    drop_silent(c);
    start_round(c);
    serve_reads(c);
  } else if (options_.election == Election::visible) {
    for (std::uint16_t n = 0; n < nodes_; ++n) {
      if (NodeId{n} != self_) send(c, NodeId{n}, {term_, Alive{}});
    }
  } else {
    return;
  }
  arm(c, Timer::heartbeat, options_.heartbeat);
}

void SingleLeader::handle(Context& c, NodeId from, std::uint64_t term, const AppendReply& reply) {
  if (term > term_ && (options_.fencing || role_ != Role::leader)) {
    become_follower(c, term, no_node);
    return;
  }
  if (role_ != Role::leader) return;
  if (term < term_ && !mutated(Mutation::keep_old_term)) return;
  heard_ |= bit(from);
  Peer& peer = peers_[index(from)];
  const bool round_answered = reply.round > peer.round;
  peer.round = std::max(peer.round, reply.round);
  if (reply.members_number > peer.members_number) {
    peer.members_number = reply.members_number;
    agree_in_sync(c);
  }
  if (reply.accepted) {
    accepted(c, from, reply);
  } else {
    refused(c, from, reply);
  }
  if (round_answered) {
    note_round();
    serve_reads(c);
  }
}

void SingleLeader::accepted(Context& c, NodeId from, const AppendReply& reply) {
  Peer& peer = peers_[index(from)];
  if (peer.installing != 0 && reply.match + 1 >= peer.installing) {
    peer.next = peer.installing;
    peer.installing = 0;
  }
  // reply.match rather than peer.match: a follower may have lost what it held (fsync=never).
  peer.next = std::max(peer.next, std::min(reply.match, log_.last_index()) + 1);
  if (peer.sent_last != 0 && reply.match >= peer.sent_last) peer.sent_last = 0;
  const bool progress = reply.match > peer.match;
  peer.match = std::max(peer.match, reply.match);
  note_progress(c, from);
  if (progress && peer.match > commit_) advance_commit(c);
  replicate(c, from);
}

void SingleLeader::refused(Context& c, NodeId from, const AppendReply& reply) {
  Peer& peer = peers_[index(from)];
  if (peer.installing != 0) {
    if (!reply.compacted || reply.hint + 1 < peer.installing || reply.hint > log_.last_index())
      return;
    peer.installing = 0;  // it is further than the snapshot
    peer.next = reply.hint + 1;
  } else if (reply.prev_index + 1 != peer.next) {
    return;  // the answer to an older message
  } else if (reply.compacted && reply.hint > log_.last_index()) {
    send_snapshot(c, from, true);
    return;
  } else {
    peer.next = reply.compacted ? reply.hint + 1 : std::min(reply.hint + 1, reply.prev_index);
    peer.next = std::max<std::uint64_t>(peer.next, 1);
  }
  peer.sent_last = 0;
  replicate(c, from);
}

// What the replication rule calls replicated: commit as far as that.
std::uint64_t SingleLeader::replicated_index() const {
  const std::uint64_t own = mutated(Mutation::count_before_durable) ? log_.last_index() : durable_;
  switch (options_.replication) {
    case Replication::async:
      return own;
    case Replication::semi_sync: {
      if (nodes_ == 1) return own;
      std::uint64_t best = 0;
      for (const Peer& peer : peers_) best = std::max(best, peer.match);
      return std::min(own, best);
    }
    case Replication::majority:
      // Followers alone can be a majority before this node's own write is durable (dissertation
      // §10.2.1); a leader that comes back without being elected must not find that it lacks what
      // they committed.
      return std::min(held_by_majority(&Peer::match, own), leads_alone() ? own : ~std::uint64_t{0});
    case Replication::sync:
      if (guarded() && agreed_number_ == 0) return 0;
      return std::min(own, held_by_all(required_copies()));
  }
  return 0;
}

// The greatest value that a majority has reached; `own` is this node's.
std::uint64_t SingleLeader::held_by_majority(std::uint64_t Peer::*value, std::uint64_t own) const {
  std::array<std::uint64_t, max_nodes> values{};
  for (std::uint16_t n = 0; n < nodes_; ++n) {
    values[n] = NodeId{n} == self_ ? own : peers_[n].*value;
  }
  const auto place = values.begin() + majority() - 1;
  std::nth_element(values.begin(), place, values.begin() + nodes_, std::greater<>());
  return *place;
}

// §5.4.2: entries of older terms are committed only through one of the own term (Figure 8).
void SingleLeader::advance_commit(Context& c) {
  const std::uint64_t reached = std::min(replicated_index(), log_.last_index());
  if (reached < own_first_ && !mutated(Mutation::commit_old_term)) return;
  set_commit(c, reached);
}

}  // namespace tribunal::sut
