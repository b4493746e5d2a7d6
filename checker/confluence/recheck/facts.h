// Facts as formulas.
#pragma once

#include "checker/confluence/recheck/state.h"
#include "checker/confluence/strengthening.h"

namespace tribunal::checker::confluence::recheck {

// Whether the fact says anything about this specification: its variables exist, and are of kinds
// and types to which its form applies.
bool fits(const spec::Spec& spec, const Fact& fact);
// Precondition: it fits.
Formula holds(Logic& logic, const Fact& fact, const State& state);
Formula hold(Logic& logic, const std::vector<Fact>& facts, const State& state);

}  // namespace tribunal::checker::confluence::recheck
