// The spellings of latencies and the presets. docs/simulator.md says where the numbers come from.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "cluster/latency.h"

namespace tribunal::cluster {
namespace {

using Kind = LatencyPart::Kind;

Latency constant(Duration d) { return Latency({{Kind::uniform, d, {}, 0, 1'000'000}}); }
Latency uniform(Duration low, Duration high) {
  return Latency({{Kind::uniform, low, high - low, 0, 1'000'000}});
}
Latency exponential(Duration base, Duration mean) {
  return Latency({{Kind::exponential, base, mean, 0, 1'000'000}});
}
LatencyProfile same(const Latency& latency) { return {latency, latency, latency}; }

// A Pareto body and an exponential tail, the form of Bailis et al., "Probabilistically Bounded
// Staleness for Practical Partial Quorums", VLDB 2012, Table 3. The means of the tails are
// 1/lambda.
Latency pareto_mix(std::uint32_t pareto_ppm, Duration scale, std::uint32_t alpha_milli,
                   Duration tail_mean) {
  return Latency({{Kind::pareto, scale, {}, alpha_milli, pareto_ppm},
                  {Kind::exponential, {}, tail_mean, 0, 1'000'000 - pareto_ppm}});
}
Latency lnkd_ssd() { return pareto_mix(912'200, microseconds(235), 10'000, nanoseconds(602'410)); }
Latency lnkd_disk_writes() {
  return pareto_mix(380'000, microseconds(1'050), 1'510, nanoseconds(5'464'481));
}
Latency ymmr() { return pareto_mix(982'000, microseconds(1'500), 3'800, nanoseconds(46'082'949)); }
Latency ymmr_writes() {
  return pareto_mix(939'000, milliseconds(3), 3'350, nanoseconds(357'142'857));
}
Latency lan() { return exponential(microseconds(100), microseconds(150)); }

Result<LatencyProfile> unknown(std::string_view spelling) {
  return fail(
      fmt::format("unknown latency '{}'; valid: {}", quote(spelling), join(latency_names(), ", ")));
}

Result<Duration> bounded(std::string_view text, std::string_view spelling) {
  Result<Duration> parsed = parse_duration(text);
  if (!parsed)
    return fail(fmt::format("latency '{}': {}", quote(spelling), parsed.error().message));
  if (*parsed < Duration{} || *parsed > Latency::longest) {
    return fail(fmt::format("latency '{}': expected between 0s and {}, found {}", quote(spelling),
                            show_duration(Latency::longest), quote(text)));
  }
  return parsed;
}

Result<LatencyProfile> parse_uniform(std::string_view range, std::string_view spelling) {
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) {
    return fail(fmt::format("latency '{}': expected uniform:LOW-HIGH, such as uniform:1ms-5ms",
                            quote(spelling)));
  }
  const Result<Duration> low = bounded(range.substr(0, dash), spelling);
  if (!low) return fail(low.error().message);
  const Result<Duration> high = bounded(range.substr(dash + 1), spelling);
  if (!high) return fail(high.error().message);
  if (*high < *low) {
    return fail(fmt::format("latency '{}': the upper bound is below the lower", quote(spelling)));
  }
  return same(uniform(*low, *high));
}

}  // namespace

std::vector<std::string> latency_names() {
  return {"lan",  "wan",          "lnkd-ssd",        "lnkd-disk",
          "ymmr", "constant:1ms", "uniform:1ms-5ms", "exponential:2ms",
          "none"};
}

Result<LatencyProfile> parse_latency(std::string_view spelling) {
  if (spelling == "none") return same(constant({}));
  if (spelling == "lan") return same(lan());
  if (spelling == "wan") {
    const Latency far = exponential(milliseconds(30), milliseconds(3));
    return LatencyProfile{far, far, lan()};
  }
  if (spelling == "lnkd-ssd") return same(lnkd_ssd());
  if (spelling == "lnkd-disk") return LatencyProfile{lnkd_ssd(), lnkd_disk_writes(), lnkd_ssd()};
  if (spelling == "ymmr") return LatencyProfile{ymmr(), ymmr_writes(), ymmr()};

  const std::size_t colon = spelling.find(':');
  if (colon == std::string_view::npos) return unknown(spelling);
  const std::string_view kind = spelling.substr(0, colon);
  const std::string_view rest = spelling.substr(colon + 1);
  if (kind == "uniform") return parse_uniform(rest, spelling);
  if (kind != "constant" && kind != "exponential") return unknown(spelling);
  const Result<Duration> amount = bounded(rest, spelling);
  if (!amount) return fail(amount.error().message);
  return same(kind == "constant" ? constant(*amount) : exponential({}, *amount));
}

Status check_latency(const std::string& spelling) {
  const Result<LatencyProfile> parsed = parse_latency(spelling);
  if (!parsed) return fail(parsed.error().message);
  return {};
}

}  // namespace tribunal::cluster
