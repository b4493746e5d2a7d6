// Nodes that are killed and restarted again and again.
#include <map>

#include <gtest/gtest.h>

#include "nemesis/schedule.h"
#include "tests/nemesis/model_cluster.h"

namespace tribunal::nemesis {
namespace {

using cluster::Primitive;
using testing::ModelCluster;

Fault on_first(FaultKind kind, std::int64_t start_ms, std::int64_t end_ms) {
  Fault out;
  out.kind = kind;
  out.start = milliseconds(start_ms);
  out.end = milliseconds(end_ms);
  out.target.shape = "nodes";
  out.target.nodes = {NodeId{0}};
  return out;
}

Fault crashing(std::int64_t start_ms, std::int64_t end_ms, std::int64_t period_ms) {
  Fault out = on_first(FaultKind::crash_loop, start_ms, end_ms);
  out.period = milliseconds(period_ms);
  return out;
}

// When which actions were carried out, in milliseconds.
using Done = std::map<std::int64_t, std::vector<Primitive>>;

Done run(Conductor& conductor, ModelCluster& cluster) {
  Done done;
  while (const auto due = conductor.next()) {
    cluster.set_now(*due);
    const std::size_t before = cluster.actions.size();
    (void)conductor.step(cluster);
    for (std::size_t i = before; i < cluster.actions.size(); ++i)
      done[due->count() / 1'000'000].push_back(cluster.actions[i].primitive);
  }
  return done;
}

Done played(const Schedule& schedule) {
  Conductor conductor(schedule, 1);
  ModelCluster cluster(2);
  Done done = run(conductor, cluster);
  EXPECT_EQ(cluster.residue(), "");
  EXPECT_TRUE(cluster.refused.empty());
  return done;
}

const std::vector<Primitive> killed{Primitive::kill};
const std::vector<Primitive> restarted{Primitive::restart};

TEST(CrashLoop, KillsAtTheStartOfEachPeriodAndRestartsInItsMiddle) {
  EXPECT_EQ(played({crashing(1000, 1900, 300)}), (Done{{1000, killed},
                                                       {1150, restarted},
                                                       {1300, killed},
                                                       {1450, restarted},
                                                       {1600, killed},
                                                       {1750, restarted}}));
}

TEST(CrashLoop, LetsTheNodeRunWhenItEndsInTheMiddleOfADeath) {
  EXPECT_EQ(played({crashing(1000, 1350, 300)}),
            (Done{{1000, killed}, {1150, restarted}, {1300, killed}, {1350, restarted}}));
}

TEST(CrashLoop, KeepsItsPeriodWhenTheMiddleIsNotAWholeNanosecond) {
  Fault odd = crashing(1000, 400'000, 100);
  odd.period = milliseconds(100) + nanoseconds(1);
  Conductor conductor({odd}, 1);
  ModelCluster cluster(2);
  std::int64_t kills = 0;
  while (const auto due = conductor.next()) {
    if (*due >= odd.end) break;
    cluster.set_now(*due);
    (void)conductor.step(cluster);
    if (cluster.node(0).alive) continue;
    EXPECT_EQ(*due, odd.start + kills * odd.period);
    ++kills;
  }
  EXPECT_EQ(kills, 3990);
}

TEST(CrashLoop, DoesNotRestartWhatAnotherFaultHoldsDown) {
  EXPECT_EQ(played({crashing(1000, 2000, 400), on_first(FaultKind::kill, 1300, 1700)}),
            (Done{{1000, killed},
                  {1200, restarted},
                  {1300, killed},
                  {1700, restarted},
                  {1800, killed},
                  {2000, restarted}}));
}

TEST(CrashLoop, LosesPowerOnlyWhileAPowerLossIsActive) {
  EXPECT_EQ(played({crashing(1000, 1500, 400), on_first(FaultKind::power_loss, 1300, 1350)}),
            (Done{{1000, killed},
                  {1200, restarted},
                  {1300, {Primitive::power_loss}},
                  {1350, restarted},
                  {1400, killed},
                  {1500, restarted}}));
}

TEST(CrashLoop, PausesTheNodeAgainAfterEachRestartWhileAPauseLasts) {
  const std::vector<Primitive> paused_again{Primitive::restart, Primitive::pause};
  EXPECT_EQ(played({on_first(FaultKind::pause, 900, 1500), crashing(1000, 2000, 400)}),
            (Done{{900, {Primitive::pause}},
                  {1000, killed},
                  {1200, paused_again},
                  {1400, killed},
                  {1600, restarted},
                  {1800, killed},
                  {2000, restarted}}));
}

TEST(CrashLoop, KeepsANodeDownWhileAnyOfTwoLoopsWantsIt) {
  EXPECT_EQ(played({crashing(1000, 1800, 400), crashing(1100, 1500, 400)}),
            (Done{{1000, killed}, {1300, restarted}, {1400, killed}, {1600, restarted}}));
}

TEST(CrashLoop, CorruptsTheLogOfALoopingNodeOnlyWhenItIsDead) {
  EXPECT_EQ(played({crashing(1000, 1800, 400), on_first(FaultKind::disk_corrupt, 1250, 1300),
                    on_first(FaultKind::disk_corrupt, 1450, 1500)}),
            (Done{{1000, killed},
                  {1200, restarted},
                  {1250, {Primitive::kill, Primitive::disk_corrupt}},
                  {1300, restarted},
                  {1400, killed},
                  {1450, {Primitive::disk_corrupt}},
                  {1600, restarted}}));
}

TEST(CrashLoop, SaysHowOftenAndWhichRestartsFailed) {
  Conductor conductor({crashing(1000, 2000, 200)}, 1);
  ModelCluster cluster(2);
  cluster.set_now(milliseconds(1000));
  const auto started = conductor.step(cluster);
  ASSERT_EQ(started.size(), 1U);
  EXPECT_EQ(started[0].f + " " + started[0].detail, "start-crash-loop n1, every 200ms");
  cluster.node(0).alive = true;  // so that one restart is refused
  while (const auto due = conductor.next()) {
    cluster.set_now(*due);
    for (const NemesisEvent& event : conductor.step(cluster))
      EXPECT_EQ(event.f + " " + event.detail,
                "stop-crash-loop n1, every 200ms (refused: restart: refused)");
  }
  EXPECT_EQ(cluster.residue(), "");
}

TEST(CrashLoop, SkipsPeriodsRatherThanCatchUpWhereStartingTakesLong) {
  Conductor conductor({crashing(1000, 5000, 100)}, 1);
  ModelCluster cluster(2);
  cluster.takes = milliseconds(70);
  std::size_t steps = 0;
  while (const auto due = conductor.next()) {
    if (*due > cluster.now()) cluster.set_now(*due);
    const std::size_t before = cluster.actions.size();
    const Duration phase = before % 2 == 0 ? milliseconds(0) : milliseconds(50);
    EXPECT_TRUE((*due - seconds(1)) % milliseconds(100) == phase || *due == seconds(5));
    (void)conductor.step(cluster);
    EXPECT_LE(cluster.actions.size() - before, 2U) << "clients wait while the conductor acts";
    ++steps;
  }
  EXPECT_GT(steps, 10U);
  EXPECT_GT(cluster.actions.size(), 10U);
  for (std::size_t i = 0; i < cluster.actions.size(); ++i)
    EXPECT_EQ(cluster.actions[i].primitive, i % 2 == 0 ? Primitive::kill : Primitive::restart);
  EXPECT_EQ(cluster.residue(), "");
}

}  // namespace
}  // namespace tribunal::nemesis
