#include "harness/confluence_execution.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "checker/confluence/advice.h"
#include "checker/confluence/recorded.h"
#include "harness/interrupt.h"
#include "harness/run.h"
#include "spec/arguments.h"
#include "spec/print.h"

namespace tribunal::harness {

using checker::confluence::Decision;
using checker::confluence::Verdict;
using reports::ExecutionResult;

namespace {

constexpr const char* network_faults =
    "partition:interval=1s,duration=2s,slow:interval=2s,duration=2s,lossy:interval=2s,duration=2s,"
    "duplicate:interval=2s,duration=2s,reorder:interval=2s,duration=2s";

// `auto` sorts as large as they were when it was decided.
std::string with_sizes(spec::Spec spec, const Decision& decision) {
  for (std::size_t i = 0; i < spec.sorts.size(); ++i) {
    if (spec.sorts[i].size == 0) spec.sorts[i].size = decision.scope.sizes[i];
  }
  return spec::print(spec);
}

// What `fresh` will give in the store for what it gave in the run: replica r of n mints r, r + n,
// r + 2n, ...
class Minting {
 public:
  Minting(const spec::Spec& spec, const spec::Run& run, std::uint32_t replicas)
      : spec_(spec), names_(spec.sorts.size()) {
    std::vector<std::vector<std::uint32_t>> minted(replicas,
                                                   std::vector<std::uint32_t>(names_.size()));
    for (const spec::Step& step : run) {
      if (step.what != spec::Step::What::execute) continue;
      const auto& parameters = spec.transactions[step.transaction].parameters;
      for (std::size_t p = 0; p < parameters.size(); ++p) {
        if (parameters[p].minted != spec::Minted::fresh) continue;
        std::uint32_t& count = minted[step.replica][parameters[p].type.index];
        name(parameters[p].type.index, step.arguments[p], step.replica + replicas * count++);
        elements_ = std::max(elements_, (count + 2) * replicas);
      }
    }
    elements_ += 4;
  }
  std::uint32_t elements() const { return elements_; }

  // An element that nobody mints stays one that nobody mints.
  std::int64_t translated(spec::Type type, std::int64_t value) const {
    if (type.base != spec::Type::Base::sort || names_[type.index].empty()) return value;
    for (const auto& [from, to] : names_[type.index]) {
      if (from == value) return to;
    }
    return elements_ - 1 - value % 4;
  }

 private:
  void name(std::uint32_t sort, std::int64_t from, std::int64_t to) {
    names_[sort].emplace_back(from, to);
  }

  const spec::Spec& spec_;
  std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> names_;  // by sort
  std::uint32_t elements_ = 12;
};

class Script {
 public:
  Script(const spec::Spec& spec, const spec::Run& run)
      : spec_(spec),
        run_(run),
        replicas_(std::max(2U, spec::replicas_of(run))),
        minting_(spec, run, replicas_) {}

  void write(Scenario& scenario) {
    for (const spec::Step& step : run_) {
      if (step.what == spec::Step::What::execute) {
        transaction(scenario, step);
      } else {
        merge(scenario, step);
      }
    }
    cut(scenario, now_ + seconds(1), {});
    scenario.time = now_ + seconds(1);
    scenario.nodes = static_cast<std::uint16_t>(replicas_);
    scenario.concurrency = replicas_;
    scenario.workload = fmt::format("script:elements={}", minting_.elements());
  }

 private:
  void transaction(Scenario& scenario, const spec::Step& step) {
    const spec::Transaction& t = spec_.transactions[step.transaction];
    std::vector<history::Value> chosen;
    for (const std::size_t place : spec::chosen_parameters(t)) {
      chosen.push_back(history::Value::integer(
          minting_.translated(t.parameters[place].type, step.arguments[place])));
    }
    workloads::Scripted operation;
    operation.at = now_;
    operation.process = step.replica;
    operation.f = t.name;
    operation.value = history::Value::vector(std::move(chosen));
    operation.node = NodeId{static_cast<std::uint16_t>(step.replica)};
    scenario.operations.push_back(std::move(operation));
    now_ += milliseconds(100);
  }

