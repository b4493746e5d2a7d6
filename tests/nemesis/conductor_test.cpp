// Carrying schedules out: who is hit, how faults overlap, and how everything is undone.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "nemesis/grudges.h"
#include "nemesis/schedule.h"
#include "tests/nemesis/model_cluster.h"

namespace tribunal::nemesis {
namespace {

using cluster::Primitive;
using testing::ModelCluster;

Fault fault(FaultKind kind, std::int64_t start, std::int64_t end, const std::string& shape) {
  Fault out;
  out.kind = kind;
  out.start = seconds(start);
  out.end = seconds(end);
  out.target.shape = shape;
  return out;
}

Fault on(FaultKind kind, std::int64_t start, std::int64_t end, std::vector<int> nodes) {
  Fault out = fault(kind, start, end, "nodes");
  for (const int n : nodes) out.target.nodes.push_back(NodeId{static_cast<std::uint16_t>(n - 1)});
  return out;
}

// Runs the conductor as the harness does up to `until` seconds; the events as "f detail".
std::vector<std::string> run(Conductor& conductor, ModelCluster& cluster, std::int64_t until) {
  std::vector<std::string> events;
  while (const auto due = conductor.next()) {
    if (*due > seconds(until)) break;
    cluster.set_now(*due);
    for (const NemesisEvent& event : conductor.step(cluster))
      events.push_back(event.f + " " + event.detail);
  }
  cluster.set_now(seconds(until));
  return events;
}

TEST(Conductor, StartsAndStopsAtTheScheduledTimes) {
  Conductor conductor({on(FaultKind::partition, 10, 20, {1})}, 1);
  ModelCluster cluster(3);
  EXPECT_EQ(conductor.next(), seconds(10));
  EXPECT_TRUE(conductor.step(cluster).empty());
  cluster.set_now(seconds(10));
  const auto started = conductor.step(cluster);
  ASSERT_EQ(started.size(), 1U);
  EXPECT_EQ(started[0].f, "start-partition");
  EXPECT_EQ(started[0].detail, "{n1} | {n2 n3}");
  EXPECT_TRUE(cluster.cut(0, 1) && cluster.cut(1, 0) && cluster.cut(2, 0));
  EXPECT_FALSE(cluster.cut(1, 2));
  EXPECT_EQ(conductor.next(), seconds(20));
  cluster.set_now(seconds(20));
  EXPECT_EQ(conductor.step(cluster)[0].f, "stop-partition");
  EXPECT_EQ(cluster.residue(), "");
  EXPECT_EQ(conductor.next(), std::nullopt);
}

TEST(Conductor, KeepsALinkCutWhileAnotherPartitionWantsIt) {
  Conductor conductor(
      {on(FaultKind::partition, 1, 10, {1}), on(FaultKind::partition, 2, 5, {1, 2})}, 1);
  ModelCluster cluster(3);
  run(conductor, cluster, 4);
  EXPECT_TRUE(cluster.cut(0, 2) && cluster.cut(1, 2) && cluster.cut(0, 1));
  run(conductor, cluster, 6);
  EXPECT_TRUE(cluster.cut(0, 2)) << "n1 is still isolated by the first";
  EXPECT_FALSE(cluster.cut(1, 2));
  run(conductor, cluster, 11);
  EXPECT_EQ(cluster.residue(), "");
  EXPECT_TRUE(cluster.refused.empty());
}

TEST(Conductor, KeepsANodeDeadWhileAnotherKillHoldsIt) {
  Conductor conductor({on(FaultKind::kill, 1, 10, {1, 2}), on(FaultKind::power_loss, 2, 5, {2, 3})},
                      1);
  ModelCluster cluster(3);
  run(conductor, cluster, 4);
  EXPECT_FALSE(cluster.node(0).alive || cluster.node(1).alive || cluster.node(2).alive);
  run(conductor, cluster, 6);
  EXPECT_FALSE(cluster.node(1).alive);
  EXPECT_TRUE(cluster.node(2).alive);
  run(conductor, cluster, 11);
  EXPECT_EQ(cluster.residue(), "");
  EXPECT_TRUE(cluster.refused.empty());
}

TEST(Conductor, PausesARestartedNodeAgainWhileThePauseLasts) {
  Conductor conductor({on(FaultKind::pause, 1, 10, {1}), on(FaultKind::kill, 2, 5, {1})}, 1);
  ModelCluster cluster(3);
  run(conductor, cluster, 3);
  EXPECT_FALSE(cluster.node(0).alive);
  run(conductor, cluster, 6);
  EXPECT_TRUE(cluster.node(0).alive && cluster.node(0).paused);
  run(conductor, cluster, 11);
  EXPECT_EQ(cluster.residue(), "");
  EXPECT_TRUE(cluster.refused.empty());
}

TEST(Conductor, ResumesNothingThatDiedMeanwhile) {
  Conductor conductor({on(FaultKind::pause, 1, 4, {1}), on(FaultKind::kill, 2, 8, {1})}, 1);
  ModelCluster cluster(3);
  run(conductor, cluster, 9);
  EXPECT_EQ(cluster.residue(), "");
  EXPECT_TRUE(cluster.refused.empty());
}

TEST(Conductor, CombinesShapesOfOverlappingFaultsAndTakesThemApartAgain) {
  Fault slow = on(FaultKind::slow, 1, 10, {1});
  slow.shape.delay = milliseconds(100);
  Fault lossy = on(FaultKind::lossy, 2, 5, {1});
  lossy.shape.loss_ppm = 500'000;
  Fault slower = on(FaultKind::slow, 3, 4, {2});
  slower.shape.delay = milliseconds(50);
  slower.shape.loss_ppm = 500'000;
  Conductor conductor({slow, lossy, slower}, 1);
  ModelCluster cluster(3);
  run(conductor, cluster, 3);
  EXPECT_EQ(cluster.shape(0, 1).delay, milliseconds(150));
  EXPECT_EQ(cluster.shape(0, 1).loss_ppm, 750'000U);
  EXPECT_EQ(cluster.shape(2, 0).delay, milliseconds(100));
  run(conductor, cluster, 6);
  EXPECT_EQ(cluster.shape(0, 1).delay, milliseconds(100));
  EXPECT_EQ(cluster.shape(0, 1).loss_ppm, 0U);
  EXPECT_EQ(cluster.shape(1, 2), cluster::LinkShape{});
  run(conductor, cluster, 11);
  EXPECT_EQ(cluster.residue(), "");
}

TEST(Conductor, MendingACutKeepsTheShapeThatIsStillWanted) {
  Fault slow = on(FaultKind::slow, 1, 10, {1});
  slow.shape.delay = milliseconds(100);
  Conductor conductor({slow, on(FaultKind::partition, 2, 3, {1})}, 1);
  ModelCluster cluster(2);
  run(conductor, cluster, 2);
  EXPECT_TRUE(cluster.cut(0, 1));
  run(conductor, cluster, 4);
  EXPECT_FALSE(cluster.cut(0, 1));
  EXPECT_EQ(cluster.shape(0, 1).delay, milliseconds(100));
}

TEST(Conductor, AddsClockErrorsAndTakesEachBackByItself) {
  Fault step = on(FaultKind::clock_step, 1, 10, {1});
  step.amount = seconds(5);
  Fault rate = on(FaultKind::clock_rate, 2, 4, {1});
  rate.ppm = 1000;
  Fault other = on(FaultKind::clock_step, 3, 6, {1});
  other.amount = seconds(-2);
  Conductor conductor({step, rate, other}, 1);
  ModelCluster cluster(2);
  run(conductor, cluster, 3);
  EXPECT_EQ(cluster.node(0).offset, seconds(3));
  EXPECT_EQ(cluster.node(0).ppm, 1000);
  run(conductor, cluster, 5);
  EXPECT_EQ(cluster.node(0).ppm, 0);
  EXPECT_EQ(cluster.node(0).offset, seconds(3));
  run(conductor, cluster, 7);
  EXPECT_EQ(cluster.node(0).offset, seconds(5));
  run(conductor, cluster, 11);
  EXPECT_EQ(cluster.residue(), "");
}

TEST(Conductor, LetsAClockStepWithoutEndStayUntilTheRunIsHealed) {
  Fault step = on(FaultKind::clock_step, 1, 1, {1});
  step.amount = milliseconds(300);
  Fault rate = on(FaultKind::clock_rate, 2, 3, {1});
  rate.ppm = 5;
  Conductor conductor({step, rate}, 1);
  ModelCluster cluster(2);
  const auto events = run(conductor, cluster, 100);
  EXPECT_EQ(events,
            (std::vector<std::string>{"clock-step n1, +300ms", "start-clock-rate n1, +5 ppm",
                                      "stop-clock-rate n1, +5 ppm"}));
  EXPECT_EQ(cluster.node(0).offset, milliseconds(300));
  EXPECT_EQ(conductor.next(), std::nullopt);
  const auto healed = conductor.heal_all(cluster);
  ASSERT_EQ(healed.size(), 1U);
  EXPECT_EQ(healed[0].f, "clock-reset");
  EXPECT_EQ(cluster.residue(), "");
}

TEST(Conductor, StrobesAClockToAndFro) {
  Fault strobe = on(FaultKind::clock_strobe, 1, 2, {1});
  strobe.amount = seconds(3);
  strobe.period = milliseconds(100);
  Conductor conductor({strobe}, 1);
  ModelCluster cluster(2);
  std::vector<Duration> offsets;
  while (const auto due = conductor.next()) {
    cluster.set_now(*due);
    (void)conductor.step(cluster);
    offsets.push_back(cluster.node(0).offset);
  }
  ASSERT_EQ(offsets.size(), 11U);  // the start, nine jumps, the end
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(offsets[i], i % 2 == 0 ? seconds(3) : Duration{});
  EXPECT_EQ(cluster.residue(), "");
}

TEST(Conductor, HealsOnlyTheDiskFaultThatEnds) {
  Fault slow = on(FaultKind::disk_slow, 1, 10, {1});
  slow.amount = milliseconds(20);
  Conductor conductor(
      {slow, on(FaultKind::disk_full, 2, 5, {1}), on(FaultKind::disk_lie, 3, 4, {1})}, 1);
  ModelCluster cluster(2);
  run(conductor, cluster, 3);
  EXPECT_TRUE(cluster.node(0).disk_full && cluster.node(0).disk_lie);
  run(conductor, cluster, 4);
  EXPECT_TRUE(cluster.node(0).disk_full);
  EXPECT_FALSE(cluster.node(0).disk_lie);
  EXPECT_EQ(cluster.node(0).disk_slow, milliseconds(20));
  run(conductor, cluster, 11);
  EXPECT_EQ(cluster.residue(), "");
}

TEST(Conductor, CorruptsTheDiskOfADeadNodeAndRestartsIt) {
  Conductor conductor({on(FaultKind::disk_corrupt, 1, 2, {2})}, 1);
  ModelCluster cluster(2);
  run(conductor, cluster, 3);
  std::vector<Primitive> done;
  for (const auto& action : cluster.actions) done.push_back(action.primitive);
  EXPECT_EQ(done,
            (std::vector<Primitive>{Primitive::kill, Primitive::disk_corrupt, Primitive::restart}));
}

TEST(Conductor, PromotesAtOnceAndSaysWhenThatWasRefused) {
  Conductor conductor({on(FaultKind::kill, 1, 5, {1}), on(FaultKind::promote, 2, 2, {1, 2})}, 1);
  ModelCluster cluster(3);
  const auto events = run(conductor, cluster, 3);
  EXPECT_EQ(events, (std::vector<std::string>{"start-kill n1",
                                              "promote n1 n2 (refused: promote: refused)"}));
  EXPECT_EQ(cluster.actions.back().node, NodeId{1});
}

TEST(Conductor, AimsAtTheLiveLeaderOfTheHighestTerm) {
  Conductor conductor({fault(FaultKind::pause, 1, 2, "leader")}, 1);
  ModelCluster cluster(5);
  for (const std::uint16_t i : {0, 2, 4}) cluster.node(i).view.role = sut::Role::leader;
  cluster.node(0).view.term = 3;
  cluster.node(2).view.term = 7;
  cluster.node(4).view.term = 9;
  cluster.node(4).alive = false;
  EXPECT_EQ(run(conductor, cluster, 1), std::vector<std::string>{"start-pause n3"});
}

TEST(Conductor, KnowsTheLeadersSideAndTheNewestLog) {
  const std::map<std::string, std::size_t> sizes{
      {"majority-with-leader", 3}, {"minority-with-leader", 2}, {"follower", 1}, {"newest", 1}};
  for (const auto& [shape, size] : sizes) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      Conductor conductor({fault(FaultKind::pause, 1, 2, shape)}, seed);
      ModelCluster cluster(5);
      cluster.node(1).view.role = sut::Role::leader;
      cluster.node(3).view.last_term = 4;  // a later term beats a longer log
      cluster.node(2).view.last_index = 9;
      run(conductor, cluster, 1);
      std::size_t paused = 0;
      std::string who;
      for (std::uint16_t n = 0; n < 5; ++n) {
        if (!cluster.node(n).paused) continue;
        ++paused;
        who += std::to_string(n);
      }
      EXPECT_EQ(paused, size) << shape;
      const bool leader = cluster.node(1).paused;
      EXPECT_TRUE(size == 1 || leader) << shape;
      EXPECT_FALSE(shape == "follower" && leader);
      EXPECT_TRUE(shape != "newest" || who == "3") << who;
      seen.insert(who);
    }
    EXPECT_EQ(seen.size() > 1, shape != "newest") << shape << " is drawn anew from each seed";
  }
}

TEST(Conductor, LetsMembersGoAndTakesThemBackWhereItLeads) {
  Conductor conductor({on(FaultKind::membership, 1, 5, {4})}, 1);
  ModelCluster cluster(5);
  cluster.node(2).view.role = sut::Role::leader;
  run(conductor, cluster, 6);
  ASSERT_EQ(cluster.actions.size(), 2U);
  EXPECT_EQ(cluster.actions[0].primitive, Primitive::member_remove);
  EXPECT_EQ(cluster.actions[1].primitive, Primitive::member_add);
  for (const cluster::Action& action : cluster.actions) {
    EXPECT_EQ(action.node, NodeId{2});
    EXPECT_EQ(action.peer, NodeId{3});
  }
}

TEST(Conductor, HitsTheSameNodesForASeedAsEver) {
  // Recorded once, when these were all the kinds; draws of targets are keyed by the number of a
  // kind.
  std::vector<Settings> nemeses_of_old;
  for (const char* name :
       {"partition", "pause", "kill", "power-loss", "clock", "slow", "lossy", "duplicate",
        "reorder", "disk-slow", "disk-full", "disk-lie", "disk-corrupt", "membership", "promote"})
    nemeses_of_old.push_back(*parse_settings("nemesis", name, nemeses()));
  Fingerprint print;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Conductor conductor(seeded(nemeses_of_old, seed, 5, seconds(300)), seed);
    ModelCluster cluster(5);
    for (const std::string& event : run(conductor, cluster, 300)) print.add(event);
  }
  EXPECT_EQ(print.value(), 33695300771944628U);
}

