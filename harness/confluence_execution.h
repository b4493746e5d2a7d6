// From proof to practice: a verdict about a specification, tried on real stores. A counterexample
// becomes a schedule of partitions and transactions; a proof is attacked with every fault of the
// network.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "checker/confluence/decision.h"
#include "harness/scenario.h"
#include "reports/confluence.h"
#include "spec/placement.h"

namespace tribunal::harness {

// The run, step by step, on a multi-leader store: nodes hear nothing of one another but for the
// time of a merge. Transactions name what `fresh` will mint there.
Scenario counterexample_scenario(const spec::Spec& spec,
                                 const checker::confluence::Decision& decision);

// Random transactions under faults of the network; on the modes with a log also crashes. Seeds
// count from 1.
Scenario attack_scenario(const spec::Spec& spec, const checker::confluence::Decision& decision,
                         const std::string& mode);

struct ExecutionOptions {
  std::uint32_t seeds = 1000;
  std::uint32_t jobs = 1;
  std::function<void(const std::string& what, double fraction)> progress;
};

// What is tried depends on the verdict. Not confluent: the counterexample once and random runs on
// multi-leader, which must break; random runs on raft, and on multi-leader with the advised locks
// if these are proven, which must not. Confluent: random runs on multi-leader and raft, which must
// not break.
Result<std::vector<reports::ExecutionResult>> execute(const reports::ConfluenceReport& report,
                                                      const ExecutionOptions& options);

}  // namespace tribunal::harness
