// Copies of one object under random writes, deliveries and merges: the laws that make replicas
// converge, and what each policy must then show, against an oracle that knows every write.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "base/choices.h"
#include "sut/replicated/datum.h"
#include "tests/scale.h"

namespace tribunal::sut::replicated {
namespace {

constexpr std::size_t nodes = 4;

// A few nodes with one copy each. Every update goes to everybody, of one node in order, of several
// in any order and perhaps twice; copies are also merged at random, and nodes restart.
class World {
 public:
  World(std::uint64_t seed, Policy policy, Type type) : type_(type), draws_(seed, 7) {
    const auto clock = static_cast<ClockKind>(below(4));
    for (std::size_t n = 0; n < nodes; ++n) {
      Node node;
      node.clock = StampClock(clock);
      node.datum = Datum(policy, type);
      node.actor = {NodeId{static_cast<std::uint16_t>(n)}, 0};
      nodes_.push_back(node);
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      ++now_;
      switch (below(6)) {
        case 0:
        case 1:
          write(below(nodes));
          break;
        case 2:
        case 3:
        case 4:
          deliver(below(nodes), below(nodes));
          break;
        default:
          if (below(3) == 0) gossip();
          if (below(8) == 0) restart(below(nodes));
          keep_.push_back(nodes_[below(nodes)].datum);
      }
    }
  }
  void deliver_all() {
    for (std::size_t to = 0; to < nodes; ++to) {
      for (std::size_t from = 0; from < nodes; ++from) {
        while (deliver(to, from)) {
        }
      }
    }
  }

  const Datum& datum(std::size_t node) const { return nodes_[node].datum; }
  const std::vector<Update>& updates() const { return updates_; }
  const std::vector<Datum>& kept() const { return keep_; }
  std::int64_t counted() const { return counted_; }
  bool shown_back() const { return shown_back_; }

 private:
  struct Node {
    Datum datum;
    Actor actor;
    std::uint64_t counter = 0;
    StampClock clock;
    std::vector<std::size_t> log;     // own updates
    std::size_t applied[nodes] = {};  // of each node's log
    Token client;                     // of the client that talks to this node
  };

  std::uint64_t below(std::uint64_t bound) { return draws_.below("world"_site, bound); }

  Command draw_command() {
    const auto a = static_cast<std::int64_t>(below(6));
    switch (type_) {
      case Type::reg:
        if (below(4) == 0) return {CommandKind::cas, 1, a, static_cast<std::int64_t>(below(6))};
        return {CommandKind::write, 1, a, 0};
      case Type::set:
        if (below(3) == 0) return {CommandKind::remove, 1, a, 0};
        if (below(5) == 0) {
          return {CommandKind::fenced_add, 1, a, static_cast<std::int64_t>(below(4))};
        }
        return {CommandKind::add, 1, a, 0};
      case Type::counter:
        if (below(4) == 0) return {CommandKind::next_id, 1, 0, 0};
        return {CommandKind::increment, 1, a - 2, 0};
      case Type::queue:
        if (below(2) == 0) return {CommandKind::dequeue, 1, 0, 0};
        return {CommandKind::enqueue, 1, a, 0};
      case Type::lock:
        return {below(2) == 0 ? CommandKind::acquire : CommandKind::release, 1, a, 3};
    }
    return {};
  }

  void write(std::size_t n) {
    Node& node = nodes_[n];
    if (below(3) == 0) node.client = {};
    if (below(2) == 0 && type_ != Type::queue && type_ != Type::lock) {
      const CommandKind read = type_ == Type::reg   ? CommandKind::read
                               : type_ == Type::set ? CommandKind::members
                                                    : CommandKind::count;
      const Reply reply = node.datum.read({read, 1, 0, 0});
      node.client = decode(reply.context);
      shown_back_ = shown_back_ && encode(node.client) ==
                                       (reply.context.empty() ? encode(Token{}) : reply.context);
    }
    const Command command = draw_command();
    const auto skew = static_cast<std::int64_t>(n * 10);
    const Origin origin{{node.actor, node.counter + 1}, Time{now_ + skew}, node.client, false};
    const Prepared prepared = node.datum.prepare(command, origin, node.clock);
    if (!prepared.update) return;
    ++node.counter;
    if (command.kind == CommandKind::increment) counted_ += command.a;
    if (command.kind == CommandKind::next_id) ++counted_;
    node.datum.apply(*prepared.update);
    node.client = decode(node.datum.written(*prepared.update, node.client));
    node.log.push_back(updates_.size());
    node.applied[n] = node.log.size();
    updates_.push_back(*prepared.update);
  }
  bool deliver(std::size_t to, std::size_t from) {
    Node& node = nodes_[to];
    std::size_t& done = node.applied[from];
    if (done == nodes_[from].log.size()) return false;
    const Update& update = updates_[nodes_[from].log[done++]];
    node.clock.observe(update.stamp);
    node.datum.apply(update);
    if (below(4) == 0) node.datum.apply(update);  // the network repeats
    return true;
  }
  // One copy is merged into another; what it had applied counts as applied.
  void gossip() {
    const std::size_t a = below(nodes);
    const std::size_t b = below(nodes);
    nodes_[a].datum.merge(nodes_[b].datum);
    nodes_[a].clock.observe(nodes_[b].datum.newest());
    for (std::size_t n = 0; n < nodes; ++n) {
      nodes_[a].applied[n] = std::max(nodes_[a].applied[n], nodes_[b].applied[n]);
    }
  }
  void restart(std::size_t n) {
    ++nodes_[n].actor.life;
    nodes_[n].counter = 0;
  }

