// What the nemesis did, read from its events in the history: spans of time with a fault, and
// instants.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "history/history.h"

namespace tribunal::reports {

struct FaultSpan {
  std::string kind;                       // "partition", "pause", ...
  std::string detail;                     // who was hit, in the nemesis's words; may be empty
  std::uint32_t start = 0;                // index of the event that began it
  std::uint32_t end = history::no_event;  // no_event: still active when the history ends

  std::string label() const { return detail.empty() ? kind : kind + " " + detail; }
};

struct FaultInstant {
  std::uint32_t event = 0;
  std::string text;
};

struct FaultLog {
  std::vector<FaultSpan> spans;        // ordered by start
  std::vector<FaultInstant> instants;  // events that neither start nor stop anything
};

// Understands start-X / stop-X (ours), start / stop and pause / resume (as Jepsen's nemeses say
// it). A stop with the detail of an active fault ends that one; any other ends every fault of the
// kind. Jepsen records both the request and its completion: the second start of a pair only adds
// the detail.
FaultLog fault_log(const history::History& history);

}  // namespace tribunal::reports
