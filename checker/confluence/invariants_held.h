// Did the invariants of a specification hold wherever somebody looked?
#pragma once

#include "checker/confluence/explainer.h"
#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker::confluence {

// The check named "invariants": violated as soon as one inspection shows a violated invariant.
// Unknown when nobody looked. Linear.
// With an explainer, anomalies say whose fault they are.
Check check_invariants_held(const history::History& history, const Explainer* explainer = nullptr);

}  // namespace tribunal::checker::confluence
