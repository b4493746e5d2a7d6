// A ConfluenceReport on the terminal. Names and files come from outside and are quoted, so that
// nothing in them can move the cursor.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "reports/confluence_diff.h"
#include "reports/confluence_words.h"
#include "reports/table.h"

namespace tribunal::reports {
namespace {

using namespace confluence;  // the views' shared parts
using checker::confluence::Verdict;

constexpr std::size_t label_width = 11;
constexpr std::size_t prose_limit = 2000;
constexpr std::size_t widest_cell = 34;   // a cell's name in the table
constexpr std::size_t widest_value = 14;  // one of its values
constexpr std::size_t most_rows = 24;
constexpr std::size_t most_steps = 40;
constexpr std::size_t most_phases = 8;
constexpr std::size_t gap = 4;
constexpr std::size_t column = (terminal_columns - 3 - gap) / 2;

Ink ink_of(Verdict verdict) {
  return verdict == Verdict::confluent ? Ink::green
         : verdict == Verdict::unknown ? Ink::yellow
                                       : Ink::red;
}

class Text {
 public:
  Text(const ConfluenceReport& report, bool color)
      : report_(report),
        spec_(report.spec),
        layout_(layout_of(report)),
        story_(story_of(report, layout_)),
        color_(color) {}

  std::string text() {
    verdict();
    grounds();
    if (story_) counterexample();
    if (report_.decision.verdict == Verdict::invalid_initial) initial_state();
    conflicts();
    if (report_.advice) advice(*report_.advice);
    executions();
    notes();
    while (out_.ends_with("\n\n")) out_.pop_back();
    return std::move(out_);
  }

 private:
  void line(std::string_view text) {
    out_ += text;
    out_ += '\n';
  }
  void title(std::string_view text) { line(paint(text, Ink::bold, color_)); }
  void fact(std::string_view label, std::string_view text) {
    const std::string head = fmt::format("  {:<{}}", label, label_width);
    out_ += paint(head, Ink::faint, color_);
    line(wrap(quote(text, prose_limit), head.size(), std::string(head.size(), ' ')));
  }
  void item(std::string_view text, Ink ink = Ink::plain) {
    line(paint("   - " + wrap(quote(text, prose_limit), 5, "     "), ink, color_));
  }
  void paragraph(std::string_view text) { line("   " + wrap(quote(text, prose_limit), 3, "   ")); }

  void verdict() {
    const Verdict verdict = report_.decision.verdict;
    const std::string head(verdict_word(verdict));
    out_ += paint(head, ink_of(verdict), color_);
    const std::string rest = ": " + quote(verdict_sentence(report_, story_), prose_limit);
    line(paint(wrap(rest, head.size(), "  "), Ink::bold, color_));
    line("");
  }

  void grounds() {
    const auto& decision = report_.decision;
    if (!report_.file.empty()) fact("file", report_.file);
    if (!decision.reason.empty()) fact("reason", decision.reason + ".");
    fact(decision.verdict == Verdict::confluent ? "proof" : "grounds", route_sentence(report_));
    if (decision.verdict != Verdict::invalid_initial) fact("scope", scope_sentence(report_));
    if (!report_.recheck.empty()) fact("re-check", report_.recheck);
    const std::vector<std::string> facts = fact_texts(report_);
    if (decision.verdict == Verdict::confluent && !facts.empty()) {
      fact("rests on", "what holds in every state that replicas can reach:");
      for (const std::string& one : facts) fact("", "- " + one);
    }
    line("");
  }

  // ---- the run ----

  void counterexample() {
    title("How it breaks");
    if (story_->branched) {
      branches(*story_);
    } else {
      lanes(*story_);
    }
    line("");
    values(*story_);
    explanation(*story_);
    paragraph(fault_sentence(report_, *story_) +
              (story_->hindsight.empty() ? "" : " " + story_->hindsight));
    line("");
  }

