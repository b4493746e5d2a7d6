// What the right structure does not say: one broken rule at a time, and the sentence that names it.
#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "cluster/wire/check_parts.h"
#include "cluster/wire/checks.h"
#include "sut/replicated/stamp.h"

namespace tribunal::cluster::wire {
namespace {

constexpr std::uint64_t too_much = std::uint64_t{1} << 62;
constexpr std::uint16_t nodes = 3;

std::string text(const Status& status) { return status.ok() ? "" : status.error().message; }
const std::string unbounded = "expected counters below 2^62";

// A value by its encoding, for classes whose members cannot be set from outside.
template <class T>
T made_of(const Bytes& bytes) {
  auto value = from_bytes<T>(bytes, 0);
  EXPECT_TRUE(value.ok()) << value.error().message;
  return value.ok() ? *value : T{};
}
template <class... T>
Bytes parts(const T&... part) {
  Bytes bytes;
  Writer out(bytes);
  (encode(out, part), ...);
  return bytes;
}
using Signed = std::vector<std::int64_t>;

// ---- one log ----

template <class Mode>
class OneLog : public ::testing::Test {};

struct RaftMode {
  using State = sut::raft::State;
  using Entry = sut::raft::Entry;
  using Snapshot = sut::raft::Snapshot;
  using Append = sut::raft::Append;
  using AppendReply = sut::raft::AppendReply;
  using VoteRequest = sut::raft::VoteRequest;
  using Install = sut::raft::Install;
  using Message = sut::raft::Message;
  using Record = sut::raft::Record;
  static auto list(std::vector<Entry> entries) {
    return sut::raft::Batch(sut::raft::Entries(std::move(entries)));
  }
  static Snapshot snapshot() { return {{7, 2, 0, {}}, {}, {}, {0, 7}}; }
  static void members(Record& record) { record.members = {0, 7}; }
};
struct SingleLeaderMode {
  using State = sut::single_leader::State;
  using Entry = sut::single_leader::Entry;
  using Snapshot = sut::single_leader::Snapshot;
  using Append = sut::single_leader::Append;
  using AppendReply = sut::single_leader::AppendReply;
  using VoteRequest = sut::single_leader::VoteRequest;
  using Install = sut::single_leader::Install;
  using Message = sut::single_leader::Message;
  using Record = sut::single_leader::Record;
  static auto list(std::vector<Entry> entries) { return entries; }
  static Snapshot snapshot() { return {{7, 2, 0, {}}, {}, {}}; }
  static void members(Record&) {}
};
using LogModes = ::testing::Types<RaftMode, SingleLeaderMode>;
TYPED_TEST_SUITE(OneLog, LogModes);

template <class Mode>
typename Mode::State receiver() {
  typename Mode::State state;
  state.nodes_ = nodes;
  return state;
}
template <class Mode, class Body>
std::string refusal(const Body& body, std::uint64_t term = 2) {
  return text(check(typename Mode::Message{term, body}, receiver<Mode>()));
}
template <class Mode>
std::string snapshot_refusal(const std::function<void(typename Mode::Snapshot&)>& change) {
  auto snapshot = Mode::snapshot();
  change(snapshot);
  typename Mode::Install install;
  install.snapshot = sut::Shared<typename Mode::Snapshot>(snapshot);
  return refusal<Mode>(install);
}

TYPED_TEST(OneLog, HasBoundedCounters) {
  using Append = typename TypeParam::Append;
  using AppendReply = typename TypeParam::AppendReply;
  using VoteRequest = typename TypeParam::VoteRequest;
  EXPECT_EQ(refusal<TypeParam>(Append{}, too_much - 1), "");
  EXPECT_EQ(refusal<TypeParam>(Append{}, too_much), unbounded);
  for (auto field : {&Append::prev_index, &Append::prev_term, &Append::commit, &Append::round}) {
    Append append;
    append.*field = too_much;
    EXPECT_EQ(refusal<TypeParam>(append), unbounded);
  }
  for (auto field :
       {&AppendReply::prev_index, &AppendReply::match, &AppendReply::hint, &AppendReply::round}) {
    AppendReply reply;
    reply.*field = too_much;
    EXPECT_EQ(refusal<TypeParam>(reply), unbounded);
  }
  for (auto field : {&VoteRequest::last_index, &VoteRequest::last_term}) {
    VoteRequest request;
    request.*field = too_much;
    EXPECT_EQ(refusal<TypeParam>(request), unbounded);
  }
  typename TypeParam::Install install;
  install.round = too_much;
  EXPECT_EQ(refusal<TypeParam>(install), unbounded);
}

TYPED_TEST(OneLog, HasBoundedEntries) {
  const auto with = [](auto change) {
    typename TypeParam::Entry entry;
    entry.id.sequence = 1;
    entry.command.kind = sut::CommandKind::write;
    change(entry);
    typename TypeParam::Append append;
    append.entries = TypeParam::list({entry});
    return refusal<TypeParam>(append);
  };
  EXPECT_EQ(with([](auto&) {}), "");
  EXPECT_EQ(with([](auto& entry) { entry.term = too_much; }), unbounded);
  EXPECT_EQ(with([](auto& entry) { entry.id.sequence = too_much; }), unbounded);
}

TYPED_TEST(OneLog, HasSoundSnapshots) {
  using Mode = TypeParam;
  EXPECT_EQ(snapshot_refusal<Mode>([](typename Mode::Snapshot&) {}), "");
  EXPECT_EQ(snapshot_refusal<Mode>([](typename Mode::Snapshot& s) { s.at.index = 0; }),
            "expected a snapshot of at least one entry");
  EXPECT_EQ(snapshot_refusal<Mode>([](typename Mode::Snapshot& s) { s.at.index = too_much; }),
            unbounded);
  EXPECT_EQ(snapshot_refusal<Mode>([](typename Mode::Snapshot& s) { s.at.term = too_much; }),
            unbounded);
}

// A checkpoint whose snapshot is not in its own log would be looked for there.
TYPED_TEST(OneLog, HasCheckpointsThatHoldTogether) {
  using Record = typename TypeParam::Record;
  const auto with = [](std::uint64_t base, std::uint64_t at, std::size_t entries) {
    Record record;
    record.kind = decltype(record.kind)::checkpoint;
    record.base.index = base;
    TypeParam::members(record);
    if (entries > 0)
      record.entries = TypeParam::list(std::vector<typename TypeParam::Entry>(entries));
    auto snapshot = TypeParam::snapshot();
    snapshot.at.index = at;
    if (at > 0) record.snapshot = sut::Shared<typename TypeParam::Snapshot>(snapshot);
    return text(check(record, receiver<TypeParam>()));
  };
  const std::string apart = "expected a snapshot within the log of its checkpoint";
  EXPECT_EQ(with(0, 0, 2), "");
  EXPECT_EQ(with(5, 7, 2), "");
  EXPECT_EQ(with(5, 5, 0), "");
  EXPECT_EQ(with(5, 8, 2), apart);
  EXPECT_EQ(with(5, 4, 2), apart);
  EXPECT_EQ(with(5, 0, 2), apart);
}

TEST(OneLogStore, IsSorted) {
  const auto refusal_of = [](const sut::Store& store) {
    Inspection in;
    inspect(in, store);
    return text(in.status());
  };
  // registers (key, value), sets (key, elements, token), counters, queues (key, items), locks
  const std::uint64_t none = 0, two = 2, key = 4, before = 3;
  const std::int64_t n = 0;
  const auto store = [](const Bytes& bytes) { return made_of<sut::Store>(bytes); };
  const std::string unsorted = "expected the objects of a state to ascend by key";
  EXPECT_EQ(refusal_of(store(parts(two, before, n, key, n, none, none, none, none))), "");
  EXPECT_EQ(refusal_of(store(parts(two, key, n, before, n, none, none, none, none))), unsorted);
  EXPECT_EQ(refusal_of(store(parts(two, key, n, key, n, none, none, none, none))), unsorted);
  EXPECT_EQ(
      refusal_of(store(parts(none, two, key, Signed{}, n, before, Signed{}, n, none, none, none))),
      unsorted);
  EXPECT_EQ(refusal_of(store(parts(none, none, two, key, n, before, n, none, none))), unsorted);
  EXPECT_EQ(refusal_of(store(parts(none, none, none, two, key, Signed{}, before, Signed{}, none))),
            unsorted);
  EXPECT_EQ(refusal_of(store(
                parts(none, none, none, none, two, key, true, n, n, n, before, true, n, n, n))),
            unsorted);
  const std::uint64_t one = 1;
  EXPECT_EQ(refusal_of(store(parts(none, one, key, Signed{1, 2}, n, none, none, none))), "");
  EXPECT_EQ(refusal_of(store(parts(none, one, key, Signed{2, 2}, n, none, none, none))),
            "expected a set to ascend");
  const auto token = static_cast<std::int64_t>(too_much);
  EXPECT_EQ(refusal_of(store(parts(none, none, none, none, one, key, true, n, token, n))),
            unbounded);
}

TEST(OneLogSessions, AreSorted) {
  const auto sessions = [](std::uint64_t first, std::uint64_t second, std::uint64_t sequence) {
    const std::uint64_t two = 2, one = 1, none = 0;
    const std::int64_t n = 0;
    Inspection in;
    inspect(in, made_of<sut::Sessions>(
                    parts(two, first, one, none, n, false, second, sequence, none, n, false)));
    return text(in.status());
  };
  EXPECT_EQ(sessions(1, 2, 1), "");
  EXPECT_EQ(sessions(2, 1, 1), "expected sessions to ascend by client");
  EXPECT_EQ(sessions(1, 1, 1), "expected sessions to ascend by client");
  EXPECT_EQ(sessions(1, 2, too_much), unbounded);
}

TEST(RaftChecks, KnowTheMembers) {
  const std::string strangers = "expected members that are nodes of this cluster";
  const auto changed = [](std::uint64_t members, std::uint64_t index) {
    return snapshot_refusal<RaftMode>([&](auto& s) { s.members = {index, members}; });
  };
  EXPECT_EQ(changed(7, 7), "");
  EXPECT_EQ(changed(8, 0), strangers);
  EXPECT_EQ(changed(0, 0), strangers);
  EXPECT_EQ(changed(7, 8), "expected members from an entry that the snapshot includes");
  sut::raft::Append append;
  append.entries = RaftMode::list({{1, {}, {}, {}, 9}});
  EXPECT_EQ(refusal<RaftMode>(append), strangers);
  append.entries = RaftMode::list({});
  EXPECT_EQ(refusal<RaftMode>(append), "expected a batch of at least one entry");
}

TEST(SingleLeaderChecks, RefuseReadsInTheLog) {
  sut::single_leader::Append append;
  append.entries = {{1, {}, {ClientId{1}, 1}, {sut::CommandKind::count, 0, 0, 0}}};
  EXPECT_EQ(refusal<SingleLeaderMode>(append), "expected no reads in the log");
  append.entries[0].id = {};  // the empty entry of a new leader looks like one
  EXPECT_EQ(refusal<SingleLeaderMode>(append), "");
  append.members_mask = 8;
  EXPECT_EQ(refusal<SingleLeaderMode>(append), "expected members that are nodes of this cluster");
}

// ---- objects without a single log ----

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
