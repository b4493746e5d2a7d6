// The vocabulary of Jepsen's model: a process is single-threaded; an operation is an invocation
// followed by ok (took effect), fail (certainly did not) or info (may or may not have, at any later
// time; the process id is never used again).
#pragma once

#include <cstdint>
#include <limits>

#include "base/ids.h"
#include "history/value.h"

namespace tribunal::history {

enum class EventType : std::uint8_t { invoke, ok, fail, info };
const char* name(EventType type);

// Process ids of clients count from 0; the nemesis has an id of its own.
enum class Process : std::int32_t { nemesis = -1 };
constexpr std::int32_t index(Process process) { return static_cast<std::int32_t>(process); }

// An interned name such as "read" (a History owns the table). 0 is always the empty name.
enum class Symbol : std::uint16_t { none = 0 };

inline constexpr std::uint32_t no_event = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint16_t no_node = std::numeric_limits<std::uint16_t>::max();

// One line of a history, as read or written. `time` is nanoseconds since the start of the run, or
// Time::min() when the source had none. `key` is present for operations on independent keys.
struct Event {
  Time time = Time::min();
  Process process{};
  EventType type = EventType::invoke;
  Symbol f = Symbol::none;
  ValueRef value;
  ValueRef key;
  bool has_key = false;
  std::uint16_t node = no_node;  // index of the contacted node, or no_node
  ValueRef error;                // nil when absent
  // Only in excerpts (a few operations taken out of a larger history): how many operations of the
  // whole history could have produced what this completion observed. When the excerpt holds fewer,
  // the missing ones may have happened, so the observation constrains nothing. -1: not an excerpt.
  std::int32_t producers = -1;
};

// An invocation with its completion. Positions are indices of events in the history: the real-time
// order of the checkers is the order of events, not their time stamps.
struct Operation {
  std::uint32_t invocation = no_event;
  std::uint32_t completion = no_event;  // no_event: never completed, the same as info
  Process process{};
  Symbol f = Symbol::none;
  EventType outcome = EventType::info;  // ok, fail or info
  ValueRef invoked;                     // the value of the invocation
  ValueRef returned;                    // the value of the completion (nil when there is none)
  ValueRef key;
  bool has_key = false;
  std::int32_t producers = -1;  // of the completion, see Event
};

}  // namespace tribunal::history
