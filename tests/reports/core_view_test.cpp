// What a core shows beyond its list of operations.
#include "reports/core_view.h"

#include <gtest/gtest.h>

#include "tests/reports/recorder.h"

namespace tribunal::reports {
namespace {

using history::EventType;
using history::Value;
using testing::Recorder;

bool has(const std::vector<CoreEdge>& edges, std::uint32_t from, std::uint32_t to,
         CoreEdge::Why why) {
  for (const CoreEdge& edge : edges) {
    if (edge.from == from && edge.to == to && edge.why == why) return true;
  }
  return false;
}

checker::Anomaly anomaly_of(const std::vector<std::uint32_t>& core) {
  checker::Anomaly anomaly;
  anomaly.operations = core;
  return anomaly;
}

TEST(CoreView, RealTimeEdgesLeaveOutWhatFollows) {
  Recorder recorder;
  const auto a = recorder.write(0, 1, 0, 1);
  const auto b = recorder.write(1, 2, 2, 3);
  const auto c = recorder.write(2, 3, 4, 5);
  const history::History history = recorder.history();
  const auto edges = core_edges(history, recorder.ids({a, b, c}));
  EXPECT_TRUE(has(edges, recorder.id(a), recorder.id(b), CoreEdge::Why::real_time));
  EXPECT_TRUE(has(edges, recorder.id(b), recorder.id(c), CoreEdge::Why::real_time));
  EXPECT_FALSE(has(edges, recorder.id(a), recorder.id(c), CoreEdge::Why::real_time));
  EXPECT_EQ(edges.size(), 2U);
}

TEST(CoreView, OverlappingAndUnknownOperationsAreNotOrdered) {
  Recorder recorder;
  const auto a = recorder.write(0, 1, 0, 3);
  const auto b = recorder.write(1, 2, 2, 5);
  const auto maybe = recorder.write(2, 3, 0, 1, EventType::info);
  const history::History history = recorder.history();
  EXPECT_TRUE(core_edges(history, recorder.ids({a, b, maybe})).empty());
}

TEST(CoreView, ReadsAndCompareAndSetsSeeWhatWasWritten) {
  Recorder recorder;
  const auto pair = [](int a, int b) { return Value::pair(Value::integer(a), Value::integer(b)); };
  const auto write = recorder.write(0, 1, 0, 9);
  const auto cas = recorder.op(1, "cas", pair(1, 2), 0, 9);
  const auto read = recorder.read(2, Value::integer(2), 0, 9);
  const history::History history = recorder.history();
  const auto edges = core_edges(history, recorder.ids({write, cas, read}));
  EXPECT_TRUE(has(edges, recorder.id(write), recorder.id(cas), CoreEdge::Why::value));
  EXPECT_TRUE(has(edges, recorder.id(cas), recorder.id(read), CoreEdge::Why::value));
  EXPECT_EQ(edges.size(), 2U);
}

TEST(CoreView, SetsAndAppendedStringsShowTheirParts) {
  Recorder recorder;
  const auto add = recorder.op(0, "add", Value::integer(4), 0, 9);
  const auto set = recorder.read(1, Value::set({Value::integer(4), Value::integer(5)}), 0, 9);
  const auto append = recorder.op(2, "append", Value::string("b"), 0, 9);
  const auto get = recorder.op(3, "get", Value(), 0, 9, EventType::ok, Value::string("abc"));
  const history::History history = recorder.history();
  const auto op = [&](std::size_t n) { return history.operation(recorder.id(n)); };
  EXPECT_TRUE(saw(history, op(set), op(add)));
  EXPECT_TRUE(saw(history, op(get), op(append)));
  EXPECT_FALSE(saw(history, op(set), op(append)));
}

TEST(CoreView, AFailedWriteIsNeverSeen) {
  Recorder recorder;
  const auto write = recorder.write(0, 1, 0, 1, EventType::fail);
  const auto read = recorder.read(1, Value::integer(1), 2, 3);
  const history::History history = recorder.history();
  EXPECT_FALSE(
      saw(history, history.operation(recorder.id(read)), history.operation(recorder.id(write))));
}

TEST(CoreView, PointsAtTheObservationWhereEveryOrderFails) {
  Recorder recorder;
  const auto write = recorder.write(0, 1, 0, 1);
  const auto stuck = recorder.read(1, Value::integer(9), 2, 3);
  const auto later = recorder.read(2, Value::integer(9), 4, 5);
  const history::History history = recorder.history();
  const auto anomaly = anomaly_of(recorder.ids({write, stuck, later}));
  checker::KeyProof proof;
  proof.stuck_at = history.partner(recorder.id(stuck));
  EXPECT_EQ(offending_operation(history, anomaly, &proof), recorder.id(stuck));
  EXPECT_EQ(offending_operation(history, anomaly, nullptr), recorder.id(later));
}

TEST(CoreView, PointsAtTheReadThatMissesAnElementNotAtItsWitness) {
  Recorder recorder;
  const auto add = recorder.op(0, "add", Value::integer(4), 0, 1);
  const auto stale = recorder.read(1, Value::set({}), 2, 3);
  const auto witness = recorder.read(2, Value::set({Value::integer(4)}), 2, 9);
  const history::History history = recorder.history();
  const auto anomaly = anomaly_of(recorder.ids({add, stale, witness}));
  EXPECT_EQ(offending_operation(history, anomaly, nullptr), recorder.id(stale));
}

TEST(CoreView, AnEmptyCorePointsNowhere) {
  EXPECT_EQ(offending_operation(history::History(), anomaly_of({}), nullptr), std::nullopt);
}

}  // namespace
}  // namespace tribunal::reports
