// Randomness that is keyed, not streamed. A draw is a hash of (seed, scope, site, ordinal), so that
// removing one operation or one fault leaves every other draw alone; replay and shrinking rest on
// it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace tribunal {

// The name of a place in the code that draws, hashed at compile time:
// below("election-timeout"_site, n).
struct Site {
  std::uint64_t hash;
};
consteval Site operator""_site(const char* text, std::size_t size) {
  return {hash_text({text, size})};
}

// A number in [0, bound) that depends on nothing but its arguments. bound > 0.
// Lemire's multiply-shift; the bias is below 2^-32 for every bound used here.
constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t scope, Site site,
                             std::uint64_t ordinal, std::uint64_t bound) {
  const std::uint64_t h = combine(combine(combine(seed, scope), site.hash), ordinal);
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(h) * bound) >> 64);
}

// The draws of one scope (a node, a client, a nemesis): counts the ordinal of each site by itself.
// A copyable value, so that copying a simulation copies its future.
class Choices {
 public:
  Choices(std::uint64_t seed, std::uint64_t scope) : seed_(seed), scope_(scope) {}

  std::uint64_t below(Site site, std::uint64_t bound) {
    return draw(seed_, scope_, site, next_ordinal(site), bound);
  }
  // True with probability ppm / 1 000 000.
  bool chance(Site site, std::uint64_t ppm) { return below(site, 1'000'000) < ppm; }

  std::uint64_t fingerprint() const;

 private:
  struct Counter {
    std::uint64_t site;
    std::uint64_t next;
  };
  std::uint64_t next_ordinal(Site site);

  std::uint64_t seed_;
  std::uint64_t scope_;
  std::vector<Counter> counters_;  // a handful of sites: linear search beats a map
};

}  // namespace tribunal
