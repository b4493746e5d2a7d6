// The durable log: what is written when, what waits for it, and how a node comes back.
//
// With fsync=always one synced record is under way at a time; what changes meanwhile goes into the
// next one (group commit). So a failed write can leave no gap before a later one that succeeds, and
// everything that promises something (an acknowledgement, a vote, a candidacy) is sent with the
// record that keeps it.
//
// After a failed write the node promises nothing more: a leader or candidate steps down, and a
// retry timer writes a checkpoint of everything until one succeeds.
#include <algorithm>
#include <cassert>
#include <utility>

#include "sut/single_leader/node.h"

namespace tribunal::sut {

using namespace single_leader;

void SingleLeader::recover(std::span<const Record> recovered) {
  for (const Record& record : recovered) {
    if (fold(record)) continue;
    checkpoint_due_ = true;  // what follows a gap is of no use: write down what is
    break;
  }
  if (snapshot_) {
    store_ = snapshot_->store;
    sessions_ = snapshot_->sessions;
    commit_ = applied_ = snapshot_->at.index;
  }
  written_ = durable_ = log_.last_index();
  members_durable_ = members_;
}

bool SingleLeader::fold(const Record& record) {
  const bool follows = record.ordinal == ordinal_ + 1;
  if (!follows && !(ordinal_ == 0 && record.kind == RecordKind::checkpoint)) return false;
  switch (record.kind) {
    case RecordKind::state:
      break;
    case RecordKind::append:
      if (record.first <= log_.base_index() || record.first > log_.last_index() + 1) return false;
      log_.truncate_from(record.first);
      for (const Entry& entry : record.entries) log_.append(entry);
      break;
    case RecordKind::checkpoint:
      log_.reset(record.base);
      for (const Entry& entry : record.entries) log_.append(entry);
      snapshot_ = record.snapshot;
      break;
  }
  ordinal_ = record.ordinal;
  term_ = record.term;
  voted_for_ = record.voted_for;
  members_ = record.members;
  return true;
}

void SingleLeader::announce_recovered(Context& c) const {
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

bool SingleLeader::holds_messages() const {
  return ack_to_ != no_node || vote_to_ != no_node || campaign_due_;
}

void SingleLeader::flush(Context& c) {
  if (disk_failed_ || in_flight_ != 0) return;
  if (options_.fsync == Fsync::always) {
    const bool dirty = state_dirty_ || log_dirty_ || checkpoint_due_;
    if (dirty) {
      const WriteId id = write_record(c, Durability::synced);
      in_flight_ = static_cast<std::uint64_t>(id);
      in_flight_last_ = written_;
      in_flight_members_ = members_;
      send_held(c, id);
    } else if (holds_messages()) {
      send_held(c, std::nullopt);
    }
    return;
  }
  // Without a sync nothing is waited for; a won election appends, hence the loop.
  while (state_dirty_ || log_dirty_ || checkpoint_due_ || holds_messages()) {
    if (state_dirty_ || log_dirty_ || checkpoint_due_) {
      write_record(c, Durability::buffered);
      durable_ = written_;
      members_durable_ = members_;
      if (options_.fsync == Fsync::interval && !sync_armed_) {
        sync_armed_ = true;
        arm(c, Timer::sync, options_.fsync_interval);
      }
      if (role_ == Role::leader) {
        agree_in_sync(c);
        advance_commit(c);
      }
    }
    send_held(c, std::nullopt);
  }
}

WriteId SingleLeader::write_record(Context& c, Durability durability) {
  Record record;
  record.ordinal = ++ordinal_;
  record.term = mutated(Mutation::forget_term) ? 0 : term_;
  record.voted_for = voted_for_;
  record.members = members_;
  constexpr std::uint64_t everything = ~std::uint64_t{0};
  if (checkpoint_due_) {
    record.kind = RecordKind::checkpoint;
    record.base = log_.base();
    record.entries = log_.copy(log_.base_index() + 1, everything);
    record.snapshot = snapshot_;
  } else if (log_dirty_) {
    record.kind = RecordKind::append;
    record.first = written_ + 1;
    record.entries = log_.copy(record.first, everything);
  }
  const bool checkpoint = checkpoint_due_;
  state_dirty_ = log_dirty_ = checkpoint_due_ = false;
  written_ = log_.last_index();
  const WriteId id{next_write_++};
  c.out.emit(Write<SingleLeader>{id, std::move(record), durability, checkpoint});
  return id;
}

void SingleLeader::send_held(Context& c, std::optional<WriteId> after) {
  if (ack_to_ != no_node) {
    AppendReply reply;
    reply.accepted = true;
    reply.match = matched_;
    reply.round = seen_round_;
    reply.members_number = members_.term == source_term_ ? members_.number : 0;
    send(c, ack_to_, {term_, reply}, after);
    ack_to_ = no_node;
  }
  if (vote_to_ != no_node) {
    send(c, vote_to_, {term_, Vote{true}}, after);
    vote_to_ = no_node;
  }
  if (campaign_due_) {
    campaign_due_ = false;
    const VoteRequest ask{log_.last_index(), log_.last_term(), log_.last_wall(), campaign_forced_};
    for (std::uint16_t n = 0; n < nodes_ && !leads_alone(); ++n) {
      if (NodeId{n} != self_) send(c, NodeId{n}, {term_, ask}, after);
    }
    campaign_write_ = after ? static_cast<std::uint64_t>(*after) : 0;
    if (!after) {
      votes_ |= bit(self_);
      count_votes(c);
    }
  }
}

void SingleLeader::write_done(Context& c, const WriteDone& done) {
  if (!done.ok) {
    disk_failed(c);
    return;
  }
  if (static_cast<std::uint64_t>(done.write) != in_flight_) return;  // a timed Sync
  in_flight_ = 0;
  durable_ = std::max(durable_, in_flight_last_);
  members_durable_ = in_flight_members_;
  if (role_ == Role::candidate && campaign_write_ == static_cast<std::uint64_t>(done.write)) {
    campaign_write_ = 0;
    votes_ |= bit(self_);
    count_votes(c);
  } else if (role_ == Role::leader) {
    agree_in_sync(c);
    advance_commit(c);
  }
}

void SingleLeader::disk_failed(Context& c) {
  in_flight_ = in_flight_last_ = 0;
  ack_to_ = vote_to_ = no_node;
  campaign_due_ = false;
  campaign_write_ = 0;
  checkpoint_due_ = true;
  disk_failed_ = true;
  if (role_ != Role::follower) become_follower(c, term_, no_node);
  arm(c, Timer::retry, options_.heartbeat);
}

void SingleLeader::take_snapshot() {
  const std::uint64_t previous = snapshot_index();
  Snapshot snapshot{log_.position(applied_), store_, sessions_};
  if (mutated(Mutation::snapshot_without_sessions)) snapshot.sessions = {};
  snapshot_ = SharedSnapshot(std::move(snapshot));
  log_.compact(previous);  // what came since then still helps followers that are a little behind
  checkpoint_due_ = true;
}

}  // namespace tribunal::sut
