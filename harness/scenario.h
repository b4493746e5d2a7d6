// Everything that decides a run, as data: flags of the command line or a TOML file. Same scenario,
// same seed, same bytes. The file format is documented in docs/scenarios.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/settings.h"
#include "nemesis/schedule.h"
#include "spec/program.h"
#include "workloads/script.h"

namespace tribunal::harness {

struct Scenario {
  std::string name = "run";
  std::string description;
  std::string entry;  // the figure or catalogue entry it shows, e.g. "SL-03"
  std::string mode = "single-leader";
  std::string workload = "register";
  std::string spec;              // the text of the specification that the workload runs, if any
  std::string nemesis = "none";  // seeded faults: a comma list of name[:key=value,...]
  nemesis::Schedule faults;      // scripted faults; they come on top of the seeded ones
  workloads::Script operations;  // for the workload `script`
  std::string cluster = "sim";   // where it runs: see clusters()
  std::string latency = "lan";
  std::uint16_t nodes = 5;
  std::uint32_t concurrency = 10;
  double rate = 100;                // operations a second over all clients; 0: as fast as they can
  Duration time = seconds(60);      // of the main phase
  Duration recovery = seconds(10);  // healthy time before the final reads
  Duration timeout = seconds(1);    // a client waits that long for one operation
  bool retry = false;               // clients repeat silent attempts with the same sequence number
  bool session = false;             // clients' reads carry a token of the newest state they saw
  std::string contact = "sticky";   // which node a client asks: see contacts()
  std::string timeouts = "info";    // what clients make of no answer: see timeout_readings()
  std::uint64_t seed = 0;
  std::vector<std::string> expect;  // consistency models; empty: what the mode claims
  // For `tribunal scenario`: which models must hold (true) or be violated in some seed (false), and
  // how many seeds, from `seed` on, may be tried.
  std::map<std::string, bool> verdict;
  // What is violated in any of those seeds is one of these models, or implies one: the store breaks
  // no more than the entry says. Over many seeds all of these are violated. Empty: not stated.
  std::vector<std::string> weakest_violated;
  // Acknowledged updates that are lost, over all those seeds: at least and at most so many per
  // cent.
  std::optional<std::pair<double, double>> lost;
  std::uint32_t seeds = 1;
  std::uint32_t detect = 1;  // each model stated false must be violated in that many of the seeds
};

// The parts of a scenario after validation.
struct Parts {
  Settings mode;
  Settings workload;
  spec::Program program;  // of the scenario's specification, if it has one
  std::vector<Settings> nemeses;
  std::vector<std::string> expect;
};

const std::vector<std::string>& clusters();          // sim, processes
const std::vector<std::string>& contacts();          // sticky, random, leader
const std::vector<std::string>& timeout_readings();  // info, fail

// Errors name the flag or key, what is valid, and the nearest valid name.
Result<Parts> validate(const Scenario& scenario);

// "file:line:column: expected ..., found ..." on errors.
Result<Scenario> parse_scenario(const std::string& toml, const std::string& file);
Result<Scenario> read_scenario(const std::string& path);

Result<std::uint64_t> parse_seed(std::string_view text);

// TOML that parse_scenario reads back to the same scenario.
std::string write_scenario(const Scenario& scenario);

}  // namespace tribunal::harness
