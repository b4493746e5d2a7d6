// The clocks of one machine, and timers while their rate changes.
#include "cluster/clock.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/choices.h"
#include "tests/cluster/toy.h"

namespace tribunal::cluster {
namespace {

using toy::Toys;

TEST(NodeClock, ShowsTrueTimeWithoutFaults) {
  const NodeClock clock;
  EXPECT_EQ(clock.read(seconds(7)).steady, seconds(7));
  EXPECT_EQ(clock.read(seconds(7)).wall, seconds(7));
}

TEST(NodeClock, AStepMovesTheWallClockOnly) {
  NodeClock clock;
  clock.step_wall(seconds(-3));
  EXPECT_EQ(clock.read(seconds(10)).wall, seconds(7));
  EXPECT_EQ(clock.read(seconds(10)).steady, seconds(10));
}

TEST(NodeClock, ARateBendsBothClocksFromThenOnWithoutAJump) {
  NodeClock clock;
  clock.step_wall(seconds(100));
  clock.set_rate(500'000, seconds(10));
  EXPECT_EQ(clock.steady(seconds(10)), seconds(10));
  EXPECT_EQ(clock.steady(seconds(12)), seconds(13));
  EXPECT_EQ(clock.read(seconds(12)).wall, seconds(113));
  clock.set_rate(-500'000, seconds(12));
  EXPECT_EQ(clock.steady(seconds(16)), seconds(15));
}

TEST(NodeClock, ResetMakesTheWallClockTrueAndNeverMovesTheSteadyClockBack) {
  NodeClock clock;
  clock.set_rate(1'000'000, seconds(0));
  clock.step_wall(seconds(50));
  EXPECT_EQ(clock.steady(seconds(10)), seconds(20));
  clock.reset(seconds(10));
  EXPECT_EQ(clock.read(seconds(10)).wall, seconds(10));
  EXPECT_EQ(clock.steady(seconds(10)), seconds(20));
  EXPECT_EQ(clock.steady(seconds(11)), seconds(21));
}

TEST(NodeClock, IsMonotonicAndFindsTheFirstInstantAtWhichATimeIsReached) {
  Choices choices(7, 7);
  for (int round = 0; round < 300; ++round) {
    NodeClock clock;
    Time now{};
    Time last{};
    for (int i = 0; i < 20; ++i) {
      now += Duration{static_cast<std::int64_t>(choices.below("pass"_site, 5'000'000'000))};
      ASSERT_GE(clock.steady(now), last);
      last = clock.steady(now);
      if (choices.chance("reset"_site, 100'000)) {
        clock.reset(now);
      } else {
        clock.set_rate(static_cast<std::int64_t>(choices.below("ppm"_site, 9'900'000)) - 900'000,
                       now);
      }
      ASSERT_EQ(clock.steady(now), last);
      const Time due =
          last + Duration{static_cast<std::int64_t>(choices.below("due"_site, 3'000'000'000))};
      const Time when = clock.when_steady(due, now);
      ASSERT_GE(when, now);
      ASSERT_GE(clock.steady(when), due);
      if (when > now) {
        ASSERT_LT(clock.steady(when - Duration{1}), due);
      }
    }
  }
}

TEST(NodeClock, SaysNeverRatherThanOverflowing) {
  NodeClock clock;
  clock.set_rate(-900'000, Time{});
  EXPECT_EQ(clock.when_steady(Time::max() - Duration{5}, Time{}), Time::max() - Duration{1});
}

// Node 1 sees its timer at exactly that time.
void expect_ring_at(Toys& toys, Time at) {
  toys.run(at - nanoseconds(1));
  EXPECT_TRUE(toys.saw(1, "timer").empty());
  toys.run(at);
  EXPECT_EQ(toys.saw(1, "timer").size(), 1u);
}

TEST(Timers, AreMeasuredOnTheSteadyClockOfTheirNode) {
  Toys toys;
  ASSERT_TRUE(toys.clock(Primitive::clock_rate, 1, {}, 1'000'000));
  toys.tell(1, toy::arm, 0, 1'000'000);
  toys.run(milliseconds(1));  // the instruction arrives
  expect_ring_at(toys, milliseconds(1) + microseconds(500));
}

TEST(Timers, ThatAreArmedFollowAChangeOfRateInEitherDirection) {
  for (const auto& [ppm, expected] : {std::pair{std::int64_t{1'000'000}, microseconds(2'500)},
                                      std::pair{std::int64_t{-500'000}, microseconds(4'000)}}) {
    Toys toys;
    toys.tell(1, toy::arm, 0, 2'000'000);  // armed at 1 ms, due at 3 ms
    toys.run(milliseconds(2));
    ASSERT_TRUE(toys.clock(Primitive::clock_rate, 1, {}, ppm));
    expect_ring_at(toys, expected);
  }
}

TEST(Timers, ComeBackToTrueTimeWhenTheClockIsReset) {
  Toys toys;
  ASSERT_TRUE(toys.clock(Primitive::clock_rate, 1, {}, -500'000));
  toys.tell(1, toy::arm, 0, 2'000'000);  // at 1 ms: due 4 ms later
  toys.run(milliseconds(3));             // half of it has passed
  ASSERT_TRUE(toys.clock(Primitive::clock_reset, 1, {}));
  expect_ring_at(toys, milliseconds(4));
}

TEST(Timers, IgnoreStepsOfTheWallClock) {
  Toys toys;
  toys.tell(1, toy::arm, 0, 2'000'000);
  toys.run(milliseconds(2));
  ASSERT_TRUE(toys.clock(Primitive::clock_step, 1, seconds(100)));
  expect_ring_at(toys, milliseconds(3));
}

TEST(Timers, FireOncePerArmingAndNotAfterCancelOrANewerArming) {
  Toys toys;
  toys.tell(1, toy::arm, 0, 1'000'000);
  toys.tell(1, toy::arm, 1, 1'000'000);
  toys.tell(1, toy::cancel, 1);
  toys.tell(1, toy::arm, 2, 1'000'000);
  toys.tell(1, toy::arm, 2, 5'000'000);
  toys.tell(1, toy::arm, 3, 5'000'000);
  toys.tell(1, toy::arm, 3, 1'500'000);
  toys.run(seconds(1));
  EXPECT_EQ(toys.saw(1, "timer"), (std::vector<std::string>{"timer 0", "timer 3", "timer 2"}));
  EXPECT_EQ(toys.diary().back().at, milliseconds(6));
}

}  // namespace
}  // namespace tribunal::cluster