  void branches(const Story& story) {
    std::string known = "both replicas: the initial state";
    if (!story.executed) known = "both replicas hold the same";
    std::vector<std::string> first;
    for (const std::size_t i : story.prefix) {
      if (!story.steps[i].merge) first.push_back(story.steps[i].call);
    }
    if (!first.empty()) known = "both replicas have: " + join(first, "; ");
    paragraph(known);
    const std::string bar(column / 2, ' ');
    line(paint("   " + pad(bar + "/", column + gap) + bar + "\\", Ink::faint, color_));
    two("replica " + replica_name(story.left_replica),
        "replica " + replica_name(story.right_replica), Ink::faint);
    const std::size_t rows = std::max(story.left.size(), story.right.size());
    for (std::size_t i = 0; i < rows; ++i) {
      two(i < story.left.size() ? story.steps[story.left[i]].call : "",
          i < story.right.size() ? story.steps[story.right[i]].call : "", Ink::plain);
    }
    line(paint("   " + pad(bar + "\\", column + gap) + bar + "/", Ink::faint, color_));
    const std::string& invariant = spec_.invariants[story.why.invariant].name;
    const std::string merged = quote("the merge breaks '" + invariant + "'", column * 2);
    const std::size_t left = column - std::min(column, width(merged) / 2);
    line(paint("   " + std::string(left, ' ') + shorten(merged, terminal_columns - 3 - left),
               Ink::red, color_));
  }

  static std::string pad(std::string text, std::size_t columns) {
    text.append(columns - std::min(columns, width(text)), ' ');
    return text;
  }

  // Two texts side by side, each wrapped in its column.
  void two(const std::string& left, const std::string& right, Ink ink) {
    const auto a = split(wrap(quote(left, prose_limit), 0, "  ", column), '\n');
    const auto b = split(wrap(quote(right, prose_limit), 0, "  ", column), '\n');
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
      std::string row = pad(i < a.size() ? a[i] : "", column + gap) + (i < b.size() ? b[i] : "");
      row.erase(row.find_last_not_of(' ') + 1);
      line(paint("   " + row, ink, color_));
    }
  }

  void lanes(const Story& story) {
    const std::size_t shown = std::min(most_steps, story.steps.size());
    for (std::size_t i = 0; i < shown; ++i) {
      const ShownStep& step = story.steps[i];
      const std::string what =
          step.merge ? "hears all that " + replica_name(step.from) + " knows" : step.call;
      const std::string head = fmt::format("   {:>2}. {}: ", i + 1, replica_name(step.replica));
      const std::string mark = step.violates ? "  <- broken" : "";
      line(paint(head + wrap(quote(what + mark, prose_limit), head.size(), "       "),
                 step.violates ? Ink::red : Ink::plain, color_));
    }
    if (shown < story.steps.size()) {
      paragraph(fmt::format("... and {} more steps", story.steps.size() - shown));
    }
  }

  std::string value(spec::Cell cell, const spec::Values& values) const {
    if (cell >= values.size()) return "";
    return shorten(quote(show_cell_value(layout_, cell, values[cell]), 200), widest_value);
  }

  void values(const Story& story) {
    std::vector<std::vector<std::string>> rows{{"cell", story.branched ? "before" : "at first",
                                                "replica " + replica_name(story.left_replica),
                                                "replica " + replica_name(story.right_replica),
                                                "merged", ""}};
    for (const spec::Cell cell : story.cells) {
      if (rows.size() > most_rows) break;
      rows.push_back({shorten(quote(layout_.show_cell(cell), 300), widest_cell),
                      value(cell, story.before), value(cell, story.at_left),
                      value(cell, story.at_right), value(cell, story.merged),
                      story.is_named(cell) ? "<- broken" : ""});
    }
    const std::vector<std::string> lines = align(rows);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool marked = lines[i].ends_with("<- broken");
      line("   " + paint(lines[i], i == 0 ? Ink::faint : marked ? Ink::red : Ink::plain, color_));
    }
    if (story.cells.size() + 1 > rows.size()) {
      paragraph(fmt::format("... and {} more cells", story.cells.size() + 1 - rows.size()));
    }
    line("");
  }

  void explanation(const Story& story) {
    const std::string binding = binding_text(layout_, story.why);
    const std::string& name = spec_.invariants[story.why.invariant].name;
    fact("broken", name + (binding.empty() ? "" : ", for " + binding) + ":");
    fact("", story.why.condition);
    if (!story.why.computed.empty()) fact("here", story.why.computed + ", which is false");
    line("");
  }

  void initial_state() {
    const spec::Values initial = spec::shown(layout_, spec::State(layout_));
    title("In the initial state");
    for (const std::uint32_t invariant : report_.decision.broken_initially) {
      const Explanation why = explain(layout_, invariant, initial);
      const std::string binding = binding_text(layout_, why);
      fact("broken",
           spec_.invariants[invariant].name + (binding.empty() ? "" : ", for " + binding) + ":");
      fact("", why.condition);
      if (!why.computed.empty()) fact("here", why.computed + ", which is false");
    }
    line("");
  }

