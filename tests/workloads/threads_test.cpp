// Combinators of threads and processes: who may emit, copies for each, keys, waiting for all.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/workloads/scheduler.h"

namespace tribunal::workloads {
namespace {

using namespace testing;

World threads(std::int32_t n, bool nemesis = false) {
  World world;
  world.concurrency = n;
  world.nemesis = nemesis;
  return world;
}

std::map<std::int32_t, std::string> by_thread(const Trace& run) {
  std::map<std::int32_t, std::string> out;
  for (const Line& line : run.invocations()) {
    std::string& fs = out[static_cast<std::int32_t>(line.thread)];
    fs += (fs.empty() ? "" : " ") + line.f;
  }
  return out;
}

TEST(Processes, ThatCrashAreReplacedByProcessPlusConcurrency) {
  const Trace run = simulate(limit(6, all("a")), crashing, threads(3));
  std::set<std::int32_t> used;
  for (const std::int32_t process : run.processes()) EXPECT_TRUE(used.insert(process).second);
  EXPECT_EQ(used, (std::set<std::int32_t>{0, 1, 2, 3, 4, 5}));
  for (const Line& line : run.lines) {
    EXPECT_EQ(history::index(line.process) % 3, static_cast<std::int32_t>(line.thread));
  }
}

TEST(Clients, AndNemesisEachUseTheirOwnThreads) {
  const Trace run = simulate(any({clients(limit(20, all("c"))), nemesis(limit(5, all("n")))}),
                             perfect, threads(3, true));
  int of_nemesis = 0;
  for (const Line& line : run.invocations()) {
    EXPECT_EQ(line.f == "n", line.thread == Thread::nemesis);
    of_nemesis += line.f == "n" ? 1 : 0;
  }
  EXPECT_EQ(of_nemesis, 5);
}

TEST(OnThreads, RestrictsOperationsAndUpdates) {
  const auto odd = [](Thread t) { return static_cast<std::int32_t>(t) % 2 == 1; };
  const Trace run = simulate(limit(20, on_threads(odd, all("a"))), perfect, threads(6, true));
  for (const Line& line : run.invocations()) {
    EXPECT_TRUE(odd(line.thread) || line.thread == Thread::nemesis);
  }
  // synchronize inside sees only its own threads: it need not wait for the busy others.
  const auto first = [](Thread t) { return t == Thread{0}; };
  const auto rest = [](Thread t) { return t != Thread{0}; };
  const auto slow = [](const Op& o, std::uint64_t) {
    return Answer{EventType::ok, nanoseconds(o.f == "slow" ? 1000 : 10), {}};
  };
  const Trace sync = simulate(any({on_threads(first, once(op("slow"))),
                                   on_threads(rest, phases({limit(2, all("x")), once(op("y"))}))}),
                              slow, threads(3));
  const auto lines = sync.invocations();
  EXPECT_EQ(lines.back().f, "y");
  EXPECT_EQ(lines.back().time, nanoseconds(10));
}

TEST(Reserve, GivesTheFirstThreadsToTheFirstPartAndTheRestToTheLast) {
  const Trace run = simulate(limit(200, reserve({{2, all("a")}, {3, all("b")}}, all("c"))), perfect,
                             threads(7, true));
  for (const Line& line : run.invocations()) {
    const auto t = static_cast<std::int32_t>(line.thread);
    const bool rest = t >= 5 || line.thread == Thread::nemesis;
    EXPECT_EQ(line.f, rest ? "c" : t < 2 ? "a" : "b");
  }
  EXPECT_EQ(by_thread(run).size(), 8U);
}

TEST(Reserve, CountsThreadsFromItsOwnWhenNested) {
  const Generator inner = reserve({{1, all("x")}}, all("y"));
  const Trace run = simulate(limit(100, reserve({{2, all("a")}}, inner)), perfect, threads(5));
  for (const Line& line : run.invocations()) {
    const auto t = static_cast<std::int32_t>(line.thread);
    EXPECT_EQ(line.f, t < 2 ? "a" : t == 2 ? "x" : "y");
  }
}

TEST(Reserve, TellsOnlyTheOwnerOfAThreadWhatHappened) {
  const Trace run = simulate(reserve({{1, until_ok(limit(9, all("a")))}}, limit(5, all("b"))),
                             perfect, threads(2));
  EXPECT_EQ(by_thread(run)[0], "a");
  EXPECT_EQ(by_thread(run)[1], "b b b b b");
}

TEST(Reserve, BreaksTiesInProportionToTheThreads) {
  int first = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    World world = threads(4);
    world.seed = seed;
    const Trace run = simulate(limit(1, reserve({{1, all("a")}}, all("b"))), instant, world);
    first += run.fs() == "a" ? 1 : 0;
  }
  EXPECT_NEAR(first, 1000, 110);
}

TEST(Reserve, WithoutThreadsForAPartDoesNotWaitForIt) {
  const Trace run =
      simulate(reserve({{5, limit(3, all("a"))}}, limit(3, all("b"))), perfect, threads(2));
  EXPECT_FALSE(run.stuck);
  EXPECT_EQ(run.fs(), "a a a");
}

TEST(EachThread, RunsACopyOnEveryThread) {
  const Trace run = simulate(each_thread([](Thread) {
                               return sequence({once(op("a")), once(op("b"))});
                             }),
                             random_system(5, 30), threads(3, true));
  const auto seen = by_thread(run);
  ASSERT_EQ(seen.size(), 4U);
  for (const auto& [thread, fs] : seen) EXPECT_EQ(fs, "a b") << thread;
}

TEST(EachThread, KeepsItsCopyWhenTheProcessCrashes) {
  const Trace run =
      simulate(each_thread([](Thread) { return limit(3, all("a")); }), crashing, threads(2));
  EXPECT_EQ(by_thread(run)[0], "a a a");
  EXPECT_EQ(by_thread(run)[1], "a a a");
}

TEST(EachThread, TellsACopyOnlyAboutItsOwnThread) {
  const Trace run =
      simulate(each_thread([](Thread) { return until_ok(all("a")); }), perfect, threads(4));
  for (const auto& [thread, fs] : by_thread(run)) EXPECT_EQ(fs, "a") << thread;
}

TEST(EachThread, CopiesDrawIndependently) {
  const Trace run = simulate(each_thread([](Thread) {
                               return limit(30, mix({all("a"), all("b")}));
                             }),
                             perfect, threads(2));
  EXPECT_NE(by_thread(run)[0], by_thread(run)[1]);
}

TEST(EachProcess, StartsAnewAfterACrash) {
  const Trace run = simulate(
      limit(12, each_process([](Process) {
              return sequence({once(op("a")), once(op("b"))});
            })),
      [](const Op& o, std::uint64_t) {
        return Answer{o.f == "a" && history::index(o.process) < 4 ? EventType::info : EventType::ok,
                      nanoseconds(10),
                      {}};
      },
      threads(2));
  // Processes 0 to 3 crash in their first operation; 4 and 5 get through.
  EXPECT_EQ(by_thread(run)[0], "a a a b");
  EXPECT_EQ(by_thread(run)[1], "a a a b");
}

TEST(Synchronize, WaitsUntilEveryThreadIsFreeTheNemesisIncluded) {
  const auto uneven = [](const Op&, std::uint64_t n) {
    return Answer{EventType::ok, nanoseconds(n == 0 ? 100 : 5), {}};
  };
  const Trace run =
      simulate(sequence({limit(3, all("a")), synchronize(limit(2, all("b")))}), uneven, threads(2));
  const auto lines = run.invocations();
  EXPECT_EQ(lines[3].f, "b");
  EXPECT_EQ(lines[3].time, nanoseconds(100));
  // Only the nemesis is busy.
  const auto busy = [](const Op& o, std::uint64_t) {
    return Answer{EventType::ok, nanoseconds(o.f == "n" ? 500 : 5), {}};
  };
  const Trace with = simulate(sequence({nemesis(once(op("n"))), synchronize(once(op("b")))}), busy,
                              threads(2, true));
  EXPECT_EQ(with.times(), (std::vector<std::int64_t>{0, 500}));
}

TEST(Phases, EachBeginWhenTheOneBeforeIsDone) {
  const Trace run = simulate(phases({limit(5, all("a")), limit(5, all("b")), limit(5, all("c"))}),
                             random_system(8, 50), threads(3));
  std::map<std::string, Time> first;
  std::map<std::string, Time> last;
  for (const Line& line : run.lines) {
    if (line.type == EventType::invoke) first.try_emplace(line.f, line.time);
    last[line.f] = line.time;
  }
  EXPECT_GE(first["b"], last["a"]);
  EXPECT_GE(first["c"], last["b"]);
}

TEST(UntilOk, StopsAfterAnOkOfItsOwnAndNotOfAnother) {
  const auto fourth = [](const Op&, std::uint64_t n) {
    return Answer{n < 3   ? EventType::fail
                  : n < 5 ? EventType::info
                          : EventType::ok,
                  nanoseconds(10),
                  {}};
  };
  EXPECT_EQ(simulate(until_ok(all("a")), fourth, threads(1)).invocations().size(), 6U);
  // Others' answers are ok all the time; ours never.
  const auto ours_fail = [](const Op& o, std::uint64_t) {
    return Answer{o.f == "b" ? EventType::fail : EventType::ok, nanoseconds(10), {}};
  };
  const Trace run =
      simulate(any({limit(50, all("a")), until_ok(limit(30, all("b")))}), ours_fail, threads(2));
  int ours = 0;
  for (const Line& line : run.invocations()) ours += line.f == "b" ? 1 : 0;
  EXPECT_EQ(ours, 30);
}

TEST(ProcessLimit, CountsEveryProcessThatCouldHaveBeenUsed) {
  // Three threads, all crash: 3 processes, then 6; the seventh to ninth would exceed 8.
  const Trace run = simulate(process_limit(8, all("a")), crashing, threads(3));
  std::set<std::int32_t> used;
  for (const std::int32_t process : run.processes()) used.insert(process);
  EXPECT_LE(used.size(), 8U);
  EXPECT_GE(used.size(), 6U);
}

TEST(ProcessLimit, UsesSomeThreadsWhenThereAreMoreThanItMay) {
  const Trace run = simulate(process_limit(2, limit(30, all("a"))), perfect, threads(5));
  EXPECT_EQ(run.invocations().size(), 30U);
  EXPECT_EQ(by_thread(run).size(), 2U);
}

TEST(ConcurrencyLimit, NeverHasMoreInFlight) {
  const Trace run =
      simulate(concurrency_limit(3, limit(100, all("a"))), random_system(2, 40), threads(8));
  int busy = 0;
  int most = 0;
  for (const Line& line : run.lines) {
    busy += line.type == EventType::invoke ? 1 : -1;
    most = std::max(most, busy);
  }
  EXPECT_EQ(most, 3);
}

std::vector<Value> keys(std::int64_t n) {
  std::vector<Value> out;
  for (std::int64_t i = 0; i < n; ++i) out.push_back(Value::integer(i));
  return out;
}

TEST(IndependentSequential, FinishesOneKeyBeforeTheNext) {
  const Trace run =
      simulate(independent_sequential(keys(3), [](const Value&) { return limit(4, all("a")); }));
  std::vector<std::int64_t> seen;
  for (const Line& line : run.invocations()) {
    ASSERT_TRUE(line.has_key);
    seen.push_back(line.key.as_integer());
  }
  EXPECT_EQ(seen, (std::vector<std::int64_t>{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}));
}

TEST(IndependentConcurrent, GivesEachGroupOfThreadsAKeyOfItsOwn) {
  const Trace run =
      simulate(independent_concurrent(2, keys(10), [](const Value&) { return limit(6, all("a")); }),
               random_system(4, 30), threads(6, true));
  std::map<std::int64_t, int> operations;
  std::map<std::int64_t, std::set<std::int32_t>> groups;
  for (const Line& line : run.invocations()) {
    ASSERT_NE(line.thread, Thread::nemesis);
    ++operations[line.key.as_integer()];
    groups[line.key.as_integer()].insert(static_cast<std::int32_t>(line.thread) / 2);
  }
  ASSERT_EQ(operations.size(), 10U);
  for (const auto& [key, count] : operations) EXPECT_EQ(count, 6) << key;
  for (const auto& [key, group] : groups) EXPECT_EQ(group.size(), 1U) << key;
}

TEST(IndependentConcurrent, RunsSeveralKeysAtOnce) {
  const Trace run =
      simulate(independent_concurrent(1, keys(4), [](const Value&) { return limit(10, all("a")); }),
               perfect, threads(4));
  std::set<std::int64_t> early;
  for (std::size_t i = 0; i < 4; ++i) early.insert(run.invocations()[i].key.as_integer());
  EXPECT_EQ(early.size(), 4U);
}

TEST(IndependentConcurrent, UpdatesReachOnlyTheGroupOfTheThread) {
  const Trace run =
      simulate(independent_concurrent(1, keys(2), [](const Value&) { return until_ok(all("a")); }),
               perfect, threads(2));
  EXPECT_EQ(by_thread(run)[0], "a");
  EXPECT_EQ(by_thread(run)[1], "a");
}

}  // namespace
}  // namespace tribunal::workloads
