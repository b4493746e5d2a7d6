// Pairs of transactions that never run concurrently, because something keeps them apart.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tribunal::checker::confluence {

struct Apart {
  std::uint32_t a = 0;  // transactions
  std::uint32_t b = 0;
  // Only when these parameters (of a, of b) are equal; none: always.
  std::optional<std::pair<std::uint32_t, std::uint32_t>> key;
};
using Coordination = std::vector<Apart>;

}  // namespace tribunal::checker::confluence
