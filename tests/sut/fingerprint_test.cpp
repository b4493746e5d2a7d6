// The fingerprint covers every member. Compile-time counts in node.cpp prove that every struct
// lists all its members; here each listed member, however deep, is changed in turn, and the
// fingerprint must change.
#include <gtest/gtest.h>

#include "sut/raft/node.h"
#include "tests/sut/mini_cluster.h"
#include "tests/sut/perturb.h"

namespace tribunal::sut {

struct SingleLeaderAccess {
  static single_leader::State& state(SingleLeader& node) { return node; }
};
struct RaftAccess {
  static raft::State& state(Raft& node) { return node; }
};

namespace {

using namespace single_leader;
using namespace testing;

// A leader with something in every member is perturbed.
template <class Node, class Access>
void expect_every_member_counts(const typename Node::Options& options, int least) {
  MiniClusterOf<Node> cluster(3, options);
  const auto leader = cluster.await_leader();
  ASSERT_TRUE(leader.has_value());
  for (std::int64_t i = 0; i < 8; ++i) {
    cluster.call(*leader, add(i));
    cluster.call(*leader, write(static_cast<std::uint64_t>(i), i));
  }
  cluster.request(*leader, ClientId{9}, 1, read(3));  // pending: its round is under way
  Node node = cluster.node(*leader);
  ASSERT_FALSE(node.state().reads_.empty());
  ASSERT_TRUE(node.state().snapshot_);

  const std::uint64_t before = node.fingerprint();
  int unchanged = 0;
  const int changes = perturb(Access::state(node), [&] {
    if (node.fingerprint() == before) ++unchanged;
  });
  EXPECT_EQ(unchanged, 0);
  EXPECT_GT(changes, least) << "members are missing from the lists";
  EXPECT_EQ(node.fingerprint(), before) << "the test itself must undo its changes";
}

TEST(Fingerprint, ChangesWithEveryMemberOfANode) {
  Options options;
  options.replication = Replication::sync;
  options.min_in_sync = 1;  // so that the in-sync set is kept, too
  options.snapshot_every = 3;
  expect_every_member_counts<SingleLeader, SingleLeaderAccess>(options, 120);
}
TEST(Fingerprint, ChangesWithEveryMemberOfARaftServer) {
  raft::Options options;
  options.snapshot_every = 3;
  expect_every_member_counts<Raft, RaftAccess>(options, 130);
}

TEST(Fingerprint, OfARaftMessageChangesWithEveryMember) {
  const auto check_all = [](auto body) {
    const std::uint64_t before = raft::content_hash({7, body});
    int unchanged = 0;
    perturb(body, [&] { unchanged += raft::content_hash({7, body}) == before ? 1 : 0; });
    EXPECT_EQ(unchanged, 0);
    EXPECT_NE(raft::content_hash({8, body}), before);
  };
  check_all(raft::AppendReply{});
  check_all(raft::VoteRequest{});
  check_all(raft::Vote{});
  check_all(raft::Install{});
  check_all(raft::Takeover{});
  // A batch is hashed once, when it is made.
  std::vector<raft::Entry> entries(2);
  const std::uint64_t before = fingerprint_of(raft::Entries(entries));
  int unchanged = 0;
  const int changes = perturb(
      entries, [&] { unchanged += fingerprint_of(raft::Entries(entries)) == before ? 1 : 0; });
  EXPECT_EQ(unchanged, 0);
  EXPECT_GT(changes, 15);
  raft::Append append;
  append.entries = raft::Batch(raft::Entries(entries));
  const std::uint64_t whole = raft::content_hash({7, append});
  append.entries = {};
  EXPECT_NE(raft::content_hash({7, append}), whole);
  append.round = 5;
  EXPECT_NE(raft::content_hash({7, append}), raft::content_hash({7, raft::Append{}}));
}

struct Forgetful {
  int a;
  int b;
  static auto fields(auto& self) { return std::tie(self.a); }
};
struct Complete {
  int a;
  std::vector<int> b;
  RequestId c;
  static auto fields(auto& self) { return std::tie(self.a, self.b, self.c); }
};
TEST(Fingerprint, CountsTheMembersOfAStruct) {
  EXPECT_FALSE(lists_every_field<Forgetful>());
  EXPECT_TRUE(lists_every_field<Complete>());
}

TEST(Fingerprint, OfAMessageChangesWithEveryMember) {
  Append append;
  append.entries.resize(2);
  Install install;
  install.snapshot = SharedSnapshot(Snapshot{});
  const auto check_all = [](auto body) {
    const std::uint64_t before = content_hash({7, body});
    int unchanged = 0;
    perturb(body, [&] { unchanged += content_hash({7, body}) == before ? 1 : 0; });
    EXPECT_EQ(unchanged, 0);
    EXPECT_NE(content_hash({8, body}), before);
  };
  check_all(append);
  check_all(install);
  check_all(AppendReply{});
  check_all(VoteRequest{});
  check_all(Vote{});
}

// A node is a value: a copy given the same inputs does the same, and the original does not notice.
TEST(Node, IsCopiedAsAValue) {
  MiniCluster cluster(3, Options{});
  const auto leader = cluster.await_leader();
  ASSERT_TRUE(leader.has_value());
  SingleLeader one = cluster.node(*leader);
  SingleLeader other = one;
  const std::uint64_t before = one.fingerprint();
  EXPECT_EQ(other.fingerprint(), before);

  const Input<SingleLeader> input = Request{{ClientId{5}, 1}, write(1, 2)};
  Choices draws(1, 2);
  Choices same_draws = draws;
  Effects<SingleLeader> effects, same_effects;
  one.step(input, {seconds(9), seconds(9)}, draws, effects);
  EXPECT_EQ(other.fingerprint(), before);
  other.step(input, {seconds(9), seconds(9)}, same_draws, same_effects);
  EXPECT_NE(one.fingerprint(), before);
  EXPECT_EQ(one.fingerprint(), other.fingerprint());
  EXPECT_EQ(effects.all().size(), same_effects.all().size());
}

}  // namespace
}  // namespace tribunal::sut
