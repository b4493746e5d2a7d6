// Leader election (§3.4) with its restriction (§3.6.1), pre-votes (§9.6), check-quorum (§6.2), and
// loyalty to a leader that is heard from (§4.2.3).
#include <utility>

#include "sut/raft/node.h"

namespace tribunal::sut {

using namespace raft;

// The timer is not armed anew by every heartbeat: it looks at last_heard_ when it fires.
void Raft::start_election_timer(Context& c) {
  const auto range = static_cast<std::uint64_t>(options_.election_spread.count()) + 1;
  const std::uint64_t extra = c.choices.below("election-timeout"_site, range);
  timeout_ = options_.election_timeout + nanoseconds(static_cast<std::int64_t>(extra));
  arm(c, Timer::election, timeout_);
}

// A server that has never run has no leader to be loyal to, nor to wait for: a new cluster need not
// be without one for a whole election timeout. (Who has answered a leader has a term on its disk.)
void Raft::start_first_election_timer(Context& c) {
  const auto range = static_cast<std::uint64_t>(options_.first_election.count()) + 1;
  timeout_ = nanoseconds(static_cast<std::int64_t>(c.choices.below("first-election"_site, range)));
  leader_heard_ = c.clocks.steady - options_.election_timeout;
  arm(c, Timer::election, timeout_);
}

void Raft::election_timeout(Context& c) {
  if (role_ == Role::leader) {
    check_quorum(c);
    return;
  }
  const Time due = last_heard_ + timeout_;
  if (role_ == Role::follower && c.clocks.steady < due) {
    arm(c, Timer::election, due - c.clocks.steady);
    return;
  }
  leader_ = no_node;
  if (may_stand()) {
    stand(c);
  } else {
    start_election_timer(c);
  }
}

// §6.2: a leader steps down when an election timeout passes without an answer from a majority.
void Raft::check_quorum(Context& c) {
  const bool heard = has_majority(heard_ | bit(self_));
  heard_ = 0;
  if (options_.check_quorum && !heard) {
    become_follower(c, term_, no_node);
  } else {
    arm(c, Timer::election, options_.election_timeout);
  }
}

// A server that its latest configuration does not name still stands while that configuration may
// not be committed (§4.2.2); after that nobody would want it.
bool Raft::may_stand() const {
  return !disk_failed_ && (is_member(self_) || configurations_.back().index > commit_);
}

void Raft::stand(Context& c) {
  if (!options_.pre_vote) {
    campaign(c, false);
    return;
  }
  role_ = Role::candidate;
  leader_ = no_node;
  pre_voting_ = true;
  campaign_due_ = false;
  campaign_write_ = 0;
  votes_ = bit(self_);
  start_election_timer(c);
  ask_for_votes(c, true, std::nullopt);
  count_votes(c);
}

// The new term and the vote for oneself must be durable before anybody hears of them: a candidate
// that forgot them could stand again in the same term with another log, and collect votes meant for
// the first.
void Raft::campaign(Context& c, bool transfer) {
  enter_term(term_ + 1);
  role_ = Role::candidate;
  leader_ = no_node;
  voted_for_ = self_;
  votes_ = 0;
  campaign_due_ = true;
  transferred_ = transfer;
  start_election_timer(c);
  if (mutated(Mutation::candidate_not_durable)) send_held(c, std::nullopt);
}

void Raft::ask_for_votes(Context& c, bool pre, std::optional<WriteId> after) {
  const VoteRequest ask{pre ? term_ + 1 : term_, log_.last_index(), log_.last_term(), pre,
                        !pre && transferred_};
  for (std::uint16_t n = 0; n < nodes_; ++n) {
    const NodeId node{n};
    if (node != self_ && is_member(node)) send(c, node, {term_, ask}, after);
  }
}

void Raft::count_votes(Context& c) {
  if (role_ != Role::candidate || !has_majority(votes_)) return;
  if (pre_voting_) {
    campaign(c, false);
  } else {
    become_leader(c);
  }
}

void Raft::become_leader(Context& c) {
  role_ = Role::leader;
  leader_ = self_;
  const std::uint64_t last = log_.last_index();
  c.out.emit(Witness{WitnessKind::became_leader, term_, last, log_.chain_at(last)});
  Peer fresh;
  fresh.next = last + 1;
  fresh.progress_at = c.clocks.steady;
  peers_.assign(nodes_, fresh);
  own_first_ = last + 1;
  round_ = heard_ = lease_round_ = 0;
  lease_until_ = c.clocks.steady;
  lease_void_ = false;
  // Only an entry of the own term commits by counting (§3.6.2): this one, so that older entries
  // commit without waiting for a client.
  append_entry(c, {term_, c.clocks.wall, {}, {}, 0});
  start_round(c);
  arm(c, Timer::heartbeat, options_.heartbeat);
  arm(c, Timer::election, options_.election_timeout);
}

// Promises of the older term that have not been sent yet are not made.
void Raft::enter_term(std::uint64_t term) {
  term_ = term;
  voted_for_ = no_node;
  state_dirty_ = true;
  ack_to_ = vote_to_ = no_node;
  campaign_due_ = pre_voting_ = false;
  campaign_write_ = 0;
}

// Also from follower to follower of a newer term. Requests that are in the log get no answer:
// nobody knows yet what becomes of them. Reads that were waiting are refused.
void Raft::become_follower(Context& c, std::uint64_t term, NodeId leader) {
  const Role was = role_;
  role_ = Role::follower;
  leader_ = leader;
  if (was == Role::leader) {
    c.out.emit(Witness{WitnessKind::stepped_down, term_});
    refuse_reads(c);
    peers_.clear();
    catch_up_ = {};
    transfer_to_ = no_node;
    c.out.emit(Cancel{static_cast<TimerId>(Timer::heartbeat)});
  }
  if (term > term_) enter_term(term);
  campaign_due_ = pre_voting_ = false;
  campaign_write_ = 0;
  if (was != Role::follower) {
    last_heard_ = c.clocks.steady;
    start_election_timer(c);
  }
}

// §4.2.3: such a server does not help to replace the leader, so that one that was removed or cut
// off cannot disturb the others. Leases rest on this too (§6.4.1), hence also after a restart.
bool Raft::follows_a_leader(const Context& c) const {
  return role_ == Role::leader || c.clocks.steady - leader_heard_ < options_.election_timeout;
}

// §3.6.1: the later term of the last entry wins, then the longer log.
bool Raft::up_to_date(const VoteRequest& request) const {
  if (!options_.election_restriction) return true;
  if (request.last_term != log_.last_term()) return request.last_term > log_.last_term();
  return request.last_index >= log_.last_index();
}

// §9.6: grants what would be granted, and changes nothing.
void Raft::pre_vote(Context& c, NodeId from, std::uint64_t term, const VoteRequest& request) {
  if (follows_a_leader(c)) return;
  if (term > term_) become_follower(c, term, no_node);
  const bool granted = request.asked > term_ && !disk_failed_ && up_to_date(request);
  send(c, from, {term_, Vote{request.asked, granted, true}});
}

void Raft::handle(Context& c, NodeId from, std::uint64_t term, const VoteRequest& request) {
  if (term < term_) {
    send(c, from, {term_, Vote{request.asked, false, request.pre}});
    return;
  }
  if (request.pre) {
    pre_vote(c, from, term, request);
    return;
  }
  const bool loyal = options_.check_quorum && follows_a_leader(c);
  if (term > term_ && loyal && !request.transfer) return;
  if (term > term_ || pre_voting_) become_follower(c, term, no_node);
  const bool free = voted_for_ == no_node || voted_for_ == from || mutated(Mutation::vote_twice);
  if (!free || disk_failed_ || role_ != Role::follower || !up_to_date(request)) {
    send(c, from, {term_, Vote{term_, false, false}});
    return;
  }
  last_heard_ = c.clocks.steady;
  const bool unrecorded = mutated(Mutation::vote_not_recorded);
  if (voted_for_ != from && !unrecorded) {
    voted_for_ = from;
    state_dirty_ = true;
  }
  if (unrecorded || mutated(Mutation::vote_before_durable)) {
    send(c, from, {term_, Vote{term_, true, false}});
  } else {
    vote_to_ = from;
  }
}

void Raft::handle(Context& c, NodeId from, std::uint64_t, const Vote& vote) {
  const std::uint64_t asked = pre_voting_ ? term_ + 1 : term_;
  if (role_ != Role::candidate || !vote.granted || vote.pre != pre_voting_ || vote.asked != asked) {
    return;
  }
  votes_ |= bit(from);
  count_votes(c);
}

}  // namespace tribunal::sut
