// Whatever is encoded decodes to the same value and encodes to the same bytes: values drawn at
// random, and what replicas really send and write.
#include <set>
#include <type_traits>

#include <gtest/gtest.h>

#include "cluster/wire/checks.h"
#include "cluster/wire/codec.h"
#include "cluster/wire/messages.h"
#include "tests/processes/random_values.h"
#include "tests/processes/traffic.h"
#include "tests/scale.h"

namespace tribunal::cluster::wire {
namespace {

template <class T>
concept Equal = requires(const T& a, const T& b) {
  a == b;
};

// The value is back, and so are its bytes; cut short or made longer, they are no value.
template <class T>
void round_trip(const T& value, std::uint16_t nodes = random_nodes) {
  const Bytes bytes = to_bytes(value);
  const Result<T> back = from_bytes<T>(bytes, nodes);
  ASSERT_TRUE(back.ok()) << back.error().message;
  if constexpr (Equal<T>) {
    ASSERT_TRUE(*back == value);
  }
  ASSERT_EQ(to_bytes(*back), bytes);
  Bytes longer = bytes;
  longer.push_back({});
  ASSERT_FALSE(from_bytes<T>(longer, nodes).ok());
  if (bytes.empty()) return;
  const Bytes shorter(bytes.begin(), bytes.end() - 1);
  ASSERT_FALSE(from_bytes<T>(shorter, nodes).ok());
}

template <class T>
class RandomValues : public ::testing::Test {};
using Types =
    ::testing::Types<sut::raft::Message, sut::raft::Record, sut::single_leader::Message,
                     sut::single_leader::Record, sut::multi_leader::Message,
                     sut::multi_leader::Record, sut::leaderless::Message, sut::leaderless::Record,
                     sut::Command, sut::Reply, sut::RequestId, sut::Content, sut::View,
                     sut::Witness, Hello, Welcome, ClientRequest, ClientReply>;
TYPED_TEST_SUITE(RandomValues, Types);

TYPED_TEST(RandomValues, ComeBack) {
  std::set<std::size_t> alternatives;
  for (std::uint64_t seed = 0; seed < scaled(1'500, 60); ++seed) {
    Random random(seed);
    const auto value = random_value<TypeParam>(random);
    if constexpr (requires { value.body.index(); }) alternatives.insert(value.body.index());
    ASSERT_NO_FATAL_FAILURE(round_trip(value)) << "seed " << seed;
  }
  if constexpr (requires(TypeParam v) { v.body.index(); }) {
    EXPECT_EQ(alternatives.size(), std::variant_size_v<decltype(TypeParam{}.body)>);
  }
}

// What decodes is what somebody encoded: no two byte strings mean the same.
TYPED_TEST(RandomValues, HaveOneEncoding) {
  std::uint64_t accepted = 0;
  for (std::uint64_t seed = 0; seed < scaled(1'500, 60); ++seed) {
    Random random(seed);
    Bytes bytes = to_bytes(random_value<TypeParam>(random));
    if (bytes.empty()) continue;
    bytes[random.below(bytes.size())] ^= static_cast<std::byte>(1U << random.below(8));
    const Result<TypeParam> back = from_bytes<TypeParam>(bytes, random_nodes);
    if (!back.ok()) continue;
    ++accepted;
    ASSERT_EQ(to_bytes(*back), bytes) << "seed " << seed;
  }
  EXPECT_GT(accepted, 0U);
}

// An honest replica is understood, and believed.
template <class P>
void expect_understood(const Traffic<P>& traffic, std::set<std::size_t>* alternatives = nullptr) {
  ASSERT_GT(traffic.sent.size(), 100U);
  ASSERT_GT(traffic.records.size(), 10U);
  const auto& receiver = traffic.replicas.front().state();
  for (const Sent<P>& one : traffic.sent) {
    ASSERT_NO_FATAL_FAILURE(round_trip(one.message, traffic_nodes));
    const Status status = check(one.message, receiver);
    ASSERT_TRUE(status.ok()) << status.error().message << ": " << show(one.message);
    if constexpr (requires { one.message.body.index(); }) {
      if (alternatives != nullptr) alternatives->insert(one.message.body.index());
    }
  }
  for (const auto& record : traffic.records) {
    ASSERT_NO_FATAL_FAILURE(round_trip(record, traffic_nodes));
    const Status status = check(record, receiver);
    ASSERT_TRUE(status.ok()) << status.error().message;
  }
  for (const sut::Context& context : traffic.contexts) {
    const Status status =
        check(ClientRequest{{ClientId{1}, 1}, {}, 0, context, context}, traffic_nodes);
    ASSERT_TRUE(status.ok()) << status.error().message;
  }
}

TEST(Traffic, OfRaftIsUnderstood) {
  std::set<std::size_t> alternatives;
  expect_understood(raft_traffic(), &alternatives);
  EXPECT_EQ(alternatives.size(), 6U);
}
TEST(Traffic, OfSingleLeaderIsUnderstood) {
  std::set<std::size_t> alternatives;
  expect_understood(single_leader_traffic(), &alternatives);
  expect_understood(single_leader_traffic(sut::single_leader::Election::visible), &alternatives);
  EXPECT_EQ(alternatives.size(), 6U);
}
TEST(Traffic, OfMultiLeaderIsUnderstood) {
  for (const auto policy : all_policies) {
    const auto traffic = multi_leader_traffic(policy);
    expect_understood(traffic);
    const auto brings_state = [](const auto& one) { return static_cast<bool>(one.message.state); };
    EXPECT_TRUE(std::any_of(traffic.sent.begin(), traffic.sent.end(), brings_state));
    EXPECT_GT(traffic.contexts.size(), 30U);
  }
}
TEST(Traffic, OfLeaderlessIsUnderstood) {
  for (const auto policy : all_policies) {
    std::set<std::size_t> alternatives;
    expect_understood(leaderless_traffic(policy), &alternatives);
    EXPECT_EQ(alternatives.size(), 9U);
  }
}

}  // namespace
}  // namespace tribunal::cluster::wire
