// The fingerprint of a leaderless node covers every member. Compile-time counts in node.cpp prove
// that every struct lists all its members; here each listed member, however deep, is changed in
// turn, and the fingerprint must change.
#include <gtest/gtest.h>

#include "tests/sut/leaderless_host.h"
#include "tests/sut/perturb.h"

namespace tribunal::sut {

struct LeaderlessAccess {
  static leaderless::State& state(Leaderless& node) { return node; }
};

namespace testing::quorum {
namespace {

using namespace leaderless;

// A node with something in every part: copies, hints, claims, operations under way.
Leaderless busy_node() {
  Options options = abd();
  options.sloppy = true;
  Host host(5, options);
  for (std::uint64_t key = 0; key < 6; ++key) host.call(0, write_of(key, 5));
  host.split({0, 1});
  for (std::uint64_t key = 0; key < 6; ++key) host.send(0, write_of(key, 6));
  host.run_for(milliseconds(300));
  for (std::uint64_t key = 0; key < 6; ++key) host.send(0, read_of(key));
  for (std::uint64_t key = 0; key < 6; ++key) host.send(1, write_of(key, 7));
  host.run_for(microseconds(1200));
  return host.node(0);
}

TEST(LeaderlessFingerprint, ChangesWithEveryMemberOfANode) {
  Leaderless node = busy_node();
  State& state = LeaderlessAccess::state(node);
  EXPECT_FALSE(state.items_.empty());
  EXPECT_FALSE(state.claims_.empty());
  ASSERT_FALSE(state.operations_.empty());
  if (state.hints_.empty()) state.hints_.emplace_back();
  if (state.local_.empty()) state.local_.push_back({3, {Ask{}}});
  const std::uint64_t before = node.fingerprint();
  int unchanged = 0;
  const int changes = perturb(state, [&] { unchanged += node.fingerprint() == before ? 1 : 0; });
  EXPECT_EQ(unchanged, 0);
  EXPECT_GT(changes, 120) << "members are missing from the lists";
  EXPECT_EQ(node.fingerprint(), before) << "the test itself must undo its changes";
}

TEST(LeaderlessFingerprint, OfAMessageChangesWithEveryMember) {
  const auto check_all = [](auto body) {
    const std::uint64_t before = content_hash({body});
    int unchanged = 0;
    const int changes = perturb(body, [&] { unchanged += content_hash({body}) == before ? 1 : 0; });
    EXPECT_EQ(unchanged, 0);
    EXPECT_GT(changes, 0);
    EXPECT_FALSE(show(Message{body}).empty());
    EXPECT_GE(wire_bytes({body}), 64U);
  };
  Compare compare;
  compare.parents = {1};
  compare.hashes = {{1, 2}};
  Exchange exchange;
  exchange.buckets = {1};
  exchange.entries.resize(2);
  check_all(Ask{});
  check_all(Told{});
  check_all(Store{});
  check_all(Stored{});
  check_all(Release{});
  check_all(Handoff{{Entry{}}});
  check_all(HandedOff{{Receipt{}}});
  check_all(compare);
  check_all(exchange);
}

TEST(LeaderlessNode, IsCopiedAsAValue) {
  Leaderless one = busy_node();
  Leaderless other = one;
  const std::uint64_t before = one.fingerprint();
  const Input<Leaderless> input = Request{{ClientId{5}, 1}, write_of(1, 2)};
  Choices draws(1, 2);
  Choices same_draws = draws;
  Effects<Leaderless> effects, same_effects;
  one.step(input, {seconds(9), seconds(9)}, draws, effects);
  EXPECT_EQ(other.fingerprint(), before);
  other.step(input, {seconds(9), seconds(9)}, same_draws, same_effects);
  EXPECT_NE(one.fingerprint(), before);
  EXPECT_EQ(one.fingerprint(), other.fingerprint());
  EXPECT_EQ(effects.all().size(), same_effects.all().size());
}

}  // namespace
}  // namespace testing::quorum
}  // namespace tribunal::sut
