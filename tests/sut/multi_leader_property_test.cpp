// Random runs of multi-leader clusters: under any settings and any faults the nodes converge, keep
// what their policy promises, and causal delivery applies nothing before what it depends on.
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/scale.h"
#include "tests/sut/multi_leader_random_run.h"
#include "tests/sut/random_run.h"

namespace tribunal::sut::testing {
namespace {

using multi_leader::Mutation;

TEST(MultiLeader, ConvergesAndKeepsItsPromisesUnderAnyFaults) {
  std::size_t acknowledged = 0;
  std::uint64_t states = 0;
  const std::uint64_t seeds = scaled(150, 10);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    MultiRun run(seed);
    ASSERT_EQ(run.run(), "") << "seed " << seed;
    acknowledged += run.acknowledged();
    states += run.cluster().states_sent();
  }
  EXPECT_GT(acknowledged, seeds * 100) << "the clusters hardly did anything";
  EXPECT_GT(states, seeds / 10) << "full states were hardly ever needed";
}

TEST(MultiLeader, DoesTheSameWithTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    MultiRun one(seed), other(seed);
    one.run();
    other.run();
    EXPECT_EQ(one.fingerprint(), other.fingerprint());
  }
}

class MultiLeaderMutants : public ::testing::TestWithParam<std::size_t> {};

TEST_P(MultiLeaderMutants, AreCaught) {
  const auto mutation = static_cast<Mutation>(GetParam() + 1);
  const std::string& name = multi_leader::planted_bugs()[GetParam()].first;
  const std::uint64_t seeds = scaled(150, 10);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    MultiRun run(seed, mutation);
    const std::string why = run.run();
    if (why.empty()) continue;
    std::printf("    %-20s seed %4llu  %s\n", name.c_str(), static_cast<unsigned long long>(seed),
                why.c_str());
    return;
  }
  if (seeds < 150) GTEST_SKIP() << "rare: not seen in the " << seeds << " runs allowed";
  ADD_FAILURE() << seeds << " random runs did not notice " << name;
}

INSTANTIATE_TEST_SUITE_P(Planted, MultiLeaderMutants,
                         ::testing::Range<std::size_t>(0, multi_leader::planted_bugs().size()));

}  // namespace
}  // namespace tribunal::sut::testing
