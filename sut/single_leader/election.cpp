// Who leads: Raft's elections (§5.2, §5.4.1), and the ways to do without parts of them.
#include <algorithm>
#include <utility>

#include "sut/single_leader/node.h"

namespace tribunal::sut {

using namespace single_leader;

// The timer is not armed anew by every heartbeat: it looks at last_heard_ when it fires.
void SingleLeader::start_election_timer(Context& c) {
  if (options_.failover == Failover::off) return;
  if (options_.failover == Failover::manual && !designated_) return;
  const auto range = static_cast<std::uint64_t>(options_.election_timeout.count());
  const std::uint64_t extra = c.choices.below("election-timeout"_site, range);
  timeout_ = patience() + nanoseconds(static_cast<std::int64_t>(extra));
  arm_election(c, timeout_);
}

// How long nobody replaces a leader that was just heard.
Duration SingleLeader::patience() const {
  return leased() ? options_.lease : options_.election_timeout;
}

// What silence and leases are measured with. A wall clock may jump, so that the look at it must not
// wait for the steady timer of the whole lease.
Time SingleLeader::lease_time(const Context& c) const {
  return leased() && options_.lease_clock == LeaseClock::wall ? c.clocks.wall : c.clocks.steady;
}

void SingleLeader::arm_election(Context& c, Duration delay) const {
  const bool jumps = leased() && options_.lease_clock == LeaseClock::wall;
  arm(c, Timer::election, jumps ? std::min(delay, options_.heartbeat) : delay);
}

// read=leader with a lease: a majority answered a round that began within the lease, and none of
// that majority helps to replace this leader before it ends (Gray and Cheriton 1989; Ongaro's
// dissertation, §6.4.1). Only as good as the clocks, and as a process that does not sleep between
// this look and its answer.
bool SingleLeader::lease_holds(const Context& c) const {
  return !leased() || nodes_ == 1 || lease_time(c) - confirmed_at_ < options_.lease;
}

void SingleLeader::note_round() {
  if (!leased()) return;
  if (round_ == 0 || held_by_majority(&Peer::round, round_) < round_) return;
  if (confirmed_round_ == round_) return;
  confirmed_round_ = round_;
  confirmed_at_ = round_at_;
}

void SingleLeader::election_timeout(Context& c) {
  if (role_ == Role::leader) {
    check_majority(c);
    return;
  }
  if (options_.failover == Failover::manual && !designated_) return;
  if (role_ == Role::follower) {
    const Time due = last_heard_ + timeout_;
    if (lease_time(c) < due) {
      arm_election(c, due - lease_time(c));
      return;
    }
    leader_ = no_node;
  }
  const bool may_stand = !disk_failed_ && in_sync_here() &&
                         (options_.election != Election::visible || sees_majority(c));
  if (may_stand) {
    campaign(c, false);
  } else {
    start_election_timer(c);
  }
}

// A leader that a majority has stopped answering may have been replaced without knowing it; it
// steps down and so stops acknowledging (Raft dissertation §6.2). Part of fencing.
void SingleLeader::check_majority(Context& c) {
  const bool heard = has_majority(heard_ | bit(self_));
  heard_ = 0;
  if (options_.fencing && !heard) {
    become_follower(c, term_, no_node);
  } else {
    arm(c, Timer::election, patience());
  }
}

bool SingleLeader::sees_majority(const Context& c) const {
  std::uint64_t seen = bit(self_);
  for (std::uint16_t n = 0; n < seen_.size(); ++n) {
    const bool ever = seen_[n] >= Time::zero();
    if (ever && c.clocks.steady - seen_[n] <= options_.election_timeout) seen |= bit(NodeId{n});
  }
  return has_majority(seen);
}

// The new term and the vote for oneself must be durable before anybody hears of them: a candidate
// that forgot them could stand again in the same term with another log, and collect votes meant for
// the first.
void SingleLeader::campaign(Context& c, bool forced) {
  enter_term(term_ + 1);
  role_ = Role::candidate;
  leader_ = no_node;
  voted_for_ = self_;
  state_dirty_ = true;
  votes_ = 0;
  campaign_due_ = true;
  campaign_forced_ = forced;
  start_election_timer(c);
  if (mutated(Mutation::candidate_not_durable)) send_held(c, std::nullopt);
}

bool SingleLeader::leads_alone() const {
  return options_.failover == Failover::off || options_.election == Election::visible;
}

void SingleLeader::count_votes(Context& c) {
  const bool won = leads_alone() ? (votes_ & bit(self_)) != 0 : has_majority(votes_);
  if (role_ == Role::candidate && won) become_leader(c);
}

void SingleLeader::become_leader(Context& c) {
  role_ = Role::leader;
  leader_ = self_;
  designated_ = true;
  const std::uint64_t last = log_.last_index();
  c.out.emit(Witness{WitnessKind::became_leader, term_, last, log_.chain_at(last)});
  Peer fresh;
  fresh.next = last + 1;
  fresh.goal = last + 1;
  fresh.goal_at = fresh.caught_up_at = c.clocks.steady;
  peers_.assign(nodes_, fresh);
  own_first_ = last + 1;
  round_ = heard_ = confirmed_round_ = 0;
  confirmed_at_ = lease_time(c) - patience();
  reset_in_sync();
  // Only an entry of the own term commits by counting (§5.4.2): this one, so that older entries
  // commit without waiting for a client.
  append_entry(c, {term_, c.clocks.wall, {}, {}});
  start_round(c);
  arm(c, Timer::heartbeat, options_.heartbeat);
  if (options_.failover != Failover::off) arm(c, Timer::election, patience());
}

// Promises of the older term that have not been sent yet are not made.
void SingleLeader::enter_term(std::uint64_t term) {
  term_ = term;
  voted_for_ = no_node;
  state_dirty_ = true;
  ack_to_ = vote_to_ = no_node;
  campaign_due_ = false;
  campaign_write_ = 0;
}

// Also from follower to follower of a newer term. Requests that are in the log get no answer:
// nobody knows yet what becomes of them. Reads that were waiting are refused.
void SingleLeader::become_follower(Context& c, std::uint64_t term, NodeId leader) {
  const Role was = role_;
  role_ = Role::follower;
  leader_ = leader;
  if (was == Role::leader) {
    c.out.emit(Witness{WitnessKind::stepped_down, term_});
    refuse_reads(c);
    peers_.clear();
    if (options_.election != Election::visible) {
      c.out.emit(Cancel{static_cast<TimerId>(Timer::heartbeat)});
    }
  }
  if (term > term_) enter_term(term);
  campaign_due_ = false;
  campaign_write_ = 0;
  if (was != Role::follower) {
    last_heard_ = lease_time(c);
    start_election_timer(c);
    if (leads_for_ever()) arm(c, Timer::retry, options_.heartbeat);
  }
}

void SingleLeader::handle(Context& c, NodeId from, std::uint64_t term, const VoteRequest& request) {
  if (term < term_) {
    send(c, from, {term_, Vote{false}});
    return;
  }
  if (role_ == Role::leader && !options_.fencing) return;  // believes only another leader
  // Somebody who hears from a leader does not help to replace it (dissertation §4.2.3): a node that
  // was cut off cannot disturb the others when it comes back.
  const bool content =
      leader_ != no_node && (role_ == Role::leader || lease_time(c) - last_heard_ < patience());
  if (term > term_ && content && !request.forced) return;
  if (term > term_) become_follower(c, term, no_node);
  const bool free = voted_for_ == no_node || voted_for_ == from;
  if (!free || disk_failed_ || role_ != Role::follower || !may_vote_for(request, from)) {
    send(c, from, {term_, Vote{false}});
    return;
  }
  last_heard_ = lease_time(c);
  if (mutated(Mutation::vote_not_recorded)) {
    send(c, from, {term_, Vote{true}});
    return;
  }
  if (voted_for_ != from) {
    voted_for_ = from;
    state_dirty_ = true;
  }
  if (mutated(Mutation::vote_before_durable)) {
    send(c, from, {term_, Vote{true}});
  } else {
    vote_to_ = from;
  }
}

bool SingleLeader::may_vote_for(const VoteRequest& request, NodeId candidate) const {
  if (options_.failover == Failover::off) return false;
  if (guarded() && members_.number > 0) {
    if ((members_.mask & bit(candidate)) == 0) return false;
    // A voter that is itself out of sync holds nothing that is committed and the candidate lacks.
    if ((members_.mask & bit(self_)) == 0) return true;
  }
  if (mutated(Mutation::skip_log_check)) return true;
  if (options_.election == Election::clock) return request.last_wall >= log_.last_wall();
  // §5.4.1: the later term of the last entry wins, then the longer log.
  if (request.last_term != log_.last_term()) return request.last_term > log_.last_term();
  return request.last_index >= log_.last_index();
}

void SingleLeader::handle(Context& c, NodeId from, std::uint64_t term, const Vote& vote) {
  if (term > term_) {
    if (role_ != Role::leader || options_.fencing) become_follower(c, term, no_node);
    return;
  }
  if (term < term_ || role_ != Role::candidate || !vote.granted) return;
  votes_ |= bit(from);
  count_votes(c);
}

// Hearing it is all; receive() has noted that.
void SingleLeader::handle(Context& c, NodeId, std::uint64_t term, const Alive&) {
  if (term > term_ && (role_ != Role::leader || options_.fencing))
    become_follower(c, term, no_node);
}

}  // namespace tribunal::sut
