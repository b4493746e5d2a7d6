// One key from its operations to a verdict with its proof.
#pragma once

#include <optional>
#include <string>

#include "checker/linearizability/key_history.h"
#include "checker/linearizability/search.h"
#include "checker/verdict.h"

namespace tribunal::checker::linearizability {

struct KeyResult {
  KeyProof proof;
  std::optional<Anomaly> anomaly;  // of an invalid key
  bool out_of_memory = false;
  std::uint64_t steps = 0;
};

KeyResult check_key(const history::History& history, const KeyHistory& key, const Limits& limits,
                    bool minimise);

}  // namespace tribunal::checker::linearizability
