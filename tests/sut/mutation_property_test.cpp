// Bugs planted one at a time: random runs, or for rare ones a schedule made for them, must tell the
// mutant from the original. What the tests could not tell they could not protect.
#include <cstdio>
#include <functional>

#include <gtest/gtest.h>

#include "tests/scale.h"
#include "tests/sut/random_run.h"

namespace tribunal::sut::testing {
namespace {

using namespace single_leader;

Options quick(Mutation mutation) {
  Options o;
  o.replication = Replication::majority;
  o.failover = Failover::manual;  // the test says who leads
  o.heartbeat = milliseconds(10);
  o.election_timeout = milliseconds(100);
  o.mutation = mutation;
  return o;
}

struct Mutant {
  Mutation mutation;
  const char* name;
};

class RandomMutants : public ::testing::TestWithParam<Mutant> {};

TEST_P(RandomMutants, AreCaught) {
  const std::uint64_t seeds = scaled(3000, 10);
  std::string why;
  const std::uint64_t seed = first_failing_seed<RandomRun>(GetParam().mutation, seeds, why);
  if (seed == 0 && seeds < 3000)
    GTEST_SKIP() << "rare: not seen in the " << seeds << " runs allowed";
  EXPECT_NE(seed, 0U) << seeds << " random runs did not notice " << GetParam().name;
  std::printf("    %-28s seed %4llu  %s\n", GetParam().name, static_cast<unsigned long long>(seed),
              why.c_str());
}

INSTANTIATE_TEST_SUITE_P(
    Planted, RandomMutants,
    ::testing::Values(Mutant{Mutation::vote_not_recorded, "vote_not_recorded"},
                      Mutant{Mutation::candidate_not_durable, "candidate_not_durable"},
                      Mutant{Mutation::ack_before_durable, "ack_before_durable"},
                      Mutant{Mutation::count_before_durable, "count_before_durable"},
                      Mutant{Mutation::skip_previous_check, "skip_previous_check"},
                      Mutant{Mutation::skip_log_check, "skip_log_check"},
                      Mutant{Mutation::small_quorum, "small_quorum"},
                      Mutant{Mutation::apply_before_commit, "apply_before_commit"},
                      Mutant{Mutation::commit_unmatched, "commit_unmatched"},
                      Mutant{Mutation::truncate_always, "truncate_always"},
                      Mutant{Mutation::keep_conflict, "keep_conflict"},
                      Mutant{Mutation::keep_old_term, "keep_old_term"},
                      Mutant{Mutation::snapshot_without_sessions, "snapshot_without_sessions"},
                      Mutant{Mutation::read_without_round, "read_without_round"},
                      Mutant{Mutation::read_before_own_commit, "read_before_own_commit"},
                      Mutant{Mutation::forget_term, "forget_term"}),
    [](const auto& test) { return std::string(test.param.name); });

// ---- made to measure ----
std::string first_violation(const MiniCluster& cluster) {
  const auto& all = cluster.checks().violations();
  return all.empty() ? "" : all.front().property;
}

// Promotes a node until it leads: its first candidacies may be in a term that others have seen.
bool make_leader(MiniCluster& c, std::uint16_t node) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    c.promote(node);
    if (c.run_until([&] { return c.leads(node); }, milliseconds(10))) return true;
  }
  return false;
}

// Raft, Figure 8: an entry of an old term is on a majority, and is replaced all the same.
std::string figure_8(Mutation mutation) {
  MiniCluster c(5, quick(mutation));
  c.await_leader();
  c.run_for(milliseconds(30));
  // n1 leads term 1. More entries than one message carries reach n2 only.
  for (std::uint16_t n : {2, 3, 4}) c.cut_both(0, n);
  for (std::int64_t i = 1; i <= 70; ++i) {
    c.request(0, ClientId{static_cast<std::uint32_t>(i)}, 1, add(i));
  }
  c.run_for(milliseconds(20));
  c.crash(0);
  c.heal();
  // n5 leads the next term by the votes of n3 and n4, and keeps its first entry to itself.
  c.filter = [](std::uint16_t from, std::uint16_t, const SingleLeader::Message& m) {
    return from != 4 || !std::holds_alternative<Append>(m.body);
  };
  EXPECT_TRUE(make_leader(c, 4));
  c.run_for(milliseconds(3));
  c.crash(4);
  // n1 leads again. The old entries reach n3, a majority with n2; those of its own term reach
  // nobody.
  c.filter = [](std::uint16_t, std::uint16_t, const SingleLeader::Message& m) {
    const auto* append = std::get_if<Append>(&m.body);
    return append == nullptr || append->entries.empty() || append->entries.back().term == 1;
  };
  c.restart(0);
  EXPECT_TRUE(make_leader(c, 0));
  c.run_for(milliseconds(40));
  EXPECT_GE(c.state(2).log_.last_index(), 60U) << "the schedule went wrong";
  c.crash(0);
  // n5, whose last entry is of a newer term than those, is elected.
  c.filter = nullptr;
  c.restart(4);
  EXPECT_TRUE(make_leader(c, 4));
  c.run_for(milliseconds(50));
  return first_violation(c);
}

// A voter that crashes between its vote and its disk votes again.
std::string crash_after_the_vote(Mutation mutation) {
  MiniCluster c(3, quick(mutation));
  c.sync_latency = milliseconds(20);  // n1 stood before, with the initial latency
  c.cut_both(0, 1);                   // n1 and n2 stand in the same term
  c.filter = [](std::uint16_t, std::uint16_t, const SingleLeader::Message& m) {
    return !std::holds_alternative<Append>(m.body);
  };
  c.run_for(milliseconds(10));  // n3 has voted for n1, but its disk is still at it
  c.promote(1);
  c.crash(2);
  c.restart(2);
  c.run_for(milliseconds(80));
  return first_violation(c);
}

// A deposed leader whose applied writes are discarded must not show them any more.
std::string discard_applied_writes(Mutation mutation) {
  Options options = quick(mutation);
  options.replication = Replication::async;
  options.failover = Failover::automatic;
  MiniCluster c(3, options);
  const std::uint16_t leader = c.await_leader().value_or(0);
  c.isolate(leader);
  for (std::uint32_t i = 1; i <= 5; ++i) c.request(leader, ClientId{i}, 1, add(i));
  c.run_for(seconds(1));
  c.heal();
  c.run_for(seconds(1));
  for (std::uint16_t n = 1; n < 3; ++n) {
    if (!(c.state(n).store_ == c.state(0).store_)) return "nodes differ";
  }
  return "";
}

void expect_told_apart(const std::function<std::string(Mutation)>& schedule, Mutation mutation) {
  EXPECT_EQ(schedule(Mutation::none), "");
  EXPECT_NE(schedule(mutation), "") << "the mutant was not noticed";
}

TEST(MadeMutants, CommittingEntriesOfOldTermsIsCaught) {
  expect_told_apart(figure_8, Mutation::commit_old_term);
  EXPECT_EQ(figure_8(Mutation::commit_old_term), "leader completeness");
}
TEST(MadeMutants, VotingBeforeTheVoteIsDurableIsCaught) {
  expect_told_apart(crash_after_the_vote, Mutation::vote_before_durable);
  EXPECT_EQ(crash_after_the_vote(Mutation::vote_before_durable), "election safety");
}
TEST(MadeMutants, KeepingTheEffectOfDiscardedEntriesIsCaught) {
  // The settings allow losing them; only the difference between the nodes counts.
  expect_told_apart(discard_applied_writes, Mutation::no_rollback);
}

}  // namespace
}  // namespace tribunal::sut::testing
