// The published failures of stores where every node takes writes, each with its cure: the entries
// ML-01 to ML-08 of docs/modes/multi-leader.md.
#include <set>

#include <gtest/gtest.h>

#include "tests/sut/multi_leader_cluster.h"

namespace tribunal::sut::testing {
namespace {

using namespace multi_leader;
using replicated::ClockKind;
using replicated::Policy;

Command on(CommandKind kind, std::int64_t a = 0, std::int64_t b = 0) { return {kind, 1, a, b}; }

Options with(Policy conflict) {
  Options o;
  o.conflict = conflict;
  return o;
}

std::vector<std::int64_t> shown(MultiCluster& c, std::uint16_t node, CommandKind read) {
  const auto reply = c.call(node, on(read));
  EXPECT_TRUE(reply.has_value() && reply->status == Status::ok);
  if (!reply) return {};
  if (!reply->elements.empty() || !reply->value) return reply->elements;
  return {*reply->value};
}

// Both halves go on while nothing passes between them; then everybody hears of everything.
void heal_and_settle(MultiCluster& c) {
  c.heal();
  ASSERT_TRUE(c.run_until([&] { return c.converged(); }, seconds(5)));
}

// ---- ML-01: concurrent updates of one object, the last writer wins ----
std::size_t elements_kept(Policy conflict) {
  MultiCluster c(2, with(conflict));
  for (std::int64_t i = 0; i < 20; ++i) {
    c.call(0, on(CommandKind::add, 2 * i));
    c.call(1, on(CommandKind::add, 2 * i + 1));
    c.run_for(milliseconds(10));
  }
  heal_and_settle(c);
  return shown(c, 0, CommandKind::members).size();
}
TEST(Anomaly, LastWriterWinsLosesElementsWithoutAnyFault) {
  const std::size_t kept = elements_kept(Policy::lww);
  EXPECT_LT(kept, 32U);
  EXPECT_GE(kept, 1U);
  EXPECT_EQ(elements_kept(Policy::siblings), 40U);
  EXPECT_EQ(elements_kept(Policy::crdt), 40U);
}

std::int64_t counted(Policy conflict) {
  MultiCluster c(3, with(conflict));
  c.partition({{0}, {1, 2}});
  for (int i = 0; i < 5; ++i) {
    c.call(0, on(CommandKind::increment, 1));
    c.call(1, on(CommandKind::increment, 10));
  }
  heal_and_settle(c);
  return shown(c, 2, CommandKind::count).front();
}
TEST(Anomaly, CountersLoseWhatOneSideOfAPartitionCounted) {
  EXPECT_EQ(counted(Policy::lww), 50);       // the later side
  EXPECT_EQ(counted(Policy::siblings), 50);  // the greater side
  EXPECT_EQ(counted(Policy::priority), 50);  // the side with the highest number
  EXPECT_EQ(counted(Policy::crdt), 55);
}

TEST(Anomaly, SiblingsKeepBothWritesUntilSomebodyWhoSawThemWrites) {
  MultiCluster c(2, with(Policy::siblings));
  c.partition({{0}, {1}});
  c.call(0, on(CommandKind::write, 5));
  c.call(1, on(CommandKind::write, 3));
  heal_and_settle(c);
  const auto both = c.call(0, on(CommandKind::read));
  ASSERT_TRUE(both.has_value());
  EXPECT_EQ(both->elements, (std::vector<std::int64_t>{3, 5}));
  c.call(1, on(CommandKind::write, 8), both->context);
  heal_and_settle(c);
  EXPECT_EQ(shown(c, 0, CommandKind::read), std::vector<std::int64_t>{8});
}

// DeCandia et al., "Dynamo" (SOSP 2007), section 4.4: deleted items can resurface.
TEST(Anomaly, UnitedSiblingsBringBackWhatWasRemoved) {
  for (const Policy policy : {Policy::siblings, Policy::crdt}) {
    MultiCluster c(2, with(policy));
    c.call(0, on(CommandKind::add, 1));
    heal_and_settle(c);
    c.partition({{0}, {1}});
    c.call(0, on(CommandKind::remove, 1));
    c.call(1, on(CommandKind::add, 2));
    heal_and_settle(c);
    const std::vector<std::int64_t> expected =
        policy == Policy::siblings ? std::vector<std::int64_t>{1, 2} : std::vector<std::int64_t>{2};
    EXPECT_EQ(shown(c, 0, CommandKind::members), expected);
  }
}

// ---- ML-02: a clock that is behind discards causally later writes ----
std::vector<std::int64_t> write_after_reading(ClockKind clock, std::uint16_t second) {
  Options o = with(Policy::lww);
  o.clock = clock;
  MultiCluster c(3, o);
  c.set_wall_offset(0, milliseconds(200));  // n1 is ahead
  c.call(0, on(CommandKind::write, 1));
  c.run_for(milliseconds(100));
  const auto seen = c.call(second, on(CommandKind::read));
  EXPECT_EQ(seen->value, 1);
  const auto acknowledged = c.call(second, on(CommandKind::write, 2), seen->context);
  EXPECT_EQ(acknowledged->status, Status::ok);
  heal_and_settle(c);
  return shown(c, second, CommandKind::read);
}
TEST(Anomaly, WallClocksDiscardWritesThatCameLater) {
  EXPECT_EQ(write_after_reading(ClockKind::wall, 1), std::vector<std::int64_t>{1});
  for (const ClockKind clock : {ClockKind::hybrid, ClockKind::lamport, ClockKind::version_vector}) {
    EXPECT_EQ(write_after_reading(clock, 1), std::vector<std::int64_t>{2});
  }
}

// The client carries what it read to a node that has not heard of it.
TEST(Anomaly, WhatTheClientCarriesOrdersItsWritesAcrossNodes) {
  for (const ClockKind clock :
       {ClockKind::wall, ClockKind::hybrid, ClockKind::lamport, ClockKind::version_vector}) {
    Options o = with(Policy::lww);
    o.clock = clock;
    o.delivery = Delivery::arrival;  // causal delivery would make the client wait
    MultiCluster c(2, o);
    c.set_wall_offset(0, milliseconds(200));
    c.partition({{0}, {1}});
    for (int i = 0; i < 3; ++i) c.call(0, on(CommandKind::write, 0));
    const auto first = c.call(0, on(CommandKind::write, 1));
    c.call(1, on(CommandKind::write, 2), first->context);
    heal_and_settle(c);
    const std::int64_t expected = clock == ClockKind::wall ? 1 : 2;
    EXPECT_EQ(shown(c, 1, CommandKind::read), std::vector<std::int64_t>{expected});
  }
}

// ---- ML-03: certification that looks at write sets only ----
// Two clients of one node read the balance and both add to it; nothing is wrong with the cluster.
int withdrawals(Certify certify) {
  Options o = with(Policy::lww);
  o.certify = certify;
  MultiCluster c(2, o);
  c.call(0, on(CommandKind::write, 100));
  const auto seen = c.call(0, on(CommandKind::read));
  int done = 0;
  for (int client = 0; client < 2; ++client) {
    const auto reply = c.call(0, on(CommandKind::cas, 100, 60 + client), seen->context);
    done += reply->status == Status::ok ? 1 : 0;
  }
  return done;
}
TEST(Anomaly, WriteSetCertificationLosesUpdatesInAHealthyCluster) {
  EXPECT_EQ(withdrawals(Certify::writeset), 2);  // the first is lost
  EXPECT_EQ(withdrawals(Certify::off), 1);
  EXPECT_EQ(withdrawals(Certify::on), 1);
}

TEST(Anomaly, CertificationSeesWritesOfOtherNodesThatRestoredTheValue) {
  for (const Certify certify : {Certify::off, Certify::writeset, Certify::on}) {
    Options o = with(Policy::lww);
    o.certify = certify;
    MultiCluster c(2, o);
    c.call(0, on(CommandKind::write, 100));
    heal_and_settle(c);
    const auto seen = c.call(0, on(CommandKind::read));
    c.call(1, on(CommandKind::write, 7));
    c.call(1, on(CommandKind::write, 100));
    heal_and_settle(c);
    c.run_for(milliseconds(100));
    const auto reply = c.call(0, on(CommandKind::cas, 100, 1), seen->context);
    EXPECT_EQ(reply->status, certify == Certify::off ? Status::ok : Status::mismatch);
  }
}

TEST(Anomaly, NoCertificationHereSeesWhatIsOnTheOtherSide) {
  Options o = with(Policy::siblings);
  o.certify = Certify::on;
  MultiCluster c(2, o);
  c.call(0, on(CommandKind::write, 100));
  heal_and_settle(c);
  std::vector<Reply> reads;
  for (std::uint16_t n = 0; n < 2; ++n) reads.push_back(*c.call(n, on(CommandKind::read)));
  c.partition({{0}, {1}});
  for (std::uint16_t n = 0; n < 2; ++n) {
    const auto reply = c.call(n, on(CommandKind::cas, 100, n), reads[n].context);
    EXPECT_EQ(reply->status, Status::ok);
  }
  heal_and_settle(c);
  EXPECT_EQ(shown(c, 0, CommandKind::read), (std::vector<std::int64_t>{0, 1}));
  const auto stale = c.call(0, on(CommandKind::cas, 100, 9), reads[0].context);
  EXPECT_EQ(stale->status, Status::mismatch);
}

// ---- ML-05: both halves continue ----
TEST(Anomaly, BothHalvesGiveTheSameNumbers) {
  for (const Ids ids : {Ids::local, Ids::node_blocks}) {
    Options o = with(Policy::crdt);
    o.ids = ids;
    MultiCluster c(4, o);
    c.partition({{0, 1}, {2, 3}});
    std::multiset<std::int64_t> given;
    for (int i = 0; i < 6; ++i) {
      for (std::uint16_t n = 0; n < 4; n += 2) {
        given.insert(c.call(n, on(CommandKind::next_id))->value.value_or(-1));
      }
    }
    const std::set<std::int64_t> different(given.begin(), given.end());
    EXPECT_EQ(different.size(), ids == Ids::local ? 6U : 12U);
    heal_and_settle(c);
    EXPECT_EQ(shown(c, 0, CommandKind::count).front(), 12) << "how many were given is not lost";
  }
}

TEST(Anomaly, TwoHoldTheLockAndTheQueueLosesElements) {
  MultiCluster c(4, with(Policy::crdt));
  c.call(0, on(CommandKind::enqueue, 1));
  heal_and_settle(c);
  c.partition({{0, 1}, {2, 3}});
  EXPECT_EQ(c.call(0, on(CommandKind::acquire, 100))->status, Status::ok);
  EXPECT_EQ(c.call(2, on(CommandKind::acquire, 200))->status, Status::ok);
  c.call(0, on(CommandKind::enqueue, 2));
  c.call(2, on(CommandKind::enqueue, 3));
  EXPECT_EQ(c.call(0, on(CommandKind::dequeue))->value, 1);
  EXPECT_EQ(c.call(2, on(CommandKind::dequeue))->value, 1);  // taken twice
  heal_and_settle(c);
  // One holder and one queue are left.
  EXPECT_EQ(c.call(0, on(CommandKind::release, 100))->status, Status::mismatch);
  EXPECT_EQ(c.call(0, on(CommandKind::release, 200))->status, Status::ok);
  EXPECT_EQ(c.call(1, on(CommandKind::dequeue))->value, 3);
  EXPECT_EQ(c.call(1, on(CommandKind::dequeue))->value, std::nullopt);
}

// ---- ML-06: an update overtakes the insert that it depends on (DDIA, figure 5-9) ----
TEST(Anomaly, AnUpdateArrivesBeforeItsInsert) {
  for (const Delivery delivery : {Delivery::arrival, Delivery::causal}) {
    Options o = with(Policy::lww);
    o.delivery = delivery;
    MultiCluster c(3, o);
    c.extra_delay[{0, 2}] = milliseconds(200);
    const Command insert{CommandKind::write, 1, 10, 0}, update{CommandKind::write, 2, 20, 0};
    c.call(0, insert);
    ASSERT_TRUE(c.run_until([&] { return c.state(1).seen_ == c.state(0).seen_; }, seconds(1)));
    c.call(1, update);
    // What n3 shows until it has both.
    bool update_alone = false;
    c.run_until([&] {
      const auto contents = c.node(2).contents();
      update_alone = update_alone || (contents.size() == 1 && contents[0].key == update.key);
      return contents.size() == 2;
    });
    EXPECT_EQ(update_alone, delivery == Delivery::arrival);
    EXPECT_EQ(c.causality_broken().empty(), delivery == Delivery::causal);
    heal_and_settle(c);
  }
}

// ---- ML-07: what joins by type loses nothing, whatever the network does ----
TEST(Anomaly, ReplicatedTypesSurviveLossAndRepetition) {
  MultiCluster c(5, with(Policy::crdt));
  c.loss_ppm = 500'000;
  c.repeat_ppm = 300'000;
  c.most = milliseconds(30);
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < 60; ++i) {
    const auto node = static_cast<std::uint16_t>(i % 5);
    if (i == 20) c.partition({{0, 1}, {2, 3, 4}});
    if (i == 40) c.heal();
    ASSERT_EQ(c.call(node, on(CommandKind::add, i))->status, Status::ok);
    ASSERT_EQ(c.call(node, on(CommandKind::increment, i % 3 - 1))->status, Status::ok);
    all.push_back(i);
  }
  ASSERT_TRUE(c.run_until([&] { return c.converged(); }, seconds(20)));
  EXPECT_EQ(shown(c, 3, CommandKind::members), all);
  EXPECT_EQ(shown(c, 3, CommandKind::count).front(), 0);
}

// ---- ML-08: an invariant that needs coordination ----
// Each side takes 80 of the 100 that are there, and finds nothing wrong.
TEST(Anomaly, EachSideKeepsTheBalanceAndBothTogetherDoNot) {
  MultiCluster c(2, with(Policy::crdt));
  c.call(0, on(CommandKind::increment, 100));
  heal_and_settle(c);
  c.partition({{0}, {1}});
  for (std::uint16_t n = 0; n < 2; ++n) {
    ASSERT_GE(shown(c, n, CommandKind::count).front(), 80);
    c.call(n, on(CommandKind::increment, -80));
    EXPECT_EQ(shown(c, n, CommandKind::count).front(), 20);
  }
  heal_and_settle(c);
  EXPECT_EQ(shown(c, 0, CommandKind::count).front(), -60);
}

// ---- priority: what the highest node wrote stays, whatever comes later ----
TEST(Anomaly, PrioritiesIgnoreLaterWrites) {
  MultiCluster c(3, with(Policy::priority));
  c.call(2, on(CommandKind::write, 3));
  heal_and_settle(c);
  c.run_for(milliseconds(100));
  EXPECT_EQ(c.call(0, on(CommandKind::write, 1))->status, Status::ok);
  EXPECT_EQ(shown(c, 0, CommandKind::read), std::vector<std::int64_t>{3});
}

// ---- fsync: acknowledged and then gone ----
TEST(Anomaly, WithoutASyncAnAcknowledgedWriteIsLost) {
  for (const Fsync fsync : {Fsync::always, Fsync::interval, Fsync::never}) {
    Options o = with(Policy::crdt);
    o.fsync = fsync;
    MultiCluster c(3, o);
    EXPECT_EQ(c.call(0, on(CommandKind::write, 4))->status, Status::ok);
    c.crash(0);  // before the others hear of it
    c.restart(0);
    const bool kept = c.call(0, on(CommandKind::read))->value == 4;
    EXPECT_EQ(kept, fsync == Fsync::always);
  }
}

}  // namespace
}  // namespace tribunal::sut::testing
