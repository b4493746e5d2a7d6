// Several replicas together: elections, catching up, snapshots, the in-sync set, failing disks.
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
  o.fsync_interval = milliseconds(500);
  return o;
}

std::uint16_t other_than(std::uint16_t node, std::uint16_t size, std::uint16_t step = 1) {
  return static_cast<std::uint16_t>((node + step) % size);
}

class Clusters : public ::testing::Test {
 protected:
  // Every test also is a test of the five properties.
  void TearDown() override {
    if (!cluster) return;
    for (const ProtocolViolation& v : cluster->checks().violations()) {
      ADD_FAILURE() << v.property << ": " << v.detail;
    }
  }
  void make(std::uint16_t nodes, const Options& options) {
    cluster.emplace(nodes, options);
    const auto found = cluster->await_leader();
    ASSERT_TRUE(found.has_value());
    leader = *found;
    follower = other_than(leader, nodes);
    cluster->run_for(milliseconds(50));
  }
  Status add_one(std::int64_t element, Duration limit = milliseconds(500)) {
    const auto reply = cluster->call(leader, add(element), limit);
    return reply ? reply->status : Status::unavailable;
  }
  std::vector<std::int64_t> elements(std::uint16_t n) {
    return cluster->state(n).store_.read(members()).elements;
  }
  void find_leader() {
    const auto found = cluster->await_leader();
    ASSERT_TRUE(found.has_value());
    leader = *found;
  }

  std::optional<MiniCluster> cluster;
  std::uint16_t leader = 0, follower = 0;
};

TEST_F(Clusters, OfAnySizeElectOneLeaderAndReplicate) {
  for (std::uint16_t nodes : {1, 2, 3, 4, 5, 7}) {
    make(nodes, quick());
    for (std::int64_t i = 0; i < 10; ++i) ASSERT_EQ(add_one(i), Status::ok);
    cluster->run_for(milliseconds(100));
    EXPECT_EQ(cluster->leader_count(), 1);
    for (std::uint16_t n = 0; n < nodes; ++n) EXPECT_EQ(elements(n).size(), 10U) << n;
    TearDown();
  }
}

TEST_F(Clusters, ReplaceALostLeaderAndKeepWhatItAcknowledged) {
  make(3, quick());
  ASSERT_EQ(add_one(1), Status::ok);
  cluster->crash(leader);
  find_leader();
  const auto reply = cluster->call(leader, members());
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->elements, std::vector<std::int64_t>{1});
}

TEST_F(Clusters, DoNotChangeLeadersWhileNothingIsWrong) {
  make(5, quick());
  const std::uint64_t term = cluster->node(leader).view().term;
  cluster->run_for(seconds(20));
  EXPECT_TRUE(cluster->leads(leader));
  EXPECT_EQ(cluster->node(leader).view().term, term);
}

TEST_F(Clusters, AreNotDisturbedByANodeThatHearsNothing) {
  make(5, quick());
  const std::uint64_t term = cluster->node(leader).view().term;
  for (std::uint16_t n = 0; n < 5; ++n) {
    if (n != follower) cluster->cut(n, follower);
  }
  cluster->run_for(seconds(5));
  EXPECT_GT(cluster->node(follower).view().term, term) << "it stands for election again and again";
  EXPECT_TRUE(cluster->leads(leader));
  EXPECT_EQ(cluster->node(leader).view().term, term);
  EXPECT_EQ(add_one(1), Status::ok);
}

TEST_F(Clusters, HaveNoLeaderWithoutAMajority) {
  make(5, quick());
  cluster->partition({{0, 1}, {2, 3}, {4}});
  cluster->run_for(seconds(2));
  EXPECT_EQ(cluster->leader_count(), 0) << "fencing: a leader without a majority steps down";
  cluster->heal();
  EXPECT_TRUE(cluster->await_leader().has_value());
}

// ---- catching up ----
TEST_F(Clusters, BringARestartedFollowerUpFromTheLog) {
  make(3, quick());
  cluster->crash(follower);
  for (std::int64_t i = 0; i < 200; ++i) ASSERT_EQ(add_one(i), Status::ok);
  int installs = 0;
  cluster->filter = [&](std::uint16_t, std::uint16_t, const SingleLeader::Message& m) {
    installs += std::holds_alternative<Install>(m.body) ? 1 : 0;
    return true;
  };
  cluster->restart(follower);
  cluster->run_for(milliseconds(200));
  EXPECT_EQ(elements(follower).size(), 200U);
  EXPECT_EQ(installs, 0);
}

