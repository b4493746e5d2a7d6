// The race of several generators for the next operation: the soonest wins; ties are broken by
// weight with a keyed draw, so that no generator starves another.
#pragma once

#include <cstddef>
#include <optional>

#include "workloads/generators/node.h"

namespace tribunal::workloads {

class Race {
 public:
  // `round` counts the operations that the racing node has emitted: it keys the draws.
  Race(const View& view, std::uint64_t round) : view_(view), round_(round) {}

  // Competitor `index` proposes an operation. An earlier time wins; at the same time it wins with
  // probability weight / (sum of the weights of all who proposed that time).
  void enter(std::size_t index, Emitted proposal, std::uint64_t weight = 1);

  bool decided() const { return best_.has_value(); }
  std::size_t winner() const { return winner_; }
  Emitted& best() { return *best_; }

 private:
  const View& view_;
  std::uint64_t round_;
  std::size_t winner_ = 0;
  std::uint64_t weight_ = 0;
  std::optional<Emitted> best_;
};

}  // namespace tribunal::workloads
