// The durable log. Each step writes at most one record of all that it changed, and what promises
// something is sent with it. A record is complete in itself (states to be merged), so one that was
// not kept leaves no gap; but what it held may be in memory, and must not be shown. After a failed
// write the node is therefore no replica, and refuses requests, until a checkpoint of everything
// has been kept.
#include <algorithm>
#include <utility>

#include "sut/leaderless/node.h"

namespace tribunal::sut {

using namespace leaderless;

namespace {
constexpr Duration disk_retry = milliseconds(100);
}

void Leaderless::recover(std::span<const Record> recovered) {
  for (const Record& record : recovered) recover(record);
  for (Item& item : items_) clock_.observe(item.datum.newest());
  for (const Hint& hint : hints_) clock_.observe(hint.entry.datum->newest());
}

void Leaderless::recover(const Record& record) {
  if (record.checkpoint) {
    items_.clear();
    hints_.clear();
    claims_.clear();
  }
  life_ = std::max(life_, record.life);
  for (const Entry& entry : record.entries) {
    if (entry.datum) {
      item_of(entry.object).datum.merge(*entry.datum);
    } else {
      std::erase_if(items_, [&](const Item& item) { return item.object == entry.object; });
    }
  }
  for (const Hint& hint : record.hints) {
    std::erase_if(hints_, [&](const Hint& known) {
      return known.home == hint.home && known.entry.object == hint.entry.object;
    });
    if (!hint.dropped) {
      hints_.push_back(hint);
      hints_.back().write = 0;  // of a former life
    }
  }
  for (const Claim& claim : record.claims) {
    const auto place = std::lower_bound(
        claims_.begin(), claims_.end(), claim.request.client,
        [](const Claim& known, ClientId client) { return known.request.client < client; });
    const bool known = place != claims_.end() && place->request.client == claim.request.client;
    Claim& kept = known ? *place : *claims_.insert(place, claim);
    kept = claim;
    kept.write = 0;
  }
}

bool Leaderless::under_way(std::uint64_t write) const {
  return std::binary_search(in_flight_.begin(), in_flight_.end(), write) ||
         (write == next_write_ && options_.fsync == Fsync::always);
}

// Waiting for it is waiting for what this step changes. 0: nothing is waited for.
std::uint64_t Leaderless::this_write() const {
  return options_.fsync == Fsync::always ? next_write_ : 0;
}

void Leaderless::fill_checkpoint(Record& record) const {
  record = Record{};
  record.checkpoint = true;
  record.life = life_;
  for (const Item& item : items_) {
    if (is_home(item.object)) record.entries.push_back({item.object, SharedDatum(item.datum)});
  }
  record.hints = hints_;
  record.claims = claims_;
}

void Leaderless::flush(Step& s) {
  Record& record = s.record;
  const bool dirty = record.life != 0 || !record.entries.empty() || !record.hints.empty() ||
                     !record.claims.empty();
  if (dirty && !disk_failed_) {
    if (options_.checkpoint_every > 0 && ++records_ >= options_.checkpoint_every) {
      fill_checkpoint(record);
      records_ = 0;
    }
    // A new life must not be forgotten even where the rest may be, or it would name writes again.
    const bool synced = options_.fsync == Fsync::always || life_write_ == next_write_;
    const std::uint64_t id = next_write_++;
    const bool checkpoint = record.checkpoint;
    s.out.emit(Write<Leaderless>{WriteId{id}, std::move(record),
                                 synced ? Durability::synced : Durability::buffered, checkpoint});
    if (synced) in_flight_.push_back(id);
    if (options_.fsync == Fsync::interval && !sync_armed_) {
      sync_armed_ = true;
      arm(s, Timer::sync, options_.fsync_interval);
    }
  }
  for (Outgoing& outgoing : s.outbox) {
    if (outgoing.after >= next_write_) continue;  // there is no such write: the disk is broken
    std::optional<WriteId> after;
    if (outgoing.after != 0) after = WriteId{outgoing.after};
    s.out.emit(Send<Leaderless>{outgoing.to, std::move(outgoing.message), after});
  }
}

void Leaderless::write_done(Step& s, const WriteDone& done) {
  const auto id = static_cast<std::uint64_t>(done.write);
  std::erase(in_flight_, id);
  std::vector<Local> due;
  std::erase_if(local_, [&](Local& local) {
    if (local.write != id) return false;
    due.push_back(std::move(local));
    return true;
  });
  if (done.ok) {
    for (Local& local : due) s.loopback.push_back(std::move(local.message));
    if (id == retry_write_) {
      disk_failed_ = false;
      retry_write_ = 0;
    }
    return;
  }
  if (disk_failed_ && id != retry_write_) return;
  disk_failed_ = true;
  retry_write_ = 0;
  arm(s, Timer::retry, disk_retry);
}

void Leaderless::try_disk_again(Step& s) {
  Record record;
  fill_checkpoint(record);
  retry_write_ = next_write_++;
  records_ = 0;
  in_flight_.push_back(retry_write_);
  s.out.emit(Write<Leaderless>{WriteId{retry_write_}, std::move(record), Durability::synced, true});
}

}  // namespace tribunal::sut