TEST_F(Clusters, SendAnEmptyFollowerASnapshotThenTheLog) {
  Options options = quick();
  options.snapshot_every = 20;
  make(3, options);
  cluster->wipe(follower);
  for (std::int64_t i = 0; i < 95; ++i) ASSERT_EQ(add_one(i), Status::ok);
  int installs = 0;
  cluster->filter = [&](std::uint16_t, std::uint16_t, const SingleLeader::Message& m) {
    installs += std::holds_alternative<Install>(m.body) ? 1 : 0;
    return true;
  };
  cluster->restart(follower);
  cluster->run_for(milliseconds(300));
  EXPECT_GE(installs, 1);
  EXPECT_EQ(cluster->state(follower).store_, cluster->state(leader).store_);
  EXPECT_EQ(cluster->state(follower).sessions_, cluster->state(leader).sessions_);
  EXPECT_EQ(cluster->state(follower).log_.last_index(), cluster->state(leader).log_.last_index());
}

TEST_F(Clusters, SendALostSnapshotAgain) {
  Options options = quick();
  options.snapshot_every = 20;
  make(3, options);
  cluster->wipe(follower);
  for (std::int64_t i = 0; i < 95; ++i) ASSERT_EQ(add_one(i), Status::ok);
  int lost = 0;
  cluster->filter = [&](std::uint16_t, std::uint16_t, const SingleLeader::Message& m) {
    return !std::holds_alternative<Install>(m.body) || ++lost > 3;
  };
  cluster->restart(follower);
  cluster->run_for(seconds(2));
  EXPECT_GT(lost, 3);
  EXPECT_EQ(cluster->state(follower).store_, cluster->state(leader).store_);
}

TEST_F(Clusters, KeepTheLogShort) {
  Options options = quick();
  options.snapshot_every = 10;
  make(3, options);
  for (std::int64_t i = 0; i < 200; ++i) ASSERT_EQ(add_one(i), Status::ok);
  cluster->run_for(milliseconds(100));
  for (std::uint16_t n = 0; n < 3; ++n) {
    const Log& log = cluster->state(n).log_;
    EXPECT_LE(log.last_index() - log.base_index(), 25U);
    cluster->crash(n);
    cluster->restart(n);
    EXPECT_EQ(elements(n).size() / 10, 19U) << "a restarted node begins at its snapshot";
  }
}

TEST_F(Clusters, DoNotSendTheWholeLogAgainAndAgain) {
  make(3, quick());
  for (std::int64_t i = 0; i < 500; ++i) ASSERT_EQ(add_one(i), Status::ok);
  const std::uint64_t sent = cluster->entries_sent();
  EXPECT_LE(sent, 1100U) << "500 entries to two followers";
  cluster->crash(follower);
  cluster->run_for(seconds(5));
  EXPECT_LE(cluster->entries_sent() - sent, 5U) << "heartbeats carry nothing";
}

TEST_F(Clusters, CatchUpInBatches) {
  make(3, quick());
  cluster->crash(follower);
  for (std::int64_t i = 0; i < 500; ++i) ASSERT_EQ(add_one(i), Status::ok);
  const std::uint64_t before = cluster->messages();
  const std::uint64_t entries = cluster->entries_sent();
  cluster->restart(follower);
  cluster->run_for(milliseconds(60));
  EXPECT_EQ(elements(follower).size(), 500U);
  EXPECT_LE(cluster->entries_sent() - entries, 600U);
  EXPECT_LE(cluster->messages() - before, 100U);
}

// ---- replication rules ----
TEST_F(Clusters, WithSyncWaitForASilentFollowerUntilItIsDropped) {
  make(3, quick());
  cluster->isolate(follower);
  const Time asked = cluster->now();
  ASSERT_EQ(add_one(1), Status::ok);
  EXPECT_GT(cluster->now() - asked, milliseconds(20));
  const Time again = cluster->now();
  ASSERT_EQ(add_one(2), Status::ok);
  EXPECT_LT(cluster->now() - again, milliseconds(10)) << "it is out of sync by now";
}

