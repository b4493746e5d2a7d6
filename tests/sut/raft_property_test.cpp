// Random runs of the mode raft: safe settings keep every promise and recover; no combination of
// settings makes a server stumble; copies have the same future.
#include <gtest/gtest.h>

#include "tests/scale.h"
#include "tests/sut/raft_run.h"

namespace tribunal::sut::testing {
namespace {

using raft::Mutation;

void expect_all_good(std::uint64_t first, std::uint64_t count, Range range) {
  std::uint64_t messages = 0, acknowledged = 0, reads = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    RaftRun run(seed, Mutation::none, range);
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

TEST(RaftRuns, WithSafeSettingsKeepEveryPromise) {
  expect_all_good(1, scaled(2000, 10), Range::safe);
}
TEST(RaftRuns, WithAnySettingsRecoverAndConverge) {
  expect_all_good(2'000'000, scaled(1500, 10), Range::any);
}

TEST(RaftRuns, AreTheSameForTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= scaled(40, 10); ++seed) {
    RaftRun one(seed, Mutation::none, Range::any);
    RaftRun other(seed, Mutation::none, Range::any);
    EXPECT_EQ(one.run(), other.run());
    EXPECT_EQ(one.fingerprint(), other.fingerprint()) << "seed " << seed;
  }
}

TEST(RaftRuns, OfACopyHaveTheSameFuture) {
  for (std::uint64_t seed = 1; seed <= scaled(40, 10); ++seed) {
    RaftRun one(seed, Mutation::none, Range::any);
    one.run_faults(milliseconds(static_cast<std::int64_t>(30 * seed)));
    RaftRun other = one;
    EXPECT_EQ(one.run(), other.run());
    EXPECT_EQ(one.fingerprint(), other.fingerprint()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tribunal::sut::testing
