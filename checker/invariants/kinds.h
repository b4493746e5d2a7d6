// The names of the anomalies that only invariants have, one definition each (docs/checkers.md has
// the same list). What they share with linearizability keeps its name there.
#pragma once

#include <vector>

#include "checker/linearizability/anomaly_kinds.h"

namespace tribunal::checker::invariants {

using linearizability::AnomalyKind;

const std::vector<AnomalyKind>& anomaly_kinds();

// Of this list or of linearizability's. Precondition: one of them has it.
const AnomalyKind& anomaly_kind(const std::string& name);

}  // namespace tribunal::checker::invariants
