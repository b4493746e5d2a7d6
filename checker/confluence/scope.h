// How many elements of each sort the solver looks at, and whether more could matter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "spec/ast.h"

namespace tribunal::checker::confluence {

struct Scope {
  std::vector<std::uint32_t> sizes;  // by sort
  std::vector<std::uint32_t>
      complete;          // by sort: that many are enough; 0: no number is known to be
  std::string obstacle;  // why no number is known to be enough; may be empty
  bool is_complete() const;
};

// Declared sizes are taken as they are; `auto` sorts get as many elements as are enough, at most
// `most`, or 3 where no number is known to be enough.
//
// A violation of quantifier-free-or-universal invariants needs only the elements it names: the
// arguments of two transactions, those that falsify the invariant, and what these refer to. All
// others can be left out and it is still one (the small model property of the Bernays-Schönfinkel
// class, with references from sort to sort as functions as long as they do not form a circle).
Scope scope_of(const spec::Spec& spec, std::uint32_t most = 4);

// "User=4, Room=2, complete" or "Tx=3, bounded (sum over Tx)".
std::string show(const spec::Spec& spec, const Scope& scope);

}  // namespace tribunal::checker::confluence
