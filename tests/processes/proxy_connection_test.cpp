// What the proxy does to connections themselves: resets, half-open ones, ends that are late,
// processes that die, and clients.
#include <array>
#include <cerrno>
#include <fcntl.h>

#include "proxy_fixture.h"

namespace tribunal::cluster {
namespace {

class ProxyConnectionTest : public ProxyTest {};

TEST_F(ProxyConnectionTest, TheEndOfTheSenderReachesTheReceiverAfterWhatItSent) {
  start();
  Peer& sender = connect(n1, n2);
  shape({.delay = milliseconds(50)});
  send_numbers(sender, 0, 10);
  ASSERT_TRUE(until([&] { return sender.all_sent(); }));
  sender.hang_up();
  ASSERT_TRUE(until([&] { return nodes[1].peer().ended; }));
  EXPECT_EQ(nodes[1].messages(), numbers(0, 10));
  EXPECT_EQ(nodes[1].peer().error, 0);
}

TEST_F(ProxyConnectionTest, TheEndOfTheReceiverReachesTheSender) {
  start();
  Peer& sender = connect(n1, n2);
  nodes[1].peer().hang_up();
  ASSERT_TRUE(until([&] { return sender.ended; }));
}

TEST_F(ProxyConnectionTest, WhoDialsADeadNodeIsTurnedAwayAndFindsItAgainAtAnotherPort) {
  start();
  Peer& sender = connect(n1, n2);
  proxy->node_listens(n2, 0);
  nodes[1].die();
  ASSERT_TRUE(until([&] { return sender.ended; }));
  Peer& refused = dial(proxy->port(n1, n2));
  ASSERT_TRUE(until([&] { return refused.ended; }));

  Node again;
  proxy->node_listens(n2, again.port);
  Peer& anew = dial(proxy->port(n1, n2));
  anew.message("welcome back");
  ASSERT_TRUE(until([&] { return again.pump(), again.received() == 1; }));
}

TEST_F(ProxyConnectionTest, APortAtWhichNobodyListensCountsAsDead) {
  start();
  nodes[1].die();  // and nobody has told the proxy
  Peer& refused = dial(proxy->port(n1, n2));
  ASSERT_TRUE(until([&] { return refused.ended; }));
}

TEST_F(ProxyConnectionTest, ANewerConnectionReplacesTheOlderOne) {
  start();
  Peer& older = connect(n1, n2);
  Peer& newer = connect(n1, n2);
  ASSERT_TRUE(until([&] { return older.ended && nodes[1].peer(0).ended; }));
  newer.message("here");
  ASSERT_TRUE(until([&] { return nodes[1].received(1) == 1; }));
  EXPECT_FALSE(newer.ended);
}

TEST_F(ProxyConnectionTest, BytesThatAreNoFrameCloseBothEnds) {
  start();
  Peer& sender = connect(n1, n2);
  sender.message("fine");
  sender.send_raw(std::string(64, '\xff'));
  ASSERT_TRUE(until([&] { return sender.ended && nodes[1].peer().ended; }));
  EXPECT_EQ(proxy->statistics().frames, 2U);
  EXPECT_GE(proxy->statistics().lost, 1U);
}

TEST_F(ProxyConnectionTest, AResetReachesBothEndsAndNewConnectionsUntilMended) {
  start();
  Peer& sender = connect(n1, n2);
  Peer& other = connect(n2, n1);
  fault(Primitive::reset, n1, n2);
  ASSERT_TRUE(until([&] { return sender.ended && nodes[1].peer().ended; }));
  EXPECT_EQ(sender.error, ECONNRESET);
  EXPECT_EQ(nodes[1].peer().error, ECONNRESET);

  Peer& refused = dial(proxy->port(n1, n2));
  ASSERT_TRUE(until([&] { return refused.ended; }));
  EXPECT_EQ(refused.error, ECONNRESET);
  EXPECT_EQ(nodes[1].peers.size(), 1U);
  EXPECT_FALSE(other.ended) << "the way back is another link";

  fault(Primitive::mend, n1, n2);
  connect(n1, n2);
}

TEST_F(ProxyConnectionTest, OfAHalfOpenConnectionOnlyTheReceiverSeesTheEnd) {
  start();
  Peer& sender = connect(n1, n2);
  fault(Primitive::half_open, n1, n2);
  ASSERT_TRUE(until([&] { return nodes[1].peer().ended; }));
  for (int i = 0; i < 2000; ++i) sender.message(std::string(10'000, 'x'));
  ASSERT_TRUE(until([&] { return sender.all_sent() && proxy->statistics().lost == 2000; }))
      << "it is read as if nothing had happened";
  EXPECT_FALSE(sender.ended);

  fault(Primitive::mend, n1, n2);
  ASSERT_TRUE(until([&] { return sender.ended; }));
  EXPECT_EQ(sender.error, ECONNRESET);
}

TEST_F(ProxyConnectionTest, NewConnectionsAreHalfOpenToo) {
  start();
  fault(Primitive::half_open, n1, n2);
  Peer& sender = dial(proxy->port(n1, n2));
  send_numbers(sender, 0, 3);
  ASSERT_TRUE(until([&] { return proxy->statistics().lost == 3; }));
  EXPECT_TRUE(nodes[1].peers.empty());
  EXPECT_FALSE(sender.ended);
  sender.hang_up();
  run_for(5ms);
  Peer& next = dial(proxy->port(n1, n2));
  next.message("nobody hears it");
  ASSERT_TRUE(until([&] { return proxy->statistics().lost == 4; }));

  fault(Primitive::mend, n1, n2);
  ASSERT_TRUE(until([&] { return next.ended; }));
  EXPECT_EQ(next.error, ECONNRESET);
  connect(n1, n2);
}

TEST_F(ProxyConnectionTest, ASlowCloseReachesTheOtherSideLate) {
  start();
  Peer& sender = connect(n1, n2);
  fault(Primitive::slow_close, n1, n2, [](Action& action) { action.amount = milliseconds(50); });
  const auto before = std::chrono::steady_clock::now();
  nodes[1].peer().hang_up();
  ASSERT_TRUE(until([&] { return sender.ended; }));
  EXPECT_GE(std::chrono::steady_clock::now() - before, 50ms);

  Peer& next = connect(n1, n2);  // and in the other direction
  const auto again = std::chrono::steady_clock::now();
  next.hang_up();
  ASSERT_TRUE(until([&] { return nodes[1].peer(1).ended; }));
  EXPECT_GE(std::chrono::steady_clock::now() - again, 50ms);
}

TEST_F(ProxyConnectionTest, MendingLetsASlowEndArrive) {
  start();
  Peer& sender = connect(n1, n2);
  fault(Primitive::slow_close, n1, n2, [](Action& action) { action.amount = seconds(3000); });
  nodes[1].peer().hang_up();
  run_for(20ms);
  sender.message("to nobody");
  ASSERT_TRUE(until([&] { return proxy->statistics().lost == 1; }));
  EXPECT_FALSE(sender.ended);
  fault(Primitive::mend, n1, n2);
  ASSERT_TRUE(until([&] { return sender.ended; }));
}

TEST_F(ProxyConnectionTest, FramesOfAConnectionThatIsOverAreLost) {
  start();
  Peer& sender = connect(n1, n2);
  shape({.delay = seconds(3000)});
  send_numbers(sender, 0, 10);
  ASSERT_TRUE(until([&] { return proxy->statistics().frames == 10; }));
  nodes[1].peer().hang_up();
  ASSERT_TRUE(until([&] { return sender.ended && settled(); }));
  EXPECT_EQ(proxy->statistics().lost, 10U);
}

// ---- clients ----

TEST_F(ProxyConnectionTest, ClientsSpeakAndHear) {
  start("constant:20ms");
  const ClientId client{7};
  const std::uint16_t port = proxy->client_port(client, n1).value();
  EXPECT_EQ(proxy->client_port(client, n1).value(), port);
  const auto before = std::chrono::steady_clock::now();
  Peer& peer = dial(port);
  send_numbers(peer, 0, 100);
  ASSERT_TRUE(until([&] { return nodes[0].received() == 100; }));
  EXPECT_GE(std::chrono::steady_clock::now() - before, 20ms);
  EXPECT_EQ(nodes[0].messages(), numbers(0, 100));

  const auto between = std::chrono::steady_clock::now();
  send_numbers(nodes[0].peer(), 0, 100);
  nodes[0].peer().pump();
  nodes[0].peer().hang_up();  // what it said arrives all the same
  ASSERT_TRUE(until([&] { return peer.ended; }));
  EXPECT_GE(std::chrono::steady_clock::now() - between, 20ms);
  EXPECT_EQ(peer.frames, numbers(0, 100));
  EXPECT_EQ(proxy->statistics().frames, 0U) << "only those between nodes are counted";
}

TEST_F(ProxyConnectionTest, ClientLatenciesThatVaryKeepTheOrder) {
  start("exponential:1ms");
  Peer& peer = dial(proxy->client_port(ClientId{1}, n1).value());
  for (int i = 0; i < 100; i += 5) {
    send_numbers(peer, i, i + 5);
    run_for(1ms);
  }
  ASSERT_TRUE(until([&] { return nodes[0].received() == 100; }));
  EXPECT_EQ(nodes[0].messages(), numbers(0, 100));
}

TEST_F(ProxyConnectionTest, ClientsOfADeadNodeAreTurnedAway) {
  start();
  proxy->node_listens(n1, 0);
  Peer& peer = dial(proxy->client_port(ClientId{1}, n1).value());
  ASSERT_TRUE(until([&] { return peer.ended; }));
  EXPECT_TRUE(peer.frames.empty());
}

TEST_F(ProxyConnectionTest, AClientWaitsForANodeThatDoesNotReadAndLosesNothing) {
  start("constant:1us", 1, 100'000);
  nodes[0].reading = false;
  Peer& peer = dial(proxy->client_port(ClientId{1}, n1).value());
  for (int i = 0; i < 3000; ++i) peer.message(std::to_string(i) + std::string(10'000, 'x'));
  run_for(100ms);
  EXPECT_FALSE(peer.all_sent()) << "30 MB are more than the proxy and the system's buffers hold";
  ASSERT_TRUE(until([&] { return !nodes[0].peers.empty(); }));
  nodes[0].peer().reading = true;
  ASSERT_TRUE(until([&] { return nodes[0].received() == 3000; }));
  EXPECT_EQ(nodes[0].messages().back().substr(0, 5), "2999x");
}

TEST_F(ProxyConnectionTest, TwoHundredClients) {
  start("uniform:10us-2ms");
  for (std::uint32_t i = 0; i < 200; ++i) {
    Peer& peer = dial(proxy->client_port(ClientId{i}, n1).value());
    send_numbers(peer, 0, 20);
  }
  const auto all_heard = [&] {
    if (nodes[0].peers.size() != 200) return false;
    for (const auto& peer : nodes[0].peers) {
      if (peer->frames.size() != 21) return false;
    }
    return true;
  };
  ASSERT_TRUE(until(all_heard));
  for (const auto& peer : nodes[0].peers) peer->message("bye");
  const auto all_answered = [&] {
    for (const auto& peer : dialled) {
      if (peer->frames.size() != 1) return false;
    }
    return true;
  };
  ASSERT_TRUE(until(all_answered));
}

TEST_F(ProxyConnectionTest, AForgottenClientIsGone) {
  start();
  const std::uint16_t port = proxy->client_port(ClientId{1}, n1).value();
  Peer& peer = dial(port);
  Peer& other = dial(proxy->client_port(ClientId{2}, n1).value());
  ASSERT_TRUE(until([&] { return nodes[0].peers.size() == 2; }));
  proxy->forget_client(ClientId{1});
  ASSERT_TRUE(until([&] { return peer.ended; }));
  EXPECT_EQ(Peer::dial(port).error, ECONNREFUSED);
  EXPECT_FALSE(other.ended);
}

TEST_F(ProxyConnectionTest, FaultsBetweenNodesDoNotTouchClients) {
  start();
  for (const NodeId to : {n2, n3}) {
    fault(Primitive::reset, n1, to);
    fault(Primitive::reset, to, n1);
  }
  Peer& peer = dial(proxy->client_port(ClientId{1}, n1).value());
  peer.message("hello");
  ASSERT_TRUE(until([&] { return nodes[0].received() == 1; }));
}

// ---- the process around it ----

TEST_F(ProxyConnectionTest, ProcessesThatAreStartedInheritNothing) {
  const auto inherited = [] {
    int count = 0;
    for (int fd = 3; fd < 256; ++fd) {
      const int flags = ::fcntl(fd, F_GETFD);
      if (flags >= 0 && (flags & FD_CLOEXEC) == 0) ++count;
    }
    return count;
  };
  const int before = inherited();
  start();
  connect(n1, n2);
  dial(proxy->client_port(ClientId{1}, n3).value());
  ASSERT_TRUE(until([&] { return nodes[2].peers.size() == 1; }));
  EXPECT_EQ(inherited(), before);
}

TEST_F(ProxyConnectionTest, ConnectionsThatAreOverLeaveNoDescriptors) {
  start();
  const auto descriptors = [] {
    int count = 0;
    for (int fd = 0; fd < 256; ++fd) count += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    return count;
  };
  const auto talk = [&] {
    connect(n1, n2).message("x");
    dial(proxy->client_port(ClientId{1}, n1).value()).message("x");
    run_for(2ms);
    for (Node& node : nodes) node.peers.clear();
    dialled.clear();
    run_for(2ms);
  };
  talk();
  run_for(20ms);
  const int before = descriptors();
  for (int i = 0; i < 20; ++i) talk();
  EXPECT_TRUE(until([&] {
    for (Node& node : nodes) node.peers.clear();
    return descriptors() <= before;
  }));
}

// ---- the end of everything ----

TEST_F(ProxyConnectionTest, ItCanGoInTheMiddleOfEverything) {
  for (int round = 0; round < 20; ++round) {
    start("uniform:1us-5ms", static_cast<std::uint64_t>(round));
    for (const NodeId to : {n2, n3}) send_numbers(dial(proxy->port(n1, to)), 0, 500);
    for (std::uint32_t i = 0; i < 5; ++i) {
      send_numbers(dial(proxy->client_port(ClientId{i}, n1).value()), 0, 100);
    }
    fault(Primitive::half_open, n1, n3);
    run_for(std::chrono::milliseconds(round % 4));
    proxy.reset();
    if (round % 2 == 0) run_for(1ms);
    dialled.clear();
  }
}

TEST_F(ProxyConnectionTest, TheContextCanGoWithOperationsOutstanding) {
  auto context = std::make_unique<asio::io_context>();
  options.nodes = 2;
  options.latency = parse_latency("constant:1ms").value();
  auto own = Proxy::open(*context, options).value();
  own->node_listens(n2, nodes[1].port);
  Peer& peer = dial(own->port(n1, n2));
  peer.pump();
  for (int i = 0; i < 20; ++i) {
    context->poll();
    own->flush();
  }
  own.reset();
  context.reset();
}

}  // namespace
}  // namespace tribunal::cluster