TEST(Conductor, AimsAtAnyNodeWhenNobodyLeads) {
  std::set<std::string> hit;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Conductor conductor({fault(FaultKind::pause, 1, 2, "leader")}, seed);
    ModelCluster cluster(5);
    hit.insert(run(conductor, cluster, 1).at(0));
  }
  EXPECT_EQ(hit.size(), 5U);
}

TEST(Conductor, HitsAsManyNodesAsTheSelectorSays) {
  const std::map<std::string, std::set<std::size_t>> sizes{
      {"one", {1}},      {"random-node", {1}},       {"minority", {2}},
      {"majority", {3}}, {"minority-third", {1}},    {"all", {5}},
      {"leader", {1}},   {"random", {1, 2, 3, 4, 5}}};
  for (const auto& [shape, expected] : sizes) {
    std::set<std::size_t> seen;
    std::set<std::uint16_t> hit;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
      Conductor conductor({fault(FaultKind::kill, 1, 2, shape)}, seed);
      ModelCluster cluster(5);
      run(conductor, cluster, 1);
      seen.insert(cluster.actions.size());
      for (const auto& action : cluster.actions) hit.insert(index(action.node));
    }
    EXPECT_EQ(seen, expected) << shape;
    EXPECT_EQ(hit.size(), 5U) << shape << " never hits some node";
  }
}

