// The disk of one machine: an append-only log of checksummed records, of which a prefix is durable.
// It knows nothing of time; the host says when a sync starts and ends.
//
// One sync runs at a time and covers everything written before it started; requests that come
// meanwhile share the next one (group commit). Durability is therefore always a prefix of the log.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/choices.h"
#include "sut/node.h"

namespace tribunal::cluster {

struct DiskFaults {
  Duration slow{};    // every sync takes this much longer
  bool full = false;  // new records are refused
  bool lie = false;   // syncs are answered without being done
  friend bool operator==(const DiskFaults&, const DiskFaults&) = default;
};

// Named outside the templates: clang 14 does not evaluate consteval literals inside them.
namespace disk_sites {
inline constexpr Site reached = "reached-disk"_site;
inline constexpr Site torn = "torn"_site;
inline constexpr Site corrupt = "corrupt"_site;
inline constexpr Site bit = "corrupt-bit"_site;
}  // namespace disk_sites

template <class Record>
class Disk {
 public:
  // What a sync answered, in ascending order: every id up to `through` counts as durable for the
  // node.
  struct Answers {
    sut::WriteId through{};
    std::vector<sut::WriteId> done;
  };
  struct Recovery {
    std::size_t cut = 0;  // records dropped because one failed its checksum
  };

  DiskFaults faults;

  // Appends a record. False: the disk is full and the record was not kept.
  bool write(sut::WriteId id, Record&& record, sut::Durability durability, bool checkpoint) {
    assert(!last_ || id > *last_);
    last_ = id;
    if (faults.full) return false;
    records_.push_back(std::move(record));
    checkpoints_.push_back(checkpoint);
    if (durability == sut::Durability::synced) waiting_.push_back(id);
    return true;
  }
  void sync(sut::WriteId id) {
    assert(!last_ || id > *last_);
    last_ = id;
    waiting_.push_back(id);
  }

  // Starts a sync when one is wanted and none is running; true: it must be finished later.
  bool start_sync() {
    if (running_ || waiting_.empty()) return false;
    running_ = Running{records_.size(), waiting_.size(), *last_, faults.lie};
    return true;
  }
  // Precondition: a sync is running.
  void finish_sync(Answers& answers) {
    assert(running_);
    const Running done = *running_;
    running_.reset();
    answers.through = done.through;
    const auto answered = waiting_.begin() + static_cast<std::ptrdiff_t>(done.answers);
    answers.done.assign(waiting_.begin(), answered);
    waiting_.erase(waiting_.begin(), answered);
    if (done.lie) return;
    assert(done.records >= durable_);
    const std::size_t already = durable_;
    durable_ = done.records;
    forget_before_checkpoint(already);
  }

  // The process dies: what was not synced is gone. Returns how many records that was.
  std::size_t crash() {
    const std::size_t lost = records_.size() - durable_;
    truncate(durable_);
    forget_process();
    return lost;
  }
  // The machine dies: of the records being synced just then, some first ones may have reached the
  // disk, and the record after those may be there in part: torn. `draws` decides.
  struct PowerLoss {
    std::size_t lost = 0;     // unsynced records of which nothing, or only a part, reached the disk
    std::size_t reached = 0;  // unsynced records that reached it whole
    bool torn = false;
  };
  PowerLoss lose_power(Choices& draws) {
    PowerLoss loss;
    const std::size_t in_flight = running_ && !running_->lie ? running_->records - durable_ : 0;
    loss.reached = draws.below(disk_sites::reached, in_flight + 1);
    const bool torn = draws.chance(disk_sites::torn, 500'000);
    durable_ += loss.reached;
    loss.lost = records_.size() - durable_;
    loss.torn = torn && durable_ < records_.size();
    truncate(durable_ + (loss.torn ? 1 : 0));
    if (loss.torn) damage(durable_++);
    forget_process();
    return loss;
  }

  // One bit of a stored record flips; returns which record. With checksums, recovery will notice;
  // without, the record reads back as something else. Preconditions: the process is dead, and there
  // are records.
  std::size_t corrupt(Choices& draws, bool checksums) {
    assert(durable_ == records_.size());
    assert(!records_.empty());
    const std::size_t at = draws.below(disk_sites::corrupt, records_.size());
    const std::uint64_t bit = draws.below(disk_sites::bit, std::uint64_t{1} << 32);
    if constexpr (requires(Record & record) { flip_bit(record, bit); }) {
      if (!checksums) {
        flip_bit(records_[at], bit);
        return at;
      }
    }
    damage(at);
    return at;
  }

  // Reading the log back: it ends before the first record that fails its checksum, and starts at
  // the latest checkpoint. Writing goes on from there.
  Recovery recover() {
    assert(!running_ && waiting_.empty());
    Recovery recovery;
    if (damaged_) {
      recovery.cut = records_.size() - *damaged_;
      truncate(*damaged_);
      damaged_.reset();
    }
    durable_ = records_.size();
    forget_before_checkpoint(0);
    return recovery;
  }
  std::span<const Record> records() const { return records_; }
  std::size_t durable() const { return durable_; }

 private:
  struct Running {
    std::size_t records;   // it makes these durable,
    std::size_t answers;   // and answers that many of the waiting
    sut::WriteId through;  // the last id given out when it started
    bool lie;
  };

  void damage(std::size_t at) { damaged_ = damaged_ ? std::min(*damaged_, at) : at; }
  void truncate(std::size_t size) {
    assert(size <= records_.size());
    records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(size), records_.end());
    checkpoints_.resize(size);
  }
  void forget_process() {
    durable_ = records_.size();
    running_.reset();
    waiting_.clear();
    last_.reset();
  }
  // Drops everything before the latest durable checkpoint at or after position `from`.
  void forget_before_checkpoint(std::size_t from) {
    for (std::size_t i = durable_; i-- > std::max<std::size_t>(from, 1);) {
      if (!checkpoints_[i]) continue;
      const auto n = static_cast<std::ptrdiff_t>(i);
      records_.erase(records_.begin(), records_.begin() + n);
      checkpoints_.erase(checkpoints_.begin(), checkpoints_.begin() + n);
      durable_ -= i;
      return;
    }
  }

  std::vector<Record> records_;
  std::vector<bool> checkpoints_;  // as long as records_
  std::size_t durable_ = 0;        // the first so many records survive
  std::optional<std::size_t> damaged_;
  std::vector<sut::WriteId> waiting_;  // asked for a sync, not answered yet
  std::optional<Running> running_;
  std::optional<sut::WriteId> last_;  // ids ascend within one life of the process
};

}  // namespace tribunal::cluster
