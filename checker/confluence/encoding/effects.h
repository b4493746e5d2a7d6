// What a transaction does, as formulas: for each cell the net effect that travels to other
// replicas, computed from what its origin shows.
#pragma once

#include "checker/confluence/encoding/evaluate.h"

namespace tribunal::checker::confluence::encoding {

// The net effect on one cell; which members mean something depends on the kind.
struct Effect {
  Term change;   // counter: by how much. max, min, lww: the value assigned last
  Term written;  // max, min, lww: assigned at all
  Term added;    // sets: an add that the same transaction did not undo
  Term removed;  // tpset: removed; rwset: a remove that the same transaction did not undo
  Term cleared;  // awset: the adds, rwset: the removes, that the origin saw are undone
};

struct Execution {
  Term guard;                   // of `requires`
  std::vector<Effect> effects;  // by cell
};

// Runs `transaction` on what its origin shows. `gone`: by cell, whether a tpset there has lost its
// element for ever. `slots` holds the arguments and has room for all of the transaction's slots.
Execution execute(const Evaluator& evaluator, std::uint32_t transaction, const Terms& shown,
                  const Terms& gone, Slots slots);

// No effect at all, on every cell.
std::vector<Effect> no_effects(const Evaluator& evaluator);
// `a` where the condition holds, else `b`.
std::vector<Effect> choose(const Builder& builder, const Term& condition,
                           const std::vector<Effect>& a, const std::vector<Effect>& b);

// What a replica shows that has merged to `values`: `onmerge` carried out on them.
Terms after_on_merge(const Evaluator& evaluator, Terms values);

}  // namespace tribunal::checker::confluence::encoding
