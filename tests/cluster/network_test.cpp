// Links between nodes: what each fault does to messages, and that draws do not shift.
#include "cluster/network.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/cluster/toy.h"

namespace tribunal::cluster {
namespace {

using toy::Toys;

constexpr NodeId a{0}, b{1}, c{2};
constexpr int many = 20'000;

Network network(const char* latency = "constant:1ms", std::uint64_t seed = 1) {
  return Network(3, seed, parse_latency(latency).value());
}
LinkShape shape(void (*set)(LinkShape&)) {
  LinkShape s;
  set(s);
  return s;
}
// One message a millisecond from a to b.
std::vector<Network::Arrivals> send_many(Network& net, int count = many) {
  std::vector<Network::Arrivals> result;
  for (int i = 0; i < count; ++i) result.push_back(net.send(a, b, milliseconds(i), 100, false));
  return result;
}
std::int64_t copies(const std::vector<Network::Arrivals>& all) {
  std::int64_t sum = 0;
  for (const auto& arrivals : all) sum += arrivals.count;
  return sum;
}

TEST(Network, DeliversEverythingAfterTheLatencyWithoutFaults) {
  Network net = network();
  for (int i = 0; i < 100; ++i) {
    const auto arrivals = net.send(a, b, milliseconds(i), 1'000'000, false);
    ASSERT_EQ(arrivals.count, 1);
    EXPECT_EQ(arrivals.at[0], milliseconds(i + 1));
  }
}

TEST(Network, IsFirstInFirstOutOnEachLinkWhateverTheLatency) {
  Network net = network("exponential:5ms");
  Time last{};
  bool waited = false;
  for (int i = 0; i < many; ++i) {
    const Time sent = microseconds(100 * i);
    const auto arrivals = net.send(a, b, sent, 1, false);
    EXPECT_GE(arrivals.at[0], last);
    waited |= arrivals.at[0] == last;
    last = arrivals.at[0];
  }
  EXPECT_TRUE(waited) << "nothing had to wait in line: the test saw nothing";
}

TEST(Network, LosesTheGivenShareOfMessagesForEverySeed) {
  std::set<std::int64_t> counts;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Network net = network("constant:1ms", seed);
    net.set_shape(a, b, shape([](LinkShape& s) { s.loss_ppm = 100'000; }));
    const std::int64_t lost = many - copies(send_many(net));
    EXPECT_NEAR(static_cast<double>(lost), many * 0.1, 200) << seed;  // 4.7 standard deviations
    counts.insert(lost);
  }
  EXPECT_GT(counts.size(), 10u) << "seeds must differ";
  Network net = network("constant:1ms", 42);
  net.set_shape(a, b, shape([](LinkShape& s) { s.loss_ppm = 100'000; }));
  EXPECT_EQ(many - copies(send_many(net)), 1969) << "the draws of this seed changed";
}

TEST(Network, LosesAllOrNothingAtTheExtremes) {
  Network net = network();
  net.set_shape(a, b, shape([](LinkShape& s) { s.loss_ppm = 1'000'000; }));
  EXPECT_EQ(copies(send_many(net, 1000)), 0);
  net.mend(a, b);
  EXPECT_EQ(copies(send_many(net, 1000)), 1000);
}

TEST(Network, DuplicatesTheGivenShareAndTheCopyComesLater) {
  Network net = network("exponential:1ms");
  net.set_shape(a, b, shape([](LinkShape& s) { s.duplicate_ppm = 250'000; }));
  const auto all = send_many(net);
  EXPECT_NEAR(static_cast<double>(copies(all) - many), many * 0.25, 300);
  for (const auto& arrivals : all) {
    if (arrivals.count == 2) {
      ASSERT_GT(arrivals.at[1], arrivals.at[0]);
    }
  }
}

TEST(Network, ReorderingHoldsMessagesBackWithinTheWindowAndLetsOthersPass) {
  Network net = network();
  net.set_shape(a, b, shape([](LinkShape& s) {
                  s.reorder_ppm = 200'000;
                  s.reorder_window = milliseconds(10);
                }));
  const auto all = send_many(net);
  int held = 0, overtaken = 0;
  for (int i = 0; i < many; ++i) {
    const Duration late = all[static_cast<std::size_t>(i)].at[0] - milliseconds(i + 1);
    ASSERT_GE(late, Duration{});
    ASSERT_LE(late, milliseconds(10));
    held += late > Duration{};
    if (i + 1 < many)
      overtaken +=
          all[static_cast<std::size_t>(i)].at[0] > all[static_cast<std::size_t>(i + 1)].at[0];
  }
  EXPECT_NEAR(held, many * 0.2, 300);
  EXPECT_GT(overtaken, many / 10);
}

TEST(Network, DelaysEveryMessage) {
  Network net = network();
  net.set_shape(a, b, shape([](LinkShape& s) { s.delay = milliseconds(30); }));
  EXPECT_EQ(net.send(a, b, Time{}, 1, false).at[0], milliseconds(31));
  EXPECT_EQ(net.send(b, a, Time{}, 1, false).at[0], milliseconds(1)) << "one direction only";
}

TEST(Network, ARateMakesMessagesWaitForEachOtherAndAFullBufferDrops) {
  Network net = network();
  net.set_shape(a, b, shape([](LinkShape& s) { s.bytes_per_second = 1000; }));
  EXPECT_EQ(net.send(a, b, Time{}, 100, false).at[0], milliseconds(101));
  EXPECT_EQ(net.send(a, b, Time{}, 100, false).at[0], milliseconds(201));
  EXPECT_EQ(net.send(a, b, seconds(1), 100, false).at[0], milliseconds(1101)) << "idle in between";
  int through = 0;
  for (int i = 0; i < 100; ++i) through += net.send(a, b, seconds(10), 100, false).count;
  EXPECT_EQ(through, 21) << "two seconds of backlog, and the one in transmission";
  EXPECT_EQ(net.send(a, b, seconds(20), 1'000'000, false).count, 0) << "longer than the buffer";
  EXPECT_EQ(net.send(a, b, seconds(20), 100, false).count, 1);
}

TEST(Network, DataMessagesHaveTheirOwnLatency) {
  LatencyProfile profile = parse_latency("constant:1ms").value();
  profile.data_messages = parse_latency("constant:9ms").value().messages;
  Network net(2, 1, profile);
  EXPECT_EQ(net.send(a, b, Time{}, 1, false).at[0], milliseconds(1));
  EXPECT_EQ(net.send(b, a, Time{}, 1, true).at[0], milliseconds(9));
}

TEST(Network, TheDrawsOfAMessageDependOnlyOnSeedLinkInstantAndOrdinal) {
  // Sparse sending, so that no message waits for another.
  const auto latencies = [](bool others) {
    Network net = network("exponential:2ms");
    std::vector<Duration> result;
    for (int i = 1; i <= 500; ++i) {
      const Time at = seconds(i);
      if (others) {
        net.send(a, c, at, 1, false);
        net.send(b, a, at, 1, false);
        net.send(a, b, at - milliseconds(500), 1, false);
      }
      for (int k = 0; k < 2; ++k) result.push_back(net.send(a, b, at, 1, false).at[0] - at);
    }
    return result;
  };
  EXPECT_EQ(latencies(false), latencies(true));
  const auto values = latencies(false);
  EXPECT_GT(std::set<Duration>(values.begin(), values.end()).size(), 400u) << "and they do vary";
}

TEST(Network, LinksAndSeedsDrawDifferently) {
  Network net = network("exponential:2ms");
  Network other = network("exponential:2ms", 2);
  const Time ab = net.send(a, b, seconds(1), 1, false).at[0];
  EXPECT_NE(ab, net.send(b, a, seconds(1), 1, false).at[0]);
  EXPECT_NE(ab, net.send(a, c, seconds(1), 1, false).at[0]);
  EXPECT_NE(ab, other.send(a, b, seconds(1), 1, false).at[0]);
}

// ---- through the whole simulation ----

TEST(Links, ACutLosesOneDirectionOnly) {
  Toys toys;
  ASSERT_TRUE(toys.apply(Primitive::cut, 1, 2));
  toys.tell(1, toy::broadcast, 5);
  toys.tell(2, toy::broadcast, 6);
  toys.run(seconds(1));
  EXPECT_EQ(toys.saw(2, "receive"), std::vector<std::string>{});
  EXPECT_EQ(toys.saw(1, "receive"), std::vector<std::string>{"receive 6 from 2"});
  EXPECT_EQ(toys.saw(3, "receive"),
            (std::vector<std::string>{"receive 5 from 1", "receive 6 from 2"}));
  EXPECT_EQ(toys->statistics().messages_lost, 1u);
}

TEST(Links, ACutAlsoLosesWhatWouldArriveDuringIt) {
  Toys toys;
  toys.tell(1, toy::send_to, 5, 1);  // leaves at 1 ms, would arrive at 2 ms
  toys.run(microseconds(1'500));
  ASSERT_TRUE(toys.apply(Primitive::cut, 1, 2));
  toys.run(microseconds(2'500));
  ASSERT_TRUE(toys.apply(Primitive::mend, 1, 2));
  toys.run(seconds(1));
  EXPECT_TRUE(toys.saw(2, "receive").empty());
}

TEST(Links, ACutThatIsOverBeforeTheArrivalLosesOnlyWhatWasSentDuringIt) {
  Toys toys;
  toys.tell(1, toy::send_to, 5, 1);  // leaves at 1 ms, arrives at 2 ms
  toys.run(microseconds(1'200));
  ASSERT_TRUE(toys.apply(Primitive::cut, 1, 2));
  toys.tell(1, toy::send_to, 6, 1);
  toys.run(microseconds(1'400));
  ASSERT_TRUE(toys.apply(Primitive::mend, 1, 2));
  toys.run(microseconds(2'100));
  EXPECT_EQ(toys.saw(2, "receive"), std::vector<std::string>{"receive 5 from 1"});
  toys.run(seconds(1));
  EXPECT_EQ(toys.saw(2, "receive").size(), 2u) << "6 left after the cut was over";
}

TEST(Links, WhatIsSentDuringACutIsLostEvenWhenItWouldArriveLater) {
  Toys toys;
  toys.tell(1, toy::send_to, 5, 1);  // leaves at 1 ms
  toys.run(microseconds(900));
  ASSERT_TRUE(toys.apply(Primitive::cut, 1, 2));
  toys.run(microseconds(1'100));
  ASSERT_TRUE(toys.apply(Primitive::mend, 1, 2));
  toys.run(seconds(1));
  EXPECT_TRUE(toys.saw(2, "receive").empty());
}

TEST(Links, MendUndoesCutAndShape) {
  Toys toys;
  ASSERT_TRUE(toys.apply(Primitive::cut, 1, 2));
  ASSERT_TRUE(toys.shape(1, 2, shape([](LinkShape& s) { s.delay = seconds(1); })));
  ASSERT_TRUE(toys.apply(Primitive::mend, 1, 2));
  toys.tell(1, toy::send_to, 5, 1);
  toys.run(milliseconds(2));
  EXPECT_EQ(toys.saw(2, "receive"), std::vector<std::string>{"receive 5 from 1"});
}

TEST(Links, ClientsReachANodeThatIsCutOffFromAllOthers) {
  Toys toys;
  for (const int peer : {2, 3}) {
    ASSERT_TRUE(toys.apply(Primitive::cut, 1, peer));
    ASSERT_TRUE(toys.apply(Primitive::cut, peer, 1));
  }
  const Completion done = toys.ask(1, toy::answer, 4);
  EXPECT_EQ(done.outcome, Outcome::ok);
  EXPECT_EQ(done.at, milliseconds(2)) << "there and back";
}

TEST(Links, DuplicatesArriveTwiceAndAreCounted) {
  Toys toys;
  ASSERT_TRUE(toys.shape(1, 2, shape([](LinkShape& s) { s.duplicate_ppm = 1'000'000; })));
  toys.tell(1, toy::send_to, 5, 1);
  toys.run(seconds(1));
  EXPECT_EQ(toys.saw(2, "receive"),
            (std::vector<std::string>{"receive 5 from 1", "receive 5 from 1"}));
  const Statistics s = toys->statistics();
  EXPECT_EQ(s.messages_sent, 1u);
  EXPECT_EQ(s.messages_duplicated, 1u);
  EXPECT_EQ(s.messages_delivered, 2u);
}

}  // namespace
}  // namespace tribunal::cluster