  // For a while the two hear one another, long enough for what was lost to be sent again. (Nodes
  // send nothing to those that they do not hear, so one direction would not do.)
  void merge(Scenario& scenario, const spec::Step& step) {
    cut(scenario, now_, {});
    cut(scenario, now_ + seconds(2), std::pair{step.replica, step.from});
    now_ += milliseconds(100);
  }

  // From where the last cut ended until `end` nobody hears anybody, but for one pair.
  void cut(Scenario& scenario, Time end,
           std::optional<std::pair<std::uint32_t, std::uint32_t>> hears) {
    if (end <= cut_until_) return;
    nemesis::Fault fault;
    fault.kind = nemesis::FaultKind::partition;
    fault.start = cut_until_;
    fault.end = end;
    fault.target.shape = "grudge";
    for (std::uint32_t to = 0; to < replicas_; ++to) {
      std::vector<NodeId> deaf;
      for (std::uint32_t from = 0; from < replicas_; ++from) {
        const bool pair = hears && (std::pair{to, from} == *hears || std::pair{from, to} == *hears);
        if (from == to || pair) continue;
        deaf.push_back(NodeId{static_cast<std::uint16_t>(from)});
      }
      if (!deaf.empty()) fault.target.grudge[NodeId{static_cast<std::uint16_t>(to)}] = deaf;
    }
    if (!fault.target.grudge.empty()) scenario.faults.push_back(std::move(fault));
    cut_until_ = end;
    now_ = std::max(now_, end);
  }

  const spec::Spec& spec_;
  const spec::Run& run_;
  std::uint32_t replicas_;
  Minting minting_;
  Time now_ = seconds(1);
  Time cut_until_ = milliseconds(500);
};

Scenario plain(const spec::Spec& spec, const Decision& decision, const std::string& mode) {
  Scenario scenario;
  scenario.mode = mode;
  scenario.spec = with_sizes(spec, decision);
  scenario.latency = "lan";
  scenario.recovery = seconds(3);
  scenario.expect = {"invariants"};
  return scenario;
}

// Runs one scenario over many seeds, on several threads.
class Campaign {
 public:
  // `file`: of the specification, for the command that repeats a run; "": there is none.
  Campaign(const Scenario& scenario, std::uint32_t seeds, const ExecutionOptions& options,
           std::string file)
      : scenario_(scenario), seeds_(seeds), options_(options), file_(std::move(file)) {}

  Result<ExecutionResult> run(ExecutionResult result) {
    result.mode = scenario_.mode;
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < std::max(1U, options_.jobs); ++i) {
      threads.emplace_back([this, &result] { work(result); });
    }
    for (std::thread& thread : threads) thread.join();
    if (!problem_.empty()) return fail(problem_);
    return result;
  }

 private:
  void work(ExecutionResult& result) {
    for (std::uint32_t i = next_++; i < seeds_ && !interrupted(); i = next_++) {
      Scenario scenario = scenario_;
      scenario.seed = i + 1;
      RunOptions options;
      options.check.threads = 1;
      const auto outcome = harness::run(scenario, options);
      const std::lock_guard lock(mutex_);
      if (!outcome) {
        problem_ = outcome.error().message;
        next_ = seeds_;
        return;
      }
      count(result, scenario.seed, *outcome);
      if (options_.progress) options_.progress(scenario_.mode, double(result.runs) / seeds_);
    }
  }

  void count(ExecutionResult& result, std::uint64_t seed, const Outcome& outcome) {
    ++result.runs;
    for (const history::Operation& operation : outcome.history.operations()) {
      const bool transaction =
          outcome.history.name(operation.f) != checker::confluence::inspect_name;
      if (operation.outcome == history::EventType::ok && transaction) ++result.transactions;
    }
    if (outcome.results.valid != checker::Validity::invalid) return;
    ++result.violating;
    if (first_ != 0 && first_ < seed) return;
    first_ = seed;
    if (!file_.empty()) result.replay = command(seed);
  }

