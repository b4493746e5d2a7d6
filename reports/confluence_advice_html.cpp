// What conflicts, and what can be done about it.
#include <fmt/format.h>

#include "reports/confluence_diff.h"
#include "reports/confluence_graph.h"
#include "reports/confluence_page.h"
#include "reports/confluence_words.h"
#include "reports/markup.h"

namespace tribunal::reports::confluence {
namespace {

using checker::confluence::Advice;
using checker::confluence::Route;
using checker::confluence::Variant;

constexpr std::size_t most_examples = 40;
constexpr std::size_t most_phases = 24;

// In words as well: no colour says anything alone.
std::string proof_badge(bool proven) {
  return proven ? "<span class=\"proof good-text\">✓ proven</span>"
                : "<span class=\"proof open-text\">? not proven</span>";
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string option(std::string_view title, const std::string& badge, const std::string& body) {
  return "<article class=\"option\">\n<h3>" + shown_html(title) + " " + badge + "</h3>\n" + body +
         "</article>\n";
}

std::string locks_html(const ConfluenceReport& report, const Advice& advice) {
  if (advice.locks.empty()) return "";
  std::string body = advice.locks.size() > 1 ? "<ol class=\"locks\">\n" : "";
  for (const auto& lock : advice.locks) {
    const std::string sentence = capital(lock_sentence(report.spec, lock));
    body +=
        advice.locks.size() > 1 ? "<li>" + prose(sentence) + "</li>\n" : paragraph("", sentence);
  }
  if (advice.locks.size() > 1) body += "</ol>\n";
  body += paragraph("note", locks_proof(advice));
  bool shared = false;
  for (const auto& lock : advice.locks) {
    for (const auto& holder : lock.holders) {
      shared |= holder.mode == checker::confluence::Lock::Mode::shared;
    }
  }
  if (shared) {
    body += element("p", "note", "Shared: any number at once, but not beside an exclusive one.");
  }
  return option("Hold a lock", proof_badge(advice.locks_proven), body);
}

std::string phases_html(const ConfluenceReport& report, const Advice& advice) {
  if (advice.phases.empty()) return "";
  std::string body = paragraph("", capital(phases_sentence(report.spec, advice)) + ".");
  body += "<ol class=\"phases\">\n";
  bool proven = true;
  for (std::size_t i = 0; i < advice.phases.size() && i < most_phases; ++i) {
    body += "<li>";
    for (const std::uint32_t t : advice.phases[i].transactions) {
      body += element("code", "pill", report.spec.transactions[t].name) + " ";
    }
    if (!advice.phases[i].proven) body += proof_badge(false);
    proven &= advice.phases[i].proven;
    body += "</li>\n";
  }
  return option(advice.phases.size() == 1 ? "Set the free ones free" : "Take turns",
                proof_badge(proven), body + "</ol>\n");
}

std::string diff_html(const ConfluenceReport& report, const Variant& variant) {
  std::string out = "<pre class=\"diff\" tabindex=\"0\">";
  for (const DiffLine& line : changed_lines(report.spec, variant.spec)) {
    const bool added = line.mark == DiffLine::Mark::added;
    out += fmt::format("<span class=\"{}\">{} {}</span>\n", added ? "added" : "removed",
                       added ? '+' : '-', code_html(line.text));
  }
  return out + "</pre>\n";
}

std::string variant_html(const ConfluenceReport& report, const Variant& variant) {
  const bool is_policy = variant.kind == Variant::Kind::policy;  // "awset user -> rwset"
  std::string body = paragraph("", is_policy ? variant.change : capital(variant.change) + ".");
  body += diff_html(report, variant);
  body +=
      "<details><summary>The whole changed specification</summary>\n"
      "<div class=\"copy\"><pre class=\"whole\" tabindex=\"0\">" +
      code_html(variant.spec) + "</pre></div></details>\n";
  const bool proven = variant.route == Route::closed || variant.route == Route::origin_states;
  return option(capital(variant_title(variant)), proof_badge(proven), body);
}

std::string apology_html(const ConfluenceReport& report, const Story& story,
                         const spec::Layout& layout) {
  std::string body = paragraph("", capital(apology_cost(report, story, layout)) + ".");
  const std::vector<std::string> cures = apology_cures(report, story);
  body += paragraph("", cures.empty()       ? "No single transaction cures it when undone."
                        : cures.size() == 1 ? "Undoing this cures it:"
                                            : "Undoing any one of these cures it:");
  body += "<ul class=\"cures\">\n";
  for (const std::string& cure : cures) body += "<li>" + element("code", "pill", cure) + "</li>\n";
  return option("Apologise", "", body + "</ul>\n");
}

}  // namespace

std::string conflicts_html(const ConfluenceReport& report, const spec::Layout& layout) {
  const ConflictGraph graph = conflict_graph(report);
  std::string out =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Conflict graph\">\n" +
      graph_svg(report, graph) + "</div>\n";
  const auto& conflicts = report.decision.conflicts;
  if (report.advice && !report.advice->locks.empty()) {
    out +=
        "<p class=\"note\">A padlock is what the transaction has to hold; a double border marks "
        "the fewest that have to be coordinated.</p>\n";
  }
  if (!graph.free.empty()) {
    out += "<p class=\"free\">Free of conflicts: ";
    for (const std::uint32_t t : graph.free) {
      out += element("code", "pill", report.spec.transactions[t].name) + " ";
    }
    out += "</p>\n";
  }
  out += "<ol class=\"conflicts\">\n";
  for (std::size_t i = 0; i < conflicts.size(); ++i) {
    const std::string key = key_text(report.spec, conflicts[i]);
    out += fmt::format(
        "<li id=\"conflict-{}\">{}", i + 1,
        prose(conflict_text(report.spec, conflicts[i]) + (key.empty() ? "" : ", " + key) + "."));
    if (i < most_examples && !conflicts[i].example.before.empty()) {
      out += "<details><summary>An example</summary>\n";
      const Story story = story_of(conflicts[i], layout);
      out += paragraph("note", fault_sentence(report, story)) + story_html(report, layout, story) +
             "</details>";
    }
    out += "</li>\n";
  }
  return out + "</ol>\n";
}

std::string advice_html(const ConfluenceReport& report, const spec::Layout& layout,
                        const std::optional<Story>& story) {
  const Advice& advice = *report.advice;
  std::string out = "<div class=\"options\">\n" + locks_html(report, advice);
  const std::string cover = cover_sentence(report);
  if (!cover.empty()) out += option("Coordinate the fewest", "", paragraph("", capital(cover)));
  out += phases_html(report, advice) + "</div>\n<div class=\"options wide\">\n";
  if (story && advice.apology) out += apology_html(report, *story, layout);
  for (const Variant& variant : advice.variants) out += variant_html(report, variant);
  return out + "</div>\n";
}

}  // namespace tribunal::reports::confluence
