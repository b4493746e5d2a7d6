// The proof rule for transactions that read what they see: guards and effects are computed where a
// transaction is taken, and applied where more has happened meanwhile.
//
// Take a violating set of events with as few events as can be. Leaving out any event that no other
// one has seen leaves a smaller set that some replica could hold, so it is valid. If there were
// only one such event, the violating state would be the one in which its origin committed it, which
// was checked. So there are two, a and b, concurrent; with s the state without both, s, s+a and s+b
// are valid and s+a+b is not. The origins of a and b had seen parts of s, and were valid. If no
// such s, a, b and origins exist, there is no violation, whatever the number of replicas and
// events.
#pragma once

#include <vector>

#include "checker/confluence/coordination.h"
#include "checker/confluence/encoding/facts.h"

namespace tribunal::checker::confluence::encoding {

// True if the rule proves confluence. Precondition: no transaction lowers a max or raises a min
// (their merge is not one of effects). `complete` is set to false if the solver gave up somewhere.
// Transactions that `coordination` keeps apart are never concurrent: each has seen the other.
bool origins_are_safe(Problem& problem, const std::vector<Fact>& facts, bool& complete,
                      const Coordination& coordination = {});

}  // namespace tribunal::checker::confluence::encoding
