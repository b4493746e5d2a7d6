// What all parts of the simulation share: the time, the events to come, the network, the trace.
#pragma once

#include <cstdint>

#include "cluster/simulated/event_queue.h"
#include "cluster/simulated/network.h"
#include "cluster/simulated/simulated.h"
#include "cluster/simulated/trace.h"
#include "sut/protocol_checks.h"

namespace tribunal::cluster {

struct Core {
  Core(const SimulatedOptions& o, const LatencyProfile& latency)
      : options(o), network(o.nodes, o.seed, latency), trace(o.trace), checks(o.nodes) {}

  SimulatedOptions options;
  Time now{};
  EventQueue queue;
  Network network;
  Trace trace;
  sut::ProtocolChecks checks;
  Statistics statistics;
};

}  // namespace tribunal::cluster
