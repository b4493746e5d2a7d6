// Answers of stores as numbers, and back; and what no store ever said.
#include <gtest/gtest.h>

#include "base/choices.h"
#include "spec/encoding.h"
#include "tests/scale.h"

namespace tribunal::spec {
namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : draws_(seed, 0) {}
  std::uint64_t below(std::uint64_t bound) { return draws_.below("random"_site, bound); }
  std::int64_t number() {
    const auto wide = static_cast<std::int64_t>(below(~std::uint64_t{0}));
    return below(4) == 0 ? wide : static_cast<std::int64_t>(below(20)) - 5;
  }
  std::uint32_t small() {
    return static_cast<std::uint32_t>(below(4) == 0 ? below(1ULL << 32) : below(5));
  }
  Stamp stamp() { return {static_cast<std::uint64_t>(number()), small()}; }
  template <class Make>
  auto list(Make make) {
    std::vector<decltype(make())> items;
    for (std::uint64_t n = below(4); n > 0; --n) items.push_back(make());
    return items;
  }
  std::vector<Stamp> stamps() {
    return list([&] { return stamp(); });
  }
  std::vector<std::int64_t> numbers() {
    return list([&] { return number(); });
  }
  Change change() { return {small(), static_cast<Change::What>(below(4)), number(), stamps()}; }
  Event event() {
    return {stamp(), small(), numbers(), list([&] { return change(); }), stamps()};
  }
  Receipt receipt() { return {stamp(), numbers(), stamps()}; }
  Inspection inspection() {
    return {stamps(),      list([&] { return Violation{small(), numbers()}; }),
            below(2) == 1, static_cast<std::uint64_t>(number()),
            below(2) == 1, list([&] { return event(); })};
  }

 private:
  Choices draws_;
};

TEST(EncodedAnswers, AreDecodedAgain) {
  for (std::uint64_t seed = 0; seed < scaled(3'000); ++seed) {
    Random random(seed);
    const Receipt receipt = random.receipt();
    ASSERT_EQ(decode_receipt(encode(receipt)), receipt);
    const Inspection inspection = random.inspection();
    ASSERT_EQ(decode_inspection(encode(inspection)), inspection);
  }
}

TEST(EncodedRefusals, AreDecodedAgain) {
  for (int o = 1; o <= static_cast<int>(Outcome::exhausted); ++o) {
    for (const std::uint32_t invariant : {0u, 1u, 300u, 0xffff'ffffu}) {
      const Refusal refusal{static_cast<Outcome>(o), invariant};
      ASSERT_EQ(decode_refusal(encode(refusal)), refusal);
    }
  }
  EXPECT_FALSE(decode_refusal(0)) << "a commit is no refusal";
  EXPECT_FALSE(decode_refusal(6));
  EXPECT_FALSE(decode_refusal(-1));
}

TEST(HostileAnswers, AreRefusedOrMeanWhatTheySay) {
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 0; seed < scaled(10'000); ++seed) {
    Random random(seed);
    std::vector<std::int64_t> numbers = encode(random.inspection());
    switch (random.below(4)) {
      case 0:
        numbers.resize(random.below(numbers.size() + 1));
        break;
      case 1:
        numbers.push_back(random.number());
        break;
      case 2:
        numbers = random.numbers();
        break;
      default:
        numbers[random.below(numbers.size())] = random.number();
        break;
    }
    const auto inspection = decode_inspection(numbers);
    refused += inspection ? 0 : 1;
    if (inspection) {
      ASSERT_EQ(encode(*inspection), numbers);
    }
    const auto receipt = decode_receipt(numbers);
    if (receipt) {
      ASSERT_EQ(encode(*receipt), numbers);
    }
  }
  EXPECT_GT(refused, scaled(10'000) / 4);
}

}  // namespace
}  // namespace tribunal::spec
