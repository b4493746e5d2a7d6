// Each unsafe setting against its safe twin, under the same schedule: the unsafe one shows the
// published failure (the identifier is the row of the catalogue of anomalies in docs/modes.md), the
// safe one does not.
#include <gtest/gtest.h>

#include "tests/sut/mini_cluster.h"

namespace tribunal::sut {
namespace {

using namespace single_leader;
using namespace testing;

Options quick() {
  Options o;
  o.heartbeat = milliseconds(10);
  o.election_timeout = milliseconds(100);
  o.in_sync_timeout = milliseconds(40);
  o.fsync_interval = seconds(1);
  return o;
}

// What came of a schedule.
struct Outcome {
  std::vector<std::int64_t> acknowledged;
  std::vector<std::int64_t> final_elements;
  bool stale_read = false;
  bool two_leaders = false;
  std::string violated;
  std::size_t lost() const {
    std::size_t count = 0;
    for (std::int64_t e : acknowledged) {
      count += std::binary_search(final_elements.begin(), final_elements.end(), e) ? 0 : 1;
    }
    return count;
  }
};

class Schedule {
 public:
  Schedule(std::uint16_t nodes, const Options& options) : cluster(nodes, options) {
    leader = cluster.await_leader().value_or(0);
    cluster.run_for(milliseconds(100));
  }

  MiniCluster cluster;
  std::uint16_t leader = 0;
  Outcome outcome;

  bool try_add(std::uint16_t node, Duration limit = milliseconds(30)) {
    const std::int64_t element = next_++;
    const auto reply = cluster.call(node, add(element), limit);
    const bool ok = reply && reply->status == Status::ok;
    if (ok) outcome.acknowledged.push_back(element);
    return ok;
  }
  // Reads at `node`; stale when something acknowledged before is missing.
  void try_read(std::uint16_t node) {
    const std::vector<std::int64_t> expected = outcome.acknowledged;
    const auto reply = cluster.call(node, members(), milliseconds(30));
    if (!reply || reply->status != Status::ok) return;
    for (std::int64_t e : expected) {
      if (!std::binary_search(reply->elements.begin(), reply->elements.end(), e)) {
        outcome.stale_read = true;
      }
    }
  }
  // A leader other than `node`, if one comes up.
  std::optional<std::uint16_t> other_leader(std::uint16_t node, Duration limit = seconds(2)) {
    std::optional<std::uint16_t> found;
    cluster.run_until(
        [&] {
          for (std::uint16_t n = 0; n < cluster.size(); ++n) {
            const bool settled =
                cluster.leads(n) && cluster.state(n).commit_ >= cluster.state(n).own_first_;
            if (n != node && settled) found = n;
          }
          return found.has_value();
        },
        limit);
    return found;
  }
  Outcome finish() {
    cluster.heal();
    cluster.filter = nullptr;
    for (std::uint16_t n = 0; n < cluster.size(); ++n) cluster.restart(n);
    cluster.run_for(seconds(2));
    const auto last = cluster.await_leader();
    EXPECT_TRUE(last.has_value()) << "the cluster did not recover";
    if (last) outcome.final_elements = cluster.state(*last).store_.read(members()).elements;
    if (!cluster.checks().violations().empty()) {
      outcome.violated = cluster.checks().violations().front().property;
    }
    return outcome;
  }

