// Identifiers are given out once (after Jepsen's unique-ids).
#pragma once

#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker::invariants {

// The check named "unique-ids". Operations next_id (or Maelstrom's generate): ok returns the
// identifier, any value. n log n.
Check check_unique_ids(const history::History& history);

}  // namespace tribunal::checker::invariants
