// A second opinion on the verdict `confluent`: the same proof, from an encoding that shares no code
// with the one that found it. That one expands everything over a few elements of each sort; here a
// sort is any set and quantifiers stay quantifiers, so that what is confirmed holds for any number
// of elements, also where the scope of the first proof was known to be too small to tell.
#pragma once

#include <cstdint>
#include <string>

#include "checker/confluence/decision.h"

namespace tribunal::checker::confluence::recheck {

enum class Outcome : std::uint8_t {
  confirmed_unbounded,  // proven for sorts of any size
  confirmed_in_scope,   // proven for sorts of the sizes in the decision's scope
  refuted,              // the proof does not go through: a step of it has a counterexample
  unknown,              // nothing to check, or the solver gave up
};

struct Recheck {
  Outcome outcome = Outcome::unknown;
  // Which step failed and how; confirmed_in_scope: why it is not more. One line without a stop.
  std::string note;
  std::uint32_t questions = 0;  // to the solver
};

struct Options {
  std::uint32_t effort = 4'000'000;  // Z3's rlimit of one question; the same on every machine
};

// Proves again what `decision` claims by its route, with its facts as the only help: initially
// invariants and facts hold, transactions and merges keep the facts, and the route's own question
// has no counterexample. Its verdict, counterexample and conflicts are not looked at. Never fails:
// a decision that does not fit the specification is `unknown`.
//
// That a step is refuted does not make the specification unsafe: another proof may go through.
Recheck prove_again(const spec::Spec& spec, const Decision& decision, const Options& options = {});

const char* name_of(Outcome outcome);

}  // namespace tribunal::checker::confluence::recheck
