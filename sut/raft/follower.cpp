// Following a leader: the consistency check of AppendEntries (§3.5), snapshots (§5.1), and what to
// do when a leader contradicts what was already committed here, which only unsafe settings allow.
#include <algorithm>

#include "sut/raft/node.h"

namespace tribunal::sut {

using namespace raft;

// True when the message is to be obeyed. The answer tells a deposed leader of the newer term.
bool Raft::accept_leader(Context& c, NodeId from, std::uint64_t term) {
  if (term < term_ && !mutated(Mutation::keep_old_term)) {
    send(c, from, {term_, AppendReply{}});
    return false;
  }
  // Two leaders of one term: only a forgotten vote allows that. The lower id stays.
  if (role_ == Role::leader && (from > self_ || term < term_)) return false;
  if (role_ != Role::follower) become_follower(c, term_, from);
  leader_ = from;
  last_heard_ = leader_heard_ = c.clocks.steady;
  if (source_ != from || source_term_ != term) {
    source_ = from;
    source_term_ = term;
    matched_ = seen_round_ = 0;
  }
  return true;
}

void Raft::handle(Context& c, NodeId from, std::uint64_t term, const Append& append) {
  if (!accept_leader(c, from, term)) return;
  seen_round_ = std::max(seen_round_, append.round);
  const Placement placement = place(append);
  if (placement.kind == Placement::Kind::contradicted) forget_everything(c);
  if (placement.kind != Placement::Kind::fits) {
    refuse_append(c, from, append.prev_index, placement);
    return;
  }
  const bool fresh = take_entries(c, append, placement.skip);
  matched_ = std::max(matched_, append.prev_index + size(append.entries));
  // Not beyond what was compared: the rest of this log may be another leader's.
  const std::uint64_t limit = mutated(Mutation::commit_unmatched) ? log_.last_index() : matched_;
  set_commit(c, std::min(append.commit, limit));
  if (fresh) {
    ack_to_ = from;
    if (mutated(Mutation::ack_before_durable)) send_held(c, std::nullopt);
  } else {
    accept(c, from);
  }
}

// What is durable now; a reply that promises more waits for its record, see send_held().
void Raft::accept(Context& c, NodeId to) {
  AppendReply reply;
  reply.accepted = true;
  reply.match = std::min(matched_, durable_);
  reply.round = seen_round_;
  send(c, to, {term_, reply});
}

void Raft::refuse_append(Context& c, NodeId to, std::uint64_t prev_index,
                         const Placement& placement) {
  AppendReply reply;
  reply.compacted = placement.kind == Placement::Kind::compacted;
  reply.prev_index = prev_index;
  reply.hint = placement.hint;
  reply.round = seen_round_;
  send(c, to, {term_, reply});
}

// By the Log Matching property, an entry that equals the leader's means equal logs up to it.
Raft::Placement Raft::place(const Append& append) const {
  using Kind = Placement::Kind;
  const std::uint64_t prev = append.prev_index;
  const std::uint64_t base = log_.base_index();
  const std::uint64_t count = size(append.entries);
  if (prev > log_.last_index()) return {Kind::refused, 0, log_.last_index()};
  std::uint64_t skip = 0;
  if (prev < base) {
    // An old message; or the leader's log is shorter than our snapshot.
    if (prev + count < base) return {Kind::compacted, 0, base};
    skip = base - prev;
    if (append.entries->list()[skip - 1].term != log_.base().term)
      return {Kind::contradicted, 0, 0};
  } else if (log_.term_at(prev) != append.prev_term && !mutated(Mutation::skip_previous_check)) {
    if (prev <= snapshot_index()) return {Kind::contradicted, 0, 0};
    // The first entry of the conflicting term (end of §5.3 of the paper).
    return {Kind::refused, 0, log_.before_term_of(prev)};
  }
  for (; skip < count; ++skip) {
    const std::uint64_t i = prev + skip + 1;
    if (i > log_.last_index()) break;
    const bool conflict = log_.term_at(i) != append.entries->list()[skip].term;
    if (!conflict || mutated(Mutation::keep_conflict)) continue;
    if (i <= snapshot_index()) return {Kind::contradicted, 0, 0};
    break;
  }
  return {Kind::fits, skip, 0};
}

// True when the log changed. Entries that are here already stay, and so does what follows them: a
// message may be old, and only a conflict deletes (§3.5).
bool Raft::take_entries(Context& c, const Append& append, std::uint64_t skip) {
  const std::uint64_t count = size(append.entries);
  const std::uint64_t first = append.prev_index + skip + 1;
  const bool fresh = skip < count;
  const bool too_eager = mutated(Mutation::truncate_always) && first > snapshot_index();
  if (first <= log_.last_index() && (fresh || too_eager)) discard_from(c, first);
  for (std::uint64_t i = skip; i < count; ++i) {
    const Entry& entry = append.entries->list()[i];
    const std::uint64_t chain = log_.append(entry);
    note_configuration(log_.last_index(), entry);
    c.out.emit(Witness{WitnessKind::appended, entry.term, log_.last_index(), chain});
  }
  if (fresh) {
    log_dirty_ = true;
    c.batch = append.entries;
    c.batch_first = append.prev_index + 1;
  }
  return fresh;
}

// Precondition: index is after the snapshot. Entries that were applied can only be contradicted
// when the settings let two leaders commit; the state is then made again without them.
void Raft::discard_from(Context& c, std::uint64_t index) {
  log_.truncate_from(index);
  forget_configurations_from(index);
  c.batch = {};
  c.out.emit(Witness{WitnessKind::truncated, 0, index, 0});
  log_dirty_ = true;
  for (std::uint64_t* last : {&written_, &durable_, &in_flight_last_, &matched_, &commit_}) {
    *last = std::min(*last, index - 1);
  }
  if (applied_ >= index) rebuild_state(c);
}

// What is compacted away here is not in the leader's log, so nothing here can be trusted. Never
// with safe settings: a snapshot holds only committed entries, and every later leader has those.
void Raft::forget_everything(Context& c) {
  c.batch = {};
  c.out.emit(Witness{WitnessKind::truncated, 0, 1, 0});
  configurations_ = {initial_configuration()};
  log_.reset({});
  snapshot_ = {};
  written_ = durable_ = in_flight_last_ = matched_ = commit_ = 0;
  checkpoint_due_ = true;
  rebuild_state(c);
}

void Raft::rebuild_state(Context& c) {
  const Position at = snapshot_ ? snapshot_->at : Position{};
  store_ = snapshot_ ? snapshot_->store : Store{};
  sessions_ = snapshot_ ? snapshot_->sessions : Sessions{};
  applied_ = at.index;
  c.out.emit(Witness{WitnessKind::restored, at.term, at.index, at.chain});
  apply_committed(c);
}

// §5.1: a snapshot that is not ahead of what is committed here says nothing new.
void Raft::handle(Context& c, NodeId from, std::uint64_t term, const Install& message) {
  if (!accept_leader(c, from, term)) return;
  seen_round_ = std::max(seen_round_, message.round);
  const Position at = message.snapshot ? message.snapshot->at : Position{};
  const bool older = at.index <= commit_ && !mutated(Mutation::install_older_snapshot);
  if (!message.reset && older && at.index < log_.base_index()) {
    refuse_append(c, from, 0, {Placement::Kind::compacted, 0, log_.base_index()});
    return;
  }
  const bool contradicts = message.reset || (older && !log_.agrees_at(at));
  if (contradicts) forget_everything(c);
  if (message.snapshot && (contradicts || !older)) restore(c, message.snapshot);
  matched_ = std::max(matched_, at.index);
  if (checkpoint_due_) {
    ack_to_ = from;
  } else {
    accept(c, from);
  }
}

// Entries after the snapshot are kept when the log agrees with it (§5.1).
void Raft::restore(Context& c, const SharedSnapshot& snapshot) {
  const Position& at = snapshot->at;
  c.batch = {};
  if (!log_.agrees_at(at)) {
    log_.reset(at);
    configurations_ = {snapshot->members};
    written_ = durable_ = in_flight_last_ = matched_ = 0;
  }
  snapshot_ = snapshot;
  checkpoint_due_ = true;
  commit_ = at.index;
  rebuild_state(c);
}

}  // namespace tribunal::sut
