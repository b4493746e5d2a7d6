// Random runs: safe settings keep every promise, and no combination of settings makes a node
// stumble.
#include <gtest/gtest.h>

#include "tests/scale.h"
#include "tests/sut/random_run.h"

namespace tribunal::sut::testing {
namespace {

using single_leader::Mutation;

void expect_all_good(std::uint64_t first, std::uint64_t count, RandomRun::Settings settings) {
  std::uint64_t messages = 0, acknowledged = 0, reads = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    RandomRun run(seed, Mutation::none, settings);
    EXPECT_EQ(run.run(), "") << "seed " << seed;
    messages += run.messages();
    acknowledged += run.acknowledged();
    reads += run.reads();
  }
  // A run in which nothing happens proves nothing.
  EXPECT_GT(messages, 500 * count);
  EXPECT_GT(acknowledged, 50 * count);
  EXPECT_GT(reads, 30 * count);
}

TEST(RandomRuns, WithSafeSettingsKeepEveryPromise) {
  expect_all_good(1, scaled(1500, 10), RandomRun::Settings::safe);
}
TEST(RandomRuns, WithSafeSettingsKeepEveryPromiseInOtherRuns) {
  expect_all_good(1'000'000, scaled(1500, 10), RandomRun::Settings::safe);
}
TEST(RandomRuns, WithAnySettingsRecoverAndConverge) {
  expect_all_good(2'000'000, scaled(1500, 10), RandomRun::Settings::any);
}

TEST(RandomRuns, AreTheSameForTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= scaled(40, 10); ++seed) {
    RandomRun one(seed, Mutation::none, RandomRun::Settings::any);
    RandomRun other(seed, Mutation::none, RandomRun::Settings::any);
    EXPECT_EQ(one.run(), other.run());
    EXPECT_EQ(one.fingerprint(), other.fingerprint()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tribunal::sut::testing
