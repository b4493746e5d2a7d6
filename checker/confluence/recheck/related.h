// States that are related by what their replicas have in common. Where they can be, relations are
// built in: each state is put together from parts, each part the trace of other events.
#pragma once

#include "checker/confluence/recheck/state.h"

namespace tribunal::checker::confluence::recheck {

// Two replicas and their merge. `common` is the state of the events that both have: they are
// delivered with their past, so that a replica could have been in it.
struct Meeting {
  State common, left, right, merged;
  Formula related;
};
Meeting any_meeting(Logic& logic);

// A state, and states in its past: the events of each are among its events. Tags of the state are
// told apart by which of the past states had seen them; observer 1 << i is the i-th.
struct History {
  State now;
  std::vector<State> past;
  Formula related;
};
History any_history(Logic& logic, std::uint32_t past);

}  // namespace tribunal::checker::confluence::recheck
