// Reading the nemesis's events: which fault was active when.
#include "reports/faults.h"

#include <gtest/gtest.h>

#include "tests/reports/recorder.h"

namespace tribunal::reports {
namespace {

using testing::Recorder;

TEST(Faults, AStopWithTheSameDetailEndsThatFaultOnly) {
  Recorder recorder;
  recorder.nemesis("start-pause", "n1", 1);
  recorder.nemesis("start-pause", "n2", 2);
  recorder.nemesis("stop-pause", "n1", 3);
  recorder.nemesis("stop-pause", "n2", 4);
  const FaultLog log = fault_log(recorder.history());
  ASSERT_EQ(log.spans.size(), 2U);
  EXPECT_EQ(log.spans[0].label(), "pause n1");
  EXPECT_EQ(log.spans[0].end, 2U);
  EXPECT_EQ(log.spans[1].end, 3U);
}

TEST(Faults, AStopWithoutDetailEndsEveryFaultOfItsKind) {
  Recorder recorder;
  recorder.nemesis("start-pause", "n1", 1);
  recorder.nemesis("start-pause", "n2", 2);
  recorder.nemesis("start-partition", "p", 3);
  recorder.nemesis("stop-pause", "", 4);
  const FaultLog log = fault_log(recorder.history());
  EXPECT_EQ(log.spans[0].end, 3U);
  EXPECT_EQ(log.spans[1].end, 3U);
  EXPECT_EQ(log.spans[2].end, history::no_event);
}

TEST(Faults, JepsenRecordsRequestAndCompletionOfOneStart) {
  Recorder recorder;
  recorder.nemesis("start", "", 1);
  recorder.nemesis("start", "Cut off {n1}", 2);
  recorder.nemesis("stop", "", 3);
  recorder.nemesis("stop", "fully connected", 4);
  const FaultLog log = fault_log(recorder.history());
  ASSERT_EQ(log.spans.size(), 1U);
  EXPECT_EQ(log.spans[0].label(), "fault Cut off {n1}");
  EXPECT_EQ(log.spans[0].start, 0U);
  EXPECT_EQ(log.spans[0].end, 2U);
}

TEST(Faults, OtherEventsAreInstants) {
  Recorder recorder;
  recorder.nemesis("clock-step", "n5 by 3 s", 1);
  recorder.nemesis("promote", "n2", 2);
  const FaultLog log = fault_log(recorder.history());
  EXPECT_TRUE(log.spans.empty());
  ASSERT_EQ(log.instants.size(), 2U);
  EXPECT_EQ(log.instants[0].text, "clock-step n5 by 3 s");
}

TEST(Faults, AStopOfNothingIsIgnored) {
  Recorder recorder;
  recorder.nemesis("stop-partition", "p", 1);
  EXPECT_TRUE(fault_log(recorder.history()).spans.empty());
}

}  // namespace
}  // namespace tribunal::reports
