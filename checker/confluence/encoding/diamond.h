// Two transactions at two replicas that were in the same state, and what their merge shows.
#pragma once

#include "checker/confluence/decision.h"
#include "checker/confluence/encoding/facts.h"

namespace tribunal::checker::confluence::encoding {

struct Diamond {
  Terms facts;  // the state is valid, and each transaction commits in it
  Slots arguments_a, arguments_b;
  Terms before, after_a, after_b, merged;  // shown
};
// Precondition: `states` has 3 classes of tags.
Diamond diamond(const Problem& problem, const States& states, const std::vector<Fact>& facts,
                std::uint32_t a, std::uint32_t b);

// Every pair of transactions and invariant for which a diamond ends in a violation. `complete` is
// set to false if the solver gave up on one.
std::vector<Conflict> conflicts(Problem& problem, const std::vector<Fact>& facts, bool& complete);

// Variables of kind max (min) that some transaction may lower (raise) in a valid state.
std::vector<std::uint32_t> shrinking(Problem& problem, const std::vector<Fact>& facts);
// Transactions that commit in no valid state.
std::vector<std::uint32_t> never_committing(Problem& problem, const std::vector<Fact>& facts);

}  // namespace tribunal::checker::confluence::encoding
