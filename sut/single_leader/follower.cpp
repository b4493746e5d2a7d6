// Following a leader: the consistency check of AppendEntries (Raft §5.3), snapshots (§7), and what
// to do when a leader contradicts what was already committed here, which only unsafe settings
// allow.
#include <algorithm>
#include <utility>

#include "sut/single_leader/node.h"

namespace tribunal::sut {

using namespace single_leader;

// True when the message is to be obeyed. Fencing is that messages of older terms are not; the
// answer tells a deposed leader of the newer term.
bool SingleLeader::accept_leader(Context& c, NodeId from, std::uint64_t term) {
  if (term < term_) {
    if (options_.fencing && !mutated(Mutation::keep_old_term)) {
      send(c, from, {term_, AppendReply{}});
      return false;
    }
    if (role_ == Role::leader) return false;
  } else {
    if (term > term_) {
      become_follower(c, term, from);
    } else if (role_ == Role::leader) {
      // Two leaders of one term: only election=visible allows that. The lower id stays.
      if (from > self_) return false;
      become_follower(c, term, from);
    } else if (role_ == Role::candidate) {
      become_follower(c, term, from);
    }
    leader_ = from;
    designated_ = false;
  }
  last_heard_ = lease_time(c);
  if (source_ != from || source_term_ != term) {
    source_ = from;
    source_term_ = term;
    matched_ = seen_round_ = 0;
  }
  return true;
}

void SingleLeader::handle(Context& c, NodeId from, std::uint64_t term, const Append& append) {
  if (!accept_leader(c, from, term)) return;
  seen_round_ = std::max(seen_round_, append.round);
  const Placement placement = place(c, append);
  bool fresh = false;
  if (placement.fits) {
    fresh = take_entries(c, append, placement.skip);
    matched_ = std::max(matched_, append.prev_index + append.entries.size());
    // Not beyond what was compared: the rest of this log may be another leader's.
    const std::uint64_t limit = mutated(Mutation::commit_unmatched) ? log_.last_index() : matched_;
    set_commit(c, std::min(append.commit, limit));
  }
  fresh |= take_members(term, append);
  if (fresh && !mutated(Mutation::ack_before_durable)) {
    ack_to_ = from;
  } else {
    reply_append(c, from, append.prev_index, placement);
  }
}

// What is durable now. A reply that promises more waits for its record, see send_held().
void SingleLeader::reply_append(Context& c, NodeId to, std::uint64_t prev_index,
                                const Placement& placement) {
  AppendReply reply;
  reply.accepted = placement.fits;
  reply.compacted = placement.compacted;
  reply.prev_index = prev_index;
  reply.match = mutated(Mutation::ack_before_durable) ? matched_ : std::min(matched_, durable_);
  reply.hint = placement.hint;
  reply.round = seen_round_;
  reply.members_number = members_durable_.term == source_term_ ? members_durable_.number : 0;
  send(c, to, {term_, reply});
}

// Finds where the entries go: after an entry that equals the leader's. By the Log Matching property
// the logs then agree up to there.
SingleLeader::Placement SingleLeader::place(Context& c, const Append& append) {
  Placement p;
  const std::uint64_t prev = append.prev_index;
  const std::uint64_t base = log_.base_index();
  const std::vector<Entry>& entries = append.entries;
  if (prev > log_.last_index()) {
    p.hint = log_.last_index();
    return p;
  }
  if (prev < base) {
    if (prev + entries.size() <
        base) {  // an old message; or the leader's log is shorter than our snapshot
      p.compacted = true;
      p.hint = base;
      return p;
    }
    p.skip = base - prev;
    if (entries[p.skip - 1].term != log_.base().term) {
      forget_everything(c);
      return p;
    }
  } else if (log_.term_at(prev) != append.prev_term && !mutated(Mutation::skip_previous_check)) {
    if (prev == base) {
      forget_everything(c);
    } else {
      p.hint = log_.before_term_of(prev);
    }
    return p;
  }
  while (p.skip < entries.size()) {
    const std::uint64_t i = prev + p.skip + 1;
    if (i > log_.last_index()) break;
    if (log_.term_at(i) != entries[p.skip].term && !mutated(Mutation::keep_conflict)) {
      if (i <= snapshot_index()) {
        forget_everything(c);
        return p;
      }
      break;
    }
    ++p.skip;
  }
  p.fits = true;
  return p;
}

// True when the log changed. Entries that are here already stay, and so does what follows them: a
// message may be old (§5.3 deletes only from a conflict on).
bool SingleLeader::take_entries(Context& c, const Append& append, std::size_t skip) {
  const std::uint64_t first = append.prev_index + skip + 1;
  const bool fresh = skip < append.entries.size();
  const bool too_eager = mutated(Mutation::truncate_always) && first > snapshot_index();
  if (first <= log_.last_index() && (fresh || too_eager)) discard_from(c, first);
  for (std::size_t i = skip; i < append.entries.size(); ++i) {
    const Entry& entry = append.entries[i];
    const std::uint64_t chain = log_.append(entry);
    c.out.emit(Witness{WitnessKind::appended, entry.term, log_.last_index(), chain});
  }
  log_dirty_ |= fresh;
  return fresh;
}

bool SingleLeader::take_members(std::uint64_t term, const Append& append) {
  if (append.members_number == 0) return false;
  const bool newer =
      term != members_.term ? term > members_.term : append.members_number > members_.number;
  if (!newer) return false;
  members_ = {term, append.members_number, append.members_mask};
  state_dirty_ = true;
  return true;
}

// Precondition: index is after the snapshot. Entries that were applied can only be contradicted
// when the settings let two leaders commit; the state is then made again without them.
void SingleLeader::discard_from(Context& c, std::uint64_t index) {
  log_.truncate_from(index);
  c.out.emit(Witness{WitnessKind::truncated, 0, index, 0});
  log_dirty_ = true;
  for (std::uint64_t* last : {&written_, &durable_, &in_flight_last_, &matched_, &commit_}) {
    *last = std::min(*last, index - 1);
  }
  if (applied_ < index) return;
  if (mutated(Mutation::no_rollback)) {
    applied_ = index - 1;
  } else {
    rebuild_state(c);
  }
}

// What is compacted away here is not in the leader's log, so nothing here can be trusted. Never
// with safe settings: a snapshot holds only committed entries, and every later leader has those.
void SingleLeader::forget_everything(Context& c) {
  c.out.emit(Witness{WitnessKind::truncated, 0, 1, 0});
  log_.reset({});
  snapshot_ = {};
  written_ = durable_ = in_flight_last_ = matched_ = commit_ = 0;
  checkpoint_due_ = true;
  rebuild_state(c);
}

void SingleLeader::rebuild_state(Context& c) {
  const Position at = snapshot_ ? snapshot_->at : Position{};
  store_ = snapshot_ ? snapshot_->store : Store{};
  sessions_ = snapshot_ ? snapshot_->sessions : Sessions{};
  applied_ = at.index;
  c.out.emit(Witness{WitnessKind::restored, at.term, at.index, at.chain});
  apply_committed(c);
}

void SingleLeader::handle(Context& c, NodeId from, std::uint64_t term, const Install& message) {
  if (!accept_leader(c, from, term)) return;
  seen_round_ = std::max(seen_round_, message.round);
  const Position at = message.snapshot ? message.snapshot->at : Position{};
  if (message.reset) forget_everything(c);
  Placement placement;
  placement.fits = true;
  if (at.index > commit_ && message.snapshot) {
    install(c, message.snapshot);
    ack_to_ = from;
    return;
  }
  if (at.index < log_.base_index()) {  // an old message: we are further
    placement = {false, 0, log_.base_index(), true};
  } else if (log_.chain_at(at.index) == at.chain) {
    matched_ = std::max(matched_, at.index);
  } else {
    forget_everything(c);
    if (message.snapshot) install(c, message.snapshot);
  }
  if (checkpoint_due_ && placement.fits) {
    ack_to_ = from;
  } else {
    reply_append(c, from, 0, placement);
  }
}

// Entries after the snapshot are kept when the log agrees with it (§7).
void SingleLeader::install(Context& c, const SharedSnapshot& snapshot) {
  const Position& at = snapshot->at;
  const bool agrees = at.index >= log_.base_index() && at.index <= log_.last_index() &&
                      log_.chain_at(at.index) == at.chain;
  if (!agrees) {
    log_.reset(at);
    written_ = durable_ = in_flight_last_ = matched_ = 0;
  }
  snapshot_ = snapshot;
  checkpoint_due_ = true;
  matched_ = std::max(matched_, at.index);
  commit_ = at.index;
  rebuild_state(c);
}

}  // namespace tribunal::sut
