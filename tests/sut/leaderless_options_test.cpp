// The settings of the mode leaderless, what it claims with them, and where keys live.
#include <set>

#include <gtest/gtest.h>

#include "sut/leaderless/node.h"
#include "sut/modes.h"

namespace tribunal::sut::leaderless {
namespace {

Settings parsed(const std::string& spelling) {
  const auto settings = parse_settings("mode", spelling, {schema()});
  EXPECT_TRUE(settings.ok()) << (settings.ok() ? "" : settings.error().message);
  return *settings;
}
Options options_of(const std::string& spelling) { return options_from(parsed(spelling)); }

TEST(LeaderlessOptions, DefaultAsTheStructDoes) {
  EXPECT_EQ(options_of("leaderless"), Options{});
  EXPECT_TRUE(check_options(Options{}).ok());
}

TEST(LeaderlessOptions, DecodeEveryChoiceToADifferentValue) {
  for (const Setting& setting : schema().settings) {
    EXPECT_FALSE(setting.description.empty()) << setting.key;
    if (setting.type != SettingType::choice) continue;
    std::vector<Options> seen;
    for (const std::string& choice : setting.choices) {
      const Options o = options_of("leaderless:" + setting.key + "=" + choice);
      for (const Options& other : seen) EXPECT_FALSE(o == other) << setting.key << "=" << choice;
      seen.push_back(o);
    }
  }
}

TEST(LeaderlessOptions, DecodeNumbersAndDurations) {
  const Options o = options_of(
      "leaderless:n=5,r=1,w=4,timeout=2s,resend=30ms,handoff-every=1s,anti-entropy-every=3s,"
      "tombstone-gc=7s,fsync-interval=9ms,checkpoint-every=12");
  EXPECT_EQ(o.n, 5);
  EXPECT_EQ(o.r, 1);
  EXPECT_EQ(o.w, 4);
  EXPECT_EQ(o.timeout, seconds(2));
  EXPECT_EQ(o.resend, milliseconds(30));
  EXPECT_EQ(o.handoff_every, seconds(1));
  EXPECT_EQ(o.anti_entropy_every, seconds(3));
  EXPECT_EQ(o.tombstone_gc, seconds(7));
  EXPECT_EQ(o.fsync_interval, milliseconds(9));
  EXPECT_EQ(o.checkpoint_every, 12U);
}

TEST(LeaderlessOptions, RefuseAResendAfterTheEnd) {
  const auto status = check_options(options_of("leaderless:timeout=50ms"));
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("resend=100ms"), std::string::npos);
}

TEST(LeaderlessOptions, ClaimLinearizabilityForAbdOnly) {
  const auto claim = [](const std::string& more) {
    const std::string abd = "leaderless:write=read-first,read-repair=sync";
    const auto models = claimed_model(parsed(abd + more));
    EXPECT_EQ(models.size(), 1U);
    return models.front();
  };
  for (const char* more : {"", ",r=1,w=3", ",n=0,r=0,w=0", ",n=5,r=3,w=3", ",conflict=crdt",
                           ",clock=wall", ",fsync=never", ",dedup=off", ",n=4,r=0,w=2"}) {
    EXPECT_EQ(claim(more), "linearizable") << more;
  }
  for (const char* more :
       {",r=1", ",n=0", ",n=5", ",sloppy=on", ",cas=quorum", ",conflict=siblings"}) {
    EXPECT_EQ(claim(more), "eventual-convergence") << more;
  }
  for (const char* other :
       {"leaderless", "leaderless:write=read-first", "leaderless:read-repair=sync"}) {
    EXPECT_EQ(claimed_model(parsed(other)).front(), "eventual-convergence") << other;
  }
}

TEST(LeaderlessOptions, ReadPlantedBugsByName) {
  Schema with = schema();
  Setting bug{"mutation", SettingType::choice, {"none"}, "none", "a planted bug"};
  std::set<std::string> names;
  for (const auto& [name, text] : planted_bugs()) {
    bug.choices.push_back(name);
    EXPECT_FALSE(text.empty());
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  with.settings.push_back(bug);
  for (std::size_t i = 0; i < planted_bugs().size(); ++i) {
    const auto s = parse_settings("mode", "leaderless:mutation=" + planted_bugs()[i].first, {with});
    ASSERT_TRUE(s.ok());
    EXPECT_EQ(options_from(*s).mutation, static_cast<Mutation>(i + 1));
  }
  EXPECT_EQ(static_cast<std::size_t>(Mutation::reads_not_stable), planted_bugs().size());
}

TEST(LeaderlessPlacement, GivesEveryKeyThatManyHomesAndSpreadsThem) {
  for (std::uint16_t nodes = 1; nodes <= 7; ++nodes) {
    for (std::uint16_t homes = 1; homes <= nodes; ++homes) {
      const Placement placement(nodes, homes);
      std::vector<int> load(nodes);
      for (std::uint64_t key = 0; key < 700; ++key) {
        const std::uint16_t range = placement.range_of(key);
        std::set<std::uint16_t> list;
        for (std::uint16_t i = 0; i < nodes; ++i) {
          const NodeId node = placement.at(range, i);
          list.insert(index(node));
          EXPECT_EQ(placement.place_of(range, node), i);
          EXPECT_EQ(placement.is_home(range, node), i < homes);
          load[index(node)] += i < homes;
        }
        EXPECT_EQ(list.size(), nodes) << "a preference list names every node once";
      }
      for (const int keys : load) {
        EXPECT_NEAR(keys, 700.0 * homes / nodes, 700.0 * homes / nodes * 0.3);
      }
    }
  }
}

TEST(LeaderlessPlacement, SaysWhoKeepsAKey) {
  const auto copies = [](const std::string& mode, std::uint16_t nodes) {
    int count = 0;
    for (std::uint16_t n = 0; n < nodes; ++n) {
      count += keeps(*parse_settings("mode", mode, modes()), nodes, NodeId{n}, 7) ? 1 : 0;
    }
    return count;
  };
  EXPECT_EQ(copies("leaderless", 5), 3);
  EXPECT_EQ(copies("leaderless:n=4", 5), 4);
  EXPECT_EQ(copies("leaderless:n=0", 5), 5);
  EXPECT_EQ(copies("leaderless", 2), 2);
  EXPECT_EQ(copies("single-leader", 5), 5);
}

}  // namespace
}  // namespace tribunal::sut::leaderless
