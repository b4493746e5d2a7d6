// The mode single-leader in its simulation: it works, breaks no promise under faults, and is
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

std::unique_ptr<SimulatedCluster> single_leader(std::uint64_t seed, const char* latency = "lan",
                                                bool trace = false) {
  SimulatedOptions options;
  options.seed = seed;
  options.latency = latency;
  options.retry = true;
  options.trace = trace;
  return make_simulated(parse_settings("mode", "single-leader", sut::modes()).value(), options);
}

// Ten clients in a closed loop until `end`; faults every 300 ms when wanted. Returns how many
// operations were ok.
int load(Cluster& cluster, Time end, bool faults) {
  Choices choices(99, 1);
  std::int64_t value = 0;
  std::uint32_t fresh = 10;
  const auto next = [&](ClientId client) {
    const auto kind =
        choices.chance("read"_site, 400'000) ? sut::CommandKind::read : sut::CommandKind::write;
    const std::uint64_t key = choices.below("key"_site, 5);
    const NodeId contact{static_cast<std::uint16_t>(choices.below("contact"_site, 5))};
    cluster.invoke(client, contact, {kind, key, ++value, 0}, seconds(2));
  };
  for (std::uint32_t c = 0; c < 10; ++c) next(ClientId{c});
  int ok = 0;
  for (Time until = cluster.now(); until < end; until += milliseconds(300)) {
    while (const auto done = cluster.run_until(until)) {
      ok += done->outcome == Outcome::ok;
      next(done->outcome == Outcome::info ? ClientId{fresh++} : done->client);
    }
    if (!faults) continue;
    Action action;
    action.primitive =
        static_cast<Primitive>(choices.below("fault"_site, 11));  // links, processes, clocks
    action.node = NodeId{static_cast<std::uint16_t>(choices.below("node"_site, 5))};
    action.peer = NodeId{static_cast<std::uint16_t>(choices.below("peer"_site, 5))};
    action.shape.loss_ppm = 50'000;
    action.shape.duplicate_ppm = 50'000;
    action.shape.reorder_ppm = 50'000;
    action.shape.reorder_window = milliseconds(5);
    action.amount = milliseconds(500);
    action.ppm = 100'000;
    (void)cluster.apply(action);
    for (std::uint16_t n = 0; n < 5; ++n) {  // nobody stays down for long
      if (!choices.chance("heal"_site, 400'000)) continue;
      (void)cluster.apply({Primitive::restart, NodeId{n}, {}, {}, {}, 0});
      (void)cluster.apply({Primitive::resume, NodeId{n}, {}, {}, {}, 0});
      for (std::uint16_t p = 0; p < 5; ++p) {
        (void)cluster.apply({Primitive::mend, NodeId{n}, NodeId{p}, {}, {}, 0});
      }
    }
  }
  return ok;
}

TEST(SingleLeaderSimulation, ElectsALeaderAndAnswersItsClients) {
  const auto cluster = single_leader(1);
  EXPECT_GT(load(*cluster, seconds(10), false), 1000);
  EXPECT_TRUE(cluster->violations().empty());
  int leaders = 0;
  for (std::uint16_t n = 0; n < 5; ++n)
    leaders += cluster->state(NodeId{n}).view.role == sut::Role::leader;
  EXPECT_EQ(leaders, 1);
  ASSERT_FALSE(cluster->elections().empty());
  const Election& last = cluster->elections().back();
  EXPECT_EQ(cluster->state(last.node).view.role, sut::Role::leader);
  EXPECT_EQ(cluster->state(last.node).view.term, last.term);
  EXPECT_LE(last.at, cluster->now());
}

TEST(SingleLeaderSimulation, KeepsItsPromisesUnderFaultsOfLinksProcessesAndClocks) {
  for (std::uint64_t seed = 0; seed < scaled(10, 4); ++seed) {
    const auto cluster = single_leader(seed, seed % 2 == 0 ? "lan" : "lnkd-disk");
    EXPECT_GT(load(*cluster, milliseconds(scaled(20'000, 8'000)), true), 100) << seed;
    for (const auto& v : cluster->violations())
      ADD_FAILURE() << seed << ": " << v.property << ": " << v.detail;
  }
}

TEST(SingleLeaderSimulation, GivesTheSameBytesTwiceAndACloneGoesOnTheSame) {
  const auto first = single_leader(7, "lan", true);
  const auto second = single_leader(7, "lan", true);
  load(*first, seconds(5), true);
  load(*second, seconds(5), true);
  EXPECT_EQ(first->trace_hash(), second->trace_hash());
  EXPECT_TRUE(first->trace() == second->trace());
  const auto copy = first->clone();
  const Time end = first->now() + seconds(5);
  while (first->run_until(end)) continue;
  while (copy->run_until(end)) continue;
  EXPECT_NE(first->trace_hash(), second->trace_hash());
  EXPECT_EQ(copy->trace_hash(), first->trace_hash());
}

TEST(SingleLeaderSimulation, TheTraceNamesMessagesAndWhatTheyCarry) {
  const auto cluster = single_leader(7, "lan", true);
  load(*cluster, seconds(3), false);
  EXPECT_NE(cluster->trace().find("became leader"), std::string::npos);
  EXPECT_NE(cluster->trace().find("append"), std::string::npos) << cluster->trace().substr(0, 2000);
}

}  // namespace
}  // namespace tribunal::cluster
