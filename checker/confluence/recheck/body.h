// Carrying out the bodies of transactions, and `onmerge`.
#pragma once

#include "checker/confluence/recheck/expressions.h"

namespace tribunal::checker::confluence::recheck {

// What a transaction sends to other replicas about one variable. Which members mean something
// depends on the kind.
struct Effect {
  Field change;   // counter: the sum of its changes; max, min, lww: the value assigned last
  Field written;  // max, min, lww: assigned at all
  Field added;    // sets: added; awset: by a tag that the transaction does not itself undo
  Field removed;  // tpset: removed; rwset: by a tag that the transaction does not itself undo
  Field cleared;  // awset, rwset: the tags that the origin has seen are undone
};

struct Execution {
  Formula guard;
  std::vector<Effect> effects;  // by variable
};

// A transaction taken in `state`. `slots`: the arguments, with room for the other slots.
Execution execute(Logic& logic, std::uint32_t transaction, const State& state, Slots slots);

// What a replica in `state` shows: merged, and with `onmerge` carried out.
Shown shown(Logic& logic, const State& state);

// `state` with the effects of a transaction, written at `time`, whose origin is the observer
// `origin`. at_origin: max and min take the value assigned; elsewhere they take the greater
// (smaller).
State apply(Logic& logic, const State& state, const std::vector<Effect>& effects,
            const Formula& time, Observers origin, bool at_origin);
// Marks the fresh arguments as used.
void use(Logic& logic, State& state, std::uint32_t transaction, const Slots& arguments);

}  // namespace tribunal::checker::confluence::recheck
