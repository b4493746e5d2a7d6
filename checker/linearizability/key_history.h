// The operations of one independent key, decoded for one model. Linearizability is local (Herlihy
// and Wing, Linearizability, TOPLAS 1990, theorem 1): a history is linearizable if and only if each
// key is.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/result.h"
#include "checker/check.h"
#include "checker/linearizability/model.h"
#include "checker/linearizability/op.h"

namespace tribunal::checker::linearizability {

struct KeyHistory {
  history::ValueRef key;
  bool has_key = false;
  std::unique_ptr<Model> model;
  std::vector<Op> ops;  // in the order of their calls; what constrains nothing is left out
  // Of operations that come from an excerpt: (Op::call, producers in the whole history).
  std::vector<std::pair<std::uint32_t, std::uint32_t>> counts;
};

// Options with the model and the initial value filled in, or what is wrong with them.
Result<Options> resolve(const history::History& history, const Options& options);

// In order of the keys' first appearance. `options` is resolved, and must outlive the result, like
// `history`.
Result<std::vector<KeyHistory>> split(const history::History& history, const Options& options);

}  // namespace tribunal::checker::linearizability
