// Raft, one step at a time: elections and leadership transfer. "§" is Ongaro's dissertation.
#include <gtest/gtest.h>

#include "tests/sut/raft_steps.h"

namespace tribunal::sut {
namespace {

using namespace raft;
using namespace testing::raft_steps;

TEST(RaftVoter, SendsItsVoteWithTheRecordThatKeepsIt) {  // §3.8
  RaftHand hand = follower({1});
  hand.hear(n3, 5, ask(5, 1, 1));
  ASSERT_EQ(hand.sent<Vote>().size(), 1U);
  EXPECT_TRUE(hand.only_message<Vote>().granted);
  ASSERT_NE(hand.last_write(), nullptr);
  EXPECT_EQ(hand.sent<Vote>()[0].first.after, hand.last_write()->id);
  EXPECT_EQ(hand.last_write()->record.voted_for, n3);
  EXPECT_EQ(hand.last_write()->record.term, 5U);
}
TEST(RaftVoter, VotesOnceATerm) {  // §3.4
  RaftHand hand = follower({1});
  hand.hear(n3, 5, ask(5, 1, 1));
  hand.finish_write();
  hand.hear(n2, 5, ask(5, 9, 4));
  EXPECT_FALSE(hand.only_message<Vote>().granted);
  hand.hear(n3, 5, ask(5, 1, 1));
  EXPECT_TRUE(hand.only_message<Vote>().granted) << "the same candidate may ask again";
}
TEST(RaftVoter, RemembersItsVoteAfterARestart) {
  RaftHand hand = follower({1});
  hand.hear(n3, 5, ask(5, 1, 1));
  RaftHand again;
  Record record = hand.last_write()->record;
  record.ordinal = 1;
  again.start({record});
  again.now += seconds(2);
  again.hear(n2, 5, ask(5, 9, 4));
  EXPECT_FALSE(again.only_message<Vote>().granted);
}
TEST(RaftVoter, ForgetsItsVoteWithoutPersistVote) {
  RaftHand hand = follower({1}, with([](Options& o) { o.persist_vote = false; }));
  hand.hear(n3, 5, ask(5, 1, 1));
  EXPECT_TRUE(hand.only_message<Vote>().granted);
  EXPECT_EQ(hand.last_write(), nullptr);
}
TEST(RaftVoter, WantsALogAsCompleteAsItsOwn) {  // §3.6.1
  const auto granted = [](VoteRequest request, const Options& options = {}) {
    RaftHand hand = follower({1, 2}, options);
    hand.hear(n3, 5, request);
    hand.finish_write();
    return hand.state().voted_for_ == n3;
  };
  EXPECT_TRUE(granted(ask(5, 2, 2)));
  EXPECT_TRUE(granted(ask(5, 1, 3)));
  EXPECT_FALSE(granted(ask(5, 1, 2)));
  EXPECT_FALSE(granted(ask(5, 9, 1)));
  EXPECT_TRUE(granted(ask(5, 0, 0), with([](Options& o) { o.election_restriction = false; })));
}
TEST(RaftVoter, IsLoyalToALeaderThatItHearsFrom) {  // §4.2.3
  RaftHand hand = follower({1});
  hand.hear(n2, 2, append_after(1, 1));
  hand.now += milliseconds(999);
  hand.hear(n3, 5, ask(5, 9, 4));
  EXPECT_TRUE(hand.sent<Vote>().empty());
  EXPECT_EQ(hand.term(), 2U);
  VoteRequest transfer = ask(5, 9, 4);
  transfer.transfer = true;
  hand.hear(n3, 5, transfer);
  EXPECT_TRUE(hand.only_message<Vote>().granted) << "the leader itself wants it";
}
TEST(RaftVoter, KeepsOutOfElectionsForATimeoutAfterARestart) {
  RaftHand hand;
  hand.start();
  hand.hear(n3, 5, ask(5, 9, 4));
  EXPECT_TRUE(hand.sent<Vote>().empty()) << "a lease may rest on what it has forgotten";
  hand.now += seconds(1);
  hand.hear(n3, 5, ask(5, 9, 4));
  EXPECT_TRUE(hand.only_message<Vote>().granted);
}
TEST(RaftVoter, GrantsAPreVoteWithoutChangingAnything) {  // §9.6
  RaftHand hand = follower({1});
  const std::uint64_t before = hand.node.fingerprint();
  hand.hear(n3, 2, VoteRequest{3, 1, 1, true, false});
  EXPECT_TRUE(hand.only_message<Vote>().granted);
  EXPECT_EQ(hand.node.fingerprint(), before);
}
TEST(RaftCandidate, AsksForPreVotesFirst) {
  RaftHand hand;
  hand.start();
  hand.now += seconds(3);
  hand.fire(RaftHand::Timer::election);
  EXPECT_EQ(hand.term(), 0U);
  ASSERT_EQ(hand.sent<VoteRequest>().size(), 2U);
  EXPECT_TRUE(hand.sent<VoteRequest>()[0].second.pre);
  hand.hear(n2, 0, Vote{1, true, true});
  EXPECT_EQ(hand.term(), 1U);
  ASSERT_EQ(hand.sent<VoteRequest>().size(), 2U);
  EXPECT_FALSE(hand.sent<VoteRequest>()[0].second.pre);
  EXPECT_EQ(hand.sent<VoteRequest>()[0].first.after, hand.last_write()->id);
}
TEST(RaftCandidate, CountsItsOwnVoteOnlyOnceItIsDurable) {
  RaftHand hand(3, with([](Options& o) { o.pre_vote = false; }));
  hand.start();
  hand.now += seconds(3);
  hand.fire(RaftHand::Timer::election);
  const WriteId write = hand.last_write()->id;
  hand.hear(n2, 1, Vote{1, true, false});
  EXPECT_EQ(hand.node.view().role, Role::candidate);
  hand.give(WriteDone{write, true});
  EXPECT_EQ(hand.node.view().role, Role::leader);
}
TEST(RaftCandidate, DoesNotCountVotesOfServersThatAreNoMembers) {  // RF-11
  RaftHand hand(5, with([](Options& o) {
                  o.initial_members = 3;
                  o.pre_vote = false;
                }));
  hand.start();
  hand.now += seconds(3);
  hand.fire(RaftHand::Timer::election);
  hand.finish_write();
  hand.hear(n4, 1, Vote{1, true, false});
  EXPECT_EQ(hand.node.view().role, Role::candidate);
  hand.hear(n2, 1, Vote{1, true, false});
  EXPECT_EQ(hand.node.view().role, Role::leader);
}
TEST(RaftSpare, DoesNotStandForElection) {
  RaftHand hand(5, with([](Options& o) { o.initial_members = 3; }), n4);
  hand.start();
  hand.now += seconds(9);
  hand.fire(RaftHand::Timer::election);
  EXPECT_TRUE(hand.sent<VoteRequest>().empty());
}

// ---- leadership transfer, §3.10 ----
TEST(RaftTransfer, BringsTheTargetUpToDateBeforeItTellsItToStand) {
  RaftHand hand;
  hand.start();
  hand.lead();
  hand.request(7, 1, write_5);
  hand.hear(n2, hand.term(), Takeover{false});
  EXPECT_TRUE(hand.sent<Takeover>().empty());
  hand.request(8, 1, write_5);
  EXPECT_EQ(hand.only_answer().reply.status, Status::unavailable);
  hand.acknowledge(n2, 2);
  EXPECT_TRUE(hand.only_message<Takeover>().now);
  hand.now += seconds(1);
  hand.fire(RaftHand::Timer::heartbeat);
  hand.request(8, 1, write_5);
  EXPECT_TRUE(hand.all<Respond>().empty()) << "it came to nothing: requests are taken again";
}
TEST(RaftTransfer, MakesTheTargetStandAtOnce) {
  RaftHand hand = follower({1});
  hand.hear(n2, 2, append_after(1, 1));
  hand.give(Promote{});
  EXPECT_FALSE(hand.only_message<Takeover>().now);
  hand.hear(n2, 2, Takeover{true});
  EXPECT_EQ(hand.term(), 3U);
  ASSERT_EQ(hand.sent<VoteRequest>().size(), 2U);
  EXPECT_TRUE(hand.sent<VoteRequest>()[0].second.transfer);
}

}  // namespace
}  // namespace tribunal::sut
