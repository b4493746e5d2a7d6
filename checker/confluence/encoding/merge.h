// Merging two states that are only known to share a past.
#pragma once

#include "checker/confluence/encoding/problem.h"

namespace tribunal::checker::confluence::encoding {

// Any two states and what their replicas have in common: `base` is the state of the events that
// both have. Because events are delivered with their past, that is a state some replica could be
// in.
struct Merge {
  Symbolic base;
  Symbolic left;
  Symbolic right;
  Symbolic merged;
  Terms facts;  // how the four are related
};
// `states` has at least one class of tags; only class 0 is used. Tags that left and right both
// still show may be different ones, each undone by the other side: then the merged state has
// neither.
Merge any_merge(const Problem& problem, const States& states);

}  // namespace tribunal::checker::confluence::encoding
