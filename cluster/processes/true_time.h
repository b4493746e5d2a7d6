// True time in the process world: the machine's monotonic clock, which all processes share, counted
// from the start of the run.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/ids.h"

namespace tribunal::cluster {

class TrueTime {
 public:
  using Clock = std::chrono::steady_clock;

  // 0: the run starts now.
  explicit TrueTime(std::int64_t epoch_ns) : epoch_(epoch_ns != 0 ? epoch_ns : ticks()) {}
  Time now() const { return Time{ticks() - epoch_}; }
  Clock::time_point point(Time at) const {
    return Clock::time_point(std::chrono::nanoseconds(epoch_ + at.count()));
  }
  std::int64_t epoch_ns() const { return epoch_; }

 private:
  static std::int64_t ticks() { return Clock::now().time_since_epoch().count(); }
  std::int64_t epoch_;
};

}  // namespace tribunal::cluster
