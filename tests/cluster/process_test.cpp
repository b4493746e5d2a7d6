// Processes: kill, restart, pause, resume, power, promotion; what cannot be done is refused with a
// reason.
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/cluster/toy.h"

namespace tribunal::cluster {
namespace {

using toy::Toys;
using Lines = std::vector<std::string>;

TEST(Process, EveryNodeStartsOnceAtTheBeginning) {
  Toys toys;
  for (int node = 1; node <= 3; ++node) {
    EXPECT_EQ(toys.saw(node), Lines{"start"});
    EXPECT_TRUE(toys->state(NodeId{static_cast<std::uint16_t>(node - 1)}).alive);
  }
  EXPECT_EQ(toys->now(), Time{});
}

TEST(Process, AKilledNodeLosesItsMessagesAndTimersAndARestartedOneStartsFresh) {
  Toys toys;
  toys.tell(1, toy::arm, 0, 5'000'000);
  toys.tell(2, toy::send_to, 5, 0);  // arrives at 2 ms
  toys.run(microseconds(1'500));
  ASSERT_TRUE(toys.apply(Primitive::kill, 1));
  EXPECT_FALSE(toys->state(NodeId{0}).alive);
  toys.run(milliseconds(3));
  ASSERT_TRUE(toys.apply(Primitive::restart, 1));
  toys.run(seconds(1));
  EXPECT_EQ(toys.saw(1), (Lines{"start", "request 0", "start"}));
  EXPECT_EQ(toys->statistics().messages_lost, 1u);
}

TEST(Process, ATimerOfTheFormerLifeDoesNotRingInTheNext) {
  Toys toys;
  toys.tell(1, toy::arm, 0, 5'000'000);
  toys.run(milliseconds(2));
  ASSERT_TRUE(toys.apply(Primitive::kill, 1));
  ASSERT_TRUE(toys.apply(Primitive::restart, 1));
  toys.tell(1, toy::arm, 0, 10'000'000);
  toys.run(seconds(1));
  EXPECT_EQ(toys.saw(1, "timer").size(), 1u);
  EXPECT_EQ(toys.diary().back().at, milliseconds(13));
}

TEST(Process, ADeadProcessRefusesConnectionsAndAMachineWithoutPowerIsSilent) {
  Toys toys;
  for (int node = 1; node <= 3; ++node) ASSERT_TRUE(toys.apply(Primitive::kill, node));
  const Completion refused = toys.ask(1, toy::answer);
  EXPECT_EQ(refused.outcome, Outcome::fail);
  EXPECT_EQ(refused.error, "unavailable");

  Toys dark;
  ASSERT_TRUE(dark.apply(Primitive::power_loss, 1));
  const Completion silent = dark.ask(1, toy::answer);
  EXPECT_EQ(silent.outcome, Outcome::info);
  EXPECT_EQ(silent.error, "timeout");
  EXPECT_EQ(silent.at, seconds(10));
}

TEST(Process, AClientFindsALivingNodeWhenItsContactIsDead) {
  Toys toys;
  ASSERT_TRUE(toys.apply(Primitive::kill, 1));
  const Completion done = toys.ask(1, toy::answer, 3);
  EXPECT_EQ(done.outcome, Outcome::ok);
  EXPECT_EQ(done.node, NodeId{1});
}

TEST(Process, APausedNodeHandlesEverythingInOrderOfArrivalWhenItResumes) {
  Toys toys;
  toys.tell(1, toy::arm, 0, 4'000'000);  // rings at 5 ms
  toys.tell(1, toy::write_synced, 9);    // durable at 1.5 ms
  toys.run(microseconds(1'200));
  ASSERT_TRUE(toys.apply(Primitive::pause, 1));
  EXPECT_TRUE(toys->state(NodeId{0}).paused);
  toys.run(milliseconds(2));
  toys.tell(2, toy::send_to, 5, 0);  // arrives at 4 ms
  toys.run(milliseconds(5));
  toys.tell(1, toy::answer, 6);      // arrives at 6 ms
  toys.tell(3, toy::send_to, 7, 0);  // arrives at 7 ms
  toys.run(milliseconds(10));
  ASSERT_TRUE(toys.apply(Primitive::promote, 1));
  EXPECT_EQ(toys.saw(1).size(), 3u) << "nothing is handled while paused";
  EXPECT_EQ(toys->statistics().messages_delivered, 0u);
  ASSERT_TRUE(toys.apply(Primitive::resume, 1));
  EXPECT_EQ(toys.saw(1), (Lines{"start", "request 0", "request 9", "done 1", "receive 5 from 2",
                                "timer 0", "request 6", "receive 7 from 3", "promote"}));
  for (std::size_t i = toys.diary().size() - 6; i < toys.diary().size(); ++i) {
    EXPECT_EQ(toys.diary()[i].at, milliseconds(10)) << toys.diary()[i].what;
  }
}

TEST(Process, APausedNodeHoldsBackWhatWaitedForItsDiskAlthoughTheDiskGoesOn) {
  Toys toys;
  toys.tell(1, toy::write_and_tell, 7, 1);
  toys.run(microseconds(1'200));
  ASSERT_TRUE(toys.apply(Primitive::pause, 1));
  toys.run(milliseconds(50));
  EXPECT_EQ(toys.saw(2, "receive"), Lines{"receive -7 from 1"});
  ASSERT_TRUE(toys.apply(Primitive::resume, 1));
  toys.run(milliseconds(52));
  EXPECT_EQ(toys.saw(2, "receive"), (Lines{"receive -7 from 1", "receive 7 from 1"}));

  Toys killed;
  killed.tell(1, toy::write_synced, 7);
  killed.run(microseconds(1'200));
  ASSERT_TRUE(killed.apply(Primitive::pause, 1));
  killed.run(milliseconds(50));
  ASSERT_TRUE(killed.apply(Primitive::kill, 1));
  ASSERT_TRUE(killed.apply(Primitive::restart, 1));
  EXPECT_EQ(killed.saw(1, "start").back(), "start 7") << "the disk had finished";
}

TEST(Process, ATimerThatRangWhilePausedDoesNotFireAfterACancelThatCameBeforeIt) {
  Toys toys;
  toys.tell(1, toy::arm, 0, 10'000'000);  // rings at 11 ms
  toys.run(milliseconds(2));
  ASSERT_TRUE(toys.apply(Primitive::pause, 1));
  toys.tell(1, toy::cancel, 0);  // arrives at 3 ms
  toys.run(milliseconds(20));
  ASSERT_TRUE(toys.apply(Primitive::resume, 1));
  toys.run(seconds(1));
  EXPECT_TRUE(toys.saw(1, "timer").empty());

  Toys rearmed;
  rearmed.tell(1, toy::arm, 0, 10'000'000);
  rearmed.run(milliseconds(2));
  ASSERT_TRUE(rearmed.apply(Primitive::pause, 1));
  rearmed.tell(1, toy::arm, 0, 10'000'000);
  rearmed.run(milliseconds(20));
  ASSERT_TRUE(
      rearmed.apply(Primitive::resume, 1));  // armed anew at 20 ms, before the ring is handled
  rearmed.run(seconds(1));
  EXPECT_EQ(rearmed.saw(1, "timer").size(), 1u);
  EXPECT_EQ(rearmed.diary().back().at, milliseconds(30));
}

TEST(Process, APausedNodesInboxIsBounded) {
  Toys toys;
  ASSERT_TRUE(toys.apply(Primitive::pause, 1));
  LinkShape twice;
  twice.duplicate_ppm = 1'000'000;
  ASSERT_TRUE(toys.shape(2, 1, twice));
  const int sends = 40'000;
  for (int i = 0; i < sends; ++i) toys.tell(2, toy::send_to, i, 0);
  toys.run(seconds(1));
  ASSERT_TRUE(toys.apply(Primitive::resume, 1));
  const Statistics s = toys->statistics();
  EXPECT_EQ(s.messages_delivered, 65'536u);
  EXPECT_EQ(s.messages_lost, 2u * sends - 65'536u);
}

TEST(Process, KillingAPausedNodeLosesItsInbox) {
  Toys toys;
  ASSERT_TRUE(toys.apply(Primitive::pause, 1));
  toys.tell(2, toy::send_to, 5, 0);
  toys.run(milliseconds(10));
  ASSERT_TRUE(toys.apply(Primitive::kill, 1));
  ASSERT_TRUE(toys.apply(Primitive::restart, 1));
  EXPECT_FALSE(toys->state(NodeId{0}).paused);
  EXPECT_EQ(toys.saw(1), (Lines{"start", "start"}));
  EXPECT_EQ(toys->statistics().messages_lost, 1u);
}

TEST(Process, PromotionReachesTheNodeAndItsRoleIsVisible) {
  Toys toys;
  EXPECT_EQ(toys->state(NodeId{1}).view.role, sut::Role::follower);
  ASSERT_TRUE(toys.apply(Primitive::promote, 2));
  EXPECT_EQ(toys->state(NodeId{1}).view.role, sut::Role::leader);
  EXPECT_NE(toys->log(NodeId{1}).find("leader of term"), std::string::npos);
}

TEST(Process, TheClockOfTheMachineOutlivesItsProcess) {
  Toys toys;
  ASSERT_TRUE(toys.clock(Primitive::clock_step, 1, seconds(5)));
  toys.run(seconds(1));
  ASSERT_TRUE(toys.apply(Primitive::kill, 1));
  ASSERT_TRUE(toys.apply(Primitive::restart, 1));
  EXPECT_EQ(toys.saw(1).size(), 2u);
  EXPECT_EQ(toys.diary().back().wall, seconds(6));
  EXPECT_EQ(toys.diary().back().at, seconds(1));
}

TEST(Process, ImpossibleActionsAreRefusedAndChangeNothing) {
  Toys toys;
  const auto why = [&](Primitive p, int node, int peer = 1) {
    const auto hash = toys->trace_hash();
    const Status status = toys.apply(p, node, peer);
    EXPECT_EQ(toys->trace_hash(), hash) << name(p);
    return status ? std::string("done") : status.error().message;
  };
  EXPECT_EQ(why(Primitive::restart, 1), "restart: n1 is alive");
  EXPECT_EQ(why(Primitive::resume, 1), "resume: n1 is not paused");
  EXPECT_EQ(why(Primitive::kill, 4), "kill: there is no n4; the cluster has n1 to n3");
  EXPECT_EQ(why(Primitive::cut, 1, 9), "cut: there is no n9; the cluster has n1 to n3");
  EXPECT_EQ(why(Primitive::mend, 2, 2), "mend: n2 has no link to itself");
  ASSERT_TRUE(toys.apply(Primitive::pause, 1));
  EXPECT_EQ(why(Primitive::pause, 1), "pause: n1 is paused already");
  ASSERT_TRUE(toys.apply(Primitive::kill, 1));
  EXPECT_EQ(why(Primitive::kill, 1), "kill: n1 is dead already");
  EXPECT_EQ(why(Primitive::power_loss, 1), "power-loss: n1 is dead already");
  EXPECT_EQ(why(Primitive::pause, 1), "pause: n1 is dead");
  EXPECT_EQ(why(Primitive::resume, 1), "resume: n1 is dead");
  EXPECT_EQ(why(Primitive::promote, 1), "promote: n1 is dead");
}

TEST(Process, AmountsOutOfRangeAreRefused) {
  Toys toys;
  LinkShape bad;
  bad.loss_ppm = 1'000'001;
  EXPECT_EQ(toys.shape(1, 2, bad).error().message,
            "shape: loss must be at most 1000000 ppm, found 1000001");
  bad = {};
  bad.delay = seconds(-1);
  EXPECT_FALSE(toys.shape(1, 2, bad));
  bad = {};
  bad.reorder_window = seconds(100'000);
  EXPECT_FALSE(toys.shape(1, 2, bad));
  EXPECT_FALSE(toys.clock(Primitive::clock_rate, 1, {}, -1'000'000));
  EXPECT_FALSE(toys.clock(Primitive::clock_rate, 1, {}, 9'000'001));
  EXPECT_FALSE(toys.clock(Primitive::clock_step, 1, Duration::min()));
  EXPECT_FALSE(toys.clock(Primitive::disk_slow, 1, seconds(-1)));
  EXPECT_TRUE(toys.clock(Primitive::clock_rate, 1, {}, -900'000));
}

TEST(Process, EveryPrimitiveIsSupportedAndHasAName) {
  Toys toys;
  EXPECT_EQ(toys->capabilities().size(), 20u);
  std::set<std::string> names;
  for (const Primitive p : toys->capabilities()) names.insert(name(p));
  EXPECT_EQ(names.size(), 20u);
  EXPECT_FALSE(names.contains("unknown"));
}

TEST(Process, ViolationsOfTheProtocolsPromisesAreReported) {
  Toys toys;
  toys.tell(1, toy::witness, 5);
  toys.tell(2, toy::witness, 5);
  toys.run(seconds(1));
  ASSERT_EQ(toys->violations().size(), 1u);
  EXPECT_EQ(toys->violations()[0].property, "election safety");
  EXPECT_EQ(toys->violations()[0].node, NodeId{1});
  EXPECT_EQ(toys->violations()[0].at, milliseconds(1));
}

TEST(Process, LogsSayWhatBecameOfTheNode) {
  Toys toys;
  toys.ask(1, toy::write_synced, 1);
  toys.ask(1, toy::write_buffered, 2);
  ASSERT_TRUE(toys.apply(Primitive::kill, 1));
  ASSERT_TRUE(toys.apply(Primitive::disk_corrupt, 1));
  ASSERT_TRUE(toys.apply(Primitive::restart, 1));
  ASSERT_TRUE(toys.apply(Primitive::pause, 1));
  ASSERT_TRUE(toys.apply(Primitive::resume, 1));
  EXPECT_EQ(toys->log(NodeId{0}),
            "     0.000000000 started, 0 records recovered\n"
            "     0.004500000 killed, 1 unsynced records lost\n"
            "     0.004500000 a bit of record 1 of its log flipped\n"
            "     0.004500000 started, 0 records recovered; 1 cut off from the first that failed "
            "its checksum\n"
            "     0.004500000 paused\n"
            "     0.004500000 resumed, 0 inputs waiting\n");
}

}  // namespace
}  // namespace tribunal::cluster
