// tribunal run: one run from flags or a scenario file to a run directory and a verdict.
#include "harness/run.h"

#include <filesystem>
#include <memory>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "harness/cli.h"
#include "harness/interrupt.h"
#include "harness/progress.h"
#include "harness/run_directory.h"
#include "harness/spec_file.h"
#include "reports/report.h"

namespace tribunal::harness {
namespace {

struct RunFlags {
  CommonFlags common;
  std::string file;
  std::string mode, workload, nemesis, cluster, latency, time, recovery, timeout, seed, name,
      expect, contact, timeouts;
  std::int64_t nodes = -1;
  std::int64_t concurrency = -1;
  double rate = -1;
  bool retry = false;
  bool session = false;
  bool trace = false;
  bool no_store = false;
  bool keep = false;
  ProcessSettings processes;
};

Status take_duration(const char* flag, const std::string& text, Duration& into) {
  if (text.empty()) return {};
  const auto parsed = parse_duration(text);
  if (!parsed) return fail(fmt::format("{}: {}", flag, parsed.error().message));
  into = *parsed;
  return {};
}

void take(const std::string& text, std::string& into) {
  if (!text.empty()) into = text;
}

// "single-leader-register": what a run is called when nobody named it.
std::string default_name(const Scenario& scenario) {
  const auto head = [](const std::string& spelling) {
    return spelling.substr(0, spelling.find(':'));
  };
  return head(scenario.mode) + "-" + head(scenario.workload);
}

Status take_numbers(const RunFlags& flags, Scenario& scenario) {
  if (flags.nodes != -1) {
    if (flags.nodes < 1 || flags.nodes > 64) {
      return fail(fmt::format("--nodes: expected 1 to 64, found {}", flags.nodes));
    }
    scenario.nodes = static_cast<std::uint16_t>(flags.nodes);
  }
  if (flags.concurrency != -1) {
    if (flags.concurrency < 1 || flags.concurrency > 10'000) {
      return fail(fmt::format("--concurrency: expected 1 to 10000, found {}", flags.concurrency));
    }
    scenario.concurrency = static_cast<std::uint32_t>(flags.concurrency);
  }
  if (flags.rate >= 0) scenario.rate = flags.rate;
  if (!flags.seed.empty()) {
    const auto seed = parse_seed(flags.seed);
    if (!seed) return fail("--seed: " + seed.error().message);
    scenario.seed = *seed;
  }
  return {};
}

// The scenario file, if any, with the flags on top.
Result<Scenario> assemble(const RunFlags& flags) {
  Scenario scenario;
  if (!flags.file.empty()) {
    auto read = read_scenario(flags.file);
    if (!read) return read;
    scenario = *std::move(read);
  }
  take(flags.mode, scenario.mode);
  if (!flags.workload.empty()) scenario.spec.clear();
  take(flags.workload, scenario.workload);
  if (auto status = load_specification(scenario, ""); !status) return Failure{status.error()};
  take(flags.nemesis, scenario.nemesis);
  take(flags.cluster, scenario.cluster);
  take(flags.latency, scenario.latency);
  if (!flags.expect.empty()) scenario.expect = split(flags.expect, ',');
  take(flags.contact, scenario.contact);
  take(flags.timeouts, scenario.timeouts);
  if (flags.retry) scenario.retry = true;
  if (flags.session) scenario.session = true;
  if (auto status = take_numbers(flags, scenario); !status) return Failure{status.error()};
  if (auto status = take_duration("--time", flags.time, scenario.time); !status)
    return Failure{status.error()};
  if (auto status = take_duration("--recovery", flags.recovery, scenario.recovery); !status)
    return Failure{status.error()};
  if (auto status = take_duration("--timeout", flags.timeout, scenario.timeout); !status)
    return Failure{status.error()};
  if (scenario.name == "run") scenario.name = default_name(scenario);
  take(flags.name, scenario.name);
  if (scenario.name.empty() || scenario.name.find('/') != std::string::npos ||
      scenario.name.front() == '.') {
    return fail(fmt::format("name: expected a file name, found {}", quote(scenario.name)));
  }
  return scenario;
}

ExitCode report(const RunFlags& flags, Outcome& outcome) {
  std::string html;
  if (!flags.no_store) {
    const auto path = write_run_directory(flags.common.store, outcome,
                                          flags.keep ? Data::keep : Data::on_failure);
    if (!path) return complain(path.error(), ExitCode::failed);
    html = *path + "/report.html";
  }
  if (flags.common.json) {
    fmt::print("{}\n", reports::results_json(outcome.results, outcome.history));
  } else if (!flags.common.quiet) {
    fmt::print("{}", reports::terminal_summary(outcome.results, outcome.history, html,
                                               use_color(flags.common.color, STDOUT_FILENO)));
  }
  return outcome.interrupted ? ExitCode::interrupted
                             : exit_code(outcome.results.valid, !outcome.results.failure.empty());
}

ExitCode execute(const RunFlags& flags) {
  const auto scenario = assemble(flags);
  if (!scenario) return complain(scenario.error(), ExitCode::usage);
  RunOptions options;
  auto check = check_options(flags.common);
  if (!check) return complain(check.error(), ExitCode::usage);
  options.check = *std::move(check);
  options.trace = flags.trace;
  options.processes = flags.processes;
  Progress progress(flags.common.quiet || flags.common.json, "operations");
  options.progress = [&](const char* stage, double fraction, std::uint64_t operations) {
    progress.update(stage, fraction, operations);
    return !interrupted();
  };
  auto outcome = run(*scenario, options);
  progress.clear();
  if (!outcome) return complain(outcome.error(), ExitCode::usage);
  return report(flags, *outcome);
}

}  // namespace

void add_run(CLI::App& app, ExitCode& code) {
  auto flags = std::make_shared<RunFlags>();
  CLI::App* command =
      app.add_subcommand("run", "one run: mode, workload, nemesis, seed -> verdict");
  command->add_option("scenario", flags->file, "a scenario file (TOML); flags override it");
  command->add_option("--mode", flags->mode,
                      "replication mode[:key=value,...] (tribunal list modes)");
  command->add_option("--workload", flags->workload,
                      "workload[:key=value,...] (tribunal list workloads)");
  command->add_option("--nemesis", flags->nemesis,
                      "faults: name[:key=value,...],... (tribunal list nemeses)");
  command->add_option("--nodes", flags->nodes, "replicas (5)");
  command->add_option("--concurrency", flags->concurrency, "client threads (10)");
  command->add_option("--rate", flags->rate,
                      "operations a second over all clients (100); 0: unlimited");
  command->add_option("--time", flags->time, "length of the main phase (60s)");
  command->add_option("--recovery", flags->recovery, "healthy time before the final reads (10s)");
  command->add_option("--timeout", flags->timeout,
                      "how long a client waits for one operation (1s)");
  command->add_option("--latency", flags->latency, "network latency: lan, wan, constant:1ms, ...");
  command->add_option(
      "--cluster", flags->cluster,
      "where it runs: sim (virtual time, reproducible), processes (real ones, over TCP)");
  command->add_flag("--keep", flags->keep,
                    "processes: keep the nodes' data in the run directory also when all is well");
  command->add_option(
      "--data", flags->processes.directory,
      "processes: a directory for the nodes' data while they run ($TMPDIR or /tmp)");
  command->add_flag("--direct", flags->processes.direct,
                    "processes: no proxies between nodes, so no fault of the network");
  command->add_option("--expect", flags->expect,
                      "consistency models that must hold (default: what the mode claims)");
  command->add_option("--seed", flags->seed, "the seed of everything random (0)");
  command->add_option("--name", flags->name, "name of the run below the store");
  command->add_flag("--retry", flags->retry,
                    "clients repeat silent attempts with the same sequence number");
  command->add_flag("--session", flags->session,
                    "clients' reads ask for a state at least as new as any they were shown");
  command->add_option("--contact", flags->contact,
                      "which node a client asks: sticky (always the same), random, leader");
  command->add_option("--timeouts", flags->timeouts,
                      "what clients make of no answer: info (unknown), fail (a mistake)");
  command->add_flag("--trace", flags->trace, "keep the message trace as messages.log");
  command->add_option("--store", flags->common.store, "where run directories go (./store)");
  command->add_flag("--no-store", flags->no_store, "write no run directory");
  add_common(*command, flags->common, true);
  command->callback([flags, &code] { code = execute(*flags); });
}

}  // namespace tribunal::harness
