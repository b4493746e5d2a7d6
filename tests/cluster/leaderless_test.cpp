// The mode leaderless in its simulation: it works, keeps what ABD settings promise under faults,
// converges, and is deterministic.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/choices.h"
#include "base/settings.h"
#include "cluster/simulated/simulated.h"
#include "sut/modes.h"
#include "tests/scale.h"
#include "tests/sut/register_zones.h"

namespace tribunal::cluster {
namespace {

using sut::testing::check_register;
using sut::testing::RegisterOp;

constexpr const char* abd = "leaderless:write=read-first,read-repair=sync";

std::unique_ptr<SimulatedCluster> leaderless(const std::string& mode, std::uint64_t seed,
                                             const char* latency = "lan", bool trace = false) {
  SimulatedOptions options;
  options.seed = seed;
  options.latency = latency;
  options.retry = seed % 2 == 0;
  options.trace = trace;
  return make_simulated(parse_settings("mode", mode, sut::modes()).value(), options);
}

// Ten clients in a closed loop on five registers, faults every 200 ms when wanted.
class Load {
 public:
  Load(Cluster& cluster, std::uint64_t seed) : cluster_(cluster), choices_(seed, 1) {
    for (std::uint32_t c = 0; c < 10; ++c) invoke(ClientId{c});
  }
  void run(Time end, bool faults) {
    for (Time until = cluster_.now(); until < end; until += milliseconds(200)) {
      while (const auto done = cluster_.run_until(until)) {
        complete(*done);
        invoke(done->outcome == Outcome::info ? ClientId{fresh_++} : done->client);
      }
      if (faults) inject();
    }
  }
  // All faults end, the operations under way too, and the cluster comes to rest.
  void rest() {
    for (std::uint16_t n = 0; n < 5; ++n) {
      const NodeId node{n};
      for (std::uint16_t p = 0; p < 5; ++p) {
        (void)cluster_.apply({Primitive::mend, node, NodeId{p}, {}, {}, 0});
      }
      (void)cluster_.apply({Primitive::restart, node, {}, {}, {}, 0});
      (void)cluster_.apply({Primitive::resume, node, {}, {}, {}, 0});
      (void)cluster_.apply({Primitive::disk_heal, node, {}, {}, {}, 0});
    }
    const Time end = cluster_.now() + seconds(30);
    while (const auto done = cluster_.run_until(end)) complete(*done);
  }
  int ok() const { return ok_; }
  std::string broken() const {
    for (const auto& [key, ops] : history_) {
      const std::string wrong = check_register(ops);
      if (!wrong.empty()) return "key " + std::to_string(key) + ": " + wrong;
    }
    return "";
  }

