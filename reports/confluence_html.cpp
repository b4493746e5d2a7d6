// The page of a ConfluenceReport. It is drawn here and needs no script to be read: the page's own
// small one adds comforts only. All text is escaped where it enters, and the content policy allows
// no script but ours and no request at all, so nothing that a specification holds can act.
#include <fmt/format.h>

#include "base/hash.h"
#include "reports/assets.h"
#include "reports/confluence_page.h"
#include "reports/confluence_words.h"
#include "reports/markup.h"
#include "reports/present.h"

namespace tribunal::reports {
namespace {

using namespace confluence;  // the views' shared parts
using checker::confluence::Verdict;

constexpr std::size_t plain_text_limit = 200'000;

struct Look {
  std::string_view kind;  // of the banner
  std::string_view icon;
  std::string_view title;
};

Look look_of(const ConfluenceReport& report) {
  switch (report.decision.verdict) {
    case Verdict::confluent:
      return {"good", "✓", "Confluent"};
    case Verdict::not_confluent:
      return {"bad", "✗", "Not confluent"};
    case Verdict::invalid_initial:
      return {"bad", "✗", "Broken from the start"};
    case Verdict::unknown:
      break;
  }
  return {"open", "?", "Unknown"};
}

std::string joined(const std::vector<std::string_view>& texts) {
  std::string out;
  for (std::string_view text : texts) out += text;
  return out;
}

class Page {
 public:
  explicit Page(const ConfluenceReport& report)
      : report_(report),
        layout_(layout_of(report)),
        story_(story_of(report, layout_)),
        look_(look_of(report)) {}

  std::string html() {
    banner();
    body_ += "<main>\n";
    if (story_) counterexample();
    if (report_.decision.verdict == Verdict::invalid_initial) initial_state();
    if (!report_.decision.conflicts.empty()) {
      if (!story_ && report_.decision.verdict == Verdict::unknown) example();
      section("conflicts", "What conflicts", conflicts_html(report_, layout_));
    }
    if (report_.advice) {
      const std::string advice = advice_html(report_, layout_, story_);
      if (advice.find("<article") != std::string::npos) section("advice", "What to do", advice);
    }
    if (report_.decision.verdict == Verdict::confluent) grounds();
    if (!report_.executions.empty()) executions();
    source();
    body_ += "</main>\n";
    return framed();
  }

 private:
  void section(std::string_view id, std::string_view title, const std::string& content) {
    body_ += fmt::format(
        "<section class=\"card\" id=\"{0}\" aria-labelledby=\"{0}-title\">\n"
        "<h2 id=\"{0}-title\">{1}</h2>\n{2}</section>\n",
        id, shown_html(title), content);
  }

  std::string title() const {
    const std::string file = report_.file.empty() ? "" : ": " + report_.file;
    return std::string(look_.title) + file + " - tribunal";
  }

  void banner() {
    const std::string file = report_.file.empty() ? "" : " · " + report_.file;
    body_ += fmt::format(
        "<a class=\"skip\" href=\"#source\">Skip to the specification</a>\n"
        "<header class=\"banner {}\" id=\"verdict\">\n<div class=\"seal\" aria-hidden=\"true\">{}"
        "</div>\n<div class=\"ruling\">\n{}{}{}",
        look_.kind, look_.icon, element("p", "eyebrow", "tribunal · invariant confluence" + file),
        element("h1", "", look_.title),
        paragraph("sentence", capital(verdict_sentence(report_, story_))));
    body_ += "<dl class=\"grounds\">\n";
    if (!report_.decision.reason.empty()) ground("Why not", report_.decision.reason + ".");
    ground(report_.decision.verdict == Verdict::confluent ? "Proof" : "Grounds",
           route_sentence(report_));
    if (report_.decision.verdict != Verdict::invalid_initial) {
      ground("Scope", scope_sentence(report_));
    }
    if (!report_.recheck.empty()) ground("Re-check", report_.recheck);
    body_ += "</dl>\n</div>\n</header>\n";
  }

  static std::string capital(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
      text[0] = static_cast<char>(text[0] - 32);
    }
    return text;
  }

  void ground(std::string_view label, std::string_view text) {
    body_ += "<div>" + element("dt", "", label) + "<dd>" + prose(text) + "</dd></div>\n";
  }

  void counterexample() {
    section("run", "How it breaks",
            paragraph("explanation", fault_sentence(report_, *story_)) +
                story_html(report_, layout_, *story_) +
                (story_->hindsight.empty() ? "" : paragraph("hindsight", story_->hindsight)));
  }

