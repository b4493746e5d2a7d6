// Is there an order of these operations that the model accepts and that respects real time?
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "checker/linearizability/model.h"
#include "checker/linearizability/op.h"

namespace tribunal::checker::linearizability {

struct Limits {
  std::uint64_t steps = 0;                   // of the model; 0: none
  std::uint64_t memory = 0;                  // bytes of memo and interned states; 0: none
  std::function<std::string()> interrupted;  // polled now and then; the reason to stop, or ""
};

enum class Outcome { possible, impossible, gave_up };

struct Found {
  Outcome outcome = Outcome::gave_up;
  std::string reason;          // of giving up
  bool out_of_memory = false;  // ... because of Limits::memory
  std::vector<std::uint32_t>
      order;                    // by Op::call; unless possible: the longest prefix that was found
  std::uint32_t stuck = never;  // impossible: position in `ops` of the first, in order of
                                // completion, that no order reaches
  std::uint64_t steps = 0;
};

// `ops` in the order of their calls; calls and returns are all different. Optional operations (ret
// == never) occur in the order only where they are of use.
Found search(Model& model, const std::vector<Op>& ops, const Limits& limits);

// Without the optional operations that cannot help: nothing that a kept operation observed could
// have been produced by them. If an order contains such an operation, the order without it is right
// as well: whatever an observation saw was produced by an operation that is still there, and
// striking one out puts nothing new between the two (the same argument as for excerpts in
// docs/proofs.md).
std::vector<Op> without_useless(Model& model, const std::vector<Op>& ops);

}  // namespace tribunal::checker::linearizability
