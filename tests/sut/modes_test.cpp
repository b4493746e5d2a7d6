#include "sut/modes.h"

#include <set>

#include <gtest/gtest.h>

#include "sut/single_leader/options.h"

namespace tribunal::sut {
namespace {

using namespace single_leader;

Options options_of(const std::string& spelling) {
  const auto settings = parse_settings("mode", spelling, modes());
  EXPECT_TRUE(settings.ok()) << (settings.ok() ? "" : settings.error().message);
  return options_from(*settings);
}

TEST(Modes, DefaultToTheSafeChoice) {
  const Options o = options_of("single-leader");
  EXPECT_EQ(o, Options{});
  EXPECT_EQ(o.replication, Replication::sync);
  EXPECT_EQ(o.read, ReadRule::leader_quorum);
  EXPECT_EQ(o.failover, Failover::automatic);
  EXPECT_EQ(o.election, Election::log);
  EXPECT_EQ(o.fsync, Fsync::always);
  EXPECT_TRUE(o.fencing);
  EXPECT_TRUE(o.dedup);
  EXPECT_FALSE(o.unclean_election);
  EXPECT_EQ(o.min_in_sync, 0);
}

TEST(Modes, DecodeEveryChoiceToADifferentValue) {
  for (const Schema& schema : modes()) {
    if (schema.name != "single-leader") continue;
    for (const Setting& setting : schema.settings) {
      if (setting.type != SettingType::choice) continue;
      std::vector<Options> seen;
      for (const std::string& choice : setting.choices) {
        const Options o = options_of(schema.name + ":" + setting.key + "=" + choice);
        for (const Options& other : seen) EXPECT_FALSE(o == other) << setting.key << "=" << choice;
        seen.push_back(o);
      }
      EXPECT_EQ(setting.initial, setting.choices.front());
    }
  }
}

TEST(Modes, DecodeNumbersAndDurations) {
  const Options o = options_of(
      "single-leader:min-in-sync=2,snapshot-every=50,heartbeat=20ms,election-timeout=300ms,"
      "in-sync-timeout=90ms,fsync-interval=2m");
  EXPECT_EQ(o.min_in_sync, 2);
  EXPECT_EQ(o.snapshot_every, 50U);
  EXPECT_EQ(o.heartbeat, milliseconds(20));
  EXPECT_EQ(o.election_timeout, milliseconds(300));
  EXPECT_EQ(o.in_sync_timeout, milliseconds(90));
  EXPECT_EQ(o.fsync_interval, seconds(120));
}

TEST(Modes, KeepDurationsWithinReason) {
  EXPECT_EQ(options_of("single-leader:heartbeat=0ms").heartbeat, milliseconds(1));
  EXPECT_EQ(options_of("single-leader:election-timeout=100000h").election_timeout, seconds(86400));
}

TEST(Modes, DescribeEverySetting) {
  std::set<std::string> keys;
  for (const Setting& setting : modes().front().settings) {
    EXPECT_FALSE(setting.description.empty()) << setting.key;
    EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
  }
  for (const char* key : {"replication", "min-in-sync", "unclean-election", "read", "failover",
                          "election", "fencing", "fsync", "dedup", "snapshot-every"}) {
    EXPECT_EQ(keys.count(key), 1U) << key;
  }
}

TEST(Modes, RefuseTimeoutsThatContradictOneAnother) {
  const auto check = [](const std::string& spelling) {
    return check_mode(*parse_settings("mode", spelling, modes()));
  };
  EXPECT_TRUE(check("single-leader"));
  const auto slow = check("single-leader:heartbeat=2s");
  ASSERT_FALSE(slow);
  EXPECT_NE(slow.error().message.find("election-timeout=1s"), std::string::npos);
  EXPECT_FALSE(check("single-leader:in-sync-timeout=50ms"));
}

TEST(Modes, ClaimLinearizabilityWhateverTheSettings) {
  for (const char* spelling : {"single-leader", "single-leader:replication=async,fencing=off"}) {
    EXPECT_EQ(claimed_model(*parse_settings("mode", spelling, modes())),
              std::vector<std::string>{"linearizable"});
  }
}

}  // namespace
}  // namespace tribunal::sut
