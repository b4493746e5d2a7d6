// tribunal scenario: run executable figures and catalogue entries, and compare with the verdict
// they state.
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "harness/catalogue.h"
#include "harness/cli.h"
#include "harness/interrupt.h"
#include "harness/progress.h"
#include "harness/run.h"
#include "harness/run_directory.h"
#include "harness/tally.h"

namespace tribunal::harness {
namespace {

struct ScenarioFlags {
  CommonFlags common;
  std::vector<std::string> names;
  bool all = false;
  bool soak = false;
  std::uint32_t seeds = 0;
  std::string cluster, time, recovery;  // "": what the scenario says
  ProcessSettings processes;
};

// How many seeds `--soak` tries: a misconfigured store must be caught within few, a safe one must
// stay clean over many.
constexpr std::uint32_t soak_unsafe = 100;
constexpr std::uint32_t soak_safe = 1000;

Result<Scenario> load(const std::string& name) {
  if (const auto entry = find_scenario(name))
    return parse_scenario(std::string(entry->toml), entry->name);
  if (name.size() > 5 && name.substr(name.size() - 5) == ".toml") return read_scenario(name);
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : catalogue()) names.push_back(entry.name);
  return fail(unknown_name("scenario", name, names) + " (or a file that ends in .toml)");
}

// What the flags say instead of the scenario.
Status override_with(const ScenarioFlags& flags, Scenario& scenario) {
  if (!flags.cluster.empty()) scenario.cluster = flags.cluster;
  const auto take = [](const char* flag, const std::string& text, Duration& into) -> Status {
    if (text.empty()) return {};
    const auto parsed = parse_duration(text);
    if (!parsed) return fail(fmt::format("{}: {}", flag, parsed.error().message));
    into = *parsed;
    return {};
  };
  if (auto status = take("--time", flags.time, scenario.time); !status) return status;
  return take("--recovery", flags.recovery, scenario.recovery);
}

Result<Scenario> load(const ScenarioFlags& flags, const std::string& name) {
  auto scenario = load(name);
  if (!scenario) return scenario;
  if (auto status = override_with(flags, *scenario); !status) return Failure{status.error()};
  if (auto parts = validate(*scenario); !parts) return Failure{parts.error()};
  return scenario;
}

void keep(const ScenarioFlags& flags, Outcome& outcome, Tally& tally) {
  if (!tally.directory.empty() || outcome.results.valid != checker::Validity::invalid) return;
  tally.first_seed = outcome.scenario.seed;
  if (const auto path = write_run_directory(flags.common.store, outcome)) tally.directory = *path;
}

bool all_hold(const std::map<std::string, bool>& verdict) {
  return std::all_of(verdict.begin(), verdict.end(), [](const auto& v) { return v.second; });
}

std::uint32_t seeds_of(const ScenarioFlags& flags, const Scenario& scenario) {
  if (flags.seeds != 0) return flags.seeds;
  if (!flags.soak || !scenario.operations.empty()) return scenario.seeds;
  return all_hold(scenario.verdict) ? soak_safe : std::max(scenario.seeds, soak_unsafe);
}

Tally execute_one(const ScenarioFlags& flags, const std::string& name,
                  const checker::Options& check) {
  const auto started = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };
  Tally tally;
  tally.name = name;
  auto scenario = load(flags, name);
  if (!scenario) {
    tally.problem = scenario.error().message;
    return tally;
  }
  tally = open_tally(name, *scenario);
  if (flags.seeds != 0) tally.detect = 1;
  tally.planned = seeds_of(flags, *scenario);
  tally.exhaustive = flags.soak && !scenario->weakest_violated.empty();
  const std::uint64_t first = scenario->seed;
  while (tally.tried < tally.planned && tally.problem.empty() && !settled(tally) &&
         !interrupted()) {
    scenario->seed = first + tally.tried;
    RunOptions options;
    options.check = check;
    options.processes = flags.processes;
    options.progress = [](const char*, double, std::uint64_t) { return !interrupted(); };
    auto outcome = run(*scenario, options);
    if (!outcome) {
      tally.problem = outcome.error().message;
      break;
    }
    if (!outcome->results.failure.empty()) {
      tally.problem = "the cluster broke: " + outcome->results.failure;
      break;
    }
    add(tally, *outcome, seconds());
    keep(flags, *outcome, tally);
  }
  tally.seconds = seconds();
  return tally;
}

std::vector<Tally> execute_all(const ScenarioFlags& flags, const std::vector<std::string>& names,
                               checker::Options check) {
  std::vector<Tally> tallies(names.size());
  const std::uint32_t workers =
      std::min<std::uint32_t>(check.threads, static_cast<std::uint32_t>(names.size()));
  check.threads = 1;
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> done{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < names.size(); i = next++) {
      tallies[i] = execute_one(flags, names[i], check);
      ++done;
    }
  };
  std::vector<std::thread> threads;
  for (std::uint32_t w = 0; w < workers; ++w) threads.emplace_back(work);
  Progress progress(flags.common.quiet || flags.common.json, "scenarios");
  while (done < names.size()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    progress.update("scenarios", static_cast<double>(done) / static_cast<double>(names.size()),
                    done);
  }
  for (std::thread& thread : threads) thread.join();
  return tallies;
}

std::string weakest(const std::vector<std::string>& models) {
  return models.empty() ? "" : "; weakest violated: " + join(models, ", ");
}

std::string wanted_of(const Tally& tally) {
  std::vector<std::string> parts;
  for (const auto& [model, holds] : tally.wanted)
    parts.push_back(model + (holds ? " holds" : " violated"));
  std::string text = join(parts, ", ") + weakest(tally.wanted_weakest);
  if (const auto& lost = tally.wanted_lost)
    text += fmt::format("; {:g} to {:g} % lost", lost->first, lost->second);
  return text;
}

