// Random runs of a specification on a few replicas, without a solver: the oracle of the prover, and
// the quickest finder of small counterexamples.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "spec/execute.h"
#include "spec/layout.h"

namespace tribunal::spec {

// A run, step by step. Replicas are numbered from 0; every replica begins in the initial state.
struct Step {
  enum class What : std::uint8_t { execute, merge };
  What what = What::execute;
  std::uint32_t replica = 0;
  std::uint32_t from = 0;         // merge: whose state comes to `replica`
  std::uint32_t transaction = 0;  // execute
  // Execute: minted ones included. In a run of this header `self` is the number of the replica, and
  // no two executions have the same `fresh` element.
  std::vector<std::int64_t> arguments;
  friend bool operator==(const Step&, const Step&) = default;
};
using Run = std::vector<Step>;
std::uint32_t replicas_of(const Run& run);  // the greatest that a step names, plus 1

// What happened in a run.
struct StepResult {
  Outcome outcome = Outcome::committed;  // execute
  std::vector<std::uint32_t> violated;   // by what `replica` shows after the step
  Values before, after;                  // what `replica` showed
};
struct Replay {
  std::vector<StepResult> steps;
  std::optional<std::size_t> violation;  // the first step after which something is violated
  bool all_committed = true;             // every execute step did
  bool overflowed = false;               // a merge left 64 bits: nothing means anything any more
};
// Steps after a violation are carried out, too. What did not commit changes nothing.
Replay replay(const Layout& layout, const Run& run);

struct SimulationOptions {
  std::uint32_t runs = 2000;
  std::uint32_t steps = 25;    // of a run, about
  std::uint32_t replicas = 3;  // at most, at least 2
  std::uint64_t seed = 1;
};
struct Simulation {
  std::uint32_t runs = 0;                // made until a violation was found, or all
  std::optional<Run> violating;          // minimised: ends with the merge that violates
  std::vector<std::uint64_t> committed;  // by transaction
};
// Precondition: the initial state violates nothing.
Simulation simulate(const Layout& layout, const SimulationOptions& options);

// The smallest run found by leaving steps out, simplifying arguments and renumbering replicas that
// still ends in a merge which is the first to violate the same invariant, with every step
// committed. It is brought into the shape of `branches` if it goes. A run without a violation stays
// as it is; one whose minted arguments are not as Step says loses only what did not commit.
Run minimise(const Layout& layout, const Run& run);

// A run of two replicas that have the same events, go different ways and meet again in one merge.
struct Branches {
  Run prefix;       // ends where both have the same events; may have merges
  Run left, right;  // executions of the replica that merges last, and of the other
};
// None: the run does not have this shape.
std::optional<Branches> branches(const Run& run);

// Which executions, in the order of the run, each replica has after the first `end` steps, if all
// commit.
std::vector<std::vector<bool>> knowledge(const Run& run, std::size_t end);

}  // namespace tribunal::spec
