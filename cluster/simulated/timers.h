// The timers of one process, measured on its machine's steady clock.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/clock.h"
#include "cluster/simulated/core.h"
#include "sut/node.h"

namespace tribunal::cluster {

class Timers {
 public:
  // A timer that never lets time pass would stop the simulation.
  static constexpr Duration shortest = microseconds(1);

  // A timer whose time has come. It may have to wait for a paused process; fire() says whether it
  // still counts.
  struct Ring {
    sut::TimerId timer{};
    std::uint32_t arming = 0;
  };

  explicit Timers(NodeId node) : node_(node) {}

  void arm(Core& core, const NodeClock& clock, sut::TimerId id, Duration delay) {
    const auto at = static_cast<std::size_t>(id);
    if (at >= timers_.size()) timers_.resize(at + 1);
    Timer& timer = timers_[at];
    timer.armed = true;
    ++timer.armings;
    timer.due = clock.steady(core.now) + std::max(delay, shortest);
    reschedule(core, clock, at);
  }
  void cancel(sut::TimerId id) {
    const auto at = static_cast<std::size_t>(id);
    if (at < timers_.size()) cancel(timers_[at]);
  }
  void cancel_all() {
    for (Timer& timer : timers_) cancel(timer);
  }

  // The clock's rate changed: the same time on it is now another true time.
  void reschedule_all(Core& core, const NodeClock& clock) {
    for (std::size_t at = 0; at < timers_.size(); ++at) {
      if (timers_[at].alarm.set()) reschedule(core, clock, at);
    }
  }

  // An event of kind `timer` came up.
  std::optional<Ring> came_up(Core& core, std::uint64_t data) {
    const auto at = static_cast<std::size_t>((data >> 32) & 0xff);
    assert(at < timers_.size());
    Timer& timer = timers_[at];
    switch (timer.alarm.came_up(static_cast<std::uint32_t>(data), core.now)) {
      case Alarm::Rings::no:
        break;
      case Alarm::Rings::later:
        push(core, at);
        break;
      case Alarm::Rings::now:
        return Ring{static_cast<sut::TimerId>(at), timer.armings};
    }
    return std::nullopt;
  }
  // False: cancelled or armed anew since it rang.
  bool fire(const Ring& ring) {
    Timer& timer = timers_[static_cast<std::size_t>(ring.timer)];
    if (!timer.armed || timer.armings != ring.arming) return false;
    timer.armed = false;
    return true;
  }

  // The node of an event of kind `timer`.
  static std::size_t node_of(std::uint64_t data) { return data >> 40; }

 private:
  struct Timer {
    Alarm alarm;
    Time due{};  // on the node's steady clock
    bool armed = false;
    std::uint32_t armings = 0;
  };

  static void cancel(Timer& timer) {
    timer.armed = false;
    timer.alarm.cancel();
  }
  void reschedule(Core& core, const NodeClock& clock, std::size_t at) {
    Timer& timer = timers_[at];
    if (timer.alarm.ring_at(clock.when_steady(timer.due, core.now))) push(core, at);
  }
  void push(Core& core, std::size_t at) {
    const Alarm& alarm = timers_[at].alarm;
    const std::uint64_t who = (std::uint64_t{index(node_)} << 8) | at;
    core.queue.push(alarm.wanted(), EventKind::timer, (who << 32) | alarm.generation());
  }

  NodeId node_;
  std::vector<Timer> timers_;
};

}  // namespace tribunal::cluster
