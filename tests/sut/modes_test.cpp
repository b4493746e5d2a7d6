#include "sut/modes.h"

#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "sut/raft/options.h"
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

template <class Decode>
void expect_different_values(const Schema& schema, Decode decode) {
  for (const Setting& setting : schema.settings) {
    if (setting.type != SettingType::choice) continue;
    std::vector<decltype(decode(std::declval<const Settings&>()))> seen;
    for (const std::string& choice : setting.choices) {
      const std::string spelling = schema.name + ":" + setting.key + "=" + choice;
      const auto o = decode(*parse_settings("mode", spelling, modes()));
      for (const auto& other : seen) EXPECT_FALSE(o == other) << spelling;
      seen.push_back(o);
    }
    EXPECT_EQ(setting.initial, setting.choices.front());
  }
}
TEST(Modes, DecodeEveryChoiceToADifferentValue) {
  expect_different_values(single_leader::schema(), options_from);
  expect_different_values(raft::schema(), raft::options_from);
}

TEST(Modes, OfRaftDefaultToTheSafeChoice) {
  const raft::Options o = raft::options_from(*parse_settings("mode", "raft", modes()));
  EXPECT_EQ(o, raft::Options{});
  EXPECT_EQ(o.read, raft::ReadRule::read_index);
  EXPECT_EQ(o.fsync, raft::Fsync::always);
  EXPECT_TRUE(o.persist_vote && o.election_restriction && o.safe_membership && o.dedup);
  EXPECT_TRUE(o.pre_vote && o.check_quorum);
  EXPECT_FALSE(o.commit_old_term || o.apply_before_commit || o.skip_log);
}

// Only a test-only schema lists mutations: each name leads to another bug.
TEST(Modes, OfRaftDecodeThePlantedBugs) {
  Schema schema = raft::schema();
  std::vector<std::string> names;
  for (const auto& [name, sentence] : raft::planted_bugs()) {
    EXPECT_FALSE(sentence.empty());
    names.push_back(name);
  }
  schema.settings.push_back({"mutation", SettingType::choice, names, names.front(), "a bug"});
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto s = parse_settings("mode", "raft:mutation=" + names[i], {schema});
    ASSERT_TRUE(s.ok());
    EXPECT_EQ(raft::options_from(*s).mutation, static_cast<raft::Mutation>(i + 1)) << names[i];
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(raft::Mutation::lease_during_transfer));
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
  for (const Schema& schema : modes()) {
    keys.clear();
    for (const Setting& setting : schema.settings) {
      EXPECT_FALSE(setting.description.empty()) << setting.key;
      EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
    }
  }
  keys.clear();
  for (const Setting& setting : raft::schema().settings) keys.insert(setting.key);
  for (const char* key :
       {"read", "fsync", "persist-vote", "election-restriction", "commit-old-term", "apply",
        "snapshot-every", "pre-vote", "dedup", "membership"}) {
    EXPECT_EQ(keys.count(key), 1U) << key;
  }
  keys.clear();
  for (const Setting& setting : modes().front().settings) keys.insert(setting.key);
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
  EXPECT_TRUE(check("raft"));
  EXPECT_FALSE(check("raft:heartbeat=1s"));
}

TEST(Modes, ClaimLinearizabilityWhateverTheSettings) {
  for (const char* spelling : {"single-leader", "single-leader:replication=async,fencing=off",
                               "raft", "raft:fsync=never,read=any"}) {
    EXPECT_EQ(claimed_model(*parse_settings("mode", spelling, modes())),
              std::vector<std::string>{"linearizable"});
  }
}

}  // namespace
}  // namespace tribunal::sut
