// Latency distributions: spellings, shapes, and the integer functions under them.
#include "cluster/latency.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "base/hash.h"
#include "cluster/simulated/simulated.h"

namespace tribunal::cluster {
namespace {

std::vector<double> samples_ms(const Latency& latency, int count = 200'000) {
  std::vector<double> result;
  for (int i = 0; i < count; ++i) {
    const auto key = mix64(static_cast<std::uint64_t>(i));
    const Duration d = latency.sample(mix64(key ^ 1), mix64(key ^ 2));
    result.push_back(static_cast<double>(d.count()) / 1e6);
  }
  std::sort(result.begin(), result.end());
  return result;
}
double quantile(const std::vector<double>& sorted, double q) {
  return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size()))];
}
double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

TEST(Latency, LogarithmAndPowerAgreeWithTheLibraryToTwoPartsInAMillion) {
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t u = (mix64(static_cast<std::uint64_t>(i)) >> (i % 60)) | 1;
    const double exact = 64.0 - std::log2(static_cast<double>(u));
    ASSERT_NEAR(static_cast<double>(negative_log2(u)) / 4294967296.0, exact, 4e-6) << u;
    const std::uint64_t x = mix64(static_cast<std::uint64_t>(i)) % (std::uint64_t{30} << 32);
    const double power = std::exp2(static_cast<double>(x) / 4294967296.0);
    ASSERT_NEAR(static_cast<double>(power_of_two(x)) / 4294967296.0 / power, 1.0, 2e-6) << x;
  }
}

TEST(Latency, ConstantIsConstant) {
  const auto values = samples_ms(parse_latency("constant:1500us").value().messages, 1000);
  EXPECT_EQ(values.front(), 1.5);
  EXPECT_EQ(values.back(), 1.5);
}

TEST(Latency, UniformCoversItsRangeEvenly) {
  const auto values = samples_ms(parse_latency("uniform:1ms-5ms").value().messages);
  EXPECT_GE(values.front(), 1.0);
  EXPECT_LE(values.back(), 5.0);
  EXPECT_NEAR(quantile(values, 0.25), 2.0, 0.03);
  EXPECT_NEAR(quantile(values, 0.5), 3.0, 0.03);
  EXPECT_NEAR(quantile(values, 0.99), 4.96, 0.03);
}

TEST(Latency, ExponentialHasItsMeanAndQuantiles) {
  const auto values = samples_ms(parse_latency("exponential:2ms").value().messages);
  EXPECT_NEAR(mean(values), 2.0, 0.03);
  EXPECT_NEAR(quantile(values, 0.5), 2.0 * std::log(2.0), 0.03);
  EXPECT_NEAR(quantile(values, 0.99), 2.0 * std::log(100.0), 0.2);
}

TEST(Latency, ParetoHasItsQuantiles) {
  const Latency pareto({{LatencyPart::Kind::pareto, milliseconds(3), {}, 3'350, 1'000'000}});
  const auto values = samples_ms(pareto);
  EXPECT_GE(values.front(), 2.9999);
  EXPECT_NEAR(quantile(values, 0.5), 3.0 * std::pow(2.0, 1 / 3.35), 0.03);
  EXPECT_NEAR(quantile(values, 0.99), 3.0 * std::pow(100.0, 1 / 3.35), 0.3);
}

// What the published mixture says about a value: P(X <= x).
double mixture(double x, double pareto, double scale, double alpha, double lambda) {
  const double body = x < scale ? 0 : 1 - std::pow(scale / x, alpha);
  return pareto * body + (1 - pareto) * (1 - std::exp(-lambda * x));
}

TEST(Latency, TheProductionPresetsFollowTheirPublishedFits) {
  struct Fit {
    Latency latency;
    double pareto, scale, alpha, lambda;
  };
  const std::vector<Fit> fits = {
      {parse_latency("lnkd-ssd").value().messages, .9122, .235, 10, 1.66},
      {parse_latency("lnkd-ssd").value().data_messages, .9122, .235, 10, 1.66},
      {parse_latency("lnkd-disk").value().messages, .9122, .235, 10, 1.66},
      {parse_latency("lnkd-disk").value().data_messages, .38, 1.05, 1.51, .183},
      {parse_latency("ymmr").value().messages, .982, 1.5, 3.8, .0217},
      {parse_latency("ymmr").value().data_messages, .939, 3, 3.35, .0028},
  };
  for (const Fit& fit : fits) {
    const auto values = samples_ms(fit.latency);
    for (const double q : {0.1, 0.5, 0.9, 0.99, 0.999}) {
      const double x = quantile(values, q);
      EXPECT_NEAR(mixture(x, fit.pareto, fit.scale, fit.alpha, fit.lambda), q, 0.004)
          << fit.scale << " " << q;
    }
  }
}

TEST(Latency, StaysBetweenItsShortestAndLongest) {
  const Latency wild({{LatencyPart::Kind::pareto, milliseconds(3), {}, 100, 1'000'000}});
  EXPECT_EQ(wild.sample(0, 0), Latency::longest);
  EXPECT_EQ(parse_latency("constant:0s").value().messages.sample(0, 0), Latency::shortest);
  EXPECT_EQ(parse_latency("exponential:60s").value().messages.sample(0, 0), Latency::longest);
}

TEST(Latency, EveryListedNameIsValid) {
  for (const std::string& name : latency_names()) EXPECT_TRUE(check_latency(name)) << name;
}

TEST(Latency, ErrorsSayWhatIsValid) {
  const auto message = [](const std::string& spelling) {
    const Status status = check_latency(spelling);
    return status ? std::string("accepted") : status.error().message;
  };
  EXPECT_NE(message("lam").find("valid: lan, wan, lnkd-ssd"), std::string::npos);
  EXPECT_NE(message("normal:1ms").find("unknown latency"), std::string::npos);
  EXPECT_NE(message("constant:5").find("latency 'constant:5'"), std::string::npos);
  EXPECT_NE(message("constant:2h").find("between 0s and"), std::string::npos);
  EXPECT_NE(message("constant:-1s"), "accepted");
  EXPECT_NE(message("uniform:1ms").find("LOW-HIGH"), std::string::npos);
  EXPECT_NE(message("uniform:5ms-1ms").find("below the lower"), std::string::npos);
  EXPECT_NE(message(""), "accepted");
  EXPECT_NE(message("uniform:-"), "accepted");
  EXPECT_NE(message("exponential:"), "accepted");
}

}  // namespace
}  // namespace tribunal::cluster
