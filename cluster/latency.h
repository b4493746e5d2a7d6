// How long a message takes: distributions sampled with integer arithmetic only, because libm gives
// other last digits on other machines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace tribunal::cluster {

// One component of a mixture.
struct LatencyPart {
  enum class Kind : std::uint8_t {
    uniform,      // base + [0, spread]; spread 0: constant
    exponential,  // base + exponential with mean `spread`
    pareto,       // Pareto with scale `base` and shape alpha_milli / 1000
  };
  Kind kind = Kind::uniform;
  Duration base{};
  Duration spread{};
  std::uint32_t alpha_milli = 0;
  std::uint32_t weight_ppm = 1'000'000;  // weights of one distribution add up to a million
};

class Latency {
 public:
  Latency() = default;
  explicit Latency(std::vector<LatencyPart> parts);

  // `which` picks the component and `quantile` the value: two independent uniform 64-bit numbers.
  Duration sample(std::uint64_t which, std::uint64_t quantile) const;

  // Nothing is quicker, so that time passes; and nothing takes longer: here Pareto tails are cut.
  static constexpr Duration shortest = microseconds(1);
  static constexpr Duration longest = seconds(60);

 private:
  std::vector<LatencyPart> parts_;
};

// What one spelling stands for. Messages that carry data to be stored may take longer than others
// (the W of the WARS model); clients are near the node they talk to.
struct LatencyProfile {
  Latency messages;
  Latency data_messages;
  Latency clients;
};
Result<LatencyProfile> parse_latency(std::string_view spelling);

// "lan", "wan", ..., and one example of each distribution: "constant:1ms", "uniform:1ms-5ms",
// "exponential:2ms".
std::vector<std::string> latency_names();
// An error lists what is valid.
Status check_latency(const std::string& spelling);

// -log2(u / 2^64) for u > 0 with 32 fractional bits, and 2^(x / 2^32) with 32 fractional bits for
// x < 30 * 2^32: exact to about 2e-6, the same on every machine.
std::uint64_t negative_log2(std::uint64_t u);
std::uint64_t power_of_two(std::uint64_t x);

}  // namespace tribunal::cluster
