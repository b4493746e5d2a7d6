// The rules of Raft, one step at a time. "§" is Ongaro's dissertation.
#include <gtest/gtest.h>

#include "sut/raft/node.h"
#include "tests/sut/hand.h"

namespace tribunal::sut {
namespace {

using namespace raft;

constexpr NodeId n1{0}, n2{1}, n3{2}, n4{3};
const Command write_5{CommandKind::write, 1, 5, 0};
const Command read_1{CommandKind::read, 1, 0, 0};

class RaftHand : public testing::HandOf<Raft> {
 public:
  using HandOf::HandOf;

  // Becomes leader of the next term with the votes of the given nodes; all is durable then.
  void win(std::initializer_list<NodeId> voters = {n2}) {
    now += seconds(3);
    fire(Timer::election);
    for (NodeId voter : voters) hear(voter, term(), Vote{term() + 1, true, true});
    finish_write();
    for (NodeId voter : voters) hear(voter, term(), Vote{term(), true, false});
    finish_write();
  }
  // A follower says that it has everything up to `match` durably.
  void acknowledge(NodeId from, std::uint64_t match) {
    AppendReply reply;
    reply.accepted = true;
    reply.match = match;
    reply.round = state().round_;
    hear(from, term(), reply);
  }
  // Leads, and has committed the empty entry of its term.
  void lead() {
    win();
    acknowledge(n2, last());
    acknowledge(n3, last());
  }
  void change_members(NodeId who, bool add) { give(ChangeMembers{who, add}); }
};

Options with(void (*change)(Options&)) {
  Options options;
  change(options);
  return options;
}

Entry entry_of(std::uint64_t term, std::int64_t value) {
  return {term,
          Time{},
          {ClientId{1}, static_cast<std::uint64_t>(value)},
          {CommandKind::write, 1, value, 0},
          0};
}
// Entries of the given terms after (prev_index, prev_term).
Append append_after(std::uint64_t prev_index, std::uint64_t prev_term,
                    std::initializer_list<std::uint64_t> terms = {}, std::uint64_t commit = 0) {
  std::vector<Entry> entries;
  std::int64_t value = static_cast<std::int64_t>(prev_index);
  for (std::uint64_t term : terms) entries.push_back(entry_of(term, ++value));
  Append message{prev_index, prev_term, commit, 1, {}};
  if (!entries.empty()) message.entries = Batch(Entries(entries));
  return message;
}

// A follower in term 2 of n2 whose durable log has entries of the given terms, and which has not
// heard from n2 for a while.
RaftHand follower(std::initializer_list<std::uint64_t> terms, const Options& options = {}) {
  RaftHand hand(3, options);
  hand.start();
  hand.hear(n2, 2, append_after(0, 0, terms));
  hand.finish_write();
  hand.now += seconds(2);
  return hand;
}
VoteRequest ask(std::uint64_t term, std::uint64_t last_index, std::uint64_t last_term) {
  return {term, last_index, last_term, false, false};
}

// ---- elections ----
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

// ---- replication ----
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

// ---- members ----
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
