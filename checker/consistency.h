// The entrance to the checkers of models weaker than linearizable, for histories of registers
// (read, write, cas; docs/checkers.md). Each answers a Check that is named like its model in the
// lattice (models.h).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "checker/check.h"
#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker {

// The models that check_consistency decides, strongest first.
const std::vector<std::string>& weaker_models();

// One Check for each of the models (default: all of weaker_models()), in the order of
// weaker_models(). Options: initial, failed_cas, nil_read, step_budget (of the search for one
// order), memory_budget, time_budget, cancelled. Errors are bad usage: an operation that is not a
// register's, a wrong shape of value, a model that is not in the list.
Result<std::vector<Check>> check_consistency(const history::History& history,
                                             const Options& options,
                                             const std::vector<std::string>& models = {});

// check_linearizable, and where it does not find the history valid also check_consistency: the
// Checks together decide every model of weaker_models(), for what is linearizable is all of them.
// Precondition: options.model is "register", "cas-register" or "" (recognised as one of them).
std::vector<Check> check_registers(const history::History& history, const Options& options);

// The second half of that. Precondition: checks.front() came from check_linearizable.
void add_weaker(const history::History& history, const Options& options,
                std::vector<Check>& checks);

// "eventual-convergence": did the replicas hold the same in the end? The harness records what each
// live node holds after recovery: an event of the nemesis of type info, f "state", with the node,
// and a value (a map from key to what is held there, or anything else that can be compared; under
// `:elsewhere` a node has no part in keeping the key, and is not compared). The
// last such event of each node counts. Unknown when fewer than two nodes have one.
Check check_replicas(const history::History& history);

}  // namespace tribunal::checker
