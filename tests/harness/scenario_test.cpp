#include "harness/scenario.h"

#include <gtest/gtest.h>

namespace tribunal::harness {
namespace {

std::string error_of(const std::string& toml) {
  const auto parsed = parse_scenario(toml, "s.toml");
  return parsed ? "" : parsed.error().message;
}

std::string invalid(const Scenario& scenario) {
  const auto parts = validate(scenario);
  return parts ? "" : parts.error().message;
}

TEST(ScenarioFile, ReadsBackWhatItWrote) {
  Scenario scenario;
  scenario.name = "a \"quoted\" name";
  scenario.mode = "single-leader:replication=async";
  scenario.nemesis = "partition:targets=leader";
  scenario.time = milliseconds(1500);
  scenario.rate = 12.5;
  scenario.seed = 18446744073709551615ULL;
  scenario.retry = true;
  scenario.session = true;
  scenario.contact = "random";
  scenario.timeouts = "fail";
  scenario.expect = {"linearizable"};
  scenario.verdict = {{"linearizable", false}};
  scenario.weakest_violated = {"monotonic-reads", "read-your-writes"};
  scenario.lost = {30, 70};
  scenario.seeds = 7;
  const std::string text = write_scenario(scenario);
  const auto again = parse_scenario(text, "s.toml");
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(write_scenario(*again), text);
  EXPECT_EQ(again->seed, scenario.seed);
  EXPECT_EQ(again->time, scenario.time);
  EXPECT_EQ(again->verdict, scenario.verdict);
  EXPECT_EQ(again->weakest_violated, scenario.weakest_violated);
  EXPECT_EQ(again->lost, scenario.lost);
  EXPECT_TRUE(again->session);
  EXPECT_EQ(again->contact, "random");
  EXPECT_EQ(again->timeouts, "fail");
}

TEST(ScenarioFile, KeepsScriptedFaultsInOrderOfTheirStart) {
  const auto parsed = parse_scenario(R"(
[[fault]]
kind = "pause"
start = "20s"
end = "30s"
targets = "n2"
[[fault]]
kind = "partition"
start = "10s"
end = "15s"
targets = "leader"
)",
                                     "s.toml");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  ASSERT_EQ(parsed->faults.size(), 2u);
  EXPECT_EQ(parsed->faults[0].kind, nemesis::FaultKind::partition);
  const auto again = parse_scenario(write_scenario(*parsed), "again.toml");
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(again->faults, parsed->faults);
}

TEST(ScenarioFile, NamesFileLineColumnAndTheNearestKey) {
  EXPECT_EQ(error_of("name = \"x\"\nmod = \"raft\"\n")
                .rfind("s.toml:2:1: unknown key 'mod'; did you mean 'mode'?", 0),
            0u)
      << error_of("name = \"x\"\nmod = \"raft\"\n");
  EXPECT_NE(error_of("time = 60\n")
                .find("s.toml:1:8: time: expected a duration such as \"10s\", found an integer"),
            std::string::npos)
      << error_of("time = 60\n");
  EXPECT_NE(error_of("nodes = 0\n").find("expected 1 to 64, found 0"), std::string::npos);
  EXPECT_NE(error_of("seed = -1\n").find("expected 0 to"), std::string::npos);
  EXPECT_EQ(error_of("name = \n").rfind("s.toml:1:", 0), 0u) << error_of("name = \n");
  EXPECT_NE(error_of("[[fault]]\nkind = \"earthquake\"\nstart = \"1s\"\n").find("s.toml:"),
            std::string::npos);
}

TEST(Scenario, RejectsUnknownNamesAndSuggestsTheNearest) {
  Scenario scenario;
  EXPECT_EQ(invalid(scenario), "");
  scenario.mode = "single-leadr";
  EXPECT_NE(invalid(scenario).find("did you mean 'single-leader'"), std::string::npos)
      << invalid(scenario);
  scenario = {};
  scenario.mode = "single-leader:replication=sink";
  EXPECT_NE(invalid(scenario).find("replication"), std::string::npos) << invalid(scenario);
  scenario = {};
  scenario.nemesis = "partition,paus";
  EXPECT_NE(invalid(scenario).find("did you mean 'pause'"), std::string::npos) << invalid(scenario);
  scenario = {};
  scenario.expect = {"linearisable"};
  EXPECT_NE(invalid(scenario).find("did you mean 'linearizable'"), std::string::npos)
      << invalid(scenario);
  scenario = {};
  scenario.contact = "stick";
  EXPECT_NE(invalid(scenario).find("did you mean 'sticky'"), std::string::npos)
      << invalid(scenario);
  scenario = {};
  scenario.timeouts = "maybe";
  EXPECT_NE(invalid(scenario).find("info"), std::string::npos) << invalid(scenario);
  scenario = {};
  scenario.latency = "warp";
  EXPECT_NE(invalid(scenario), "");
}

TEST(Scenario, RefusesNumbersThatMakeNoSense) {
  Scenario scenario;
  scenario.nodes = 65;
  EXPECT_NE(invalid(scenario).find("nodes"), std::string::npos);
  scenario = {};
  scenario.rate = -3;
  EXPECT_NE(invalid(scenario).find("rate"), std::string::npos);
  scenario = {};
  scenario.concurrency = 0;
  EXPECT_NE(invalid(scenario).find("concurrency"), std::string::npos);
  scenario = {};
  scenario.time = Duration::zero();
  EXPECT_NE(invalid(scenario).find("time"), std::string::npos);
}

TEST(Seed, TakesEverySixtyFourBitNumberAndNothingElse) {
  EXPECT_EQ(parse_seed("18446744073709551615").value(), 18446744073709551615ULL);
  for (const char* bad : {"", "-1", "18446744073709551616", "0x10", "7 ", "seven"}) {
    EXPECT_FALSE(parse_seed(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace tribunal::harness
