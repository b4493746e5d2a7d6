// The page as text: nothing in it may act but our own script, and it stays within its size. What it
// looks like in a browser is tested in tests/browser.
#include <algorithm>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/report.h"
#include "tests/browser/samples.h"
#include "tests/reports/recorder.h"

namespace tribunal::reports {
namespace {

using history::Value;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Sample;

std::string page_of(const Sample& sample) { return html_report(sample.results, sample.history); }

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t i = text.find(part); i != std::string::npos; i = text.find(part, i + 1)) ++n;
  return n;
}

json document(const std::string& page, const std::string& id) {
  const std::string open = "<script type=\"application/json\" id=\"" + id + "\">";
  const std::size_t begin = page.find(open);
  if (begin == std::string::npos) return {};
  const std::size_t end = page.find("</script>", begin);
  return json::parse(page.substr(begin + open.size(), end - begin - open.size()));
}

// The page without the parts that are ours.
std::string foreign_parts(const std::string& page) {
  const std::size_t begin = page.find("<details id=\"plain\"");
  const std::size_t end = page.rfind("<script nonce=");
  return page.substr(begin, end - begin);
}

TEST(Html, HostileTextsAddNoElement) {
  const std::string page = page_of(testing::hostile());
  EXPECT_EQ(occurrences(page, "<script"), occurrences(page_of(testing::stale_read()), "<script"));
  EXPECT_EQ(occurrences(page, "</script"), occurrences(page_of(testing::stale_read()), "</script"));
  EXPECT_THAT(foreign_parts(page), Not(HasSubstr("<img")));
  EXPECT_THAT(foreign_parts(page), Not(HasSubstr("<!--")));
  EXPECT_THAT(page.substr(0, page.find("</title>")), Not(HasSubstr("<img")));
}

TEST(Html, HostileTextsSurviveAsData) {
  const Sample sample = testing::hostile();
  const json results = document(page_of(sample), "results");
  EXPECT_THAT(results["run"]["mode"].get<std::string>(), HasSubstr("</script><script>document."));
}

TEST(Html, AllowsItsOwnScriptOnlyAndNoRequests) {
  const std::string page = page_of(testing::stale_read());
  EXPECT_THAT(page, HasSubstr("default-src 'none'; script-src 'nonce-"));
  EXPECT_THAT(page, Not(HasSubstr("unsafe-inline")));
  EXPECT_FALSE(std::regex_search(page, std::regex("(src|href)=[\"']?(https?:)?//")));
  EXPECT_FALSE(
      std::regex_search(page, std::regex("url\\([^#]|@import|fetch\\(|XMLHttpRequest|innerHTML")));
}

TEST(Html, TheNonceDependsOnTheData) {
  const auto nonce = [](const std::string& page) {
    const std::size_t i = page.find("nonce-") + 6;
    return page.substr(i, 32);
  };
  EXPECT_NE(nonce(page_of(testing::stale_read())), nonce(page_of(testing::valid_run())));
}

TEST(Html, CarriesTheResultsAsJson) {
  const Sample sample = testing::lost_write_under_partition();
  json expected = json::parse(results_json(sample.results, sample.history, Timing::omit));
  EXPECT_EQ(document(page_of(sample), "results"), expected);
}

TEST(Html, TheSameRunGivesTheSamePage) {
  Sample a = testing::stale_read();
  Sample b = testing::stale_read();
  b.results.checks[0].seconds = 1234;
  EXPECT_EQ(page_of(a), page_of(b));
}

TEST(Html, ColumnsGiveEveryOperationBack) {
  const Sample sample = testing::lost_write_under_partition();
  const json columns = document(page_of(sample), "operations");
  const std::vector<history::Operation> operations = sample.history.operations();
  ASSERT_EQ(columns["id"].size(), operations.size());
  std::int64_t id = 0;
  std::int64_t at = 0;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const history::Operation& op = operations[i];
    id += columns["id"][i].get<std::int64_t>();
    at += columns["at"][i].get<std::int64_t>();
    ASSERT_EQ(id, op.invocation);
    ASSERT_EQ(at, sample.history.time(op.invocation).count());
    ASSERT_EQ(id + columns["done"][i].get<std::int64_t>(), op.completion);
    ASSERT_EQ(at + columns["took"][i].get<std::int64_t>(),
              sample.history.time(op.completion).count());
    ASSERT_EQ(columns["process"][i], index(op.process));
    ASSERT_EQ(columns["names"][columns["f"][i].get<std::size_t>()], sample.history.name(op.f));
    const std::string text = columns["texts"][columns["returned"][i].get<std::size_t>()];
    ASSERT_EQ(text, op.returned.is_nil() ? "" : sample.history.value(op.returned).show());
  }
}

