// The commands transact and inspect, replica by replica.
#include "sut/transactions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sut/fields.h"
#include "sut/store.h"
#include "tests/sut/leaderless_host.h"
#include "tests/sut/multi_leader_cluster.h"
#include "tests/sut/transactions.h"

namespace tribunal::sut {
namespace {

using namespace testing;
using spec::Outcome;
using spec::Refusal;
using spec::Stamp;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

spec::Program zoo_of(std::uint32_t nodes) { return program_of(zoo, nodes); }

Refusal refusal(const Reply& reply) {
  EXPECT_EQ(reply.status, Status::mismatch);
  return spec::decode_refusal(reply.value.value_or(0)).value_or(Refusal{Outcome::committed, 0});
}

TEST(TransactionsInAStore, CommitAndAreSeenByThoseThatFollow) {
  const spec::Program program = zoo_of(3);
  Store store;
  const spec::Receipt first = receipt(store.apply(transact(program, 7, "register"), {}, program));
  EXPECT_EQ(first.stamp, (Stamp{1, 0}));
  EXPECT_THAT(first.arguments, ElementsAre(0, 0));
  EXPECT_THAT(first.past, IsEmpty());
  const spec::Receipt second = receipt(store.apply(transact(program, 7, "register"), {}, program));
  EXPECT_THAT(second.arguments, ElementsAre(1, 0));
  EXPECT_THAT(second.past, ElementsAre(Stamp{1, 0}));
  const spec::Receipt elsewhere =
      receipt(store.apply(transact(program, 8, "register"), {}, program));
  EXPECT_EQ(elsewhere.stamp, (Stamp{1, 0})) << "instances are independent";
}

TEST(TransactionsInAStore, AreRefusedWithTheReason) {
  const spec::Program program = zoo_of(3);
  Store store;
  const auto tried = [&](const Command& command) {
    return refusal(store.apply(command, {}, program));
  };
  EXPECT_EQ(tried(transact(program, 1, "take", {0})), (Refusal{Outcome::guard, 0}));
  EXPECT_EQ(tried(transact(program, 1, "take", {4})), (Refusal{Outcome::invariant, 0}));
  EXPECT_EQ(tried(transact(program, 1, "drop", {9})), (Refusal{Outcome::argument, 0}));
  EXPECT_EQ(tried({CommandKind::transact, 1, 17, 0}), (Refusal{Outcome::argument, 0}));
  EXPECT_EQ(tried({CommandKind::transact, 1, -1, 0}), (Refusal{Outcome::argument, 0}));
  EXPECT_THAT(store.contents(), IsEmpty()) << "a refusal leaves nothing behind";
  for (int i = 0; i < 6; ++i) store.apply(transact(program, 1, "swap"), {}, program);
  EXPECT_EQ(tried(transact(program, 1, "register")), (Refusal{Outcome::exhausted, 0}));
}

TEST(TransactionsInAStore, AreRefusedWithoutASpecification) {
  Store store;
  EXPECT_EQ(store.apply({CommandKind::transact, 1, 0, 0}).status, Status::mismatch);
  EXPECT_EQ(store.read({CommandKind::inspect, 1, 1, 0}).status, Status::mismatch);
}

TEST(TransactionsInAStore, AreAnsweredTheSameOnceMore) {
  const spec::Program program = zoo_of(3);
  Store store;
  const Command command = transact(program, 7, "register");
  const Reply reply = store.apply(command, {}, program);
  store.apply(command, {}, program);
  Reply kept;
  kept.status = Status::ok;
  kept.value = reply.value;
  EXPECT_EQ(store.again(command, kept), reply);
  kept.status = Status::mismatch;
  EXPECT_EQ(store.again(command, kept), kept);
}

TEST(Inspections, ShowWhatIsThereAndAllOfItWhenAsked) {
  const spec::Program program = program_of(R"(
    sort U[2]; gset here[U];
    op come(fresh u: U) { add here[u]; }
    invariant nobody: forall u: U . here[u] => u != u or not here[u];
    invariant few: (count u: U . here[u]) <= 1;
  )",
                                           1, 2);
  // Two events that each satisfy a weaker specification; together they violate both invariants.
  spec::Instance instance{3, {}, 0};
  const spec::Cell cell = program.layout().first(0);
  instance.deliver({{1, 0}, 0, {0}, {{cell, spec::Change::What::add, 0, {}}}, {}});
  instance.deliver({{1, 1}, 0, {1}, {{cell + 1, spec::Change::What::add, 0, {}}}, {}});
  const spec::Inspection brief =
      inspection(inspect(program, &instance, {CommandKind::inspect, 3, 0, 0}));
  EXPECT_THAT(brief.frontier, ElementsAre(Stamp{1, 0}, Stamp{1, 1}));
  EXPECT_THAT(brief.violated, ElementsAre(spec::Violation{0, {0}}, spec::Violation{1, {}}));
  EXPECT_FALSE(brief.full);
  EXPECT_THAT(brief.events, IsEmpty());
  const spec::Inspection full = inspection(inspect(program, &instance, inspect_all(3)));
  EXPECT_TRUE(full.full);
  EXPECT_EQ(full.events, instance.events);
  EXPECT_EQ(full.digest, brief.digest);
  instance.events.pop_back();
  EXPECT_NE(inspection(inspect(program, &instance, inspect_all(3))).digest, full.digest);
}

std::optional<Reply> ask(MultiCluster& cluster, std::uint16_t node, const Command& command) {
  return cluster.call(node, command);
}

TEST(MultiLeaderTransactions, AreDecidedByEachNodeForItself) {
  const spec::Program program = zoo_of(3);
  MultiCluster cluster(3, {}, 1, program);
  cluster.isolate(1);
  const auto here = ask(cluster, 0, transact(program, 1, "take", {2}));
  const auto there = ask(cluster, 1, transact(program, 1, "take", {2}));
  ASSERT_TRUE(here && there);
  EXPECT_EQ(receipt(*here).stamp, (Stamp{1, 0}));
  EXPECT_EQ(receipt(*there).stamp, (Stamp{1, 1}));
  EXPECT_EQ(refusal(*ask(cluster, 0, transact(program, 1, "take", {2}))).outcome,
            Outcome::invariant);
  cluster.heal();
  cluster.run_for(seconds(2));
  for (std::uint16_t n = 0; n < 3; ++n) {
    const spec::Inspection seen = inspection(*ask(cluster, n, inspect_all(1)));
    EXPECT_THAT(seen.violated, ElementsAre(spec::Violation{0, {}})) << n;
    EXPECT_EQ(seen.events.size(), 2u);
  }
}

TEST(MultiLeaderTransactions, MintFromTheNodesOwnElementsAndStandForTheNode) {
  const spec::Program program = zoo_of(3);
  MultiCluster cluster(3, {}, 1, program);
  for (std::uint16_t n = 0; n < 3; ++n) {
    EXPECT_THAT(receipt(*ask(cluster, n, transact(program, 1, "register"))).arguments,
                ElementsAre(n, n));
    EXPECT_THAT(receipt(*ask(cluster, n, transact(program, 1, "swap"))).arguments,
                ElementsAre(n + 3, n + 6));
  }
}

TEST(MultiLeaderTransactions, AreNamedAnewInEveryLifeAndMintNothingTwice) {
  const spec::Program program = zoo_of(3);
  MultiCluster cluster(3, {}, 1, program);
  const auto before = receipt(*ask(cluster, 1, transact(program, 1, "register")));
  cluster.isolate(1);
  cluster.crash(1);
  cluster.restart(1);
  const auto after = receipt(*ask(cluster, 1, transact(program, 1, "register")));
  EXPECT_NE(after.stamp.replica, before.stamp.replica);
  EXPECT_EQ(spec::replica_of(after.stamp, 3), 1u);
  EXPECT_THAT(after.arguments, ElementsAre(4, 1));
  EXPECT_THAT(after.past, ElementsAre(before.stamp));
}

// A register that was lowered shows the lower value until something comes from elsewhere; a
// restart, with or without a checkpoint, is not that.
TEST(MultiLeaderTransactions, ShowTheSameAfterARestart) {
  const spec::Program program = zoo_of(2);
  for (const std::uint64_t snapshot_every : {0, 1, 3}) {
    MultiLeader::Options options;
    options.snapshot_every = snapshot_every;
    MultiCluster cluster(2, options, 1, program);
    const auto digest = [&](std::uint16_t node) {
      return inspection(*ask(cluster, node, inspect_all(1))).digest;
    };
    ASSERT_TRUE(ask(cluster, 1, transact(program, 1, "touch", {0, 5})));
    cluster.run_for(seconds(1));
    cluster.isolate(1);
    ASSERT_TRUE(ask(cluster, 0, transact(program, 1, "touch", {1, 8})));
    const std::uint64_t high = digest(0);
    ASSERT_TRUE(ask(cluster, 0, transact(program, 1, "touch", {1, -3})));
    const std::uint64_t low = digest(0);
    EXPECT_NE(low, high);
    cluster.crash(0);
    cluster.restart(0);
    EXPECT_EQ(digest(0), low) << "snapshots every " << snapshot_every;
    ASSERT_TRUE(ask(cluster, 1, transact(program, 1, "give", {1})));
    cluster.heal();
    cluster.run_for(seconds(2));
    EXPECT_NE(digest(0), low);
    EXPECT_EQ(digest(0), digest(1));
  }
}

TEST(MultiLeaderTransactions, ReachANodeThatComesLateInAFullState) {
  const spec::Program program = zoo_of(3);
  MultiLeader::Options options;
  options.keep_log = 1;
  MultiCluster cluster(3, options, 1, program);
  cluster.isolate(2);
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(ask(cluster, 0, transact(program, 1, "give", {1})));
  cluster.heal();
  ASSERT_TRUE(cluster.run_until([&] { return cluster.converged(); }, seconds(10)));
  EXPECT_GT(cluster.states_sent(), 0u);
  EXPECT_EQ(inspection(*ask(cluster, 2, inspect_all(1))).events.size(), 8u);
  EXPECT_EQ(cluster.node(2).contents(), cluster.node(0).contents());
  EXPECT_EQ(cluster.node(2).contents().size(), 1u);
}

TEST(MultiLeaderTransactions, CountInFingerprintsOnlyWhereThereAreAny) {
  const multi_leader::Entry plain;
  Fingerprint by_hand;
  fold(by_hand, plain.update);
  fold(by_hand, plain.dependencies);
  EXPECT_EQ(fingerprint_of(plain), by_hand.value());
  multi_leader::Entry with = plain;
  with.event = Shared<spec::Event>(spec::Event{});
  EXPECT_NE(fingerprint_of(with), fingerprint_of(plain));
  multi_leader::Snapshot state;
  const std::uint64_t without = fingerprint_of(state);
  state.instances.emplace_back();
  EXPECT_NE(fingerprint_of(state), without);
}

TEST(LeaderlessReplicas, RefuseTransactions) {
  quorum::Host host(3, {});
  for (const CommandKind kind : {CommandKind::transact, CommandKind::inspect}) {
    const auto reply = host.call(0, {kind, 1, 0, 0});
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(reply->status, Status::unavailable);
  }
}

}  // namespace
}  // namespace tribunal::sut
