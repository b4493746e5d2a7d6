// The summary on the terminal: what it says, that it fits, and that no value can play with the
// terminal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "reports/report.h"
#include "reports/table.h"
#include "tests/browser/samples.h"

namespace tribunal::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::Sample;
using ::testing::StartsWith;

std::string plain(const Sample& sample) {
  return terminal_summary(sample.results, sample.history, "/tmp/report.html", false);
}

std::string without_colour(std::string text) {
  for (std::size_t i = text.find('\x1b'); i != std::string::npos; i = text.find('\x1b')) {
    text.erase(i, text.find('m', i) - i + 1);
  }
  return text;
}

TEST(Terminal, ShowsAViolationAsAPersonWouldTellIt) {
  const std::string text = plain(testing::stale_read());
  EXPECT_THAT(text, StartsWith("PROMISE BROKEN: linearizable is violated\n"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "1. stale read of key 3 (timeliness: waiting would have cured it; the core is minimal)"));
  EXPECT_THAT(text, HasSubstr("Process 43 read 17"));
  EXPECT_THAT(text,
              HasSubstr("   client  node  operation  value  start (s)  end (s)\n"
                        "   40      n1    write      17     1.000000   1.001400\n"
                        "   41      n1    write      18     1.402100   1.404000\n"
                        "   42      n2    read       18     1.404600   1.405300\n"
                        "   43      n3    read       17     1.407000   1.407900  <- impossible\n"));
}

TEST(Terminal, EndsWithReportAndReplay) {
  const std::vector<std::string> lines = split(plain(testing::stale_read()), '\n');
  ASSERT_GE(lines.size(), 3U);
  EXPECT_EQ(lines[lines.size() - 3], "report: /tmp/report.html");
  EXPECT_EQ(lines[lines.size() - 2],
            "replay: tribunal run --mode single-leader:replication=async,failover=auto,fencing=off "
            "--workload register --nemesis partition:targets=leader --time 20s --seed 42");
  EXPECT_THAT(plain(testing::undecided_file()), Not(HasSubstr("replay:")));
}

TEST(Terminal, SaysKeptAndUndecidedInWords) {
  EXPECT_THAT(plain(testing::valid_run()), StartsWith("PROMISE KEPT: linearizable holds"));
  const std::string undecided = plain(testing::undecided_file());
  EXPECT_THAT(undecided, StartsWith("UNDECIDED: linearizable"));
  EXPECT_THAT(undecided, HasSubstr("the budget of 60 s was used up"));
}

TEST(Terminal, TellsHealthyFromFaultyAvailability) {
  EXPECT_THAT(plain(testing::valid_run()),
              HasSubstr("100 % ok while healthy, 88.14 % ok under faults"));
}

TEST(Terminal, ShowsFindingsOfTheProtocol) {
  EXPECT_THAT(plain(testing::lost_write_under_partition()),
              HasSubstr("n1 at 12.050000 s: leader append-only: entry 811"));
}

TEST(Terminal, ShowsUnknownOutcomesAsSuch) {
  EXPECT_THAT(plain(testing::lost_write_under_partition()), HasSubstr("413    8.320000   unknown"));
}

TEST(Terminal, ShowsThreeAnomaliesAndCountsTheRest) {
  Sample sample = testing::stale_read();
  sample.results.checks[0].anomalies.resize(7, sample.results.checks[0].anomalies[0]);
  const std::string text = plain(sample);
  EXPECT_THAT(text, HasSubstr("3. stale read"));
  EXPECT_THAT(text, Not(HasSubstr("4. stale read")));
  EXPECT_THAT(text, HasSubstr("... and 4 more anomalies"));
}

TEST(Terminal, CutsALargeCore) {
  Sample sample = testing::many(500);
  std::vector<std::uint32_t> core;
  for (const history::Operation& op : sample.history.operations()) core.push_back(op.invocation);
  sample.results.checks[0].anomalies[0].operations = core;
  EXPECT_THAT(plain(sample),
              HasSubstr("... and " + std::to_string(core.size() - 12) + " more operations"));
}

TEST(Terminal, FitsIntoAHundredColumns) {
  for (const Sample& sample :
       {testing::valid_run(), testing::stale_read(), testing::undecided_file(),
        testing::lost_write_under_partition(), testing::hostile(), testing::many(200)}) {
    for (const std::string& line : split(plain(sample), '\n')) {
      if (line.starts_with("replay: ") || line.starts_with("report: ")) continue;
      EXPECT_LE(width(line), terminal_columns) << line;
    }
  }
}

TEST(Terminal, NoValueReachesTheTerminalRaw) {
  const std::string text = plain(testing::hostile());
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos) << "a mark that reverses the line";
  EXPECT_EQ(text.find('\xff'), std::string::npos);
  EXPECT_THAT(text, HasSubstr("\\x1b[31m"));
}

TEST(Terminal, ColourAddsNothingButColour) {
  for (const Sample& sample : {testing::valid_run(), testing::stale_read(), testing::hostile()}) {
    const std::string coloured =
        terminal_summary(sample.results, sample.history, "/tmp/report.html", true);
    EXPECT_NE(coloured.find('\x1b'), std::string::npos);
    EXPECT_EQ(without_colour(coloured), plain(sample));
  }
}

TEST(Table, WrapsAtBlanksAndInsideWordsThatAreTooLong) {
  EXPECT_EQ(wrap("one two three", 0, "  ", 8), "one two\n  three");
  EXPECT_EQ(wrap("abcdefghij", 0, "", 4), "abcd\nefgh\nij");
  EXPECT_EQ(wrap("", 0, "  ", 8), "");
}

TEST(Table, AlignsByCharactersNotBytes) {
  EXPECT_EQ(align({{"\xc3\xa4", "x"}, {"ab", "y"}}),
            (std::vector<std::string>{"\xc3\xa4   x", "ab  y"}));
}

}  // namespace
}  // namespace tribunal::reports
