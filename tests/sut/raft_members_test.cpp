// Raft, one step at a time: members and reads. "§" is Ongaro's dissertation.
#include <gtest/gtest.h>

#include "tests/sut/raft_steps.h"

namespace tribunal::sut {
namespace {

using namespace raft;
using namespace testing::raft_steps;

TEST(RaftMembers, ChangeOnlyAfterAnEntryOfTheOwnTermIsCommitted) {
  for (bool safe : {true, false}) {
    RaftHand hand;
    if (!safe) hand = RaftHand(3, with([](Options& o) { o.safe_membership = false; }));
    hand.start();
    hand.win();
    hand.change_members(n3, false);
    EXPECT_EQ(hand.node.members(), safe ? 7U : 3U);
    if (!safe) continue;
    hand.acknowledge(n2, 1);
    hand.change_members(n3, false);
    EXPECT_EQ(hand.node.members(), 3U) << "at once, not only when it is committed";
    hand.change_members(n2, false);
    EXPECT_EQ(hand.node.members(), 3U) << "one change at a time";
  }
}
TEST(RaftMembers, AreAddedOnceTheyHaveCaughtUp) {  // §4.2.1
  RaftHand hand(4, with([](Options& o) { o.initial_members = 3; }));
  hand.start();
  hand.lead();
  hand.change_members(n4, true);
  EXPECT_EQ(hand.node.members(), 7U);
  EXPECT_EQ(hand.sent<Append>().size(), 1U) << "it is brought up to date";
  hand.acknowledge(n4, 0);
  EXPECT_EQ(hand.node.members(), 7U);
  hand.acknowledge(n4, 1);
  EXPECT_EQ(hand.node.members(), 15U);
}
TEST(RaftMembers, ComeBackWhenTheChangeIsDiscarded) {  // §4.1
  RaftHand hand(3);
  hand.start();
  hand.lead();
  hand.change_members(n3, false);
  hand.finish_write();
  ASSERT_EQ(hand.node.members(), 3U);
  hand.hear(n3, 9, append_after(1, 1, {9}));
  EXPECT_EQ(hand.node.members(), 7U);
}
TEST(RaftMembers, LetALeaderThatRemovedItselfLeadUntilThatIsCommitted) {  // §4.2.2
  RaftHand hand;
  hand.start();
  hand.lead();
  hand.change_members(n1, false);
  hand.finish_write();
  EXPECT_EQ(hand.node.view().role, Role::leader);
  hand.acknowledge(n2, 2);
  EXPECT_EQ(hand.node.view().role, Role::leader) << "it does not count itself";
  hand.acknowledge(n3, 2);
  EXPECT_EQ(hand.node.view().role, Role::follower);
}

// ---- reads ----
TEST(RaftReads, WaitForARoundBegunAfterThem) {  // §6.4
  RaftHand hand;
  hand.start();
  hand.lead();
  hand.request(7, 1, read_1);
  EXPECT_TRUE(hand.all<Respond>().empty());
  hand.acknowledge(n2, 1);
  EXPECT_EQ(hand.only_answer().reply.status, Status::ok);
}
TEST(RaftReads, GoThroughTheLogWhenToldTo) {
  RaftHand hand(3, with([](Options& o) { o.read = ReadRule::log; }));
  hand.start();
  hand.lead();
  hand.request(7, 1, read_1);
  EXPECT_EQ(hand.last(), 2U);
  hand.finish_write();
  hand.acknowledge(n2, 2);
  EXPECT_EQ(hand.only_answer().reply.version, 2U);
}
TEST(RaftReads, NeedNoRoundWithinTheLease) {  // §6.4.1
  RaftHand hand(3, with([](Options& o) { o.read = ReadRule::lease; }));
  hand.start();
  hand.lead();
  const Time asked = hand.now;
  hand.now = asked + milliseconds(899);
  hand.request(7, 1, read_1);
  EXPECT_EQ(hand.only_answer().reply.status, Status::ok);
  hand.now = asked + milliseconds(900);  // the election timeout less the margin
  hand.request(7, 2, read_1);
  EXPECT_TRUE(hand.all<Respond>().empty());
}
TEST(RaftReads, OfANewLeaderWaitForAnEntryOfItsTerm) {  // RF-05
  RaftHand hand(3, with([](Options& o) { o.read = ReadRule::local; }));
  hand.start();
  hand.win();
  hand.request(7, 1, read_1);
  EXPECT_TRUE(hand.all<Respond>().empty());
  hand.acknowledge(n2, 1);
  EXPECT_EQ(hand.only_answer().reply.status, Status::ok);
}
TEST(RaftReads, OfAnyMemberRespectTheSessionToken) {
  RaftHand hand = follower({1}, with([](Options& o) { o.read = ReadRule::any; }));
  hand.give(Request{{ClientId{7}, 1}, read_1, 0});
  EXPECT_EQ(hand.only_answer().reply.status, Status::ok);
  hand.give(Request{{ClientId{7}, 2}, read_1, 1});
  EXPECT_EQ(hand.only_answer().reply.status, Status::unavailable) << "nothing is applied yet";
  hand.hear(n2, 2, append_after(1, 1, {}, 1));
  hand.give(Request{{ClientId{7}, 3}, read_1, 1});
  EXPECT_EQ(hand.only_answer().reply.version, 1U);
}

}  // namespace
}  // namespace tribunal::sut
