// Which transactions cannot run at the same time, as a graph with places for its nodes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "reports/confluence.h"

namespace tribunal::reports::confluence {

struct GraphNode {
  std::uint32_t transaction = 0;
  std::vector<std::string> locks;  // "exclusive, by its d"; a number before it if there are several
  bool in_cover = false;
  double x = 0, y = 0;  // the middle
  double away = -1;     // -1: a loop goes up; 1: it goes down
  double width = 0, height = 0;
};

// All conflicts of one pair.
struct GraphEdge {
  std::size_t a = 0, b = 0;            // nodes; equal: a loop
  std::vector<std::size_t> conflicts;  // of the decision
  std::vector<std::string> label;      // the invariants and when; lines
  double label_x = 0, label_y = 0;     // the middle of its first line's base
};

inline constexpr double label_line = 17;  // height of a label's line
inline constexpr double loop_height = 44;

struct ConflictGraph {
  std::vector<GraphNode> nodes;     // that conflict with something
  std::vector<GraphEdge> edges;     // by (a, b)
  std::vector<std::uint32_t> free;  // transactions without conflicts
  double width = 0, height = 0;     // of the whole, with room for labels
};

// Every connected part is a circle; parts stand side by side, in rows.
ConflictGraph conflict_graph(const ConfluenceReport& report);

// An <svg> element with links to the elements "conflict-1", ...; "": nothing conflicts.
std::string graph_svg(const ConfluenceReport& report, const ConflictGraph& graph);

}  // namespace tribunal::reports::confluence
