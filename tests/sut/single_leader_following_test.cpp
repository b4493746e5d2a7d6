// The mode single-leader, one step at a time: following and recovery. "§" is Ongaro and Ousterhout
// 2014.
#include <gtest/gtest.h>

#include "tests/sut/single_leader_steps.h"

namespace tribunal::sut {
namespace {

using namespace single_leader;
using namespace testing;

TEST(Follower, AcknowledgesEntriesOnlyWithTheRecordThatHoldsThem) {
  Hand hand;
  hand.start();
  hand.hear(n2, 1, append(0, 0, {1, 1}));
  const auto replies = hand.sent<AppendReply>();
  ASSERT_EQ(replies.size(), 1U);
  ASSERT_NE(hand.last_write(), nullptr);
  EXPECT_EQ(replies[0].first.after, hand.last_write()->id);
  EXPECT_TRUE(replies[0].second.accepted);
  EXPECT_EQ(replies[0].second.match, 2U);
  EXPECT_EQ(hand.last_write()->durability, Durability::synced);
  EXPECT_EQ(hand.last_write()->record.entries.size(), 2U);
}

TEST(Follower, AnswersAHeartbeatAtOnceButOnlyForWhatIsDurable) {
  Hand hand;
  hand.start();
  hand.hear(n2, 1, append(0, 0, {1, 1}));
  hand.hear(n2, 1, append(2, 1));
  const auto replies = hand.sent<AppendReply>();
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].first.after, std::nullopt);
  EXPECT_TRUE(replies[0].second.accepted);
  EXPECT_EQ(replies[0].second.match, 0U) << "the write is still under way";
}

TEST(Follower, RefusesEntriesAfterAGap) {
  Hand hand = follower({1, 1});
  hand.hear(n2, 2, append(5, 2, {2}));
  const auto replies = hand.sent<AppendReply>();
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_FALSE(replies[0].second.accepted);
  EXPECT_EQ(replies[0].second.hint, 2U);
  EXPECT_EQ(hand.last(), 2U);
}

TEST(Follower, RefusesEntriesWhosePredecessorHasAnotherTermAndNamesAnEarlierPlace) {  // §5.3
  Hand hand = follower({1, 1, 1});
  hand.hear(n3, 3, append(3, 2, {3}));
  const auto replies = hand.sent<AppendReply>();
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_FALSE(replies[0].second.accepted);
  EXPECT_EQ(replies[0].second.hint, 0U) << "the whole term is skipped at once";
  EXPECT_EQ(hand.last(), 3U);
}

TEST(Follower, DropsAConflictingSuffix) {  // §5.3
  Hand hand = follower({1, 1, 1});
  hand.hear(n3, 3, append(1, 1, {2}));
  EXPECT_EQ(hand.last(), 2U);
  EXPECT_EQ(hand.state().log_.term_at(2), 2U);
  ASSERT_NE(hand.last_write(), nullptr);
  EXPECT_EQ(hand.last_write()->record.first, 2U);
  const auto witnesses = hand.all<Witness>();
  ASSERT_FALSE(witnesses.empty());
  EXPECT_EQ(witnesses[0].kind, WitnessKind::truncated);
  EXPECT_EQ(witnesses[0].index, 2U);
}

TEST(Follower, KeepsWhatFollowsWhenAnOldMessageComesAgain) {  // §5.3
  Hand hand = follower({1, 1, 1});
  hand.hear(n2, 2, append(0, 0, {1}));
  EXPECT_EQ(hand.last(), 3U);
  hand.hear(n2, 2, append(0, 0));
  EXPECT_EQ(hand.last(), 3U);
  EXPECT_EQ(hand.only_message<AppendReply>().match, 3U);
}

