// Directed graphs with labelled edges, as large as a history: components and short cycles, without
// recursion.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "checker/session/observed.h"

namespace tribunal::checker::session {

struct Edge {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t label = 0;
  std::uint32_t detail = none;
};

class Graph {
 public:
  using Allowed = std::function<bool(std::uint32_t node)>;

  Graph(std::uint32_t nodes, std::vector<Edge> edges);

  std::uint32_t nodes() const { return static_cast<std::uint32_t>(start_.size()) - 1; }
  std::size_t size() const { return edges_.size(); }

  template <class Visit>
  void each_edge(std::uint32_t from, Visit visit) const {
    for (std::uint32_t e = start_[from]; e < start_[from + 1]; ++e) visit(edges_[e]);
  }

  // The strongly connected components of more than one node, by Tarjan's algorithm (SIAM J. Comput.
  // 1972), among the allowed nodes that can be reached from the roots. Takes time for what is
  // reached only: what it needs to remember is kept from call to call.
  std::vector<std::vector<std::uint32_t>> components(const std::vector<std::uint32_t>& roots,
                                                     const Allowed& allowed);

  // The edges of a shortest path, by breadth-first search over allowed nodes, from `from` to the
  // nearest node that is wanted (other than by staying at `from`). Empty: there is none.
  std::vector<Edge> path(std::uint32_t from, const Allowed& allowed, const Allowed& wanted) const;

  // Every node after those that have an edge to it; fewer than nodes(): there is a cycle.
  std::vector<std::uint32_t> order() const;

 private:
  // The state of Tarjan's algorithm, with its call stack made explicit.
  struct Frame {
    std::uint32_t node;
    std::uint32_t next;  // edge to follow
  };
  void enter(std::uint32_t node);
  void leave(std::vector<std::vector<std::uint32_t>>& components);

  std::vector<Edge> edges_;  // by `from`
  std::vector<std::uint32_t> start_;
  std::vector<std::uint32_t> index_, low_;  // 0: not visited
  std::vector<bool> open_;
  std::vector<std::uint32_t> stack_, visited_;
  std::vector<Frame> calls_;
};

}  // namespace tribunal::checker::session
