// What is measured from a history: counts, latencies, phases, availability, harm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/report.h"
#include "tests/browser/samples.h"
#include "tests/reports/recorder.h"

namespace tribunal::reports {
namespace {

using history::EventType;
using history::Value;
using ::testing::ElementsAre;
using testing::Recorder;

Results with_anomaly(const std::string& kind, std::vector<std::uint32_t> operations) {
  checker::Anomaly anomaly;
  anomaly.kind = kind;
  anomaly.operations = std::move(operations);
  checker::Check check;
  check.anomalies = {anomaly};
  Results results;
  results.checks = {check};
  return results;
}

TEST(Measure, CountsOperationsByFunctionAndOutcome) {
  Recorder recorder;
  recorder.write(0, 1, 0, 1);
  recorder.write(0, 2, 2, 3, EventType::fail);
  recorder.write(0, 3, 4, 5, EventType::info);
  recorder.read(1, Value::integer(1), 0, 9);
  recorder.write(2, 4, 6, -1);
  recorder.nemesis("start-partition", "x", 1);
  const Measurements measured = measure(recorder.history(), {});
  EXPECT_EQ(measured.all.ok, 2U);
  EXPECT_EQ(measured.all.fail, 1U);
  EXPECT_EQ(measured.all.info, 2U) << "one that never completed counts as unknown";
  EXPECT_EQ(measured.by_f.at("read").total(), 1U);
  EXPECT_EQ(measured.by_f.at("write").total(), 4U);
}

TEST(Measure, QuantilesAreExactByNearestRank) {
  Recorder recorder;
  for (int i = 1; i <= 1000; ++i) recorder.write(i, i, 0, i);
  const Quantiles q = measure(recorder.history(), {}).latency;
  EXPECT_DOUBLE_EQ(q.p50, 500);
  EXPECT_DOUBLE_EQ(q.p95, 950);
  EXPECT_DOUBLE_EQ(q.p99, 990);
  EXPECT_DOUBLE_EQ(q.p999, 999);
  EXPECT_DOUBLE_EQ(q.max, 1000);
}

TEST(Measure, QuantilesRoundTheRankUp) {
  Recorder recorder;
  for (int i = 1; i <= 7; ++i) recorder.write(i, i, 0, i);
  const Quantiles q = measure(recorder.history(), {}).latency;
  EXPECT_DOUBLE_EQ(q.p50, 4);
  EXPECT_DOUBLE_EQ(q.p95, 7);
}

TEST(Measure, QuantilesOfOneOperationAreThatOperation) {
  Recorder recorder;
  recorder.write(0, 1, 3, 5);
  const Quantiles q = measure(recorder.history(), {}).latency;
  EXPECT_DOUBLE_EQ(q.p50, 2);
  EXPECT_DOUBLE_EQ(q.p999, 2);
}

TEST(Measure, LatencyLooksAtOkOperationsOnly) {
  Recorder recorder;
  recorder.write(0, 1, 0, 1);
  recorder.write(1, 2, 0, 500, EventType::info);
  recorder.write(2, 3, 0, 900, EventType::fail);
  EXPECT_DOUBLE_EQ(measure(recorder.history(), {}).latency.max, 1);
}

TEST(Measure, CutsAPhaseWhereverAFaultStartsOrStops) {
  Recorder recorder;
  for (int i = 0; i < 10; ++i) recorder.write(0, i, 10 * i, 10 * i + 1);
  recorder.nemesis("start-partition", "{n1} | {n2}", 25);
  recorder.nemesis("start-pause", "n2", 45);
  recorder.nemesis("stop-partition", "{n1} | {n2}", 65);
  recorder.nemesis("stop-pause", "n2", 85);
  const std::vector<Phase> phases = measure(recorder.history(), {}).phases;
  ASSERT_EQ(phases.size(), 5U);
  EXPECT_THAT(phases[0].faults, ElementsAre());
  EXPECT_THAT(phases[1].faults, ElementsAre("partition {n1} | {n2}"));
  EXPECT_THAT(phases[2].faults, ElementsAre("partition {n1} | {n2}", "pause n2"));
  EXPECT_THAT(phases[3].faults, ElementsAre("pause n2"));
  EXPECT_THAT(phases[4].faults, ElementsAre());
  EXPECT_EQ(phases[0].counts.ok, 3U);
  EXPECT_EQ(phases[1].counts.ok, 2U);
  EXPECT_EQ(phases[4].counts.ok, 1U);
  EXPECT_EQ(phases[1].start, milliseconds(25));
  EXPECT_EQ(phases[1].end, milliseconds(45));
}

TEST(Measure, PhasesHoldEveryOperationOnce) {
  const testing::Sample sample = testing::lost_write_under_partition();
  const Measurements measured = measure(sample.history, sample.results);
  std::uint64_t total = 0;
  for (const Phase& phase : measured.phases) total += phase.counts.total();
  EXPECT_EQ(total, measured.all.total());
  EXPECT_EQ(measured.healthy().total() + measured.faulty().total(), measured.all.total());
  EXPECT_GT(measured.faulty().info, 0U);
}

TEST(Measure, AnOperationBelongsToThePhaseOfItsInvocation) {
  Recorder recorder;
  recorder.write(0, 1, 0, 50);
  recorder.nemesis("start-partition", "x", 10);
  recorder.write(1, 2, 20, 60);
  const Measurements measured = measure(recorder.history(), {});
  EXPECT_EQ(measured.healthy().total(), 1U);
  EXPECT_EQ(measured.faulty().total(), 1U);
}

TEST(Measure, AHistoryWithoutTimeStampsHasCountsButNoLatency) {
  Recorder recorder;
  recorder.timed = false;
  recorder.write(0, 1, 0, 1);
  const Measurements measured = measure(recorder.history(), {});
  EXPECT_FALSE(measured.timed);
  EXPECT_TRUE(measured.latency_by_f.empty());
  EXPECT_EQ(measured.all.ok, 1U);
}

TEST(Measure, AnEmptyHistoryHasNothing) {
  const Measurements measured = measure(history::History(), {});
  EXPECT_EQ(measured.all.total(), 0U);
  EXPECT_TRUE(measured.phases.empty());
}

TEST(Measure, ALostWriteIsTheAcknowledgedOneThatTheLastReadDoesNotShow) {
  Recorder recorder;
  const auto old = recorder.write(0, 1, 0, 1);
  const auto lost = recorder.write(0, 2, 2, 3);
  const auto maybe = recorder.write(1, 3, 2, 4, EventType::info);
  const auto seen = recorder.read(2, Value::integer(1), 5, 6);
  const history::History history = recorder.history();
  const auto core = recorder.ids({old, lost, maybe, seen});
  EXPECT_EQ(measure(history, with_anomaly("lost write", core)).lost_acknowledged, 1U);
  EXPECT_EQ(measure(history, with_anomaly("lost update", core)).lost_acknowledged, 0U);
  EXPECT_EQ(measure(history, with_anomaly("stale read", core)).lost_acknowledged, 0U);
}

TEST(Measure, LostElementsOfASetAreCountedOnceOverAllAnomalies) {
  Recorder recorder;
  std::vector<std::size_t> all;
  for (int i = 0; i < 5; ++i) all.push_back(recorder.op(i, "add", Value::integer(i), i, i + 0.5));
  all.push_back(recorder.read(9, Value::set({Value::integer(1), Value::integer(3)}), 10, 11));
  const history::History history = recorder.history();
  Results results = with_anomaly("lost element", recorder.ids(all));
  results.checks[0].anomalies.push_back(results.checks[0].anomalies[0]);
  EXPECT_EQ(measure(history, results).lost_acknowledged, 3U);
}

TEST(Measure, StaleReadsAreCountedOnce) {
  Recorder recorder;
  const auto add = recorder.op(0, "add", Value::integer(7), 0, 1);
  const auto stale = recorder.read(1, Value::set({}), 2, 3);
  const auto witness = recorder.read(2, Value::set({Value::integer(7)}), 2, 5);
  const history::History history = recorder.history();
  Results results = with_anomaly("stale read", recorder.ids({add, stale, witness}));
  results.checks[0].anomalies.push_back(results.checks[0].anomalies[0]);
  EXPECT_EQ(measure(history, results).stale_reads, 1U);
}

}  // namespace
}  // namespace tribunal::reports
