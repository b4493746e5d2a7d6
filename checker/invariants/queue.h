// What goes into a queue comes out once (after Jepsen's total-queue), and in order.
#pragma once

#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker::invariants {

struct QueueOptions {
  // Jepsen's total-queue: an element may come out again, and in any order. Otherwise a queue is
  // first-in-first-out and gives each element out once.
  bool at_least_once = false;
};

// The check named "queue". Operations: enqueue v; dequeue, which returns the element or nil when
// the queue is empty (a failed one whose error is nil, empty or exhausted says the same); drain,
// which returns all that was left. Elements are unique; where one was enqueued twice, it may come
// out twice.
//   lost: acknowledged, never given out, and the queue was found empty later. A dequeue of unknown
//     outcome may have taken any one element, so that many are forgiven.
//   unexpected: given out, though nobody had begun to enqueue it, or that had failed.
//   duplicated, reordered, and empty although an element was certainly there: with exactly-once.
// An element of an enqueue of unknown outcome may come out ("recovered") or not. n log n.
Check check_queue(const history::History& history, const QueueOptions& options = {});

}  // namespace tribunal::checker::invariants
