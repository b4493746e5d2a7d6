// The replication modes and their settings (names of keys are contracts, docs/modes.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/settings.h"

namespace tribunal::sut {

const std::vector<Schema>& modes();

// Bugs planted in the protocols on purpose, one line each, to prove that runs find them.
struct PlantedBug {
  std::string mode;
  std::string name;
  std::string what;  // is broken, one sentence
};
const std::vector<PlantedBug>& planted_bugs();
// For tests: from now on every mode takes the setting mutation=NAME.
void allow_planted_bugs();

// Combinations that a Schema cannot refuse, e.g. a heartbeat no shorter than the election timeout.
// Precondition: `mode` was parsed against modes().
tribunal::Status check_mode(const Settings& mode);

// The consistency models that a mode claims with these settings, as `--expect` spells them.
std::vector<std::string> claimed_model(const Settings& mode);

// Does this node of a cluster of so many keep the objects under `key`? A mode may spread its keys.
bool keeps(const Settings& mode, std::uint16_t nodes, NodeId node, std::uint64_t key);

}  // namespace tribunal::sut
