// Re-checks a linearization: the right operations, an order that real time allows, and a replay
// that yields exactly what was observed. One pass over the order.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "verify/operations.h"

namespace tribunal::verify {

// `order` holds indices of invocations. The error names the first operation that is wrong.
Status replay(const KeyHistory& key, const std::vector<std::uint32_t>& order);

}  // namespace tribunal::verify
