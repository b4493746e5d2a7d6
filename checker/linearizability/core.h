// Finds a small excerpt of an impossible history that is impossible by itself.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/linearizability/excerpt.h"
#include "checker/linearizability/search.h"

namespace tribunal::checker::linearizability {

struct Core {
  std::vector<std::uint32_t> positions;  // in KeyHistory::ops, ascending
  bool minimal = false;                  // removing any one of them leaves a possible excerpt
  std::uint64_t steps = 0;
};

// Precondition: no order explains `key`, and none reaches the return of ops[stuck]. `limits.steps`
// bounds the work; when it runs out, the core is impossible all the same, but perhaps not minimal.
Core find_core(const KeyHistory& key, Excerpts& excerpts, std::uint32_t stuck, const Limits& limits,
               bool minimise);

}  // namespace tribunal::checker::linearizability
