// A replica's state as functions from indices to what a cell keeps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/confluence/recheck/logic.h"

namespace tribunal::checker::confluence::recheck {

// A set of observers: bit i stands for the i-th transaction of a question.
using Observers = std::uint32_t;
constexpr Observers everybody = ~Observers{0};

// Tags (adds of an awset, removes of an rwset) that the same transactions have seen. Transactions
// tell tags apart by nothing else, so that it is enough to know where such a tag lives.
struct Tags {
  Field live;
  Observers seen_by = everybody;
};

// Which members are there depends on the kind.
struct VariableState {
  Field value;             // counter, max, min, lww
  Field time;              // lww: when it was written; 0: never
  Field added;             // gset, tpset, rwset
  Field removed;           // tpset
  std::vector<Tags> tags;  // awset, rwset
};

struct State {
  std::vector<VariableState> variables;
  std::vector<Field> used;  // by sort, at one element: was it minted by `fresh`
};

// What guards and invariants see: by variable.
using Shown = std::vector<Field>;

State initial_state(Logic& logic);
// Any state that the kinds allow, made of unknowns named after `name`.
State any_state(Logic& logic, const std::string& name);
// The members of a variable, or of `used`, in a state of which nothing else is known.
VariableState any_variable(Logic& logic, std::uint32_t variable, const std::string& name);
Field any_used(Logic& logic, std::uint32_t sort, const std::string& name);
// A field that was never written at time 0 or below has its initial value and time 0.
void normalise_register(Logic& logic, std::uint32_t variable, VariableState& state);

// Whether a tag of the cell lives.
Field tagged(Logic& logic, const VariableState& state);
// Before `onmerge`.
Shown merged(Logic& logic, const State& state);

Field either(const Field& a, const Field& b);

}  // namespace tribunal::checker::confluence::recheck