  // ---- what to do ----

  void conflicts() {
    const auto& all = report_.decision.conflicts;
    if (all.empty()) return;
    title("What conflicts");
    for (const auto& conflict : all) {
      const std::string key = key_text(spec_, conflict);
      item(conflict_text(spec_, conflict) + (key.empty() ? "" : ", " + key));
    }
    line("");
    if (!story_ && report_.decision.verdict == Verdict::unknown) example(all.front());
  }

  void example(const checker::confluence::Conflict& conflict) {
    title("An example, in a state that may or may not be reachable");
    const Story story = story_of(conflict, layout_);
    branches(story);
    line("");
    values(story);
    explanation(story);
  }

  void advice(const checker::confluence::Advice& advice) {
    const bool apology = story_ && advice.apology;
    if (advice.locks.empty() && advice.cover.empty() && advice.phases.empty() &&
        advice.variants.empty() && !apology) {
      return;
    }
    title("What to do");
    for (const auto& lock : advice.locks) option("lock", lock_sentence(spec_, lock));
    if (!advice.locks.empty()) line("     " + locks_proof(advice));
    const std::string cover = cover_sentence(report_);
    if (!cover.empty()) option("or coordinate the fewest", cover);
    phases(advice);
    for (const auto& variant : advice.variants) {
      option("or " + variant_title(variant), variant.change + " (" + variant_proof(variant) + ")");
      changes(variant);
    }
    if (apology) option("or apologise", apology_sentence(report_, *story_, layout_));
    line("");
  }

  void option(const std::string& label, const std::string& text) {
    const std::string head = "   - " + label + ": ";
    out_ += paint(head, Ink::bold, color_);
    line(wrap(quote(text, prose_limit), head.size(), "     "));
  }

  void phases(const checker::confluence::Advice& advice) {
    if (advice.phases.empty()) return;
    option("or take turns", phases_sentence(spec_, advice));
    for (std::size_t i = 0; i < advice.phases.size() && i < most_phases; ++i) {
      std::vector<std::string> names;
      for (const std::uint32_t t : advice.phases[i].transactions) {
        names.push_back(spec_.transactions[t].name);
      }
      const std::string text = fmt::format("phase {}: {} ({})", i + 1, join(names, ", "),
                                           advice.phases[i].proven ? "proven" : "not proven");
      line("       " + wrap(quote(text, prose_limit), 7, "         "));
    }
  }

  void changes(const checker::confluence::Variant& variant) {
    std::size_t shown = 0;
    for (const DiffLine& one : changed_lines(spec_, variant.spec)) {
      if (++shown > most_rows) {
        line("       ...");
        break;
      }
      const bool added = one.mark == DiffLine::Mark::added;
      const std::string text = (added ? "+ " : "- ") + quote(one.text, 500);
      line(paint("       " + wrap(text, 7, "           "), added ? Ink::green : Ink::red, color_));
    }
  }

  void executions() {
    if (report_.executions.empty()) return;
    title("On a real store");
    for (const ExecutionResult& result : report_.executions) {
      item(execution_sentence(result), result.violating > 0 ? Ink::red : Ink::plain);
      if (!result.replay.empty()) line("     replay: " + quote(result.replay, 1U << 20U));
    }
    const std::string sense = disagreement(report_);
    if (!sense.empty()) paragraph(sense);
    line("");
  }

  void notes() {
    const std::vector<std::string> own = remarks(report_);
    if (own.empty() && report_.warnings.empty()) return;
    title("Worth a look");
    for (const std::string& remark : own) item(remark, Ink::yellow);
    for (const spec::Diagnostic& warning : report_.warnings) {
      const std::vector<std::string> parts =
          split(spec::show(warning, report_.text, quote(report_.file, 300), "warning"), '\n');
      item(parts.front(), Ink::yellow);
      for (std::size_t i = 1; i < parts.size(); ++i) {
        line("     " + shorten(quote(parts[i], 1000), terminal_columns - 5));
      }
    }
    line("");
  }

  const ConfluenceReport& report_;
  const spec::Spec& spec_;
  spec::Layout layout_;
  std::optional<Story> story_;
  bool color_;
  std::string out_;
};

}  // namespace

std::string confluence_text(const ConfluenceReport& report, bool color) {
  return Text(report, color).text();
}

}  // namespace tribunal::reports
