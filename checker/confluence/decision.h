// May these transactions run without coordination? Decides whether a specification is confluent:
// every state that replicas can reach, each committing what keeps the invariants locally and
// merging at will, satisfies the invariants (Bailis et al., "Coordination avoidance in database
// systems", VLDB 2014, theorem 1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/confluence/scope.h"
#include "checker/confluence/strengthening.h"
#include "spec/simulate.h"

namespace tribunal::checker::confluence {

enum class Verdict : std::uint8_t { confluent, not_confluent, unknown, invalid_initial };

// How the verdict was reached.
enum class Route : std::uint8_t {
  none,
  closed,          // merging any two valid states gives a valid one
  origin_states,   // no two concurrent transactions can be the last ones before a violation
  simulation,      // a random run violated an invariant
  bounded_search,  // the solver found a run that does
};

// Two transactions that are valid one by one and not together, from a state that satisfies the
// invariants. Whether that state is reachable is another question.
struct Conflict {
  std::uint32_t a = 0;  // transactions, a <= b
  std::uint32_t b = 0;
  std::uint32_t invariant = 0;
  // Pairs of parameters (of a, of b) without whose equality they do not conflict: what a lock can
  // be keyed by.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> equal;
  struct Example {
    std::vector<std::int64_t> arguments_a, arguments_b;
    spec::Values before, after_a, after_b, merged;  // as shown
  };
  Example example;
};

// Proof rules that look right and are not, planted by tests to prove that they would notice.
enum class Mutation : std::uint8_t {
  none,
  diamonds_suffice,    // no two transactions conflict in one common state: takes it for a proof
  origins_are_here,    // the same with hypotheses about origins: they have seen all of the state
  guards_last,         // what a guard read at its origin still holds later
  one_tag,             // adding what is there already changes nothing, as if one bit were kept
  extrema_by_effects,  // a maximum that a transaction lowers merges as an effect
};

struct Options {
  std::uint32_t effort = 4'000'000;  // Z3's rlimit of one question
  std::uint32_t simulated_runs = 1500;
  std::uint64_t seed = 1;
  std::uint32_t most_per_side = 3;  // of the bounded search: transactions on each side
  std::uint32_t most_before = 3;    // ... and before the sides part
  Mutation mutation = Mutation::none;
  bool conflicts = true;  // find all conflicting pairs, also once the verdict is clear
};

struct Decision {
  Verdict verdict = Verdict::unknown;
  Route route = Route::none;
  std::string reason;  // unknown: why
  Scope scope;
  std::vector<Fact> facts;  // hold in every reachable state; a proof rests on them
  std::vector<Conflict> conflicts;
  std::vector<std::uint32_t> broken_initially;  // invariants
  std::optional<spec::Run> counterexample;      // not confluent: was executed, and violates
  bool shortest = false;                        // no shorter one of the searched shape exists
  std::uint32_t violated = 0;                   // the invariant that it violates
  std::vector<std::uint32_t>
      shrinking;                        // max and min variables that a transaction may lower, raise
  std::vector<std::uint32_t> never;     // transactions that no valid state lets commit
  std::vector<std::uint32_t> unseen;    // transactions that no simulated run committed
  std::uint32_t searched_per_side = 0;  // the bounds up to which there is no counterexample
  std::uint32_t searched_before = 0;
  std::uint32_t questions = 0;  // to the solver
  std::uint32_t runs = 0;       // simulated
};

// `spec` has transactions and invariants. The same on every machine.
Decision decide(const spec::Spec& spec, const Options& options = {});

const char* name_of(Verdict verdict);
const char* name_of(Route route);

}  // namespace tribunal::checker::confluence
