// A replica's state as formulas: per cell what its kind keeps. Tags (the adds of an awset, the
// removes of an rwset) are infinitely many, but all that matters of them is which replicas have
// seen them, so they are kept by class: tags that the same transactions can observe. How many
// classes there are, and who sees which, is the query's choice; bits beyond are always absent.
#pragma once

#include "checker/confluence/encoding/effects.h"

namespace tribunal::checker::confluence::encoding {

struct CellState {
  Term value;    // counter, max, min, lww
  Term time;     // lww: when it was written; 0: never
  Term added;    // gset, tpset, rwset
  Term removed;  // tpset
  Terms tags;    // awset, rwset: whether some tag of each class has not been undone
};

struct Symbolic {
  std::vector<CellState> cells;
  std::vector<Terms> used;  // by sort and element: was minted by `fresh`
};

// Which classes a transaction has seen, and which class its own tags go to.
struct Sight {
  std::uint32_t seen = 1;  // bit c: class c
  std::uint32_t own = 0;
};

class States {
 public:
  States(const Evaluator& evaluator, std::uint32_t classes)
      : evaluator_(evaluator), b_(evaluator.builder()), classes_(classes) {}

  Symbolic initial() const;
  // Any state: constants named after `name`. Tags in class 0 only. What types and kinds alone imply
  // (elements lie in their sort, a register never written has its initial value) is added to
  // `facts`.
  Symbolic any(const std::string& name, Terms& facts) const;

  Terms merged(const Symbolic& state) const;  // values before onmerge
  Terms shown(const Symbolic& state) const { return after_on_merge(evaluator_, merged(state)); }

  Terms gone(const Symbolic& state) const;  // as execute() wants it

  // The state with the effects of a transaction, written at `time`. at_origin: max and min take
  // the value assigned; elsewhere they join.
  Symbolic apply(const Symbolic& state, const std::vector<Effect>& effects, const Term& time,
                 Sight sight, bool at_origin) const;
  // Marks the fresh arguments of a transaction as used, where `happens` holds.
  void use(Symbolic& state, std::uint32_t transaction, const Slots& arguments,
           const Term& happens) const;

  Term invariants(const Terms& shown) const;
  Term invariant(std::uint32_t invariant, const Terms& shown) const;

  const Evaluator& evaluator() const { return evaluator_; }
  std::uint32_t classes() const { return classes_; }

 private:
  CellState blank() const;

  const Evaluator& evaluator_;
  const Builder& b_;
  std::uint32_t classes_;
};

}  // namespace tribunal::checker::confluence::encoding
