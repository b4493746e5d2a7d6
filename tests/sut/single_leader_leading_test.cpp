// The mode single-leader, one step at a time: leading and reads. "§" is Ongaro and Ousterhout 2014.
#include <gtest/gtest.h>

#include "tests/sut/single_leader_steps.h"

namespace tribunal::sut {
namespace {

using namespace single_leader;
using namespace testing;

TEST(Leader, BeginsItsTermWithAnEmptyEntry) {
  Hand hand;
  hand.start();
  hand.win();
  ASSERT_EQ(hand.state().role_, Role::leader);
  EXPECT_EQ(hand.last(), 1U);
  EXPECT_TRUE(hand.state().log_.at(1).is_noop());
}

TEST(Leader, AnswersAWriteOnceEverybodyInSyncHoldsIt) {
  Hand hand;
  hand.start();
  hand.win();
  hand.request(7, 1, write_5);
  hand.finish_write();
  AppendReply reply{true, false, 0, 2, 0, 1, 0};
  hand.hear(n2, 1, reply);
  EXPECT_TRUE(hand.all<Respond>().empty()) << "n3 is in sync and lacks it";
  hand.hear(n3, 1, reply);
  ASSERT_EQ(hand.all<Respond>().size(), 1U);
  EXPECT_EQ(hand.only_answer().reply.status, Status::ok);
  EXPECT_EQ(hand.state().commit_, 2U);
}

TEST(Leader, AnswersWhenAMajorityHoldsItWithReplicationMajority) {
  Hand hand(5, with([](Options& o) { o.replication = Replication::majority; }));
  hand.start();
  hand.stand();
  hand.finish_write();
  hand.hear(n2, 1, Vote{true});
  hand.hear(n3, 1, Vote{true});
  hand.finish_write();
  hand.request(7, 1, write_5);
  hand.finish_write();
  hand.hear(n2, 1, AppendReply{true, false, 0, 2, 0, 1, 0});
  EXPECT_TRUE(hand.all<Respond>().empty());
  hand.hear(n3, 1, AppendReply{true, false, 0, 2, 0, 1, 0});
  EXPECT_EQ(hand.all<Respond>().size(), 1U);
}

TEST(Leader, DoesNotCommitEntriesOfOlderTermsByCounting) {  // §5.4.2
  Hand hand(3, with([](Options& o) { o.replication = Replication::majority; }));
  hand.start();
  hand.hear(n2, 2, append(0, 0, {2, 2}));
  hand.finish_write();
  hand.win(n3);
  ASSERT_EQ(hand.state().role_, Role::leader);
  hand.hear(n3, hand.term(), AppendReply{true, false, 0, 2, 0, 1, 0});
  EXPECT_EQ(hand.state().commit_, 0U) << "entry 2 is on a majority, but of an older term";
  hand.hear(n3, hand.term(), AppendReply{true, false, 0, 3, 0, 1, 0});
  EXPECT_EQ(hand.state().commit_, 3U);
}

TEST(Leader, DoesNotCountItsOwnCopyBeforeItIsDurable) {
  Hand hand(3, with([](Options& o) { o.replication = Replication::async; }));
  hand.start();
  hand.win();
  hand.request(7, 1, write_5);
  EXPECT_TRUE(hand.all<Respond>().empty());
  hand.finish_write();
  EXPECT_EQ(hand.all<Respond>().size(), 1U) << "async: its own copy is enough";
}

TEST(Leader, SendsOneBatchAtATime) {
  Hand hand;
  hand.start();
  hand.win();
  hand.hear(n2, 1, AppendReply{true, false, 0, 1, 0, 1, 0});
  hand.request(7, 1, write_5);
  EXPECT_EQ(hand.sent<Append>().size(), 1U) << "to n2; the first batch to n3 is still under way";
  hand.request(8, 1, write_5);
  hand.request(9, 1, write_5);
  EXPECT_TRUE(hand.sent<Append>().empty());
  hand.hear(n2, 1, AppendReply{true, false, 0, 2, 0, 1, 0});
  ASSERT_EQ(hand.sent<Append>().size(), 1U);
  EXPECT_EQ(hand.sent<Append>()[0].second.prev_index, 2U);
  EXPECT_EQ(hand.sent<Append>()[0].second.entries.size(), 2U);
}

TEST(Leader, GoesBackToWhereAFollowerAgrees) {  // §5.3
  Hand hand;
  hand.start();
  hand.hear(n2, 2, append(0, 0, {1, 1, 2, 2}));
  hand.finish_write();
  hand.win(n3);
  hand.hear(n3, hand.term(), AppendReply{false, false, 4, 0, 1, 1, 0});
  ASSERT_EQ(hand.sent<Append>().size(), 1U);
  EXPECT_EQ(hand.sent<Append>()[0].second.prev_index, 1U);
  hand.hear(n3, hand.term(), AppendReply{false, false, 4, 0, 1, 1, 0});
  EXPECT_TRUE(hand.sent<Append>().empty()) << "the same refusal again says nothing new";
}

TEST(Leader, StepsDownWhenItSeesANewerTerm) {  // §5.1
  Hand hand;
  hand.start();
  hand.win();
  hand.hear(n2, 7, AppendReply{});
  EXPECT_EQ(hand.state().role_, Role::follower);
  EXPECT_EQ(hand.term(), 7U);
}

TEST(Leader, WithoutFencingStepsDownOnlyForANewerLeader) {
  Hand hand(3, with([](Options& o) { o.fencing = false; }));
  hand.start();
  hand.win();
  hand.hear(n2, 7, AppendReply{});
  hand.hear(n2, 7, VoteRequest{9, 7, {}, true});
  hand.hear(n2, 7, Vote{false});
  EXPECT_EQ(hand.state().role_, Role::leader);
  hand.hear(n2, 7, append(0, 0));
  EXPECT_EQ(hand.state().role_, Role::follower);
}

TEST(Leader, StepsDownWhenAMajorityIsSilent) {
  Hand hand;
  hand.start();
  hand.win();
  hand.hear(n2, 1, AppendReply{true, false, 0, 1, 0, 1, 0});
  hand.now += seconds(1);
  hand.fire(Hand::Timer::election);
  EXPECT_EQ(hand.state().role_, Role::leader);
  hand.now += seconds(1);
  hand.fire(Hand::Timer::election);
  EXPECT_EQ(hand.state().role_, Role::follower);
}

TEST(Leader, GivesNoAnswerToWritesItCannotVouchForAndRefusesReadsWhenItStepsDown) {
  Hand hand;
  hand.start();
  hand.win();
  hand.request(7, 1, write_5);
  hand.request(8, 1, read_1);
  hand.hear(n2, 9, append(0, 0));
  const auto answers = hand.all<Respond>();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].to.client, ClientId{8});
  EXPECT_EQ(answers[0].reply.status, Status::not_leader);
}