TEST(Conductor, PartitionsInEveryShape) {
  const std::map<std::string, std::set<std::size_t>> cuts{
      {"halves", {12}},          {"random-node", {8}}, {"leader", {8}},
      {"majorities-ring", {10}}, {"bridge", {8}},      {"one-way", {4, 6}},
      {"minority", {12}},        {"all", {20}},        {"random", {4, 6, 8, 10, 12}}};
  for (const auto& [shape, expected] : cuts) {
    std::set<std::size_t> seen;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      Conductor conductor({fault(FaultKind::partition, 1, 2, shape)}, seed);
      ModelCluster cluster(5);
      run(conductor, cluster, 1);
      seen.insert(cluster.actions.size());
      for (const auto& action : cluster.actions) EXPECT_EQ(action.primitive, Primitive::cut);
    }
    EXPECT_EQ(seen, expected) << shape;
  }
}

TEST(Conductor, CutsExactlyTheLinksOfAGrudge) {
  Fault grudge = fault(FaultKind::partition, 1, 2, "grudge");
  grudge.target.grudge[NodeId{0}] = {NodeId{1}, NodeId{2}};
  Conductor conductor({grudge}, 1);
  ModelCluster cluster(3);
  EXPECT_EQ(run(conductor, cluster, 1),
            std::vector<std::string>{"start-partition n1 hears nothing from n2 n3"});
  EXPECT_TRUE(cluster.cut(1, 0) && cluster.cut(2, 0));
  EXPECT_FALSE(cluster.cut(0, 1) || cluster.cut(0, 2) || cluster.cut(1, 2));
}

