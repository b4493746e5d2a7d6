// The scenarios that come with the program (scenarios/*/*.toml, embedded when it is built).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tribunal::harness {

struct CatalogueEntry {
  std::string name;         // "textbook/stale-follower"
  std::string description;  // of the scenario
  std::string_view toml;
};

const std::vector<CatalogueEntry>& catalogue();  // sorted by name

// By full name or by its last part when that is unique.
std::optional<CatalogueEntry> find_scenario(std::string_view name);

}  // namespace tribunal::harness
