// Rules that tests break on purpose, one at a time, to see that they would notice.
#pragma once

#include <cstdint>

namespace tribunal::checker::session {

enum class Flaw : std::uint8_t {
  none,
  own_writes_ignored,        // read your writes
  earlier_reads_ignored,     // monotonic reads
  process_order_ignored,     // monotonic writes: order of versions
  seen_writes_ignored,       // monotonic writes, writes follow reads: what a reader has to see
  dependencies_ignored,      // writes follow reads: order of versions
  only_direct_dependencies,  // dependencies are not transitive
  initial_is_a_version,      // the initial version may come after others
  one_order_for_all,         // lone guarantees are judged over one order
  causality_without_reads,   // causality is the order of processes alone
  no_saturation,             // orders of writes that follow from orders of writes are not found
  one_pass,                  // ... are sought once
  conflict_edges_ignored,    // causal convergence: the order of concurrent writes
  own_writes_wait,           // consistent prefix: a process sees its own writes
  process_order_of_reads,    // consistent prefix, sequential: reads of a process may be exchanged
  cas_not_atomic             // sequential: others may write between the two halves
};

}  // namespace tribunal::checker::session
