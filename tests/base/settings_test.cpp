// `name:key=value,...`: validation, error texts, spelling.
#include "base/settings.h"

#include <gtest/gtest.h>

namespace tribunal {
namespace {

const std::vector<Schema>& schemas() {
  static const std::vector<Schema> list{
      {"single-leader",
       "one leader",
       {{"replication", SettingType::choice, {"sync", "majority", "async"}, "sync", ""},
        {"fsync", SettingType::choice, {"always", "interval", "never"}, "always", ""},
        {"dedup", SettingType::choice, {"on", "off"}, "on", ""},
        {"min-in-sync", SettingType::integer, {}, "1", "", 1, 9},
        {"lease", SettingType::duration, {}, "2s", ""},
        {"label", SettingType::text, {}, "", ""}}},
      {"raft", "consensus", {}},
  };
  return list;
}

std::string error_of(std::string_view spelling) {
  const auto result = parse_settings("mode", spelling, schemas());
  return result ? "accepted: " + result->spelling() : result.error().message;
}

TEST(SettingsParser, FillsInEveryDefault) {
  const auto settings = parse_settings("mode", "single-leader", schemas());
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->name(), "single-leader");
  EXPECT_TRUE(settings->is("replication", "sync"));
  EXPECT_TRUE(settings->on("dedup"));
  EXPECT_EQ(settings->integer("min-in-sync"), 1);
  EXPECT_EQ(settings->duration("lease"), seconds(2));
  EXPECT_FALSE(settings->given("lease"));
  EXPECT_EQ(settings->spelling(), "single-leader");
}

TEST(SettingsParser, SpellsWhatWasGivenWithSortedKeys) {
  const auto settings =
      parse_settings("mode", "single-leader:replication=async,label=a:b=c,dedup=off", schemas());
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_TRUE(settings->given("dedup"));
  EXPECT_FALSE(settings->on("dedup"));
  EXPECT_EQ(settings->text("label"), "a:b=c");
  EXPECT_EQ(settings->spelling(), "single-leader:dedup=off,label=a:b=c,replication=async");
  const auto again = parse_settings("mode", settings->spelling(), schemas());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->spelling(), settings->spelling());
}

TEST(SettingsParser, NamesTheKeyThatWasMeant) {
  EXPECT_EQ(error_of("single-leader:replicaton=async"),
            "unknown key 'replicaton' for mode single-leader; did you mean 'replication'? "
            "valid: replication, fsync, dedup, min-in-sync, lease, label");
  EXPECT_EQ(error_of("rafd"),
            "unknown mode 'rafd'; did you mean 'raft'? valid: single-leader, raft");
  EXPECT_EQ(error_of(""), "unknown mode ''; valid: single-leader, raft");
}

TEST(SettingsParser, NamesTheValuesThatAreValid) {
  EXPECT_EQ(error_of("single-leader:fsync=sometimes"),
            "single-leader: fsync=sometimes: expected always, interval or never");
  EXPECT_EQ(error_of("single-leader:dedup="), "single-leader: dedup=: expected on or off");
  EXPECT_EQ(error_of("single-leader:min-in-sync=0"),
            "single-leader: min-in-sync=0: expected a whole number from 1 to 9");
  EXPECT_EQ(error_of("single-leader:min-in-sync=99999999999999999999"),
            "single-leader: min-in-sync=99999999999999999999: expected a whole number from 1 to 9");
  EXPECT_EQ(error_of("single-leader:lease=5"),
            "single-leader: lease=5: expected a duration such as 60s, 1.5s or 250ms");
}

TEST(SettingsParser, RefusesRepetitionAndStrayText) {
  EXPECT_EQ(error_of("single-leader:dedup=on,dedup=off"),
            "single-leader: key 'dedup' is given twice");
  EXPECT_EQ(error_of("single-leader:dedup"), "single-leader: expected key=value, found 'dedup'");
  EXPECT_EQ(error_of("single-leader:"), "single-leader: expected key=value, found ''");
  EXPECT_EQ(error_of("single-leader:dedup=on,"), "single-leader: expected key=value, found ''");
  EXPECT_EQ(error_of("raft:\x1b=1"), "unknown key '\\x1b' for mode raft; valid: ");
}

TEST(SpellingLists, SplitAtCommasThatBeginAName) {
  using List = std::vector<std::string>;
  EXPECT_EQ(split_spellings("partition,pause:targets=leader,interval=5s"),
            (List{"partition", "pause:targets=leader,interval=5s"}));
  EXPECT_EQ(split_spellings("a:x=1,y=2,b:z=3,c"), (List{"a:x=1,y=2", "b:z=3", "c"}));
  EXPECT_EQ(split_spellings("partition,interval=5s"), (List{"partition:interval=5s"}));
  EXPECT_EQ(split_spellings(""), List{});
  EXPECT_EQ(split_spellings("a,"), (List{"a", ""}));
}

}  // namespace
}  // namespace tribunal
