// Every bug planted in the protocols, hunted by swarms of seeds with default settings.
//   planted_bugs            hunt, and print the table of docs/planted-bugs.md
//   planted_bugs --hunt N   the same with at most N seeds for each bug
//   planted_bugs --check F  repeat the recorded finds of the table in F; every bug must be in it
//   planted_bugs --clean N  the same swarms without any bug: N seeds of each mode, nothing to find
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "harness/run.h"
#include "harness/swarm.h"
#include "sut/modes.h"

namespace tribunal {
namespace {

using harness::Outcome;

std::uint64_t most_seeds = 3000;

// A find that the table states, or, without a seed, that the swarm misses the bug.
struct Find {
  std::optional<std::uint64_t> seed;
  std::string what;
};
const std::string missed_by_swarm = "missed; a test made for it catches it";

// What gave the run away: the protocol's own checks, else the first anomaly or violated model.
std::string evidence(const Outcome& outcome) {
  if (!outcome.results.protocol.empty()) return outcome.results.protocol.front().property;
  for (const checker::Check& check : outcome.results.checks) {
    if (!check.anomalies.empty()) return check.anomalies.front().kind;
  }
  return outcome.results.weakest_violated;
}

std::optional<std::string> hunt(const std::string& mode, std::uint64_t seed,
                                const std::string& more) {
  harness::RunOptions options;
  options.check.minimise = false;
  options.check.step_budget = 2'000'000;
  const harness::Scenario scenario = harness::swarm(mode, seed, more);
  const auto outcome = harness::run(scenario, options);
  if (!outcome) {
    std::cerr << mode << " seed " << seed << ": " << outcome.error().message << "\n";
    std::exit(3);
  }
  if (outcome->results.valid != checker::Validity::invalid) return std::nullopt;
  return evidence(*outcome);
}

std::optional<Find> hunt_all(const sut::PlantedBug& bug) {
  for (std::uint64_t seed = 0; seed < most_seeds; ++seed) {
    if (auto what = hunt(bug.mode, seed, "mutation=" + bug.name)) return Find{seed, *what};
  }
  return std::nullopt;
}

int print_table() {
  const auto& bugs = sut::planted_bugs();
  std::vector<std::optional<Find>> finds(bugs.size());
  std::vector<double> seconds(bugs.size());
  const auto work = [&](std::size_t first) {
    for (std::size_t i = first; i < bugs.size(); i += 2) {
      const auto start = std::chrono::steady_clock::now();
      finds[i] = hunt_all(bugs[i]);
      seconds[i] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
  };
  std::thread other(work, 1);
  work(0);
  other.join();
  fmt::print(
      "# Planted bugs\n\nEach is one line of a protocol, broken on purpose. Swarms of seeds with "
      "default settings find it; the table is made by `./dev planted` and repeated by the "
      "tests.\n\n| mode | bug | what is broken | first seed | found as |\n|---|---|---|---|---|\n");
  for (std::size_t i = 0; i < bugs.size(); ++i) {
    fmt::print("| {} | `{}` | {} | {} | {} |\n", bugs[i].mode, bugs[i].name, bugs[i].what,
               finds[i] ? std::to_string(*finds[i]->seed) : "-",
               finds[i] ? finds[i]->what : missed_by_swarm);
    fmt::print(stderr, "{:<14} {:<28} {:>6.1f} s\n", bugs[i].mode, bugs[i].name, seconds[i]);
  }
  return 0;
}

std::map<std::string, Find> read_table(const char* path) {
  std::map<std::string, Find> finds;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> cells = split(line, '|');
    if (cells.size() < 6 || cells[2].find('`') == std::string::npos) continue;
    const auto cell = [&](std::size_t i) {
      const std::string& text = cells[i];
      return text.size() < 2 ? std::string() : text.substr(1, text.size() - 2);
    };
    const auto seed = parse_integer(cell(4));
    std::string name = cell(2);
    name = name.substr(1, name.size() - 2);
    Find find{std::nullopt, cell(5)};
    if (seed) find.seed = static_cast<std::uint64_t>(*seed);
    finds[cell(1) + " " + name] = find;
  }
  return finds;
}

int check_table(const char* path) {
  const auto finds = read_table(path);
  int wrong = 0;
  int missed = 0;
  for (const sut::PlantedBug& bug : sut::planted_bugs()) {
    const auto find = finds.find(bug.mode + " " + bug.name);
    if (find == finds.end()) {
      fmt::print("{} {}: not in the table\n", bug.mode, bug.name);
      ++wrong;
      continue;
    }
    if (!find->second.seed) {
      ++missed;
      continue;
    }
    const auto what = hunt(bug.mode, *find->second.seed, "mutation=" + bug.name);
    if (what == find->second.what) continue;
    fmt::print("{} {}, seed {}: expected {}, found {}\n", bug.mode, bug.name, *find->second.seed,
               find->second.what, what.value_or("nothing"));
    ++wrong;
  }
  fmt::print("{} bugs, {} missed by the swarm, {} not as the table says\n",
             sut::planted_bugs().size(), missed, wrong);
  return wrong == 0 && finds.size() >= sut::planted_bugs().size() ? 0 : 1;
}

int check_clean(std::uint64_t seeds) {
  int alarms = 0;
  for (const Schema& mode : sut::modes()) {
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      const auto what = hunt(mode.name, seed, "");
      if (!what) continue;
      fmt::print("{} seed {}: {}\n{}\n", mode.name, seed, *what,
                 harness::write_scenario(harness::swarm(mode.name, seed)));
      ++alarms;
    }
  }
  fmt::print("{} seeds of each mode, {} false alarms\n", seeds, alarms);
  return alarms == 0 ? 0 : 1;
}

}  // namespace
}  // namespace tribunal

int main(int argc, char** argv) {
  using namespace tribunal;
  sut::allow_planted_bugs();
  const std::string what = argc > 2 ? argv[1] : "";
  if (what == "--check") return check_table(argv[2]);
  if (what == "--clean") {
    const auto seeds = parse_integer(argv[2]);
    if (seeds && *seeds > 0) return check_clean(static_cast<std::uint64_t>(*seeds));
  }
  if (what == "--hunt") {
    const auto seeds = parse_integer(argv[2]);
    if (seeds && *seeds > 0) {
      most_seeds = static_cast<std::uint64_t>(*seeds);
      return print_table();
    }
  }
  if (argc == 1) return print_table();
  std::cerr << "usage: planted_bugs [--hunt SEEDS | --check TABLE | --clean SEEDS]\n";
  return 64;
}
