#include "workloads/generators/race.h"

namespace tribunal::workloads {

void Race::enter(std::size_t index, Emitted proposal, std::uint64_t weight) {
  if (best_ && proposal.op.time > best_->op.time) return;
  const bool tie = best_ && proposal.op.time == best_->op.time;
  weight_ = tie ? weight_ + weight : weight;
  if (tie && view_.draw("tie"_site, index, weight_, round_) >= weight) return;
  best_ = std::move(proposal);
  winner_ = index;
}

}  // namespace tribunal::workloads
