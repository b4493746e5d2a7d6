// The client machine: whom it asks, and what the outcome of an operation is.
#include "cluster/client.h"

#include <gtest/gtest.h>

namespace tribunal::cluster {
namespace {

constexpr NodeId n1{0}, n2{1}, n3{2};
constexpr sut::Command read{sut::CommandKind::read, 1, 0, 0};
constexpr sut::Command write{sut::CommandKind::write, 1, 7, 0};
constexpr sut::Command cas{sut::CommandKind::cas, 1, 7, 8};
constexpr Duration timeout = seconds(4);  // patience with a silent attempt: 1 s

sut::Reply reply(sut::Status status, std::optional<NodeId> hint = {}) {
  return {status, {}, {}, hint};
}
const sut::Reply not_leader = reply(sut::Status::not_leader);
const sut::Reply unavailable = reply(sut::Status::unavailable);

struct Fixture {
  explicit Fixture(bool retry = false) : client(ClientId{9}, {3, retry}) {}

  void start(const sut::Command& command, NodeId contact = n1) {
    take(client.start(now, contact, command, timeout));
  }
  void replied(NodeId node, const sut::Reply& r, std::uint64_t sequence = 1) {
    take(client.replied(now, node, sequence, r));
  }
  void lost(NodeId node, std::uint64_t sequence = 1) { take(client.lost(now, node, sequence)); }
  void refused(NodeId node) { take(client.refused(now, node, 1)); }
  // Lets time pass until something happens.
  void wake() {
    ASSERT_TRUE(client.wake());
    now = *client.wake();
    take(client.woke(now));
  }
  void take(const ClientStep& step) {
    asked = step.ask;
    if (step.completion) done = step.completion;
  }
  void wait_for_the_end() {
    for (int i = 0; i < 1000 && !done; ++i) wake();
  }

