// A transaction as its origin took it, and what is known of its arguments.
#pragma once

#include "checker/confluence/recheck/body.h"

namespace tribunal::checker::confluence::recheck {

struct Taken {
  std::uint32_t transaction = 0;
  Slots arguments;
  std::vector<Effect> effects;
  Formula time;
  State committed;  // the origin's state afterwards
  Formula known;    // the guard held, the time is later than all that the origin had seen, ...
};
// `name`: of the unknowns; `origin` as an observer. That the state before is valid, and the one
// afterwards, is for the caller to say.
Taken take(Logic& logic, std::uint32_t transaction, const std::string& name, const State& state,
           Observers origin);

// Any arguments.
Slots any_arguments(Logic& logic, std::uint32_t transaction, const std::string& name);
// What is minted for the transaction was not yet in the state, and is no two parameters' argument.
Formula unused(Logic& logic, std::uint32_t transaction, const Slots& arguments, const State& state);
// Concurrent transactions, thus of different replicas: each has fresh elements and its `self` for
// itself.
Formula apart(Logic& logic, std::uint32_t a, const Slots& arguments_a, std::uint32_t b,
              const Slots& arguments_b);
// All registers of the state were written before `time`; or at any time but this.
Formula written_before(Logic& logic, const Formula& time, const State& state);
Formula unwritten_at(Logic& logic, const Formula& time, const State& state);

Formula invariant(Logic& logic, std::uint32_t invariant, const Shown& shown);
Formula invariants(Logic& logic, const State& state);

}  // namespace tribunal::checker::confluence::recheck
