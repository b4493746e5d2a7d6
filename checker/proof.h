// Writes the proof of a check as the self-contained JSON document of docs/proofs.md.
#pragma once

#include <string>

#include "checker/check.h"
#include "checker/verdict.h"

namespace tribunal::checker {

// `check` came from check_linearizable(history, options).
std::string proof_json(const history::History& history, const Options& options, const Check& check);

// The core of an anomaly as a history of its own, with the producers of each observation counted,
// so that it means the same when checked alone (docs/proofs.md, "Excerpts").
history::History core_history(const history::History& history, const Options& options,
                              const Anomaly& anomaly);

}  // namespace tribunal::checker
