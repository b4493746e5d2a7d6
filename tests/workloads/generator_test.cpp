// The basic combinators: what they emit, in which order, and when they end.
#include "workloads/generator.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/workloads/scheduler.h"

namespace tribunal::workloads {
namespace {

using namespace testing;
using Times = std::vector<std::int64_t>;

Generator counting(std::string f) {
  return each([f](std::uint64_t n) { return op(f, Value::integer(static_cast<std::int64_t>(n))); });
}

std::vector<std::int64_t> values(const Trace& run) {
  std::vector<std::int64_t> out;
  for (const Line& line : run.invocations()) out.push_back(line.value.as_integer());
  return out;
}

std::map<std::string, int> tally(const Trace& run) {
  std::map<std::string, int> out;
  for (const Line& line : run.invocations()) ++out[line.f];
  return out;
}

TEST(Generators, NullIsExhausted) {
  const Trace run = simulate(nullptr);
  EXPECT_TRUE(run.lines.empty());
  EXPECT_FALSE(run.stuck);
}

TEST(Once, EmitsOneOperationAtOnce) {
  const Trace run = simulate(once(op("read", Value::integer(7))));
  ASSERT_EQ(run.lines.size(), 2U);
  EXPECT_EQ(run.lines[0].time, Time{});
  EXPECT_EQ(run.lines[0].f, "read");
  EXPECT_EQ(run.lines[0].value, Value::integer(7));
  EXPECT_EQ(run.lines[1].type, EventType::ok);
}

TEST(Repeat, GoesOnForEverAndKeepsEveryThreadBusy) {
  const Trace run = simulate(limit(7, all("write")));
  EXPECT_EQ(run.times(), (Times{0, 0, 10, 10, 20, 20, 30}));
}

TEST(Each, CountsFromNoughtWithoutSkippingOrRepeating) {
  const Trace run = simulate(limit(100, counting("w")), random_system(3, 20, 4));
  std::vector<std::int64_t> expected;
  for (std::int64_t i = 0; i < 100; ++i) expected.push_back(i);
  EXPECT_EQ(values(run), expected);
}

TEST(Leaves, ChooseFairlyAmongTheFreeProcesses) {
  World world;
  world.concurrency = 5;
  const Trace run = simulate(limit(5000, all("r")), instant, world);
  std::map<std::int32_t, int> used;
  for (const std::int32_t process : run.processes()) ++used[process];
  ASSERT_EQ(used.size(), 5U);
  for (const auto& [process, count] : used) EXPECT_NEAR(count, 1000, 120) << process;
}

TEST(Sequence, RunsItsPartsOneAfterAnother) {
  const Trace run =
      simulate(sequence({limit(2, all("a")), nullptr, limit(1, all("b")), limit(2, all("c"))}));
  EXPECT_EQ(run.fs(), "a a b c c");
}

TEST(Sequence, DoesNotWaitForThePartBefore) {
  const Trace run = simulate(sequence({once(op("a")), once(op("b"))}));
  EXPECT_EQ(run.times(), (Times{0, 0}));
}

TEST(Sequence, PassesUpdatesOnlyToTheCurrentPart) {
  // The second part ends when one of its own operations is ok; those of the first do not count.
  const Trace run = simulate(sequence({limit(2, all("a")), until_ok(all("b"))}));
  EXPECT_EQ(tally(run)["a"], 2);
  EXPECT_GE(tally(run)["b"], 1);
}

TEST(Limit, CountsEmittedOperationsAndNotQuestions) {
  World world;
  world.concurrency = 1;  // asked many times while the one thread is busy
  EXPECT_EQ(simulate(limit(3, all("a")), perfect, world).times(), (Times{0, 10, 20}));
  EXPECT_TRUE(simulate(limit(0, all("a"))).lines.empty());
}

TEST(Cycle, StartsAgainFromTheOriginal) {
  const Trace run = simulate(cycle(3, sequence({once(op("a")), once(op("b"))})), instant);
  EXPECT_EQ(run.fs(), "a b a b a b");
  EXPECT_EQ(simulate(limit(5, cycle(0, sequence({once(op("a")), once(op("b"))}))), instant).fs(),
            "a b a b a");
  EXPECT_TRUE(simulate(cycle(0, limit(0, all("a")))).lines.empty());
}

TEST(Cycle, DrawsDifferentlyInEachRound) {
  const Generator coin = limit(8, mix({all("a"), all("b")}));
  const Trace run = simulate(cycle(8, coin), instant);
  std::set<std::string> rounds;
  const auto lines = run.invocations();
  for (std::size_t i = 0; i < lines.size(); i += 8) {
    std::string round;
    for (std::size_t j = i; j < i + 8; ++j) round += lines[j].f;
    rounds.insert(round);
  }
  EXPECT_GE(rounds.size(), 7U);  // 256 possible ones
}

TEST(Mix, ChoosesUniformly) {
  const Trace run = simulate(limit(9000, mix({all("a"), all("b"), all("c")})), instant);
  for (const auto& [f, count] : tally(run)) EXPECT_NEAR(count, 3000, 190) << f;
}

TEST(Mix, EndsWithTheLastOfItsParts) {
  const Trace run = simulate(mix({limit(5, all("a")), limit(10, all("b")), limit(2, all("c"))}));
  EXPECT_EQ(tally(run), (std::map<std::string, int>{{"a", 5}, {"b", 10}, {"c", 2}}));
}

TEST(Mix, KeepsItsChoiceWhileThatPartWaits) {
  // Once the choice falls on the sleeper, nothing else is emitted before it has slept.
  const Generator sleeper = sequence({sleep(nanoseconds(100)), all("b")});
  const Trace run = simulate(limit(50, mix({all("a"), sleeper})), instant);
  const auto lines = run.invocations();
  ASSERT_EQ(lines.size(), 50U);
  std::size_t before = 0;
  while (lines[before].time == Time{}) ++before;
  EXPECT_LT(before, 50U);
  EXPECT_EQ(lines[before].f, "b");
  EXPECT_EQ(lines[before].time, nanoseconds(100));
}

TEST(Mix, IgnoresUpdates) {
  World world;
  world.concurrency = 1;
  // until_ok would end after its first answer if it were told.
  const Trace run =
      simulate(limit(20, mix({until_ok(all("a")), until_ok(all("b"))})), perfect, world);
  EXPECT_EQ(run.invocations().size(), 20U);
}

TEST(Any, TakesWhoeverIsSoonest) {
  const Trace run = simulate(
      limit(4, any({delay(nanoseconds(20), all("slow")), delay(nanoseconds(3), all("fast"))})),
      instant);
  EXPECT_EQ(run.times().front(), 0);
  EXPECT_EQ(run.times().back(), 6);
  EXPECT_EQ(tally(run)["slow"], 1);
}

TEST(Any, BreaksTiesFairly) {
  const Trace run = simulate(limit(9000, any({all("a"), all("b"), all("c")})), instant);
  for (const auto& [f, count] : tally(run)) EXPECT_NEAR(count, 3000, 190) << f;
}

TEST(Any, TellsEveryPartWhatHappened) {
  // Each ends with its own first ok; together that is one operation each (one thread).
  World world;
  world.concurrency = 1;
  const Trace run = simulate(any({until_ok(all("a")), until_ok(all("b"))}), perfect, world);
  EXPECT_EQ(tally(run), (std::map<std::string, int>{{"a", 1}, {"b", 1}}));
}

TEST(Any, LetsASleeperSleepWhileOthersEmit) {
  const Generator sleeper = sequence({sleep(nanoseconds(25)), once(op("awake"))});
  const Trace run = simulate(any({limit(20, delay(nanoseconds(10), all("a"))), sleeper}), instant);
  const auto lines = run.invocations();
  const auto awake =
      std::find_if(lines.begin(), lines.end(), [](const Line& l) { return l.f == "awake"; });
  ASSERT_NE(awake, lines.end());
  // It is asked again only when something happens or time passes for another reason.
  EXPECT_GE(awake->time, nanoseconds(25));
  EXPECT_LE(awake->time, nanoseconds(30));
}

TEST(ShortestAny, EndsAsSoonAsOnePartEnds) {
  const Trace run = simulate(
      shortest_any({delay(nanoseconds(1), all("a")), limit(3, delay(nanoseconds(10), all("b")))}),
      instant);
  EXPECT_EQ(tally(run)["b"], 3);
  EXPECT_LE(run.times().back(), 20);
  EXPECT_TRUE(simulate(shortest_any({all("a"), nullptr})).lines.empty());
}

TEST(FlipFlop, AlternatesStrictlyAndEndsWithEither) {
  EXPECT_EQ(simulate(flip_flop(counting("a"), limit(2, all("b"))), instant).fs(), "a b a b a");
  EXPECT_EQ(simulate(flip_flop(limit(2, all("a")), all("b")), instant).fs(), "a b a b");
}

TEST(FlipFlop, KeepsItsTurnWhileWaiting) {
  World world;
  world.concurrency = 1;
  EXPECT_EQ(simulate(limit(6, flip_flop(all("a"), all("b"))), perfect, world).fs(), "a b a b a b");
}

TEST(Map, ChangesEveryOperation) {
  const auto louder = [](Op o) {
    o.f += "!";
    return o;
  };
  EXPECT_EQ(simulate(limit(2, map(louder, all("a")))).fs(), "a! a!");
}

TEST(Filter, DropsWhatItDoesNotKeep) {
  const auto even = [](const Op& o) { return o.value.as_integer() % 2 == 0; };
  EXPECT_EQ(values(simulate(limit(4, filter(even, counting("a"))))),
            (std::vector<std::int64_t>{0, 2, 4, 6}));
  EXPECT_EQ(values(simulate(filter(even, limit(4, counting("a"))))),
            (std::vector<std::int64_t>{0, 2}));
}

TEST(Generators, ArePureSoThatAskingTwiceGivesTheSameAnswer) {
  Context context;
  context.seed = 9;
  for (std::int32_t t = 0; t < 5; ++t) {
    context.threads.push_back(Thread{t});
    context.free.push_back(Thread{t});
    context.processes.push_back(Process{t});
  }
  Generator generator = stagger(nanoseconds(50), mix({all("a"), any({all("b"), counting("c")})}));
  for (int i = 0; i < 200; ++i) {
    const Step first = next_op(generator, context);
    const Step second = next_op(generator, context);
    const auto& a = std::get<Emitted>(first);
    const auto& b = std::get<Emitted>(second);
    ASSERT_EQ(a.op.f, b.op.f);
    ASSERT_EQ(a.op.time, b.op.time);
    ASSERT_EQ(a.op.process, b.op.process);
    generator = a.next;
    context.now = a.op.time;
  }
}

TEST(Generators, OfDifferentPlacesDrawIndependently) {
  // Two equal mixes side by side must not emit in step.
  const auto coin = [] { return limit(40, mix({all("a"), all("b")})); };
  const Trace run = simulate(sequence({coin(), coin()}), instant);
  const auto lines = run.invocations();
  int same = 0;
  for (std::size_t i = 0; i < 40; ++i) same += lines[i].f == lines[i + 40].f ? 1 : 0;
  EXPECT_LT(same, 35);
  EXPECT_GT(same, 5);
}

TEST(Generators, AddingASiblingLeavesTheDrawsOfTheOthersAlone) {
  const auto coin = [] { return limit(40, mix({all("a"), all("b")})); };
  const Trace alone = simulate(sequence({coin(), once(op("end"))}), instant);
  const Trace with = simulate(sequence({coin(), limit(5, mix({all("x"), all("y")}))}), instant);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(alone.invocations()[i].f, with.invocations()[i].f);
}

}  // namespace
}  // namespace tribunal::workloads