TEST(Follower, CommitsNoFurtherThanWhatItCompared) {  // §5.3
  Hand hand = follower({1, 1, 1});
  hand.hear(n3, 3, append(1, 1, {}, 3));
  EXPECT_EQ(hand.state().commit_, 1U) << "entries 2 and 3 may be another leader's";
  hand.hear(n3, 3, append(2, 1, {}, 3));
  EXPECT_EQ(hand.state().commit_, 2U);
}

TEST(Follower, RefusesMessagesOfOlderTermsAndTellsTheNewerOne) {  // §5.1
  Hand hand = follower({1});
  hand.hear(n3, 1, append(1, 1, {1}));
  ASSERT_EQ(hand.sent<AppendReply>().size(), 1U);
  EXPECT_FALSE(hand.only_message<AppendReply>().accepted);
  EXPECT_EQ(hand.sent<AppendReply>()[0].first.message.term, 2U);
  EXPECT_EQ(hand.last(), 1U);
}

TEST(Follower, ObeysADeposedLeaderWithoutFencing) {
  Hand hand = follower({1}, with([](Options& o) { o.fencing = false; }));
  hand.hear(n3, 1, append(1, 1, {1}));
  EXPECT_EQ(hand.last(), 2U);
  EXPECT_EQ(hand.term(), 2U) << "but it does not go back to the older term";
}

TEST(Follower, WritesOneRecordAtATimeAndGathersTheRest) {
  Hand hand;
  hand.start();
  hand.hear(n2, 1, append(0, 0, {1}));
  const WriteId first = hand.last_write()->id;
  hand.hear(n2, 1, append(1, 1, {1}));
  EXPECT_EQ(hand.last_write(), nullptr);
  hand.hear(n2, 1, append(2, 1, {1}));
  EXPECT_EQ(hand.last_write(), nullptr);
  hand.give(WriteDone{first, true});
  ASSERT_NE(hand.last_write(), nullptr);
  EXPECT_EQ(hand.last_write()->record.first, 2U);
  EXPECT_EQ(hand.last_write()->record.entries.size(), 2U);
  ASSERT_EQ(hand.sent<AppendReply>().size(), 1U);
  EXPECT_EQ(hand.only_message<AppendReply>().match, 3U);
  EXPECT_EQ(hand.sent<AppendReply>()[0].first.after, hand.last_write()->id);
}

TEST(Follower, PromisesNothingAfterAFailedWriteUntilACheckpointIsWritten) {
  Hand hand;
  hand.start();
  hand.hear(n2, 1, append(0, 0, {1}));
  hand.finish_write(false);
  hand.hear(n2, 1, append(1, 1, {1}));
  EXPECT_EQ(hand.last_write(), nullptr);
  EXPECT_TRUE(hand.sent<AppendReply>().empty());
  hand.hear(n2, 1, append(2, 1));
  ASSERT_EQ(hand.sent<AppendReply>().size(), 1U);
  EXPECT_EQ(hand.only_message<AppendReply>().match, 0U);
  hand.hear(n3, 2, VoteRequest{9, 9, {}, true});
  EXPECT_FALSE(hand.only_message<Vote>().granted);
  hand.hear(n2, 2, append(2, 1));
  hand.fire(Hand::Timer::retry);
  ASSERT_NE(hand.last_write(), nullptr);
  EXPECT_TRUE(hand.last_write()->checkpoint);
  EXPECT_EQ(hand.last_write()->record.entries.size(), 2U);
  hand.finish_write(true);
  EXPECT_EQ(hand.state().durable_, 2U);
}

TEST(Follower, AcknowledgesBeforeTheSyncWithFsyncInterval) {
  Hand hand(3, with([](Options& o) { o.fsync = Fsync::interval; }));
  hand.start();
  hand.hear(n2, 1, append(0, 0, {1}));
  EXPECT_EQ(hand.last_write()->durability, Durability::buffered);
  EXPECT_EQ(hand.sent<AppendReply>()[0].first.after, std::nullopt);
  EXPECT_EQ(hand.only_message<AppendReply>().match, 1U);
  hand.fire(Hand::Timer::sync);
  EXPECT_EQ(hand.all<Sync>().size(), 1U);
}