TEST(Leader, StepsDownWhenItsDiskFails) {
  Hand hand;
  hand.start();
  hand.win();
  hand.request(7, 1, write_5);
  hand.finish_write(false);
  EXPECT_EQ(hand.state().role_, Role::follower);
  EXPECT_TRUE(hand.all<Respond>().empty());
}

TEST(Leader, AnswersARetriedRequestWithoutApplyingItAgain) {
  Hand hand(1);
  hand.start();
  hand.stand();
  hand.finish_write();
  hand.finish_write();
  hand.request(7, 1, {CommandKind::write, 1, 5, 0});
  hand.finish_write();
  hand.request(7, 2, {CommandKind::cas, 1, 5, 6});
  hand.finish_write();
  ASSERT_EQ(hand.only_answer().reply.status, Status::ok);
  hand.request(7, 2, {CommandKind::cas, 1, 5, 6});
  ASSERT_EQ(hand.all<Respond>().size(), 1U);
  EXPECT_EQ(hand.only_answer().reply.status, Status::ok);
  EXPECT_EQ(hand.last(), 3U);
  hand.request(7, 1, {CommandKind::write, 1, 5, 0});
  EXPECT_TRUE(hand.all<Respond>().empty()) << "its client went on long ago";
}

TEST(Leader, RefusesWritesWhenTooManyWait) {
  Hand hand;
  hand.start();
  hand.win();
  for (std::uint32_t i = 0; i < 5000; ++i) hand.request(i, 1, write_5);
  ASSERT_EQ(hand.all<Respond>().size(), 1U);
  EXPECT_EQ(hand.only_answer().reply.status, Status::unavailable);
  EXPECT_LT(hand.last(), 4200U);
}

