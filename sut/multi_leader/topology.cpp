// Who sends to whom. The topology says where updates go at once; what somebody still lacks after a
// while is sent to it by whoever can reach it. So a relay that is down or cut off is passed by, and
// updates spread as long as any path is left. No update goes round for ever, because it is only
// sent to who lacks it.
#include "sut/multi_leader/node.h"

namespace tribunal::sut {

using namespace multi_leader;

bool MultiLeader::feeds(NodeId node) const {
  switch (options_.topology) {
    case Topology::all_to_all:
      return true;
    case Topology::ring:
      return steps_to(node) == 1;
    case Topology::star:
      return index(self_) == 0 || index(node) == 0;
  }
  return true;
}

// On the ring n1, n2, ..., n1.
std::uint16_t MultiLeader::steps_to(NodeId node) const {
  return static_cast<std::uint16_t>((index(node) + nodes_ - index(self_)) % nodes_);
}

// Both ways count: a node that cannot hear is of no more use than one that cannot speak. Whom the
// topology does not name is asked less often.
bool MultiLeader::silent(const Step& s, NodeId node) const {
  return s.clocks.steady - peers_[index(node)].answered_at > 2 * options_.reroute_after;
}

// Where everybody sends to everybody, only the writer sends at once; relays pass on everything.
bool MultiLeader::passes_on(const Step& s, NodeId to, const Logged& logged) const {
  const bool own = logged.entry.update.dot.actor.node == self_;
  if (mutated(Mutation::forget_relay)) return own;
  const bool at_once = feeds(to) && (own || options_.topology != Topology::all_to_all);
  return at_once || s.clocks.steady - logged.at > options_.reroute_after;
}

// The log no longer holds what the other lacks, and nobody has brought it in good time. A state is
// large, so the nodes wait for one another, the nearest on the ring first.
bool MultiLeader::lacks_truncated(const Step& s, NodeId to) {
  Peer& peer = peers_[index(to)];
  if (!peer.reported || peer.seen.covers(floor_)) {
    peer.behind_since = seconds(-1);
    return false;
  }
  if (peer.behind_since < Time{}) peer.behind_since = s.clocks.steady;
  return s.clocks.steady - peer.behind_since > steps_to(to) * options_.reroute_after &&
         !mutated(Mutation::no_transfer);
}

}  // namespace tribunal::sut
