// The state machine: applying what is committed, answering writes, and reads.
#include <algorithm>
#include <utility>

#include "sut/single_leader/node.h"

namespace tribunal::sut {

using namespace single_leader;

namespace {
constexpr std::size_t most_waiting = 4096;  // reads of a leader that nobody confirms
}

void SingleLeader::set_commit(Context& c, std::uint64_t commit) {
  if (commit <= commit_) return;
  commit_ = commit;
  c.out.emit(Witness{WitnessKind::committed, term_, commit, log_.chain_at(commit)});
  apply_committed(c);
  if (role_ == Role::leader) serve_reads(c);
}

void SingleLeader::apply_committed(Context& c) {
  const std::uint64_t end =
      mutated(Mutation::apply_before_commit) && role_ == Role::leader ? log_.last_index() : commit_;
  while (applied_ < end) {
    const Entry& entry = log_.at(++applied_);
    const bool effective = !entry.is_noop() && apply(c, entry);
    c.out.emit(Witness{WitnessKind::applied, entry.term, applied_, log_.chain_at(applied_),
                       effective ? entry.id : RequestId{}});
  }
  if (options_.snapshot_every == 0 || applied_ > commit_) return;
  if (applied_ - snapshot_index() >= options_.snapshot_every) take_snapshot();
}

// False: the entry changed nothing.
bool SingleLeader::apply(Context& c, const Entry& entry) {
  Reply reply;
  const Sessions::Session* session = options_.dedup ? sessions_.find(entry.id.client) : nullptr;
  const bool again = session != nullptr && session->sequence >= entry.id.sequence;
  if (again) {
    if (session->sequence > entry.id.sequence) return false;  // nobody waits for it
    reply = store_.again(entry.command, Sessions::again(*session));
  } else {
    reply = store_.apply(entry.command, entry.wall, program_);
    if (options_.dedup) sessions_.record(entry.id, reply);
  }
  // Only the leader that took the request answers it.
  if (role_ != Role::leader || applied_ < own_first_) return !again;
  reply.version = applied_;
  c.out.emit(Respond{entry.id, std::move(reply), std::nullopt});
  return !again;
}

// read=leader-quorum is ReadIndex (Ongaro's dissertation, §6.4): note the commit index, confirm by
// a round begun afterwards that no newer leader existed, wait until that index is applied. A new
// leader knows the commit index only once an entry of its own term is committed, hence own_first_.
void SingleLeader::read(Context& c, const Request& request) {
  const bool leads = role_ == Role::leader;
  if (options_.read == ReadRule::any ||
      (options_.read == ReadRule::follower && (!leads || nodes_ == 1))) {
    if (request.after > applied_) {
      c.out.emit(Respond{request.id, Reply{}, std::nullopt});  // unavailable: this state is too old
    } else {
      respond_from_state(c, request.id, request.command);
    }
    return;
  }
  if (options_.read == ReadRule::follower) {  // a leader sends readers away
    Reply reply;
    reply.status = Status::not_leader;
    reply.hint = NodeId{static_cast<std::uint16_t>((index(self_) + 1) % nodes_)};
    c.out.emit(Respond{request.id, std::move(reply), std::nullopt});
    return;
  }
  if (!leads) {
    refuse(c, request.id);
    return;
  }
  if (reads_.size() >= most_waiting || (options_.read == ReadRule::leader && !lease_holds(c))) {
    c.out.emit(Respond{request.id, Reply{}, std::nullopt});  // unavailable
    return;
  }
  PendingRead pending{request.id, request.command, std::max(commit_, own_first_), 0};
  if (mutated(Mutation::read_before_own_commit)) pending.index = commit_;
  if (options_.read == ReadRule::leader_quorum && !mutated(Mutation::read_without_round)) {
    pending.round = round_ + 1;
  }
  reads_.push_back(pending);
  // One round at a time on behalf of reads: those that come meanwhile share the next one.
  if (pending.round != 0 && held_by_majority(&Peer::round, round_) == round_) start_round(c);
  serve_reads(c);
}

void SingleLeader::respond_from_state(Context& c, RequestId id, const Command& command) const {
  Reply reply = store_.read(command, program_);
  reply.version = applied_;
  c.out.emit(Respond{id, std::move(reply), std::nullopt});
}

void SingleLeader::serve_reads(Context& c) {
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
void SingleLeader::refuse_reads(Context& c) {
  for (const PendingRead& read : reads_) refuse(c, read.id);
  reads_.clear();
}

}  // namespace tribunal::sut