  void initial_state() {
    const spec::Values initial = spec::shown(layout_, spec::State(layout_));
    std::string content;
    for (const std::uint32_t invariant : report_.decision.broken_initially) {
      const Explanation why = explain(layout_, invariant, initial);
      const std::string binding = binding_text(layout_, why);
      content += element(
          "h3", "",
          report_.spec.invariants[invariant].name + (binding.empty() ? "" : ", for " + binding));
      content += explanation_html(report_, layout_, why);
    }
    section("run", "What the initial state breaks", content);
  }

  void example() {
    const Story story = story_of(report_.decision.conflicts.front(), layout_);
    section("run", "A suspicion",
            paragraph("explanation", fault_sentence(report_, story)) +
                story_html(report_, layout_, story));
  }

  void executions() {
    std::string rows;
    for (const ExecutionResult& result : report_.executions) {
      const bool bad = result.violating > 0;
      rows += "<tr>" + element("td", "", result.mode) +
              element("td", "", result.nemesis.empty() ? "none" : result.nemesis) +
              element("td", "number", show_count(result.runs)) +
              element("td", "number", show_count(result.transactions)) +
              (bad ? element("td", "bad-text",
                             fmt::format("✗ broken in {} of {}", show_count(result.violating),
                                         show_counted(result.runs, "run")))
                   : element("td", "good-text", "✓ kept in " + show_counted(result.runs, "run"))) +
              "</tr>\n";
      if (result.replay.empty()) continue;
      rows += "<tr><td colspan=\"5\"><div class=\"copy\">" +
              element("code", "replay", result.replay) + "</div></td></tr>\n";
    }
    section("executions", "On a real store",
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Runs\"><table>"
            "<thead><tr><th scope=\"col\">mode</th><th scope=\"col\">faults</th>"
            "<th scope=\"col\" class=\"number\">runs</th>"
            "<th scope=\"col\" class=\"number\">transactions</th><th scope=\"col\">invariants</th>"
            "</tr></thead><tbody>\n" +
                rows + "</tbody></table></div>\n" + paragraph("note", disagreement(report_)));
  }

  void grounds() {
    std::string content = proof_html(report_);
    const std::vector<std::string> facts = fact_texts(report_);
    if (!facts.empty()) {
      content +=
          "<h3>The proof rests on what holds in every state that replicas can reach</h3>\n"
          "<ul class=\"facts\">\n";
      for (const std::string& fact : facts) content += "<li>" + prose(fact) + "</li>\n";
      content += "</ul>\n";
    }
    section("proof", "Why it holds", content);
  }

  void source() {
    std::string content;
    const std::vector<std::string> own = remarks(report_);
    if (!own.empty()) {
      content += "<ul class=\"remarks\">\n";
      for (const std::string& remark : own) content += "<li>⚠ " + prose(remark) + "</li>\n";
      content += "</ul>\n";
    }
    section("source", "The specification", content + source_html(report_));
  }

  std::string framed() const {
    const std::string json = json_for_script(confluence_json(report_));
    const std::string plain = escape_html(clip(confluence_text(report_, false), plain_text_limit));
    // Not guessable from inside: it depends on every byte of the page's data.
    const std::string nonce = fmt::format("{:016x}{:016x}", hash_text(json), hash_text(body_));
    std::string page = fmt::format(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        "script-src 'nonce-{0}'; style-src 'nonce-{0}'; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<title>{1}</title>\n<style nonce=\"{0}\">\n{2}</style>\n</head>\n<body>\n",
        nonce, shown_html(title(), 300), joined(assets::confluence_styles()));
    page += "<div id=\"app\">\n" + body_ + "</div>\n";
    page += "<details id=\"plain\">\n<summary>The same as plain text</summary>\n<pre>" + plain +
            "</pre>\n</details>\n";
    page += "<script type=\"application/json\" id=\"report\">" + json + "</script>\n";
    page += fmt::format("<script nonce=\"{}\">\n{}</script>\n</body>\n</html>\n", nonce,
                        joined(assets::confluence_scripts()));
    return page;
  }

  const ConfluenceReport& report_;
  spec::Layout layout_;
  std::optional<Story> story_;
  Look look_;
  std::string body_;
};

}  // namespace

std::string confluence_html(const ConfluenceReport& report) { return Page(report).html(); }

}  // namespace tribunal::reports
