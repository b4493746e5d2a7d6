// Targets as text: "leader", "n1,n2", "n1<n2 n3; n2<n1".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "nemesis/schedule.h"

namespace tribunal::nemesis {

Result<Target> parse_target(std::string_view text, FaultKind kind, std::uint16_t nodes);
std::string show_target(const Target& target);

}  // namespace tribunal::nemesis
