// Who sends to whom. Every topology gives way: whoever does not answer is passed by, and asked
// again until it does. No update goes round for ever, because it is only sent to who lacks it.
#include "sut/multi_leader/node.h"

namespace tribunal::sut {

using namespace multi_leader;

// Both ways count: a node that cannot hear is of no more use than one that cannot speak.
bool MultiLeader::silent(const Step& s, NodeId node) const {
  return s.clocks.steady - peers_[index(node)].answered_at > options_.reroute_after;
}

NodeId MultiLeader::next_in_ring(std::uint16_t steps) const {
  return NodeId{static_cast<std::uint16_t>((index(self_) + steps) % nodes_)};
}

// star: n1, or the first node after it that is there.
NodeId MultiLeader::hub(const Step& s) const {
  NodeId hub{0};
  while (hub != self_ && silent(s, hub)) hub = NodeId{static_cast<std::uint16_t>(index(hub) + 1)};
  return hub;
}

bool MultiLeader::feeds(const Step& s, NodeId node) const {
  switch (options_.topology) {
    case Topology::all_to_all:
      return true;
    case Topology::ring:
      for (std::uint16_t steps = 1; next_in_ring(steps) != node; ++steps) {
        if (!silent(s, next_in_ring(steps))) return false;
      }
      return true;
    case Topology::star:
      return hub(s) == self_ || node <= hub(s);
  }
  return true;
}

// Whether this node asks the other for what it lacks, even if the other thinks it need not.
bool MultiLeader::relies_on(const Step& s, NodeId node) const {
  return options_.topology == Topology::star && hub(s) != self_ && node <= hub(s);
}

// Relays pass on everything. Where everybody sends to everybody, others help out only with what the
// writer itself has not got across in good time: it may be cut off, or dead.
bool MultiLeader::passes_on(const Step& s, const Logged& logged) const {
  if (logged.entry.update.dot.actor.node == self_) return true;
  if (mutated(Mutation::forget_relay)) return false;
  return options_.topology != Topology::all_to_all ||
         s.clocks.steady - logged.at > options_.reroute_after;
}

}  // namespace tribunal::sut