  Client client;
  Time now = seconds(100);
  std::optional<NodeId> asked;
  std::optional<Completion> done;
};

TEST(Client, CompletesWithTheReplyThatSaysOk) {
  Fixture f;
  f.start(read, n2);
  EXPECT_EQ(f.asked, n2);
  f.now += milliseconds(3);
  f.replied(n2, {sut::Status::ok, 5, {}, {}});
  ASSERT_TRUE(f.done);
  EXPECT_EQ(f.done->outcome, Outcome::ok);
  EXPECT_EQ(f.done->reply.value, 5);
  EXPECT_EQ(f.done->node, n2);
  EXPECT_EQ(f.done->client, ClientId{9});
  EXPECT_EQ(f.done->sequence, 1u);
  EXPECT_EQ(f.done->at, f.now);
  EXPECT_EQ(f.done->error, "");
  EXPECT_TRUE(f.client.idle());
  EXPECT_FALSE(f.client.wake());
}

TEST(Client, FailsOnAMismatch) {
  Fixture f;
  f.start(cas);
  f.replied(n1, reply(sut::Status::mismatch));
  ASSERT_TRUE(f.done);
  EXPECT_EQ(f.done->outcome, Outcome::fail);
  EXPECT_EQ(f.done->error, "mismatch");
}

TEST(Client, FollowsAHintAfterAShortPause) {
  Fixture f;
  f.start(write);
  f.replied(n1, reply(sut::Status::not_leader, n3));
  EXPECT_FALSE(f.asked);
  const Time refused_at = f.now;
  f.wake();
  EXPECT_EQ(f.asked, n3);
  EXPECT_GT(f.now, refused_at);
  EXPECT_LE(f.now, refused_at + milliseconds(5));
}

TEST(Client, WithoutAUsefulHintAsksTheOthersInTurn) {
  for (const auto& refusal : {not_leader, unavailable, reply(sut::Status::not_leader, n2),
                              reply(sut::Status::not_leader, NodeId{77})}) {
    Fixture f;
    f.start(write, n2);
    f.replied(n2, refusal);
    f.wake();
    EXPECT_EQ(f.asked, n3);
    f.replied(n3, not_leader);
    f.wake();
    EXPECT_EQ(f.asked, n1);
  }
}

TEST(Client, PausesLongerTheMoreOftenItIsRefusedEvenWithHints) {
  Fixture f;
  f.start(write);
  std::vector<Duration> pauses;
  for (int i = 0; i < 12; ++i) {
    const Time before = f.now;
    f.replied(i % 2 == 0 ? n1 : n2, reply(sut::Status::not_leader, i % 2 == 0 ? n2 : n1));
    f.wake();
    pauses.push_back(f.now - before);
  }
  EXPECT_EQ(pauses.front(), milliseconds(1));
  EXPECT_EQ(pauses[2], milliseconds(1));
  EXPECT_GE(pauses[3], milliseconds(5));
  EXPECT_GE(pauses.back(), pauses[3]);
  EXPECT_LE(pauses.back(), milliseconds(100));
}

TEST(Client, FailsAtTheTimeoutWhenEveryAttemptWasRefused) {
  for (const bool retry : {false, true}) {
    Fixture f(retry);
    f.start(write);
    while (!f.done) {
      if (f.asked) {
        f.replied(*f.asked, not_leader);
      } else {
        f.wake();
      }
    }
    EXPECT_EQ(f.done->outcome, Outcome::fail);
    EXPECT_EQ(f.done->error, "not-leader");
    EXPECT_EQ(f.done->at, seconds(104));
  }
}

TEST(Client, NamesTheLastRefusal) {
  Fixture f;
  f.start(write);
  f.replied(n1, not_leader);
  f.wake();
  while (!f.done) {
    if (f.asked) {
      f.refused(*f.asked);
    } else {
      f.wake();
    }
  }
  EXPECT_EQ(f.done->outcome, Outcome::fail);
  EXPECT_EQ(f.done->error, "unavailable");
}

TEST(Client, LeavesASilentWriteAloneAndDoesNotKnow) {
  Fixture f;
  f.start(write);
  f.wake();
  EXPECT_FALSE(f.asked) << "a second attempt could take effect twice";
  ASSERT_TRUE(f.done);
  EXPECT_EQ(f.done->outcome, Outcome::info);
  EXPECT_EQ(f.done->error, "timeout");
  EXPECT_EQ(f.done->at, seconds(104));
}

TEST(Client, DoesNotKnowWhenOneAttemptWasSilentAndTheOthersRefused) {
  Fixture f(true);
  f.start(write);
  f.wake();  // silent: n2 is asked
  while (!f.done) {
    if (f.asked && *f.asked != n1) {
      f.replied(*f.asked, not_leader);
    } else {
      f.wake();
    }
  }
  EXPECT_EQ(f.done->outcome, Outcome::info);
}

TEST(Client, TriesASilentReadElsewhereAfterAQuarterOfTheTimeout) {
  Fixture f;
  f.start(read);
  f.wake();
  EXPECT_EQ(f.now, seconds(101));
  EXPECT_EQ(f.asked, n2);
  f.wake();
  EXPECT_EQ(f.now, seconds(102));
  EXPECT_EQ(f.asked, n3);
  f.wait_for_the_end();
  EXPECT_EQ(f.done->outcome, Outcome::info);
  EXPECT_EQ(f.done->at, seconds(104));
}

TEST(Client, RetriesASilentWriteWithTheSameSequenceWhenAllowed) {
  Fixture f(true);
  f.start(write);
  f.wake();
  EXPECT_EQ(f.asked, n2);
  EXPECT_EQ(f.client.request(), (sut::RequestId{ClientId{9}, 1}));
  f.replied(n2, {sut::Status::ok, {}, {}, {}});
  EXPECT_EQ(f.done->outcome, Outcome::ok);
}

TEST(Client, BelievesALateOkOfAnAttemptThatItHadGivenUp) {
  Fixture f(true);
  f.start(write);
  f.wake();
  EXPECT_EQ(f.asked, n2);
  f.replied(n1, {sut::Status::ok, {}, {}, {}});
  ASSERT_TRUE(f.done);
  EXPECT_EQ(f.done->outcome, Outcome::ok);
  EXPECT_EQ(f.done->node, n1);
}

TEST(Client, ALateRefusalSettlesTheAttemptThatWasGivenUp) {
  Fixture f(true);
  f.start(write);
  f.wake();
  EXPECT_EQ(f.asked, n2);
  f.replied(n1, not_leader);  // late
  EXPECT_FALSE(f.asked) << "it goes on waiting for n2";
  f.replied(n2, not_leader);
  while (!f.done) {
    if (f.asked) {
      f.replied(*f.asked, not_leader);
    } else {
      f.wake();
    }
  }
  EXPECT_EQ(f.done->outcome, Outcome::fail);
}

TEST(Client, OneRefusalDoesNotSettleTwoAttemptsAtTheSameNode) {
  Client client(ClientId{1}, {1, true});
  Time now{};
  client.start(now, n1, write, timeout);
  now = *client.wake();
  EXPECT_EQ(client.woke(now).ask, n1);  // the first is still open
  client.replied(now, n1, 1, not_leader);
  std::optional<Completion> done;
  while (!done) {
    now = *client.wake();
    const ClientStep step = client.woke(now);
    if (step.ask) client.replied(now, n1, 1, not_leader);
    done = step.completion;
  }
  EXPECT_EQ(done->outcome, Outcome::info);
}

TEST(Client, IgnoresRepliesToEarlierOperationsAndWhenIdle) {
  Fixture f;
  f.start(write);
  f.wake();  // info
  f.replied(n1, {sut::Status::ok, {}, {}, {}});
  EXPECT_TRUE(f.client.idle());
  f.done.reset();
  f.start(write, n2);
  EXPECT_EQ(f.client.request().sequence, 2u);
  f.replied(n1, {sut::Status::ok, {}, {}, {}}, 1);
  f.replied(n2, not_leader, 1);
  EXPECT_FALSE(f.done);
  f.replied(n2, {sut::Status::ok, {}, {}, {}}, 2);
  ASSERT_TRUE(f.done);
  EXPECT_EQ(f.done->sequence, 2u);
}

TEST(Client, DoesNotKnowWhatBecameOfAWriteWhoseConnectionWasLost) {
  Fixture f;
  f.start(write);
  f.lost(n1, 7);  // of another operation
  f.lost(n2);     // it was not asked
  EXPECT_FALSE(f.done);
  f.lost(n1);
  ASSERT_TRUE(f.done);
  EXPECT_EQ(f.done->outcome, Outcome::info);
  EXPECT_EQ(f.done->error, "connection-lost");
}

TEST(Client, ReadsElsewhereAfterAPauseWhenTheConnectionWasLost) {
  Fixture f;
  f.start(read);
  f.lost(n1);
  EXPECT_FALSE(f.done);
  f.wake();
  EXPECT_EQ(f.asked, n2);
  f.wait_for_the_end();
  EXPECT_EQ(f.done->outcome, Outcome::info) << "two attempts were never answered";
}

TEST(Client, RepeatsAWriteWhoseConnectionWasLostWhenAllowed) {
  Fixture f(true);
  f.start(write);
  f.lost(n1);
  f.wake();
  EXPECT_EQ(f.asked, n2);
  f.replied(n2, {sut::Status::ok, {}, {}, {}});
  EXPECT_EQ(f.done->outcome, Outcome::ok);
}

TEST(Client, IgnoresSurplusRefusals) {
  Fixture f;
  f.start(write);
  f.replied(n2, not_leader);  // was never asked
  f.replied(n3, not_leader);
  f.wake();
  ASSERT_TRUE(f.done);
  EXPECT_EQ(f.done->outcome, Outcome::info);
}

TEST(Client, DoesNothingWhenWokenTooEarly) {
  Fixture f;
  f.start(write);
  f.take(f.client.woke(f.now + seconds(3)));
  EXPECT_FALSE(f.done);
  EXPECT_FALSE(f.asked);
}

TEST(Client, ACopyGoesOnLikeTheOriginal) {
  Fixture a;
  a.start(read);
  a.wake();
  Fixture b = a;
  a.wait_for_the_end();
  b.wait_for_the_end();
  EXPECT_EQ(a.done->at, b.done->at);
  EXPECT_EQ(a.done->node, b.done->node);
}

}  // namespace
}  // namespace tribunal::cluster
