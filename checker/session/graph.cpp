// See graph.h.
#include "checker/session/graph.h"

#include <algorithm>
#include <unordered_map>

namespace tribunal::checker::session {

Graph::Graph(std::uint32_t nodes, std::vector<Edge> edges) : start_(nodes + 1, 0) {
  for (const Edge& edge : edges) ++start_[edge.from + 1];
  for (std::uint32_t i = 0; i < nodes; ++i) start_[i + 1] += start_[i];
  std::vector<std::uint32_t> fill(start_.begin(), start_.end() - 1);
  edges_.resize(edges.size());
  for (const Edge& edge : edges) edges_[fill[edge.from]++] = edge;
}

namespace {

// The state of Tarjan's algorithm, with its call stack made explicit.
struct Tarjan {
  struct Frame {
    std::uint32_t node;
    std::uint32_t next;  // edge to follow
  };
  std::vector<std::uint32_t> index, low;  // 0: not visited
  std::vector<bool> open;
  std::vector<std::uint32_t> stack;
  std::vector<Frame> calls;
  std::uint32_t count = 0;

  explicit Tarjan(std::uint32_t nodes) : index(nodes, 0), low(nodes, 0), open(nodes, false) {}

  void enter(std::uint32_t node, std::uint32_t first_edge) {
    index[node] = low[node] = ++count;
    open[node] = true;
    stack.push_back(node);
    calls.push_back({node, first_edge});
  }

  // Leaves the top frame; a component of more than one node is appended.
  void leave(std::vector<std::vector<std::uint32_t>>& components) {
    const std::uint32_t node = calls.back().node;
    calls.pop_back();
    if (!calls.empty()) low[calls.back().node] = std::min(low[calls.back().node], low[node]);
    if (low[node] != index[node]) return;
    std::vector<std::uint32_t> component;
    std::uint32_t top = none;
    do {
      top = stack.back();
      stack.pop_back();
      open[top] = false;
      component.push_back(top);
    } while (top != node);
    if (component.size() > 1) components.push_back(std::move(component));
  }
};

}  // namespace

std::vector<std::vector<std::uint32_t>> Graph::components(const std::vector<std::uint32_t>& among,
                                                          const Allowed& allowed) const {
  std::vector<std::vector<std::uint32_t>> components;
  Tarjan tarjan(nodes());
  for (const std::uint32_t root : among) {
    if (tarjan.index[root] != 0 || !allowed(root)) continue;
    tarjan.enter(root, start_[root]);
    while (!tarjan.calls.empty()) {
      Tarjan::Frame& frame = tarjan.calls.back();
      if (frame.next == start_[frame.node + 1]) {
        tarjan.leave(components);
        continue;
      }
      const std::uint32_t to = edges_[frame.next++].to;
      if (!allowed(to)) continue;
      if (tarjan.index[to] == 0) {
        tarjan.enter(to, start_[to]);
      } else if (tarjan.open[to]) {
        tarjan.low[frame.node] = std::min(tarjan.low[frame.node], tarjan.index[to]);
      }
    }
  }
  return components;
}

std::vector<Edge> Graph::path(std::uint32_t from, const Allowed& allowed,
                              const Allowed& wanted) const {
  std::unordered_map<std::uint32_t, std::uint32_t> came;  // node → edge; looked up only
  std::vector<std::uint32_t> todo{from};
  for (std::size_t i = 0; i < todo.size(); ++i) {
    for (std::uint32_t e = start_[todo[i]]; e < start_[todo[i] + 1]; ++e) {
      const std::uint32_t to = edges_[e].to;
      if (!allowed(to) || !came.try_emplace(to, e).second) continue;
      if (!wanted(to)) {
        if (to != from) todo.push_back(to);
        continue;
      }
      std::vector<Edge> path{edges_[e]};
      while (path.back().from != from) path.push_back(edges_[came.at(path.back().from)]);
      std::reverse(path.begin(), path.end());
      return path;
    }
  }
  return {};
}

std::vector<std::uint32_t> Graph::order() const {
  std::vector<std::uint32_t> waits(nodes(), 0);
  for (const Edge& edge : edges_) ++waits[edge.to];
  std::vector<std::uint32_t> order;
  for (std::uint32_t node = 0; node < nodes(); ++node) {
    if (waits[node] == 0) order.push_back(node);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::uint32_t e = start_[order[i]]; e < start_[order[i] + 1]; ++e) {
      if (--waits[edges_[e].to] == 0) order.push_back(edges_[e].to);
    }
  }
  return order;
}

}  // namespace tribunal::checker::session
