// The names of anomalies, one definition each (docs/checkers.md has the same list).
#pragma once

#include <string>
#include <vector>

#include "checker/verdict.h"

namespace tribunal::checker::linearizability {

struct AnomalyKind {
  const char* name;
  Harm harm;
  const char* definition;
};

const std::vector<AnomalyKind>& anomaly_kinds();
const AnomalyKind& anomaly_kind(const std::string& name);  // precondition: it is in the list

}  // namespace tribunal::checker::linearizability
