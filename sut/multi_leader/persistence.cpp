// The durable log: what is written when, what waits for it, and how a node comes back.
//
// With fsync=always one synced record is under way at a time, and what changes meanwhile goes into
// the next one (group commit): so a failed write can leave no gap before a later one that succeeds.
// Every answer, to reads as well, waits until what it shows is durable here. Messages do not wait:
// an update that its own node loses is one that nobody was promised, and comes back from the
// others.
//
// After a failed write the node takes nothing and tells nothing until a checkpoint of everything
// has succeeded.
#include <algorithm>
#include <utility>

#include "sut/multi_leader/node.h"

namespace tribunal::sut {

using namespace multi_leader;

namespace {
constexpr Duration disk_retry = milliseconds(100);
}  // namespace

void MultiLeader::recover(std::span<const Record> recovered, Clocks clocks) {
  for (const Record& record : recovered) {
    if (fold(record)) continue;
    checkpoint_due_ = true;  // what follows a gap is of no use: write down what is
    break;
  }
  have_ = seen_;
  written_ = durable_ = log_end();
  if (mutated(Mutation::reuse_life)) {
    counter_ = seen_.upto(actor());
    return;
  }
  // A new life, so that no name is given twice even if the disk forgot some. Should it have
  // forgotten lives, too, steady time has moved on since they began.
  constexpr std::uint64_t most = (std::uint64_t{1} << 28) - 1;
  const auto since_start =
      static_cast<std::uint64_t>(std::max<std::int64_t>(clocks.steady / milliseconds(1), 0));
  const std::uint64_t next = ordinal_ == 0 ? 0 : std::uint64_t{life_} + 1;
  life_ = static_cast<std::uint32_t>(std::min(std::max(next, since_start), most));
  boot_due_ = true;
}

bool MultiLeader::fold(const Record& record) {
  const bool follows = record.ordinal == ordinal_ + 1;
  const bool first = ordinal_ == 0 && record.kind == RecordKind::checkpoint;
  if (!follows && !first) return false;
  if (record.kind == RecordKind::checkpoint) {
    objects_ = record.snapshot->objects;
    instances_ = record.snapshot->instances;
    seen_ = record.snapshot->seen;
    floor_ = record.floor;
    log_base_ = log_end();
    log_.clear();
    since_checkpoint_ = 0;
  }
  for (const Entry& entry : record.entries) {
    log_.push_back({entry, Time{}});
    if (record.kind == RecordKind::checkpoint) continue;  // it is in the snapshot
    ++since_checkpoint_;
    seen_.raise(entry.update.dot);
    if (!entry.event) {
      datum_of(entry.update.command).apply(entry.update);
      continue;
    }
    spec::Instance& instance = spec::find_or_add(instances_, entry.update.command.key);
    const bool own = entry.update.dot.actor == replicated::Actor{self_, record.life};
    own ? instance.commit(*entry.event) : static_cast<void>(instance.deliver(*entry.event));
  }
  written_ = log_end();
  shorten_log();
  ordinal_ = record.ordinal;
  life_ = record.life;
  clock_ = record.clock;
  return true;
}

void MultiLeader::flush(Step& s) {
  if (disk_failed_ && !checkpoint_due_) return;
  if (options_.snapshot_every > 0 && since_checkpoint_ >= options_.snapshot_every) {
    checkpoint_due_ = true;
  }
  if (options_.fsync == Fsync::always || disk_failed_) {
    if (in_flight_ == 0 && dirty()) {
      const WriteId id = write_record(s, Durability::synced);
      in_flight_ = static_cast<std::uint64_t>(id);
      in_flight_end_ = written_;
      release(s, id);
    } else if (!dirty()) {
      release(s, in_flight_ == 0 ? std::nullopt : std::optional(WriteId{in_flight_}));
    }
    return;
  }
  if (dirty()) {
    write_record(s, Durability::buffered);
    durable_ = written_;
    if (options_.fsync == Fsync::interval && !sync_armed_) {
      sync_armed_ = true;
      arm(s, Timer::sync, options_.fsync_interval);
    }
  }
  release(s, std::nullopt);
}

WriteId MultiLeader::write_record(Step& s, Durability durability) {
  Record record;
  record.ordinal = ++ordinal_;
  record.life = life_;
  record.clock = clock_;
  const bool checkpoint = checkpoint_due_;
  const std::uint64_t from = checkpoint ? log_base_ : written_;
  for (std::uint64_t i = from; i < log_end(); ++i) {
    record.entries.push_back(log_[i - log_base_].entry);
  }
  record.kind = checkpoint               ? RecordKind::checkpoint
                : record.entries.empty() ? RecordKind::boot
                                         : RecordKind::updates;
  if (checkpoint) {
    record.snapshot = snapshot();
    record.floor = floor_;
    since_checkpoint_ = 0;
  }
  boot_due_ = checkpoint_due_ = false;
  written_ = log_end();
  const WriteId id{next_write_++};
  s.out.emit(Write<MultiLeader>{id, std::move(record), durability, checkpoint});
  return id;
}

// Everything that the held answers show is in the record just written, or durable already.
void MultiLeader::release(Step& s, std::optional<WriteId> after) {
  for (HeldReply& held : held_) {
    Reply reply;
    reply.status = held.status;
    if (held.has_value) reply.value = held.value;
    reply.elements = std::move(held.elements);
    reply.context = std::move(held.context);
    reply.session = std::move(held.session);
    s.out.emit(Respond{held.id, std::move(reply), after});
  }
  held_.clear();
}

void MultiLeader::write_done(Step& s, const WriteDone& done) {
  if (!done.ok) {
    // Answers that waited for this record are never given: their writes may be lost.
    in_flight_ = 0;
    disk_failed_ = true;
    checkpoint_due_ = false;
    held_.clear();
    arm(s, Timer::retry, disk_retry);
    return;
  }
  if (static_cast<std::uint64_t>(done.write) != in_flight_) return;  // a timed Sync
  in_flight_ = 0;
  durable_ = std::max(durable_, in_flight_end_);
  disk_failed_ = false;
}

}  // namespace tribunal::sut
