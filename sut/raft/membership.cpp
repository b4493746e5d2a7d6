// Changes of the members, one server at a time (§4.1): a configuration counts from the moment it is
// in the log, and majorities of neighbouring configurations share a server. The rule found missing
// in 2015 (raft-dev, "bug in single-server membership changes") is that a leader must have
// committed an entry of its own term first; without it, two leaders can start from one
// configuration.
#include <algorithm>
#include <bit>

#include "sut/raft/node.h"

namespace tribunal::sut {

using namespace raft;

Configuration Raft::initial_configuration() const {
  const std::uint16_t wanted = options_.initial_members;
  const std::uint16_t count = wanted == 0 ? nodes_ : std::min(wanted, nodes_);
  const bool all = count >= max_nodes;
  return {0, all ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1};
}

std::uint64_t Raft::members() const {
  if (mutated(Mutation::committed_members_only)) return configuration_at(commit_).members;
  return configurations_.back().members;
}

int Raft::quorum() const {
  const int count = std::popcount(members());
  return mutated(Mutation::small_quorum) ? std::max(count / 2, 1) : count / 2 + 1;
}

bool Raft::has_majority(std::uint64_t mask) const {
  if (!mutated(Mutation::count_nonvoters)) mask &= members();
  return std::popcount(mask) >= quorum();
}

bool Raft::may_change_members() const {
  if (role_ != Role::leader || transferring()) return false;
  if (options_.safe_membership && commit_ < own_first_) return false;
  if (mutated(Mutation::two_changes_at_once)) return true;
  return catch_up_.node == no_node && configurations_.back().index <= commit_;
}

void Raft::change_members(Context& c, const ChangeMembers& change) {
  if (index(change.node) >= nodes_ || !may_change_members()) return;
  if (is_member(change.node) == change.add) return;
  const std::uint64_t others = members() & ~bit(change.node);
  if (!change.add) {
    if (others != 0) append_members(c, others);
    return;
  }
  // §4.2.1: as a server without a vote at first, so that an empty log does not hold up commits.
  catch_up_ = {change.node, log_.last_index(), 0, c.clocks.steady};
  Peer fresh;
  fresh.next = log_.last_index() + 1;
  fresh.progress_at = c.clocks.steady;
  peers_[index(change.node)] = fresh;
  send_append(c, change.node, log_.last_index(), {});
}

// In rounds: each brings over what was in the log when it began. One that is shorter than an
// election timeout is good enough, and after ten that are not the leader gives up.
void Raft::note_caught_up(Context& c, NodeId node) {
  constexpr std::uint64_t most_rounds = 10;
  if (peers_[index(node)].match < catch_up_.goal) return;
  const bool quick = c.clocks.steady - catch_up_.since < options_.election_timeout;
  const std::uint64_t rounds = catch_up_.rounds + 1;
  if (quick) {
    catch_up_ = {};
    append_members(c, members() | bit(node));
  } else if (rounds >= most_rounds) {
    catch_up_ = {};
  } else {
    catch_up_ = {node, log_.last_index(), rounds, c.clocks.steady};
  }
}

// A lease of the old members says nothing of a majority of the new.
void Raft::append_members(Context& c, std::uint64_t members) {
  append_entry(c, {term_, c.clocks.wall, {}, {}, members});
  lease_until_ = c.clocks.steady;
  lease_round_ = 0;
  replicate_to_all(c);
  start_round(c);
}

void Raft::note_configuration(std::uint64_t index, const Entry& entry) {
  if (entry.members != 0) configurations_.push_back({index, entry.members});
}

// A discarded configuration never counted for anything committed: the one before is back (§4.1).
void Raft::forget_configurations_from(std::uint64_t index) {
  while (configurations_.size() > 1 && configurations_.back().index >= index) {
    configurations_.pop_back();
  }
}

Configuration Raft::configuration_at(std::uint64_t index) const {
  auto place = configurations_.end();
  while (std::prev(place) != configurations_.begin() && std::prev(place)->index > index) --place;
  return *std::prev(place);
}

// §4.2.2: a leader that removed itself leads, without counting itself, until that is committed.
void Raft::leave_if_removed(Context& c) {
  if (role_ != Role::leader || is_member(self_) || configurations_.back().index > commit_) return;
  replicate_to_all(c);
  become_follower(c, term_, no_node);
}

}  // namespace tribunal::sut
