#include "harness/run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "checker/consistency.h"
#include "checker/invariants/invariants.h"
#include "checker/models.h"
#include "cluster/actions.h"
#include "cluster/processes/processes.h"
#include "cluster/processes/replica.h"
#include "cluster/simulated/simulated.h"
#include "harness/cluster_checks.h"
#include "harness/driver.h"
#include "harness/spec_client.h"
#include "nemesis/schedule.h"
#include "sut/modes.h"
#include "workloads/workload.h"

namespace tribunal::harness {
namespace {

std::unique_ptr<cluster::Cluster> make_simulation(const Scenario& scenario, const Parts& parts,
                                                  bool trace) {
  cluster::SimulatedOptions options;
  options.nodes = scenario.nodes;
  options.seed = scenario.seed;
  options.latency = scenario.latency;
  options.retry = scenario.retry;
  options.session = scenario.session;
  options.trace = trace;
  options.specification = parts.program;
  return cluster::make_simulated(parts.mode, options);
}

// People wait for real processes: a new Raft cluster elects its first leader sooner than a later
// one. (In the simulator nobody waits, and published schedules count on who leads first.)
Settings with_quick_start(const Settings& mode) {
  if (mode.name() != "raft" || mode.given("first-election")) return mode;
  const std::string spelling = mode.spelling();
  const char separator = spelling.find(':') == std::string::npos ? ':' : ',';
  return parse_settings("mode", spelling + separator + "first-election=250ms", sut::modes())
      .value();
}

Result<std::shared_ptr<cluster::ProcessCluster>> make_process_cluster(
    const Scenario& scenario, const Parts& parts, const ProcessSettings& settings) {
  cluster::ProcessOptions options;
  options.nodes = scenario.nodes;
  options.seed = scenario.seed;
  options.latency = scenario.latency;
  options.retry = scenario.retry;
  options.session = scenario.session;
  options.directory = settings.directory;
  options.program = settings.program;
  options.specification = parts.program;
  options.proxies = !settings.direct;
  auto made = cluster::make_processes(with_quick_start(parts.mode), options);
  if (!made) return Failure{made.error()};
  return std::shared_ptr<cluster::ProcessCluster>(*std::move(made));
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

workloads::WorkloadOptions workload_options(const Scenario& scenario, const Parts& parts) {
  workloads::WorkloadOptions options;
  options.seed = scenario.seed;
  options.concurrency = scenario.concurrency;
  options.rate = scenario.rate;
  options.length = scenario.time;
  options.script = scenario.operations;
  options.nodes = scenario.nodes;
  options.program = parts.program;
  return options;
}

// Listed transactions are known before anything runs.
Status check_operations(const Scenario& scenario, const Parts& parts) {
  if (!parts.program || parts.workload.name() != "script") return {};
  for (const workloads::Scripted& operation : scenario.operations) {
    const workloads::Op op{{}, {}, operation.f, operation.value, {}, false};
    if (auto command = to_transaction(op, parts.program); !command) {
      return fail("script: " + command.error().message);
    }
  }
  return {};
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
  if (!workload.expects.empty()) return workload.expects;
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

reports::RunInfo describe(const Scenario& scenario, const Parts& parts, const char* world) {
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
  info.cluster = world;
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

namespace {

DriverOptions drive_options(const Scenario& scenario, const Parts& parts,
                            const RunOptions& options) {
  DriverOptions drive;
  drive.concurrency = scenario.concurrency;
  drive.seed = scenario.seed;
  drive.time = scenario.time;
  drive.recovery = scenario.recovery;
  drive.timeout = scenario.timeout;
  drive.contact = contact_of(scenario);
  drive.timeouts = scenario.timeouts == "fail" ? Timeouts::fail : Timeouts::info;
  drive.record_states =
      scenario.verdict.count("eventual-convergence") != 0 ||
      std::count(parts.expect.begin(), parts.expect.end(), "eventual-convergence") != 0;
  drive.keeps = [&](NodeId node, std::uint64_t key) {
    return sut::keeps(parts.mode, scenario.nodes, node, key);
  };
  if (options.progress) {
    drive.progress = [&](double fraction, std::uint64_t operations) {
      return options.progress("running", fraction, operations);
    };
  }
  return drive;
}

// Everything that the cluster itself has to say, once it is over.
void collect(const Scenario& scenario, const Parts& parts, const cluster::Cluster& cluster,
             Outcome& outcome) {
  outcome.trace_hash = cluster.trace_hash();
  outcome.trace = cluster.trace();
  for (std::uint16_t n = 0; n < scenario.nodes; ++n)
    outcome.node_logs.push_back(cluster.log(NodeId{n}));
  outcome.results.run = describe(scenario, parts, cluster.world());
  collect_protocol(cluster, outcome.results);
  collect_marks(cluster, outcome.results);
}

// A cluster that did not come to life: nothing was run, and nothing is known.
Outcome stillborn(const Scenario& scenario, const Parts& parts, const Error& error) {
  Outcome outcome;
  outcome.scenario = scenario;
  outcome.results.run = describe(scenario, parts, "processes");
  outcome.results.failure = error.message;
  outcome.results.expected = parts.expect;
  outcome.results.valid = checker::Validity::unknown;
  return outcome;
}

Result<Outcome> run_on(cluster::Cluster& cluster, const Scenario& scenario, const Parts& parts,
                       const workloads::Workload& workload, const nemesis::Schedule& schedule,
                       const RunOptions& options) {
  nemesis::Conductor conductor(schedule, scenario.seed);
  const DriverOptions drive_with = drive_options(scenario, parts, options);
  auto recording = drive(cluster, workload, conductor, drive_with);
  if (!recording) return Failure{recording.error()};
  Outcome outcome;
  outcome.scenario = scenario;
  outcome.history = std::move(recording->history);
  outcome.interrupted = recording->stopped;
  outcome.deviation = workloads::deviation(scenario.operations, outcome.history);
  if (!cluster.health()) outcome.results.failure = cluster.health().error().message;
  const bool whole = !outcome.interrupted && outcome.results.failure.empty();
  const auto termination = whole ? check_termination(scenario, parts.mode, cluster, outcome.results)
                                 : checker::Validity::unknown;
  if (auto* processes = dynamic_cast<cluster::ProcessCluster*>(&cluster)) processes->stop();
  collect(scenario, parts, cluster, outcome);
  if (options.progress) options.progress("checking", 1.0, outcome.history.size() / 2);
  outcome.results.checks = workload.check(outcome.history, options.check);
  if (drive_with.record_states)
    outcome.results.checks.push_back(checker::check_replicas(outcome.history));
  outcome.results.cluster = judge_cluster(scenario, parts.mode, outcome.results, termination);
  judge(outcome.results, workload.decides, parts.expect);
  // What was found is true whatever happened then; that nothing was found says nothing.
  if (!outcome.results.failure.empty())
    outcome.results.valid = checker::both(outcome.results.valid, checker::Validity::unknown);
  return outcome;
}

}  // namespace

Result<Outcome> run(const Scenario& scenario, const RunOptions& options) {
  auto parts = validate(scenario);
  if (!parts) return Failure{parts.error()};
  if (auto status = check_operations(scenario, *parts); !status) return Failure{status.error()};
  auto workload = workloads::make_workload(parts->workload, workload_options(scenario, *parts));
  if (!workload) return Failure{workload.error()};
  for (const std::string& promise : cluster_promises(parts->mode))
    workload->decides.push_back(promise);
  if (scenario.expect.empty()) parts->expect = default_expectation(*workload, parts->expect);
  if (auto status = check_decidable(*workload, parts->expect); !status) {
    return Failure{status.error()};
  }
  const nemesis::Schedule schedule = make_schedule(scenario, *parts);
  if (scenario.cluster == "sim") {
    const auto simulation = make_simulation(scenario, *parts, options.trace);
    if (auto status = nemesis::check_support(schedule, *simulation); !status)
      return Failure{status.error()};
    return run_on(*simulation, scenario, *parts, *workload, schedule, options);
  }
  const auto& can = cluster::capabilities_of(cluster::ClusterKind::processes,
                                             cluster::members_change(parts->mode));
  if (auto status = nemesis::check_support(schedule, can, "processes", scenario.nodes); !status)
    return Failure{status.error()};
  auto processes = make_process_cluster(scenario, *parts, options.processes);
  if (!processes) return stillborn(scenario, *parts, processes.error());
  auto outcome = run_on(**processes, scenario, *parts, *workload, schedule, options);
  if (outcome) outcome->processes = *processes;
  return outcome;
}

}  // namespace tribunal::harness
