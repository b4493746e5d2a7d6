// The process of one replica: `tribunal node`. One thread, one io_context.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/settings.h"
#include "spec/program.h"

namespace tribunal::cluster {

struct NodeOptions {
  NodeId self{};
  std::uint16_t nodes = 1;
  std::uint64_t seed = 0;
  std::uint64_t incarnation = 0;  // how often it was started before
  std::uint64_t run = 0;          // names the run: connections of another one are turned away
  std::int64_t epoch_ns = 0;      // of the monotonic clock: what true time counts from; 0: now
  std::string directory;          // of its log; exists
  spec::Program specification;    // what transact and inspect are about; none: no such thing
  bool witness = true;            // report every step of the protocol to the harness
  // With a harness: the socket pair to it. It says where the others are, and its end ends the node.
  int control = -1;
  // Without: by node, where everybody listens, this one included.
  std::vector<std::uint16_t> ports;
};

// Runs until the harness ends or says so. Returns the exit code: 0, or 3 when the node cannot start
// or go on, after one line on standard error that says why. `mode` was parsed against sut::modes().
int run_node(const Settings& mode, const NodeOptions& options);

}  // namespace tribunal::cluster
