// The checkers of models weaker than linearizable against brute force, against the lattice, and
// with each of their rules broken on purpose.
#include <map>

#include <gtest/gtest.h>

#include "checker/consistency.h"
#include "checker/models.h"
#include "checker/session/decide.h"
#include "tests/checker/weaker_histories.h"
#include "tests/checker/weaker_oracle.h"

namespace tribunal::checker {
namespace {

using session::Flaw;
using testing_support::scaled;
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

INSTANTIATE_TEST_SUITE_P(Models, Weaker, testing::ValuesIn(weaker_models()), [](const auto& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace tribunal::checker
