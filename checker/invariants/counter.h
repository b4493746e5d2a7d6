// A counter shows what was added to it (after Jepsen's counter and Maelstrom's pn-counter).
#pragma once

#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker::invariants {

struct CounterOptions {
  // Only the last read of each process counts, and only when it began after the last addition: for
  // stores that converge some time later.
  bool final_only = false;
};

// The check named "counter". Operations: increment (or add) n, read. An acknowledged addition
// counts from its completion on, any but a failed one may count from its invocation on; so a read
// must lie
//   - at least at the sum of what was acknowledged before it began, lowered by what may have been
//     taken away before it ended, and at most at the reverse of that;
//   - when nothing is ever taken away: at least at what any read that ended before it began showed;
//   - in a final read: on a sum that some choice among the additions of unknown outcome gives.
// n log n, but for the last, which is left out where it would be slow.
Check check_counter(const history::History& history, const CounterOptions& options = {});

}  // namespace tribunal::checker::invariants
