// The mode single-leader, one step at a time: elections. "§" is Ongaro and Ousterhout 2014.
#include <gtest/gtest.h>

#include "tests/sut/single_leader_steps.h"

namespace tribunal::sut {
namespace {

using namespace single_leader;
using namespace testing;

TEST(Voter, SendsItsVoteOnlyWithTheRecordThatHoldsIt) {
  Hand hand;
  hand.start();
  hand.hear(n2, 1, VoteRequest{});
  ASSERT_EQ(hand.sent<Vote>().size(), 1U);
  EXPECT_TRUE(hand.only_message<Vote>().granted);
  ASSERT_NE(hand.last_write(), nullptr);
  EXPECT_EQ(hand.sent<Vote>()[0].first.after, hand.last_write()->id);
  EXPECT_EQ(hand.last_write()->record.voted_for, n2);
  EXPECT_EQ(hand.last_write()->record.term, 1U);
}

TEST(Voter, VotesOnceInATerm) {  // §5.2
  Hand hand;
  hand.start();
  hand.hear(n2, 1, VoteRequest{});
  hand.finish_write();
  hand.hear(n3, 1, VoteRequest{});
  EXPECT_FALSE(hand.only_message<Vote>().granted);
  hand.hear(n2, 1, VoteRequest{});
  EXPECT_TRUE(hand.only_message<Vote>().granted) << "the answer may have been lost";
  hand.hear(n3, 2, VoteRequest{});
  EXPECT_TRUE(hand.only_message<Vote>().granted) << "a new term, a new vote";
}

TEST(Voter, RemembersItsVoteAfterARestart) {
  Hand hand;
  hand.start();
  hand.hear(n2, 1, VoteRequest{});
  const Record record = hand.last_write()->record;
  Hand again;
  again.start({record});
  again.hear(n3, 1, VoteRequest{});
  EXPECT_FALSE(again.only_message<Vote>().granted);
}

TEST(Voter, RefusesACandidateWhoseLogIsLessComplete) {  // §5.4.1
  const auto votes = [](std::uint64_t last_index, std::uint64_t last_term) {
    Hand hand = follower({1, 2});
    hand.hear(n3, 5, VoteRequest{last_index, last_term, {}, true});
    return hand.only_message<Vote>().granted;
  };
  EXPECT_FALSE(votes(9, 1)) << "longer, but of an older term";
  EXPECT_FALSE(votes(1, 2)) << "shorter";
  EXPECT_TRUE(votes(2, 2));
  EXPECT_TRUE(votes(1, 3)) << "shorter, but of a newer term";
}

TEST(Voter, LooksOnlyAtTheClockWithElectionClock) {
  Hand hand(3, with([](Options& o) { o.election = Election::clock; }));
  hand.start();
  Append message = append(0, 0, {1, 2});
  message.entries[1].wall = seconds(50);
  hand.hear(n2, 2, message);
  hand.finish_write();
  hand.hear(n3, 5, VoteRequest{2, 2, seconds(49), true});
  EXPECT_FALSE(hand.only_message<Vote>().granted);
  hand.finish_write();
  hand.hear(n3, 6, VoteRequest{1, 1, seconds(51), true});
  EXPECT_TRUE(hand.only_message<Vote>().granted) << "newest time stamp, although the log is older";
}

TEST(Voter, IgnoresCandidatesWhileItHearsFromALeader) {  // dissertation §4.2.3
  Hand hand = follower({1});
  hand.hear(n3, 9, VoteRequest{9, 9, {}, false});
  EXPECT_TRUE(hand.sent<Vote>().empty());
  EXPECT_EQ(hand.term(), 2U);
  hand.hear(n3, 9, VoteRequest{9, 9, {}, true});
  EXPECT_TRUE(hand.only_message<Vote>().granted) << "an operator may insist";
}

TEST(Voter, ListensAgainOnceTheLeaderIsSilent) {
  Hand hand = follower({1});
  hand.now += seconds(1);
  hand.hear(n3, 9, VoteRequest{9, 9, {}, false});
  EXPECT_TRUE(hand.only_message<Vote>().granted);
}

TEST(Candidate, AsksForVotesOnlyWithTheRecordOfItsTerm) {
  Hand hand;
  hand.start();
  hand.stand();
  ASSERT_EQ(hand.sent<VoteRequest>().size(), 2U);
  ASSERT_NE(hand.last_write(), nullptr);
  EXPECT_EQ(hand.sent<VoteRequest>()[0].first.after, hand.last_write()->id);
  EXPECT_EQ(hand.last_write()->record.voted_for, n1);
  EXPECT_EQ(hand.last_write()->record.term, 1U);
}

TEST(Candidate, CountsItsOwnVoteOnlyOnceItIsDurable) {
  Hand hand;
  hand.start();
  hand.stand();
  const WriteId write = hand.last_write()->id;
  hand.hear(n2, 1, Vote{true});
  EXPECT_EQ(hand.state().role_, Role::candidate);
  hand.give(WriteDone{write, true});
  EXPECT_EQ(hand.state().role_, Role::leader);
}

TEST(Candidate, DoesNotCountTheRecordOfAnEarlierCandidacy) {
  Hand hand;
  hand.start();
  hand.stand();
  const WriteId first = hand.last_write()->id;
  hand.give(Promote{});  // stands again, in term 2, before the first record is durable
  hand.hear(n2, 2, Vote{true});
  hand.give(WriteDone{first, true});
  EXPECT_EQ(hand.state().role_, Role::candidate);
  ASSERT_NE(hand.last_write(), nullptr);
  hand.finish_write();
  EXPECT_EQ(hand.state().role_, Role::leader);
}

TEST(Candidate, IgnoresVotesOfAnotherTermAndRepeatedVotes) {
  Hand hand(5);
  hand.start();
  hand.stand();
  hand.finish_write();
  hand.hear(n2, 1, Vote{true});
  hand.hear(n2, 1, Vote{true});
  EXPECT_EQ(hand.state().role_, Role::candidate);
  hand.hear(n3, 0, Vote{true});
  EXPECT_EQ(hand.state().role_, Role::candidate);
  hand.hear(n3, 1, Vote{true});
  EXPECT_EQ(hand.state().role_, Role::leader);
}

TEST(Candidate, StepsBackWhenItsRecordIsNotKept) {
  Hand hand;
  hand.start();
  hand.stand();
  hand.finish_write(false);
  EXPECT_EQ(hand.state().role_, Role::follower);
  hand.hear(n2, 1, Vote{true});
  EXPECT_EQ(hand.state().role_, Role::follower);
}

TEST(Candidate, WaitsForTheWholeTimeoutAfterTheLatestHeartbeat) {
  Hand hand = follower({1});
  hand.now = seconds(100);
  hand.hear(n2, 2, append(1, 1));
  hand.now += milliseconds(999);
  hand.fire(Hand::Timer::election);
  EXPECT_EQ(hand.state().role_, Role::follower);
  ASSERT_EQ(hand.all<Arm>().size(), 1U);
  hand.now += hand.all<Arm>()[0].delay;
  hand.fire(Hand::Timer::election);
  EXPECT_EQ(hand.state().role_, Role::candidate);
}

}  // namespace
}  // namespace tribunal::sut
