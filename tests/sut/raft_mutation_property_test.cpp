// Bugs planted in the mode raft one at a time: random runs, or for rare ones a schedule made for
// them, must tell the mutant from the original. What the tests could not tell they could not
// protect.
#include <cstdio>

#include <gtest/gtest.h>

#include "tests/scale.h"
#include "tests/sut/raft_run.h"

namespace tribunal::sut::testing {
namespace {

using raft::Mutation;

class RaftMutants : public ::testing::TestWithParam<std::uint8_t> {};

std::string name_of(std::uint8_t mutation) { return raft::planted_bugs()[mutation - 1U].first; }

TEST_P(RaftMutants, AreCaught) {
  const std::uint64_t seeds = scaled(4000, 10);
  std::string why;
  const auto mutation = static_cast<Mutation>(GetParam());
  const std::uint64_t seed = first_failing_seed<RaftRun>(mutation, seeds, why);
  if (seed == 0 && seeds < 4000)
    GTEST_SKIP() << "rare: not seen in the " << seeds << " runs allowed";
  EXPECT_NE(seed, 0U) << seeds << " random runs did not notice " << name_of(GetParam());
  std::printf("    %-28s seed %4llu  %s\n", name_of(GetParam()).c_str(),
              static_cast<unsigned long long>(seed), why.c_str());
}

// All but those that raft_schedules_test.cpp makes a schedule for.
std::vector<std::uint8_t> found_at_random() {
  std::vector<std::uint8_t> all;
  for (std::size_t i = 1; i <= raft::planted_bugs().size(); ++i) {
    switch (static_cast<Mutation>(i)) {
      case Mutation::vote_before_durable:
      case Mutation::keep_old_term:
      case Mutation::install_older_snapshot:
      case Mutation::lease_from_answer:
      case Mutation::lease_during_transfer:
        break;
      default:
        all.push_back(static_cast<std::uint8_t>(i));
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Planted, RaftMutants, ::testing::ValuesIn(found_at_random()),
                         [](const auto& test) {
                           std::string name = name_of(test.param);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace tribunal::sut::testing
