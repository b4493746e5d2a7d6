#include "reports/confluence_graph.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/circle_layout.hpp>
#include <boost/graph/connected_components.hpp>
#include <fmt/format.h>

#include "reports/confluence_words.h"
#include "reports/table.h"

namespace tribunal::reports::confluence {
namespace {

using checker::confluence::Lock;

constexpr double letter = 8.6;        // of a name, in the units of the picture
constexpr double small_letter = 6.9;  // of what stands below it
constexpr double least_side = 300;    // between neighbours on a circle
constexpr double flatness = 0.72;     // of circles: labels are wider than high
constexpr std::size_t longest_label = 36;
constexpr std::size_t most_labelled = 3;  // conflicts of one edge
constexpr double widest = 1180;           // of a row of parts

// What circle_graph_layout wants: a point of two dimensions.
struct Point : std::array<double, 2> {
  static constexpr std::size_t dimensions = 2;
};
struct Vertex {
  std::size_t node = 0;
  Point at{};
};
using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, Vertex>;

std::vector<std::string> locks_of(const ConfluenceReport& report, std::uint32_t transaction) {
  std::vector<std::string> texts;
  if (!report.advice) return texts;
  const auto& locks = report.advice->locks;
  for (std::size_t i = 0; i < locks.size(); ++i) {
    for (const Lock::Holder& holder : locks[i].holders) {
      if (holder.transaction != transaction) continue;
      std::string text = locks.size() > 1 ? fmt::format("lock {}: ", i + 1) : "";
      text += holder.mode == Lock::Mode::exclusive ? "exclusive" : "shared";
      if (holder.key) {
        text += ", by " +
                shorten(report.spec.transactions[transaction].parameters[*holder.key].name, 16);
      }
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

GraphNode node_of(const ConfluenceReport& report, std::uint32_t transaction) {
  GraphNode node;
  node.transaction = transaction;
  node.locks = locks_of(report, transaction);
  if (report.advice) {
    const auto& cover = report.advice->cover;
    node.in_cover = std::find(cover.begin(), cover.end(), transaction) != cover.end();
  }
  const std::string& name = report.spec.transactions[transaction].name;
  double wide = static_cast<double>(std::min<std::size_t>(width(name), 24)) * letter;
  for (const std::string& lock : node.locks) {
    wide = std::max(wide, 18 + static_cast<double>(width(lock)) * small_letter);
  }
  node.width = std::max(110.0, wide + 34);
  node.height = 40 + 19 * static_cast<double>(node.locks.size());
  return node;
}

// "2 unique", "same name": which conflict, and what has to be equal for it.
std::vector<std::string> label_of(const ConfluenceReport& report, const GraphEdge& edge) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < edge.conflicts.size(); ++i) {
    if (i == most_labelled) {
      lines.push_back(fmt::format("and {} more", edge.conflicts.size() - i));
      break;
    }
    const auto& conflict = report.decision.conflicts[edge.conflicts[i]];
    const std::string& invariant = report.spec.invariants[conflict.invariant].name;
    lines.push_back(
        shorten(fmt::format("{}. {}", edge.conflicts[i] + 1, invariant), longest_label));
    const std::string key = key_text(report.spec, conflict);
    if (!key.empty()) lines.push_back(shorten(key, longest_label));
  }
  return lines;
}

double width_of(const std::vector<std::string>& label) {
  std::size_t most = 0;
  for (const std::string& line : label) most = std::max(most, width(line));
  return static_cast<double>(most) * small_letter;
}

double height_of(const std::vector<std::string>& label) {
  return label_line * static_cast<double>(label.size());
}

// Nodes are added in the order of transactions, edges in that of pairs.
void add_conflicts(const ConfluenceReport& report, ConflictGraph& graph) {
  std::set<std::uint32_t> involved;
  for (const auto& c : report.decision.conflicts) involved.insert({c.a, c.b});
  std::map<std::uint32_t, std::size_t> node;
  for (std::uint32_t t = 0; t < report.spec.transactions.size(); ++t) {
    if (involved.count(t) == 0) {
      graph.free.push_back(t);
      continue;
    }
    node[t] = graph.nodes.size();
    graph.nodes.push_back(node_of(report, t));
  }
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::size_t>> pairs;
  for (std::size_t i = 0; i < report.decision.conflicts.size(); ++i) {
    const auto& c = report.decision.conflicts[i];
    pairs[std::minmax(node[c.a], node[c.b])].push_back(i);
  }
  for (auto& [pair, conflicts] : pairs) {
    graph.edges.push_back({pair.first, pair.second, std::move(conflicts), {}, 0, 0});
    graph.edges.back().label = label_of(report, graph.edges.back());
  }
}

// The nodes of one connected part, as a graph of its own.
Graph part_of(const ConflictGraph& whole, const std::vector<int>& part, int number) {
  Graph graph;
  std::map<std::size_t, std::size_t> vertex;
  for (std::size_t i = 0; i < whole.nodes.size(); ++i) {
    if (part[i] != number) continue;
    vertex[i] = boost::add_vertex(graph);
    graph[vertex[i]].node = i;
  }
  for (const GraphEdge& edge : whole.edges) {
    if (vertex.count(edge.a) == 0) continue;
    boost::add_edge(vertex[edge.a], vertex[edge.b], graph);
  }
  return graph;
}

// Neighbours stand so far apart that the labels fit between them.
double radius_for(const ConflictGraph& whole, const Graph& part) {
  const std::size_t nodes = boost::num_vertices(part);
  if (nodes < 2) return 0;
  double label = 0;
  double node = 0;
  for (const GraphEdge& edge : whole.edges) {
    if (edge.a != edge.b) label = std::max(label, width_of(edge.label));
  }
  for (const auto v : boost::make_iterator_range(boost::vertices(part))) {
    node = std::max(node, whole.nodes[part[v].node].width);
  }
  const double side = std::max(least_side, node + label + 40);
  return side / 2 / std::sin(3.14159265358979323846 / static_cast<double>(nodes));
}

struct Extent {
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  void include(double x, double y, double half_width, double above, double below) {
    left = std::min(left, x - half_width);
    right = std::max(right, x + half_width);
    top = std::min(top, y - above);
    bottom = std::max(bottom, y + below);
  }
};

// Places a part around the origin. Whole units: the last bits of sine and cosine differ between
// machines.
Extent lay_out(ConflictGraph& whole, Graph& part) {
  boost::circle_graph_layout(part, boost::get(&Vertex::at, part), radius_for(whole, part));
  const bool turned = boost::num_vertices(part) > 2;  // so that the first one stands on top
  Extent extent;
  for (const auto v : boost::make_iterator_range(boost::vertices(part))) {
    GraphNode& node = whole.nodes[part[v].node];
    node.x = std::round(turned ? -part[v].at[1] : -part[v].at[0]);
    node.y = std::round(turned ? -part[v].at[0] * flatness : part[v].at[1]);
    node.away = node.y > 1 ? 1 : -1;
    extent.include(node.x, node.y, node.width / 2 + 16, node.height / 2 + 16, node.height / 2 + 16);
  }
  for (const GraphEdge& edge : whole.edges) {
    const GraphNode& node = whole.nodes[edge.a];
    const auto [first, last] = boost::vertices(part);
    const bool here =
        std::any_of(first, last, [&](const auto v) { return part[v].node == edge.a; });
    if (!here || edge.a != edge.b) continue;
    const double room = node.height / 2 + loop_height + 16 + height_of(edge.label);
    extent.include(node.x, node.y, width_of(edge.label) / 2 + 16, node.away < 0 ? room : 0,
                   node.away > 0 ? room : 0);
  }
  return extent;
}

void place(ConflictGraph& whole, const Graph& part, double dx, double dy) {
  for (const auto v : boost::make_iterator_range(boost::vertices(part))) {
    whole.nodes[part[v].node].x += dx;
    whole.nodes[part[v].node].y += dy;
  }
}

struct Box {
  double left, top, right, bottom;
};
bool overlap(const Box& a, const Box& b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

void place_loop_label(GraphEdge& edge, const GraphNode& node) {
  edge.label_x = node.x;
  edge.label_y = node.away < 0 ? node.y - node.height / 2 - loop_height + 4 -
                                     label_line * static_cast<double>(edge.label.size() - 1) - 12
                               : node.y + node.height / 2 + loop_height + label_line + 4;
}

Box box_of(const GraphEdge& edge) {
  const double half = width_of(edge.label) / 2 + 6;
  return {edge.label_x - half, edge.label_y - 14, edge.label_x + half,
          edge.label_y - 10 + height_of(edge.label)};
}

// As near to the middle of its line as it gets without covering a node or another label.
void place_label(const ConflictGraph& graph, GraphEdge& edge, const std::vector<Box>& taken) {
  const GraphNode& a = graph.nodes[edge.a];
  const GraphNode& b = graph.nodes[edge.b];
  const bool flat = std::abs(a.y - b.y) < 20;  // then the label stands above the line
  const double raise =
      flat ? height_of(edge.label) - label_line + 9 : height_of(edge.label) / 2 - label_line + 5;
  for (const double share : {0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72, 0.22, 0.78}) {
    edge.label_x = std::round(a.x + (b.x - a.x) * share);
    edge.label_y = std::round(a.y + (b.y - a.y) * share - raise);
    const Box box = box_of(edge);
    const bool covers = std::any_of(taken.begin(), taken.end(),
                                    [&](const Box& other) { return overlap(box, other); });
    if (!covers) return;
  }
  edge.label_x = std::round(a.x + (b.x - a.x) * 0.5);
  edge.label_y = std::round(a.y + (b.y - a.y) * 0.5 - raise);
}

void place_labels(ConflictGraph& graph) {
  std::vector<Box> taken;
  for (const GraphNode& node : graph.nodes) {
    taken.push_back({node.x - node.width / 2, node.y - node.height / 2, node.x + node.width / 2,
                     node.y + node.height / 2});
  }
  for (GraphEdge& edge : graph.edges) {
    if (edge.a == edge.b) place_loop_label(edge, graph.nodes[edge.a]);
    if (edge.a == edge.b) taken.push_back(box_of(edge));
  }
  for (GraphEdge& edge : graph.edges) {
    if (edge.a == edge.b) continue;
    place_label(graph, edge, taken);
    taken.push_back(box_of(edge));
  }
}

}  // namespace

ConflictGraph conflict_graph(const ConfluenceReport& report) {
  ConflictGraph graph;
  add_conflicts(report, graph);
  if (graph.nodes.empty()) return graph;
  Graph all(graph.nodes.size());
  for (const GraphEdge& edge : graph.edges) boost::add_edge(edge.a, edge.b, all);
  std::vector<int> part(graph.nodes.size());
  const int parts = boost::connected_components(all, part.data());
  double x = 0;
  double y = 0;
  double row = 0;
  for (int i = 0; i < parts; ++i) {
    Graph one = part_of(graph, part, i);
    const Extent extent = lay_out(graph, one);
    const double wide = extent.right - extent.left;
    if (x > 0 && x + wide > widest) {
      x = 0;
      y += row;
      row = 0;
    }
    place(graph, one, std::round(x - extent.left), std::round(y - extent.top));
    x += wide;
    row = std::max(row, extent.bottom - extent.top);
    graph.width = std::max(graph.width, x);
    graph.height = std::max(graph.height, y + row);
  }
  place_labels(graph);
  return graph;
}

}  // namespace tribunal::reports::confluence
