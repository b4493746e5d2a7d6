// The two clocks of one machine as functions of true (virtual) time. Exact integer arithmetic, so
// that a timer fires at the first nanosecond of true time at which the node's own clock shows it
// due.
#pragma once

#include <cassert>
#include <cstdint>
#include <tuple>

#include "base/ids.h"
#include "sut/node.h"

namespace tribunal::cluster {

class NodeClock {
 public:
  static constexpr std::int64_t million = 1'000'000;

  sut::Clocks read(Time now) const {
    const Duration passed = scaled(now);
    return {steady_ + passed, wall_ + passed};
  }
  Time steady(Time now) const { return steady_ + scaled(now); }

  // The first true time, not before `now`, at which steady() >= due. Time::max() when that is too
  // far.
  Time when_steady(Time due, Time now) const {
    if (steady(now) >= due) return now;
    const __int128 missing = static_cast<__int128>((due - steady_).count()) * million;
    const __int128 rate = million + ppm_;
    const __int128 at = since_.count() + (missing + rate - 1) / rate;
    if (at >= Time::max().count()) return Time::max() - Duration{1};
    return Time{static_cast<std::int64_t>(at)};
  }

  void step_wall(Duration amount) { wall_ += amount; }
  // Both clocks run at (1 + ppm / 1e6) of true time from now on; neither jumps.
  void set_rate(std::int64_t ppm, Time now) {
    assert(ppm > -million);
    rebase(now);
    ppm_ = ppm;
  }
  // The wall clock shows true time again; the steady clock keeps what it shows, at the true rate.
  void reset(Time now) {
    rebase(now);
    ppm_ = 0;
    wall_ = now;
  }
  std::int64_t ppm() const { return ppm_; }

  // All four members, for a host that hands its clocks over to a process.
  static auto fields(auto& self) {
    return std::tie(self.since_, self.steady_, self.wall_, self.ppm_);
  }

 private:
  Duration scaled(Time now) const {
    assert(now >= since_);
    if (ppm_ == 0) return now - since_;
    const __int128 product = static_cast<__int128>((now - since_).count()) * (million + ppm_);
    return Duration{static_cast<std::int64_t>(product / million)};
  }
  void rebase(Time now) {
    const Duration passed = scaled(now);
    steady_ += passed;
    wall_ += passed;
    since_ = now;
  }

  Time since_{};   // true time of the last change of rate
  Time steady_{};  // what each clock showed then
  Time wall_{};
  std::int64_t ppm_ = 0;
};

}  // namespace tribunal::cluster
