// The process cluster: every replica is an operating-system process of this same program, with real
// sockets, files and signals; the harness owns the network between them. No root needed.
// docs/processes.md is the manual.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/settings.h"
#include "cluster/cluster.h"
#include "spec/program.h"

namespace tribunal::cluster {

struct ProcessOptions {
  std::uint16_t nodes = 5;
  std::uint64_t seed = 0;  // of the replicas' and the network's draws; what happens when is not
                           // decided by it
  std::string latency = "lan";  // added by the proxies; see latency_names()
  bool retry = false;
  bool session = false;
  std::string directory;  // below it, the nodes' data and logs; "": TMPDIR, or /tmp
  std::string program;    // the tribunal program; "": the one that runs
  bool proxies = true;    // false: nodes and clients talk directly; no fault of the network works
  spec::Program specification;  // what transact and inspect are about; none: no such thing
  bool witness = true;          // false: the protocol's own promises are not watched (benchmarks)
};

class ProcessCluster : public Cluster {
 public:
  // Where the nodes' data ("n1/") and logs ("n1.log") are.
  virtual const std::string& directory() const = 0;
  // Stops every process. What can be asked of dead nodes still can.
  virtual void stop() = 0;
  // Leaves the directory behind.
  virtual void keep() = 0;
};

// Starts all nodes and returns when all listen. `mode` was parsed against sut::modes().
// Precondition: check_latency(options.latency) is ok. An error says what the system refused, and
// what the nodes had to say about it.
Result<std::unique_ptr<ProcessCluster>> make_processes(const Settings& mode,
                                                       const ProcessOptions& options);

}  // namespace tribunal::cluster
