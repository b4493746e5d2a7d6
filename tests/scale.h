// How many cases a randomised test tries. TRIBUNAL_TEST_SCALE divides it, for builds in which every
// step is slow.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace tribunal {

inline std::uint64_t scaled(std::uint64_t cases, std::uint64_t least = 1) {
  const char* const text = std::getenv("TRIBUNAL_TEST_SCALE");
  const std::uint64_t divisor = text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
  return std::max(least, cases / std::max<std::uint64_t>(divisor, 1));
}

}  // namespace tribunal
