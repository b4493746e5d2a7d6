// Showing and reading are inverse; quoting is safe for any bytes.
#include <rapidcheck.h>

#include <gtest/gtest.h>

#include "base/choices.h"
#include "base/text.h"

namespace tribunal {
namespace {

// Durations of every magnitude, many of them round in some unit.
Duration any_duration(std::uint64_t i) {
  const std::uint64_t digits = draw(1, i, "digits"_site, 0, 19);
  std::int64_t scale = 1;
  for (std::uint64_t d = 0; d < digits; ++d) scale *= 10;
  const auto limit = static_cast<std::uint64_t>(Duration::max().count() / scale);
  const std::uint64_t size =
      draw(1, i, "size"_site, 0, std::min<std::uint64_t>(limit, 100'000) + 1);
  return Duration{static_cast<std::int64_t>(size) * scale};
}

TEST(DurationProperties, WhatIsShownReadsBackToTheSameDuration) {
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const Duration duration = any_duration(i);
    const auto again = parse_duration(show_duration(duration));
    ASSERT_TRUE(again) << show_duration(duration) << ": " << again.error().message;
    ASSERT_EQ(*again, duration) << show_duration(duration);
  }
}

TEST(DurationProperties, AnyNanosecondsReadBack) {
  EXPECT_TRUE(rc::check([](std::uint64_t n) {
    const Duration duration{static_cast<std::int64_t>(n >> 1)};
    RC_ASSERT(*parse_duration(show_duration(duration)) == duration);
  }));
}

TEST(ParserProperties, NeverAcceptTheRandomBytesTheyCannotMean) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    const auto integer = parse_integer(text);
    if (integer) RC_ASSERT(parse_integer(std::to_string(*integer)).value() == *integer);
    const auto duration = parse_duration(text);
    if (duration) RC_ASSERT(duration->count() >= 0);
    (void)parse_bytes(text);
  }));
}

TEST(QuoteProperties, FitsTheLimitAndHoldsNoControlBytes) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    const auto limit = *rc::gen::inRange<std::size_t>(0, 80);
    const std::string quoted = quote(text, limit);
    RC_ASSERT(quoted.size() <= limit);
    for (char c : quoted) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    RC_ASSERT(quote(quoted, limit) == quoted);  // already clean
  }));
}

TEST(ListProperties, JoiningWhatWasSplitGivesTheTextBack) {
  EXPECT_TRUE(
      rc::check([](const std::string& text) { RC_ASSERT(join(split(text, ','), ",") == text); }));
}

}  // namespace
}  // namespace tribunal
