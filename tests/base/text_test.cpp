// Durations, sizes, numbers, names and quoting as people type and read them.
#include "base/text.h"

#include <limits>

#include <gtest/gtest.h>

namespace tribunal {
namespace {

TEST(Durations, AreReadInEveryUnit) {
  EXPECT_EQ(*parse_duration("60s"), seconds(60));
  EXPECT_EQ(*parse_duration("1.5s"), milliseconds(1500));
  EXPECT_EQ(*parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(*parse_duration("10us"), microseconds(10));
  EXPECT_EQ(*parse_duration("5ns"), nanoseconds(5));
  EXPECT_EQ(*parse_duration("2m"), seconds(120));
  EXPECT_EQ(*parse_duration("1h"), seconds(3600));
  EXPECT_EQ(*parse_duration("0.000000001s"), nanoseconds(1));
  EXPECT_EQ(*parse_duration("0.1m"), seconds(6));
  EXPECT_EQ(*parse_duration("9223372036854775807ns"), Duration::max());
}

TEST(Durations, WithoutAUnitOrWithGarbageAreRefusedWithAnExample) {
  for (const char* bad :
       {"", "5", "s", ".5s", "5.s", "-5s", "+5s", "5 s", "5S", "5sec", "1e3s", "0x5s"}) {
    const auto result = parse_duration(bad);
    ASSERT_FALSE(result) << bad;
    EXPECT_NE(result.error().message.find("60s"), std::string::npos) << result.error().message;
  }
  EXPECT_EQ(parse_duration("5").error().message,
            "expected a duration such as 60s, 1.5s or 250ms, found '5': the unit is missing (h, m, "
            "s, ms, us, ns)");
}

TEST(Durations, ThatDoNotFitAreOutOfRangeRatherThanWrong) {
  for (const char* bad : {"9223372036854775808ns", "9999999999999999999h", "2562048h",
                          "100000000000000000000000000000000000000000s", "1.5ns", "0.0000000001s",
                          "1.0000000000000000000000000000000001s"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Durations, AreShownInTheShortestExactForm) {
  EXPECT_EQ(show_duration(Duration{}), "0s");
  EXPECT_EQ(show_duration(seconds(60)), "1m");
  EXPECT_EQ(show_duration(seconds(90)), "90s");
  EXPECT_EQ(show_duration(seconds(100)), "100s");
  EXPECT_EQ(show_duration(milliseconds(1500)), "1.5s");
  EXPECT_EQ(show_duration(milliseconds(250)), "250ms");
  EXPECT_EQ(show_duration(seconds(3600)), "1h");
  EXPECT_EQ(show_duration(nanoseconds(1'000'000'001)), "1.000000001s");
  EXPECT_EQ(show_duration(seconds(-5)), "-5s");
  EXPECT_EQ(show_duration(Duration::min()), "-9223372036.854775808s");
}

TEST(ByteSizes, ArePowersOf1024AndNeverOverflow) {
  EXPECT_EQ(*parse_bytes("123"), 123U);
  EXPECT_EQ(*parse_bytes("64K"), 64U << 10);
  EXPECT_EQ(*parse_bytes("512M"), 512ULL << 20);
  EXPECT_EQ(*parse_bytes("4g"), 4ULL << 30);
  EXPECT_EQ(*parse_bytes("15T"), 15ULL << 40);
  EXPECT_EQ(*parse_bytes("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  for (const char* bad :
       {"", "K", "-1", "1.5G", "4GB", "4 G", "18446744073709551616", "16777216T"}) {
    EXPECT_FALSE(parse_bytes(bad)) << bad;
  }
}

TEST(Integers, AreWholeTextsOf64Bits) {
  EXPECT_EQ(*parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(*parse_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const char* bad : {"", "-", "+1", " 1", "1 ", "1x", "0x1", "9223372036854775808"}) {
    EXPECT_FALSE(parse_integer(bad)) << bad;
  }
}

TEST(Splitting, KeepsEmptyPartsAndJoiningUndoesIt) {
  EXPECT_EQ(split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
  EXPECT_EQ(join(split("a,,b,", ','), ","), "a,,b,");
}

TEST(Nearest, FindsTheWordThatWasMeantAndNothingElse) {
  const std::vector<std::string> modes{"raft", "single-leader", "leaderless"};
  EXPECT_EQ(nearest("raff", modes), "raft");
  EXPECT_EQ(nearest("arft", modes), "raft");  // neighbours swapped
  EXPECT_EQ(nearest("singleleader", modes), "single-leader");
  EXPECT_EQ(nearest("paxos", modes), "");
  EXPECT_EQ(nearest("", modes), "");
  EXPECT_EQ(nearest("x", {"y"}), "");  // nothing in common
  EXPECT_EQ(nearest(std::string(1'000'000, 'a'), modes), "");
}

TEST(UnknownNames, SuggestTheNearestAndListTheValid) {
  EXPECT_EQ(unknown_name("mode", "raff", {"raft", "single-leader"}),
            "unknown mode 'raff'; did you mean 'raft'? valid: raft, single-leader");
  EXPECT_EQ(unknown_name("mode", "paxos", {"raft"}), "unknown mode 'paxos'; valid: raft");
}

TEST(Quoting, EscapesWhatIsNotPrintableUtf8) {
  EXPECT_EQ(quote("plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"),
            "plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
  EXPECT_EQ(quote("a\nb\t\x1b[31m"), "a\\x0ab\\x09\\x1b[31m");
  EXPECT_EQ(quote("\xff\xc0\xaf"), "\\xff\\xc0\\xaf");           // never valid; overlong '/'
  EXPECT_EQ(quote("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(quote("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // beyond U+10FFFF
  EXPECT_EQ(quote("\xe2\x82"), "\\xe2\\x82");                    // truncated
  EXPECT_EQ(quote("\xe2\x80\xae"), "\\xe2\\x80\\xae");           // right-to-left override
  EXPECT_EQ(quote("\xc2\x85"), "\\xc2\\x85");                    // a C1 control
}

TEST(Quoting, CutsAtTheLimitWithoutSplittingACharacter) {
  EXPECT_EQ(quote("0123456789", 10), "0123456789");
  EXPECT_EQ(quote("0123456789a", 10), "0123456...");
  EXPECT_EQ(quote("\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 10),
            "\xe2\x82\xac\xe2\x82\xac...");
  EXPECT_EQ(quote("\n\n\n", 9), "\\x0a...");
  for (std::size_t limit = 0; limit < 30; ++limit) {
    EXPECT_LE(quote("ab\n\xe2\x82\xac\xff long enough to be cut somewhere", limit).size(), limit);
  }
}

}  // namespace
}  // namespace tribunal
