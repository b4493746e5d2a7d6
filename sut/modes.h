// The replication modes and their settings (names of keys are contracts, docs/modes.md).
#pragma once

#include <string>
#include <vector>

#include "base/settings.h"

namespace tribunal::sut {

const std::vector<Schema>& modes();

// Combinations that a Schema cannot refuse, e.g. a heartbeat no shorter than the election timeout.
// Precondition: `mode` was parsed against modes().
tribunal::Status check_mode(const Settings& mode);

// The consistency models that a mode claims with these settings, as `--expect` spells them.
std::vector<std::string> claimed_model(const Settings& mode);

}  // namespace tribunal::sut
