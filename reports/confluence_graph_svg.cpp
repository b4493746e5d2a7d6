// The conflict graph as a picture: boxes, edges with their invariants, loops, locks.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/confluence_graph.h"
#include "reports/markup.h"
#include "reports/table.h"

namespace tribunal::reports::confluence {
namespace {

std::string number(double value) { return fmt::format("{}", std::lround(value)); }

std::string text_line(std::string_view kind, double x, double y, const std::string& text) {
  return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>\n", kind, number(x), number(y),
                     shown_html(text));
}

std::string label(const GraphEdge& edge) {
  std::string out;
  for (std::size_t i = 0; i < edge.label.size(); ++i) {
    const bool head = edge.label[i].find(". ") != std::string::npos;
    out += text_line(head ? "label" : "label when", edge.label_x,
                     edge.label_y + label_line * static_cast<double>(i), edge.label[i]);
  }
  return out;
}

std::string line(const GraphNode& a, const GraphNode& b) {
  return fmt::format("<path class=\"edge\" d=\"M{} {} L{} {}\"/>\n", number(a.x), number(a.y),
                     number(b.x), number(b.y));
}

std::string loop(const GraphNode& node) {
  const double y = node.y + node.away * node.height / 2;
  const double top = y + node.away * (loop_height + 14);
  return fmt::format("<path class=\"edge\" d=\"M{} {} C{} {} {} {} {} {}\"/>\n",
                     number(node.x - 26), number(y), number(node.x - 60), number(top),
                     number(node.x + 60), number(top), number(node.x + 26), number(y));
}

std::string padlock(double x, double y) {
  return fmt::format(
      "<path class=\"shackle\" d=\"M{0} {1} v-2 a3.5 3.5 0 0 1 7 0 v3\"/>"
      "<rect class=\"padlock\" x=\"{2}\" y=\"{1}\" width=\"11\" height=\"8\" rx=\"1.5\"/>\n",
      number(x + 2), number(y), number(x));
}

std::string box(const ConfluenceReport& report, const GraphNode& node) {
  const double left = node.x - node.width / 2;
  const double top = node.y - node.height / 2;
  std::string out = fmt::format("<g class=\"node{}\">\n", node.in_cover ? " cover" : "");
  if (node.in_cover) {
    out += fmt::format(
        "<rect class=\"ring\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"13\"/>\n",
        number(left - 5), number(top - 5), number(node.width + 10), number(node.height + 10));
  }
  out +=
      fmt::format("<rect class=\"body\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"9\"/>\n",
                  number(left), number(top), number(node.width), number(node.height));
  out += text_line("name", node.x, top + 26,
                   shorten(report.spec.transactions[node.transaction].name, 24));
  for (std::size_t i = 0; i < node.locks.size(); ++i) {
    const double y = top + 46 + 19 * static_cast<double>(i);
    const double wide = static_cast<double>(width(node.locks[i])) * 6.5 + 18;
    out += padlock(node.x - wide / 2, y - 8);
    out += text_line("lock", node.x + 9, y, node.locks[i]);
  }
  return out + "</g>\n";
}

}  // namespace

std::string graph_svg(const ConfluenceReport& report, const ConflictGraph& graph) {
  if (graph.nodes.empty()) return "";
  std::string out = fmt::format(
      "<svg class=\"graph\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"group\" "
      "aria-label=\"Which transactions conflict: the list beside it says the same\">\n",
      number(graph.width), number(graph.height));
  for (const GraphEdge& edge : graph.edges) {
    const GraphNode& a = graph.nodes[edge.a];
    out += edge.a == edge.b ? loop(a) : line(a, graph.nodes[edge.b]);
  }
  for (const GraphNode& node : graph.nodes) out += box(report, node);  // over the ends of lines
  for (const GraphEdge& edge : graph.edges) {
    out +=
        fmt::format("<a href=\"#conflict-{}\">\n{}</a>\n", edge.conflicts.front() + 1, label(edge));
  }
  return out + "</svg>\n";
}

}  // namespace tribunal::reports::confluence
