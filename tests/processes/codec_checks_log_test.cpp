// What modes with one log take for granted: one broken rule at a time, and the sentence that names
// it.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/processes/check_support.h"

namespace tribunal::cluster::wire {
namespace {

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

// Two registers or sessions in the wrong order: enough to see that somebody looks.
sut::Store unsorted_store() {
  const std::uint64_t two = 2, one = 1, none = 0;
  const std::int64_t n = 0;
  return made_of<sut::Store>(parts(two, two, n, one, n, none, none, none, none, none));
}
sut::Sessions unsorted_sessions() {
  const std::uint64_t two = 2, one = 1, none = 0;
  const std::int64_t n = 0;
  return made_of<sut::Sessions>(parts(two, two, one, none, n, false, one, one, none, n, false));
}

TYPED_TEST(OneLog, HasSortedSnapshots) {
  using Snapshot = typename TypeParam::Snapshot;
  EXPECT_EQ(snapshot_refusal<TypeParam>([](Snapshot& s) { s.store = unsorted_store(); }),
            "expected the objects of a state to ascend by key");
  EXPECT_EQ(snapshot_refusal<TypeParam>([](Snapshot& s) { s.sessions = unsorted_sessions(); }),
            "expected sessions to ascend by client");
}

TYPED_TEST(OneLog, HasSoundRecords) {
  using Record = typename TypeParam::Record;
  const auto with = [](auto change) {
    Record record;
    change(record);
    return text(check(record, receiver<TypeParam>()));
  };
  EXPECT_EQ(with([](Record&) {}), "");
  for (auto field : {&Record::ordinal, &Record::term, &Record::first}) {
    EXPECT_EQ(with([&](Record& record) { record.*field = too_much; }), unbounded);
  }
  EXPECT_EQ(with([](Record& record) { record.base.term = too_much; }), unbounded);
  EXPECT_EQ(with([](Record& record) {
              typename TypeParam::Entry entry;
              entry.term = too_much;
              record.entries = TypeParam::list({entry});
            }),
            unbounded);
  EXPECT_EQ(with([](Record& record) {
              auto snapshot = TypeParam::snapshot();
              snapshot.at.index = 0;
              record.snapshot = sut::Shared<typename TypeParam::Snapshot>(snapshot);
            }),
            "expected a snapshot of at least one entry");
}

TEST(OneLogRecords, KnowTheMembers) {
  const std::string strangers = "expected members that are nodes of this cluster";
  sut::single_leader::Record record;
  record.members.mask = 8;
  EXPECT_EQ(text(check(record, receiver<SingleLeaderMode>())), strangers);
  sut::raft::Record checkpoint;
  checkpoint.kind = sut::raft::RecordKind::checkpoint;
  checkpoint.members = {0, 8};
  EXPECT_EQ(text(check(checkpoint, receiver<RaftMode>())), strangers);
}

TEST(OneLogStore, IsSorted) {
  const auto refusal_of = [](const sut::Store& store) {
    Inspection in;
    inspect(in, store, {});
    return text(in.status());
  };
  // registers (key, value), sets (key, elements, token), counters, queues (key, items), locks
  const std::uint64_t none = 0, two = 2, key = 4, before = 3;
  const std::int64_t n = 0;
  const auto store = [](Bytes bytes) {
    bytes.push_back({});  // and no instance of a specification
    return made_of<sut::Store>(bytes);
  };
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

}  // namespace
}  // namespace tribunal::cluster::wire
