// A client that takes a lock, writes what the lock protects, and sometimes falls asleep over it.
#pragma once

#include <cstdint>

#include "workloads/generator.h"

namespace tribunal::workloads {

enum class Resource {
  set,         // add n
  fenced_set,  // add [n token]: the set refuses tokens smaller than the greatest it has seen
  counter,     // read v, then write v + 1 (nil counts as 0)
};

struct LockOptions {
  Resource resource = Resource::fenced_set;
  Duration lease = seconds(1);       // 0: for ever
  Duration hold = milliseconds(50);  // between two operations of a holder, on average
  Duration idle = milliseconds(50);  // between two attempts to get the lock, on average
  std::uint64_t writes = 2;          // under one lock
  std::uint64_t pause_percent = 0;   // of holders that sleep before one of their writes
  Duration pause = seconds(3);
  std::uint32_t concurrency = 10;
};

// Endless. One client a thread: acquire until it is given, `writes` writes, release. A holder that
// pauses goes on afterwards as if nothing had been: it does not look at its lease again (a
// stop-the-world pause between the check and the write; Kleppmann, "How to do distributed locking",
// 2016).
Generator lock_generator(const LockOptions& options);

}  // namespace tribunal::workloads