TEST(Html, StaysWithinItsLimitAndSaysWhatIsMissing) {
  const Sample sample = testing::many(60'000);
  const std::string page = html_report(sample.results, sample.history, 600'000);
  EXPECT_LE(page.size(), 600'000U);
  EXPECT_GT(page.size(), 300'000U) << "most of the room should be used";
  const json extent = document(page, "extent");
  EXPECT_LT(extent["shown"], extent["total"]);
  EXPECT_GT(extent["shown"], 5000);
  const json columns = document(page, "operations");
  std::vector<std::uint32_t> shown;
  std::uint32_t id = 0;
  for (const json& step : columns["id"]) shown.push_back(id += step.get<std::uint32_t>());
  for (std::uint32_t core : sample.results.checks[0].anomalies[0].operations) {
    EXPECT_TRUE(std::binary_search(shown.begin(), shown.end(), core)) << core;
  }
}

TEST(Html, HundredThousandOperationsFitWhole) {
  const Sample sample = testing::many(115'000);
  const std::string page = page_of(sample);
  const json extent = document(page, "extent");
  EXPECT_GE(extent["total"], 100'000);
  EXPECT_EQ(extent["shown"], extent["total"]);
  EXPECT_LE(page.size(), html_report_limit);
}

TEST(Html, HugeTextsAndListsStayWithinTheLimit) {
  Sample sample = testing::stale_read();
  Results& results = sample.results;
  const std::string huge(300'000, '<');  // the character that takes most room when escaped
  for (std::string* text :
       {&results.run.name, &results.run.scenario, &results.run.replay, &results.run.mode,
        &results.checks[0].reason, &results.checks[0].anomalies[0].explanation}) {
    *text = huge;
  }
  results.checks[0].anomalies[0].steps.assign(50, huge.substr(0, 5000));
  results.checks[0].anomalies.resize(100, results.checks[0].anomalies[0]);
  results.protocol.assign(100'000, {milliseconds(1), "n1", huge.substr(0, 500), "detail"});
  results.marks.assign(100'000, {milliseconds(1), "n1", huge.substr(0, 500)});
  for (const std::size_t limit :
       {std::size_t{200'000}, std::size_t{2'000'000}, html_report_limit}) {
    const std::string page = html_report(results, sample.history, limit);
    EXPECT_LE(page.size(), limit);
    EXPECT_THAT(page, HasSubstr("linearizable is violated"));
  }
}

TEST(Html, ATinyLimitLeavesTheText) {
  const Sample sample = testing::stale_read();
  const std::string page = html_report(sample.results, sample.history, 20'000);
  EXPECT_LE(page.size(), 20'000U);
  EXPECT_THAT(page, HasSubstr("Process 43 read 17"));
  EXPECT_THAT(page, HasSubstr("larger than its limit"));
}

TEST(Html, HugeValuesAreCut) {
  testing::Recorder recorder;
  std::vector<Value> items;
  for (int i = 0; i < 50'000; ++i) items.push_back(Value::integer(1'000'000 + i));
  for (int process = 0; process < 20; ++process) {
    recorder.read(process, Value::vector(items), process, process + 1);
    items.pop_back();
  }
  const history::History history = recorder.history();
  EXPECT_LT(html_report({}, history).size(), 300'000U);
}

TEST(Html, WorksForNothingAtAll) {
  const std::string page = html_report({}, history::History());
  EXPECT_THAT(page, HasSubstr("UNDECIDED"));
  EXPECT_EQ(document(page, "extent")["total"], 0);
}

}  // namespace
}  // namespace tribunal::reports
