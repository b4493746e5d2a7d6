// What became of a scenario over the seeds that were tried, compared with what it states.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/verdict.h"
#include "harness/run.h"
#include "harness/scenario.h"

namespace tribunal::harness {

struct Tally {
  // What is stated.
  std::string name;
  std::string entry;
  std::map<std::string, bool> wanted;  // see Scenario::verdict
  std::vector<std::string> wanted_weakest;
  std::optional<std::pair<double, double>> wanted_lost;
  std::uint32_t planned = 0;  // seeds
  std::uint32_t detect = 1;
  bool exhaustive = false;  // try every planned seed

  // What was found.
  std::string problem;  // could not run, or did not run as the scenario says
  std::uint32_t tried = 0;
  std::uint64_t first_seed = 0;  // the first with a violation
  std::string directory;         // of that run
  std::map<std::string, checker::Validity> found;
  std::map<std::string, std::uint32_t> violations;  // in how many seeds
  std::uint64_t acknowledged = 0;                   // updates
  std::uint64_t lost = 0;                           // of those
  Duration simulated{};                             // of all runs
  // Until the first violation that was asked about: simulated time, and wall time.
  std::optional<Duration> simulated_to_first;
  double seconds_to_first = 0;
  double seconds = 0;
};

// What the scenario states, and no seed tried yet.
Tally open_tally(const std::string& name, const Scenario& scenario);

// Adds one run; `seconds` is the wall time since the scenario's start.
void add(Tally& tally, const Outcome& outcome, double seconds);

// Whether further seeds can change nothing: something was violated that must hold or that is not
// stated, or everything that must be violated has been and nothing is stated about all the seeds.
bool settled(const Tally& tally);

// Per cent of the acknowledged updates; nothing while none is acknowledged.
std::optional<double> lost_share(const Tally& tally);

// Of the models violated in any seed, those that imply no other violated one; "stable-leadership"
// aside.
std::vector<std::string> weakest_violated(const Tally& tally);

bool as_stated(const Tally& tally);

}  // namespace tribunal::harness
