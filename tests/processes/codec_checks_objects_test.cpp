// What modes without a single log take for granted: one broken rule at a time, and the sentence
// that names it.
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "tests/processes/check_support.h"

namespace tribunal::cluster::wire {
namespace {

using sut::replicated::Datum;
using sut::replicated::Dot;
using sut::replicated::Policy;
using sut::replicated::Stamp;
using sut::replicated::Type;
using sut::replicated::Update;
using sut::replicated::Value;

Dot dot(std::uint16_t node, std::uint64_t counter, std::uint32_t life = 0) {
  return {{NodeId{node}, life}, counter};
}
sut::replicated::CausalContext context(const std::vector<Dot>& upto, const std::vector<Dot>& also) {
  return made_of<sut::replicated::CausalContext>(parts(upto, also));
}

TEST(Contexts, AreCanonical) {
  const auto refused = [](const std::vector<Dot>& upto, const std::vector<Dot>& also) {
    Inspection in;
    inspect(in, context(upto, also), nodes);
    return text(in.status());
  };
  EXPECT_EQ(refused({dot(0, 5), dot(0, 1, 1), dot(2, 9)}, {dot(0, 7), dot(1, 3)}), "");
  const std::string vector = "expected a version vector to ascend by node and life";
  EXPECT_EQ(refused({dot(1, 5), dot(0, 5)}, {}), vector);
  EXPECT_EQ(refused({dot(1, 5), dot(1, 6)}, {}), vector);
  EXPECT_EQ(refused({dot(1, 0)}, {}), "expected every dot to name a write");
  EXPECT_EQ(refused({dot(3, 1)}, {}), "expected every dot to name a write");
  EXPECT_EQ(refused({dot(1, too_much)}, {}), "expected every dot to name a write");
  EXPECT_EQ(refused({}, {dot(1, 3), dot(1, 3)}), "expected single dots to ascend");
  EXPECT_EQ(refused({dot(1, 3)}, {dot(1, 3)}),
            "expected single dots to be beyond the version vector");
  EXPECT_EQ(refused({}, {dot(0xffff, 3)}), "expected single dots to be beyond the version vector");
}

Update write_of(std::int64_t number) {
  Value value;
  value.present = true;
  value.number = number;
  Update update;
  update.command = {sut::CommandKind::write, 1, number, 0};
  update.dot = dot(1, 4);
  update.stamp = {100, 0, update.dot};
  update.value = sut::Shared<Value>(value);
  return update;
}

std::string refused(Policy policy, const std::function<void(Update&)>& change) {
  sut::multi_leader::State state;
  state.nodes_ = nodes;
  state.options_.conflict = policy;
  sut::multi_leader::Message message;
  message.entries.push_back({write_of(3), {}});
  change(message.entries.front().update);
  return text(check(message, state));
}

TEST(Updates, BringWhatTheirPolicyKeeps) {
  const std::string missing = "expected an update to bring the value that it writes";
  EXPECT_EQ(refused(Policy::lww, [](Update&) {}), "");
  EXPECT_EQ(refused(Policy::lww, [](Update& u) { u.value = {}; }), missing);
  EXPECT_EQ(refused(Policy::crdt, [](Update& u) { u.value = {}; }), missing);
  const auto add = [](Update& u) { u.command.kind = sut::CommandKind::add, u.value = {}; };
  EXPECT_EQ(refused(Policy::crdt, add), "");
  EXPECT_EQ(refused(Policy::siblings, add), missing);
  const auto count = [](Update& u) {
    u.command.kind = sut::CommandKind::increment;
    u.value = {};
    u.row.actor = u.dot.actor;
  };
  EXPECT_EQ(refused(Policy::crdt_max, count), "");
  EXPECT_EQ(refused(Policy::priority, count), missing);
  EXPECT_EQ(refused(Policy::crdt, [&](Update& u) { count(u), u.row.actor = {}; }),
            "expected a row of the node that counted");
  EXPECT_EQ(refused(Policy::lww, [](Update& u) { u.command.kind = sut::CommandKind::enqueue; }),
            "expected a value of the type of its object");
  EXPECT_EQ(refused(Policy::lww, [](Update& u) { u.command.kind = sut::CommandKind::read; }),
            "expected an update to write");
}

TEST(Updates, AreStampedWithTheirName) {
  const std::string name = "expected an update to be stamped with its own name";
  EXPECT_EQ(refused(Policy::lww, [](Update& u) { u.dot.counter = 5; }), name);
  EXPECT_EQ(refused(Policy::lww, [](Update& u) { u.dot = u.stamp.dot = dot(1, 0); }), name);
  EXPECT_EQ(refused(Policy::lww, [](Update& u) { u.dot = u.stamp.dot = dot(3, 1); }), name);
  const auto late = static_cast<std::int64_t>(too_much);
  EXPECT_EQ(refused(Policy::lww, [&](Update& u) { u.stamp.time = late; }), unbounded);
  EXPECT_EQ(refused(Policy::lww, [&](Update& u) { u.stamp.time = -late; }), unbounded);
  EXPECT_EQ(refused(Policy::lww, [](Update& u) { u.stamp.logical = too_much; }), unbounded);
  EXPECT_EQ(refused(Policy::lww, [](Update& u) { u.context = context({dot(1, 0)}, {}); }),
            "expected every dot to name a write");
}

TEST(Values, AreOfTheirType) {
  const auto with = [](Type type, std::int64_t token, const Signed& items) {
    Value value;
    value.type = type;
    value.token = token;
    value.items = items;
    Inspection in;
    inspect(in, value, type);
    return text(in.status());
  };
  const auto token = static_cast<std::int64_t>(too_much);
  EXPECT_EQ(with(Type::set, token, {1, 2}), "");  // a client's number: nothing is added to it
  EXPECT_EQ(with(Type::set, 0, {2, 1}), "expected a set to ascend");
  EXPECT_EQ(with(Type::queue, 0, {2, 1, 1}), "");
  EXPECT_EQ(with(Type::lock, token, {}), unbounded);
}

// Policy, type, versions, context, members, rows, token: as Datum lists them.
template <class Versions, class Members, class Rows>
std::string refused(Policy policy, Type type, const Versions& versions,
                    const std::vector<Dot>& knows, const Members& members, const Rows& rows) {
  const auto datum = made_of<Datum>(
      parts(policy, type, versions, context(knows, {}), members, rows, std::int64_t{0}));
  Inspection in;
  inspect(in, datum, policy, type, nodes);
  return text(in.status());
}
struct Version {
  Stamp stamp;
  sut::Shared<Value> value;
  static auto fields(auto& self) { return std::tie(self.stamp, self.value); }
};
struct Member {
  std::int64_t element = 0;
  Dot dot;
  static auto fields(auto& self) { return std::tie(self.element, self.dot); }
};

TEST(Copies, KeepWhatTheirPolicyKeeps) {
  using Versions = std::vector<Version>;
  using Members = std::vector<Member>;
  using Rows = std::vector<sut::replicated::Row>;
  const Version a{{1, 0, dot(0, 1)}, write_of(1).value};
  const Version b{{1, 0, dot(1, 1)}, write_of(1).value};
  const std::vector<Dot> both{dot(0, 1), dot(1, 1)};
  EXPECT_EQ(refused(Policy::siblings, Type::reg, Versions{a, b}, both, Members{}, Rows{}), "");
  EXPECT_EQ(refused(Policy::siblings, Type::reg, Versions{b, a}, both, Members{}, Rows{}),
            "expected values to ascend by name");
  EXPECT_EQ(refused(Policy::siblings, Type::reg, Versions{a, a}, both, Members{}, Rows{}),
            "expected values to ascend by name");
  EXPECT_EQ(refused(Policy::siblings, Type::reg, Versions{a, b}, {dot(0, 1)}, Members{}, Rows{}),
            "expected a copy to know of the writes that it keeps");
  EXPECT_EQ(refused(Policy::siblings, Type::reg, Versions{{a.stamp, {}}}, both, Members{}, Rows{}),
            "expected every version to have a value");
  const Version late{{static_cast<std::int64_t>(too_much), 0, dot(0, 1)}, a.value};
  EXPECT_EQ(refused(Policy::lww, Type::reg, Versions{late}, both, Members{}, Rows{}), unbounded);
  const Version stranger{{1, 0, dot(3, 1)}, a.value};
  EXPECT_EQ(refused(Policy::lww, Type::reg, Versions{stranger}, both, Members{}, Rows{}),
            "expected a stamp to name a write");
  EXPECT_EQ(refused(Policy::lww, Type::reg, Versions{}, {dot(3, 1)}, Members{}, Rows{}),
            "expected every dot to name a write");
  EXPECT_EQ(refused(Policy::siblings, Type::set, Versions{a}, both, Members{}, Rows{}),
            "expected a value of the type of its object");
  const std::string many = "expected as many values as the conflict policy keeps";
  EXPECT_EQ(refused(Policy::lww, Type::reg, Versions{a, b}, both, Members{}, Rows{}), many);
  EXPECT_EQ(refused(Policy::crdt, Type::set, Versions{a}, both, Members{}, Rows{}), many);

  const Member x{1, dot(0, 1)}, y{1, dot(1, 1)};
  EXPECT_EQ(refused(Policy::crdt, Type::set, Versions{}, both, Members{x, y}, Rows{}), "");
  EXPECT_EQ(refused(Policy::crdt, Type::set, Versions{}, both, Members{y, x}, Rows{}),
            "expected elements to ascend");
  EXPECT_EQ(refused(Policy::crdt, Type::set, Versions{}, {dot(0, 1)}, Members{x, y}, Rows{}),
            "expected a copy to know of the writes that it keeps");
  EXPECT_EQ(refused(Policy::lww, Type::set, Versions{}, both, Members{x}, Rows{}),
            "expected elements in a set only");
  const Rows rows{{{NodeId{1}, 0}, 1, 1}, {{NodeId{0}, 0}, 1, 1}};
  EXPECT_EQ(refused(Policy::crdt, Type::counter, Versions{}, both, Members{}, rows),
            "expected rows to ascend by node");
  EXPECT_EQ(refused(Policy::crdt, Type::counter, Versions{}, both, Members{}, Rows{rows[0]}), "");
  EXPECT_EQ(refused(Policy::crdt, Type::reg, Versions{}, both, Members{}, Rows{rows[0]}),
            "expected rows in a counter only");
}

TEST(MultiLeaderChecks, HoldStatesTogether) {
  sut::multi_leader::State state;
  state.nodes_ = nodes;
  state.options_.conflict = Policy::crdt;
  const auto with = [&](const std::vector<sut::multi_leader::Object>& objects, std::uint64_t time) {
    sut::multi_leader::Snapshot snapshot;
    snapshot.objects = objects;
    snapshot.clock = made_of<sut::replicated::StampClock>(
        parts(std::uint64_t{2}, static_cast<std::int64_t>(time), std::uint64_t{0}));
    sut::multi_leader::Message message;
    message.state = sut::multi_leader::SharedSnapshot(snapshot);
    return text(check(message, state));
  };
  const Datum reg(Policy::crdt, Type::reg), set(Policy::crdt, Type::set),
      lww(Policy::lww, Type::reg);
  EXPECT_EQ(with({{Type::reg, 9, reg}, {Type::set, 1, set}}, 1), "");
  EXPECT_EQ(with({}, too_much), unbounded);
  EXPECT_EQ(with({{Type::set, 1, set}, {Type::reg, 9, reg}}, 1),
            "expected objects to ascend by type and key");
  EXPECT_EQ(with({{Type::reg, 9, set}}, 1), "expected a copy of the type of its object");
  EXPECT_EQ(with({{Type::reg, 9, lww}}, 1),
            "expected a copy under the conflict policy of this cluster");
  sut::multi_leader::Record record;
  record.kind = sut::multi_leader::RecordKind::checkpoint;
  EXPECT_EQ(text(check(record, state)), "expected a checkpoint with a state");
}

// Each part of a message or a record is looked at.
TEST(MultiLeaderChecks, LookEverywhere) {
  sut::multi_leader::State state;
  state.nodes_ = nodes;
  state.options_.conflict = Policy::lww;
  const auto bad = context({dot(1, 0)}, {});
  const std::string nameless = "expected every dot to name a write";
  const auto message = [&](auto change) {
    sut::multi_leader::Message m;
    change(m);
    return text(check(m, state));
  };
  using Message = sut::multi_leader::Message;
  EXPECT_EQ(message([](Message& m) { m.number = too_much; }), unbounded);
  EXPECT_EQ(message([](Message& m) { m.echo = too_much; }), unbounded);
  EXPECT_EQ(message([&](Message& m) { m.seen = bad; }), nameless);
  EXPECT_EQ(message([&](Message& m) { m.entries = {{write_of(3), bad}}; }), nameless);
  sut::multi_leader::Snapshot snapshot;
  snapshot.seen = bad;
  const sut::multi_leader::SharedSnapshot shared(snapshot);
  EXPECT_EQ(message([&](Message& m) { m.state = shared; }), nameless);

  const auto record = [&](auto change) {
    sut::multi_leader::Record r;
    change(r);
    return text(check(r, state));
  };
  using Record = sut::multi_leader::Record;
  EXPECT_EQ(record([](Record&) {}), "");
  EXPECT_EQ(record([](Record& r) { r.ordinal = too_much; }), unbounded);
  EXPECT_EQ(record([](Record& r) {
              r.clock = made_of<sut::replicated::StampClock>(
                  parts(std::uint64_t{2}, std::int64_t{0}, too_much));
            }),
            unbounded);
  EXPECT_EQ(record([&](Record& r) { r.floor = bad; }), nameless);
  EXPECT_EQ(record([&](Record& r) { r.entries = {{write_of(3), bad}}; }), nameless);
  EXPECT_EQ(record([&](Record& r) { r.snapshot = shared; }), nameless);
}

// ---- leaderless ----

struct LeaderlessChecks : ::testing::Test {
  LeaderlessChecks() { state.nodes_ = nodes, state.options_.conflict = Policy::lww; }
  template <class Body>
  std::string refused(const Body& body) const {
    return text(check(sut::leaderless::Message{body}, state));
  }
  sut::leaderless::State state;
  sut::leaderless::SharedDatum reg{Datum(Policy::lww, Type::reg)};
};

TEST_F(LeaderlessChecks, KnowWhatWasAskedFor) {
  state.life_ = 4;
  sut::leaderless::Operation asked;
  asked.number = 8;
  asked.object.type = Type::set;
  state.operations_.push_back(asked);
  sut::leaderless::Told told{{4, 8}, false, false, reg};
  EXPECT_EQ(refused(told), "expected a copy of the type of its object");
  told.attempt.number = 9;  // too late: nobody waits for it
  EXPECT_EQ(refused(told), "");
  told.attempt = {3, 8};
  EXPECT_EQ(refused(told), "");
  told.datum = sut::leaderless::SharedDatum(Datum(Policy::crdt, Type::set));
  EXPECT_EQ(refused(told), "expected a copy under the conflict policy of this cluster");
}

TEST_F(LeaderlessChecks, HoldEntriesAndTheirNamesTogether) {
  using sut::leaderless::Entry;
  const std::string wrong = "expected a copy of the type of its object";
  const std::string missing = "expected an entry to bring what it holds";
  const Entry good{{Type::reg, 1}, reg}, other{{Type::set, 1}, reg}, none{{Type::reg, 1}, {}};
  EXPECT_EQ(refused(sut::leaderless::Store{{}, good, {}, false, {}}), "");
  EXPECT_EQ(refused(sut::leaderless::Store{{}, other, {}, false, {}}), wrong);
  EXPECT_EQ(refused(sut::leaderless::Store{{}, none, {}, false, {}}), missing);
  EXPECT_EQ(refused(sut::leaderless::Handoff{{good, other}}), wrong);
  EXPECT_EQ(refused(sut::leaderless::Exchange{0, {}, {good, none}, false}), missing);
  sut::leaderless::Record record;
  record.entries = {none};  // forgotten
  record.hints = {{NodeId{1}, none, true, 0}};
  EXPECT_EQ(text(check(record, state)), "");
  record.hints = {{NodeId{1}, none, false, 0}};
  EXPECT_EQ(text(check(record, state)), missing);
  record.hints.clear();
  record.entries = {other};
  EXPECT_EQ(text(check(record, state)), wrong);
}

TEST_F(LeaderlessChecks, KnowTheHashTree) {
  using sut::leaderless::Compare;
  using sut::leaderless::Exchange;
  EXPECT_EQ(refused(Compare{2, 4, {0, 4095}, {{0, 1}, {65535, 1}}}), "");
  EXPECT_EQ(refused(Compare{3, 0, {}, {}}), "expected a range of this cluster");
  EXPECT_EQ(refused(Compare{0, 5, {}, {}}), "expected a level of the hash tree");
  EXPECT_EQ(refused(Compare{0, 1, {}, {{16, 1}}}), "expected hashes of that level");
  EXPECT_EQ(refused(Compare{0, 1, {1}, {}}), "expected parents of the level above");
  EXPECT_EQ(refused(Compare{0, 0, {0}, {}}), "expected parents of the level above");
  EXPECT_EQ(refused(Compare{0, 2, {}, {{3, 1}, {3, 1}}}), "expected hashes to ascend");
  EXPECT_EQ(refused(Compare{0, 2, {3, 2}, {}}), "expected hashes to ascend");
  EXPECT_EQ(refused(Exchange{3, {}, {}, false}), "expected a range of this cluster");
  EXPECT_EQ(refused(Exchange{0, {2, 1}, {}, false}), "expected buckets to ascend");
  EXPECT_EQ(refused(Exchange{0, {65536}, {}, false}), "expected buckets of the hash tree");
}

TEST_F(LeaderlessChecks, BoundCounters) {
  EXPECT_EQ(refused(sut::leaderless::Ask{{0, too_much}, {}, false, {}}), unbounded);
  EXPECT_EQ(refused(sut::leaderless::Ask{{}, {}, true, {ClientId{1}, too_much}}), unbounded);
  EXPECT_EQ(refused(sut::leaderless::Stored{{0, too_much}, 0}), unbounded);
  EXPECT_EQ(refused(sut::leaderless::Release{{}, {ClientId{1}, too_much}}), unbounded);
  const sut::leaderless::Entry entry{{Type::reg, 1}, reg};
  EXPECT_EQ(refused(sut::leaderless::Store{{0, too_much}, entry, {}, false, {}}), unbounded);
  EXPECT_EQ(refused(sut::leaderless::Told{{0, too_much}, false, false, {}}), unbounded);
  sut::leaderless::Record record;
  record.claims.emplace_back().request.sequence = too_much;
  EXPECT_EQ(text(check(record, state)), unbounded);
}

// ---- clients ----

TEST(Requests, CarryContextsThatAStoreGave) {
  const auto with = [](const sut::Context& words, std::uint64_t sequence = 1) {
    const std::string as_context =
        text(check(ClientRequest{{{}, sequence}, {}, 0, words, {}}, nodes));
    EXPECT_EQ(text(check(ClientRequest{{{}, sequence}, {}, 0, {}, words}, nodes)), as_context);
    return as_context;
  };
  const std::uint64_t n1 = 0, n2 = std::uint64_t{1} << 32, n4 = std::uint64_t{3} << 32;
  EXPECT_EQ(with({}), "");
  EXPECT_EQ(with({}, 0), "expected a request with a number");
  EXPECT_EQ(with({}, too_much), unbounded);
  EXPECT_EQ(with({5, 0, 1, n2, 4, n1, 3}), "");
  EXPECT_EQ(with({5, 0, 2, n1, 4, n2, 3, n1, 9, n1, 11}), "");
  EXPECT_EQ(with({5, 0}), "expected a context of whole dots");
  EXPECT_EQ(with({5, 0, 1, n1}), "expected a context of whole dots");
  EXPECT_EQ(with({5, 0, 2, n1, 4}), "expected a context of as many dots as it says");
  EXPECT_EQ(with({too_much, 0, 0}), unbounded);
  EXPECT_EQ(with({5, 0, 2, n2, 4, n1, 3}), "expected the dots of a context to ascend");
  EXPECT_EQ(with({5, 0, 0, n1, 4, n1, 4}), "expected the dots of a context to ascend");
  EXPECT_EQ(with({5, 0, 1, n4, 4}), "expected every dot to name a write");
  EXPECT_EQ(with({5, 0, 1, n1, 4, n1, 4}), "expected a context as a store gives it");
  EXPECT_EQ(with({5, 0, 1, n1, 0}), "expected a context as a store gives it");
  EXPECT_EQ(with({5, 0, 1, n1 + (std::uint64_t{1} << 48), 3}),
            "expected a context as a store gives it");
}

}  // namespace
}  // namespace tribunal::cluster::wire
