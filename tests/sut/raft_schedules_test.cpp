// Schedules made to measure: the published failures that one rule of Raft each prevents, with the
// rule and without it, and planted bugs that random runs hardly ever meet.
#include <optional>

#include <gtest/gtest.h>

#include "tests/sut/raft_run.h"

namespace tribunal::sut::testing {
namespace {

using namespace raft;

// The test says who stands for election: nobody else does for ten seconds.
Options scripted(Mutation mutation = Mutation::none) {
  Options o;
  o.heartbeat = milliseconds(10);
  o.election_timeout = milliseconds(100);
  o.election_spread = seconds(10);
  o.lease_margin = milliseconds(10);
  o.pre_vote = false;
  o.check_quorum = false;
  o.mutation = mutation;
  return o;
}

// Tells the node to stand until it leads: the first candidacies may be in a term that others have
// seen, or while they still hear from a leader.
bool make_leader(RaftCluster& c, std::uint16_t node) {
  for (int attempt = 0; attempt < 100 && !c.leads(node); ++attempt) {
    c.promote(node);
    c.run_until([&] { return c.leads(node); }, milliseconds(3));
  }
  return c.leads(node);
}

std::string first_violation(const RaftCluster& cluster) {
  const auto& all = cluster.checks().violations();
  return all.empty() ? "" : all.front().property;
}

bool acknowledged(RaftCluster& c, std::uint16_t node, std::int64_t element) {
  const auto reply = c.call(node, add(element), milliseconds(40));
  return reply && reply->status == Status::ok;
}

const Append* entries_of(const Raft::Message& message) {
  const auto* append = std::get_if<Append>(&message.body);
  return append != nullptr && append->entries ? append : nullptr;
}

// Paper, Figure 8: an entry of an old term is on a majority, and is replaced all the same.
std::string figure_8(bool commit_old_term) {
  Options options = scripted();
  options.commit_old_term = commit_old_term;
  options.max_batch = 1;
  RaftCluster c(5, options);
  EXPECT_TRUE(make_leader(c, 0));
  c.run_for(milliseconds(30));
  const std::uint64_t first_term = c.state(0).term_;
  // (a) n1 leads, and an entry of its reaches n2 only.
  for (std::uint16_t n : {2, 3, 4}) c.cut_both(0, n);
  EXPECT_FALSE(acknowledged(c, 0, 1));
  EXPECT_EQ(c.state(1).log_.last_index(), 2U);
  c.crash(0);
  c.heal();
  // (b) n5 leads the next term by the votes of n3 and n4, and keeps its first entry to itself.
  c.filter = [](std::uint16_t from, std::uint16_t, const Raft::Message& m) {
    return from != 4 || !std::holds_alternative<Append>(m.body);
  };
  EXPECT_TRUE(make_leader(c, 4));
  c.run_for(milliseconds(3));
  c.crash(4);
  // (c) n1 leads again. The old entry reaches n3, a majority with n2; that of its own term nobody.
  c.filter = [&](std::uint16_t, std::uint16_t, const Raft::Message& m) {
    const Append* append = entries_of(m);
    return append == nullptr || append->entries->list().back().term == first_term;
  };
  c.restart(0);
  EXPECT_TRUE(make_leader(c, 0));
  c.run_for(milliseconds(60));
  EXPECT_EQ(c.state(2).log_.last_index(), 2U) << "the schedule went wrong";
  EXPECT_EQ(c.state(2).log_.last_term(), first_term);
  c.crash(0);
  // (d) n5, whose last entry is of a newer term than that, is elected.
  c.filter = nullptr;
  c.restart(4);
  EXPECT_TRUE(make_leader(c, 4));
  c.run_for(milliseconds(50));
  EXPECT_EQ(c.state(2).log_.last_term(), c.state(4).term_);
  return first_violation(c);
}

TEST(RaftSchedules, Figure8LosesACommittedEntryWhenOldTermsCount) {
  EXPECT_EQ(figure_8(true), "leader completeness");
}
TEST(RaftSchedules, Figure8IsHarmlessWhenOnlyTheOwnTermCounts) { EXPECT_EQ(figure_8(false), ""); }

// Ongaro, "bug in single-server membership changes", raft-dev, July 2015: two leaders each start a
// change from the same four members, and their majorities do not meet.
std::string two_changes_from_one_configuration(bool safe) {
  Options options = scripted();
  options.initial_members = 4;
  options.safe_membership = safe;
  RaftCluster c(5, options);
  EXPECT_TRUE(make_leader(c, 0));
  c.run_for(milliseconds(30));
  // n1 adds n5, but reaches only n5: {n1..n5} is in two logs.
  c.partition({{0, 4}, {1, 2, 3}});
  c.change_members(0, 4, true);
  c.run_for(milliseconds(30));
  EXPECT_EQ(c.node(0).members(), 0x1fU);
  EXPECT_EQ(c.node(4).members(), 0x1fU);
  // n2 is elected by n2, n3 and n4, and removes n1; only n3 hears of it, a majority of {n2, n3,
  // n4}.
  c.filter = [](std::uint16_t from, std::uint16_t to, const Raft::Message& m) {
    return !(from == 1 && to == 3 && std::holds_alternative<Append>(m.body));
  };
  EXPECT_TRUE(make_leader(c, 1));
  c.change_members(1, 0, false);
  c.run_for(milliseconds(30));
  EXPECT_EQ(c.node(1).members(), safe ? 0xfU : 0xeU);
  EXPECT_EQ(acknowledged(c, 1, 1), !safe) << "three of four do not hold it";
  // n1 is elected by n1, n4 and n5, a majority of {n1..n5}, and never hears of that.
  c.heal();
  c.partition({{0, 3, 4}, {1, 2}});
  EXPECT_TRUE(c.run_until([&] { return !c.leads(0); })) << "n4 knows the newer term";
  EXPECT_TRUE(make_leader(c, 0));
  EXPECT_TRUE(acknowledged(c, 0, 2));
  return first_violation(c);
}

TEST(RaftSchedules, ChangingMembersBeforeCommittingInTheOwnTermLosesData) {
  EXPECT_EQ(two_changes_from_one_configuration(false), "leader completeness");
}
TEST(RaftSchedules, ChangingMembersAfterCommittingInTheOwnTermDoesNot) {
  EXPECT_EQ(two_changes_from_one_configuration(true), "");
}

// A voter that crashes between its vote and its disk votes again.
std::string crash_after_the_vote(Options options) {
  RaftCluster c(3, options);
  c.sync_latency = milliseconds(20);
  c.cut_both(0, 1);  // n1 and n2 stand in the same term
  c.filter = [](std::uint16_t, std::uint16_t, const Raft::Message& m) {
    return !std::holds_alternative<Append>(m.body);
  };
  c.run_for(milliseconds(101));  // until then nobody votes: there might have been a leader
  c.promote(0);
  c.run_for(milliseconds(25));  // n3 has voted for n1, but its disk is still at it
  c.crash(2);
  c.restart(2);
  c.run_for(milliseconds(101));
  c.promote(1);
  c.run_for(milliseconds(80));
  return first_violation(c);
}
TEST(RaftSchedules, VotingBeforeTheVoteIsDurableIsCaught) {
  EXPECT_EQ(crash_after_the_vote(scripted()), "");
  EXPECT_EQ(crash_after_the_vote(scripted(Mutation::vote_before_durable)), "election safety");
}
TEST(RaftSchedules, AForgottenVoteElectsTwoLeaders) {  // RF-07
  Options options = scripted();
  options.persist_vote = false;
  EXPECT_EQ(crash_after_the_vote(options), "election safety");
}

// n1 comes back from a partition with an entry that nobody else wants, and n3 has just lost the
// leader of the newer term.
std::string deposed_leader_comes_back(Mutation mutation) {
  RaftCluster c(3, scripted(mutation));
  EXPECT_TRUE(make_leader(c, 0));
  c.run_for(milliseconds(30));
  c.isolate(0);
  EXPECT_FALSE(acknowledged(c, 0, 1));
  EXPECT_TRUE(make_leader(c, 1));
  EXPECT_TRUE(acknowledged(c, 1, 2));
  c.crash(1);
  c.heal();
  c.run_for(milliseconds(50));
  EXPECT_TRUE(make_leader(c, mutation == Mutation::none ? 2 : 0));
  c.run_for(milliseconds(50));
  return first_violation(c);
}
TEST(RaftSchedules, ObeyingADeposedLeaderLosesData) {
  EXPECT_EQ(deposed_leader_comes_back(Mutation::none), "");
  EXPECT_NE(deposed_leader_comes_back(Mutation::keep_old_term), "");
}

// n3 holds what n1 and it have committed; then an old snapshot comes out of the network.
std::string old_snapshot(Mutation mutation) {
  Options options = scripted(mutation);
  options.snapshot_every = 4;
  RaftCluster c(3, options);
  EXPECT_TRUE(make_leader(c, 0));
  c.isolate(2);
  for (std::int64_t i = 1; i <= 20; ++i) EXPECT_TRUE(acknowledged(c, 0, i));
  std::optional<Raft::Message> kept;
  c.filter = [&](std::uint16_t, std::uint16_t, const Raft::Message& m) {
    if (std::holds_alternative<Install>(m.body) && !kept) kept = m;
    return true;
  };
  c.heal();
  c.run_for(milliseconds(300));
  EXPECT_TRUE(kept.has_value()) << "the schedule went wrong";
  c.isolate(1);
  for (std::int64_t i = 21; i <= 40; ++i) EXPECT_TRUE(acknowledged(c, 0, i));
  c.run_for(milliseconds(50));
  if (kept) c.inject(0, 2, *kept);
  c.run_for(milliseconds(1));
  c.crash(0);
  c.heal();
  EXPECT_TRUE(make_leader(c, 1) || make_leader(c, 2));
  c.run_for(milliseconds(50));
  return first_violation(c);
}
TEST(RaftSchedules, ASnapshotThatIsOlderThanTheStateChangesNothing) {
  EXPECT_EQ(old_snapshot(Mutation::none), "");
  EXPECT_EQ(old_snapshot(Mutation::install_older_snapshot), "leader completeness");
}

// What n1 answers to a read of the counter 5 that it was told is 1, after n2 has made it 2.
enum class Answered { fresh, stale, nothing };
Answered read_at_the_old_leader(RaftCluster& c) {
  const auto reply = c.call(0, read(5), milliseconds(5));
  if (!reply || reply->status != Status::ok) return Answered::nothing;
  return reply->value == 2 ? Answered::fresh : Answered::stale;
}

// The answers to n1's last heartbeat take long, the election that follows does not.
Answered slow_answers(Options options) {
  options.read = ReadRule::lease;
  options.lease_margin = milliseconds(5);
  RaftCluster c(3, options);
  EXPECT_TRUE(make_leader(c, 0));
  EXPECT_TRUE(c.call(0, write(5, 1)).has_value());
  c.network = {milliseconds(20), milliseconds(20), 0, 0};
  c.run_for(milliseconds(200));
  const auto asks = [&] {
    return c.state(0).lease_round_ != 0 && c.state(0).lease_round_at_ == c.now();
  };
  EXPECT_TRUE(c.run_until(asks));
  for (std::uint16_t n : {1, 2}) c.cut(0, n);
  c.run_for(milliseconds(45));
  c.isolate(0);
  c.network = {microseconds(200), microseconds(200), 0, 0};
  EXPECT_TRUE(make_leader(c, 1));
  EXPECT_TRUE(c.call(1, write(5, 2)).has_value());
  return read_at_the_old_leader(c);
}

TEST(RaftSchedules, ALeaderToldToHandOverHasNoLeaseAnyMore) {
  const auto run = [](Mutation mutation) {
    Options options = scripted(mutation);
    options.read = ReadRule::lease;
    RaftCluster c(3, options);
    EXPECT_TRUE(make_leader(c, 0));
    EXPECT_TRUE(c.call(0, write(5, 1)).has_value());
    // The old leader does not hear what comes of it.
    c.filter = [told = false](std::uint16_t, std::uint16_t to, const Raft::Message& m) mutable {
      const auto* takeover = std::get_if<Takeover>(&m.body);
      if (takeover != nullptr && takeover->now) told = true;
      return !told || to != 0;
    };
    c.promote(1);
    EXPECT_TRUE(c.run_until([&] { return c.leads(1); }, milliseconds(20)));
    EXPECT_TRUE(c.call(1, write(5, 2)).has_value());
    return read_at_the_old_leader(c);
  };
  EXPECT_EQ(run(Mutation::none), Answered::nothing);
  EXPECT_EQ(run(Mutation::lease_during_transfer), Answered::stale);
}

TEST(RaftSchedules, ALeaseCountsFromTheQuestion) {
  EXPECT_EQ(slow_answers(scripted()), Answered::nothing);
  EXPECT_EQ(slow_answers(scripted(Mutation::lease_from_answer)), Answered::stale);
}
TEST(RaftSchedules, ALeaseLongerThanTheElectionTimeoutIsTooLong) {  // RF-03
  Options options = scripted();
  options.lease = milliseconds(160);
  EXPECT_EQ(slow_answers(options), Answered::stale);
}

// RF-04: the leader's clock is slow by a fifth, more than the margin.
Answered slow_clock(ReadRule rule, Duration margin) {
  Options options = scripted();
  options.read = rule;
  options.lease_margin = margin;
  RaftCluster c(3, options);
  c.network = {microseconds(100), microseconds(100), 0, 0};
  EXPECT_TRUE(make_leader(c, 0));
  EXPECT_TRUE(c.call(0, write(5, 1)).has_value());
  c.set_clock_rate(0, -200'000);
  c.run_for(milliseconds(50));
  c.isolate(0);
  EXPECT_TRUE(make_leader(c, 1));
  EXPECT_TRUE(c.call(1, write(5, 2)).has_value());
  return read_at_the_old_leader(c);
}
TEST(RaftSchedules, ASlowClockBreaksALeaseWithoutEnoughMargin) {
  EXPECT_EQ(slow_clock(ReadRule::lease, milliseconds(2)), Answered::stale);
  EXPECT_EQ(slow_clock(ReadRule::lease, milliseconds(30)), Answered::nothing);
  EXPECT_EQ(slow_clock(ReadRule::read_index, milliseconds(2)), Answered::nothing);
}

}  // namespace
}  // namespace tribunal::sut::testing
