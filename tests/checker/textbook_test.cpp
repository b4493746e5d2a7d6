// The histories of the figures of Kleppmann, "Designing Data-Intensive Applications" (2017), that
// speak of registers, each with its whole vector of verdicts.
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/consistency.h"
#include "checker/models.h"
#include "tests/checker/edn_histories.h"
#include "tests/checker/keyed_histories.h"

namespace tribunal::checker {
namespace {

using testing::HasSubstr;
using testing_support::checked;
using testing_support::keyed;
using testing_support::sequence;

struct Row {
  const char* figure;
  const char* text;      // [key value] pairs are spelled as keys of their own below
  const char* verdicts;  // Lin, Seq, Causal, RYW, MR, MW, WFR: Y or n
};

const std::vector<const char*> columns{"linearizable",       "sequential",      "causal",
                                       "read-your-writes",   "monotonic-reads", "monotonic-writes",
                                       "writes-follow-reads"};

const std::vector<Row>& rows() {
  static const std::string stale = sequence("0 write x 1; 0 read x 0");
  static const std::string backward = sequence("1 write x 1; 0 read x 1; 0 read x 0");
  static const std::string answer =
      sequence("0 write q 1; 1 read q 1; 1 write a 1; 2 read a 1; 2 read q 0");
  static const std::string never_saw = sequence("0 write x 1; 1 read x 1; 1 write x 2; 2 read x 1");
  static const std::string saw_both =
      sequence("0 write x 1; 1 read x 1; 1 write x 2; 2 read x 2; 2 read x 1");
  static const std::string football = sequence("0 write s 1; 1 read s 1; 2 read s 0");
  static const std::string football_pending =
      "0 invoke write s 1\n" + sequence("1 read s 1; 2 read s 0");
  static const std::string quorum =
      "0 invoke write x 1\n" + sequence("1 read x 1; 2 read x 0") + "0 ok write x 1\n";
  static const std::vector<Row> list{
      {"5-3: a stale follower after one's own write", stale.c_str(), "nnnnYYY"},
      {"5-4: time goes backward", backward.c_str(), "nnnYnYY"},
      {"5-5: the answer before the question", answer.c_str(), "nnnYYYn"},
      {"8-3: last write wins by a skewed clock, never seen", never_saw.c_str(), "nYYYYYY"},
      {"8-3: seen, and then the earlier write again", saw_both.c_str(), "nnnYYYY"},
      {"9-1: the football score", football.c_str(), "nYYYYYY"},
      {"9-1: the football score, write pending", football_pending.c_str(), "nYYYYYY"},
      {"9-6: a strict quorum", quorum.c_str(), "nYYYYYY"}};
  return list;
}

Options from_zero() {
  Options options;
  options.initial = history::Value::integer(0);
  return options;
}

std::map<std::string, Check> all_checks(const history::History& history, const Options& options) {
  std::map<std::string, Check> all;
  all["linearizable"] = checked(history, options);
  auto weaker = check_consistency(history, options);
  EXPECT_TRUE(weaker.ok());
  for (Check& check : *weaker) all[check.name] = std::move(check);
  return all;
}

TEST(Textbook, EveryFigureHasItsVerdicts) {
  for (const Row& row : rows()) {
    const auto checks = all_checks(keyed(row.text), from_zero());
    std::string found;
    for (const char* column : columns) {
      const Validity validity = checks.at(column).validity;
      found += validity == Validity::valid ? 'Y' : validity == Validity::invalid ? 'n' : '?';
    }
    EXPECT_EQ(found, row.verdicts) << row.figure;
  }
}

TEST(Textbook, VerdictsAgreeWithTheLattice) {
  for (const Row& row : rows()) {
    const auto checks = all_checks(keyed(row.text), from_zero());
    for (const auto& [stronger, a] : checks) {
      for (const auto& [weaker, b] : checks) {
        if (!implies(stronger, weaker) || a.validity != Validity::valid) continue;
        EXPECT_EQ(b.validity, Validity::valid) << row.figure << ": " << stronger << ", " << weaker;
      }
    }
  }
}

// Monotonic reads alone holds (2 before 1), writes follow reads alone holds (1 before 2), but no
// one order of the versions has both.
TEST(Textbook, TwoGuaranteesThatHoldAloneConflictTogether) {
  const auto checks = all_checks(
      keyed(sequence("0 write x 1; 1 read x 1; 1 write x 2; 2 read x 2; 2 read x 1")), from_zero());
  EXPECT_EQ(checks.at("monotonic-reads").validity, Validity::valid);
  EXPECT_EQ(checks.at("writes-follow-reads").validity, Validity::valid);
  const Check& together = checks.at("session-guarantees");
  ASSERT_EQ(together.validity, Validity::invalid);
  ASSERT_FALSE(together.anomalies.empty());
  const Anomaly& anomaly = together.anomalies.front();
  EXPECT_EQ(anomaly.kind, "conflicting guarantees");
  EXPECT_THAT(anomaly.explanation, HasSubstr("monotonic-reads, writes-follow-reads"));
  EXPECT_EQ(anomaly.cycle.size(), 2U);
}

TEST(Textbook, FiguresAreExplained) {
  const auto anomaly = [](const Row& row, const char* model) {
    const auto checks = all_checks(keyed(row.text), from_zero());
    EXPECT_FALSE(checks.at(model).anomalies.empty());
    return checks.at(model).anomalies.empty() ? Anomaly{} : checks.at(model).anomalies.front();
  };
  EXPECT_EQ(anomaly(rows()[0], "read-your-writes").kind, "unseen own write");
  EXPECT_EQ(anomaly(rows()[1], "monotonic-reads").kind, "non-monotonic read");
  const Anomaly answer = anomaly(rows()[2], "writes-follow-reads");
  EXPECT_EQ(answer.kind, "writes-follow-reads violation");
  EXPECT_THAT(answer.explanation, HasSubstr("client 2 read 0"));
  EXPECT_THAT(answer.explanation, HasSubstr("client 1 read 1"));
  EXPECT_EQ(anomaly(rows()[2], "consistent-prefix").kind, "broken prefix");
  EXPECT_THAT(anomaly(rows()[4], "causal").explanation, HasSubstr("WriteCORead"));
}

}  // namespace
}  // namespace tribunal::checker
