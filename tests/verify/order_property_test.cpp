// Linearizations that are right by construction are accepted, for all models, whatever the clients
// lost.
#include <chrono>

#include <gtest/gtest.h>

#include "tests/scale.h"
#include "tests/verify/generator.h"
#include "tests/verify/oracle.h"
#include "tests/verify/random_history.h"
#include "verify/verify.h"

namespace tribunal::verify::test {
namespace {

class Orders : public testing::TestWithParam<std::string> {};

TEST_P(Orders, KnownByConstructionAreAccepted) {
  Random random(11);
  std::uint64_t operations = 0;
  for (std::uint64_t i = 0; i < scaled(3'000); ++i) {
    const Setting setting = random_setting(random, GetParam());
    const Shape shape{1 + random.below(60), 1 + random.below(8), random.below(4),
                      2 + random.below(4), random.below(40)};
    const Known known = simulate(random, setting, shape);
    const Report report = verify_proof(known.history, known.proof());
    ASSERT_EQ(report.finding, Finding::accepted) << report.reason << "\n" << known.proof();
    ASSERT_EQ(report.claim, "valid");
    ASSERT_EQ(report.keys, known.keys.size());
    operations += report.operations;
  }
  EXPECT_GT(operations, scaled(3'000) * 10);
}

// Random orders of small histories: accepted exactly when the oracle finds them right.
TEST_P(Orders, AreAcceptedExactlyWhenTheyAreRight) {
  Random random(12);
  std::uint64_t right = 0;
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < scaled(10'000); ++i) {
    const Setting setting = random_setting(random, GetParam());
    const Odds odds{15, 10, 8, i % 4 == 0 ? 50U : 0U};
    const History history =
        random_history(random, setting, {1 + random.below(4), 3, 0, 2, 0}, odds);
    const Oracle oracle(history, setting, history.operations());
    std::vector<std::uint32_t> order;
    for (const Act& act : oracle.acts()) {
      if (random.percent(act.required ? 10 : 60)) continue;
      const std::uint64_t at =
          order.size() - random.below(std::min<std::size_t>(order.size(), 2) + 1);
      order.insert(order.begin() + static_cast<std::ptrdiff_t>(at), act.invocation);
    }
    const bool truth = oracle.order_is_right(order);
    const std::string proof =
        sealed(document(history, setting, Json::array({valid_key(nullptr, order)})));
    const Report report = verify_proof(history, proof);
    ASSERT_EQ(report.finding == Finding::accepted, truth) << report.reason << "\n" << proof;
    ++(truth ? right : wrong);
  }
  EXPECT_GT(right, scaled(10'000) / 50);
  EXPECT_GT(wrong, scaled(10'000) / 50);
}

TEST_P(Orders, OfManyOperationsAreCheckedInSeconds) {
  Random random(13);
  const std::uint64_t operations = scaled(200'000);
  Setting setting;
  setting.model = GetParam();
  const Known known = simulate(random, setting, {operations, 10, 1, 5, 1});
  const std::string proof = known.proof();
  const auto start = std::chrono::steady_clock::now();
  const Report report = verify_proof(known.history, proof);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(report.finding, Finding::accepted) << report.reason;
  EXPECT_LT(took.count(), 20);
  RecordProperty("seconds", std::to_string(took.count()));
}

INSTANTIATE_TEST_SUITE_P(EveryModel, Orders, testing::ValuesIn(models()), test_name);

}  // namespace
}  // namespace tribunal::verify::test
