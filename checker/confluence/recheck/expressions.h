// Expressions as formulas over what a replica shows.
#pragma once

#include "checker/confluence/recheck/state.h"

namespace tribunal::checker::confluence::recheck {

// What parameters, lets and bound variables are, by slot.
using Slots = Formulas;
Slots empty_slots(Logic& logic, spec::Slot count);

Formula evaluate(Logic& logic, spec::ExprId expr, const Shown& shown, Slots& slots);
Formulas evaluate(Logic& logic, const std::vector<spec::ExprId>& exprs, const Shown& shown,
                  Slots& slots);

}  // namespace tribunal::checker::confluence::recheck