  // What a person types to see that run again.
  std::string command(std::uint64_t seed) const {
    const std::string workload = scenario_.workload;
    const std::string rest = workload.substr(workload.find(':') + 1);
    return fmt::format(
        "tribunal run --mode {} --workload 'spec:file={},{}' --nemesis '{}' --nodes {} "
        "--concurrency {} --rate {} --time {} --recovery {} --seed {}",
        scenario_.mode, file_, rest, scenario_.nemesis, scenario_.nodes, scenario_.concurrency,
        scenario_.rate, show_duration(scenario_.time), show_duration(scenario_.recovery), seed);
  }

  const Scenario& scenario_;
  std::uint32_t seeds_;
  const ExecutionOptions& options_;
  std::atomic<std::uint32_t> next_{0};
  std::mutex mutex_;
  std::string problem_;
  std::uint64_t first_ = 0;
  std::string file_;
};

// "withdraw.account+close": what `leader=` of the workload spec understands.
std::string leader_setting(const spec::Spec& spec, const spec::Placement& placement) {
  std::vector<std::string> parts;
  for (std::size_t t = 0; t < placement.size(); ++t) {
    if (!placement[t]) continue;
    const spec::Transaction& transaction = spec.transactions[t];
    const auto parameter = placement[t]->parameter;
    parts.push_back(parameter ? transaction.name + "." + transaction.parameters[*parameter].name
                              : transaction.name);
  }
  return join(parts, "+");
}

}  // namespace

Scenario counterexample_scenario(const spec::Spec& spec, const Decision& decision) {
  Scenario scenario = plain(spec, decision, "multi-leader");
  scenario.name = "counterexample";
  Script(spec, *decision.counterexample).write(scenario);
  return scenario;
}

Scenario attack_scenario(const spec::Spec& spec, const Decision& decision,
                         const std::string& mode) {
  Scenario scenario = plain(spec, decision, mode);
  scenario.name = "attack";
  scenario.nodes = 3;
  scenario.concurrency = 6;
  scenario.rate = 40;
  scenario.time = seconds(8);
  scenario.workload = "spec:instances=2,per-instance=25";
  scenario.nemesis = network_faults;
  return scenario;
}

Result<std::vector<ExecutionResult>> execute(const reports::ConfluenceReport& report,
                                             const ExecutionOptions& options) {
  const Decision& decision = report.decision;
  std::vector<ExecutionResult> results;
  const auto attempt = [&](const Scenario& scenario, std::uint32_t seeds, const std::string& faults,
                           bool expected, const std::string& file,
                           const std::string& with = "") -> Status {
    ExecutionResult wanted;
    wanted.nemesis = faults;
    wanted.expected = expected;
    wanted.with = with;
    auto result = Campaign(scenario, seeds, options, file).run(std::move(wanted));
    if (!result) return Failure{result.error()};
    results.push_back(*std::move(result));
    return {};
  };
  const char* all = "all network faults";
  const bool breaks = decision.verdict == Verdict::not_confluent;
  Status status;
  if (breaks) {
    status = attempt(counterexample_scenario(report.spec, decision), 1,
                     "the counterexample, partitioned and healed", true, "");
  }
  const Scenario local = attack_scenario(report.spec, decision, "multi-leader");
  if (status && !breaks) status = attempt(local, options.seeds, all, false, report.file);
  const Scenario logged = attack_scenario(report.spec, decision, "raft");
  if (status && breaks) status = attempt(logged, options.seeds, all, false, report.file);
  if (status && breaks && report.advice && report.advice->locks_proven) {
    Scenario locked = local;
    const auto placement = checker::confluence::placement_of(report.spec, report.advice->locks);
    const std::string leader = leader_setting(report.spec, placement);
    locked.workload += ",leader=" + leader;
    status = attempt(locked, options.seeds, all, false, report.file, leader);
  }
  if (!status) return Failure{status.error()};
  return results;
}

}  // namespace tribunal::harness
