// A leaderless cluster at work: reads, writes, sets, counters, crashes, full disks.
#include <gtest/gtest.h>

#include "tests/sut/leaderless_host.h"

namespace tribunal::sut::testing::quorum {
namespace {

TEST(LeaderlessCluster, ReadsAtAnyNodeWhatWasWrittenAtAnother) {
  for (const Options& options : {Options{}, abd()}) {
    Host host(5, options);
    for (std::uint64_t key = 0; key < 20; ++key) {
      const auto writer = static_cast<std::uint16_t>(key % 5);
      const auto written = host.call(writer, write_of(key, static_cast<std::int64_t>(key)));
      ASSERT_TRUE(written.has_value());
      EXPECT_EQ(written->status, Status::ok);
      const auto seen = host.call(static_cast<std::uint16_t>((key + 2) % 5), read_of(key));
      ASSERT_TRUE(seen.has_value());
      EXPECT_EQ(seen->value, static_cast<std::int64_t>(key));
    }
    EXPECT_EQ(host.call(0, read_of(99))->value, std::nullopt);
  }
}

TEST(LeaderlessCluster, KeepsEachKeyAtItsHomesOnly) {
  Host host(5, Options{});
  for (std::uint64_t key = 0; key < 30; ++key) host.call(0, write_of(key, 1));
  host.run_for(seconds(5));
  std::size_t copies = 0;
  for (std::uint16_t n = 0; n < 5; ++n) copies += host.node(n).contents().size();
  EXPECT_EQ(copies, 90U);
}

TEST(LeaderlessCluster, KeepsWhatWasAcknowledgedThroughACrashOfEveryNode) {
  for (const std::uint64_t every : {0U, 1U, 7U}) {
    Options options = abd();
    options.checkpoint_every = every;
    Host host(3, options);
    for (std::int64_t i = 1; i <= 20; ++i) {
      EXPECT_EQ(host.call(static_cast<std::uint16_t>(i % 3), write_of(1, i))->status, Status::ok);
      for (std::uint16_t n = 0; n < 3; ++n) host.crash(n);
      for (std::uint16_t n = 0; n < 3; ++n) host.restart(n);
      host.run_for(milliseconds(5));
      EXPECT_EQ(host.call(static_cast<std::uint16_t>((i + 1) % 3), read_of(1))->value, i);
    }
  }
}

TEST(LeaderlessCluster, RefusesWhatCannotReachAQuorumAndSaysNothingOfWhatMayHaveHappened) {
  Host host(3, abd());
  host.call(0, write_of(1, 1));
  host.split({0});
  EXPECT_EQ(host.call(0, read_of(1))->status, Status::unavailable);
  EXPECT_EQ(host.call(0, write_of(1, 2))->status, Status::unavailable);  // it could not even read
  EXPECT_EQ(host.call(1, read_of(1))->value, 1);
  host.heal();
  EXPECT_EQ(host.call(0, read_of(1))->value, 1) << "unavailable promises no effect";

  Host blind(3, Options{});
  blind.split({0});
  EXPECT_FALSE(blind.call(0, write_of(1, 3)).has_value()) << "it is at one replica already";
}

TEST(LeaderlessCluster, IsNoReplicaWhileItsDiskIsFull) {
  Host host(3, abd());
  host.set_full(1, true);
  host.call(0, write_of(1, 1));
  host.run_for(milliseconds(50));
  EXPECT_TRUE(host.state(1).disk_failed_);
  EXPECT_EQ(host.call(1, read_of(1))->status, Status::unavailable);
  host.set_full(1, false);
  host.run_for(milliseconds(500));
  EXPECT_FALSE(host.state(1).disk_failed_);
  EXPECT_EQ(host.call(1, read_of(1))->value, 1);
}

TEST(LeaderlessCluster, CountsAndCollectsByType) {
  Options options;
  options.conflict = replicated::Policy::crdt;
  Host host(5, options);
  for (std::uint16_t n = 0; n < 5; ++n) {
    host.send(n, add_to(1, n));
    host.send(n, increment_of(2, n));
  }
  host.run_for(seconds(1));
  EXPECT_EQ(host.call(3, members_of(1))->elements, (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(host.call(3, count_of(2))->value, 10);
  EXPECT_EQ(host.call(0, remove_from(1, 3))->status, Status::ok);
  EXPECT_EQ(host.call(4, members_of(1))->elements, (std::vector<std::int64_t>{0, 1, 2, 4}));
}

TEST(LeaderlessCluster, RefusesToCompareAndSetUnlessTold) {
  Options options = abd();
  Host strict(3, options);
  strict.call(0, write_of(1, 1));
  EXPECT_EQ(strict.call(0, cas_of(1, 1, 2))->status, Status::unavailable);
  options.cas_quorum = true;
  Host loose(3, options);
  loose.call(0, write_of(1, 1));
  EXPECT_EQ(loose.call(1, cas_of(1, 1, 2))->status, Status::ok);
  EXPECT_EQ(loose.call(2, cas_of(1, 1, 3))->status, Status::mismatch);
  EXPECT_EQ(loose.call(0, read_of(1))->value, 2);
}

}  // namespace
}  // namespace tribunal::sut::testing::quorum
