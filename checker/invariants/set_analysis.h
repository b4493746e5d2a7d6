// What became of each element added to a set, judged by reads of the whole set (after Jepsen's set
// and set-full checkers).
#pragma once

#include <cstdint>
#include <vector>

#include "checker/check.h"
#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker::invariants {

// Operations are indices of invocations; every list is in the order in which its elements first
// appear. An element is *known* from the completion of its add or of the first read that shows it,
// whichever is sooner; every read that begins later must show it.
struct SetAnalysis {
  struct Finding {
    history::Value element;
    std::uint32_t add = history::no_event;   // no_event: nobody ever tried
    std::uint32_t read = history::no_event;  // shows what is wrong
    // vanished: the read that had shown the element; inverted: the add of a newer one that `read`
    // shows
    std::uint32_t witness = history::no_event;
    bool removed = false;  // stale: the read shows what had been removed
  };
  std::uint64_t attempted = 0;
  std::uint64_t acknowledged = 0;
  std::vector<std::uint32_t> reads;      // that succeeded
  std::vector<std::uint32_t> recovered;  // adds of unknown outcome that some read shows: allowed
  std::vector<Finding> lost;  // acknowledged, and gone for good: `read` is the last that lacks it
  std::vector<Finding> vanished;  // not acknowledged, but shown once, and gone for good
  std::vector<Finding>
      stale;  // lacking in `read`, but shown again by a read that ended after it began
  std::vector<Finding>
      inverted;  // lacking in `read`, which shows an element that was added only later
  std::vector<Finding> unexpected;  // shown, but never added by then, or only by adds that failed
  std::vector<Finding> duplicated;  // twice in one read
  // Removed for good, yet shown by a read that began later: the last of them (resurrected;
  // `witness` is the remove), or only by others before it, which are stale. An element that anybody
  // tried to remove is never lost.
  std::vector<Finding> resurrected;
};

SetAnalysis analyse_set(const history::History& history);

// The check named "set": invalid when anything but `recovered` was found, unknown when no read
// succeeded. The promise "set" forgives what is only late: stale reads and inversions violate
// nothing but linearizability.
checker::Check check_set(const history::History& history);

}  // namespace tribunal::checker::invariants
