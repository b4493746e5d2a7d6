// Re-checks a core: its operations as an excerpt of the key's history are impossible, and when it
// is said to be minimal, taking any one of them out makes it possible.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "verify/operations.h"

namespace tribunal::verify {

enum class CoreFinding { proven, undecided };

// `core` holds indices of invocations, ascending. The error says why the core proves nothing.
Result<CoreFinding> check_core(const KeyHistory& key, const std::vector<std::uint32_t>& core,
                               bool minimal, std::uint64_t step_limit);

}  // namespace tribunal::verify
