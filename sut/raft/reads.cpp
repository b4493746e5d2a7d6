// Reads that do not go through the log (§6.4).
#include <algorithm>
#include <utility>

#include "sut/raft/node.h"

namespace tribunal::sut {

using namespace raft;

namespace {
constexpr std::size_t most_waiting = 4096;  // reads of a leader that nobody confirms
}

// ReadIndex: note the commit index, confirm by a round begun afterwards that no newer leader
// existed, wait until that index is applied. A new leader knows the commit index only once an entry
// of its own term is committed, hence own_first_.
void Raft::read(Context& c, const Request& request) {
  const bool anybody = options_.read == ReadRule::any && is_member(self_);
  if (role_ != Role::leader && !anybody) {
    refuse(c, request.id);
    return;
  }
  if (anybody || options_.read == ReadRule::local) {
    if (request.after > applied_) {
      unavailable(c, request.id);  // this state is older than what the client has seen
      return;
    }
    if (anybody) {
      respond_from_state(c, request.id, request.command);
      return;
    }
  }
  if (reads_.size() >= most_waiting) {
    unavailable(c, request.id);
    return;
  }
  PendingRead pending{request.id, request.command, std::max(commit_, own_first_), 0};
  if (mutated(Mutation::read_before_own_commit)) pending.index = commit_;
  const bool confirmed =
      options_.read == ReadRule::local || lease_holds(c) || mutated(Mutation::read_without_round);
  if (!confirmed) pending.round = round_ + 1;
  reads_.push_back(pending);
  // One round at a time on behalf of reads: those that come meanwhile share the next one.
  if (!confirmed && held_by_majority(&Peer::round, round_) == round_) start_round(c);
  serve_reads(c);
}

void Raft::serve_reads(Context& c) {
  if (reads_.empty()) return;
  const std::uint64_t confirmed = held_by_majority(&Peer::round, round_);
  std::size_t served = 0;
  for (; served < reads_.size(); ++served) {
    const PendingRead& read = reads_[served];
    if (read.round > confirmed || read.index > applied_) break;
    respond_from_state(c, read.id, read.command);
  }
  using Difference = std::vector<PendingRead>::difference_type;
  reads_.erase(reads_.begin(), reads_.begin() + static_cast<Difference>(served));
  if (!reads_.empty() && reads_.back().round > round_ && confirmed == round_) start_round(c);
}

// A read has no effect, so refusing it is certain.
void Raft::refuse_reads(Context& c) {
  for (const PendingRead& read : reads_) refuse(c, read.id);
  reads_.clear();
}

// §6.4.1: until then no majority elects another leader, as long as clocks run at about the same
// rate. A transfer of leadership elects one without waiting for that.
bool Raft::lease_holds(const Context& c) const {
  return options_.read == ReadRule::lease && !lease_void_ && c.clocks.steady < lease_until_;
}

// A follower that answered had heard from this leader after the round began, and from then on helps
// nobody else for an election timeout.
void Raft::extend_lease(const Context& c) {
  if (options_.read != ReadRule::lease || lease_round_ == 0) return;
  if (held_by_majority(&Peer::round, round_) < lease_round_) return;
  const Duration length = options_.lease > Duration{} ? options_.lease : options_.election_timeout;
  const Time from = mutated(Mutation::lease_from_answer) ? c.clocks.steady : lease_round_at_;
  lease_until_ = std::max(lease_until_, from + length - options_.lease_margin);
  lease_round_ = 0;
}

}  // namespace tribunal::sut
