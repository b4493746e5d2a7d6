// Sampling by inverse transform. Logarithm and power come from 256-entry tables, computed at
// compile time with integers, and linear interpolation.
#include "cluster/latency.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <utility>

namespace tribunal::cluster {
namespace {

using Wide = unsigned __int128;
using Table = std::array<std::uint64_t, 257>;

// log2(1 + i/256), 32 fractional bits: squaring doubles the logarithm, so that each squaring of a
// number in [1, 2) yields one more bit.
constexpr Table make_log2_table() {
  Table table{};
  for (std::uint64_t i = 0; i < 256; ++i) {
    std::uint64_t y = (256 + i) << 54;  // 62 fractional bits
    std::uint64_t bits = 0;
    for (int bit = 0; bit < 32; ++bit) {
      Wide square = (static_cast<Wide>(y) * y) >> 62;
      bits <<= 1;
      if (square >> 63 != 0) {
        bits |= 1;
        square >>= 1;
      }
      y = static_cast<std::uint64_t>(square);
    }
    table[i] = bits;
  }
  table[256] = std::uint64_t{1} << 32;
  return table;
}

constexpr std::uint64_t square_root(Wide x) {
  Wide root = 0;
  for (int bit = 63; bit >= 0; --bit) {
    const Wide candidate = root | (static_cast<Wide>(1) << bit);
    if (candidate * candidate <= x) root = candidate;
  }
  return static_cast<std::uint64_t>(root);
}

// 2^(i/256), 32 fractional bits: the product of 2^(1/2), 2^(1/4), ... for the bits set in i.
constexpr Table make_power_table() {
  std::array<std::uint64_t, 8> roots{};
  Wide root = static_cast<Wide>(2) << 62;
  for (auto& r : roots) {
    r = square_root(root << 62);
    root = r;
  }
  Table table{};
  for (std::uint64_t i = 0; i < 256; ++i) {
    Wide product = static_cast<Wide>(1) << 62;
    for (int bit = 0; bit < 8; ++bit) {
      if ((i >> (7 - bit)) & 1) product = (product * roots[static_cast<std::size_t>(bit)]) >> 62;
    }
    table[i] = static_cast<std::uint64_t>(product >> 30);
  }
  table[256] = std::uint64_t{2} << 32;
  return table;
}

constexpr Table log2_table = make_log2_table();
constexpr Table power_table = make_power_table();

// `fraction` has 32 bits: 8 index the table, 24 interpolate.
std::uint64_t interpolate(const Table& table, std::uint64_t fraction) {
  const std::uint64_t index = fraction >> 24;
  const std::uint64_t between = fraction & 0xffffff;
  return table[index] + (((table[index + 1] - table[index]) * between) >> 24);
}

std::uint64_t nanoseconds_of(Duration d) { return static_cast<std::uint64_t>(d.count()); }

}  // namespace

std::uint64_t negative_log2(std::uint64_t u) {
  assert(u > 0);
  const int zeros = std::countl_zero(u);
  const std::uint64_t fraction = ((u << zeros) << 1) >> 32;
  const std::uint64_t log2 =
      (static_cast<std::uint64_t>(63 - zeros) << 32) + interpolate(log2_table, fraction);
  return (std::uint64_t{64} << 32) - log2;
}

std::uint64_t power_of_two(std::uint64_t x) {
  assert(x >> 32 < 30);
  return interpolate(power_table, x & 0xffffffff) << (x >> 32);
}

Latency::Latency(std::vector<LatencyPart> parts) : parts_(std::move(parts)) {
  std::uint64_t total = 0;
  for (const LatencyPart& part : parts_) total += part.weight_ppm;
  assert(total == 1'000'000);
}

Duration Latency::sample(std::uint64_t which, std::uint64_t quantile) const {
  assert(!parts_.empty());
  auto ticket = static_cast<std::uint32_t>((static_cast<Wide>(which) * 1'000'000) >> 64);
  std::size_t chosen = 0;
  while (ticket >= parts_[chosen].weight_ppm) ticket -= parts_[chosen++].weight_ppm;
  const LatencyPart& part = parts_[chosen];

  constexpr std::uint64_t ln2 = 2'977'044'472;  // 32 fractional bits
  Wide ns = nanoseconds_of(part.base);
  switch (part.kind) {
    case LatencyPart::Kind::uniform:
      ns += (static_cast<Wide>(quantile) * (nanoseconds_of(part.spread) + 1)) >> 64;
      break;
    case LatencyPart::Kind::exponential: {
      const Wide nats = (static_cast<Wide>(negative_log2(quantile | 1)) * ln2) >> 32;
      ns += (nats * nanoseconds_of(part.spread)) >> 32;
      break;
    }
    case LatencyPart::Kind::pareto: {
      const std::uint64_t exponent = negative_log2(quantile | 1) * 1000 / part.alpha_milli;
      if (exponent >> 32 >= 30) return longest;
      ns = (ns * power_of_two(exponent)) >> 32;
      break;
    }
  }
  if (ns >= nanoseconds_of(longest)) return longest;
  return std::max(shortest, Duration{static_cast<std::int64_t>(ns)});
}

}  // namespace tribunal::cluster
