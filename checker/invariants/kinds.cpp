#include "checker/invariants/kinds.h"

namespace tribunal::checker::invariants {

const std::vector<AnomalyKind>& anomaly_kinds() {
  static const std::vector<AnomalyKind> kinds = {
      {"lost increment", Harm::integrity,
       "a counter never again showed all that had been acknowledged"},
      {"double count", Harm::integrity, "a counter showed more than was ever added by then"},
      {"duplicate id", Harm::integrity, "two requests were given the same identifier"},
      {"reordering", Harm::integrity,
       "a queue gave out an element before another that had been there first"},
      {"deposed write", Harm::integrity,
       "a write under an old lock was accepted after a write of a newer holder"},
      {"token not increasing", Harm::integrity,
       "a lock gave a later holder a fencing token that is not greater"},
      {"resurrected element", Harm::integrity,
       "an element came back although its removal was acknowledged and nobody added it again"},
      {"claimed twice", Harm::integrity, "two clients were told that the same name is theirs"},
      {"violated invariant", Harm::integrity,
       "a replica showed a state that an invariant of the specification rules out"},
      {"confluence violation", Harm::integrity,
       "transactions that were right where they were taken violate an invariant together"},
      {"transaction bug", Harm::integrity,
       "a transaction committed at a replica where it violated an invariant"},
      {"merge bug", Harm::integrity,
       "a replica showed what its events do not make, or had events without their causes"},
  };
  return kinds;
}

const AnomalyKind& anomaly_kind(const std::string& name) {
  for (const AnomalyKind& kind : anomaly_kinds()) {
    if (kind.name == name) return kind;
  }
  return linearizability::anomaly_kind(name);
}

}  // namespace tribunal::checker::invariants
