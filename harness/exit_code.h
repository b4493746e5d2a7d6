// Exit codes of the program (documented in README and docs/results.md).
#pragma once

#include "checker/verdict.h"

namespace tribunal::harness {

enum class ExitCode : int {
  holds = 0,      // every expected model holds
  violated = 1,   // an expected model is violated
  undecided = 2,  // nothing violated, something undecided
  failed = 3,     // the run itself failed
  usage = 64,     // bad usage or unreadable input
  interrupted = 130,
};

ExitCode exit_code(checker::Validity validity);
// A run that failed, and in which nothing was violated until then.
ExitCode exit_code(checker::Validity validity, bool failed);

// Over many runs or files: violated dominates usage and failed, which dominate undecided, then
// holds.
ExitCode worst(ExitCode a, ExitCode b);

}  // namespace tribunal::harness