TEST(Follower, NeverSyncsWithFsyncNever) {
  Hand hand(3, with([](Options& o) { o.fsync = Fsync::never; }));
  hand.start();
  hand.hear(n2, 1, append(0, 0, {1}));
  EXPECT_EQ(hand.last_write()->durability, Durability::buffered);
  for (const Arm& arm : hand.all<Arm>()) {
    EXPECT_NE(arm.timer, static_cast<TimerId>(Hand::Timer::sync));
  }
}

TEST(Follower, RefusesRequestsAndNamesTheLeader) {
  Hand hand = follower({1});
  for (const Command& command : {write_5, read_1}) {
    hand.request(7, 1, command);
    ASSERT_EQ(hand.all<Respond>().size(), 1U);
    EXPECT_EQ(hand.only_answer().reply.status, Status::not_leader);
    EXPECT_EQ(hand.only_answer().reply.hint, n2);
  }
}

// ---- recovery ----
TEST(Recovery, FindsTermVoteAndLogInTheRecords) {
  Hand hand;
  hand.start();
  std::vector<Record> records;
  const auto keep = [&] {
    if (hand.last_write() != nullptr) {
      records.push_back(hand.last_write()->record);
      hand.finish_write();
    }
  };
  hand.hear(n2, 1, append(0, 0, {1, 1, 1}));
  keep();
  hand.hear(n3, 2, append(1, 1, {2}));  // replaces two entries
  keep();
  hand.hear(n2, 5, VoteRequest{9, 9, {}, true});
  keep();
  Hand again;
  again.start(records);
  EXPECT_EQ(again.term(), 5U);
  EXPECT_EQ(again.state().voted_for_, n2);
  EXPECT_EQ(again.state().log_, hand.state().log_);
  const auto witnesses = again.all<Witness>();
  ASSERT_EQ(witnesses.size(), 2U);
  EXPECT_EQ(witnesses[1], (Witness{WitnessKind::appended, 2, 2, hand.state().log_.chain_at(2)}));
}

TEST(Recovery, StopsAtAGapAndWritesDownWhatItHas) {
  std::vector<Record> records;
  Hand hand;
  hand.start();
  for (std::uint64_t i = 0; i < 4; ++i) {
    hand.hear(n2, 1, append(i, i == 0 ? 0 : 1, {1}));
    records.push_back(hand.last_write()->record);
    hand.finish_write();
  }
  records.erase(records.begin() + 2);
  Hand again;
  again.start(records);
  EXPECT_EQ(again.last(), 2U);
  ASSERT_NE(again.last_write(), nullptr);
  EXPECT_TRUE(again.last_write()->checkpoint);
}

TEST(Recovery, StartsFromACheckpoint) {
  const Options options = with([](Options& o) { o.snapshot_every = 2; });
  Hand hand = follower({1, 1, 1}, options);
  hand.hear(n2, 2, append(3, 1, {}, 3));
  ASSERT_NE(hand.last_write(), nullptr);
  ASSERT_TRUE(hand.last_write()->checkpoint);
  Hand again(3, options);
  again.start({hand.last_write()->record});
  EXPECT_EQ(again.state().applied_, 3U);
  EXPECT_EQ(again.state().store_, hand.state().store_);
  EXPECT_EQ(again.state().sessions_, hand.state().sessions_);
  EXPECT_EQ(again.state().log_, hand.state().log_);
  EXPECT_EQ(again.all<Witness>()[0].kind, WitnessKind::restored);
}

TEST(Recovery, HasNothingOnFirstBoot) {
  Hand hand;
  hand.start();
  EXPECT_EQ(hand.term(), 0U);
  EXPECT_EQ(hand.last_write(), nullptr);
  EXPECT_TRUE(hand.all<Witness>().empty());
}

}  // namespace
}  // namespace tribunal::sut
