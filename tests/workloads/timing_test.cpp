// Combinators of time: stagger, delay, sleep, time_limit, cycle_times.
#include <gtest/gtest.h>

#include "tests/workloads/scheduler.h"

namespace tribunal::workloads {
namespace {

using namespace testing;
using Times = std::vector<std::int64_t>;

TEST(Stagger, SpacesOperationsUniformlyBetweenNoughtAndTwiceTheMeanOverAllThreads) {
  World world;
  world.concurrency = 50;  // never the bottleneck
  const Times times =
      simulate(limit(20'000, stagger(nanoseconds(1000), all("a"))), perfect, world).times();
  EXPECT_EQ(times.front(), 0);  // the first at once
  std::vector<int> tenths(10);
  for (std::size_t i = 1; i < times.size(); ++i) {
    const std::int64_t gap = times[i] - times[i - 1];
    ASSERT_GE(gap, 0);
    ASSERT_LT(gap, 2000);
    ++tenths[static_cast<std::size_t>(gap / 200)];
  }
  for (const int count : tenths) EXPECT_NEAR(count, 2000, 190);
}

TEST(Stagger, WaitsForAFreeThreadWithoutMakingUpForIt) {
  World world;
  world.concurrency = 1;
  const auto slow = [](const Op&, std::uint64_t) {
    return Answer{EventType::ok, nanoseconds(100), {}};
  };
  const Times times = simulate(limit(20, stagger(nanoseconds(5), all("a"))), slow, world).times();
  for (std::size_t i = 1; i < times.size(); ++i) {
    EXPECT_GE(times[i] - times[i - 1], 100);
    EXPECT_LT(times[i] - times[i - 1], 110);
  }
}

TEST(Stagger, GivesEachSeedAnotherScheduleAndTheSameSeedTheSame) {
  const auto times = [](std::uint64_t seed) {
    World world;
    world.seed = seed;
    return simulate(limit(50, stagger(nanoseconds(100), all("a"))), instant, world).times();
  };
  EXPECT_EQ(times(1), times(1));
  EXPECT_NE(times(1), times(2));
}

TEST(Delay, EmitsExactlyThatFarApart) {
  EXPECT_EQ(simulate(limit(5, delay(nanoseconds(3), all("a"))), instant).times(),
            (Times{0, 3, 6, 9, 12}));
}

TEST(Delay, WaitsForFreeThreadsAndCatchesUpWhenLate) {
  // Two threads, 10 ns an operation: busy from 3 to 10; what was due at 6 and 9 comes as soon as
  // possible.
  EXPECT_EQ(simulate(limit(5, delay(nanoseconds(3), all("a")))).times(), (Times{0, 3, 10, 13, 20}));
  World world;
  world.concurrency = 3;
  // The first takes long, the others no time: after it nothing is due any more but one.
  const auto late = [](const Op&, std::uint64_t n) {
    return Answer{EventType::ok, nanoseconds(n < 3 ? 20 : 0), {}};
  };
  EXPECT_EQ(simulate(limit(7, delay(nanoseconds(5), all("a"))), late, world).times(),
            (Times{0, 5, 10, 20, 20, 25, 30}));
}

TEST(Sleep, EmitsNothingForThatLongFromTheFirstQuestion) {
  const Trace run = simulate(
      sequence({limit(2, delay(nanoseconds(7), all("a"))), sleep(nanoseconds(50)), once(op("b"))}),
      instant);
  EXPECT_EQ(run.fs(), "a a b");
  EXPECT_EQ(run.times(), (Times{0, 7, 57}));
  EXPECT_EQ(simulate(sequence({sleep(Duration{}), once(op("b"))})).times(), (Times{0}));
}

TEST(TimeLimit, StartsItsClockAtTheFirstOperation) {
  const Trace run =
      simulate(sequence({sleep(nanoseconds(1000)),
                         time_limit(nanoseconds(20), delay(nanoseconds(7), all("a")))}),
               instant);
  EXPECT_EQ(run.times(), (Times{1000, 1007, 1014}));
  // Put around the sleep, it still begins with the operation.
  const Trace around =
      simulate(time_limit(nanoseconds(20),
                          sequence({sleep(nanoseconds(1000)), delay(nanoseconds(7), all("a"))})),
               instant);
  EXPECT_EQ(around.times(), (Times{1000, 1007, 1014}));
}

TEST(TimeLimit, EndsBeforeTheOperationThatWouldFallOnTheCutoff) {
  EXPECT_EQ(
      simulate(time_limit(nanoseconds(20), delay(nanoseconds(10), all("a"))), instant).times(),
      (Times{0, 10}));
  EXPECT_TRUE(simulate(time_limit(Duration{}, all("a"))).lines.empty());
}

TEST(TimeLimit, LetsOperationsInFlightFinish) {
  const auto slow = [](const Op&, std::uint64_t) {
    return Answer{EventType::ok, nanoseconds(1000), {}};
  };
  const Trace run = simulate(time_limit(nanoseconds(20), delay(nanoseconds(15), all("a"))), slow);
  EXPECT_EQ(run.lines.size(), 4U);
  EXPECT_EQ(run.lines.back().time, nanoseconds(1015));
}

TEST(CycleTimes, RotatesThroughItsWindows) {
  const Trace run = simulate(
      time_limit(nanoseconds(45), cycle_times({{nanoseconds(10), delay(nanoseconds(5), all("a"))},
                                               {nanoseconds(5), delay(nanoseconds(2), all("b"))}})),
      instant);
  for (const Line& line : run.invocations()) {
    EXPECT_EQ(line.f, line.time.count() % 15 < 10 ? "a" : "b") << line.time.count();
  }
  EXPECT_GE(run.invocations().size(), 12U);
}

TEST(CycleTimes, KeepsTheStateOfEachPartAcrossRounds) {
  const auto numbers =
      each([](std::uint64_t n) { return op("n", Value::integer(static_cast<std::int64_t>(n))); });
  const Trace run =
      simulate(limit(30, cycle_times({{nanoseconds(4), delay(nanoseconds(2), numbers)},
                                      {nanoseconds(6), delay(nanoseconds(3), all("b"))}})),
               instant);
  std::int64_t next = 0;
  for (const Line& line : run.invocations()) {
    if (line.f != "n") continue;
    EXPECT_EQ(line.value.as_integer(), next++);
  }
  EXPECT_GT(next, 6);
}

TEST(CycleTimes, EndsWithTheFirstPartThatEnds) {
  const Trace run =
      simulate(cycle_times({{nanoseconds(10), limit(3, delay(nanoseconds(4), all("a")))},
                            {nanoseconds(10), delay(nanoseconds(4), all("b"))}}),
               instant);
  EXPECT_EQ(run.fs().substr(0, 5), "a a a");
}

TEST(CycleTimes, FindsTheWindowOfAnOperationThatIsFarAway) {
  const Trace run =
      simulate(limit(2, cycle_times({{nanoseconds(10), delay(nanoseconds(1005), all("a"))},
                                     {nanoseconds(10), delay(nanoseconds(2001), all("b"))}})),
               instant);
  EXPECT_EQ(run.times(), (Times{0, 10}));
}

}  // namespace
}  // namespace tribunal::workloads
