// The solver's search for a violating run of a given shape, from the initial state: some
// transactions before the replicas part (themselves perhaps on two branches that merge), some on
// each side, and the merge.
#pragma once

#include <cstdint>
#include <optional>

#include "checker/confluence/encoding/problem.h"
#include "spec/simulate.h"

namespace tribunal::checker::confluence::encoding {

// How many transactions where. Exactly so many: all of them commit.
struct Shape {
  std::uint32_t before_left = 0;   // before the sides part, at the left replica
  std::uint32_t before_right = 0;  // ... at the right one; merged with the left ones if not 0
  std::uint32_t left = 1;
  std::uint32_t right = 1;
  std::uint32_t total() const { return before_left + before_right + left + right; }
};

// A run of that shape on two replicas whose last step, a merge, violates an invariant. `complete`
// is set to false if the solver gave up. The run is to be executed before it is believed.
std::optional<spec::Run> search(Problem& problem, const Shape& shape, bool& complete);

}  // namespace tribunal::checker::confluence::encoding