TEST(Conductor, ShapesBothDirectionsOfTheLinksOfItsNodes) {
  Fault slow = on(FaultKind::slow, 1, 2, {2});
  slow.shape.delay = milliseconds(1);
  Conductor conductor({slow}, 1);
  ModelCluster cluster(3);
  EXPECT_EQ(run(conductor, cluster, 1), std::vector<std::string>{"start-slow n2, +1ms"});
  EXPECT_EQ(cluster.shape(1, 0).delay, milliseconds(1));
  EXPECT_EQ(cluster.shape(0, 1).delay, milliseconds(1));
  EXPECT_EQ(cluster.shape(0, 2).delay, Duration{});
}

TEST(Conductor, SurvivesAClusterOfOneNode) {
  for (const char* shape :
       {"halves", "random-node", "leader", "majorities-ring", "bridge", "one-way", "random"}) {
    Conductor conductor({fault(FaultKind::partition, 1, 2, shape)}, 3);
    ModelCluster cluster(1);
    run(conductor, cluster, 3);
    EXPECT_TRUE(cluster.actions.empty()) << shape;
  }
}

TEST(Conductor, HealAllRestoresWhatOthersBrokeToo) {
  Conductor conductor({}, 1);
  ModelCluster cluster(3);
  cluster.node(1).alive = false;
  cluster.node(2).paused = true;
  EXPECT_TRUE(conductor.heal_all(cluster).empty());
  EXPECT_EQ(cluster.residue(), "");
}

