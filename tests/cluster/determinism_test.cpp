// Same calls and seed, same bytes; a clone goes on like its original; draws do not shift.
#include <array>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/choices.h"
#include "tests/cluster/toy.h"

namespace tribunal::cluster {
namespace {

using toy::Toys;

SimulatedOptions options(std::uint64_t seed, const char* latency = "lnkd-disk") {
  SimulatedOptions o;
  o.nodes = 4;
  o.seed = seed;
  o.latency = latency;
  o.retry = true;
  return o;
}

constexpr std::array faults = {
    Primitive::cut,          Primitive::mend,          Primitive::shape,
    Primitive::pause,        Primitive::resume,        Primitive::kill,
    Primitive::restart,      Primitive::power_loss,    Primitive::clock_step,
    Primitive::clock_rate,   Primitive::clock_reset,   Primitive::disk_slow,
    Primitive::disk_full,    Primitive::disk_lie,      Primitive::disk_corrupt,
    Primitive::disk_heal,    Primitive::lose_requests, Primitive::lose_replies,
    Primitive::reach_clients};

// A busy second with every kind of fault.
void hurt(Toys& toys, std::uint64_t calls_seed) {
  Choices choices(calls_seed, 1);
  const auto pick = [&](std::uint64_t bound) {
    return static_cast<int>(choices.below("pick"_site, bound));
  };
  for (int i = 0; i < 300; ++i) {
    Action action;
    action.primitive = faults[static_cast<std::size_t>(pick(faults.size()))];
    action.node = NodeId{static_cast<std::uint16_t>(pick(4))};
    action.peer = NodeId{static_cast<std::uint16_t>(pick(4))};
    action.shape.loss_ppm = static_cast<std::uint32_t>(pick(300'000));
    action.shape.duplicate_ppm = static_cast<std::uint32_t>(pick(300'000));
    action.shape.reorder_ppm = static_cast<std::uint32_t>(pick(300'000));
    action.shape.reorder_window = milliseconds(pick(20));
    action.amount = milliseconds(pick(50));
    action.ppm = pick(1'000'000) - 500'000;
    (void)(*toys).apply(action);  // impossible ones are refused, the same way each time
    for (int k = 0; k < 4; ++k) {
      const int node = pick(4) + 1;
      const auto what = static_cast<toy::Instruction>(pick(16));
      const int a = pick(5);
      toys.tell(node, what, a, what == toy::arm ? pick(9'000'000) : pick(4), milliseconds(200));
    }
    toys.run_for(microseconds(pick(5'000)));
  }
  toys.run_for(seconds(1));
}

struct Result {
  std::uint64_t hash;
  std::string trace;
  std::vector<toy::Seen> diary;
  friend bool operator==(const Result&, const Result&) = default;
};
Result run(SimulatedOptions o, std::uint64_t calls_seed = 5) {
  Toys toys(std::move(o));
  hurt(toys, calls_seed);
  return {toys->trace_hash(), toys->trace(), toys.diary()};
}

TEST(Determinism, TheSameCallsAndSeedGiveTheSameBytes) {
  auto o = options(3);
  o.trace = true;
  const Result first = run(o);
  EXPECT_EQ(first, run(o));
  EXPECT_GT(first.trace.size(), 100'000u);
}

TEST(Determinism, TheHashDoesNotDependOnWhetherTextIsKept) {
  auto o = options(3);
  const auto without = run(o).hash;
  o.trace = true;
  EXPECT_EQ(run(o).hash, without);
}

TEST(Determinism, DifferentSeedsAndDifferentCallsDiffer) {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 0; seed < 10; ++seed) hashes.insert(run(options(seed)).hash);
  hashes.insert(run(options(0), 6).hash);
  EXPECT_EQ(hashes.size(), 11u);
}

// These literals must hold for every compiler, optimisation level and sanitizer. They change only
// when the simulation itself changes on purpose.
TEST(Determinism, GoldenHashes) {
  EXPECT_EQ(run(options(1, "lan")).hash, 17433326395765448905ull);
  EXPECT_EQ(run(options(2, "wan")).hash, 11623622525313318573ull);
  EXPECT_EQ(run(options(3, "lnkd-ssd")).hash, 685822908787140298ull);
  EXPECT_EQ(run(options(4, "lnkd-disk")).hash, 15191817538593332020ull);
  EXPECT_EQ(run(options(5, "ymmr")).hash, 7203636987102302030ull);
  EXPECT_EQ(run(options(6, "uniform:1ms-5ms")).hash, 11007932689653790945ull);
}

TEST(Determinism, ACloneGoesOnExactlyLikeItsOriginal) {
  Toys toys(options(8));
  hurt(toys, 5);
  for (int i = 0; i < 40; ++i) toys.tell(i % 4 + 1, toy::ping_pong, 50, (i + 1) % 4);
  toys.run_for(milliseconds(3));
  const auto copy = toys->clone();
  EXPECT_EQ(copy->trace_hash(), toys->trace_hash());
  const auto go_on = [](Cluster& cluster) {
    std::vector<std::uint64_t> observed;
    (void)cluster.apply({Primitive::cut, NodeId{0}, NodeId{1}, {}, {}, 0});
    const Time deadline = cluster.now() + seconds(1);
    while (const auto done = cluster.run_until(deadline)) {
      observed.push_back(combine(static_cast<std::uint64_t>(done->at.count()), done->sequence));
    }
    observed.push_back(cluster.trace_hash());
    observed.push_back(cluster.statistics().events);
    return observed;
  };
  const auto in_copy = go_on(*copy);
  EXPECT_NE(copy->trace_hash(), toys->trace_hash()) << "the clone moved its original";
  EXPECT_EQ(go_on(*toys), in_copy);
}

TEST(Determinism, OneEventAtATimeIsTheSameAsAllAtOnce) {
  const auto run_in_steps = [](Duration step) {
    Toys toys(options(4, "lan"));
    for (int i = 0; i < 20; ++i) toys.tell(i % 4 + 1, toy::ping_pong, 50, (i + 1) % 4);
    while (toys->now() < milliseconds(100)) toys.run_for(step);
    return toys->trace_hash();
  };
  EXPECT_EQ(run_in_steps(milliseconds(100)), run_in_steps(microseconds(10)));
}

// The latency of every message on each link, by send time.
std::map<std::string, std::string> latencies(bool with_extra_operation, bool with_fault) {
  auto o = options(9, "exponential:1ms");
  o.trace = true;
  Toys toys(o);
  for (int i = 0; i < 50; ++i) {
    if (i == 20 && with_extra_operation) {
      toys->invoke(ClientId{1000}, NodeId{3}, {sut::CommandKind::write, toy::send_to, 77, 2},
                   seconds(1));
    }
    if (i == 30 && with_fault) {
      EXPECT_TRUE(toys.apply(Primitive::cut, 4, 3));
    }
    toys.tell(1, toy::send_to, i, 1);
    toys.run_for(milliseconds(100));
  }
  std::map<std::string, std::string> times;  // "n1 -> n2 send 3" → its time
  std::map<std::string, int> ordinal;
  std::istringstream lines(toys->trace());
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string at, kind, from, arrow, to;
    words >> at >> kind >> from >> arrow >> to;
    if (from != "n1" && to != "n1") continue;
    const std::string key = kind + " " + (kind == "request" || kind == "answer" ? "" : from + to);
    times[key + " " + std::to_string(ordinal[key]++)] = at;
  }
  return times;
}

TEST(Determinism, RemovingAnOperationOrAFaultElsewhereLeavesAllOtherLatenciesAlone) {
  const auto base = latencies(false, false);
  EXPECT_GE(base.size(), 200u);
  EXPECT_EQ(latencies(true, false), base);
  EXPECT_EQ(latencies(true, true), base);
}

TEST(Determinism, TraceLinesAreFixedWidthAndReadable) {
  auto o = Toys::quick();
  o.trace = true;
  Toys toys(o);
  toys.ask(1, toy::send_to, 5, 1);
  EXPECT_TRUE(toys.apply(Primitive::cut, 1, 3));
  EXPECT_EQ(toys->trace(),
            "     0.000000000 start      n1         started, 0 records recovered\n"
            "     0.000000000 start      n2         started, 0 records recovered\n"
            "     0.000000000 start      n3         started, 0 records recovered\n"
            "     0.000000000 request    c0 -> n1   #1 write k1 5\n"
            "     0.001000000 serve      c0 -> n1   #1\n"
            "     0.001000000 send       n1 -> n2\n"
            "     0.001000000 reply      n1 -> c0   #1 ok 5\n"
            "     0.002000000 deliver    n1 -> n2\n"
            "     0.002000000 answer     n1 -> c0   #1\n"
            "     0.002000000 complete   c0 -> n1   #1 ok\n"
            "     0.002000000 action     n1         cut n1 -> n3\n");
}

}  // namespace
}  // namespace tribunal::cluster
