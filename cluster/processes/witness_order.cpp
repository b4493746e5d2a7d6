// Merging the witnesses of all nodes.
#include "cluster/processes/witness_order.h"

#include <algorithm>

namespace tribunal::cluster {

void WitnessOrder::witnessed(NodeId node, Time at, const sut::Witness& witness) {
  waiting_.push_back({at, node, false, witness});
}

void WitnessOrder::restarted(NodeId node, Time at) { waiting_.push_back({at, node, true, {}}); }

void WitnessOrder::settle(Time time) {
  // Of one node, times ascend: a stable sort keeps its order.
  std::stable_sort(waiting_.begin(), waiting_.end(),
                   [](const Event& a, const Event& b) { return a.at < b.at; });
  const auto end = std::find_if(waiting_.begin(), waiting_.end(),
                                [&](const Event& event) { return event.at >= time; });
  for (auto event = waiting_.begin(); event != end; ++event) {
    if (event->restart) {
      checks_.restarted(event->node);
      continue;
    }
    checks_.observe(event->at, event->node, event->witness);
    if (event->witness.kind == sut::WitnessKind::became_leader)
      elections_.push_back({event->at, event->node, event->witness.term});
  }
  waiting_.erase(waiting_.begin(), end);
}

}  // namespace tribunal::cluster
