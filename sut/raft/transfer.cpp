// Leadership transfer (§3.10): the leader stops accepting requests, brings the target up to date,
// and tells it to start an election at once.
#include "sut/raft/node.h"

namespace tribunal::sut {

using namespace raft;

// An operator wants this server to lead: it asks the leader to hand over. When none was heard from
// for so long that no lease can hold, it stands for election.
void Raft::promote(Context& c) {
  if (role_ == Role::leader || !may_stand()) return;
  if (!follows_a_leader(c)) {
    stand(c);
  } else if (leader_ != no_node) {
    send(c, leader_, {term_, Takeover{false}});
  }
}

void Raft::handle(Context& c, NodeId from, std::uint64_t term, const Takeover& takeover) {
  if (term < term_) return;
  if (takeover.now) {
    if (role_ != Role::follower || !may_stand()) return;
    campaign(c, true);
    return;
  }
  if (role_ != Role::leader || transferring() || !is_member(from)) return;
  transfer_to_ = from;
  transfer_at_ = c.clocks.steady;
  transfer_sent_ = false;
  go_on_with_transfer(c);
}

// Gives up after an election timeout (§3.10). The message may still be on its way then, so that the
// lease does not come back in this term.
void Raft::go_on_with_transfer(Context& c) {
  if (!transferring()) return;
  if (c.clocks.steady - transfer_at_ >= options_.election_timeout || !is_member(transfer_to_)) {
    transfer_to_ = no_node;
  } else if (!transfer_sent_ && peers_[index(transfer_to_)].match == log_.last_index()) {
    transfer_sent_ = true;
    if (!mutated(Mutation::lease_during_transfer)) lease_void_ = true;
    send(c, transfer_to_, {term_, Takeover{true}});
  }
}

}  // namespace tribunal::sut
