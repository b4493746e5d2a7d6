// The simulated cluster: single-threaded, virtual time, a priority queue of events. Same settings,
// seed and calls give the same bytes on any machine. docs/simulator.md is the fault model.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/settings.h"
#include "cluster/cluster.h"
#include "spec/program.h"

namespace tribunal::cluster {

struct SimulatedOptions {
  std::uint16_t nodes = 5;
  std::uint64_t seed = 0;
  std::string latency = "lan";  // a preset or distribution; see latency_names()
  Duration sync_latency = microseconds(500);
  bool retry = false;     // clients retry after a silent attempt, with the same sequence
  bool session = false;   // clients' reads ask for a state at least as new as any they were shown
  bool checksums = true;  // disks notice flipped bits; a mode with checksums=off overrides it
  bool trace = false;     // keep the textual trace (large)
  spec::Program specification;  // what transact and inspect are about; none: there is no such thing
};

class SimulatedCluster : public Cluster {
 public:
  // The whole simulation, future included: the copy and the original go on in exactly the same way.
  virtual std::unique_ptr<SimulatedCluster> clone() const = 0;
};

// `mode` was parsed against sut::modes(). Preconditions: check_latency(options.latency) is ok,
// nodes > 0, sync_latency >= 0.
std::unique_ptr<SimulatedCluster> make_simulated(const Settings& mode,
                                                 const SimulatedOptions& options);

}  // namespace tribunal::cluster
