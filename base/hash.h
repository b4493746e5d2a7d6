// Hashing with results that are the same on every machine and compiler. Used for keyed random
// choices, fingerprints of state and hash chains; never std::hash, whose values are unspecified.
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace tribunal {

// The finaliser of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
// OOPSLA 2014): a bijection on 64 bits with full avalanche.
[[gnu::always_inline]] constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

[[gnu::always_inline]] constexpr std::uint64_t combine(std::uint64_t seed, std::uint64_t value) {
  return mix64(seed ^ (value * 0x9fb21c651e98df25ULL + 0x2545f4914f6cdd1dULL));
}

// FNV-1a, then mixed: short strings known at compile time, such as the names of choice sites.
constexpr std::uint64_t hash_text(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return mix64(h);
}

// Accumulates a fingerprint member by member: `Fingerprint{}.add(term_).add(role_).value()`.
class Fingerprint {
 public:
  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  constexpr Fingerprint& add(T value) {
    state_ = combine(state_, static_cast<std::uint64_t>(value));
    return *this;
  }
  constexpr Fingerprint& add(std::string_view text) {
    return add(hash_text(text)).add(text.size());
  }
  constexpr std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0x6a09e667f3bcc908ULL;
};

}  // namespace tribunal