TEST_F(Clusters, WithSyncTakeAFollowerBackOnceItHasCaughtUp) {
  make(3, quick());
  cluster->isolate(follower);
  ASSERT_EQ(add_one(1), Status::ok);
  EXPECT_EQ(cluster->state(leader).in_sync_ >> follower & 1, 0U);
  cluster->heal();
  cluster->run_for(milliseconds(400));
  find_leader();
  EXPECT_EQ(cluster->state(leader).in_sync_, 7U);
}

TEST_F(Clusters, WithSyncNeverGoBelowTheLeastInSync) {
  Options options = quick();
  options.min_in_sync = 3;
  make(3, options);
  cluster->isolate(follower);
  EXPECT_EQ(add_one(1, seconds(2)), Status::unavailable) << "no answer: two of three are too few";
  EXPECT_EQ(cluster->state(leader).in_sync_, 7U);
}

TEST_F(Clusters, WithMajorityDoNotWaitForASilentFollower) {
  Options options = quick();
  options.replication = Replication::majority;
  make(3, options);
  cluster->isolate(follower);
  const Time asked = cluster->now();
  ASSERT_EQ(add_one(1), Status::ok);
  EXPECT_LT(cluster->now() - asked, milliseconds(10));
}

TEST_F(Clusters, WithSemiSyncNeedOneFollower) {
  Options options = quick();
  options.replication = Replication::semi_sync;
  make(5, options);
  for (std::uint16_t step : {1, 2, 3}) cluster->cut_both(leader, other_than(leader, 5, step));
  EXPECT_EQ(add_one(1, milliseconds(50)), Status::ok);
  cluster->isolate(leader);
  EXPECT_EQ(add_one(2, milliseconds(50)), Status::unavailable);
}

TEST_F(Clusters, WithAsyncNeedNobody) {
  Options options = quick();
  options.replication = Replication::async;
  make(5, options);
  cluster->isolate(leader);
  EXPECT_EQ(add_one(1, milliseconds(50)), Status::ok);
}

// ---- failover ----
TEST_F(Clusters, WithFailoverOffAreLedByTheFirstNodeForEver) {
  Options options = quick();
  options.failover = Failover::off;
  make(3, options);
  ASSERT_EQ(leader, 0);
  ASSERT_EQ(add_one(1), Status::ok);
  cluster->crash(0);
  cluster->run_for(seconds(5));
  EXPECT_EQ(cluster->leader_count(), 0);
  cluster->restart(0);
  find_leader();
  EXPECT_EQ(leader, 0);
  EXPECT_EQ(cluster->call(0, members())->elements, std::vector<std::int64_t>{1});
  cluster->promote(1);
  cluster->run_for(seconds(1));
  EXPECT_TRUE(cluster->leads(0)) << "nobody else, whoever asks";
}

TEST_F(Clusters, WithManualFailoverWaitForAnOperator) {
  Options options = quick();
  options.failover = Failover::manual;
  make(3, options);
  ASSERT_EQ(leader, 0);
  ASSERT_EQ(add_one(1), Status::ok);
  cluster->crash(0);
  cluster->run_for(seconds(5));
  EXPECT_EQ(cluster->leader_count(), 0);
  cluster->promote(1);
  find_leader();
  EXPECT_EQ(leader, 1);
  ASSERT_EQ(add_one(2), Status::ok);
  cluster->restart(0);
  cluster->run_for(seconds(2));
  EXPECT_TRUE(cluster->leads(1)) << "the old leader follows";
  EXPECT_FALSE(cluster->leads(0));
}

TEST_F(Clusters, WithManualFailoverTheLeaderComesBackByItself) {
  Options options = quick();
  options.failover = Failover::manual;
  make(3, options);
  cluster->isolate(0);
  cluster->run_for(seconds(3));
  EXPECT_EQ(cluster->leader_count(), 0);
  cluster->heal();
  find_leader();
  EXPECT_EQ(leader, 0);
  cluster->crash(0);
  cluster->restart(0);
  find_leader();
  EXPECT_EQ(leader, 0);
}

TEST_F(Clusters, PassLeadershipOnWhenToldTo) {
  make(5, quick());
  cluster->promote(follower);
  cluster->run_for(milliseconds(50));
  EXPECT_TRUE(cluster->leads(follower));
  EXPECT_FALSE(cluster->leads(leader));
}

// ---- the guarded in-sync set: fewer than a majority may be in sync ----
class GuardedClusters : public Clusters {
 protected:
  Options guarded() {
    Options options = quick();
    options.min_in_sync = 1;
    return options;
  }
};

