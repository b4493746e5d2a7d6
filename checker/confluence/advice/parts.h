// The parts of which advice is put together, each in a file of its own.
#pragma once

#include <vector>

#include "checker/confluence/advice.h"
#include "checker/confluence/coordination.h"

namespace tribunal::checker::confluence::advice {

// ---- locks.cpp ----
std::vector<Lock> locks(const spec::Spec& spec, const std::vector<Conflict>& conflicts);
// What these locks keep apart.
Coordination coordination(const std::vector<Lock>& locks);
// The fewest transactions with which every conflict has one in common; exact up to 20 transactions,
// beyond that greedy.
std::vector<std::uint32_t> cover(const spec::Spec& spec, const std::vector<Conflict>& conflicts);

// ---- phases.cpp ----
// The maximal sets of transactions without a conflict among them.
std::vector<std::vector<std::uint32_t>> free_of_conflict(const spec::Spec& spec,
                                                         const std::vector<Conflict>& conflicts);

// ---- apology.cpp ----
Apology apology(const spec::Layout& layout, const Decision& decision);

// ---- escrow.cpp, repairs.cpp: candidates, not yet verified ----
std::vector<Variant> escrows(const spec::Spec& spec, const std::vector<std::uint32_t>& invariants);
std::vector<Variant> repairs(const spec::Spec& spec, const std::vector<std::uint32_t>& invariants);

// ---- forms.cpp: shapes of invariants ----
// The variables bound by the outermost foralls (without `where`), and what they bind.
struct Prefix {
  std::vector<spec::ExprId> binders;
  spec::ExprId body = 0;
};
Prefix strip(const spec::Spec& spec, spec::ExprId condition);
// Variables that the expression reads, ascending.
std::vector<std::uint32_t> variables_read(const spec::Spec& spec, spec::ExprId expr);
// Adds a node and names it.
spec::ExprId put(spec::Spec& spec, spec::Expr expr);

}  // namespace tribunal::checker::confluence::advice
