// The page of a specification as text; what it looks like in a browser is tested in tests/browser.
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "reports/table.h"
#include "tests/browser/confluence_samples.h"

namespace tribunal::reports {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::size_t occurrences(const std::string& text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t i = text.find(part); i != std::string::npos; i = text.find(part, i + 1)) ++n;
  return n;
}

// Elements and attributes only, as a browser would see them.
std::vector<std::string> tags_of(const std::string& page) {
  static const std::regex tag(R"re(<(/?[a-zA-Z!][^\s<>"']*)((?:[^<>"']|"[^"]*"|'[^']*')*)>)re");
  std::vector<std::string> tags;
  for (std::sregex_iterator i(page.begin(), page.end(), tag), end; i != end; ++i) {
    tags.push_back((*i)[1]);
  }
  return tags;
}

std::string body_of(const std::string& page) {
  return page.substr(page.find("<body>"), page.find("<script type") - page.find("<body>"));
}

TEST(ConfluenceHtml, LetsNoTextBecomeAnElement) {
  const std::string page = confluence_html(testing::hostile_specification());
  const std::string harmless = confluence_html(testing::chosen_names());
  EXPECT_EQ(occurrences(page, "<script"), occurrences(harmless, "<script"));
  EXPECT_EQ(occurrences(page, "</script"), occurrences(harmless, "</script"));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("<!--")));
  EXPECT_THAT(body_of(page), Not(HasSubstr("\xe2\x80\xae"))) << "the mark that reverses text";
  EXPECT_THAT(page, HasSubstr("&lt;img src=x onerror=&quot;"));
  for (const std::string& tag : tags_of(body_of(page))) {
    static const std::set<std::string> known = {
        "a",       "article", "b",    "body",       "button",  "code",  "dd",    "details", "div",
        "dl",      "dt",      "em",   "figcaption", "figure",  "g",     "h1",    "h2",      "h3",
        "header",  "i",       "li",   "main",       "ol",      "p",     "path",  "pre",     "rect",
        "section", "small",   "span", "svg",        "summary", "table", "tbody", "td",      "text",
        "th",      "thead",   "tr",   "ul",         "circle"};
    EXPECT_TRUE(known.count(tag[0] == '/' ? tag.substr(1) : tag) == 1) << tag;
  }
}

TEST(ConfluenceHtml, AllowsItsOwnScriptOnlyAndNoRequests) {
  const std::string page = confluence_html(testing::chosen_names());
  EXPECT_THAT(page, HasSubstr("default-src 'none'; script-src 'nonce-"));
  EXPECT_THAT(page, Not(HasSubstr("unsafe-inline")));
  EXPECT_THAT(page, Not(HasSubstr(" style="))) << "which the policy would not let act";
  EXPECT_FALSE(std::regex_search(page, std::regex("(src|href)=[\"']?(https?:)?//")));
  EXPECT_FALSE(
      std::regex_search(page, std::regex("url\\([^#]|@import|fetch\\(|XMLHttpRequest|innerHTML")));
}

TEST(ConfluenceHtml, IsCompleteWithoutItsScript) {
  const std::string body = body_of(confluence_html(testing::chosen_names()));
  EXPECT_THAT(body, HasSubstr("<h1>Not confluent</h1>"));
  EXPECT_THAT(body, HasSubstr("<section class=\"state merged\">"));
  EXPECT_EQ(occurrences(body.substr(0, body.find("id=\"conflicts\"")), "td class=\"broken\""), 4U);
  EXPECT_THAT(body, HasSubstr("<svg class=\"graph\""));
  EXPECT_THAT(body, HasSubstr("✗ broken in 87 of 100 runs"));
  EXPECT_THAT(body, HasSubstr("✗ broken in the run above"));
  EXPECT_THAT(body, HasSubstr("⚠ concurrent changes of"));
  EXPECT_THAT(body, HasSubstr("tribunal replay --seed 3"));
}

TEST(ConfluenceHtml, MarksTheLinesThatTakePart) {
  const std::string body = body_of(confluence_html(testing::chosen_names()));
  for (const int line : {6, 7, 11}) {
    EXPECT_THAT(body, HasSubstr("class=\"line conflict\" id=\"line-" + std::to_string(line)));
  }
  for (const int line : {5, 12}) {
    EXPECT_THAT(body, HasSubstr("class=\"line\" id=\"line-" + std::to_string(line)));
  }
  for (const int line : {14, 15}) {
    EXPECT_THAT(body, HasSubstr("class=\"line invariant\" id=\"line-" + std::to_string(line)));
  }
}

