// report.html: a frame around three JSON documents, the page's script, and the plain text for
// readers without scripts. The script builds everything else with text nodes only, and the content
// policy allows no script but ours and no request at all, so nothing that a history holds can act.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "reports/assets.h"
#include "reports/markup.h"
#include "reports/page_data.h"
#include "reports/present.h"
#include "reports/report.h"

namespace tribunal::reports {
namespace {

using history::History;

constexpr std::size_t bin_count = 200;
constexpr std::size_t plain_text_limit = 200'000;

std::string data_element(std::string_view id, const std::string& json) {
  return fmt::format("<script type=\"application/json\" id=\"{}\">{}</script>\n", id,
                     json_for_script(json));
}

std::string joined(const std::vector<std::string_view>& texts) {
  std::string out;
  for (std::string_view text : texts) out += text;
  return out;
}

struct Documents {
  std::string results;
  std::string page;
  Columns operations;
};

// Reports of any size must open: a document that would take more than its share is made again with
// tighter limits on its lists and texts.
Documents make_documents(const Results& results, const History& history, std::size_t room) {
  const Measurements measured = measure(history, results);
  const Axis axis(history);
  const FaultLog faults = fault_log(history);
  DocumentLimits document{200, 400, 60, 500, 20'000};
  PageLimits page;
  Documents made;
  for (int attempt = 0; attempt < 8; ++attempt) {
    Json drawn = page_document(results, history, axis, faults, page);
    drawn["bins"] = bins_json(history, axis, bin_count);
    made.page = dump(drawn);
    made.results = dump(results_document(results, measured, history, Timing::omit, document));
    if (made.page.size() + made.results.size() <= room / 2) break;
    document = {document.anomalies / 2, document.operations / 2, document.steps / 2,
                document.list / 2, document.text / 4};
    page = {page.stories / 2 + 1,    page.core_operations / 2 + 2,
            page.candidates / 2 + 1, page.marks / 2,
            page.text / 4,           page.scenario / 4};
  }
  // Escaping "<" costs five bytes more for each; 5/8 leaves room for a history that is full of
  // them.
  const std::size_t used = json_for_script(made.page).size() + json_for_script(made.results).size();
  const std::size_t rest = room > used ? room - used : 0;
  for (std::size_t budget = rest; budget > 1000; budget = budget / 2) {
    made.operations = operation_columns(history, axis, core_operations(results, page), budget);
    if (json_for_script(made.operations.json).size() <= rest) break;
  }
  return made;
}

std::string head(const std::string& title, const std::string& nonce, std::string_view style) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "script-src 'nonce-{0}'; style-src 'nonce-{0}'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<title>{1}</title>\n<style nonce=\"{0}\">\n{2}</style>\n</head>\n<body>\n",
      nonce, escape_html(title), style);
}

// Runs first, so that it also sees a script that does not even parse.
constexpr std::string_view error_hook =
    "addEventListener('error', (e) => { document.documentElement.dataset.error = "
    "String(e.message || e); });\n";

std::string plain_text(const Results& results, const History& history) {
  return escape_html(clip(terminal_summary(results, history, "", false), plain_text_limit));
}

std::string title_of(const Results& results) {
  const std::string name =
      results.run.name.empty() ? "tribunal" : quote(results.run.name, 100) + " - tribunal";
  return quote(headline(results), 200) + " - " + name;
}

// What is left when not even the tightest limits fit: the text alone.
std::string text_page(const Results& results, const History& history, std::size_t limit) {
  const std::string begin = head(title_of(results), "0", "");
  const std::string end = "</pre>\n</body>\n</html>\n";
  const std::string note =
      "The full report is larger than its limit; results.json has everything.\n";
  const std::size_t room = limit > begin.size() + end.size() + note.size() + 100
                               ? (limit - begin.size() - end.size() - note.size() - 100) / 6
                               : 0;
  return begin + "<p>" + note + "</p><pre>" +
         escape_html(clip(terminal_summary(results, history, "", false), room)) + end;
}

}  // namespace

std::string html_report(const Results& results, const History& history, std::size_t limit) {
  const std::string style = joined(assets::styles());
  const std::string script =
      "(() => {\n'use strict';\n" + joined(assets::scripts()) + "start();\n})();\n";
  const std::string plain = plain_text(results, history);
  const std::size_t frame = style.size() + script.size() + plain.size() + 4000;
  if (limit <= frame) return text_page(results, history, limit);
  const Documents documents = make_documents(results, history, limit - frame);
  // Not guessable from inside: it depends on every byte of the page's data.
  const std::string nonce =
      fmt::format("{:016x}{:016x}", hash_text(documents.results + documents.page),
                  hash_text(documents.operations.json));
  std::string page = head(title_of(results), nonce, style);
  page +=
      fmt::format("<script nonce=\"{}\">{}</script>\n<div id=\"app\"></div>\n", nonce, error_hook);
  page += "<details id=\"plain\" open>\n<summary>The same as plain text</summary>\n<pre>" + plain +
          "</pre>\n</details>\n";
  page += data_element("results", documents.results);
  page += data_element("page", documents.page);
  page += data_element("operations", documents.operations.json);
  page += data_element("extent", dump(Json{{"shown", documents.operations.shown},
                                           {"total", documents.operations.total},
                                           {"limit", limit}}));
  page += fmt::format("<script nonce=\"{}\">\n{}</script>\n</body>\n</html>\n", nonce, script);
  return page.size() <= limit ? page : text_page(results, history, limit);
}

}  // namespace tribunal::reports