 private:
  void invoke(ClientId client) {
    const auto kind =
        choices_.chance("read"_site, 500'000) ? sut::CommandKind::read : sut::CommandKind::write;
    const std::uint64_t key = choices_.below("key"_site, 5);
    const NodeId contact{static_cast<std::uint16_t>(choices_.below("contact"_site, 5))};
    const sut::Command command{kind, key, ++value_, 0};
    open_[client] = {command, cluster_.now()};
    cluster_.invoke(client, contact, command, milliseconds(800));
  }
  void complete(const Completion& done) {
    const auto [command, from] = open_[done.client];
    const bool write = command.kind == sut::CommandKind::write;
    ok_ += done.outcome == Outcome::ok;
    if (done.outcome == Outcome::fail) return;
    const bool info = done.outcome == Outcome::info;
    if (info && !write) return;
    history_[command.key].push_back({write, write ? command.a : done.reply.value.value_or(0), from,
                                     info ? Time::max() : done.at});
  }
  void inject() {
    Action action;
    action.primitive = static_cast<Primitive>(
        choices_.below("fault"_site, 14));  // links, processes, clocks, disks
    action.node = NodeId{static_cast<std::uint16_t>(choices_.below("node"_site, 5))};
    action.peer = NodeId{static_cast<std::uint16_t>(choices_.below("peer"_site, 5))};
    action.shape.loss_ppm = 50'000;
    action.shape.duplicate_ppm = 50'000;
    action.shape.reorder_ppm = 50'000;
    action.shape.reorder_window = milliseconds(5);
    action.amount = milliseconds(300);
    action.ppm = 100'000;
    (void)cluster_.apply(action);
    for (std::uint16_t n = 0; n < 5; ++n) {  // nobody stays down for long
      if (!choices_.chance("heal"_site, 300'000)) continue;
      (void)cluster_.apply({Primitive::restart, NodeId{n}, {}, {}, {}, 0});
      (void)cluster_.apply({Primitive::resume, NodeId{n}, {}, {}, {}, 0});
      (void)cluster_.apply({Primitive::disk_heal, NodeId{n}, {}, {}, {}, 0});
      for (std::uint16_t p = 0; p < 5; ++p) {
        (void)cluster_.apply({Primitive::mend, NodeId{n}, NodeId{p}, {}, {}, 0});
      }
    }
  }

  Cluster& cluster_;
  Choices choices_;
  std::map<ClientId, std::pair<sut::Command, Time>> open_;
  std::map<std::uint64_t, std::vector<RegisterOp>> history_;
  std::int64_t value_ = 0;
  std::uint32_t fresh_ = 10;
  int ok_ = 0;
};

// How many copies each register has; 0 when two differ.
std::map<std::uint64_t, int> copies(const Cluster& cluster) {
  std::map<std::uint64_t, std::pair<std::vector<std::int64_t>, int>> seen;
  for (std::uint16_t n = 0; n < 5; ++n) {
    for (const sut::Content& content : cluster.contents(NodeId{n})) {
      auto& [values, count] = seen[content.key];
      if (count == 0) values = content.values;
      count = values == content.values && (count > 0 || values == content.values) ? count + 1 : -99;
    }
  }
  std::map<std::uint64_t, int> result;
  for (const auto& [key, copy] : seen) result[key] = std::max(copy.second, 0);
  return result;
}

TEST(LeaderlessSimulation, AnswersItsClients) {
  for (const char* mode : {"leaderless", abd}) {
    const auto cluster = leaderless(mode, 1);
    Load load(*cluster, 1);
    load.run(seconds(2), false);
    EXPECT_GT(load.ok(), 2000) << mode;
  }
}

TEST(LeaderlessSimulation, IsLinearizableWithAbdSettingsUnderFaults) {
  for (std::uint64_t seed = 0; seed < scaled(8, 4); ++seed) {
    const std::string mode = std::string(abd) + (seed % 3 == 0   ? ",clock=wall"
                                                 : seed % 3 == 1 ? ",n=0,r=0,w=0,clock=lamport"
                                                                 : ",r=1,w=3,checkpoint-every=10");
    const auto cluster = leaderless(mode, seed, seed % 4 == 3 ? "lnkd-disk" : "lan");
    Load load(*cluster, seed);
    load.run(milliseconds(scaled(10'000, 2'000)), true);
    load.rest();
    EXPECT_EQ(load.broken(), "") << mode << " seed " << seed;
    EXPECT_GT(load.ok(), static_cast<int>(scaled(300, 60))) << mode << " seed " << seed;
  }
}

TEST(LeaderlessSimulation, IsNotLinearizableWithoutReadRepair) {
  bool broken = false;
  for (std::uint64_t seed = 0; seed < 5 && !broken; ++seed) {
    const auto cluster = leaderless("leaderless:read-repair=off", seed);
    Load load(*cluster, seed);
    load.run(seconds(6), true);
    load.rest();
    broken = !load.broken().empty();
  }
  EXPECT_TRUE(broken);
}

TEST(LeaderlessSimulation, ConvergesInTheEnd) {
  for (const char* mode : {"leaderless", "leaderless:sloppy=on,conflict=siblings,r=1,w=1",
                           "leaderless:conflict=crdt,read-repair=off,clock=wall"}) {
    const auto cluster = leaderless(mode, 3);
    Load load(*cluster, 3);
    load.run(milliseconds(scaled(6'000, 1'000)), true);
    load.rest();
    const auto found = copies(*cluster);
    EXPECT_EQ(found.size(), 5U) << mode;
    for (const auto& [key, count] : found) EXPECT_EQ(count, 3) << mode << " key " << key;
  }
}

TEST(LeaderlessSimulation, GivesTheSameBytesTwiceAndACloneGoesOnTheSame) {
  const auto first = leaderless("leaderless:sloppy=on", 7, "lan", true);
  const auto second = leaderless("leaderless:sloppy=on", 7, "lan", true);
  Load(*first, 7).run(milliseconds(scaled(3'000, 1'500)), true);
  Load(*second, 7).run(milliseconds(scaled(3'000, 1'500)), true);
  EXPECT_EQ(first->trace_hash(), second->trace_hash());
  EXPECT_TRUE(first->trace() == second->trace());
  EXPECT_NE(first->trace().find("compare range="), std::string::npos);
  const auto copy = first->clone();
  const Time end = first->now() + milliseconds(scaled(5'000, 2'000));
  while (first->run_until(end)) continue;
  while (copy->run_until(end)) continue;
  EXPECT_NE(first->trace_hash(), second->trace_hash());
  EXPECT_EQ(copy->trace_hash(), first->trace_hash());
}

}  // namespace
}  // namespace tribunal::cluster
