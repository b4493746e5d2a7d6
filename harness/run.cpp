#include "harness/run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "checker/consistency.h"
#include "checker/invariants/invariants.h"
#include "checker/models.h"
#include "cluster/simulated/simulated.h"
#include "harness/cluster_checks.h"
#include "harness/driver.h"
#include "nemesis/schedule.h"
#include "sut/modes.h"
#include "workloads/workload.h"

namespace tribunal::harness {
namespace {

std::unique_ptr<cluster::Cluster> make_cluster(const Scenario& scenario, const Parts& parts,
                                               bool trace) {
  cluster::SimulatedOptions options;
  options.nodes = scenario.nodes;
  options.seed = scenario.seed;
  options.latency = scenario.latency;
  options.retry = scenario.retry;
  options.session = scenario.session;
  options.trace = trace;
  return cluster::make_simulated(parts.mode, options);
}

Contact contact_of(const Scenario& scenario) {
  if (scenario.contact == "random") return Contact::random;
  return scenario.contact == "leader" ? Contact::leader : Contact::sticky;
}

nemesis::Schedule make_schedule(const Scenario& scenario, const Parts& parts) {
  nemesis::Schedule schedule =
      nemesis::seeded(parts.nemeses, scenario.seed, scenario.nodes, scenario.time);
  schedule.insert(schedule.end(), scenario.faults.begin(), scenario.faults.end());
  std::stable_sort(schedule.begin(), schedule.end(),
                   [](const auto& a, const auto& b) { return a.start < b.start; });
  return schedule;
}

workloads::WorkloadOptions workload_options(const Scenario& scenario) {
  workloads::WorkloadOptions options;
  options.seed = scenario.seed;
  options.concurrency = scenario.concurrency;
  options.rate = scenario.rate;
  options.length = scenario.time;
  options.script = scenario.operations;
  return options;
}

// A model that no check of the workload decides, nor implies, cannot be expected of it.
Status check_decidable(const workloads::Workload& workload,
                       const std::vector<std::string>& expect) {
  for (const std::string& model : expect) {
    const bool decidable =
        std::any_of(workload.decides.begin(), workload.decides.end(),
                    [&](const std::string& decided) { return decided == model; });
    if (!decidable) {
      return fail(fmt::format("expect: the workload '{}' cannot decide '{}'; it decides: {}",
                              workload.name, model, join(workload.decides, ", ")));
    }
  }
  return {};
}

// What the mode claims, as far as this run can tell; if it can tell nothing of it, the invariants
// that the workload is there to look after.
std::vector<std::string> default_expectation(const workloads::Workload& workload,
                                             const std::vector<std::string>& claimed) {
  std::vector<std::string> expected;
  for (const std::string& model : claimed) {
    if (check_decidable(workload, {model})) expected.push_back(model);
  }
  if (!expected.empty()) return expected;
  std::vector<std::string> invariants;
  for (const auto& promise : checker::invariants::promises()) {
    const auto& decides = workload.decides;
    if (std::find(decides.begin(), decides.end(), promise.name) != decides.end()) {
      invariants.push_back(promise.name);
    }
  }
  return invariants.empty() ? claimed : invariants;
}

reports::RunInfo describe(const Scenario& scenario, const Parts& parts) {
  reports::RunInfo info;
  info.version = program_version();
  info.name = scenario.name;
  info.source = "run";
  info.scenario = write_scenario(scenario);
  info.seed = scenario.seed;
  info.mode = parts.mode.spelling();
  info.workload = parts.workload.spelling();
  std::vector<std::string> faults;
  for (const Settings& nemesis : parts.nemeses) faults.push_back(nemesis.spelling());
  if (!scenario.faults.empty()) faults.push_back("scripted");
  info.nemesis = faults.empty() ? "none" : join(faults, ",");
  info.cluster = "simulated";
  info.latency = scenario.latency;
  info.nodes = scenario.nodes;
  info.concurrency = scenario.concurrency;
  info.length = scenario.time + scenario.recovery;
  return info;
}

void collect_protocol(const cluster::Cluster& cluster, reports::Results& results) {
  for (const sut::ProtocolViolation& violation : cluster.violations()) {
    results.protocol.push_back(
        {violation.at, show_node(violation.node), violation.property, violation.detail});
  }
  results.messages = cluster.statistics().messages_delivered;
  if (cluster.trace_hash() != 0) {
    results.run.trace = fmt::format("{:016x}", cluster.trace_hash());
  }
}

// Changes of leadership, as marks for the timeline.
void collect_marks(const cluster::Cluster& cluster, reports::Results& results) {
  for (const cluster::Election& election : cluster.elections()) {
    results.marks.push_back({election.at, show_node(election.node),
                             fmt::format("became leader of term {}", election.term)});
  }
}

// What the checks say of each model; of those of `decided` that none speaks of, nothing is known.
std::map<std::string, checker::Validity> verdicts_of(const std::vector<checker::Check>& checks,
                                                     const std::vector<std::string>& decided) {
  std::map<std::string, checker::Validity> verdicts;
  for (const checker::Check& check : checks) {
    for (const auto& [model, validity] : decided_by(check)) {
      const auto [place, fresh] = verdicts.try_emplace(model, validity);
      if (!fresh) place->second = checker::both(place->second, validity);
    }
  }
  for (const std::string& model : decided) {
    verdicts.try_emplace(model, checker::Validity::unknown);
  }
  return verdicts;
}

}  // namespace

const char* program_version() { return TRIBUNAL_VERSION; }

std::vector<std::pair<std::string, checker::Validity>> decided_by(const checker::Check& check) {
  if (!check.verdicts.empty()) return check.verdicts;
  return {{check.name, check.validity}};
}

void judge(reports::Results& results, const std::vector<std::string>& decided,
           const std::vector<std::string>& expected) {
  auto verdicts = verdicts_of(results.checks, decided);
  for (const auto& [promise, validity] : results.cluster) verdicts[promise] = validity;
  const checker::LatticeVerdict lattice = checker::close(verdicts);
  results.models = lattice.models;
  results.strongest = join(lattice.strongest, ", ");
  results.weakest_violated = join(lattice.weakest_violated, ", ");
  results.expected = expected;
  results.valid = checker::Validity::valid;
  for (const std::string& model : expected) {
    const auto found = results.models.find(model);
    results.valid = checker::both(
        results.valid, found == results.models.end() ? checker::Validity::unknown : found->second);
  }
  if (!results.protocol.empty()) results.valid = checker::Validity::invalid;
}

Result<Outcome> run(const Scenario& scenario, const RunOptions& options) {
  auto parts = validate(scenario);
  if (!parts) return Failure{parts.error()};
  auto workload = workloads::make_workload(parts->workload, workload_options(scenario));
  if (!workload) return Failure{workload.error()};
  for (const std::string& promise : cluster_promises(parts->mode))
    workload->decides.push_back(promise);
  if (scenario.expect.empty()) parts->expect = default_expectation(*workload, parts->expect);
  if (auto status = check_decidable(*workload, parts->expect); !status) {
    return Failure{status.error()};
  }
  const auto cluster = make_cluster(scenario, *parts, options.trace);
  nemesis::Schedule schedule = make_schedule(scenario, *parts);
  if (auto status = nemesis::check_support(schedule, *cluster); !status) {
    return Failure{status.error()};
  }
  nemesis::Conductor conductor(std::move(schedule), scenario.seed);

  DriverOptions drive_options;
  drive_options.concurrency = scenario.concurrency;
  drive_options.seed = scenario.seed;
  drive_options.time = scenario.time;
  drive_options.recovery = scenario.recovery;
  drive_options.timeout = scenario.timeout;
  drive_options.contact = contact_of(scenario);
  drive_options.timeouts = scenario.timeouts == "fail" ? Timeouts::fail : Timeouts::info;
  drive_options.record_states =
      scenario.verdict.count("eventual-convergence") != 0 ||
      std::count(parts->expect.begin(), parts->expect.end(), "eventual-convergence") != 0;
  drive_options.keeps = [&](NodeId node, std::uint64_t key) {
    return sut::keeps(parts->mode, scenario.nodes, node, key);
  };
  if (options.progress) {
    drive_options.progress = [&](double fraction, std::uint64_t operations) {
      return options.progress("running", fraction, operations);
    };
  }
  auto recording = drive(*cluster, *workload, conductor, drive_options);
  if (!recording) return Failure{recording.error()};

  Outcome outcome;
  outcome.scenario = scenario;
  outcome.history = std::move(recording->history);
  outcome.interrupted = recording->stopped;
  outcome.deviation = workloads::deviation(scenario.operations, outcome.history);
  outcome.trace_hash = cluster->trace_hash();
  outcome.trace = cluster->trace();
  for (std::uint16_t n = 0; n < scenario.nodes; ++n) {
    outcome.node_logs.push_back(cluster->log(NodeId{n}));
  }
  if (options.progress) options.progress("checking", 1.0, outcome.history.size() / 2);
  outcome.results.checks = workload->check(outcome.history, options.check);
  if (drive_options.record_states)
    outcome.results.checks.push_back(checker::check_replicas(outcome.history));
  outcome.results.run = describe(scenario, *parts);
  collect_protocol(*cluster, outcome.results);
  collect_marks(*cluster, outcome.results);
  if (!outcome.interrupted) check_termination(scenario, parts->mode, *cluster, outcome.results);
  outcome.results.cluster = judge_cluster(scenario, parts->mode, outcome.results);
  judge(outcome.results, workload->decides, parts->expect);
  return outcome;
}

}  // namespace tribunal::harness
