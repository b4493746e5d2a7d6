// The durable log: what is written when, what waits for it, and how a server comes back.
//
// With fsync=always one synced record is under way at a time, and what changes meanwhile shares the
// next one: a failed write leaves no gap before a later one. Whatever promises something (an
// acknowledgement, a vote, a candidacy) is sent with the record that keeps it (§3.8). After a
// failed write the server promises nothing until a checkpoint of everything has succeeded.
#include <algorithm>
#include <utility>

#include "sut/raft/node.h"

namespace tribunal::sut {

using namespace raft;

namespace {
constexpr std::uint64_t everything = ~std::uint64_t{0};
}

void Raft::recover(std::span<const Record> recovered) {
  for (const Record& record : recovered) {
    if (fold(record)) continue;
    checkpoint_due_ = true;  // what follows a gap is of no use: write down what is
    break;
  }
  if (!options_.persist_vote) term_ = std::max(term_, log_.last_term());
  if (options_.skip_log) {  // unsafe: the log is there, but nobody reads it
    log_.reset({});
    snapshot_ = {};
    configurations_ = {initial_configuration()};
    checkpoint_due_ = !recovered.empty();
  }
  if (snapshot_) {
    store_ = snapshot_->store;
    sessions_ = snapshot_->sessions;
    commit_ = applied_ = snapshot_->at.index;
  }
  written_ = durable_ = log_.last_index();
}

bool Raft::fold(const Record& record) {
  const bool follows = record.ordinal == ordinal_ + 1;
  if (!follows && !(ordinal_ == 0 && record.kind == RecordKind::checkpoint)) return false;
  if (record.kind == RecordKind::append) {
    if (record.first <= log_.base_index() || record.first > log_.last_index() + 1) return false;
    log_.truncate_from(record.first);
    forget_configurations_from(record.first);
  } else if (record.kind == RecordKind::checkpoint) {
    log_.reset(record.base);
    snapshot_ = record.snapshot;
    configurations_ = {record.members};
  }
  if (record.entries) {
    for (const Entry& entry : record.entries->list()) {
      log_.append(entry);
      note_configuration(log_.last_index(), entry);
    }
  }
  ordinal_ = record.ordinal;
  term_ = record.term;
  voted_for_ = record.voted_for;
  return true;
}

void Raft::announce_recovered(Context& c) const {
  std::uint64_t from = 0;
  if (snapshot_) {
    const Position& at = snapshot_->at;
    c.out.emit(Witness{WitnessKind::restored, at.term, at.index, at.chain});
    from = at.index;
  }
  for (std::uint64_t i = from + 1; i <= log_.last_index(); ++i) {
    c.out.emit(Witness{WitnessKind::appended, log_.term_at(i), i, log_.chain_at(i)});
  }
}

bool Raft::dirty() const {
  return (state_dirty_ && options_.persist_vote) || log_dirty_ || checkpoint_due_;
}

void Raft::flush(Context& c) {
  if (disk_failed_ || in_flight_ != 0) return;
  if (options_.fsync != Fsync::always) {
    flush_buffered(c);
  } else if (dirty()) {
    const WriteId id = write_record(c, Durability::synced);
    in_flight_ = static_cast<std::uint64_t>(id);
    in_flight_last_ = written_;
    send_held(c, id);
  } else {
    send_held(c, std::nullopt);
    // Without persist-vote a candidacy waits for nothing, and a won election appends.
    if (dirty()) flush(c);
  }
}

// Without a sync nothing is waited for; a won election appends, hence the loop.
void Raft::flush_buffered(Context& c) {
  while (dirty()) {
    write_record(c, Durability::buffered);
    durable_ = written_;
    if (options_.fsync == Fsync::interval && !sync_armed_) {
      sync_armed_ = true;
      arm(c, Timer::sync, options_.fsync_interval);
    }
    if (role_ == Role::leader) advance_commit(c);
    send_held(c, std::nullopt);
  }
  send_held(c, std::nullopt);
  if (dirty()) flush_buffered(c);
}

WriteId Raft::write_record(Context& c, Durability durability) {
  Record record;
  record.ordinal = ++ordinal_;
  if (options_.persist_vote) {
    record.term = term_;
    record.voted_for = voted_for_;
  }
  if (checkpoint_due_) {
    record.kind = RecordKind::checkpoint;
    record.base = log_.base();
    record.members = configurations_.front();
    record.entries = batch(c, log_.base_index() + 1, everything);
    record.snapshot = snapshot_;
  } else if (log_dirty_) {
    record.kind = RecordKind::append;
    record.first = written_ + 1;
    record.entries = batch(c, record.first, everything);
  }
  const bool checkpoint = checkpoint_due_;
  state_dirty_ = log_dirty_ = checkpoint_due_ = false;
  written_ = log_.last_index();
  const WriteId id{next_write_++};
  c.out.emit(Write<Raft>{id, std::move(record), durability, checkpoint});
  return id;
}

void Raft::send_held(Context& c, std::optional<WriteId> after) {
  if (ack_to_ != no_node) {
    AppendReply reply;
    reply.accepted = true;
    reply.match = matched_;
    reply.round = seen_round_;
    send(c, ack_to_, {term_, reply}, after);
    ack_to_ = no_node;
  }
  if (vote_to_ != no_node) {
    send(c, vote_to_, {term_, Vote{term_, true, false}}, after);
    vote_to_ = no_node;
  }
  if (campaign_due_) {
    campaign_due_ = false;
    ask_for_votes(c, false, after);
    campaign_write_ = after ? static_cast<std::uint64_t>(*after) : 0;
    if (!after) {
      votes_ |= bit(self_);
      count_votes(c);
    }
  }
}

void Raft::write_done(Context& c, const WriteDone& done) {
  if (!done.ok) {
    disk_failed(c);
    return;
  }
  if (static_cast<std::uint64_t>(done.write) != in_flight_) return;  // a timed Sync
  in_flight_ = 0;
  durable_ = std::max(durable_, in_flight_last_);
  if (role_ == Role::candidate && campaign_write_ == static_cast<std::uint64_t>(done.write)) {
    campaign_write_ = 0;
    votes_ |= bit(self_);
    count_votes(c);
  } else if (role_ == Role::leader) {
    advance_commit(c);
  }
}

void Raft::disk_failed(Context& c) {
  in_flight_ = in_flight_last_ = 0;
  ack_to_ = vote_to_ = no_node;
  campaign_due_ = false;
  campaign_write_ = 0;
  checkpoint_due_ = true;
  disk_failed_ = true;
  if (role_ != Role::follower) become_follower(c, term_, no_node);
  arm(c, Timer::retry, options_.heartbeat);
}

}  // namespace tribunal::sut
