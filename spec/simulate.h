// Random runs of a specification on a few replicas, without a solver: the oracle of the prover, and
// the quickest finder of small counterexamples.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "spec/execute.h"
#include "spec/layout.h"

namespace tribunal::spec {

// A run, step by step. Replicas are numbered from 0; every replica begins in the initial state.
struct Step {
  enum class What : std::uint8_t { execute, merge };
  What what = What::execute;
  std::uint32_t replica = 0;
  std::uint32_t from = 0;               // merge: whose state comes to `replica`
  std::uint32_t transaction = 0;        // execute
  std::vector<std::int64_t> arguments;  // execute: minted ones included
  friend bool operator==(const Step&, const Step&) = default;
};
using Run = std::vector<Step>;

// What happened in a run.
struct StepResult {
  Outcome outcome = Outcome::committed;  // execute
  std::vector<std::uint32_t> violated;   // by what `replica` shows after the step
  Values before, after;                  // what `replica` showed
};
struct Replay {
  std::vector<StepResult> steps;
  std::optional<std::size_t>
      violation;              // the first step after which a replica violates an invariant
  bool all_committed = true;  // every execute step did
};
// Replicas: as many as the steps name. Steps after a violation are carried out, too.
Replay replay(const Layout& layout, const Run& run);

struct SimulationOptions {
  std::uint32_t runs = 2000;
  std::uint32_t steps = 25;
  std::uint32_t replicas = 3;
  std::uint64_t seed = 1;
};
struct Simulation {
  std::uint32_t runs = 0;                // made until a violation was found, or all
  std::optional<Run> violating;          // minimised: ends with the merge that violates
  std::vector<std::uint64_t> committed;  // by transaction
};
Simulation simulate(const Layout& layout, const SimulationOptions& options);

// The smallest run found by leaving steps out, merging arguments and renumbering replicas that
// still ends in a violation with every step committed. Precondition: `run` violates.
Run minimise(const Layout& layout, const Run& run);

}  // namespace tribunal::spec
