// What the network does to frames between nodes: the decisions of cluster/network.h on real
// connections.
#include <algorithm>
#include <set>

#include "proxy_fixture.h"

namespace tribunal::cluster {
namespace {

class ProxyLinkTest : public ProxyTest {};

TEST_F(ProxyLinkTest, FramesArriveWholeAndInOrder) {
  start();
  Peer& sender = connect(n1, n2);
  std::vector<std::string> expected;
  for (std::size_t i = 0; i < 10'000; ++i) {
    expected.push_back(std::to_string(i) + std::string(i * 7919 % 300, 'x'));
    sender.message(expected.back());
  }
  expected.push_back(std::string(3'000'000, 'y'));  // more than any buffer holds at once
  sender.message(expected.back());
  ASSERT_TRUE(until([&] { return nodes[1].received() == expected.size(); }));
  EXPECT_EQ(nodes[1].messages(), expected);
  ASSERT_TRUE(until([&] { return settled(); }));
  EXPECT_EQ(proxy->statistics().frames, 10'001U);
  EXPECT_EQ(proxy->statistics().delivered, 10'001U);
}

TEST_F(ProxyLinkTest, LatenciesThatVaryKeepTheOrder) {
  start("exponential:1ms");
  Peer& sender = connect(n1, n2);
  for (int i = 0; i < 200; i += 10) {
    send_numbers(sender, i, i + 10);
    run_for(1ms);
  }
  ASSERT_TRUE(until([&] { return nodes[1].received() == 200; }));
  EXPECT_EQ(nodes[1].messages(), numbers(0, 200));
}

TEST_F(ProxyLinkTest, ACutIsOneWay) {
  start();
  Peer& there = connect(n1, n2);
  Peer& back = connect(n2, n1);
  fault(Primitive::cut, n1, n2);
  send_numbers(there, 0, 10);
  send_numbers(back, 0, 10);
  ASSERT_TRUE(until([&] { return nodes[0].received() == 10; }));
  ASSERT_TRUE(until([&] { return proxy->statistics().lost == 10; }));
  EXPECT_TRUE(nodes[1].messages().empty());

  fault(Primitive::mend, n1, n2);
  send_numbers(there, 10, 12);  // on the same connection: it has not noticed
  ASSERT_TRUE(until([&] { return nodes[1].received() == 2; }));
  EXPECT_EQ(nodes[1].messages(), numbers(10, 12));
}

TEST_F(ProxyLinkTest, AHelloPassesACut) {
  start();
  fault(Primitive::cut, n1, n2);
  Peer& sender = connect(n1, n2);
  sender.message("lost");
  ASSERT_TRUE(until([&] { return proxy->statistics().lost == 1; }));
  EXPECT_EQ(nodes[1].peer().frames, std::vector<std::string>{"hello"});
  EXPECT_EQ(proxy->statistics().frames, 1U) << "a hello is no message";
}

TEST_F(ProxyLinkTest, ACutLosesWhatIsOnItsWay) {
  start();
  Peer& sender = connect(n1, n2);
  shape({.delay = milliseconds(60)});
  send_numbers(sender, 0, 5);
  ASSERT_TRUE(until([&] { return proxy->statistics().frames == 5; }));
  fault(Primitive::cut, n1, n2);
  ASSERT_TRUE(until([&] { return settled(); }));
  EXPECT_EQ(proxy->statistics().lost, 5U);
  EXPECT_TRUE(nodes[1].messages().empty());
}

TEST_F(ProxyLinkTest, WhatIsOnItsWayDuringTheWholeCutArrives) {
  start();
  Peer& sender = connect(n1, n2);
  shape({.delay = milliseconds(60)});
  send_numbers(sender, 0, 5);
  ASSERT_TRUE(until([&] { return proxy->statistics().frames == 5; }));
  fault(Primitive::cut, n1, n2);
  fault(Primitive::mend, n1, n2);
  ASSERT_TRUE(until([&] { return nodes[1].received() == 5; }));
}

TEST_F(ProxyLinkTest, LossTakesAboutItsShareAndLeavesTheOrder) {
  start();
  Peer& sender = connect(n1, n2);
  shape({.loss_ppm = 300'000});
  send_numbers(sender, 0, 4000);
  ASSERT_TRUE(until([&] { return proxy->statistics().frames == 4000 && settled(); }));
  ASSERT_TRUE(until([&] { return nodes[1].received() == proxy->statistics().delivered; }));
  EXPECT_NEAR(static_cast<double>(proxy->statistics().lost), 1200, 180);  // 6 deviations
  std::vector<std::string> got = nodes[1].messages();
  EXPECT_TRUE(std::is_sorted(got.begin(), got.end(), [](const auto& a, const auto& b) {
    return std::stoi(a) < std::stoi(b);
  }));
}

TEST_F(ProxyLinkTest, DuplicatesComeTwice) {
  start();
  Peer& sender = connect(n1, n2);
  shape({.duplicate_ppm = 1'000'000});
  send_numbers(sender, 0, 100);
  ASSERT_TRUE(until([&] { return nodes[1].received() == 200; }));
  const std::vector<std::string> got = nodes[1].messages();
  for (const std::string& number : numbers(0, 100)) {
    EXPECT_EQ(std::count(got.begin(), got.end(), number), 2) << number;
  }
  EXPECT_EQ(proxy->statistics().duplicated, 100U);
  EXPECT_TRUE(until([&] { return settled(); }));
}

TEST_F(ProxyLinkTest, ReorderingLosesNothing) {
  start();
  Peer& sender = connect(n1, n2);
  shape({.reorder_ppm = 500'000, .reorder_window = milliseconds(20)});
  send_numbers(sender, 0, 200);
  ASSERT_TRUE(until([&] { return nodes[1].received() == 200; }));
  const std::vector<std::string> got = nodes[1].messages();
  EXPECT_NE(got, numbers(0, 200));
  EXPECT_EQ(std::set<std::string>(got.begin(), got.end()).size(), 200U);
}

TEST_F(ProxyLinkTest, NothingArrivesBeforeItsDelay) {
  start();
  Peer& sender = connect(n1, n2);
  shape({.delay = milliseconds(40)});
  const auto sent = std::chrono::steady_clock::now();
  sender.message("late");
  ASSERT_TRUE(until([&] { return nodes[1].received() == 1; }));
  EXPECT_GE(std::chrono::steady_clock::now() - sent, 40ms);
}

TEST_F(ProxyLinkTest, WhoeverRunsItIsWokenWhenSomethingArrives) {
  start();
  Peer& sender = connect(n1, n2);
  shape({.delay = milliseconds(20)});
  sender.message("x");
  ASSERT_TRUE(until([&] { return proxy->statistics().frames == 1; }));
  for (int wakes = 0; wakes < 10 && !settled(); ++wakes) {
    ASSERT_EQ(io.run_one_for(20s), 1U) << "nothing was to come";
    proxy->flush();
    io.restart();
  }
  EXPECT_TRUE(settled());
}

TEST_F(ProxyLinkTest, ABusySenderIsPassedOnBeforeTheBatchOfHandlersEnds) {
  start();
  Peer& sender = connect(n1, n2);
  for (int i = 0; i < 4000; ++i) sender.message(std::string(1000, 'x'));
  // As if the batch had no end: flush() is never called.
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (proxy->statistics().delivered < 3000 && std::chrono::steady_clock::now() < deadline) {
    sender.pump();
    nodes[1].pump();
    io.poll();
    io.restart();
  }
  EXPECT_GE(proxy->statistics().delivered, 3000U);
  EXPECT_EQ(proxy->statistics().lost, 0U);
}

TEST_F(ProxyLinkTest, ARateHoldsBack) {
  start();
  Peer& sender = connect(n1, n2);
  shape({.bytes_per_second = 1'000'000});
  const auto sent = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) sender.message(std::string(988, 'x'));  // 1,000 bytes each
  ASSERT_TRUE(until([&] { return nodes[1].received() == 50; }));
  EXPECT_GE(std::chrono::steady_clock::now() - sent, 50ms);
}

TEST_F(ProxyLinkTest, ASlowLinkDoesNotDelayAnother) {
  start();
  Peer& slow = connect(n1, n2);
  Peer& quick = connect(n1, n3);
  shape({.delay = seconds(600)});
  slow.message("slow");
  quick.message("quick");
  ASSERT_TRUE(until([&] { return nodes[2].received() == 1; }));
  EXPECT_TRUE(nodes[1].messages().empty());
}

TEST_F(ProxyLinkTest, TheReceiverNoticesCorruption) {
  start();
  Peer& sender = connect(n1, n2);
  fault(Primitive::corrupt, n1, n2, [](Action& action) { action.ppm = 1'000'000; });
  // Longer ones after it, so that a receiver that reads a wrong length sees its end.
  for (int i = 0; i < 20; ++i) sender.message(std::string(100, 'a'));
  ASSERT_TRUE(until([&] { return settled() && proxy->statistics().frames == 20; }));
  EXPECT_EQ(proxy->statistics().corrupted, 20U);
  ASSERT_TRUE(until([&] { return !nodes[1].peer().damage.empty(); }));
  EXPECT_TRUE(nodes[1].messages().empty());

  nodes[1].peer().hang_up();
  ASSERT_TRUE(until([&] { return sender.ended; }));
}

TEST_F(ProxyLinkTest, CorruptionTakesAboutItsShare) {
  start();
  fault(Primitive::corrupt, n1, n2, [](Action& action) { action.ppm = 100'000; });
  Peer& sender = connect(n1, n2);
  EXPECT_EQ(nodes[1].peer().damage, "") << "a hello always passes";
  send_numbers(sender, 0, 2000);
  ASSERT_TRUE(until([&] { return settled() && proxy->statistics().frames == 2000; }));
  EXPECT_NEAR(static_cast<double>(proxy->statistics().corrupted), 200, 80);
}

TEST_F(ProxyLinkTest, ManySizesPassUnharmed) {
  start("uniform:1us-200us");
  Peer& sender = connect(n1, n2);
  std::vector<std::string> expected;
  for (const std::size_t size : {0U, 1U, 4083U, 4084U, 4085U, 65'524U, 65'536U, 700'000U, 0U, 5U}) {
    expected.push_back(std::string(size, static_cast<char>('a' + expected.size())));
    sender.message(expected.back());
    run_for(1ms);
  }
  ASSERT_TRUE(until([&] { return nodes[1].received() == expected.size(); }));
  EXPECT_EQ(nodes[1].messages(), expected);
}

TEST_F(ProxyLinkTest, AReceiverThatDoesNotReadCostsBoundedMemory) {
  constexpr std::size_t backlog = 100'000;
  start("constant:1us", 1, backlog);
  nodes[1].reading = false;
  Peer& stalled = connect(n1, n2);
  // A little at a time, so that it passes the network and waits at the receiver's socket.
  for (std::uint64_t sent = 5; sent <= 2000; sent += 5) {
    for (int i = 0; i < 5; ++i) stalled.message(std::string(10'000, 'x'));
    ASSERT_TRUE(until([&] { return proxy->statistics().frames == sent; }));
  }
  const ProxyStatistics s = proxy->statistics();
  EXPECT_GT(s.lost, 0U) << "20 MB are more than the system's buffers hold";
  EXPECT_LE((s.frames - s.delivered - s.lost) * 10'012, backlog);

  Peer& quick = connect(n1, n3);
  send_numbers(quick, 0, 100);
  ASSERT_TRUE(until([&] { return nodes[2].received() == 100; }));

  nodes[1].peer().reading = true;  // what was not lost still comes, whole
  ASSERT_TRUE(until([&] { return settled(); }));
  ASSERT_TRUE(until(
      [&] { return nodes[1].received() + nodes[2].received() == proxy->statistics().delivered; }));
  EXPECT_EQ(nodes[1].peer().damage, "");
}

TEST_F(ProxyLinkTest, WhatIsDelayedIsBoundedToo) {
  start("constant:1us", 1, 50'000);
  Peer& sender = connect(n1, n2);
  shape({.delay = milliseconds(100)});
  for (int i = 0; i < 100; ++i) sender.message(std::string(988, 'x'));
  ASSERT_TRUE(until([&] { return proxy->statistics().frames == 100; }));
  EXPECT_EQ(proxy->statistics().lost, 50U);
  ASSERT_TRUE(until([&] { return nodes[1].received() == 50; }));
}

TEST_F(ProxyLinkTest, OneFrameLargerThanTheBacklogPasses) {
  start("constant:1us", 1, 1000);
  Peer& sender = connect(n1, n2);
  sender.message(std::string(100'000, 'x'));
  ASSERT_TRUE(until([&] { return nodes[1].received() == 1; }));
}

}  // namespace
}  // namespace tribunal::cluster