TEST(Conductor, HealAllForgetsFaultsThatHaveNotStarted) {
  Conductor conductor({on(FaultKind::kill, 10, 20, {1})}, 1);
  ModelCluster cluster(3);
  (void)conductor.heal_all(cluster);
  EXPECT_EQ(conductor.next(), std::nullopt);
}

std::string support(FaultKind kind, cluster::ClusterKind where, bool members) {
  ModelCluster cluster(3);
  cluster.can_as(where, members);
  const Status status = check_support({on(kind, 1, 2, {1})}, cluster);
  return status ? "" : status.error().message;
}

TEST(Support, NamesTheFaultTheClusterAndTheFaultsThatItCanDo) {
  using cluster::ClusterKind;
  const std::string both =
      "partition, pause, kill, power-loss, clock-step, clock-rate, clock-strobe, slow, lossy, "
      "duplicate, reorder, disk-slow, disk-full, disk-lie, disk-corrupt, ";
  EXPECT_EQ(support(FaultKind::half_open, ClusterKind::simulated, true),
            "fault 'half-open': the simulated cluster cannot do that; it can: " + both +
                "membership, promote, crash-loop, lost-requests, lost-replies");
  EXPECT_EQ(support(FaultKind::membership, ClusterKind::processes, false),
            "fault 'membership': the processes cluster cannot do that; it can: " + both +
                "promote, corrupt, reset, half-open, slow-close, disk-error, crash-loop, "
                "lost-requests, lost-replies");
}

