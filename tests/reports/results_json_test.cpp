// results.json: its keys are a contract with scripts (docs/results.md).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/report.h"
#include "tests/browser/samples.h"
#include "tests/reports/recorder.h"

namespace tribunal::reports {
namespace {

using nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

ordered_json parsed(const testing::Sample& sample) {
  return ordered_json::parse(results_json(sample.results, sample.history));
}

std::vector<std::string> keys(const ordered_json& object) {
  std::vector<std::string> out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  return out;
}

TEST(ResultsJson, HasTheKeysOfTheContract) {
  const ordered_json document = parsed(testing::stale_read());
  EXPECT_THAT(keys(document),
              ElementsAre("schema", "valid", "expected", "models", "strongest", "weakest_violated",
                          "checks", "counts", "availability", "latency", "lost_acknowledged",
                          "stale_reads", "protocol", "run"));
  EXPECT_THAT(keys(document["checks"][0]),
              ElementsAre("name", "model", "valid", "algorithm", "operations", "steps", "seconds",
                          "keys", "anomalies"));
  EXPECT_THAT(keys(document["checks"][0]["anomalies"][0]),
              ElementsAre("class", "timeliness_or_integrity", "key", "operations", "minimal",
                          "explanation", "steps"));
  EXPECT_THAT(keys(document["run"]), ElementsAre("source", "name", "version", "scenario", "seed",
                                                 "replay", "mode", "workload", "nemesis", "cluster",
                                                 "latency", "nodes", "concurrency", "length"));
}

TEST(ResultsJson, ShowsTheCycleOfAnArgumentThatIsOne) {
  testing::Sample sample = testing::stale_read();
  sample.results.checks[0].anomalies[0].cycle = {{history::no_event, 4, "initial", {}},
                                                 {4, history::no_event, "own write", {4, 6}}};
  const ordered_json anomaly = parsed(sample)["checks"][0]["anomalies"][0];
  EXPECT_EQ(anomaly["cycle"], ordered_json::parse(R"([
      {"from": null, "to": 4, "rule": "initial", "because": []},
      {"from": 4, "to": null, "rule": "own write", "because": [4, 6]}])"));
}

TEST(ResultsJson, SaysWhatTheResultsSay) {
  const testing::Sample sample = testing::stale_read();
  const ordered_json document = parsed(sample);
  EXPECT_EQ(document["schema"], 1);
  EXPECT_EQ(document["valid"], false);
  EXPECT_EQ(document["expected"], ordered_json::parse(R"(["linearizable"])"));
  EXPECT_EQ(document["models"]["linearizable"], false);
  EXPECT_EQ(document["models"]["causal"], true);
  EXPECT_EQ(document["strongest"], "sequential");
  EXPECT_EQ(document["weakest_violated"], "linearizable");
  EXPECT_EQ(document["stale_reads"], 1);
  const ordered_json& anomaly = document["checks"][0]["anomalies"][0];
  EXPECT_EQ(anomaly["class"], "stale read");
  EXPECT_EQ(anomaly["timeliness_or_integrity"], "timeliness");
  EXPECT_EQ(anomaly["key"], "3");
  EXPECT_EQ(anomaly["minimal"], true);
  EXPECT_EQ(anomaly["operations"].get<std::vector<std::uint32_t>>(),
            sample.results.checks[0].anomalies[0].operations);
  EXPECT_EQ(document["run"]["seed"], 42);
}

TEST(ResultsJson, UndecidedIsAWordAndHasAReason) {
  const ordered_json document = parsed(testing::undecided_file());
  EXPECT_EQ(document["valid"], "unknown");
  EXPECT_EQ(document["checks"][0]["valid"], "unknown");
  EXPECT_EQ(document["checks"][0]["reason"], "the budget of 60 s was used up");
}

TEST(ResultsJson, AFileHasNoRunDataAndNoLatency) {
  const ordered_json document = parsed(testing::undecided_file());
  EXPECT_THAT(keys(document["run"]), ElementsAre("source", "name"));
  EXPECT_TRUE(document["latency"]["p50"].is_null());
  EXPECT_TRUE(document["availability"]["faulty"].is_null());
  EXPECT_DOUBLE_EQ(document["availability"]["all"], 0.75);
}

TEST(ResultsJson, AvailabilityIsToldForEachPhase) {
  const ordered_json phases = parsed(testing::valid_run())["availability"]["phases"];
  ASSERT_EQ(phases.size(), 3U);
  EXPECT_EQ(phases[0]["availability"], 1.0);
  EXPECT_EQ(phases[1]["start"], 8.0);
  EXPECT_EQ(phases[1]["end"], 12.0);
  EXPECT_EQ(phases[1]["faults"][0], "partition {n1 n2} | {n3 n4 n5}");
  EXPECT_LT(phases[1]["availability"].get<double>(), 1.0);
}

TEST(ResultsJson, OnlySecondsDependOnTheMachine) {
  testing::Sample sample = testing::stale_read();
  const std::string before = results_json(sample.results, sample.history, Timing::omit);
  const std::string timed = results_json(sample.results, sample.history);
  sample.results.checks[0].seconds = 99.5;
  EXPECT_EQ(results_json(sample.results, sample.history, Timing::omit), before);
  EXPECT_NE(results_json(sample.results, sample.history), timed);
  EXPECT_THAT(before, Not(HasSubstr("\"seconds\"")));
}

TEST(ResultsJson, AnyBytesGiveValidUtf8Json) {
  const testing::Sample sample = testing::hostile();
  const std::string text = results_json(sample.results, sample.history);
  const ordered_json document = ordered_json::parse(text);  // throws when it is not JSON in UTF-8
  EXPECT_THAT(document["run"]["name"].get<std::string>(),
              HasSubstr("\xef\xbf\xbd\xef\xbf\xbd\x1b[31m"));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(ResultsJson, EveryByteInAnyTextGivesValidJson) {
  for (int byte = 0; byte < 256; ++byte) {
    testing::Sample sample = testing::stale_read();
    sample.results.checks[0].anomalies[0].explanation = std::string(3, static_cast<char>(byte));
    sample.results.models[std::string(1, static_cast<char>(byte))] = checker::Validity::unknown;
    EXPECT_FALSE(ordered_json::parse(results_json(sample.results, sample.history), nullptr, false)
                     .is_discarded())
        << byte;
  }
}

TEST(ResultsJson, IsNeverCut) {
  testing::Sample sample = testing::stale_read();
  sample.results.checks[0].anomalies.resize(3000, sample.results.checks[0].anomalies[0]);
  sample.results.checks[0].anomalies[0].explanation = std::string(100'000, 'x');
  const ordered_json check = parsed(sample)["checks"][0];
  EXPECT_EQ(check["anomalies"].size(), 3000U);
  EXPECT_EQ(check["anomalies"][0]["explanation"].get<std::string>().size(), 100'000U);
  EXPECT_FALSE(check.contains("left_out"));
}

TEST(ResultsJson, NothingAtAllIsStillADocument) {
  const ordered_json document = ordered_json::parse(results_json({}, history::History()));
  EXPECT_EQ(document["valid"], "unknown");
  EXPECT_EQ(document["counts"]["total"], 0);
}

}  // namespace
}  // namespace tribunal::reports
