// The checkers of models weaker than linearizable against brute force, against the lattice, and
// with each of their rules broken on purpose.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "checker/consistency.h"
#include "checker/models.h"
#include "checker/session/decide.h"
#include "tests/checker/keyed_histories.h"
#include "tests/checker/weaker_histories.h"
#include "tests/checker/weaker_oracle.h"
#include "tests/scale.h"

namespace tribunal::checker {
namespace {

using session::Flaw;
using testing_support::WeakerGenerator;
using testing_support::WeakerOracle;

Options from_zero() {
  Options options;
  options.initial = history::Value::integer(0);
  return options;
}

std::string text(const history::History& history) {
  std::string all;
  for (std::uint32_t i = 0; i < history.size(); ++i) all += history.show(i) + "\n";
  return all;
}

// One model without the shortcuts of check_consistency.
Validity decide(const history::History& history, const std::string& model, Flaw flaw) {
  const Options options = from_zero();
  const auto readings = session::Readings::of(history, options);
  if (!readings->phantoms().empty()) return Validity::invalid;
  session::Budget budget;
  budget.steps = 1'000'000;
  Validity found = Validity::invalid;
  const std::uint64_t count = readings->count(10'000);
  for (std::uint64_t i = 0; i < count; ++i) {
    const session::Observed observed = readings->reading(i);
    const Validity one = session::Decider(history, observed, budget, flaw).decide(model).validity;
    if (one != Validity::invalid) found = one;
    if (one == Validity::valid) break;
  }
  return found;
}

class Weaker : public testing::TestWithParam<std::string> {};

TEST_P(Weaker, AgreesWithBruteForce) {
  const std::string model = GetParam();
  std::map<bool, std::uint64_t> seen;
  const std::uint64_t cases = scaled(20'000);
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    const history::History history = WeakerGenerator(seed).history(7);
    const bool expected = WeakerOracle(history, from_zero()).holds(model);
    ++seen[expected];
    ASSERT_EQ(decide(history, model, Flaw::none), expected ? Validity::valid : Validity::invalid)
        << model << ", seed " << seed << "\n"
        << text(history);
  }
  EXPECT_GT(seen[true], cases / 20);
  EXPECT_GT(seen[false], cases / 20);
}

INSTANTIATE_TEST_SUITE_P(Models, Weaker, testing::ValuesIn(weaker_models()),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Histories that random ones hardly ever hit upon.
struct Handmade {
  const char* text;
  const char* valid;    // a model that holds
  const char* invalid;  // one that does not
};

const std::vector<Handmade>& handmade() {
  static const std::vector<Handmade> list{
      // 2 was concurrent with 1 and may be the older version, but client 0 has no order for it: it
      // had not seen z when it wrote 1.
      {"1 write z 1; 1 write x 2; 1 write y 1; 0 write x 1; 0 read z 0; 0 read y 1; 0 read x 1",
       "causal-convergence", "pram"},
      // Each sees its own write and then the other's.
      {"0 write x 1; 0 read x 2; 1 write x 2; 1 read x 1", "causal", "causal-convergence"},
      // Two reads, one of either new value only (a long fork).
      {"0 write x 1; 1 write y 1; 2 read x 1; 2 read y 0; 3 read y 1; 3 read x 0",
       "causal-convergence", "consistent-prefix"},
      // Each misses the other's write: store buffers.
      {"0 write x 1; 0 read y 0; 1 write y 1; 1 read x 0", "consistent-prefix", "sequential"},
      // x has 1 before 2 and y has 3 before 4, which no order of all four writes can have.
      {"0 write x 2; 0 write y 3; 1 write y 4; 1 write x 1; 2 read x 1; 2 read x 2; "
       "3 read y 3; 3 read y 4",
       "session-guarantees", "causal-convergence"},
      // What was seen depends on 2, which depends on 1.
      {"0 write x 1; 1 read x 1; 1 write x 2; 2 read x 2; 2 write y 1; 3 read y 1; 3 read x 1",
       "pram", "writes-follow-reads"},
      // Across two clients.
      {"0 write x 1; 1 read x 1; 1 write y 1; 2 read y 1; 2 write z 1; 3 read z 1; 3 read x 0",
       "pram", "writes-follow-reads"}};
  return list;
}

TEST(WeakerModels, TellHandmadeHistoriesApart) {
  for (const Handmade& one : handmade()) {
    const history::History history = testing_support::keyed(testing_support::sequence(one.text));
    EXPECT_EQ(decide(history, one.valid, Flaw::none), Validity::valid) << one.text;
    EXPECT_EQ(decide(history, one.invalid, Flaw::none), Validity::invalid) << one.text;
    for (const std::string& model : weaker_models()) {
      EXPECT_EQ(decide(history, model, Flaw::none) == Validity::valid,
                WeakerOracle(history, from_zero()).holds(model))
          << model << ": " << one.text;
    }
  }
}

// The public entrance takes shortcuts between models; they must not show.
TEST(WeakerModels, AreDecidedTogetherAsTheyAreOneByOne) {
  for (std::uint64_t seed = 0; seed < scaled(5'000); ++seed) {
    const history::History history = WeakerGenerator(seed + 1'000'000).history(7);
    const auto checks = check_consistency(history, from_zero());
    ASSERT_TRUE(checks.ok());
    ASSERT_EQ(checks->size(), weaker_models().size());
    for (const Check& check : *checks) {
      EXPECT_EQ(check.validity, decide(history, check.name, Flaw::none))
          << check.name << ", seed " << seed << "\n"
          << text(history);
      EXPECT_EQ(check.anomalies.empty(), check.validity == Validity::valid);
    }
  }
}

// What satisfies a model satisfies every weaker one: linearizable, sequential, causal, ...
TEST(WeakerModels, ImplyOneAnotherAsTheLatticeSays) {
  std::uint64_t linearizable = 0;
  for (std::uint64_t seed = 0; seed < scaled(10'000); ++seed) {
    const history::History history = WeakerGenerator(seed + 2'000'000).history(9);
    std::map<std::string, Validity> found;
    Options options = from_zero();
    options.model = "cas-register";
    found["linearizable"] = check_linearizable(history, options)->validity;
    linearizable += found["linearizable"] == Validity::valid ? 1 : 0;
    for (const std::string& model : weaker_models()) {
      found[model] = decide(history, model, Flaw::none);
    }
    for (const auto& [stronger, a] : found) {
      for (const auto& [weaker, b] : found) {
        if (!implies(stronger, weaker) || a != Validity::valid) continue;
        ASSERT_EQ(b, Validity::valid)
            << stronger << " but not " << weaker << ", seed " << seed << "\n"
            << text(history);
      }
    }
  }
  EXPECT_GT(linearizable, scaled(10'000) / 10);
}

// And no more than the lattice says: for every other pair some history has the one without the
// other.
TEST(WeakerModels, ImplyNothingElse) {
  std::set<std::pair<std::string, std::string>> together;
  for (const std::string& a : weaker_models()) {
    for (const std::string& b : weaker_models()) {
      if (!implies(a, b)) together.insert({a, b});
    }
  }
  for (std::uint64_t seed = 0; seed < 15'000 && !together.empty(); ++seed) {
    const history::History history =
        seed < handmade().size()
            ? testing_support::keyed(testing_support::sequence(handmade()[seed].text))
            : WeakerGenerator(seed + 3'000'000).history(10);
    std::map<std::string, Validity> found;
    const auto checks = check_consistency(history, from_zero());
    for (const Check& check : *checks) {
      found[check.name] = check.validity;
    }
    for (const auto& [a, its] : found) {
      for (const auto& [b, other] : found) {
        if (its == Validity::valid && other == Validity::invalid) together.erase({a, b});
      }
    }
  }
  for (const auto& [a, b] : together) ADD_FAILURE() << "never " << a << " without " << b;
}

// ---- rules broken on purpose ----

std::uint64_t disagreements(const std::string& model, Flaw flaw) {
  std::uint64_t wrong = 0;
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    const history::History history =
        seed < handmade().size()
            ? testing_support::keyed(testing_support::sequence(handmade()[seed].text))
            : WeakerGenerator(seed + 4'000'000).history(8);
    wrong += decide(history, model, flaw) != decide(history, model, Flaw::none) ? 1 : 0;
  }
  return wrong;
}

TEST(WeakerFlaws, OfSessionGuaranteesAreCaught) {
  EXPECT_EQ(disagreements("session-guarantees", Flaw::none), 0U);
  EXPECT_GT(disagreements("read-your-writes", Flaw::own_writes_ignored), 0U);
  EXPECT_GT(disagreements("monotonic-reads", Flaw::earlier_reads_ignored), 0U);
  EXPECT_GT(disagreements("monotonic-writes", Flaw::process_order_ignored), 0U);
  EXPECT_GT(disagreements("monotonic-writes", Flaw::seen_writes_ignored), 0U);
  EXPECT_GT(disagreements("writes-follow-reads", Flaw::seen_writes_ignored), 0U);
  EXPECT_GT(disagreements("writes-follow-reads", Flaw::dependencies_ignored), 0U);
  EXPECT_GT(disagreements("writes-follow-reads", Flaw::only_direct_dependencies), 0U);
  EXPECT_GT(disagreements("session-guarantees", Flaw::initial_is_a_version), 0U);
  EXPECT_GT(disagreements("read-your-writes", Flaw::one_order_for_all), 0U);
}

TEST(WeakerFlaws, OfCausalityAreCaught) {
  EXPECT_GT(disagreements("causal", Flaw::causality_without_reads), 0U);
  EXPECT_GT(disagreements("causal", Flaw::only_direct_dependencies), 0U);
  EXPECT_GT(disagreements("causal", Flaw::no_saturation), 0U);
  EXPECT_GT(disagreements("pram", Flaw::no_saturation), 0U);
  EXPECT_GT(disagreements("pram", Flaw::one_pass), 0U);
  EXPECT_GT(disagreements("causal-convergence", Flaw::conflict_edges_ignored), 0U);
}

TEST(WeakerFlaws, OfOneOrderAreCaught) {
  EXPECT_GT(disagreements("consistent-prefix", Flaw::own_writes_wait), 0U);
  EXPECT_GT(disagreements("sequential", Flaw::process_order_of_reads), 0U);
  EXPECT_GT(disagreements("sequential", Flaw::cas_not_atomic), 0U);
}

}  // namespace
}  // namespace tribunal::checker
