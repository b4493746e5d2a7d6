// Disks: what survives which crash, what waits for durability, and what a faulty disk says.
#include "cluster/simulated/disk.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/cluster/toy.h"

namespace tribunal::cluster {
namespace {

using toy::Toys;
using Lines = std::vector<std::string>;

Status restart(Toys& toys, int node, Primitive how = Primitive::kill) {
  if (auto status = toys.apply(how, node); !status) return status;
  return toys.apply(Primitive::restart, node);
}
std::string last_start(const Toys& toys, int node) { return toys.saw(node, "start").back(); }

TEST(Disk, KeepsSyncedRecordsInOrderAcrossACrash) {
  Toys toys;
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(toys.ask(1, toy::write_synced, i).outcome, Outcome::ok);
  ASSERT_TRUE(restart(toys, 1));
  EXPECT_EQ(last_start(toys, 1), "start 1 2 3");
}

TEST(Disk, LosesBufferedRecordsInACrashUnlessSomethingLaterWasSynced) {
  Toys toys;
  toys.ask(1, toy::write_buffered, 1);
  toys.ask(1, toy::write_synced, 2);
  toys.ask(1, toy::write_buffered, 3);
  toys.ask(1, toy::sync);
  toys.ask(1, toy::write_buffered, 4);
  toys.run_for(seconds(100));
  ASSERT_TRUE(restart(toys, 1));
  EXPECT_EQ(last_start(toys, 1), "start 1 2 3");
  EXPECT_EQ(toys.saw(1, "done"), (Lines{"done 2", "done 4"})) << "buffered writes are not answered";
}

TEST(Disk, AnswersASyncedWriteAfterTheSyncLatency) {
  Toys toys;
  const Completion done = toys.ask(1, toy::write_synced, 1);
  EXPECT_EQ(done.at, milliseconds(2) + microseconds(500));
}

TEST(Disk, LosesARecordWhoseSyncWasStillRunningWhenTheProcessDied) {
  Toys toys;
  toys.tell(1, toy::write_synced, 1);
  toys.run(milliseconds(1) + microseconds(499));
  ASSERT_TRUE(restart(toys, 1));
  EXPECT_EQ(last_start(toys, 1), "start");
  toys.run(seconds(1));
  EXPECT_TRUE(toys.saw(1, "done").empty()) << "the sync of the former life answered the new one";
}

TEST(Disk, ASyncCoversWhatWasWrittenBeforeItStartedAndLaterRequestsShareTheNext) {
  Toys toys;
  toys.tell(1, toy::write_synced, 1);
  toys.run(microseconds(100));
  toys.tell(1, toy::write_synced, 2);
  toys.run(microseconds(200));
  toys.tell(1, toy::write_synced, 3);
  toys.run(milliseconds(10));
  std::vector<Time> at;
  for (const auto& seen : toys.diary()) {
    if (seen.what.rfind("done", 0) == 0) at.push_back(seen.at);
  }
  EXPECT_EQ(at, (std::vector<Time>{microseconds(1'500), microseconds(2'000), microseconds(2'000)}));
}

TEST(Disk, HoldsEffectsUntilTheirWriteIsDurable) {
  Toys toys;
  toys.tell(1, toy::write_and_tell, 7, 1);
  toys.run(seconds(1));
  EXPECT_EQ(toys.saw(2, "receive"), (Lines{"receive -7 from 1", "receive 7 from 1"}));
  EXPECT_EQ(toys.diary().back().at, microseconds(2'500))
      << "1 ms to node 1, 0.5 ms sync, 1 ms to node 2";
}

TEST(Disk, DropsHeldEffectsWhenTheNodeDiesFirst) {
  Toys toys;
  toys.tell(1, toy::write_and_tell, 7, 1);
  toys.run(microseconds(1'200));
  ASSERT_TRUE(restart(toys, 1));
  toys.run(seconds(1));
  EXPECT_EQ(toys.saw(2, "receive"), (Lines{"receive -7 from 1"}));
}

TEST(Disk, ACheckpointForgetsEarlierRecordsOnceItIsDurable) {
  Toys toys;
  toys.ask(1, toy::write_synced, 1);
  toys.tell(1, toy::write_checkpoint, 2);
  toys.run_for(microseconds(1'400));  // written, not durable
  ASSERT_TRUE(restart(toys, 1));
  EXPECT_EQ(last_start(toys, 1), "start 1");
  toys.ask(1, toy::write_checkpoint, 3);
  toys.ask(1, toy::write_synced, 4);
  ASSERT_TRUE(restart(toys, 1));
  EXPECT_EQ(last_start(toys, 1), "start 3 4");
  toys.ask(1, toy::write_checkpoint, 5);
  ASSERT_TRUE(restart(toys, 1));
  EXPECT_EQ(last_start(toys, 1), "start 5");
}

TEST(Disk, SlowMakesEachSyncTakeLongerUntilHealed) {
  Toys toys;
  ASSERT_TRUE(toys.clock(Primitive::disk_slow, 1, milliseconds(20)));
  EXPECT_EQ(toys.ask(1, toy::write_synced, 1).at, microseconds(22'500));
  ASSERT_TRUE(toys.apply(Primitive::disk_heal, 1));
  EXPECT_EQ(toys.ask(1, toy::write_synced, 1).at, microseconds(25'000));
}

TEST(Disk, FullRefusesWritesDropsWhatWaitsForThemAndSaysSo) {
  Toys toys;
  toys.ask(1, toy::write_synced, 1);
  ASSERT_TRUE(toys.apply(Primitive::disk_full, 1));
  toys.tell(1, toy::write_and_tell, 7, 1);
  toys.tell(1, toy::write_synced, 8);
  toys.tell(1, toy::write_buffered, 9);
  toys.run_for(seconds(1));
  EXPECT_EQ(toys.saw(1, "failed"), (Lines{"failed 2", "failed 3", "failed 4"}));
  EXPECT_EQ(toys.saw(2, "receive"), (Lines{"receive -7 from 1"}));
  ASSERT_TRUE(toys.apply(Primitive::disk_heal, 1));
  EXPECT_EQ(toys.ask(1, toy::write_synced, 10).outcome, Outcome::ok);
  EXPECT_EQ(toys.saw(2, "receive"), (Lines{"receive -7 from 1"}))
      << "a later sync released a failed write";
  ASSERT_TRUE(restart(toys, 1));
  EXPECT_EQ(last_start(toys, 1), "start 1 10");
}

TEST(Disk, ALieAnswersWithoutBeingDurable) {
  Toys toys;
  toys.ask(1, toy::write_synced, 1);
  ASSERT_TRUE(toys.apply(Primitive::disk_lie, 1));
  EXPECT_EQ(toys.ask(1, toy::write_synced, 2).outcome, Outcome::ok);
  toys.run_for(seconds(100));
  ASSERT_TRUE(restart(toys, 1));
  EXPECT_EQ(last_start(toys, 1), "start 1");
}

TEST(Disk, AnHonestSyncAfterALieMakesEverythingBeforeItDurable) {
  Toys toys;
  ASSERT_TRUE(toys.apply(Primitive::disk_lie, 1));
  toys.ask(1, toy::write_synced, 1);
  ASSERT_TRUE(toys.apply(Primitive::disk_heal, 1));
  toys.ask(1, toy::write_synced, 2);
  ASSERT_TRUE(restart(toys, 1));
  EXPECT_EQ(last_start(toys, 1), "start 1 2");
}

TEST(Disk, ALyingCheckpointDoesNotForgetWhatCameBefore) {
  Toys toys;
  toys.ask(1, toy::write_synced, 1);
  ASSERT_TRUE(toys.apply(Primitive::disk_lie, 1));
  toys.ask(1, toy::write_checkpoint, 2);
  ASSERT_TRUE(restart(toys, 1));
  EXPECT_EQ(last_start(toys, 1), "start 1");
}

// A node whose sync of three records is running, and which has a fourth, buffered one, loses power.
std::string after_power_loss(std::uint64_t seed, std::string* log = nullptr) {
  auto options = Toys::quick();
  options.seed = seed;
  Toys toys(options);
  toys.ask(1, toy::write_synced, 1);
  const Time start = toys->now();
  toys.tell(1, toy::write_buffered, 2);
  toys.tell(1, toy::write_buffered, 3);
  toys.tell(1, toy::write_synced, 4);
  toys.run(start + microseconds(1'200));
  toys.tell(1, toy::write_buffered, 5);
  toys.run(start + microseconds(1'300));
  EXPECT_TRUE(restart(toys, 1, Primitive::power_loss));
  if (log) *log = toys->log(NodeId{0});
  return last_start(toys, 1);
}

TEST(Disk, PowerLossCutsASyncShortAtAnyRecordAndTearsTheNext) {
  std::map<std::string, int> survived;
  int torn = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    std::string log;
    ++survived[after_power_loss(seed, &log)];
    const bool says_torn = log.find("torn") != std::string::npos;
    EXPECT_EQ(says_torn, log.find("failed its checksum") != std::string::npos) << log;
    torn += says_torn;
  }
  EXPECT_EQ(survived.size(), 4u);
  for (const auto& [records, count] : survived) EXPECT_GT(count, 60) << records;
  EXPECT_TRUE(survived.contains("start 1"));
  EXPECT_TRUE(survived.contains("start 1 2 3 4"));
  EXPECT_NEAR(torn, 200, 50);
}

TEST(Disk, PowerLossLosesWhatNobodyWasSyncing) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    auto options = Toys::quick();
    options.seed = seed;
    Toys toys(options);
    toys.ask(1, toy::write_synced, 1);
    toys.ask(1, toy::write_buffered, 2);
    ASSERT_TRUE(toys.apply(Primitive::disk_lie, 1));
    toys.ask(1, toy::write_synced, 3);
    ASSERT_TRUE(restart(toys, 1, Primitive::power_loss));
    EXPECT_EQ(last_start(toys, 1), "start 1");
    EXPECT_EQ(toys.ask(1, toy::write_synced, 4).outcome, Outcome::ok)
        << "the torn record is gone for good";
    ASSERT_TRUE(restart(toys, 1));
    EXPECT_EQ(last_start(toys, 1), "start 1");
  }
}

TEST(Disk, AFlippedBitCutsTheLogBeforeItsRecord) {
  std::map<std::string, int> survived;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto options = Toys::quick();
    options.seed = seed;
    Toys toys(options);
    for (int i = 1; i <= 3; ++i) toys.ask(1, toy::write_synced, i);
    ASSERT_TRUE(toys.apply(Primitive::kill, 1));
    ASSERT_TRUE(toys.apply(Primitive::disk_corrupt, 1));
    ASSERT_TRUE(toys.apply(Primitive::restart, 1));
    ++survived[last_start(toys, 1)];
  }
  EXPECT_EQ(survived.size(), 3u);
  for (const auto& [records, count] : survived) EXPECT_GT(count, 40) << records;
  EXPECT_FALSE(survived.contains("start 1 2 3"));
}

TEST(Disk, CanBeCorruptedOnlyWhileItsNodeIsDeadAndHasRecords) {
  Toys toys;
  toys.ask(1, toy::write_synced, 1);
  EXPECT_EQ(toys.apply(Primitive::disk_corrupt, 1).error().message,
            "disk-corrupt: n1 is alive: only the log of a dead node can be corrupted");
  ASSERT_TRUE(toys.apply(Primitive::kill, 2));
  EXPECT_EQ(toys.apply(Primitive::disk_corrupt, 2).error().message,
            "disk-corrupt: n2 has an empty log");
}

}  // namespace
}  // namespace tribunal::cluster
