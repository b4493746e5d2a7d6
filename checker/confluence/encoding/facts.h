// Facts as formulas, and the search for those that hold in every reachable state.
#pragma once

#include "checker/confluence/encoding/problem.h"
#include "checker/confluence/strengthening.h"

namespace tribunal::checker::confluence::encoding {

Term holds(const States& states, const Fact& fact, const Symbolic& state);
Term hold(const States& states, const std::vector<Fact>& facts, const Symbolic& state);

// The facts that are true initially and kept by every transaction and by every merge, as far as the
// solver can tell.
std::vector<Fact> strengthen(Problem& problem);

}  // namespace tribunal::checker::confluence::encoding
