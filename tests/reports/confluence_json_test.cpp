// What a program reads about a specification.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/browser/confluence_samples.h"

namespace tribunal::reports {
namespace {

using nlohmann::json;

json document(const ConfluenceReport& report) { return json::parse(confluence_json(report)); }

TEST(ConfluenceJson, HoldsAConflictInNames) {
  const json got = document(testing::chosen_names());
  EXPECT_EQ(got["schema"], 1);
  EXPECT_EQ(got["verdict"], "not_confluent");
  EXPECT_EQ(got["route"], "simulation");
  EXPECT_EQ(got["scope"], json({{"User", 3}}));
  EXPECT_EQ(got["complete"], false);
  EXPECT_EQ(got["bounds"]["enough"], json({{"User", 4}}));
  ASSERT_EQ(got["conflicts"].size(), 1U);
  const json& conflict = got["conflicts"][0];
  EXPECT_EQ(conflict["a"], "register");
  EXPECT_EQ(conflict["invariant"], "unique");
  EXPECT_EQ(conflict["args_equal"], json::parse(R"([["name", "name"]])"));
  EXPECT_EQ(conflict["example"]["arguments_b"], json({{"u", "User1"}, {"name", 7}}));
  EXPECT_EQ(conflict["example"]["before"]["user[User1]"], false);
  EXPECT_EQ(conflict["example"]["after_b"]["user[User1]"], true);
  EXPECT_EQ(got["locks"], json::parse(R"([{"invariants": ["unique"], "holders": [
      {"transaction": "register", "mode": "exclusive", "key": "name"}]}])"));
  EXPECT_EQ(got["locks_proven"], true);
  EXPECT_EQ(got["cover"], json::parse(R"(["register"])"));
  EXPECT_EQ(got["phases"], json::parse(R"([{"transactions": ["leave"], "proven": true}])"));
  EXPECT_EQ(got["variants"][0]["kind"], "policy");
  EXPECT_EQ(got["apology"]["undo"], json::parse("[0, 1]"));
  EXPECT_EQ(got["warnings"][0]["line"], 4);
  EXPECT_EQ(got["executions"][0]["violating"], 87);
  EXPECT_EQ(got["executions"][1]["replay"], nullptr);
}

TEST(ConfluenceJson, HoldsTheRunAsBranches) {
  const json run = document(testing::chosen_names())["counterexample"];
  EXPECT_EQ(run["shape"], "branches");
  EXPECT_EQ(run["prefix"], json::array());
  EXPECT_EQ(run["left"], json::parse(R"([{"step": 0, "replica": "A", "transaction": "register",
      "arguments": {"u": "User0", "name": 7},
      "changes": {"user[User0]": {"before": false, "after": true},
                  "username[User0]": {"before": 0, "after": 7}}}])"));
  EXPECT_EQ(run["right"][0]["replica"], "B");
  EXPECT_EQ(run["steps"][2]["merge_from"], "B");
  EXPECT_EQ(run["at_left"]["user[User1]"], false);
  EXPECT_EQ(run["merged"]["user[User1]"], true);
  EXPECT_EQ(run["violated"], "unique");
  EXPECT_EQ(run["binding"], json({{"a", "User0"}, {"b", "User1"}}));
  EXPECT_EQ(run["computed"], "true and true => 7 != 7");
  EXPECT_EQ(run["cells"].size(), 4U);
  EXPECT_FALSE(run["merged"].contains("user[User2]")) << "it has no part in the run";
}

TEST(ConfluenceJson, HoldsOtherRunsAsSteps) {
  const json run = document(testing::three_replicas())["counterexample"];
  EXPECT_EQ(run["shape"], "run");
  EXPECT_FALSE(run.contains("left"));
  EXPECT_EQ(run["replicas"], 3);
  EXPECT_EQ(run["steps"].size(), 7U);
}

TEST(ConfluenceJson, HoldsAProofWithAllItsFacts) {
  const json got = document(testing::minted_ids());
  EXPECT_EQ(got["verdict"], "confluent");
  EXPECT_EQ(got["route"], "origin-states");
  EXPECT_EQ(got["facts"].size(), 4U);
  EXPECT_EQ(got["recheck"], "confirmed for any number of elements");
  EXPECT_EQ(got["counterexample"], nullptr);
  EXPECT_EQ(got["apology"], nullptr);
  EXPECT_EQ(document(testing::counted_up())["complete"], true);
  EXPECT_EQ(document(testing::counted_up())["never_commit"], json::parse(R"(["never"])"));
}

TEST(ConfluenceJson, HoldsTheReasonOfNoVerdict) {
  const json got = document(testing::suspicion());
  EXPECT_EQ(got["verdict"], "unknown");
  EXPECT_THAT(got["reason"].get<std::string>(), ::testing::HasSubstr("not shown to be reachable"));
  EXPECT_EQ(got["bounds"]["searched_per_side"], 3);
  EXPECT_EQ(document(testing::broken_initially())["verdict"], "invalid_initial");
  EXPECT_EQ(document(testing::broken_initially())["broken_initially"],
            json::parse(R"(["never_overdrawn"])"));
}

TEST(ConfluenceJson, SurvivesAnyText) {
  ConfluenceReport report = testing::hostile_specification();
  EXPECT_EQ(document(report)["file"].get<std::string>(), report.file);
  report.recheck = "\xff\xfe";
  EXPECT_NO_THROW(document(report));
}

}  // namespace
}  // namespace tribunal::reports
