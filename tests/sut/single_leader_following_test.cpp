// The rules of the mode single-leader, one step at a time. "§" is Ongaro and Ousterhout 2014.
#include <gtest/gtest.h>

#include "tests/sut/hand.h"

namespace tribunal::sut {
namespace {

using namespace single_leader;
using namespace testing;

constexpr NodeId n1{0}, n2{1}, n3{2};
const Command write_5{CommandKind::write, 1, 5, 0};
const Command read_1{CommandKind::read, 1, 0, 0};

Options with(void (*change)(Options&)) {
  Options options;
  change(options);
  return options;
}

// A follower in term 2 of n2 whose durable log has entries of the given terms.
Hand follower(std::initializer_list<std::uint64_t> terms, const Options& options = {}) {
  Hand hand(3, options);
  hand.start();
  hand.hear(n2, 2, append(0, 0, terms));
  hand.finish_write();
  return hand;
}

// ---- following ----
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

// ---- elections ----
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
  hand.now = seconds(3);
  hand.fire(Hand::Timer::election);
  ASSERT_EQ(hand.sent<VoteRequest>().size(), 2U);
  ASSERT_NE(hand.last_write(), nullptr);
  EXPECT_EQ(hand.sent<VoteRequest>()[0].first.after, hand.last_write()->id);
  EXPECT_EQ(hand.last_write()->record.voted_for, n1);
  EXPECT_EQ(hand.last_write()->record.term, 1U);
}

TEST(Candidate, CountsItsOwnVoteOnlyOnceItIsDurable) {
  Hand hand;
  hand.start();
  hand.now = seconds(3);
  hand.fire(Hand::Timer::election);
  const WriteId write = hand.last_write()->id;
  hand.hear(n2, 1, Vote{true});
  EXPECT_EQ(hand.state().role_, Role::candidate);
  hand.give(WriteDone{write, true});
  EXPECT_EQ(hand.state().role_, Role::leader);
}

TEST(Candidate, DoesNotCountTheRecordOfAnEarlierCandidacy) {
  Hand hand;
  hand.start();
  hand.now = seconds(3);
  hand.fire(Hand::Timer::election);
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
  hand.now = seconds(3);
  hand.fire(Hand::Timer::election);
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
  hand.now = seconds(3);
  hand.fire(Hand::Timer::election);
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

// ---- leading ----
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
  hand.now = seconds(3);
  hand.fire(Hand::Timer::election);
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
  hand.now = seconds(3);
  hand.fire(Hand::Timer::election);
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
