#include "harness/exit_code.h"

#include <gtest/gtest.h>

namespace tribunal::harness {
namespace {

TEST(ExitCode, FollowsTheVerdict) {
  EXPECT_EQ(static_cast<int>(exit_code(checker::Validity::valid)), 0);
  EXPECT_EQ(static_cast<int>(exit_code(checker::Validity::invalid)), 1);
  EXPECT_EQ(static_cast<int>(exit_code(checker::Validity::unknown)), 2);
}

TEST(ExitCode, ViolatedDominatesFailedDominatesUndecidedDominatesHolds) {
  using enum ExitCode;
  EXPECT_EQ(worst(violated, failed), violated);
  EXPECT_EQ(worst(failed, violated), violated);
  EXPECT_EQ(worst(violated, usage), violated);
  EXPECT_EQ(worst(failed, undecided), failed);
  EXPECT_EQ(worst(undecided, holds), undecided);
  EXPECT_EQ(worst(holds, holds), holds);
}

}  // namespace
}  // namespace tribunal::harness
