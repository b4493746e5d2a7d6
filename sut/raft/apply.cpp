// The state machine: applying what is committed (§3.5), answering each request once (§6.3), and
// snapshots of the state (§5.1).
#include <algorithm>
#include <utility>

#include "sut/raft/node.h"

namespace tribunal::sut {

using namespace raft;

void Raft::set_commit(Context& c, std::uint64_t commit) {
  if (commit <= commit_) return;
  commit_ = commit;
  c.out.emit(Witness{WitnessKind::committed, term_, commit, log_.chain_at(commit)});
  apply_committed(c);
  if (role_ != Role::leader) return;
  serve_reads(c);
  leave_if_removed(c);
}

void Raft::apply_committed(Context& c) {
  const bool early = options_.apply_before_commit && role_ == Role::leader;
  const std::uint64_t end = early ? log_.last_index() : commit_;
  while (applied_ < end) {
    const Entry& entry = log_.at(++applied_);
    const std::uint64_t chain = log_.chain_at(applied_);
    const bool effective = apply(c, entry);
    c.out.emit(Witness{WitnessKind::applied, entry.term, applied_, chain,
                       effective ? entry.id : RequestId{}});
  }
  if (options_.snapshot_every == 0 || applied_ > commit_) return;
  if (applied_ - snapshot_index() >= options_.snapshot_every) take_snapshot();
}

// Only the leader that took the request answers it. False: the entry changed nothing.
bool Raft::apply(Context& c, const Entry& entry) {
  if (!entry.is_command()) return false;
  const bool answers = role_ == Role::leader && applied_ >= own_first_;
  if (is_read(entry.command.kind)) {
    if (answers) respond_from_state(c, entry.id, entry.command);
    return false;
  }
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
  if (!answers) return !again;
  reply.version = applied_;
  c.out.emit(Respond{entry.id, std::move(reply), std::nullopt});
  return !again;
}

void Raft::respond_from_state(Context& c, RequestId id, const Command& command) const {
  Reply reply = store_.read(command, program_);
  reply.version = applied_;
  c.out.emit(Respond{id, std::move(reply), std::nullopt});
}

// The log keeps what came since the snapshot before: followers that are a little behind need it.
void Raft::take_snapshot() {
  const std::uint64_t previous = snapshot_index();
  Snapshot snapshot{log_.position(applied_), store_, sessions_, configuration_at(applied_)};
  if (mutated(Mutation::snapshot_without_sessions)) snapshot.sessions = {};
  if (mutated(Mutation::snapshot_without_members)) snapshot.members = initial_configuration();
  snapshot_ = SharedSnapshot(std::move(snapshot));
  if (previous > log_.base_index()) {
    const Configuration base = configuration_at(previous);
    const auto later = std::find_if(configurations_.begin(), configurations_.end(),
                                    [&](const Configuration& x) { return x.index >= base.index; });
    configurations_.erase(configurations_.begin(), later);
    log_.compact(previous);
  }
  checkpoint_due_ = true;
}

}  // namespace tribunal::sut
