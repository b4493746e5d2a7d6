// A name that is claimed belongs to one client.
#pragma once

#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker::invariants {

// The check named "unique-claims". A claim is a compare-and-set [nil owner] of the name, which is
// the key; each claim has an owner of its own. No two claims of a name are acknowledged. Linear.
Check check_unique_claims(const history::History& history);

}  // namespace tribunal::checker::invariants
