// From what a history says of one instance to what can be explained.
#pragma once

#include "checker/confluence/dynamic.h"
#include "checker/confluence/recorded.h"

namespace tribunal::checker::confluence {

// Events are those that full inspections showed; `Observation::where` is the number of the
// inspection in the instance. Events and inspections that are none of this specification are left
// out.
Recording recording_of(const spec::Program& program, const RecordedInstance& instance);

}  // namespace tribunal::checker::confluence
