// A run drawn as it went: boxes of what was known, what ran, and what was shown. No picture needs
// its colours: letters name the replicas, words and crosses say what broke.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "reports/confluence_page.h"
#include "reports/confluence_words.h"
#include "reports/markup.h"

namespace tribunal::reports::confluence {
namespace {

constexpr std::size_t most_rows = 40;

// Cells whose indices range over the same types: rows are elements, columns variables. Without
// indices there is one row.
struct Sheet {
  std::vector<spec::Type> types;
  std::vector<std::uint32_t> variables;
  std::vector<std::vector<std::int64_t>> rows;
};

std::vector<Sheet> sheets_of(const spec::Layout& layout, const Story& story) {
  std::vector<Sheet> sheets;
  for (const spec::Cell cell : story.cells) {
    const std::uint32_t variable = layout.variable_of(cell);
    const auto& types = layout.spec().variables[variable].indices;
    auto sheet = std::find_if(sheets.begin(), sheets.end(),
                              [&](const Sheet& one) { return one.types == types; });
    if (sheet == sheets.end()) {
      sheets.push_back({types, {}, {}});
      sheet = sheets.end() - 1;
    }
    auto& variables = sheet->variables;
    if (std::find(variables.begin(), variables.end(), variable) == variables.end()) {
      variables.push_back(variable);
    }
    sheet->rows.push_back(layout.indices_of(cell));
  }
  for (Sheet& sheet : sheets) {
    std::sort(sheet.rows.begin(), sheet.rows.end());
    sheet.rows.erase(std::unique(sheet.rows.begin(), sheet.rows.end()), sheet.rows.end());
    if (sheet.rows.size() > most_rows) sheet.rows.resize(most_rows);
  }
  return sheets;
}

// Two curves from the middle to the sides, or back.
std::string connector(bool fork) {
  const auto curve = [&](int side) {
    return fork ? fmt::format("M50 0 C50 60 {0} 40 {0} 100", side)
                : fmt::format("M{0} 0 C{0} 60 50 40 50 100", side);
  };
  return fmt::format(
      "<svg class=\"connector\" viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" "
      "aria-hidden=\"true\"><path class=\"side-0\" d=\"{}\"/><path class=\"side-1\" d=\"{}\"/>"
      "</svg>\n",
      curve(25), curve(75));
}

// Which moment of the story a box shows.
enum class Moment { before, left, right, merged };

class Drawing {
 public:
  Drawing(const ConfluenceReport& report, const spec::Layout& layout, const Story& story)
      : report_(report), layout_(layout), story_(story), sheets_(sheets_of(layout, story)) {}

  std::string branches() const {
    return "<figure class=\"story\">\n<div class=\"tier\">" + ancestor() + "</div>\n" +
           connector(true) + "<div class=\"tier two\">" + replica(Moment::left) +
           replica(Moment::right) + "</div>\n" + connector(false) + "<div class=\"tier\">" +
           merged() + "</div>\n" + legend() + "</figure>\n";
  }

  // What the replicas of the last merge show, for runs that are drawn otherwise.
  std::string last_merge() const {
    return "<div class=\"tier two\">" + replica(Moment::left) + replica(Moment::right) +
           "</div>\n" + connector(false) + "<div class=\"tier\">" + merged() + "</div>\n" +
           legend();
  }

 private:
  static std::string legend() {
    return "<figcaption class=\"note\">✗ marks what the broken invariant reads; a letter says "
           "whose "
           "value a merged cell has.</figcaption>\n";
  }

  const spec::Values& values(Moment moment) const {
    switch (moment) {
      case Moment::left:
        return story_.at_left;
      case Moment::right:
        return story_.at_right;
      case Moment::merged:
        return story_.merged;
      case Moment::before:
        break;
    }
    return story_.before;
  }

  std::string ancestor() const {
    std::string out = "<section class=\"state before\"><h3>Both replicas</h3>\n";
    std::string steps;
    for (const std::size_t i : story_.prefix) {
      if (!story_.steps[i].merge) steps += step(story_.steps[i]);
    }
    if (!story_.executed) {
      out += element("p", "lead", "hold the same, valid data");
    } else {
      out += element("p", "lead", steps.empty() ? "in the initial state" : "have seen");
    }
    return out + steps + sheets(Moment::before) + "</section>\n";
  }

  std::string replica(Moment moment) const {
    const bool left = moment == Moment::left;
    const std::uint32_t number = left ? story_.left_replica : story_.right_replica;
    std::string out = fmt::format("<section class=\"state side-{}\"><h3>{}</h3>\n", left ? 0 : 1,
                                  badge(left) + "Replica " + replica_name(number));
    const auto& steps = left ? story_.left : story_.right;
    if (story_.branched) {
      out += element("p", "lead", "runs, without knowing of the other");
      for (const std::size_t i : steps) out += step(story_.steps[i]);
    }
    out += element("p", "lead", story_.branched ? "and shows" : "shows");
    out += sheets(moment);
    const std::string& invariant = report_.spec.invariants[story_.why.invariant].name;
    out += fmt::format(
        "<p class=\"verdict good-text\"><span aria-hidden=\"true\">✓</span> {} holds "
        "here</p>\n",
        element("code", "", invariant));
    return out + "</section>\n";
  }

