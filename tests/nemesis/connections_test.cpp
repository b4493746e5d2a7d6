// Faults of connections and of syncs, carried out: how they overlap, and how each is taken back.
#include <gtest/gtest.h>

#include "nemesis/schedule.h"
#include "tests/nemesis/model_cluster.h"

namespace tribunal::nemesis {
namespace {

using cluster::Primitive;
using testing::ModelCluster;

Fault on_first(FaultKind kind, std::int64_t start, std::int64_t end) {
  Fault out;
  out.kind = kind;
  out.start = seconds(start);
  out.end = seconds(end);
  out.target.shape = "nodes";
  out.target.nodes = {NodeId{0}};
  return out;
}

Fault corrupting(std::int64_t start, std::int64_t end, std::uint32_t ppm) {
  Fault out = on_first(FaultKind::corrupt, start, end);
  out.corrupt_ppm = ppm;
  return out;
}

Fault closing(std::int64_t start, std::int64_t end, Duration amount) {
  Fault out = on_first(FaultKind::slow_close, start, end);
  out.amount = amount;
  return out;
}

// Up to `until` seconds; what was said.
std::vector<std::string> run(Conductor& conductor, ModelCluster& cluster, std::int64_t until) {
  std::vector<std::string> events;
  for (auto due = conductor.next(); due && *due <= seconds(until); due = conductor.next()) {
    cluster.set_now(*due);
    for (const NemesisEvent& event : conductor.step(cluster))
      events.push_back(event.f + " " + event.detail);
  }
  cluster.set_now(seconds(until));
  return events;
}

std::vector<Primitive> done_on(const ModelCluster& cluster, std::uint16_t from, std::uint16_t to) {
  std::vector<Primitive> out;
  for (const cluster::Action& action : cluster.actions) {
    if (action.node == NodeId{from} && action.peer == NodeId{to}) out.push_back(action.primitive);
  }
  return out;
}

TEST(Connections, SayWhatIsDoneAndHowHard) {
  Conductor conductor({corrupting(1, 2, 10'000), on_first(FaultKind::reset, 3, 4),
                       on_first(FaultKind::half_open, 5, 6), closing(7, 8, seconds(2))},
                      1);
  ModelCluster cluster(2);
  EXPECT_EQ(
      run(conductor, cluster, 9),
      (std::vector<std::string>{"start-corrupt n1, 1%", "stop-corrupt n1, 1%", "start-reset n1",
                                "stop-reset n1", "start-half-open n1", "stop-half-open n1",
                                "start-slow-close n1, +2s", "stop-slow-close n1, +2s"}));
  EXPECT_EQ(done_on(cluster, 0, 1),
            (std::vector<Primitive>{Primitive::corrupt, Primitive::mend, Primitive::reset,
                                    Primitive::mend, Primitive::half_open, Primitive::mend,
                                    Primitive::slow_close, Primitive::mend}));
  EXPECT_EQ(done_on(cluster, 1, 0), done_on(cluster, 0, 1)) << "both directions";
  EXPECT_EQ(cluster.residue(), "");
}

TEST(Connections, AreHitWhereAShapeOfLinksSays) {
  Fault one_way = on_first(FaultKind::reset, 1, 2);
  one_way.target = {"grudge", {}, {{NodeId{0}, {NodeId{2}}}}};
  Conductor conductor({one_way}, 1);
  ModelCluster cluster(3);
  EXPECT_EQ(run(conductor, cluster, 1),
            std::vector<std::string>{"start-reset n1 hears nothing from n3"});
  EXPECT_TRUE(cluster.link(2, 0).reset);
  EXPECT_EQ(cluster.actions.size(), 1U);
}

TEST(Connections, CombineChancesOfCorruptionAsIndependentOnes) {
  Conductor conductor({corrupting(1, 10, 500'000), corrupting(2, 5, 500'000)}, 1);
  ModelCluster cluster(2);
  run(conductor, cluster, 3);
  EXPECT_EQ(cluster.link(0, 1).corrupt_ppm, 750'000U);
  run(conductor, cluster, 6);
  EXPECT_EQ(cluster.link(0, 1).corrupt_ppm, 500'000U);
  run(conductor, cluster, 11);
  EXPECT_EQ(cluster.residue(), "");
}

TEST(Connections, CloseAsLateAsTheSlowestFaultSays) {
  Conductor conductor({closing(1, 4, seconds(3)), closing(2, 10, seconds(1))}, 1);
  ModelCluster cluster(2);
  run(conductor, cluster, 3);
  EXPECT_EQ(cluster.link(0, 1).slow_close, seconds(3));
  run(conductor, cluster, 5);
  EXPECT_EQ(cluster.link(0, 1).slow_close, seconds(1));
  run(conductor, cluster, 11);
  EXPECT_EQ(cluster.residue(), "");
}

TEST(Connections, KeepEveryHarmThatIsStillWantedWhenOneEnds) {
  Fault slow = on_first(FaultKind::slow, 1, 20);
  slow.shape.delay = milliseconds(100);
  const std::vector<Fault> all{slow,
                               on_first(FaultKind::partition, 1, 20),
                               corrupting(1, 20, 10'000),
                               on_first(FaultKind::reset, 1, 20),
                               on_first(FaultKind::half_open, 1, 20),
                               closing(1, 20, seconds(1))};
  const LinkHarm everything{true, slow.shape, 10'000, true, true, seconds(1)};
  const std::vector<LinkHarm> without{{true, {}, 10'000, true, true, seconds(1)},
                                      {false, slow.shape, 10'000, true, true, seconds(1)},
                                      {true, slow.shape, 0, true, true, seconds(1)},
                                      {true, slow.shape, 10'000, false, true, seconds(1)},
                                      {true, slow.shape, 10'000, true, false, seconds(1)},
                                      {true, slow.shape, 10'000, true, true, {}}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    Schedule schedule = all;
    schedule[i].end = seconds(5);
    Conductor conductor(schedule, 1);
    ModelCluster cluster(2);
    run(conductor, cluster, 2);
    EXPECT_EQ(cluster.link(0, 1), everything);
    run(conductor, cluster, 6);
    EXPECT_EQ(cluster.link(0, 1), without[i]) << "after the end of " << name(all[i].kind);
    run(conductor, cluster, 21);
    EXPECT_EQ(cluster.residue(), "");
  }
}

TEST(Connections, AreNotResetAnewWhenAMilderFaultEnds) {
  Conductor conductor({on_first(FaultKind::half_open, 1, 10), corrupting(2, 3, 10'000)}, 1);
  ModelCluster cluster(2);
  run(conductor, cluster, 11);
  EXPECT_EQ(done_on(cluster, 0, 1),
            (std::vector<Primitive>{Primitive::half_open, Primitive::corrupt, Primitive::corrupt,
                                    Primitive::mend}));
}

TEST(Syncs, FailUntilTheLastFaultThatWantsItEnds) {
  Conductor conductor({on_first(FaultKind::disk_error, 1, 4), on_first(FaultKind::disk_error, 2, 8),
                       on_first(FaultKind::disk_full, 3, 6)},
                      1);
  ModelCluster cluster(2);
  EXPECT_EQ(run(conductor, cluster, 1), std::vector<std::string>{"start-disk-error n1"});
  run(conductor, cluster, 5);
  EXPECT_TRUE(cluster.node(0).disk_error && cluster.node(0).disk_full);
  run(conductor, cluster, 7);
  EXPECT_TRUE(cluster.node(0).disk_error);
  EXPECT_FALSE(cluster.node(0).disk_full);
  run(conductor, cluster, 9);
  EXPECT_EQ(cluster.residue(), "");
}

}  // namespace
}  // namespace tribunal::nemesis