TEST_F(GuardedClusters, ShrinkTheSetOnlyWithTheConsentOfAMajority) {
  make(3, guarded());
  ASSERT_EQ(add_one(1), Status::ok);
  EXPECT_EQ(cluster->state(leader).in_sync_, 7U);
  cluster->isolate(leader);
  EXPECT_EQ(add_one(2), Status::unavailable) << "cut off, it may not declare itself sufficient";
  cluster->heal();
  find_leader();
  EXPECT_EQ(add_one(3), Status::ok);
}

TEST_F(GuardedClusters, ElectNobodyWhoIsNotInSync) {
  make(3, guarded());
  ASSERT_EQ(add_one(1), Status::ok);
  // The followers get heartbeats but no entries, so they lag although they can consent.
  cluster->filter = [&](std::uint16_t, std::uint16_t, const SingleLeader::Message& m) {
    const auto* append = std::get_if<Append>(&m.body);
    return append == nullptr || append->entries.empty();
  };
  ASSERT_EQ(add_one(2), Status::ok) << "alone in sync";
  EXPECT_EQ(cluster->state(leader).in_sync_, std::uint64_t{1} << leader);
  const std::uint16_t old = leader;
  cluster->crash(leader);
  cluster->filter = nullptr;
  cluster->run_for(seconds(5));
  EXPECT_EQ(cluster->leader_count(), 0) << "both others lack an acknowledged write";
  cluster->restart(old);
  find_leader();
  EXPECT_EQ(leader, old);
  EXPECT_EQ(cluster->call(leader, members())->elements, (std::vector<std::int64_t>{1, 2}));
}

// ---- disks ----
TEST_F(Clusters, GoOnWithoutALeaderWhoseDiskIsFull) {
  make(3, quick());
  ASSERT_EQ(add_one(1), Status::ok);
  const std::uint16_t full = leader;
  cluster->set_disk_full(full, true);
  EXPECT_EQ(add_one(2), Status::unavailable) << "no acknowledgement";
  find_leader();
  EXPECT_NE(leader, full);
  ASSERT_EQ(add_one(3), Status::ok);
  cluster->set_disk_full(full, false);
  cluster->run_for(milliseconds(500));
  EXPECT_EQ(cluster->state(full).store_, cluster->state(leader).store_);
  cluster->crash(full);
  cluster->restart(full);
  EXPECT_GE(cluster->state(full).log_.last_index(), cluster->state(leader).log_.last_index() - 1);
}

TEST_F(Clusters, LoseNothingThatWasAcknowledgedWhenAllNodesLosePower) {
  make(3, quick());
  for (std::int64_t i = 0; i < 20; ++i) ASSERT_EQ(add_one(i), Status::ok);
  for (std::uint16_t n = 0; n < 3; ++n) cluster->crash(n);
  for (std::uint16_t n = 0; n < 3; ++n) cluster->restart(n);
  find_leader();
  EXPECT_EQ(cluster->call(leader, members())->elements.size(), 20U);
}

// ---- retries ----
TEST_F(Clusters, ApplyARetriedRequestOnceAlsoAcrossLeaders) {
  make(3, quick());
  const ClientId client{7};
  cluster->request(leader, client, 1, write(1, 0));
  cluster->run_for(milliseconds(50));
  cluster->request(leader, client, 2, cas(1, 0, 1));
  cluster->run_for(milliseconds(50));
  cluster->crash(leader);
  find_leader();
  cluster->answers.clear();
  cluster->request(leader, client, 2, cas(1, 0, 1));
  cluster->run_for(milliseconds(50));
  const Answer* answer = cluster->answer({client, 2});
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->reply.status, Status::ok) << "as the first time, although the value is 1 now";
}

TEST_F(Clusters, AnswerARequestThatIsTwiceInTheLogTheSameWay) {
  make(3, quick());
  ASSERT_EQ(cluster->call(leader, write(1, 0))->status, Status::ok);
  const ClientId client{7};
  cluster->request(leader, client, 1, cas(1, 0, 1));
  cluster->request(leader, client, 1, cas(1, 0, 1));
  cluster->run_for(milliseconds(50));
  for (const Answer& answer : cluster->answers) {
    if (answer.id.client == client) {
      EXPECT_EQ(answer.reply.status, Status::ok);
    }
  }
  EXPECT_EQ(cluster->call(leader, read(1))->value, 1);
}

}  // namespace
}  // namespace tribunal::sut
