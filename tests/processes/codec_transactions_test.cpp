// Events of a specification on a wire and on disk: what is none is refused, and what is let through
// harms nobody.
#include <functional>
#include <set>

#include <gtest/gtest.h>

#include "tests/processes/check_support.h"
#include "tests/scale.h"
#include "tests/sut/mini_cluster.h"
#include "tests/sut/multi_leader_cluster.h"
#include "tests/sut/transactions.h"

namespace tribunal::cluster::wire {
namespace {

using namespace sut::multi_leader;
using sut::testing::program_of;
using sut::testing::transact;
using sut::testing::zoo;

const spec::Program& program() {
  static const spec::Program made = program_of(zoo, nodes);
  return made;
}

State receiver(const spec::Program& runs) {
  State state;
  state.nodes_ = nodes;
  state.program_ = runs;
  return state;
}

Entry entry() {
  spec::Replica replica(program().layout());
  const auto made =
      replica.attempt(program().layout(), *program().transaction("register"), {}, 1, nodes);
  EXPECT_EQ(made.outcome, spec::Outcome::committed);
  Entry entry;
  entry.update.command = transact(program(), 1, "register");
  entry.update.dot = entry.update.stamp.dot = {{NodeId{1}, 0}, 1};
  entry.event = sut::Shared<spec::Event>(made.event);
  return entry;
}

std::string refusal(const Entry& entry, const spec::Program& runs = program()) {
  Message message;
  message.entries = {entry};
  Record record;
  record.kind = RecordKind::updates;
  record.entries = {entry};
  const std::string text = wire::text(check(message, receiver(runs)));
  EXPECT_EQ(wire::text(check(record, receiver(runs))), text);
  return text;
}

TEST(EntriesWithEvents, AreOfTheSpecificationThatIsRun) {
  const std::string foreign = "expected events of the specification";
  EXPECT_EQ(refusal(entry()), "");
  EXPECT_EQ(refusal(entry(), {}), foreign) << "none is run";
  Entry other = entry();
  spec::Event event = *other.event;
  event.arguments[0] = 99;
  other.event = sut::Shared<spec::Event>(event);
  EXPECT_EQ(refusal(other), foreign);
}

TEST(EntriesWithEvents, AreTransactionsWithAName) {
  const auto changed = [](const std::function<void(sut::replicated::Update&)>& change) {
    Entry e = entry();
    change(e.update);
    return refusal(e);
  };
  EXPECT_EQ(changed([](auto& u) { u.command.kind = sut::CommandKind::write; }),
            "expected an event of a transaction");
  EXPECT_EQ(changed([](auto& u) { u.dot.counter = u.stamp.dot.counter = 0; }),
            "expected an update to name a write");
  EXPECT_EQ(changed([](auto& u) { u.dot.actor.node = u.stamp.dot.actor.node = NodeId{3}; }),
            "expected an update to name a write");
  EXPECT_EQ(changed([](auto& u) { u.dot.counter = 2; }),
            "expected an update to be stamped with its own name");
  EXPECT_EQ(changed([](auto& u) { u.dot.counter = u.stamp.dot.counter = too_much; }), unbounded);
  Entry without = entry();
  without.event = {};
  EXPECT_EQ(refusal(without), "expected an update to write") << "a transaction without an event";
}

TEST(StatesWithInstances, AreOrderedAndOfTheSpecification) {
  const auto refused = [](const std::vector<spec::Instance>& instances) {
    Message message;
    message.state = SharedSnapshot(Snapshot{{}, {}, {}, instances});
    Inspection in;
    sut::Store store =
        made_of<sut::Store>(parts(std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{0},
                                  std::uint64_t{0}, std::uint64_t{0}, instances));
    inspect(in, store, program());
    const std::string found = wire::text(check(message, receiver(program())));
    EXPECT_EQ(wire::text(in.status()), found) << "in one log, too";
    return found;
  };
  const spec::Event event = *entry().event;
  EXPECT_EQ(refused({{1, {event}, 0}, {2, {event}, 1}}), "");
  EXPECT_EQ(refused({{2, {event}, 0}, {1, {event}, 0}}), "expected instances to ascend by key");
  const std::string foreign = "expected ascending events of the specification";
  EXPECT_EQ(refused({{1, {event, event}, 0}}), foreign);
  EXPECT_EQ(refused({{1, {event}, 2}}), foreign);
  spec::Event wrong = event;
  wrong.changes[0].cell = program().layout().cells();
  EXPECT_EQ(refused({{1, {wrong}, 0}}), foreign);
}

// What nodes really send, with bytes changed: either it is refused, or a node can live with it.
TEST(ChangedMessages, HarmNobody) {
  std::vector<Bytes> sent;
  sut::multi_leader::Options options;
  options.keep_log = 1;
  sut::testing::MultiCluster cluster(nodes, options, 1, program());
  cluster.filter = [&](std::uint16_t, std::uint16_t, const Message& message) {
    if (!message.entries.empty() || message.state) sent.push_back(to_bytes(message));
    return true;
  };
  cluster.isolate(2);
  for (int i = 0; i < 30; ++i) {
    const char* const names[] = {"register", "swap"};
    cluster.call(static_cast<std::uint16_t>(i % 2), transact(program(), 1, names[i % 2]));
    cluster.call(static_cast<std::uint16_t>(i % 3), transact(program(), 2, "touch", {i % 2, i}));
    cluster.call(static_cast<std::uint16_t>(i % 3), transact(program(), 2, "drop", {i % 2}));
    if (i == 20) cluster.heal();
  }
  cluster.run_for(seconds(2));
  ASSERT_GT(sent.size(), 20u);
  ASSERT_GT(cluster.states_sent(), 0u);

  Choices draws(5, 0);
  std::uint64_t let_through = 0;
  std::set<std::string> refusals;
  for (std::uint64_t i = 0; i < scaled(40'000); ++i) {
    Bytes bytes = sent[draws.below("message"_site, sent.size())];
    for (std::uint64_t n = 1 + draws.below("changes"_site, 2); n > 0; --n) {
      bytes[draws.below("byte"_site, bytes.size())] =
          static_cast<std::byte>(draws.below("value"_site, 256));
    }
    const auto message = from_bytes<Message>(bytes, nodes);
    if (!message) continue;
    sut::MultiLeader node(NodeId{0}, nodes, options, program());
    sut::Effects<sut::MultiLeader> effects;
    const sut::Clocks clocks{seconds(1), seconds(1)};
    node.step(sut::Start<sut::MultiLeader>{}, clocks, draws, effects);
    if (const Status status = check(*message, node.state()); !status) {
      refusals.insert(status.error().message);
      continue;
    }
    ++let_through;
    node.step(sut::Receive<sut::MultiLeader>{NodeId{1}, *message}, clocks, draws, effects);
    for (std::uint64_t key = 1; key <= 2; ++key) {
      node.step(sut::Request{{ClientId{1}, key}, transact(program(), key, "touch", {0, 1})}, clocks,
                draws, effects);
      node.step(sut::Request{{ClientId{2}, key}, sut::testing::inspect_all(key)}, clocks, draws,
                effects);
    }
  }
  EXPECT_GT(let_through, scaled(40'000) / 20);
  EXPECT_EQ(refusals.count("expected events of the specification"), 1u);
  EXPECT_EQ(refusals.count("expected ascending events of the specification"), 1u);
}

}  // namespace
}  // namespace tribunal::cluster::wire