  Type type_;
  Choices draws_;
  std::int64_t now_ = 0;
  std::vector<Node> nodes_;
  std::vector<Update> updates_;
  std::vector<Datum> keep_;
  std::int64_t counted_ = 0;
  bool shown_back_ = true;
};

Datum joined(Datum a, const Datum& b) {
  a.merge(b);
  return a;
}

class Laws : public ::testing::TestWithParam<std::tuple<Policy, Type>> {};

TEST_P(Laws, EverybodyThatHeardEverythingIsEqual) {
  const auto [policy, type] = GetParam();
  for (std::uint64_t seed = 1; seed <= scaled(150, 10); ++seed) {
    World world(seed, policy, type);
    world.run(120);
    world.deliver_all();
    ASSERT_GT(world.updates().size(), 5U);
    for (std::size_t n = 1; n < nodes; ++n) {
      ASSERT_TRUE(world.datum(n) == world.datum(0)) << "seed " << seed << ", node " << n;
      ASSERT_EQ(world.datum(n).digest(), world.datum(0).digest());
    }
    ASSERT_TRUE(world.shown_back()) << "a client's token was changed by carrying it";
  }
}

TEST_P(Laws, MergingIsASemilattice) {
  const auto [policy, type] = GetParam();
  std::uint64_t different = 0;
  for (std::uint64_t seed = 1; seed <= scaled(60, 10); ++seed) {
    World world(seed, policy, type);
    world.run(80);
    const auto& kept = world.kept();
    Choices draws(seed, 8);
    for (int i = 0; i < 20 && kept.size() > 2; ++i) {
      const Datum& a = kept[draws.below("a"_site, kept.size())];
      const Datum& b = kept[draws.below("b"_site, kept.size())];
      const Datum& c = kept[draws.below("c"_site, kept.size())];
      ASSERT_TRUE(joined(a, a) == a);
      ASSERT_TRUE(joined(a, b) == joined(b, a)) << "seed " << seed;
      ASSERT_TRUE(joined(joined(a, b), c) == joined(a, joined(b, c))) << "seed " << seed;
      ASSERT_TRUE(joined(joined(a, b), b) == joined(a, b));
      Datum changed = a;
      const bool changes = changed.merge(b);
      ASSERT_EQ(changes, !(changed == a));
      different += a == b ? 0 : 1;
    }
  }
  EXPECT_GT(different, 20U) << "the copies compared were all alike";
}

// Applying every update in order and merging every copy come to the same.
TEST_P(Laws, ApplyingAndMergingAgree) {
  const auto [policy, type] = GetParam();
  for (std::uint64_t seed = 1; seed <= scaled(60, 10); ++seed) {
    World world(seed, policy, type);
    world.run(100);
    Datum merged(policy, type);
    for (std::size_t n = 0; n < nodes; ++n) merged.merge(world.datum(n));
    world.deliver_all();
    ASSERT_TRUE(merged == world.datum(0)) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Laws,
                         ::testing::Combine(::testing::Values(Policy::lww, Policy::siblings,
                                                              Policy::crdt, Policy::crdt_max,
                                                              Policy::priority),
                                            ::testing::Values(Type::reg, Type::set, Type::counter,
                                                              Type::queue, Type::lock)));

template <class Check>
void for_each_world(Policy policy, Type type, Check check) {
  for (std::uint64_t seed = 1; seed <= scaled(100, 10); ++seed) {
    World world(seed, policy, type);
    world.run(100);
    world.deliver_all();
    check(world);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(Oracle, TheLatestStampWins) {
  for_each_world(Policy::lww, Type::reg, [](const World& world) {
    const auto& all = world.updates();
    const auto latest = std::max_element(
        all.begin(), all.end(), [](const auto& a, const auto& b) { return a.stamp < b.stamp; });
    ASSERT_EQ(world.datum(0).resolved(), *latest->value);
  });
}

TEST(Oracle, TheGreatestValueOrTheHighestNodeWins) {
  for_each_world(Policy::crdt_max, Type::reg, [](const World& world) {
    std::int64_t greatest = 0;
    for (const Update& u : world.updates()) greatest = std::max(greatest, u.value->number);
    ASSERT_EQ(world.datum(0).resolved().number, greatest);
  });
  for_each_world(Policy::priority, Type::reg, [](const World& world) {
    NodeId highest{};
    for (const Update& u : world.updates()) highest = std::max(highest, u.dot.actor.node);
    ASSERT_EQ(world.datum(0).newest().dot.actor.node, highest);
  });
}

// Siblings are the writes that no other write superseded.
TEST(Oracle, SiblingsAreTheMaximalWrites) {
  std::size_t most = 0;
  for_each_world(Policy::siblings, Type::reg, [&](const World& world) {
    std::set<std::int64_t> expected;
    for (const Update& u : world.updates()) {
      const bool superseded =
          std::any_of(world.updates().begin(), world.updates().end(),
                      [&](const Update& other) { return other.context.covers(u.dot); });
      if (!superseded) expected.insert(u.value->number);
    }
    const auto shown = world.datum(0).siblings();
    ASSERT_EQ(std::vector<std::int64_t>(expected.begin(), expected.end()), shown);
    most = std::max(most, shown.size());
  });
  EXPECT_GT(most, 1U);
}

TEST(Oracle, AnAddWinsOverARemoveThatDidNotSeeIt) {
  std::size_t elements = 0;
  for_each_world(Policy::crdt, Type::set, [&](const World& world) {
    std::set<std::int64_t> expected;
    for (const Update& add : world.updates()) {
      if (add.command.kind == CommandKind::remove) continue;
      const bool observed =
          std::any_of(world.updates().begin(), world.updates().end(),
                      [&](const Update& other) { return other.context.covers(add.dot); });
      if (!observed) expected.insert(add.command.a);
    }
    ASSERT_EQ(std::vector<std::int64_t>(expected.begin(), expected.end()),
              world.datum(0).resolved().items);
    elements += expected.size();
  });
  EXPECT_GT(elements, 20U);
}

TEST(Oracle, EveryIncrementCountsOnce) {
  for_each_world(Policy::crdt, Type::counter, [](const World& world) {
    ASSERT_EQ(world.datum(0).resolved().number, world.counted());
  });
}

// The point of the other policies: the same increments, and some are lost.
TEST(Oracle, CountersThatAreWrittenBackWholeLoseIncrements) {
  for (const Policy policy : {Policy::lww, Policy::siblings, Policy::priority}) {
    int lost = 0;
    for_each_world(policy, Type::counter, [&](const World& world) {
      lost += world.datum(0).resolved().number != world.counted() ? 1 : 0;
    });
    EXPECT_GT(lost, 0);
  }
}

// Whatever is known to a clock comes before what it stamps, wall clocks excepted.
TEST(Oracle, ClocksFollowCausality) {
  for (std::uint64_t seed = 1; seed <= scaled(300, 10); ++seed) {
    Choices draws(seed, 9);
    const auto kind = static_cast<ClockKind>(1 + draws.below("kind"_site, 3));
    StampClock clocks[2] = {StampClock(kind), StampClock(kind)};
    Datum copies[2] = {Datum(Policy::lww, Type::reg), Datum(Policy::lww, Type::reg)};
    Token token;
    Stamp last;
    std::uint64_t counters[2] = {};
    for (int i = 0; i < 30; ++i) {  // one client, whose requests go to either node at random
      const std::size_t n = draws.below("node"_site, 2);
      const auto wall = Time{static_cast<std::int64_t>(draws.below("wall"_site, 100))};
      const Dot dot{{NodeId{static_cast<std::uint16_t>(n)}, 0}, ++counters[n]};
      const auto prepared =
          copies[n].prepare({CommandKind::write, 1, i, 0}, {dot, wall, token, false}, clocks[n]);
      ASSERT_TRUE(prepared.update.has_value());
      ASSERT_LT(last, prepared.update->stamp) << "seed " << seed << " step " << i;
      last = prepared.update->stamp;
      copies[n].apply(*prepared.update);
      token = decode(copies[n].written(*prepared.update, token));
    }
  }
}

}  // namespace
}  // namespace tribunal::sut::replicated
