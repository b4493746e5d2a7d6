// Swim lanes, for runs that are not two branches.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/confluence_page.h"
#include "reports/confluence_words.h"
#include "reports/markup.h"
#include "reports/table.h"

namespace tribunal::reports::confluence {
namespace {

constexpr double letter = 7.8;
constexpr double line_height = 18;
constexpr double padding = 12;
constexpr double gap = 22;      // between steps
constexpr double margin = 40;   // for the numbers of steps
constexpr double heading = 46;  // of a lane
constexpr std::size_t most_steps = 60;
constexpr std::size_t longest_line = 28;

std::string number(double value) { return fmt::format("{}", std::lround(value)); }

std::vector<std::string> lines_of(const ConfluenceReport& report, const ShownStep& step) {
  std::vector<std::string> lines{
      shorten(report.spec.transactions[step.transaction].name, longest_line)};
  for (const Argument& argument : step.arguments) {
    lines.push_back(shorten(argument.name + ": " + argument.value, longest_line));
  }
  return lines;
}

class Lanes {
 public:
  Lanes(const ConfluenceReport& report, const Story& story) : report_(report), story_(story) {
    std::size_t most = 12;
    for (const ShownStep& step : story.steps) {
      if (step.merge) continue;
      for (const std::string& line : lines_of(report, step)) most = std::max(most, width(line));
    }
    box_ = static_cast<double>(most) * letter + 2 * padding;
    lane_ = box_ + 70;
  }

  std::string draw() {
    const std::size_t shown = std::min(most_steps, story_.steps.size());
    double y = heading + gap;
    std::string steps;
    for (std::size_t i = 0; i < shown; ++i) {
      steps += numbering(i, y);
      y += (story_.steps[i].merge ? merge(story_.steps[i], y, steps)
                                  : execution(story_.steps[i], y, steps)) +
           gap;
    }
    if (shown < story_.steps.size()) {
      steps +=
          text("note", margin, y, fmt::format("and {} more steps", story_.steps.size() - shown));
      y += line_height;
    }
    const double wide = margin + lane_ * story_.replicas;
    return fmt::format(
               "<svg class=\"lanes\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
               "role=\"img\" aria-label=\"{2}\">\n",
               number(wide), number(y), shown_html(in_words(shown))) +
           lifelines(y) + steps + "</svg>\n";
  }

 private:
  double middle(std::uint32_t replica) const { return margin + lane_ * (replica + 0.5); }

  static std::string text(std::string_view kind, double x, double y, const std::string& text) {
    return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n", kind, number(x),
                       number(y), shown_html(text));
  }

  std::string lifelines(double bottom) const {
    std::string out;
    for (std::uint32_t r = 0; r < story_.replicas; ++r) {
      out += fmt::format("<path class=\"life\" d=\"M{0} {1} V{2}\"/>\n", number(middle(r)),
                         number(heading - 12), number(bottom - 6));
      out += text("lane", middle(r), 22, "Replica " + replica_name(r));
    }
    return out;
  }

  static std::string numbering(std::size_t i, double y) {
    return text("number", 12, y + 20, fmt::format("{}", i + 1));
  }

  double execution(const ShownStep& step, double y, std::string& out) const {
    const std::vector<std::string> lines = lines_of(report_, step);
    const double height = line_height * static_cast<double>(lines.size()) + 2 * padding - 6;
    const double left = middle(step.replica) - box_ / 2;
    out += fmt::format(
        "<rect class=\"run\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
        "rx=\"8\"/>\n",
        number(left), number(y), number(box_), number(height));
    for (std::size_t i = 0; i < lines.size(); ++i) {
      out += text(i == 0 ? "name" : "argument", left + padding,
                  y + padding + 9 + line_height * static_cast<double>(i), lines[i]);
    }
    return height;
  }

  double merge(const ShownStep& step, double y, std::string& out) const {
    const double from = middle(step.from);
    const double to = middle(step.replica);
    const double way = to > from ? 1 : -1;
    const double at = y + 16;
    const std::string_view kind = step.violates ? "arrow broken" : "arrow";
    out += fmt::format(
        "<g class=\"{}\"><circle cx=\"{}\" cy=\"{}\" r=\"5\"/><path class=\"shaft\" "
        "d=\"M{} {} H{}\"/><path class=\"head\" d=\"M{} {} l{} -6 v12 z\"/></g>\n",
        kind, number(from), number(at), number(from), number(at), number(to - 14 * way),
        number(to - 2 * way), number(at), number(-12 * way));
    const std::string& invariant = report_.spec.invariants[story_.why.invariant].name;
    out += text(step.violates ? "merge broken" : "merge", (from + to) / 2, at - 7,
                step.violates ? "✗ breaks " + shorten(invariant, longest_line) : "merge");
    return 26;
  }

  std::string in_words(std::size_t shown) const {
    std::string words;
    for (std::size_t i = 0; i < shown; ++i) {
      const ShownStep& step = story_.steps[i];
      words +=
          fmt::format("{}. {}: {}. ", i + 1, replica_name(step.replica),
                      step.merge ? "merges what " + replica_name(step.from) + " knows" : step.call);
    }
    return words;
  }

  const ConfluenceReport& report_;
  const Story& story_;
  double box_ = 0;
  double lane_ = 0;
};

}  // namespace

std::string lanes_svg(const ConfluenceReport& report, const Story& story) {
  return Lanes(report, story).draw();
}

}  // namespace tribunal::reports::confluence
