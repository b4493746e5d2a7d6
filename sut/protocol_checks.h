// Always-on checks of a log-replicating protocol: they watch every Witness in every world and cost
// O(1) an event, because each log entry carries a hash chain (the five properties of Raft, Ongaro
// and Ousterhout 2014, Figure 3; stated over the whole history of the run, not over one instant).
// Two more make the log a total order broadcast (Cachin, Guerraoui, Rodrigues, Reliable and Secure
// Distributed Programming, §6.1): integrity (a node applies every entry in turn and once, and no
// request takes effect twice) and validity (only what a client asked for takes effect). Uniform
// agreement and total order are state machine safety.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "sut/node.h"

namespace tribunal::sut {

// A violation of the protocol's own promises.
struct ProtocolViolation {
  Time at{};
  NodeId node{};
  std::string property;  // "election safety", "leader append-only", "log matching",
                         // "leader completeness", "state machine safety",
                         // "integrity", "validity"
  std::string detail;    // one sentence
};

class ProtocolChecks {
 public:
  explicit ProtocolChecks(std::uint16_t nodes);
  ~ProtocolChecks();
  ProtocolChecks(const ProtocolChecks&);
  ProtocolChecks(ProtocolChecks&&) noexcept;
  ProtocolChecks& operator=(const ProtocolChecks&);
  ProtocolChecks& operator=(ProtocolChecks&&) noexcept;

  void observe(Time at, NodeId node, const Witness& witness);
  // A client asks for this. A host that tells of none gets no validity.
  void requested(const RequestId& id);
  void restarted(NodeId node);  // the node lost its memory: what it announces next starts anew

  // The first violation of each property by each node, in the order found (later ones are only
  // counted).
  const std::vector<ProtocolViolation>& violations() const;
  std::uint64_t violation_count() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tribunal::sut