// ---- reads ----
// A leader of three whose first entry is committed; its round 1 is answered.
Hand settled_leader(const Options& options = {}) {
  Hand hand(3, options);
  hand.start();
  hand.win();
  for (NodeId n : {n2, n3}) hand.hear(n, 1, AppendReply{true, false, 0, 1, 0, 1, 0});
  EXPECT_EQ(hand.state().commit_, 1U);
  return hand;
}

TEST(Reads, WaitForARoundOfAMajorityBegunAfterThem) {  // dissertation §6.4
  Hand hand = settled_leader();
  hand.request(7, 1, read_1);
  EXPECT_TRUE(hand.all<Respond>().empty());
  ASSERT_EQ(hand.sent<Append>().size(), 2U);
  const std::uint64_t round = hand.sent<Append>()[0].second.round;
  hand.hear(n2, 1, AppendReply{true, false, 0, 1, 0, round - 1, 0});
  EXPECT_TRUE(hand.all<Respond>().empty()) << "an answer to an earlier round";
  hand.hear(n2, 1, AppendReply{true, false, 0, 1, 0, round, 0});
  ASSERT_EQ(hand.all<Respond>().size(), 1U);
  EXPECT_EQ(hand.only_answer().reply.status, Status::ok);
}

TEST(Reads, ThatComeDuringARoundShareTheNext) {
  Hand hand = settled_leader();
  hand.request(7, 1, read_1);
  const std::uint64_t round = hand.sent<Append>()[0].second.round;
  hand.request(8, 1, read_1);
  hand.request(9, 1, read_1);
  EXPECT_TRUE(hand.sent<Append>().empty());
  hand.hear(n2, 1, AppendReply{true, false, 0, 1, 0, round, 0});
  EXPECT_EQ(hand.all<Respond>().size(), 1U);
  EXPECT_EQ(hand.sent<Append>().size(), 2U);
  hand.hear(n3, 1, AppendReply{true, false, 0, 1, 0, round + 1, 0});
  EXPECT_EQ(hand.all<Respond>().size(), 2U);
}

TEST(Reads, WaitUntilAnEntryOfTheLeadersTermIsCommitted) {  // dissertation §6.4
  for (ReadRule rule : {ReadRule::leader, ReadRule::leader_quorum}) {
    Options options;
    options.read = rule;
    Hand hand(3, options);
    hand.start();
    hand.win();
    hand.request(7, 1, read_1);
    hand.hear(n2, 1, AppendReply{true, false, 0, 0, 0, 9, 0});
    EXPECT_TRUE(hand.all<Respond>().empty());
    hand.hear(n2, 1, AppendReply{true, false, 0, 1, 0, 9, 0});
    hand.hear(n3, 1, AppendReply{true, false, 0, 1, 0, 9, 0});
    EXPECT_EQ(hand.all<Respond>().size(), 1U);
  }
}

TEST(Reads, AreAnsweredWithoutARoundWithReadLeader) {
  Hand hand = settled_leader(with([](Options& o) { o.read = ReadRule::leader; }));
  hand.request(7, 1, read_1);
  EXPECT_EQ(hand.all<Respond>().size(), 1U);
  EXPECT_TRUE(hand.sent<Append>().empty());
}

TEST(Reads, AreServedByEverybodyWithReadAnyAndByFollowersOnlyWithReadFollower) {
  const Options any = with([](Options& o) { o.read = ReadRule::any; });
  const Options followers = with([](Options& o) { o.read = ReadRule::follower; });
  for (const Options& options : {any, followers}) {
    Hand hand = follower({1}, options);
    hand.hear(n2, 2, append(1, 1, {}, 1));
    hand.request(7, 1, read_1);
    EXPECT_EQ(hand.only_answer().reply.value, 1);
  }
  Hand leader = settled_leader(any);
  leader.request(7, 1, read_1);
  EXPECT_EQ(leader.only_answer().reply.status, Status::ok);
  Hand refusing = settled_leader(followers);
  refusing.request(7, 1, read_1);
  EXPECT_EQ(refusing.only_answer().reply.status, Status::not_leader);
  EXPECT_EQ(refusing.only_answer().reply.hint, n2);
}

}  // namespace
}  // namespace tribunal::sut
