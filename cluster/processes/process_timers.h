// The timers of one process, measured on its steady clock, which the nemesis may bend.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "cluster/clock.h"
#include "sut/node.h"

namespace tribunal::cluster {

class ProcessTimers {
 public:
  void arm(const NodeClock& clock, Time now, sut::TimerId id, Duration delay) {
    const auto at = static_cast<std::size_t>(id);
    if (at >= timers_.size()) timers_.resize(at + 1);
    timers_[at] = {clock.steady(now) + std::max(delay, Duration{1}), true};
  }
  void cancel(sut::TimerId id) {
    const auto at = static_cast<std::size_t>(id);
    if (at < timers_.size()) timers_[at].armed = false;
  }
  // True time of the next one.
  std::optional<Time> next_due(const NodeClock& clock, Time now) const {
    const Timer* first = earliest();
    if (first == nullptr) return std::nullopt;
    return clock.when_steady(first->due, now);
  }
  // Takes the earliest that is due.
  std::optional<sut::TimerId> fire(const NodeClock& clock, Time now) {
    const Timer* first = earliest();
    if (first == nullptr || first->due > clock.steady(now)) return std::nullopt;
    const auto at = static_cast<std::size_t>(first - timers_.data());
    timers_[at].armed = false;
    return sut::TimerId{static_cast<std::uint8_t>(at)};
  }

 private:
  struct Timer {
    Time due{};  // on the steady clock
    bool armed = false;
  };
  const Timer* earliest() const {
    const Timer* first = nullptr;
    for (const Timer& timer : timers_) {
      if (timer.armed && (first == nullptr || timer.due < first->due)) first = &timer;
    }
    return first;
  }

  std::vector<Timer> timers_;  // by id: a handful
};

}  // namespace tribunal::cluster
