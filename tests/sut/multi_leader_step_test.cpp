// One multi-leader replica driven by hand: a test gives an input and looks at the effects.
#include <set>

#include <gtest/gtest.h>

#include "tests/sut/multi_leader_cluster.h"
#include "tests/sut/perturb.h"

namespace tribunal::sut {

struct MultiLeaderAccess {
  static multi_leader::State& state(MultiLeader& node) { return node; }
};

namespace testing {
namespace {

using namespace multi_leader;
using replicated::Dot;

Dot dot(std::uint16_t node, std::uint64_t counter, std::uint32_t life = 0) {
  return {{NodeId{node}, life}, counter};
}

class Hand {
 public:
  using Node = MultiLeader;
  explicit Hand(const Options& options = {}, std::uint16_t self = 0, std::uint16_t nodes = 3)
      : node(NodeId{self}, nodes, options) {}

  Node node;
  Time now{};
  Effects<Node> effects;

  void give(const Input<Node>& input) {
    effects.clear();
    node.step(input, {now, now}, choices_, effects);
  }
  void start(const std::vector<Record>& records = {}) {
    give(Start<Node>{records});
    finish_write();
  }
  void tick() {
    now += milliseconds(20);
    give(TimerFired{static_cast<TimerId>(Node::Timer::tick)});
  }
  void finish_write(bool ok = true) {
    const auto writes = all<Write<Node>>();
    if (!writes.empty()) give(WriteDone{writes.back().id, ok});
  }
  void write(std::int64_t value, const Context& context = {}) {
    give(Request{{ClientId{1}, ++sequence_}, {CommandKind::write, 1, value, 0}, 0, context});
  }
  void read(const Context& context = {}) {
    give(Request{{ClientId{1}, ++sequence_}, {CommandKind::read, 1, 0, 0}, 0, context});
  }
  // An update of another node, as that node would send it.
  void hear(std::uint16_t from, std::vector<Entry> entries, std::uint64_t echo = 0) {
    Message m;
    m.number = ++heard_;
    m.echo = echo;
    m.echo_life = state().life_;
    for (const Entry& e : entries) m.seen.raise(e.update.dot);
    m.entries = std::move(entries);
    give(Receive<Node>{NodeId{from}, std::move(m)});
  }
  const State& state() const { return node.state(); }
  bool applied(const Dot& d) const { return state().seen_.covers(d); }

  template <class E>
  std::vector<E> all() const {
    std::vector<E> found;
    for (const Effect<Node>& effect : effects.all()) {
      if (const auto* e = std::get_if<E>(&effect)) found.push_back(*e);
    }
    return found;
  }
  Respond only_answer() const {
    const auto found = all<Respond>();
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? Respond{} : found.front();
  }
  // Messages to a node in the latest effects.
  std::vector<Message> sent(std::uint16_t to) const {
    std::vector<Message> found;
    for (const Send<Node>& send : all<Send<Node>>()) {
      if (send.to == NodeId{to}) found.push_back(send.message);
    }
    return found;
  }

