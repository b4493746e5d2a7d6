// Is a history of one register linearizable, when every write writes another value? Gibbons and
// Korach, "Testing shared memories" (1997), Theorem 4.9: a write and the reads of its value form a
// cluster; from its first completion to its last invocation the register held that value (a forward
// zone), or else everything in it overlaps (a backward zone). The history is linearizable exactly
// when no value is read before it is written, forward zones are disjoint, and no backward zone lies
// within a forward one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/ids.h"

namespace tribunal::sut::testing {

struct RegisterOp {
  bool write = false;
  std::int64_t value = 0;  // 0: what the register holds at first
  Time from{};
  Time to{};  // Time::max(): it may take effect at any time, or never
};

// "" or what is wrong.
inline std::string check_register(const std::vector<RegisterOp>& ops) {
  struct Zone {
    bool written = false;
    bool read = false;
    Time written_from{};
    Time first_end = Time::max();
    Time last_start = Time::min();
  };
  std::map<std::int64_t, Zone> zones;
  zones[0] = {true, true, Time::min(), Time::min(), Time::min()};
  for (const RegisterOp& op : ops) {
    Zone& zone = zones[op.value];
    if (op.write) {
      zone.written = true;
      zone.written_from = op.from;
    } else {
      zone.read = true;
    }
    if (!op.write && op.to == Time::max()) continue;  // a read without an answer says nothing
    zone.first_end = std::min(zone.first_end, op.to);
    zone.last_start = std::max(zone.last_start, op.from);
  }
  const auto name = [](std::int64_t value) { return "value " + std::to_string(value); };
  std::vector<std::pair<std::int64_t, Zone>> all;
  for (const auto& [value, zone] : zones) {
    if (!zone.written) return name(value) + " was read, but nobody wrote it or it was refused";
    if (zone.first_end < zone.written_from) return name(value) + " was read before it was written";
    if (zone.first_end == Time::max()) continue;  // neither acknowledged nor read
    all.emplace_back(value, zone);
  }
  for (const auto& [one, a] : all) {
    if (a.first_end >= a.last_start) continue;
    for (const auto& [other, b] : all) {
      if (one == other) continue;
      const Time begins = std::min(b.first_end, b.last_start);
      const Time ends = std::max(b.first_end, b.last_start);
      const bool forward = b.first_end < b.last_start;
      const bool overlap = a.first_end < ends && begins < a.last_start;
      const bool within = a.first_end < begins && ends < a.last_start;
      if (forward ? overlap : within) {
        return name(other) + " came back between operations that saw " + name(one);
      }
    }
  }
  return "";
}

}  // namespace tribunal::sut::testing
