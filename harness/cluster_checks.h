// What a run shows of the cluster itself, besides what clients saw: did the protocol keep its own
// promises, did it come to decisions once everything was healed, did leadership settle?
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/settings.h"
#include "checker/verdict.h"
#include "cluster/cluster.h"
#include "harness/scenario.h"
#include "reports/report.h"

namespace tribunal::harness {

// What modes with a log promise of themselves: "protocol", "termination", "stable-leadership".
const std::vector<std::string>& log_promises();

// Names that `--expect` and [verdict] accept besides the workload's: "eventual-convergence", and
// log_promises() of modes with a log.
std::vector<std::string> cluster_promises(const Settings& mode);

// Termination, the fourth property of consensus (uniform agreement, integrity and validity are
// watched all the time): with everybody healed for a while there is a leader, and what it holds is
// committed at a majority. Adds to `results.protocol` when not. Only where a failover happens by
// itself, and after at least five seconds of health with every node alive; unknown elsewhere.
checker::Validity check_termination(const Scenario& scenario, const Settings& mode,
                                    const cluster::Cluster& cluster, reports::Results& results);

// The verdicts of the names above that clients' operations cannot decide. "stable-leadership": at
// most one change of leader in the second half of the main phase. `termination`: what
// check_termination() said, unknown if it was not asked.
std::map<std::string, checker::Validity> judge_cluster(const Scenario& scenario,
                                                       const Settings& mode,
                                                       const reports::Results& results,
                                                       checker::Validity termination);

}  // namespace tribunal::harness