  std::string merged() const {
    const std::string& invariant = report_.spec.invariants[story_.why.invariant].name;
    return "<section class=\"state merged\"><h3>Merged</h3>\n" + sheets(Moment::merged) +
           "<p class=\"verdict bad-text\"><span aria-hidden=\"true\">✗</span> " +
           element("code", "", invariant) + " is broken" + for_binding() + "</p>\n" +
           explanation_html(report_, layout_, story_.why) + "</section>\n";
  }

  std::string for_binding() const {
    const std::string binding = binding_text(layout_, story_.why);
    return binding.empty() ? "" : " for " + element("code", "", binding);
  }

  std::string badge(bool left) const {
    const std::uint32_t number = left ? story_.left_replica : story_.right_replica;
    return fmt::format("<span class=\"badge side-{}\" aria-hidden=\"true\">{}</span>", left ? 0 : 1,
                       replica_name(number));
  }

  static std::string step(const ShownStep& step) {
    std::string out = "<div class=\"step\"><code>";
    const std::size_t bracket = step.call.find('(');
    out += element("b", "", step.call.substr(0, bracket)) + "</code>";
    if (!step.arguments.empty()) out += "<dl>";
    for (const Argument& argument : step.arguments) {
      out += fmt::format("<div>{}{}", element("dt", "", argument.name),
                         element("dd", "", argument.value));
      if (argument.minted == spec::Minted::fresh) out += element("dd", "minted", "fresh");
      if (argument.minted == spec::Minted::self) out += element("dd", "minted", "itself");
      out += "</div>";
    }
    if (!step.arguments.empty()) out += "</dl>";
    return out + "</div>\n";
  }

  // ---- what is shown ----

  std::string sheets(Moment moment) const {
    std::string out = "<div class=\"sheets\">\n";
    for (std::size_t i = 0; i < sheets_.size(); ++i) {
      out +=
          sheets_[i].types.empty() ? scalars(sheets_[i], i, moment) : sheet(sheets_[i], i, moment);
    }
    return out + "</div>\n";
  }

  std::string sheet(const Sheet& sheet, std::size_t number, Moment moment) const {
    std::vector<std::string> of;
    for (const spec::Type type : sheet.types) of.push_back(spec::name_of(layout_.spec(), type));
    std::string head;
    for (const std::string& one : of) head += element("th", "key", one);
    for (const std::uint32_t v : sheet.variables) {
      head += element("th", "", layout_.spec().variables[v].name);
    }
    std::string out = "<table><thead><tr>" + head + "</tr></thead><tbody>\n";
    for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
      const bool gone = is_absent(sheet, sheet.rows[r], moment);
      out += fmt::format("<tr data-row=\"{}-{}\"{}>", number, r, gone ? " class=\"absent\"" : "");
      for (std::size_t i = 0; i < sheet.types.size(); ++i) {
        out += "<th scope=\"row\">" +
               shown_html(layout_.show_value(sheet.types[i], sheet.rows[r][i])) + "</th>";
      }
      for (const std::uint32_t v : sheet.variables) out += cell(v, sheet.rows[r], moment);
      out += "</tr>\n";
    }
    return out + "</tbody></table>\n";
  }

  std::string scalars(const Sheet& sheet, std::size_t number, Moment moment) const {
    std::string out = "<table><tbody>\n";
    for (const std::uint32_t v : sheet.variables) {
      out += fmt::format("<tr data-row=\"{}-{}\"><th scope=\"row\">{}</th>{}</tr>\n", number, v,
                         shown_html(layout_.spec().variables[v].name), cell(v, {}, moment));
    }
    return out + "</tbody></table>\n";
  }

  // All sets of the row lack its element: what its registers hold means little.
  bool is_absent(const Sheet& sheet, const std::vector<std::int64_t>& row, Moment moment) const {
    bool sets = false;
    for (const std::uint32_t v : sheet.variables) {
      if (!spec::is_set(layout_.spec().variables[v].kind)) continue;
      sets = true;
      const auto at = layout_.cell(v, row);
      if (at && values(moment)[*at] != 0) return false;
    }
    return sets;
  }

