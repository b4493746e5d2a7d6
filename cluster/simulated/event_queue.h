// The queue of events to come: a 4-ary heap of 24-byte keys ordered by (time, sequence). What
// happens is packed into the key or lies in a slab, so that sifting moves three words whatever the
// message type.
#pragma once

#include <cassert>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/ids.h"

namespace tribunal::cluster {

enum class EventKind : std::uint8_t {
  message,       // slot of a message between nodes
  request,       // slot of a client's request on its way to a node
  reply,         // slot of a reply on its way to a client
  timer,         // node, timer, generation
  sync_done,     // node, incarnation
  write_failed,  // node, incarnation
  client_alarm,  // client slot, generation
};

// One event. `data` is 56 bits: a slot, or small fields packed by the owner of the kind.
struct Event {
  Time at{};
  std::uint64_t sequence =
      0;  // the order of scheduling: ties in time are broken by it, never at random
  std::uint64_t packed = 0;

  EventKind kind() const { return static_cast<EventKind>(packed >> 56); }
  std::uint64_t data() const { return packed & ((std::uint64_t{1} << 56) - 1); }
};

class EventQueue {
 public:
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  // Precondition: !empty().
  const Event& next() const { return assert(!heap_.empty()), heap_.front(); }

  void push(Time at, EventKind kind, std::uint64_t data) {
    assert(data >> 56 == 0);
    assert(at >= Time{});
    const Event event{at, sequence_++, (static_cast<std::uint64_t>(kind) << 56) | data};
    std::size_t hole = heap_.size();
    heap_.push_back(event);
    while (hole > 0) {
      const std::size_t parent = (hole - 1) / 4;
      if (!before(event, heap_[parent])) break;
      heap_[hole] = heap_[parent];
      hole = parent;
    }
    heap_[hole] = event;
  }

  // Precondition: !empty().
  Event pop() {
    assert(!heap_.empty());
    const Event first = heap_.front();
    const Event last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sift_down(last);
    return first;
  }

 private:
  static bool before(const Event& a, const Event& b) {
    return a.at != b.at ? a.at < b.at : a.sequence < b.sequence;
  }
  void sift_down(const Event& event) {
    const std::size_t size = heap_.size();
    std::size_t hole = 0;
    for (;;) {
      const std::size_t first = hole * 4 + 1;
      if (first >= size) break;
      std::size_t least = first;
      const std::size_t end = first + 4 < size ? first + 4 : size;
      for (std::size_t child = first + 1; child < end; ++child) {
        if (before(heap_[child], heap_[least])) least = child;
      }
      if (!before(heap_[least], event)) break;
      heap_[hole] = heap_[least];
      hole = least;
    }
    heap_[hole] = event;
  }

  std::vector<Event> heap_;
  std::uint64_t sequence_ = 0;
};

// Values in reused slots: no allocation once the slab has grown to its working size.
template <class T>
class Slab {
 public:
  std::uint32_t put(T&& value) {
    if (free_.empty()) {
      slots_.push_back(std::move(value));
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot] = std::move(value);
    return slot;
  }
  T take(std::uint32_t slot) {
    T value = std::move(at(slot));
    release(slot);
    return value;
  }
  // For moving out of a slot, or into it, without a copy on the way. A reference lasts until the
  // next put().
  T& at(std::uint32_t slot) {
    assert(slot < slots_.size());
    return slots_[slot];
  }
  void release(std::uint32_t slot) { free_.push_back(slot); }
  std::size_t used() const { return slots_.size() - free_.size(); }

 private:
  std::vector<T> slots_;
  std::vector<std::uint32_t> free_;
};

// An alarm that is mostly moved later or cancelled before it rings (an election timer, a time-out):
// it keeps at most one live event in the queue, and looks again when that event comes up too early.
class Alarm {
 public:
  static constexpr Time never = Time::max();

  bool set() const { return wanted_ != never; }
  Time wanted() const { return wanted_; }
  void cancel() { wanted_ = never; }

  // Rings at `at`. Returns true when an event must be pushed for (at, generation()).
  bool ring_at(Time at) {
    wanted_ = at;
    if (at >= scheduled_) return false;
    scheduled_ = at;
    ++generation_;
    return true;
  }
  std::uint32_t generation() const { return generation_; }

  enum class Rings { no, later, now };
  // An event with `generation` came up. `later`: push again for wanted().
  Rings came_up(std::uint32_t generation, Time now) {
    if (generation != generation_) return Rings::no;
    scheduled_ = never;
    if (wanted_ == never) return Rings::no;
    if (wanted_ > now) {
      scheduled_ = wanted_;
      return Rings::later;
    }
    wanted_ = never;
    return Rings::now;
  }

 private:
  Time wanted_ = never;
  Time scheduled_ = never;  // of the live event
  std::uint32_t generation_ = 0;
};

}  // namespace tribunal::cluster