TEST(Support, KeepsOnlyFaultsOfConnectionsAndFailingSyncsFromTheSimulator) {
  const std::set<FaultKind> beyond{FaultKind::corrupt, FaultKind::reset, FaultKind::half_open,
                                   FaultKind::slow_close, FaultKind::disk_error};
  for (FaultKind kind : fault_kinds()) {
    EXPECT_EQ(support(kind, cluster::ClusterKind::processes, true), "");
    EXPECT_EQ(support(kind, cluster::ClusterKind::simulated, true) == "", beyond.count(kind) == 0)
        << name(kind);
  }
}

TEST(Support, IsRefusedWhenAnyPrimitiveOfTheFaultIsMissing) {
  const std::map<Primitive, std::set<FaultKind>> missing{
      {Primitive::mend,
       {FaultKind::partition, FaultKind::slow, FaultKind::lossy, FaultKind::duplicate,
        FaultKind::reorder, FaultKind::corrupt, FaultKind::reset, FaultKind::half_open,
        FaultKind::slow_close}},
      {Primitive::restart,
       {FaultKind::kill, FaultKind::power_loss, FaultKind::disk_corrupt, FaultKind::crash_loop}},
      {Primitive::disk_heal,
       {FaultKind::disk_slow, FaultKind::disk_full, FaultKind::disk_lie, FaultKind::disk_error}},
      {Primitive::reach_clients, {FaultKind::lost_requests, FaultKind::lost_replies}}};
  for (const auto& [primitive, unable] : missing) {
    ModelCluster cluster(3);
    cluster.cannot(primitive);
    for (FaultKind kind : fault_kinds())
      EXPECT_EQ(!check_support({on(kind, 1, 2, {1})}, cluster), unable.count(kind) > 0)
          << name(kind) << " without " << cluster::name(primitive);
  }
}

TEST(Support, SaysSoWhenAClusterCanDoNothing) {
  ModelCluster cluster(3);
  for (int p = 0; p <= static_cast<int>(Primitive::promote); ++p)
    cluster.cannot(static_cast<Primitive>(p));
  EXPECT_EQ(check_support({on(FaultKind::kill, 1, 2, {1})}, cluster).error().message,
            "fault 'kill': the model cluster cannot do that; it can: nothing");
}

TEST(Support, IsRefusedForNodesThatDoNotExist) {
  ModelCluster cluster(3);
  EXPECT_EQ(check_support({on(FaultKind::kill, 1, 2, {5})}, cluster).error().message,
            "fault 'kill' at 1s: there is no n5; the cluster has n1 to n3");
}

}  // namespace
}  // namespace tribunal::nemesis