  std::string cell(std::uint32_t variable, const std::vector<std::int64_t>& row,
                   Moment moment) const {
    const auto at = layout_.cell(variable, row);
    if (!at) return "<td></td>";
    const std::int64_t value = values(moment)[*at];
    const std::int64_t was = story_.before[*at];
    const std::string text = shown_html(show_cell_value(layout_, *at, value), 60);
    const bool broken = moment == Moment::merged && story_.is_named(*at);
    std::string out = broken ? "<td class=\"broken\"><span class=\"cross\" title=\"the violated "
                               "invariant reads this\">✗</span> "
                             : "<td>";
    if (moment == Moment::before || value == was) {
      out += text;
    } else if (moment == Moment::merged) {
      out += "<b>" + text + "</b>";
    } else {
      out += "<b>" + text + "</b> <small>was " +
             shown_html(show_cell_value(layout_, *at, was), 60) + "</small>";
    }
    if (moment == Moment::merged) out += origins(*at);
    return out + "</td>";
  }

  // Whose value the merged cell has; of what neither had, who changed it.
  std::string origins(spec::Cell at) const {
    const std::int64_t before = story_.before[at];
    const std::int64_t left = story_.at_left[at];
    const std::int64_t right = story_.at_right[at];
    const std::int64_t merged = story_.merged[at];
    if (left == before && right == before) return "";
    const bool either = left == merged || right == merged;
    std::string out;
    if (either ? left == merged : left != before) out += " " + badge(true);
    if (either ? right == merged : right != before) out += " " + badge(false);
    return out;
  }

  const ConfluenceReport& report_;
  const spec::Layout& layout_;
  const Story& story_;
  std::vector<Sheet> sheets_;
};

}  // namespace

std::string element(std::string_view tag, std::string_view kind, std::string_view text) {
  const std::string attribute = kind.empty() ? "" : fmt::format(" class=\"{}\"", kind);
  return fmt::format("<{0}{1}>{2}</{0}>", tag, attribute, shown_html(text));
}

std::string proof_html(const ConfluenceReport& report) {
  const bool closed = report.decision.route == checker::confluence::Route::closed;
  std::string pills;
  for (const spec::Transaction& op : report.spec.transactions) {
    pills += element("code", "pill", op.name) + " ";
  }
  std::string kept;
  for (const spec::Invariant& invariant : report.spec.invariants) {
    kept += "<p class=\"verdict good-text\"><span aria-hidden=\"true\">✓</span> " +
            element("code", "", invariant.name) + " holds</p>\n";
  }
  const auto side = [&](std::uint32_t number) {
    const std::string name = replica_name(number);
    return fmt::format(
        "<section class=\"state side-{0}\"><h3><span class=\"badge side-{0}\" "
        "aria-hidden=\"true\">{1}</span>Replica {1}</h3>\n<p class=\"lead\">{2}</p>\n<p>{3}</p>"
        "</section>\n",
        number, name, closed ? "runs anything, as often as it likes" : "runs any one of these",
        pills);
  };
  return "<figure class=\"story\">\n<div class=\"tier\"><section class=\"state before\">"
         "<h3>Both replicas</h3>\n" +
         paragraph("lead", "in any state that they can reach") + "</section></div>\n" +
         connector(true) + "<div class=\"tier two\">" + side(0) + side(1) + "</div>\n" +
         connector(false) + "<div class=\"tier\"><section class=\"state kept\"><h3>Merged</h3>\n" +
         kept + "</section></div>\n</figure>\n";
}

std::string prose(std::string_view text) {
  const auto is_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('\'');
    if (open == std::string_view::npos) break;
    std::size_t close = open + 1;
    while (close < text.size() && is_name(text[close])) ++close;
    const bool named = close > open + 1 && close < text.size() && text[close] == '\'';
    out += shown_html(text.substr(0, named ? open : close));
    if (named) out += element("code", "", text.substr(open + 1, close - open - 1));
    text.remove_prefix(named ? close + 1 : close);
  }
  return out + shown_html(text);
}

std::string paragraph(std::string_view kind, std::string_view text) {
  if (text.empty()) return "";
  const std::string attribute = kind.empty() ? "" : fmt::format(" class=\"{}\"", kind);
  return fmt::format("<p{}>{}</p>\n", attribute, prose(text));
}

std::string explanation_html(const ConfluenceReport&, const spec::Layout&, const Explanation& why) {
  std::string out = "<dl class=\"why\">\n<div><dt>it demands</dt><dd>" + code_html(why.condition) +
                    "</dd></div>\n";
  if (!why.computed.empty()) {
    out += "<div><dt>here that is</dt><dd>" + code_html(why.computed) +
           "<span class=\"false\">, which is false</span></dd></div>\n";
  }
  return out + "</dl>\n";
}

std::string story_html(const ConfluenceReport& report, const spec::Layout& layout,
                       const Story& story) {
  const Drawing drawing(report, layout, story);
  if (story.branched) return drawing.branches();
  return "<figure class=\"story\">\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
         "aria-label=\"The run, step by step\">\n" +
         lanes_svg(report, story) + "</div>\n<h3>The last merge</h3>\n" + drawing.last_merge() +
         "</figure>\n";
}

}  // namespace tribunal::reports::confluence
