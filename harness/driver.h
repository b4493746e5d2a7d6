// Drives one run: asks the generator, invokes clients, carries out the nemesis and records the
// history. Virtual or real time is the cluster's business.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "cluster/cluster.h"
#include "history/history.h"
#include "nemesis/schedule.h"
#include "workloads/workload.h"

namespace tribunal::harness {

// Which node a client asks first.
enum class Contact {
  sticky,  // thread t always node t mod n
  random,  // any, drawn for every operation
  leader,  // whoever leads (of the highest term, if several do); sticky while nobody does
};

// What clients make of an operation that was not answered in time.
enum class Timeouts {
  info,  // may or may not have happened
  fail,  // a mistake that client libraries made: "it has not happened"
};

struct DriverOptions {
  std::uint32_t concurrency = 10;
  std::uint64_t seed = 0;
  Duration time{};      // of the main phase, faults included
  Duration recovery{};  // after healing everything, before the final phase
  Duration timeout{};   // of one operation
  Contact contact = Contact::sticky;
  Timeouts timeouts = Timeouts::info;
  // In the end, an event of the nemesis for every live node: f "state", value what it holds.
  bool record_states = false;
  // Whether a node keeps a key at all; unset: every node keeps all.
  std::function<bool(NodeId node, std::uint64_t key)> keeps;
  std::function<bool(double fraction, std::uint64_t operations)>
      progress;  // false: stop now, keep what is recorded
};

struct Recording {
  history::History history;
  bool stopped = false;  // by progress()
};

// Threads 0 .. concurrency-1. A thread's process id grows by
// `concurrency` after each operation whose outcome is unknown, as in Jepsen.
Result<Recording> drive(cluster::Cluster& cluster, const workloads::Workload& workload,
                        nemesis::Conductor& conductor, const DriverOptions& options);

}  // namespace tribunal::harness
