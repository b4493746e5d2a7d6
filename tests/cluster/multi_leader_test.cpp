// The mode multi-leader in its simulation: it stays available, converges after any faults, and is
// deterministic.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/choices.h"
#include "base/settings.h"
#include "cluster/simulated/simulated.h"
#include "sut/modes.h"
#include "tests/scale.h"

namespace tribunal::cluster {
namespace {

std::unique_ptr<SimulatedCluster> multi_leader(std::uint64_t seed, const std::string& settings = "",
                                               const char* latency = "lan", bool trace = false) {
  SimulatedOptions options;
  options.seed = seed;
  options.latency = latency;
  options.trace = trace;
  const std::string spelling = "multi-leader" + (settings.empty() ? "" : ":" + settings);
  return make_simulated(parse_settings("mode", spelling, sut::modes()).value(), options);
}

sut::Command draw_command(Choices& choices, std::int64_t value) {
  static constexpr sut::CommandKind kinds[] = {
      sut::CommandKind::read,      sut::CommandKind::write,  sut::CommandKind::add,
      sut::CommandKind::increment, sut::CommandKind::remove, sut::CommandKind::next_id,
      sut::CommandKind::enqueue,   sut::CommandKind::cas,    sut::CommandKind::members};
  const sut::CommandKind kind = kinds[choices.below("kind"_site, std::size(kinds))];
  const std::uint64_t key = choices.below("key"_site, 5);
  return {kind, key, value % 50, value};
}

// Ten clients in a closed loop until `end`, each with its own node; a fault of any kind every
// 200 ms when wanted. Returns how many operations were ok.
int load(Cluster& cluster, Time end, bool faults) {
  Choices choices(99, 1);
  std::int64_t value = 0;
  std::uint32_t fresh = 10;
  const auto next = [&](ClientId client) {
    const sut::Command command = draw_command(choices, ++value);
    const NodeId contact{static_cast<std::uint16_t>(index(client) % 5)};
    cluster.invoke(client, contact, command, seconds(1));
  };
  for (std::uint32_t c = 0; c < 10; ++c) next(ClientId{c});
  const std::vector<Primitive> all(cluster.capabilities().begin(), cluster.capabilities().end());
  int ok = 0;
  for (Time until = cluster.now(); until < end; until += milliseconds(200)) {
    while (const auto done = cluster.run_until(until)) {
      ok += done->outcome == Outcome::ok;
      next(done->outcome == Outcome::info ? ClientId{fresh++} : done->client);
    }
    if (!faults) continue;
    Action action;
    action.primitive = all[choices.below("fault"_site, all.size())];
    action.node = NodeId{static_cast<std::uint16_t>(choices.below("node"_site, 5))};
    action.peer = NodeId{static_cast<std::uint16_t>(choices.below("peer"_site, 5))};
    action.shape.loss_ppm = 300'000;
    action.shape.duplicate_ppm = 50'000;
    action.shape.reorder_ppm = 50'000;
    action.shape.reorder_window = milliseconds(5);
    action.amount = milliseconds(500);
    action.ppm = 100'000;
    (void)cluster.apply(action);
    const NodeId healed{static_cast<std::uint16_t>(choices.below("healed"_site, 5))};
    (void)cluster.apply({Primitive::restart, healed, {}, {}, {}, 0});
    (void)cluster.apply({Primitive::resume, healed, {}, {}, {}, 0});
  }
  return ok;
}

void heal_everything(Cluster& cluster) {
  for (std::uint16_t n = 0; n < 5; ++n) {
    for (const Primitive cure :
         {Primitive::disk_heal, Primitive::clock_reset, Primitive::restart, Primitive::resume}) {
      (void)cluster.apply({cure, NodeId{n}, {}, {}, {}, 0});
    }
    for (std::uint16_t p = 0; p < 5; ++p) {
      (void)cluster.apply({Primitive::mend, NodeId{n}, NodeId{p}, {}, {}, 0});
    }
  }
  const Time end = cluster.now() + seconds(10);
  while (cluster.run_until(end)) continue;
}

TEST(MultiLeaderSimulation, AnswersItsClientsAtEveryNode) {
  const auto cluster = multi_leader(1);
  EXPECT_GT(load(*cluster, seconds(5), false), 10'000);
  heal_everything(*cluster);
  ASSERT_GT(cluster->contents(NodeId{0}).size(), 10U);
  for (std::uint16_t n = 1; n < 5; ++n) {
    EXPECT_EQ(cluster->contents(NodeId{n}), cluster->contents(NodeId{0}));
  }
  EXPECT_TRUE(cluster->violations().empty());
}

TEST(MultiLeaderSimulation, ConvergesAfterEveryKindOfFault) {
  const char* settings[] = {"",
                            "topology=ring,conflict=siblings,delivery=arrival",
                            "topology=star,conflict=lww,clock=wall,keep-log=20",
                            "conflict=priority,fsync=interval,snapshot-every=50",
                            "topology=ring,fsync=never,crdt-register=max,clock=lamport",
                            "topology=star,conflict=siblings,certify=on,clock=version-vector"};
  std::uint64_t seed = 0;
  for (const char* spelling : settings) {
    ++seed;
    const auto cluster = multi_leader(seed, spelling, seed % 2 == 0 ? "lan" : "lnkd-disk");
    EXPECT_GT(load(*cluster, milliseconds(scaled(6'000, 1'500)), true),
              static_cast<int>(scaled(200, 30)))
        << spelling;
    heal_everything(*cluster);
    for (std::uint16_t n = 1; n < 5; ++n) {
      EXPECT_EQ(cluster->contents(NodeId{n}), cluster->contents(NodeId{0})) << spelling;
    }
  }
}

TEST(MultiLeaderSimulation, GivesTheSameBytesTwiceAndACloneGoesOnTheSame) {
  const auto first = multi_leader(7, "topology=ring", "lan", true);
  const auto second = multi_leader(7, "topology=ring", "lan", true);
  load(*first, seconds(2), true);
  load(*second, seconds(2), true);
  EXPECT_EQ(first->trace_hash(), second->trace_hash());
  EXPECT_TRUE(first->trace() == second->trace());
  EXPECT_NE(first->trace().find("updates #"), std::string::npos);
  const auto copy = first->clone();
  const Time end = first->now() + seconds(2);
  while (first->run_until(end)) continue;
  while (copy->run_until(end)) continue;
  EXPECT_NE(first->trace_hash(), second->trace_hash());
  EXPECT_EQ(copy->trace_hash(), first->trace_hash());
}

}  // namespace
}  // namespace tribunal::cluster
