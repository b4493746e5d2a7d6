// Raft, one step at a time: replication, recovery and snapshots. "§" is Ongaro's dissertation.
#include <gtest/gtest.h>

#include "tests/sut/raft_steps.h"

namespace tribunal::sut {
namespace {

using namespace raft;
using namespace testing::raft_steps;

TEST(RaftFollower, AcknowledgesEntriesOnlyWithTheRecordThatHoldsThem) {
  RaftHand hand;
  hand.start();
  hand.hear(n2, 1, append_after(0, 0, {1, 1}));
  ASSERT_NE(hand.last_write(), nullptr);
  ASSERT_EQ(hand.sent<AppendReply>().size(), 1U);
  EXPECT_EQ(hand.sent<AppendReply>()[0].first.after, hand.last_write()->id);
  EXPECT_EQ(hand.only_message<AppendReply>().match, 2U);
  hand.hear(n2, 1, append_after(2, 1));
  EXPECT_EQ(hand.only_message<AppendReply>().match, 0U) << "the write is still under way";
}
TEST(RaftFollower, WithFsyncNeverAcknowledgesAtOnce) {
  RaftHand hand(3, with([](Options& o) { o.fsync = Fsync::never; }));
  hand.start();
  hand.hear(n2, 1, append_after(0, 0, {1, 1}));
  EXPECT_EQ(hand.sent<AppendReply>()[0].first.after, std::nullopt);
  EXPECT_EQ(hand.last_write()->durability, Durability::buffered);
}
TEST(RaftFollower, BacksOffOverAWholeTermAtOnce) {
  RaftHand hand = follower({1, 2, 2, 2});
  hand.hear(n3, 4, append_after(4, 3));
  EXPECT_FALSE(hand.only_message<AppendReply>().accepted);
  EXPECT_EQ(hand.only_message<AppendReply>().hint, 1U);
  hand.hear(n3, 4, append_after(9, 3));
  EXPECT_EQ(hand.only_message<AppendReply>().hint, 4U);
}
TEST(RaftFollower, ReplacesOnlyFromAConflictOn) {
  RaftHand hand = follower({1, 1, 1});
  hand.hear(n2, 2, append_after(0, 0, {1}));
  EXPECT_EQ(hand.last(), 3U) << "an old message";
  hand.hear(n3, 3, append_after(1, 1, {3}));
  EXPECT_EQ(hand.last(), 2U);
  EXPECT_EQ(hand.state().log_.last_term(), 3U);
  EXPECT_EQ(hand.last_write()->record.first, 2U);
}
TEST(RaftFollower, CommitsNoFurtherThanWhatItCompared) {
  RaftHand hand = follower({1, 1, 1});
  hand.hear(n3, 3, append_after(1, 1, {}, 3));
  EXPECT_EQ(hand.state().commit_, 1U);
}
TEST(RaftFollower, WritesTheBatchThatCame) {
  RaftHand hand;
  hand.start();
  const Append message = append_after(0, 0, {1, 1});
  hand.hear(n2, 1, message);
  EXPECT_EQ(&*hand.last_write()->record.entries, &*message.entries) << "not a copy";
}

TEST(RaftLeader, SharesOneBatchAmongItsFollowersAndItsDisk) {
  RaftHand hand;
  hand.start();
  hand.lead();
  hand.request(7, 1, write_5);
  ASSERT_EQ(hand.sent<Append>().size(), 2U);
  const Batch batch = hand.sent<Append>()[0].second.entries;
  EXPECT_EQ(&*hand.sent<Append>()[1].second.entries, &*batch);
  ASSERT_NE(hand.last_write(), nullptr);
  EXPECT_EQ(&*hand.last_write()->record.entries, &*batch);
}
TEST(RaftLeader, CommitsByCountingOnlyInItsOwnTerm) {  // §3.6.2
  const auto commit_of = [](bool old_terms) {
    RaftHand hand(3, with([](Options& o) { o.max_batch = 1; }));
    if (old_terms) hand = RaftHand(3, with([](Options& o) { o.commit_old_term = true; }));
    hand.start();
    hand.hear(n2, 1, append_after(0, 0, {1, 1}));
    hand.finish_write();
    hand.win();
    hand.acknowledge(n2, 2);
    return hand.state().commit_;
  };
  EXPECT_EQ(commit_of(false), 0U);
  EXPECT_EQ(commit_of(true), 2U);
}
TEST(RaftLeader, AnswersOnceTheCommandIsCommittedAndSaysAtWhichIndex) {
  RaftHand hand;
  hand.start();
  hand.lead();
  hand.request(7, 1, write_5);
  EXPECT_TRUE(hand.all<Respond>().empty());
  hand.finish_write();
  EXPECT_TRUE(hand.all<Respond>().empty()) << "one copy is no majority";
  hand.acknowledge(n2, 2);
  EXPECT_EQ(hand.only_answer().reply.status, Status::ok);
  EXPECT_EQ(hand.only_answer().reply.version, 2U);
}
TEST(RaftLeader, AnswersOnAppendWithApplyBeforeCommit) {  // RF-13
  RaftHand hand(3, with([](Options& o) { o.apply_before_commit = true; }));
  hand.start();
  hand.lead();
  hand.request(7, 1, write_5);
  EXPECT_EQ(hand.only_answer().reply.status, Status::ok);
}
TEST(RaftLeader, AnswersARetryAgainWithoutApplyingIt) {  // §6.3
  RaftHand hand;
  hand.start();
  hand.lead();
  hand.request(7, 1, {CommandKind::next_id, 1, 0, 0});
  hand.finish_write();
  hand.acknowledge(n2, 2);
  EXPECT_EQ(hand.only_answer().reply.value, 1);
  hand.request(7, 1, {CommandKind::next_id, 1, 0, 0});
  EXPECT_EQ(hand.only_answer().reply.value, 1);
  EXPECT_EQ(hand.last(), 2U);
}
TEST(RaftLeader, HasOnlySoManyMessagesUnderWay) {
  RaftHand hand(3, with([](Options& o) { o.pipeline = 2; }));
  hand.start();
  hand.lead();
  for (std::uint64_t i = 1; i <= 5; ++i) hand.request(7, i, write_5);
  EXPECT_EQ(hand.state().peers_[1].next, 4U) << "entries 2 and 3 are under way";
  hand.acknowledge(n2, 3);
  ASSERT_EQ(hand.sent<Append>().size(), 1U);
  EXPECT_EQ(size(hand.only_message<Append>().entries), 3U) << "the rest in one batch";
}
TEST(RaftLeader, ProbesWhereTheLogsAgreeAfterARefusal) {
  RaftHand hand;
  hand.start();
  hand.hear(n2, 1, append_after(0, 0, {1, 1, 1, 1}));
  hand.finish_write();
  hand.win();
  AppendReply refusal;
  refusal.prev_index = 4;
  refusal.hint = 1;
  hand.hear(n3, hand.term(), refusal);
  EXPECT_EQ(hand.only_message<Append>().prev_index, 1U);
  hand.hear(n3, hand.term(), refusal);
  EXPECT_TRUE(hand.sent<Append>().empty()) << "the same refusal, repeated by the network";
}
TEST(RaftLeader, StepsDownWithoutAMajorityOnlyWithCheckQuorum) {  // §6.2
  for (bool check : {true, false}) {
    RaftHand hand;
    if (!check) hand = RaftHand(3, with([](Options& o) { o.check_quorum = false; }));
    hand.start();
    hand.lead();
    for (int i = 0; i < 2; ++i) {
      hand.now += seconds(1);
      hand.fire(RaftHand::Timer::election);
    }
    EXPECT_EQ(hand.node.view().role, check ? Role::follower : Role::leader);
  }
}

// ---- recovery and snapshots ----
TEST(RaftRecovery, ReplaysTheLogUnlessToldToSkipIt) {  // RF-14
  RaftHand hand = follower({1, 1, 2});
  Record record;
  record.kind = RecordKind::append;
  record.ordinal = 1;
  record.term = 2;
  record.first = 1;
  record.entries = append_after(0, 0, {1, 1, 2}).entries;
  RaftHand again;
  again.start({record});
  EXPECT_EQ(again.last(), 3U);
  EXPECT_EQ(again.term(), 2U);
  RaftHand skips(3, with([](Options& o) { o.skip_log = true; }));
  skips.start({record});
  EXPECT_EQ(skips.last(), 0U);
  EXPECT_EQ(skips.term(), 2U);
}
TEST(RaftSnapshot, CarriesSessionsAndMembers) {  // §5.1, §6.3
  RaftHand hand(5, with([](Options& o) {
                  o.snapshot_every = 3;
                  o.initial_members = 4;
                }));
  hand.start();
  hand.win({n2, n3});
  for (NodeId n : {n2, n3}) hand.acknowledge(n, 1);
  hand.request(7, 1, write_5);
  hand.finish_write();
  for (NodeId n : {n2, n3}) hand.acknowledge(n, 2);
  hand.change_members(n4, false);
  hand.finish_write();
  for (NodeId n : {n2, n3}) hand.acknowledge(n, 3);
  ASSERT_TRUE(hand.state().snapshot_);
  const Snapshot& snapshot = *hand.state().snapshot_;
  EXPECT_EQ(snapshot.at.index, 3U);
  EXPECT_EQ(snapshot.members, (Configuration{3, 7}));
  ASSERT_NE(snapshot.sessions.find(ClientId{7}), nullptr);

  RaftHand lagging(5, with([](Options& o) { o.initial_members = 4; }), n3);
  lagging.start();
  lagging.hear(n1, hand.term(), Install{hand.state().snapshot_, 1, false});
  EXPECT_EQ(lagging.node.members(), 7U);
  EXPECT_EQ(lagging.state().commit_, 3U);
  EXPECT_EQ(lagging.node.contents(), hand.node.contents());
  EXPECT_TRUE(lagging.last_write()->checkpoint);
  EXPECT_EQ(lagging.sent<AppendReply>()[0].first.after, lagging.last_write()->id);
}

}  // namespace
}  // namespace tribunal::sut