std::string found_of(const Tally& tally) {
  if (!tally.problem.empty()) return tally.problem;
  std::vector<std::string> parts;
  for (const auto& [model, holds] : tally.wanted) {
    const auto found = tally.found.find(model);
    const auto validity = found == tally.found.end() ? checker::Validity::unknown : found->second;
    parts.push_back(model + (validity == checker::Validity::valid     ? " holds"
                             : validity == checker::Validity::invalid ? " violated"
                                                                      : " undecided"));
  }
  std::string text = join(parts, ", ") + weakest(weakest_violated(tally));
  if (tally.wanted_lost && lost_share(tally))
    text += fmt::format("; {:.1f} % lost", *lost_share(tally));
  return text;
}

std::string detection_of(const Tally& tally) {
  if (!tally.simulated_to_first) return "-";
  return fmt::format("{:.1f} s / {:.2f} s",
                     std::chrono::duration<double>(*tally.simulated_to_first).count(),
                     tally.seconds_to_first);
}

void print_table(const std::vector<Tally>& tallies, bool color) {
  fmt::print("{:<7} {:<36} {:>9} {:>20} {:>8}  {}\n", "entry", "scenario", "seeds",
             "found after sim/wall", "seconds", "expected = found, unless stated otherwise");
  for (const Tally& tally : tallies) {
    const bool good = as_stated(tally);
    const char* paint = !color ? "" : good ? "\x1b[32m" : "\x1b[31m";
    fmt::print("{}{:<7} {:<36} {:>4}/{:<4} {:>20} {:>8.2f}  {}{}\n", paint, tally.entry, tally.name,
               tally.tried, tally.planned, detection_of(tally), tally.seconds, wanted_of(tally),
               color ? "\x1b[0m" : "");
    if (!good) fmt::print("        found: {}\n", found_of(tally));
    if (!good && !tally.directory.empty()) fmt::print("        {}/report.html\n", tally.directory);
  }
}

nlohmann::json to_json(const Tally& tally) {
  nlohmann::json found = nlohmann::json::object();
  for (const auto& [model, validity] : tally.found) found[model] = checker::name(validity);
  nlohmann::json first = nullptr;
  if (tally.simulated_to_first) {
    first = {
        {"simulated_seconds", std::chrono::duration<double>(*tally.simulated_to_first).count()},
        {"wall_seconds", tally.seconds_to_first}};
  }
  return {{"name", tally.name},
          {"entry", tally.entry},
          {"expected", tally.wanted},
          {"expected_weakest_violated", tally.wanted_weakest},
          {"weakest_violated", weakest_violated(tally)},
          {"acknowledged", tally.acknowledged},
          {"lost", tally.lost},
          {"found", found},
          {"violations", tally.violations},
          {"seeds", tally.tried},
          {"first_detection", first},
          {"seconds", tally.seconds},
          {"as_stated", as_stated(tally)},
          {"problem", tally.problem},
          {"run", tally.directory}};
}

ExitCode execute(const ScenarioFlags& flags) {
  std::vector<std::string> names = flags.names;
  if (flags.all) {
    for (const CatalogueEntry& entry : catalogue()) names.push_back(entry.name);
  }
  if (names.empty())
    return complain({"scenario: expected a name, a file or --all (tribunal list scenarios)"},
                    ExitCode::usage);
  for (const std::string& name : names) {
    const auto scenario = load(flags, name);
    if (!scenario) return complain(scenario.error(), ExitCode::usage);
    if (scenario->verdict.empty()) {
      return complain({name + ": states no [verdict]; tribunal run executes it"}, ExitCode::usage);
    }
  }
  const auto check = check_options(flags.common);
  if (!check) return complain(check.error(), ExitCode::usage);
  const auto tallies = execute_all(flags, names, *check);
  ExitCode code = ExitCode::holds;
  nlohmann::json json = nlohmann::json::array();
  for (const Tally& tally : tallies) {
    if (!as_stated(tally))
      code = worst(code, tally.tried == 0 ? ExitCode::usage : ExitCode::violated);
    json.push_back(to_json(tally));
  }
  if (flags.common.json)
    fmt::print("{}\n", json.dump(2));
  else if (!flags.common.quiet)
    print_table(tallies, use_color(flags.common.color, STDOUT_FILENO));
  return code;
}

}  // namespace

void add_scenario(CLI::App& app, ExitCode& code) {
  auto flags = std::make_shared<ScenarioFlags>();
  CLI::App* command = app.add_subcommand(
      "scenario",
      "run an executable figure or catalogue entry and compare with its stated verdict");
  command->add_option("names", flags->names, "names (tribunal list scenarios) or .toml files");
  command->add_flag("--all", flags->all, "every scenario that comes with the program");
  command->add_flag("--soak", flags->soak,
                    "many seeds: 1000 of every safe scenario, up to 100 of the others");
  command->add_option("--seeds", flags->seeds, "seeds to try (default: what the scenario says)");
  command->add_option("--store", flags->common.store, "where run directories go (./store)");
  command->add_option(
      "--cluster", flags->cluster,
      "sim or processes, whatever the scenarios say; real processes mostly wait, so "
      "--jobs may be far more than cores");
  command->add_option("--time", flags->time, "length of the main phase, whatever they say");
  command->add_option("--recovery", flags->recovery, "healthy time, whatever they say");
  command->add_option("--data", flags->processes.directory,
                      "processes: a directory for the nodes' data while they run");
  add_common(*command, flags->common, true);
  command->footer(
      "Exit codes: 0 every verdict is the one stated, 1 one is not, 64 unknown or unreadable "
      "scenario.");
  command->callback([flags, &code] { code = execute(*flags); });
}

}  // namespace tribunal::harness
