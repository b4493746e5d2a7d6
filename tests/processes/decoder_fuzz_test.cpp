// Messages that replicas really send, damaged in every way, and random bytes: decoded, checked and
// given to replicas in the middle of their work. Nothing may crash; run it under the sanitizers.
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "tests/fuzz/decoder_harness.h"
#include "tests/processes/random_values.h"
#include "tests/scale.h"

namespace tribunal::cluster::wire {
namespace {

// Bytes changed, cut out, put in, or taken from another message.
void damage(Random& random, Bytes& bytes, const Bytes& other) {
  const auto place = [&](const Bytes& in) {
    return static_cast<std::ptrdiff_t>(in.empty() ? 0 : random.below(in.size()));
  };
  for (std::uint64_t times = 1 + random.below(3); times > 0 && !bytes.empty(); --times) {
    const auto at = bytes.begin() + place(bytes);
    switch (random.below(6)) {
      case 0:
        *at ^= static_cast<std::byte>(1U << random.below(8));
        break;
      case 1:
        *at = static_cast<std::byte>(random.below(4));
        break;
      case 2:
        *at = static_cast<std::byte>(random.below(256));
        break;
      case 3:
        bytes.erase(at);
        break;
      case 4: {  // a large number where there was another
        *at = static_cast<std::byte>(random.below(2) == 0 ? 0x7f : 0x01);
        const Bytes many(random.below(10), std::byte{0xff});
        bytes.insert(at, many.begin(), many.end());
        break;
      }
      case 5: {
        const auto from = other.begin() + place(other);
        const auto length = std::min<std::ptrdiff_t>(other.end() - from, bytes.end() - at);
        std::copy(from, from + length, at);
        break;
      }
    }
  }
}

// Rounds of some messages each, of which most are damaged.
template <class P>
Fed fuzz(const std::vector<Traffic<P>>& traffics, std::uint64_t rounds) {
  std::vector<const Traffic<P>*> pointers;
  std::vector<Bytes> messages;
  std::vector<Bytes> records;
  std::vector<sut::Context> contexts{{}};
  for (const Traffic<P>& traffic : traffics) {
    pointers.push_back(&traffic);
    for (const Sent<P>& one : traffic.sent) messages.push_back(to_bytes(one.message));
    for (const auto& record : traffic.records) records.push_back(to_bytes(record));
    contexts.insert(contexts.end(), traffic.contexts.begin(), traffic.contexts.end());
  }
  std::vector<Victim<P>> victims = victims_of<P>(pointers);
  Fed fed;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    Random random(round);
    const auto any = [&](const std::vector<Bytes>& list) {
      return list[random.below(list.size())];
    };
    const auto choose = [&](std::uint8_t& how) {
      const std::uint64_t which = random.below(16);
      if (which == 0) return how = 255, any(records);
      if (which == 1) {
        how = 254;
        const sut::Context& context = contexts[random.below(contexts.size())];
        return to_bytes(ClientRequest{
            {ClientId{3}, 1 + random.below(3)}, command_of(random.below(11)), 0, context, context});
      }
      how = static_cast<std::uint8_t>(random.below(traffic_nodes));
      if (which == 2) return to_bytes(random_value<typename P::Message>(random));
      if (which > 3) return any(messages);
      Bytes noise(random.below(40));
      for (std::byte& byte : noise) byte = static_cast<std::byte>(random.below(256));
      return noise;
    };
    Bytes input{static_cast<std::byte>(random.below(256))};
    for (int i = 0; i < 6; ++i) {
      std::uint8_t how = 0;
      Bytes payload = choose(how);
      if (random.below(6) != 0) damage(random, payload, any(messages));
      if (payload.size() <= 0xffff) append_message(input, how, payload);
    }
    feed(victims, input, fed);
  }
  return fed;
}

// Otherwise the test looked at hardly anything.
void expect_worthwhile(const Fed& fed) {
  EXPECT_GT(fed.decoded, fed.offered / 8);
  EXPECT_GT(fed.accepted, fed.offered / 20);
  EXPECT_LT(fed.accepted, fed.decoded);
}

template <class P>
std::vector<Traffic<P>> each(const std::function<Traffic<P>(sut::replicated::Policy)>& make) {
  std::vector<Traffic<P>> all;
  for (const auto policy : all_policies) all.push_back(make(policy));
  return all;
}

TEST(DamagedMessages, DoNoHarmToRaft) {
  expect_worthwhile(fuzz<sut::Raft>({raft_traffic()}, scaled(4'000, 200)));
}
TEST(DamagedMessages, DoNoHarmToSingleLeader) {
  const std::vector<Traffic<sut::SingleLeader>> traffics{
      single_leader_traffic(), single_leader_traffic(sut::single_leader::Election::visible)};
  expect_worthwhile(fuzz<sut::SingleLeader>(traffics, scaled(4'000, 200)));
}
TEST(DamagedMessages, DoNoHarmToMultiLeader) {
  expect_worthwhile(
      fuzz<sut::MultiLeader>(each<sut::MultiLeader>(multi_leader_traffic), scaled(4'000, 200)));
}
TEST(DamagedMessages, DoNoHarmToLeaderless) {
  expect_worthwhile(
      fuzz<sut::Leaderless>(each<sut::Leaderless>(leaderless_traffic), scaled(4'000, 200)));
}

}  // namespace
}  // namespace tribunal::cluster::wire
