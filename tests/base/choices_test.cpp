// Keyed draws: independent of one another, stable for ever, fair.
#include "base/choices.h"

#include <array>

#include <gtest/gtest.h>

namespace tribunal {
namespace {

TEST(KeyedDraws, GiveTheSameNumbersOnEveryMachine) {
  // Recorded once; a change would silently change what every seed means.
  EXPECT_EQ(draw(1, 2, "site"_site, 3, 1'000'000), 845'174U);
  EXPECT_EQ(hash_text("n1"), 6'606'165'266'220'292'521U);
}

TEST(KeyedDraws, OfOneSiteIgnoreTheDrawsOfAnother) {
  Choices busy(7, 1);
  Choices quiet(7, 1);
  for (int i = 0; i < 100; ++i) {
    (void)busy.below("noise"_site, 10);
    EXPECT_EQ(busy.below("signal"_site, 1'000'000), quiet.below("signal"_site, 1'000'000));
  }
}

TEST(KeyedDraws, OfACopyGoOnAsTheOriginalWould) {
  Choices original(7, 1);
  (void)original.below("a"_site, 10);
  Choices copy = original;
  EXPECT_EQ(copy.fingerprint(), original.fingerprint());
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(copy.below("a"_site, 1'000'000), original.below("a"_site, 1'000'000));
  }
  (void)copy.below("b"_site, 10);
  EXPECT_NE(copy.fingerprint(), original.fingerprint());
}

TEST(KeyedDraws, StayBelowTheirBoundAndCoverItEvenly) {
  Choices choices(3, 4);
  std::array<int, 10> seen{};
  for (int i = 0; i < 100'000; ++i) ++seen.at(choices.below("die"_site, 10));
  for (int count : seen) EXPECT_NEAR(count, 10'000, 400);  // four standard deviations are 380
  for (int i = 0; i < 100; ++i) EXPECT_EQ(choices.below("one"_site, 1), 0U);
  EXPECT_FALSE(choices.chance("never"_site, 0));
  EXPECT_TRUE(choices.chance("always"_site, 1'000'000));
}

TEST(Fingerprints, DistinguishOrderLengthAndContent) {
  EXPECT_NE(Fingerprint{}.add(1).add(2).value(), Fingerprint{}.add(2).add(1).value());
  EXPECT_NE(Fingerprint{}.add("ab").add("c").value(), Fingerprint{}.add("a").add("bc").value());
  EXPECT_NE(Fingerprint{}.add(0).value(), Fingerprint{}.value());
}

}  // namespace
}  // namespace tribunal
