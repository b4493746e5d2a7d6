// Each unsafe setting against its safe twin, under the same schedule: the unsafe one shows the
// published failure (the identifier is the row of docs/modes/leaderless.md), the safe one does not.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/sut/leaderless_host.h"
#include "tests/sut/register_zones.h"

namespace tribunal::sut::testing::quorum {
namespace {

using namespace leaderless;
using replicated::Policy;

// A key whose homes are n1, n2, n3 in a cluster of that many nodes.
std::uint64_t key_at_first_nodes(std::uint16_t nodes) {
  std::uint64_t key = 0;
  while (Placement(nodes, 3).range_of(key) != 0) ++key;
  return key;
}

Options plain() {
  Options o;
  o.read_repair = ReadRepair::off;
  o.anti_entropy = false;
  return o;
}

// ---- LL-01: Kleppmann, Designing Data-Intensive Applications, Figure 9-6 ----

// The write of 1 reaches R1 after 1 ms, R2 and R3 after 50 ms. A reads {R1, R2} from 5 ms on, B
// reads {R3, R2} from 15 ms on. n4 coordinates the write, R1 and R3 the reads.
std::vector<RegisterOp> figure_9_6(Options options) {
  options.w = 3;
  Host host(4, options);
  const std::uint64_t key = key_at_first_nodes(4);
  host.call(3, write_of(key, 10));
  host.run_for(milliseconds(200));
  const Time start = host.now();
  host.extra = {{{3, 1}, milliseconds(49)},
                {{3, 2}, milliseconds(49)},
                {{0, 2}, milliseconds(49)},
                {{2, 0}, milliseconds(49)}};
  const RequestId writer = host.send(3, write_of(key, 1));
  host.run_to(start + milliseconds(5));
  const RequestId a = host.send(0, read_of(key));
  host.run_to(start + milliseconds(15));
  const RequestId b = host.send(2, read_of(key));
  host.run_for(seconds(1));
  const auto read_by = [&](RequestId id, Duration at) {
    const Answer* answer = host.answer(id);
    EXPECT_NE(answer, nullptr);
    return RegisterOp{false, answer->reply.value.value_or(0), start + at, answer->at};
  };
  return {{true, 10, milliseconds(0), milliseconds(100)},
          {true, 1, start, host.answer(writer)->at},
          read_by(a, milliseconds(5)),
          read_by(b, milliseconds(15))};
}

TEST(LeaderlessAnomalies, LL01StrictQuorumsAreNotLinearizable) {
  for (const ReadRepair repair : {ReadRepair::off, ReadRepair::async}) {
    Options options = plain();
    options.read_repair = repair;
    const auto history = figure_9_6(options);
    EXPECT_EQ(history[2].value, 1) << "A reads the new value";
    EXPECT_EQ(history[3].value, 10) << "B, later, the old one";
    EXPECT_LT(history[2].to, history[3].from);
    EXPECT_LT(history[3].to, history[1].to) << "the write is still under way";
    EXPECT_NE(check_register(history), "");
  }
  EXPECT_EQ(check_register(figure_9_6(abd())), "");
}

// ---- LL-03: sloppy quorums ----

struct Sloppy {
  bool acknowledged = false;
  std::int64_t read_at_home = 0;  // while the network is split
  std::int64_t read_in_the_end = 0;
};
Sloppy write_beside_the_homes(bool sloppy, Mutation mutation = Mutation::none) {
  Options options = plain();
  options.sloppy = sloppy;
  options.mutation = mutation;
  Host host(5, options);
  const std::uint64_t key = key_at_first_nodes(5);
  host.call(0, write_of(key, 1));
  host.run_for(milliseconds(100));
  host.split({3, 4});
  Sloppy result;
  const auto reply = host.call(3, write_of(key, 2));
  result.acknowledged = reply && reply->status == Status::ok;
  result.read_at_home = host.call(1, read_of(key))->value.value_or(0);
  bool lose_one = true;
  host.filter = [&](std::uint16_t, std::uint16_t, const Node::Message& m) {
    if (!std::holds_alternative<Handoff>(m.body) || host.now() > seconds(3)) return true;
    lose_one = false;
    return false;
  };
  host.heal();
  host.run_for(seconds(5));
  EXPECT_EQ(lose_one, !sloppy) << "hints are offered";
  for (std::uint16_t n = 0; n < 5; ++n) EXPECT_TRUE(host.state(n).hints_.empty());
  result.read_in_the_end = host.call(1, read_of(key))->value.value_or(0);
  return result;
}

TEST(LeaderlessAnomalies, LL03ASloppyQuorumIsNoQuorum) {
  const Sloppy on = write_beside_the_homes(true);
  EXPECT_TRUE(on.acknowledged);
  EXPECT_EQ(on.read_at_home, 1) << "stale, although r + w > n";
  EXPECT_EQ(on.read_in_the_end, 2) << "the hint came home";
  const Sloppy off = write_beside_the_homes(false);
  EXPECT_FALSE(off.acknowledged);
  EXPECT_EQ(off.read_at_home, 1);
}

TEST(LeaderlessAnomalies, AHintDroppedBeforeItArrivedIsALostWrite) {
  const Sloppy broken = write_beside_the_homes(true, Mutation::hint_dropped_early);
  EXPECT_TRUE(broken.acknowledged);
  EXPECT_EQ(broken.read_in_the_end, 1);
}

TEST(LeaderlessAnomalies, HintsSurviveACrashOfTheirKeeper) {
  Options options = plain();
  options.sloppy = true;
  for (const std::uint64_t every : {0U, 1U}) {
    options.checkpoint_every = every;
    Host host(5, options);
    const std::uint64_t key = key_at_first_nodes(5);
    host.split({3, 4});
    ASSERT_TRUE(host.call(3, write_of(key, 2)).has_value());
    host.crash(3);
    host.crash(4);
    host.heal();
    host.restart(3);
    host.restart(4);
    host.run_for(seconds(3));
    EXPECT_EQ(host.call(0, read_of(key))->value, 2);
    EXPECT_TRUE(host.state(3).hints_.empty());
  }
}

// ---- LL-04: a failed write is not rolled back ----

TEST(LeaderlessAnomalies, LL04AWriteThatWasCalledFailedIsReadLater) {
  for (const bool as_failure : {true, false}) {
    Options options = plain();
    options.timeout_as_failure = as_failure;
    Host host(5, options);
    const std::uint64_t key = key_at_first_nodes(5);
    host.filter = [](std::uint16_t, std::uint16_t to, const Node::Message& m) {
      return to != 3 || !std::holds_alternative<Stored>(m.body);  // acknowledgements are lost
    };
    const auto reply = host.call(3, write_of(key, 7));
    EXPECT_EQ(reply.has_value(), as_failure) << "silence: the client must record `info`";
    if (reply) {
      EXPECT_EQ(reply->status, Status::mismatch);
    }
    EXPECT_EQ(host.call(0, read_of(key))->value, 7);
  }
}

// ---- LL-06: compare-and-set needs consensus ----

int compare_and_set_at_once(std::uint64_t seed) {
  Options options = abd();
  options.cas_quorum = true;
  Host host(3, options, seed);
  host.least = microseconds(200);
  host.most = milliseconds(2);
  host.call(0, write_of(1, 1));
  std::vector<RequestId> asked;
  for (std::uint16_t n = 0; n < 3; ++n) asked.push_back(host.send(n, cas_of(1, 1, 10 + n)));
  host.run_for(seconds(1));
  int succeeded = 0;
  for (const RequestId id : asked) {
    const Answer* answer = host.answer(id);
    succeeded += answer != nullptr && answer->reply.status == Status::ok ? 1 : 0;
  }
  return succeeded;
}
TEST(LeaderlessAnomalies, LL06CompareAndSetOverQuorumsLosesUpdates) {
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) lost += compare_and_set_at_once(seed) > 1;
  EXPECT_GT(lost, 10) << "one at most could have found the value 1";
}

// ---- LL-08: deleted elements come back ----

std::vector<std::int64_t> delete_behind_a_partition(Policy conflict, Duration gc) {
  Options options;
  options.conflict = conflict;
  options.tombstone_gc = gc;
  Host host(3, options);
  host.call(0, add_to(1, 5));
  host.run_for(seconds(3));
  host.split({2});
  EXPECT_EQ(host.call(0, remove_from(1, 5))->status, Status::ok);
  host.run_for(seconds(10));
  host.heal();
  host.run_for(seconds(10));
  return host.call(0, members_of(1))->elements;
}
TEST(LeaderlessAnomalies, LL08TombstonesCollectedTooEarlyBringElementsBack) {
  for (const Policy conflict : {Policy::crdt, Policy::lww, Policy::siblings}) {
    EXPECT_EQ(delete_behind_a_partition(conflict, seconds(2)), std::vector<std::int64_t>{5});
    EXPECT_TRUE(delete_behind_a_partition(conflict, seconds(3600)).empty());
  }
}

// ---- LL-09: increments repeated by the client ----

std::int64_t increment_through_a_crash(bool dedup) {
  Options options;
  options.conflict = Policy::crdt;
  options.dedup = dedup;
  Host host(3, options);
  host.run_for(milliseconds(10));
  const RequestId id{ClientId{7}, 1};
  host.request(0, id, increment_of(1, 1));
  host.run_for(microseconds(dedup ? 4500 : 2000));  // it is at the others, who have not yet said so
  EXPECT_EQ(host.answer(id), nullptr);
  host.crash(0);
  host.run_for(milliseconds(20));
  host.request(1, id, increment_of(1, 1));  // the client tries elsewhere
  host.run_for(milliseconds(300));
  EXPECT_NE(host.answer(id), nullptr);
  host.restart(0);
  host.run_for(seconds(5));
  return host.call(2, count_of(1))->value.value_or(0);
}
TEST(LeaderlessAnomalies, LL09AnIncrementThatIsRepeatedCountsTwice) {
  EXPECT_EQ(increment_through_a_crash(false), 2);
  EXPECT_EQ(increment_through_a_crash(true), 1);
}

// ---- LL-10: last write wins with everything set to all ----

double lost_adds(Policy conflict) {
  Options options;
  options.r = options.w = 3;
  options.conflict = conflict;
  Host host(5, options);
  host.least = microseconds(300);
  host.most = milliseconds(3);
  Choices draws(5, 5);
  std::int64_t element = 0;
  std::vector<std::pair<RequestId, std::int64_t>> adds;
  for (int i = 0; i < 400; ++i) {
    const auto node = static_cast<std::uint16_t>(draws.below("node"_site, 5));
    adds.emplace_back(host.send(node, add_to(1, ++element)), element);
    host.run_for(milliseconds(static_cast<std::int64_t>(1 + draws.below("pause"_site, 2))));
  }
  host.run_for(seconds(5));
  const std::vector<std::int64_t> left = host.call(0, members_of(1))->elements;
  int acknowledged = 0, lost = 0;
  for (const auto& [id, value] : adds) {
    if (host.answer(id) == nullptr || host.answer(id)->reply.status != Status::ok) continue;
    ++acknowledged;
    lost += !std::binary_search(left.begin(), left.end(), value);
  }
  EXPECT_EQ(acknowledged, 400) << "there is no fault";
  return static_cast<double>(lost) / acknowledged;
}
TEST(LeaderlessAnomalies, LL10LastWriteWinsLosesAddsWithoutAnyFault) {
  const double lost = lost_adds(Policy::lww);
  EXPECT_GT(lost, 0.3);
  EXPECT_LT(lost, 0.7);
  EXPECT_EQ(lost_adds(Policy::crdt), 0);
  EXPECT_EQ(lost_adds(Policy::siblings), 0) << "allow_mult=true: reads unite the siblings";
}

}  // namespace
}  // namespace tribunal::sut::testing::quorum
