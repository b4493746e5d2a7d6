// What all parts of the simulation share: the time, the events to come, the network, the trace.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/network.h"
#include "cluster/simulated/event_queue.h"
#include "cluster/simulated/simulated.h"
#include "cluster/simulated/trace.h"
#include "sut/protocol_checks.h"

namespace tribunal::cluster {

struct Core {
  Core(const SimulatedOptions& o, const LatencyProfile& latency)
      : options(o), network(o.nodes, o.seed, latency), trace(o.trace), checks(o.nodes) {}

  // A message between nodes, or a client's request, comes to nothing.
  void lose_message(NodeId from, NodeId to, std::uint64_t number, const char* why) {
    ++statistics.messages_lost;
    trace.note(now, TraceKind::lost, Ends::pair(from, to), number, [&] { return why; });
  }
  void lose_request(const sut::RequestId& id, NodeId to) {
    trace.note(now, TraceKind::lost, Ends::client_to(id.client, to), id.sequence,
               [] { return ""; });
  }

  SimulatedOptions options;
  Time now{};
  EventQueue queue;
  Network network;
  Trace trace;
  sut::ProtocolChecks checks;
  std::vector<Election> elections;
  Statistics statistics;
};

}  // namespace tribunal::cluster