TEST(ConfluenceHtml, SaysWhoseValueAMergedCellHas) {
  const std::string body = body_of(confluence_html(testing::tangled()));
  const std::string merged = body.substr(body.find("state merged"));
  const std::string row = merged.substr(0, merged.find("</table>"));
  EXPECT_TRUE(std::regex_search(row, std::regex("<b>absent</b> <span[^>]*>B</span></td>")))
      << "its removal won: " << row;
  EXPECT_TRUE(std::regex_search(row, std::regex("<b>present</b> <span[^>]*>A</span></td>"))) << row;
}

TEST(ConfluenceHtml, CarriesTheReportAsJson) {
  const ConfluenceReport report = testing::hostile_specification();
  const std::string page = confluence_html(report);
  const std::string open = "<script type=\"application/json\" id=\"report\">";
  const std::size_t begin = page.find(open) + open.size();
  const std::string text = page.substr(begin, page.find("</script>", begin) - begin);
  EXPECT_EQ(json::parse(text), json::parse(confluence_json(report)));
}

TEST(ConfluenceHtml, OpensAndClosesItsElementsInPairs) {
  for (const ConfluenceReport& report :
       {testing::chosen_names(), testing::minted_ids(), testing::counted_up(),
        testing::three_replicas(), testing::tangled(), testing::suspicion(),
        testing::broken_initially(), testing::hostile_specification()}) {
    std::vector<std::string> open;
    for (const std::string& tag : tags_of(body_of(confluence_html(report)))) {
      if (tag == "path" || tag == "rect" || tag == "circle") continue;  // end themselves
      if (tag[0] != '/') {
        open.push_back(tag);
        continue;
      }
      ASSERT_FALSE(open.empty());
      ASSERT_EQ("/" + open.back(), tag);
      open.pop_back();
    }
    EXPECT_THAT(open, ::testing::ElementsAre("body"));
  }
}

// ---- all scenarios, with real verdicts ----

ConfluenceReport decided(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  ConfluenceReport report;
  report.file = file.filename().string();
  report.text = text.str();
  auto parsed = spec::parse(report.text);
  EXPECT_TRUE(parsed) << file;
  report.spec = *std::move(parsed);
  checker::confluence::Options options;
  options.simulated_runs = 300;
  report.decision = checker::confluence::decide(report.spec, options);
  if (report.decision.verdict == checker::confluence::Verdict::not_confluent) {
    report.advice = checker::confluence::advise(report.spec, report.decision, options);
  }
  return report;
}

TEST(ConfluenceScenarios, AllRenderTheSameEveryTime) {
  int seen = 0;
  const std::filesystem::path folder =
      std::filesystem::path(TRIBUNAL_SOURCE_DIR) / "scenarios" / "confluence";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".icf") continue;
    SCOPED_TRACE(entry.path().filename());
    ++seen;
    const ConfluenceReport report = decided(entry.path());
    const bool breaks = report.decision.verdict == checker::confluence::Verdict::not_confluent;
    const std::string text = confluence_text(report, false);
    for (const std::string& line : split(text, '\n')) EXPECT_LE(width(line), 100U) << line;
    EXPECT_EQ(text.find("How it breaks") != std::string::npos, breaks);
    const json document = json::parse(confluence_json(report));
    EXPECT_EQ(document["counterexample"].is_object(), breaks);
    EXPECT_EQ(breaks, breaks && !document["counterexample"]["cells"].empty());
    const std::string page = confluence_html(report);
    EXPECT_LT(page.size(), 400'000U);
    EXPECT_EQ(page.find("state merged") != std::string::npos, breaks);
    const ConfluenceReport copy = report;  // at other addresses
    EXPECT_EQ(confluence_text(copy, false), text);
    EXPECT_EQ(confluence_json(copy), confluence_json(report));
    EXPECT_EQ(confluence_html(copy), page);
  }
  EXPECT_GE(seen, 40);
}

}  // namespace
}  // namespace tribunal::reports
