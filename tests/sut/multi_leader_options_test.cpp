// The settings of the mode multi-leader: what they decode to, what is refused, what is claimed.
#include <set>

#include <gtest/gtest.h>

#include "sut/modes.h"
#include "sut/multi_leader/options.h"

namespace tribunal::sut::multi_leader {
namespace {

using replicated::ClockKind;
using replicated::Policy;

Settings settings_of(const std::string& keys) {
  const std::string spelling = keys.empty() ? "multi-leader" : "multi-leader:" + keys;
  const auto settings = parse_settings("mode", spelling, modes());
  EXPECT_TRUE(settings.ok()) << (settings.ok() ? "" : settings.error().message);
  return *settings;
}
Options options_of(const std::string& keys) { return options_from(settings_of(keys)); }

TEST(MultiLeaderOptions, DefaultToTheSafeChoice) {
  const Options o = options_of("");
  EXPECT_EQ(o, Options{});
  EXPECT_EQ(o.conflict, Policy::crdt);
  EXPECT_EQ(o.clock, ClockKind::hybrid);
  EXPECT_EQ(o.delivery, Delivery::causal);
  EXPECT_EQ(o.fsync, Fsync::always);
  EXPECT_EQ(o.ids, Ids::node_blocks);
  EXPECT_EQ(o.mutation, Mutation::none);
}

TEST(MultiLeaderOptions, DecodeEveryChoiceToADifferentValue) {
  for (const Setting& setting : schema().settings) {
    EXPECT_FALSE(setting.description.empty()) << setting.key;
    if (setting.type != SettingType::choice) continue;
    std::vector<Options> seen;
    for (const std::string& choice : setting.choices) {
      const Options o = options_of(setting.key + "=" + choice);
      for (const Options& other : seen) EXPECT_FALSE(o == other) << setting.key << "=" << choice;
      seen.push_back(o);
    }
    EXPECT_EQ(setting.initial, setting.choices.front());
  }
}

TEST(MultiLeaderOptions, DecodeNumbersAndDurations) {
  const Options o =
      options_of("snapshot-every=7,keep-log=9,sync-every=5ms,reroute-after=2s,fsync-interval=3s");
  EXPECT_EQ(o.snapshot_every, 7U);
  EXPECT_EQ(o.keep_log, 9U);
  EXPECT_EQ(o.sync_every, milliseconds(5));
  EXPECT_EQ(o.reroute_after, seconds(2));
  EXPECT_EQ(o.fsync_interval, seconds(3));
}

TEST(MultiLeaderOptions, RefuseADetourBeforeAnAnswerCanCome) {
  EXPECT_TRUE(check_mode(settings_of("")));
  const auto refused = check_mode(settings_of("sync-every=100ms"));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("reroute-after=500ms"), std::string::npos);
}

TEST(MultiLeaderOptions, ClaimCausalityWhereNothingThatDecidesIgnoresIt) {
  const std::vector<std::string> convergence = {"eventual-convergence"};
  const std::vector<std::string> both = {"eventual-convergence", "causal"};
  EXPECT_EQ(claimed_model(settings_of("")), both);
  EXPECT_EQ(claimed_model(settings_of("conflict=siblings,clock=lamport")), both);
  EXPECT_EQ(claimed_model(settings_of("delivery=arrival")), convergence);
  EXPECT_EQ(claimed_model(settings_of("clock=wall")), convergence);
  EXPECT_EQ(claimed_model(settings_of("conflict=priority")), convergence);
  EXPECT_EQ(claimed_model(settings_of("crdt-register=max")), convergence);
}

TEST(MultiLeaderOptions, FindPlantedBugsByName) {
  std::vector<Schema> schemas = {schema()};
  Setting setting{"mutation", SettingType::choice, {"none"}, "none", "planted bugs"};
  for (const auto& [name, what] : planted_bugs()) {
    EXPECT_FALSE(what.empty());
    setting.choices.push_back(name);
  }
  schemas[0].settings.push_back(setting);
  std::set<Mutation> seen;
  for (const auto& bug : planted_bugs()) {
    const auto parsed = parse_settings("mode", "multi-leader:mutation=" + bug.first, schemas);
    ASSERT_TRUE(parsed.ok());
    seen.insert(options_from(*parsed).mutation);
  }
  EXPECT_EQ(seen.size(), planted_bugs().size());
  EXPECT_EQ(seen.count(Mutation::none), 0U);
  EXPECT_EQ(*seen.rbegin(), Mutation::no_transfer) << "the names are in the order of the enum";
  EXPECT_FALSE(parse_settings("mode", "multi-leader:mutation=reuse-life", modes()).ok());
}

}  // namespace
}  // namespace tribunal::sut::multi_leader
