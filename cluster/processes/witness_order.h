// Puts what the nodes witness into one order, for the checks of the protocol, which look across
// nodes. All processes share one monotonic clock, and a node tells the harness of a step before
// anybody else hears of it; so once everything that was sent has been read, whatever is older than
// the moment before the reading is complete, but for steps that nobody can have heard of.
#pragma once

#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "cluster/cluster.h"
#include "sut/node.h"
#include "sut/protocol_checks.h"

namespace tribunal::cluster {

class WitnessOrder {
 public:
  explicit WitnessOrder(std::uint16_t nodes) : checks_(nodes) {}

  // In the order in which the node sent them.
  void witnessed(NodeId node, Time at, const sut::Witness& witness);
  void restarted(NodeId node, Time at);
  void requested(const sut::RequestId& id) { checks_.requested(id); }

  // Everything that was sent before `time` has been read.
  void settle(Time time);

  const sut::ProtocolChecks& checks() const { return checks_; }
  const std::vector<Election>& elections() const { return elections_; }

 private:
  struct Event {
    Time at{};
    NodeId node{};
    bool restart = false;
    sut::Witness witness{};
  };
  std::vector<Event> waiting_;  // of each node in order
  sut::ProtocolChecks checks_;
  std::vector<Election> elections_;
};

}  // namespace tribunal::cluster
