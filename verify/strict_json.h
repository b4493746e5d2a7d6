// JSON for untrusted proofs: the only shapes a proof can have, and one sentence about anything
// else.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"

namespace tribunal::verify {

// Refuses, besides what is not JSON: more than four levels of nesting, a key that occurs twice in
// one object, numbers that are not integers of 64 bits, and NUL bytes (which the library takes for
// the end).
Result<nlohmann::json> read_strict_json(std::string_view text);

}  // namespace tribunal::verify
