// See anomaly_kinds.h.
#include "checker/linearizability/anomaly_kinds.h"

#include <cassert>

namespace tribunal::checker::linearizability {

const std::vector<AnomalyKind>& anomaly_kinds() {
  static const std::vector<AnomalyKind> kinds = {
      {"stale read", Harm::timeliness,
       "a read returned a value that had been replaced before the read began"},
      {"non-monotonic read", Harm::timeliness,
       "a client saw an older state than it had seen before"},
      {"new-old inversion", Harm::timeliness,
       "a client saw an older state than another client had seen before it began"},
      {"lost write", Harm::integrity,
       "an acknowledged write that nobody who began after it ever saw, while two or more "
       "operations "
       "saw what it had replaced"},
      {"lost element", Harm::integrity,
       "an acknowledged addition that no read which began after it ever returned"},
      {"lost update", Harm::integrity,
       "a compare-and-set succeeded against a value that another operation had already replaced"},
      {"phantom value", Harm::integrity,
       "an operation saw a value that nobody had written by then"},
      {"duplicate", Harm::integrity, "one operation took effect more than once"},
      {"read skew", Harm::integrity,
       "a transaction saw one part of another's writes and missed another part"},
      {"internal inconsistency", Harm::integrity,
       "a transaction did not read what it had just written itself"},
      {"two holders", Harm::integrity, "a lock was acquired while another client held it"},
      {"unheld release", Harm::integrity, "a lock was released while nobody held it"},
      {"unseen own write", Harm::timeliness,
       "a client saw an older state than it had written itself"},
      {"write reordering", Harm::integrity,
       "the writes of one client were seen, or took effect, in another order than it issued them"},
      {"writes-follow-reads violation", Harm::integrity,
       "a write was seen, or took effect, before a write that its client had read"},
      {"conflicting guarantees", Harm::integrity,
       "session guarantees that hold one by one demand different orders of the same versions"},
      {"process order violation", Harm::integrity,
       "no order of all writes explains what one client saw and keeps the order of every client"},
      {"causal violation", Harm::integrity,
       "an operation was seen without one that may have caused it, or before it"},
      {"divergent order", Harm::integrity,
       "concurrent writes were ordered in one way by some reads and in another by others"},
      {"broken prefix", Harm::integrity,
       "no one order of the writes has a prefix for everything that each reader saw"},
      {"non-sequential order", Harm::integrity,
       "no one order of all operations keeps the order of every client and explains every read"},
      {"diverged replicas", Harm::integrity,
       "replicas held different values after everything had healed"},
      {"non-linearizable order", Harm::integrity,
       "no order explains these operations, and the violation has no name of its own"},
  };
  return kinds;
}

const AnomalyKind& anomaly_kind(const std::string& name) {
  for (const AnomalyKind& kind : anomaly_kinds()) {
    if (kind.name == name) return kind;
  }
  assert(false && "an anomaly kind that is not in the list");
  return anomaly_kinds().back();
}

}  // namespace tribunal::checker::linearizability
