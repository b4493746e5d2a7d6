// Reports on specifications to look at, made by hand so that they stay as they are. Shared by the
// tests of the reports and the program that writes sample pages.
#pragma once

#include "reports/confluence.h"

namespace tribunal::reports::testing {

ConfluenceReport chosen_names();    // not confluent, two branches, with all that a report can hold
ConfluenceReport minted_ids();      // confluent, bounded
ConfluenceReport counted_up();      // confluent, complete: there are no sorts
ConfluenceReport three_replicas();  // not confluent, a run of no particular shape
ConfluenceReport tangled();         // many conflicts, in two groups
ConfluenceReport suspicion();       // unknown: a conflict in a state that may be unreachable
ConfluenceReport broken_initially();       // the initial state violates an invariant
ConfluenceReport hostile_specification();  // markup and control characters wherever text can stand

}  // namespace tribunal::reports::testing