 private:
  Choices choices_{1, 1};
  std::uint64_t sequence_ = 0;
  std::uint64_t heard_ = 0;
};

Entry entry(const Dot& d, std::int64_t value, std::initializer_list<Dot> dependencies = {}) {
  Entry e;
  e.update.command = {CommandKind::write, 1, value, 0};
  e.update.dot = d;
  e.update.stamp = {value, 0, d};
  replicated::Value written;
  written.present = true;
  written.number = value;
  e.update.value = Shared<replicated::Value>(written);
  for (const Dot& dependency : dependencies) e.dependencies.raise(dependency);
  return e;
}

TEST(MultiLeaderStep, AnswersAWriteWithTheRecordThatKeepsIt) {
  Hand hand;
  hand.start();
  hand.write(5);
  const auto writes = hand.all<Write<MultiLeader>>();
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_EQ(writes[0].durability, Durability::synced);
  ASSERT_EQ(writes[0].record.entries.size(), 1U);
  EXPECT_EQ(hand.only_answer().after, writes[0].id);
  EXPECT_EQ(hand.only_answer().reply.status, Status::ok);
}

TEST(MultiLeaderStep, WritesThatComeMeanwhileShareTheNextRecord) {
  Hand hand;
  hand.start();
  hand.write(5);
  const auto first = hand.all<Write<MultiLeader>>();
  hand.write(6);
  EXPECT_TRUE(hand.effects.all().empty()) << "one record is under way at a time";
  hand.write(7);
  hand.give(WriteDone{first[0].id, true});
  ASSERT_EQ(hand.all<Write<MultiLeader>>().size(), 1U);
  EXPECT_EQ(hand.all<Write<MultiLeader>>()[0].record.entries.size(), 2U);
  EXPECT_EQ(hand.all<Respond>().size(), 2U);
}

TEST(MultiLeaderStep, ShowsNothingThatIsNotDurable) {
  Hand hand;
  hand.start();
  hand.write(5);
  const auto first = hand.all<Write<MultiLeader>>();
  hand.read();
  EXPECT_EQ(hand.only_answer().after, first[0].id);
  EXPECT_EQ(hand.only_answer().reply.value, 5);
  hand.give(WriteDone{first[0].id, true});
  hand.read();
  EXPECT_EQ(hand.only_answer().after, std::nullopt);
}

TEST(MultiLeaderStep, WithoutSyncsAnswersAtOnce) {
  Options o;
  o.fsync = Fsync::interval;
  Hand hand(o);
  hand.start();
  hand.write(5);
  ASSERT_EQ(hand.all<Write<MultiLeader>>().size(), 1U);
  EXPECT_EQ(hand.all<Write<MultiLeader>>()[0].durability, Durability::buffered);
  EXPECT_EQ(hand.only_answer().after, std::nullopt);
  hand.give(TimerFired{static_cast<TimerId>(MultiLeader::Timer::sync)});
  EXPECT_EQ(hand.all<Sync>().size(), 1U);
}

TEST(MultiLeaderStep, TakesUpdatesOfANodeInOrder) {
  Options o;
  o.delivery = Delivery::arrival;
  Hand hand(o);
  hand.start();
  hand.hear(1, {entry(dot(1, 2), 22)});
  EXPECT_FALSE(hand.applied(dot(1, 2))) << "the first is missing";
  hand.hear(1, {entry(dot(1, 1), 11), entry(dot(1, 2), 22)});
  EXPECT_TRUE(hand.applied(dot(1, 2)));
  const std::uint64_t before = hand.state().since_checkpoint_;
  hand.hear(1, {entry(dot(1, 1), 11)});
  EXPECT_EQ(hand.state().since_checkpoint_, before) << "a repetition was taken";
}

TEST(MultiLeaderStep, HoldsAnUpdateUntilWhatItsWriterSawIsHere) {
  for (const Delivery delivery : {Delivery::causal, Delivery::arrival}) {
    Options o;
    o.delivery = delivery;
    Hand hand(o);
    hand.start();
    hand.hear(2, {entry(dot(2, 1), 30, {dot(1, 2)})});
    EXPECT_EQ(hand.applied(dot(2, 1)), delivery == Delivery::arrival);
    hand.hear(1, {entry(dot(1, 1), 11)});
    EXPECT_EQ(hand.applied(dot(2, 1)), delivery == Delivery::arrival);
    hand.hear(1, {entry(dot(1, 2), 12)});
    EXPECT_TRUE(hand.applied(dot(2, 1)));
    EXPECT_TRUE(hand.state().waiting_.empty());
  }
}

TEST(MultiLeaderStep, SendsWhatIsNewAndNotWhatTheOtherHas) {
  Hand hand;
  hand.start();
  hand.write(5);
  hand.finish_write();
  hand.tick();
  ASSERT_EQ(hand.sent(1).size(), 1U);
  EXPECT_EQ(hand.sent(1)[0].entries.size(), 1U);
  EXPECT_EQ(hand.sent(2)[0].entries.size(), 1U);
  hand.tick();
  EXPECT_TRUE(hand.sent(1).empty()) << "sent once, until it seems lost";
  // n2 answers that it has nothing: the message was lost.
  hand.hear(1, {}, 1);
  hand.tick();
  ASSERT_EQ(hand.sent(1).size(), 1U);
  EXPECT_EQ(hand.sent(1)[0].entries.size(), 1U);
  EXPECT_TRUE(hand.sent(2).empty());
}

TEST(MultiLeaderStep, NeverSendsAnUpdateBackToWhoHasIt) {
  Options o;
  o.topology = Topology::ring;
  Hand hand(o, 0, 2);
  hand.start();
  hand.hear(1, {entry(dot(1, 1), 11)});
  hand.finish_write();
  for (int i = 0; i < 10; ++i) {
    hand.tick();
    for (const Message& m : hand.sent(1)) EXPECT_TRUE(m.entries.empty());
  }
}

// Whom a node sends a write to within `ticks`, when these answer, though they have nothing.
std::set<std::uint16_t> fed(Topology topology, std::uint16_t self,
                            const std::set<std::uint16_t>& answering, int ticks) {
  Options o;
  o.topology = topology;
  Hand hand(o, self, 5);
  hand.start();
  std::set<std::uint16_t> to;
  for (int i = 0; i < 100 + ticks; ++i) {
    if (i == 100) hand.write(5);
    hand.tick();
    const auto sends = hand.all<Send<MultiLeader>>();
    for (const auto& send : sends) {
      if (!send.message.entries.empty()) to.insert(index(send.to));
    }
    for (const auto& send : sends) {
      if (answering.count(index(send.to)) == 0) continue;
      Message reply;
      reply.number = send.message.number;
      reply.echo = send.message.number;
      hand.give(Receive<MultiLeader>{send.to, reply});
    }
  }
  return to;
}
TEST(MultiLeaderStep, SendsAsItsTopologySaysAndPassesTheSilentBy) {
  using Nodes = std::set<std::uint16_t>;
  EXPECT_EQ(fed(Topology::all_to_all, 1, {0, 2, 3, 4}, 3), (Nodes{0, 2, 3, 4}));
  EXPECT_EQ(fed(Topology::ring, 1, {0, 2, 3, 4}, 3), Nodes{2});
  EXPECT_EQ(fed(Topology::ring, 4, {0, 1, 2, 3}, 3), Nodes{0});
  EXPECT_EQ(fed(Topology::star, 0, {1, 2, 3, 4}, 3), (Nodes{1, 2, 3, 4}));
  EXPECT_EQ(fed(Topology::star, 3, {0, 1, 2, 4}, 3), Nodes{0});
  // Later, whoever still lacks it; but not who does not answer.
  EXPECT_EQ(fed(Topology::ring, 1, {0, 4}, 40), (Nodes{0, 4}));
  EXPECT_EQ(fed(Topology::star, 3, {1, 2, 4}, 40), (Nodes{1, 2, 4}));
}

TEST(MultiLeaderStep, RefusesAClientThatHasSeenMoreThanTheNode) {
  Hand hand;
  hand.start();
  replicated::Token token;
  token.seen.raise(dot(1, 1));
  hand.read(encode(token));
  EXPECT_EQ(hand.only_answer().reply.status, Status::unavailable);
  hand.write(5, encode(token));
  EXPECT_EQ(hand.only_answer().reply.status, Status::unavailable);
  hand.hear(1, {entry(dot(1, 1), 11)});
  hand.finish_write();
  hand.read(encode(token));
  EXPECT_EQ(hand.only_answer().reply.value, 11);
}

TEST(MultiLeaderStep, AfterAFailedWritePromisesNothingUntilEverythingIsWritten) {
  Hand hand;
  hand.start();
  hand.write(5);
  hand.finish_write(false);
  hand.write(6);
  EXPECT_EQ(hand.only_answer().reply.status, Status::unavailable);
  hand.hear(1, {entry(dot(1, 1), 11)});
  EXPECT_FALSE(hand.applied(dot(1, 1)));
  hand.give(TimerFired{static_cast<TimerId>(MultiLeader::Timer::retry)});
  const auto writes = hand.all<Write<MultiLeader>>();
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_TRUE(writes[0].checkpoint);
  ASSERT_TRUE(writes[0].record.snapshot);
  hand.give(WriteDone{writes[0].id, true});
  hand.read();
  EXPECT_EQ(hand.only_answer().reply.value, 5);
}

TEST(MultiLeaderStep, ComesBackWithItsRecordsInANewLife) {
  Options o;
  o.snapshot_every = 3;
  Hand hand(o);
  std::vector<Record> records;
  const auto collect = [&] {
    for (const auto& write : hand.all<Write<MultiLeader>>()) {
      if (write.checkpoint) records.clear();
      records.push_back(write.record);
    }
    hand.finish_write();
  };
  hand.give(Start<MultiLeader>{});
  collect();
  for (std::int64_t i = 1; i <= 8; ++i) {
    hand.write(i);
    collect();
  }
  ASSERT_EQ(records.front().kind, RecordKind::checkpoint);
  Hand again(o);
  again.start(records);
  EXPECT_EQ(again.node.contents(), hand.node.contents());
  EXPECT_EQ(again.state().seen_, hand.state().seen_);
  EXPECT_EQ(again.state().life_, 1U);
  again.write(9);
  EXPECT_TRUE(again.applied(dot(0, 1, 1)));
}

TEST(MultiLeaderStep, StopsAtAGapInItsRecords) {
  Hand hand;
  std::vector<Record> records;
  hand.give(Start<MultiLeader>{});
  for (std::int64_t i = 0; i <= 3; ++i) {
    for (const auto& write : hand.all<Write<MultiLeader>>()) records.push_back(write.record);
    hand.finish_write();
    hand.write(i);
  }
  ASSERT_EQ(records.size(), 4U);
  records.erase(records.begin() + 2);
  Hand again;
  again.give(Start<MultiLeader>{records});
  EXPECT_TRUE(again.applied(dot(0, 1)));
  EXPECT_FALSE(again.applied(dot(0, 2)));
  ASSERT_EQ(again.all<Write<MultiLeader>>().size(), 1U);
  EXPECT_TRUE(again.all<Write<MultiLeader>>()[0].checkpoint);
}

// ---- whole states ----
TEST(MultiLeaderCluster, WhoLacksMoreThanTheLogHoldsIsSentEverything) {
  Options o;
  o.keep_log = 10;
  MultiCluster c(3, o);
  c.isolate(2);
  for (std::int64_t i = 0; i < 100; ++i) {
    c.call(0, {CommandKind::add, 1, i, 0});
    c.call(1, {CommandKind::write, static_cast<std::uint64_t>(i), i, 0});
  }
  c.call(2, {CommandKind::add, 1, 1000, 0});
  EXPECT_EQ(c.states_sent(), 0U);
  c.heal();
  ASSERT_TRUE(c.run_until([&] { return c.converged(); }, seconds(5)));
  EXPECT_GT(c.states_sent(), 0U);
  EXPECT_LT(c.states_sent(), 10U);
  EXPECT_EQ(c.call(2, {CommandKind::members, 1, 0, 0})->elements.size(), 101U);
}

TEST(MultiLeaderCluster, AnUpdateTravelsEachLinkOnce) {
  for (const Topology topology : {Topology::all_to_all, Topology::ring, Topology::star}) {
    Options o;
    o.topology = topology;
    MultiCluster c(5, o);
    c.run_for(milliseconds(200));
    for (std::int64_t i = 0; i < 50; ++i) {
      c.call(static_cast<std::uint16_t>(i % 5), {CommandKind::add, 1, i, 0});
      c.run_for(milliseconds(7));
    }
    ASSERT_TRUE(c.run_until([&] { return c.converged(); }, seconds(5)));
    c.run_for(seconds(2));
    EXPECT_GE(c.entries_sent(), 200U);
    EXPECT_LE(c.entries_sent(), 260U) << "topology " << static_cast<int>(topology);
  }
}

TEST(MultiLeaderCluster, GoesRoundALostRelay) {
  for (const Topology topology : {Topology::ring, Topology::star}) {
    Options o;
    o.topology = topology;
    MultiCluster c(4, o);
    c.crash(0);  // the hub; on the ring, the way from n4 to n2
    c.run_for(seconds(1));
    c.call(3, {CommandKind::write, 1, 5, 0});
    const bool arrived = c.run_until(
        [&] {
          return c.node(1).contents() == c.node(3).contents() &&
                 c.node(2).contents() == c.node(3).contents();
        },
        seconds(3));
    EXPECT_TRUE(arrived) << "topology " << static_cast<int>(topology);
    c.restart(0);
    EXPECT_TRUE(c.run_until([&] { return c.converged(); }, seconds(5)));
  }
}

// As long as two-way links join all nodes, updates find a way.
TEST(MultiLeaderCluster, FindsAnyPathThatIsLeft) {
  Choices draws(1, 3);
  for (int round = 0; round < 30; ++round) {
    Options o;
    o.topology = static_cast<Topology>(round % 3);
    MultiCluster c(5, o);
    // A random tree stays; every other link is cut, one way or both.
    for (std::uint16_t a = 1; a < 5; ++a) {
      const auto parent = static_cast<std::uint16_t>(draws.below("parent"_site, a));
      for (std::uint16_t b = 0; b < a; ++b) {
        if (b == parent) continue;
        c.cut(a, b);
        if (draws.chance("both"_site, 700'000)) c.cut(b, a);
      }
    }
    c.run_for(seconds(1));
    for (std::uint16_t n = 0; n < 5; ++n) c.call(n, {CommandKind::add, 1, n, 0});
    EXPECT_TRUE(c.run_until([&] { return c.converged(); }, seconds(8))) << "round " << round;
  }
}

// ---- fingerprints and copies ----
TEST(MultiLeaderFingerprint, ChangesWithEveryMemberOfANode) {
  Options o;
  o.keep_log = 4;
  o.snapshot_every = 5;
  o.conflict = replicated::Policy::siblings;
  MultiCluster c(3, o);
  for (std::int64_t i = 0; i < 12; ++i) {
    c.call(static_cast<std::uint16_t>(i % 3), {CommandKind::write, 1, i, 0});
    c.call(static_cast<std::uint16_t>(i % 3), {CommandKind::add, 2, i, 0});
  }
  MultiLeader node = c.node(0);
  State& state = MultiLeaderAccess::state(node);
  state.held_.emplace_back();
  state.waiting_.push_back(entry(dot(1, 99), 1, {dot(2, 98)}));
  const std::uint64_t before = node.fingerprint();
  int unchanged = 0;
  const int changes = perturb(state, [&] { unchanged += node.fingerprint() == before ? 1 : 0; });
  EXPECT_EQ(unchanged, 0);
  EXPECT_GT(changes, 200) << "members are missing from the lists";
  EXPECT_EQ(node.fingerprint(), before) << "the test itself must undo its changes";
}

TEST(MultiLeaderFingerprint, OfAMessageChangesWithEveryMember) {
  Message message;
  message.entries = {entry(dot(1, 2), 3, {dot(0, 1)})};
  Snapshot snapshot;
  snapshot.objects.emplace_back();
  message.state = SharedSnapshot(snapshot);
  const std::uint64_t before = content_hash(message);
  int unchanged = 0;
  perturb(message, [&] { unchanged += content_hash(message) == before ? 1 : 0; });
  EXPECT_EQ(unchanged, 0);
  EXPECT_NE(show(message), show(Message{}));
  EXPECT_GT(wire_bytes(message), wire_bytes(Message{}));
}

// A node is a value: a copy given the same inputs does the same, and the original does not notice.
TEST(MultiLeaderNode, IsCopiedAsAValue) {
  Hand one;
  one.start();
  one.write(1);
  one.finish_write();
  Hand other = one;
  const std::uint64_t before = one.node.fingerprint();
  EXPECT_EQ(other.node.fingerprint(), before);
  one.hear(1, {entry(dot(1, 1), 7)});
  EXPECT_EQ(other.node.fingerprint(), before);
  EXPECT_NE(one.node.fingerprint(), before);
  other.hear(1, {entry(dot(1, 1), 7)});
  EXPECT_EQ(one.node.fingerprint(), other.node.fingerprint());
}

}  // namespace
}  // namespace testing
}  // namespace tribunal::sut