 private:
  std::int64_t next_ = 1;
};

void expect_clean(const Outcome& outcome) {
  EXPECT_FALSE(outcome.acknowledged.empty()) << "the schedule must acknowledge something";
  EXPECT_EQ(outcome.lost(), 0U);
  EXPECT_FALSE(outcome.stale_read);
  EXPECT_EQ(outcome.violated, "");
}

// ---- SL-01: asynchronous failover without fencing ----
Outcome partition_the_leader_for_10_s(const Options& options) {
  Schedule s(5, options);
  s.try_add(s.leader);
  s.cluster.isolate(s.leader);
  for (int i = 0; i < 100; ++i) {
    s.try_add(s.leader);
    if (const auto other = s.other_leader(s.leader, milliseconds(1))) {
      s.outcome.two_leaders |= s.cluster.leads(s.leader);
      s.try_read(*other);
      s.try_add(*other);
      s.try_read(s.leader);
    }
    s.cluster.run_for(milliseconds(100) - milliseconds(1));
  }
  return s.finish();
}

TEST(Anomalies, SplitBrainLosesWhatTheDeposedLeaderAcknowledged) {
  Options options = quick();
  options.replication = Replication::async;
  options.fencing = false;
  options.read = ReadRule::leader;
  const Outcome bad = partition_the_leader_for_10_s(options);
  EXPECT_TRUE(bad.two_leaders);
  EXPECT_GT(bad.lost(), 50U) << "it went on for the whole partition";
  EXPECT_TRUE(bad.stale_read);
  EXPECT_NE(bad.violated, "");
}

TEST(Anomalies, SplitBrainLosesDataAlsoWithQuorumReads) {
  Options options = quick();
  options.replication = Replication::async;
  options.fencing = false;
  const Outcome bad = partition_the_leader_for_10_s(options);
  EXPECT_GT(bad.lost(), 50U);
  EXPECT_TRUE(bad.stale_read) << "the new leader lacks what the old one acknowledged";
}

TEST(Anomalies, FencingShortensSplitBrain) {  // SL-02: w=1 alone still rolls back
  Options options = quick();
  options.replication = Replication::async;
  const Outcome bad = partition_the_leader_for_10_s(options);
  EXPECT_GT(bad.lost(), 0U);
  EXPECT_LT(bad.lost(), 5U);
}

TEST(Anomalies, SplitBrainDoesNotHappenWithTheDefaults) {
  expect_clean(partition_the_leader_for_10_s(quick()));
  Options options = quick();
  options.replication = Replication::majority;
  expect_clean(partition_the_leader_for_10_s(options));
}

TEST(Anomalies, ADeposedLeadersStateIsRolledBack) {
  Options options = quick();
  options.replication = Replication::async;
  options.fencing = false;
  options.snapshot_every = 7;  // so that snapshots hold discarded writes, too
  Schedule s(3, options);
  for (int i = 0; i < 10; ++i) s.try_add(s.leader);
  s.cluster.isolate(s.leader);
  for (int i = 0; i < 20; ++i) s.try_add(s.leader);
  const auto other = s.other_leader(s.leader);
  ASSERT_TRUE(other.has_value());
  for (int i = 0; i < 5; ++i) s.try_add(*other);
  const Outcome bad = s.finish();
  EXPECT_GE(bad.lost(), 20U);
  for (std::uint16_t n = 1; n < 3; ++n) {
    EXPECT_EQ(s.cluster.state(n).store_, s.cluster.state(0).store_) << n;
  }
}

// ---- SL-03: reads from a deposed leader ----
// A leader that is cut off or paused goes on believing until its next look finds that a majority is
// silent; in some elections the new leader is there before. Returns how many of 20 runs had a stale
// read.
int stale_reads_at_a_deposed_leader(ReadRule rule, bool paused) {
  int count = 0;
  for (int run = 0; run < 20; ++run) {
    Options options = quick();
    options.replication = Replication::majority;
    options.read = rule;
    Schedule s(3, options);
    s.cluster.run_for(milliseconds(7 * run));
    s.cluster.isolate(s.leader);
    if (paused) s.cluster.pause(s.leader);
    if (const auto other = s.other_leader(s.leader)) {
      s.try_add(*other);
      const RequestId id{ClientId{5}, 1};
      s.cluster.request(s.leader, id.client, id.sequence, members());
      s.cluster.resume(s.leader);
      s.cluster.run_for(milliseconds(5));
      const Answer* answer = s.cluster.answer(id);
      const bool ok = answer != nullptr && answer->reply.status == Status::ok;
      count += ok && answer->reply.elements.empty() ? 1 : 0;
    }
    const Outcome outcome = s.finish();
    EXPECT_EQ(outcome.lost(), 0U);
    EXPECT_EQ(outcome.violated, "") << "the log is right, only the read is not";
  }
  return count;
}

TEST(Anomalies, ReadsOfAPartitionedLeaderAreStale) {
  EXPECT_GT(stale_reads_at_a_deposed_leader(ReadRule::leader, false), 0);
  EXPECT_EQ(stale_reads_at_a_deposed_leader(ReadRule::leader_quorum, false), 0);
}

TEST(Anomalies, ReadsOfAPausedLeaderAreStale) {
  EXPECT_GT(stale_reads_at_a_deposed_leader(ReadRule::leader, true), 15) << "it never looked";
  EXPECT_EQ(stale_reads_at_a_deposed_leader(ReadRule::leader_quorum, true), 0);
}

TEST(Anomalies, ReadsOfFollowersAreStale) {
  for (ReadRule rule : {ReadRule::follower, ReadRule::any, ReadRule::leader_quorum}) {
    Options options = quick();
    options.read = rule;
    Schedule s(3, options);
    for (int i = 0; i < 20; ++i) {
      s.try_add(s.leader);
      for (std::uint16_t n = 0; n < 3; ++n) s.try_read(n);
    }
    EXPECT_EQ(s.finish().stale_read, rule != ReadRule::leader_quorum);
  }
}

// ---- SL-04: the newest clock wins the election ----
Outcome elect_after_a_skewed_leader(const Options& options) {
  Schedule s(3, options);
  const std::uint16_t skewed = s.leader;
  s.cluster.set_wall_offset(skewed, seconds(60));
  s.cluster.isolate(skewed);
  s.try_add(skewed);  // stays on it alone, but is stamped with the future
  const auto second = s.other_leader(skewed);
  EXPECT_TRUE(second.has_value());
  if (!second) return s.finish();
  for (int i = 0; i < 5; ++i) s.try_add(*second);  // on a majority
  // The second leader is cut off; the skewed node meets the third.
  s.cluster.heal();
  s.cluster.isolate(*second);
  s.other_leader(*second);
  s.cluster.run_for(seconds(1));
  return s.finish();
}

TEST(Anomalies, TheNewestClockWinsAndLosesWhatAMajorityHeld) {
  Options options = quick();
  options.replication = Replication::majority;
  expect_clean(elect_after_a_skewed_leader(options));
  options.election = Election::clock;
  const Outcome bad = elect_after_a_skewed_leader(options);
  EXPECT_GT(bad.lost(), 0U);
  EXPECT_EQ(bad.violated, "leader completeness");
}

// ---- SL-05: whoever sees a majority leads ----
Outcome bridge(const Options& options) {
  Schedule s(5, options);
  // n3 hears everybody; {n1, n2} and {n4, n5} do not hear one another.
  s.cluster.partition({{0, 1}, {3, 4}});
  for (int i = 0; i < 150; ++i) {
    std::uint16_t leaders = 0;
    for (std::uint16_t n = 0; n < 5; ++n)
      leaders |= static_cast<std::uint16_t>(s.cluster.leads(n) << n);
    s.outcome.two_leaders |= (leaders & 0b00011) != 0 && (leaders & 0b11000) != 0;
    for (std::uint16_t n = 0; n < 5; ++n) {
      if (s.cluster.leads(n)) s.try_add(n, milliseconds(5));
    }
    s.cluster.run_for(milliseconds(10));
  }
  return s.finish();
}

TEST(Anomalies, ABridgePartitionYieldsTwoLeadersWithElectionVisible) {
  Options options = quick();
  options.replication = Replication::majority;
  expect_clean(bridge(options));
  options.election = Election::visible;
  const Outcome bad = bridge(options);
  EXPECT_TRUE(bad.two_leaders);
  EXPECT_GT(bad.lost(), 0U);
  EXPECT_NE(bad.violated, "");
}

// ---- SL-06: an in-sync set of one, then an unclean election ----
Outcome shrink_then_lose_the_leader(const Options& options) {
  Schedule s(3, options);
  s.try_add(s.leader);
  s.cluster.isolate(s.leader);
  for (int i = 0; i < 20; ++i) s.try_add(s.leader);
  s.cluster.crash(s.leader);
  s.cluster.heal();
  s.other_leader(s.leader);
  return s.finish();
}

TEST(Anomalies, AnInSyncSetOfOneAndAnUncleanElectionLoseData) {
  Options options = quick();
  options.min_in_sync = 1;
  options.unclean_election = true;
  const Outcome bad = shrink_then_lose_the_leader(options);
  EXPECT_GT(bad.lost(), 0U);
  EXPECT_EQ(bad.violated, "leader completeness");

  expect_clean(shrink_then_lose_the_leader(quick()));
  options.unclean_election = false;
  expect_clean(shrink_then_lose_the_leader(options));
  options.unclean_election = true;
  options.min_in_sync = 2;
  expect_clean(shrink_then_lose_the_leader(options));
}

TEST(Anomalies, SemiSyncLosesWhatLeaderAndOneFollowerHeld) {
  const auto run = [](Replication replication) {
    Options options = quick();
    options.replication = replication;
    Schedule s(5, options);
    const auto companion = static_cast<std::uint16_t>((s.leader + 1) % 5);
    for (std::uint16_t n = 0; n < 5; ++n) {
      if (n != companion) s.cluster.cut_both(s.leader, n);
    }
    for (int i = 0; i < 5; ++i) s.try_add(s.leader, milliseconds(10));
    s.cluster.crash(s.leader);
    s.cluster.crash(companion);
    s.other_leader(s.leader);
    s.try_add(s.other_leader(s.leader).value_or(0));
    return s.finish();
  };
  EXPECT_GT(run(Replication::semi_sync).lost(), 0U);
  expect_clean(run(Replication::majority));
}

// ---- SL-15: acknowledged before it is on disk ----
Outcome lose_power_everywhere(const Options& options) {
  Schedule s(3, options);
  for (int i = 0; i < 10; ++i) s.try_add(s.leader);
  for (std::uint16_t n = 0; n < 3; ++n) s.cluster.crash(n);
  for (std::uint16_t n = 0; n < 3; ++n) s.cluster.restart(n);
  s.try_add(s.cluster.await_leader().value_or(0));
  return s.finish();
}

TEST(Anomalies, AcknowledgingBeforeTheSyncLosesDataWhenAllLosePower) {
  expect_clean(lose_power_everywhere(quick()));
  Options options = quick();
  options.fsync = Fsync::interval;
  options.fsync_interval = seconds(60);
  EXPECT_GE(lose_power_everywhere(options).lost(), 10U);
  options.fsync = Fsync::never;
  EXPECT_GE(lose_power_everywhere(options).lost(), 10U);
}

TEST(Anomalies, SyncingOnATimerLosesOnlyTheLastInterval) {
  Options options = quick();
  options.fsync = Fsync::interval;
  options.fsync_interval = milliseconds(50);
  Schedule s(3, options);
  for (int i = 0; i < 10; ++i) s.try_add(s.leader);
  s.cluster.run_for(milliseconds(200));
  for (std::uint16_t n = 0; n < 3; ++n) s.cluster.crash(n);
  EXPECT_EQ(s.finish().lost(), 0U);
}

// ---- CL-01: retries without request identifiers ----
TEST(Anomalies, ARetryIsAppliedTwiceWithoutDedup) {
  for (bool dedup : {true, false}) {
    Options options = quick();
    options.dedup = dedup;
    Schedule s(3, options);
    MiniCluster& c = s.cluster;
    ASSERT_EQ(c.call(s.leader, write(1, 0))->status, Status::ok);
    c.request(s.leader, ClientId{7}, 1, cas(1, 0, 1));
    c.run_for(milliseconds(20));
    ASSERT_EQ(c.call(s.leader, cas(1, 1, 0))->status, Status::ok);  // another client undoes it
    c.request(s.leader, ClientId{7}, 1, cas(1, 0, 1));              // the answer was lost: again
    c.run_for(milliseconds(20));
    EXPECT_EQ(c.call(s.leader, read(1))->value, dedup ? 0 : 1);
    EXPECT_EQ(c.violated("integrity"), !dedup);
    EXPECT_EQ(c.checks().violations().size(), dedup ? 0U : 1U);
  }
}

}  // namespace
}  // namespace tribunal::sut
