// One run from scenario to verdict.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "checker/check.h"
#include "harness/scenario.h"
#include "history/history.h"
#include "reports/report.h"

namespace tribunal::cluster {
class ProcessCluster;
}

namespace tribunal::harness {

struct ProcessSettings {
  std::string directory;  // below it, the nodes' data and logs; "": TMPDIR, or /tmp
  std::string program;    // that nodes run; "": this one
  bool direct = false;    // without proxies: nothing can be done to the network
};

struct RunOptions {
  checker::Options check;     // budgets and threads; model and semantics come from the workload
  bool trace = false;         // keep the message trace
  ProcessSettings processes;  // where the scenario says cluster = "processes"
  // Called now and then with what goes on ("running", "checking"); false stops the run.
  std::function<bool(const char* stage, double fraction, std::uint64_t operations)> progress;
};

struct Outcome {
  Scenario scenario;
  history::History history;
  reports::Results results;
  std::uint64_t trace_hash = 0;
  std::string trace;
  std::vector<std::string> node_logs;
  bool interrupted = false;
  // Of a run on processes: where the nodes' data are until the outcome is destroyed. Stopped.
  std::shared_ptr<cluster::ProcessCluster> processes;
  // The first scripted operation that was not answered as the scenario says, in one sentence.
  std::optional<std::string> deviation;
};

// Errors are bad scenarios (unknown names, faults that the cluster cannot do), found before
// anything runs. When the cluster itself breaks, or cannot be started, results.failure says why,
// and what was recorded until then is there.
Result<Outcome> run(const Scenario& scenario, const RunOptions& options);

// The models that a check decides: those in its `verdicts`, else the one that it is named after.
std::vector<std::pair<std::string, checker::Validity>> decided_by(const checker::Check& check);

// Fills models, strongest, weakest_violated and valid from the checks and from results.cluster. A
// model that two checks decide is violated when either says so, and one of `decided` that none
// decides is unknown. A violation of the protocol makes the run invalid whatever is expected.
void judge(reports::Results& results, const std::vector<std::string>& decided,
           const std::vector<std::string>& expected);

const char* program_version();

}  // namespace tribunal::harness
