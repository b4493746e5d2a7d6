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

void Graph::enter(std::uint32_t node) {
  visited_.push_back(node);
  index_[node] = low_[node] = static_cast<std::uint32_t>(visited_.size());
  open_[node] = true;
  stack_.push_back(node);
  calls_.push_back({node, start_[node]});
}

// Leaves the top frame; a component of more than one node is appended.
void Graph::leave(std::vector<std::vector<std::uint32_t>>& components) {
  const std::uint32_t node = calls_.back().node;
  calls_.pop_back();
  if (!calls_.empty()) low_[calls_.back().node] = std::min(low_[calls_.back().node], low_[node]);
  if (low_[node] != index_[node]) return;
  const auto first = std::find(stack_.rbegin(), stack_.rend(), node).base() - 1;
  for (auto it = first; it != stack_.end(); ++it) open_[*it] = false;
  if (stack_.end() - first > 1) components.emplace_back(first, stack_.end());
  stack_.erase(first, stack_.end());
}

std::vector<std::vector<std::uint32_t>> Graph::components(const std::vector<std::uint32_t>& roots,
                                                          const Allowed& allowed) {
  std::vector<std::vector<std::uint32_t>> components;
  index_.resize(nodes(), 0);
  low_.resize(nodes(), 0);
  open_.resize(nodes(), false);
  for (const std::uint32_t root : roots) {
    if (index_[root] != 0 || !allowed(root)) continue;
    enter(root);
    while (!calls_.empty()) {
      Frame& frame = calls_.back();
      if (frame.next == start_[frame.node + 1]) {
        leave(components);
        continue;
      }
      const std::uint32_t to = edges_[frame.next++].to;
      if (!allowed(to)) continue;
      if (index_[to] == 0) {
        enter(to);
      } else if (open_[to]) {
        low_[frame.node] = std::min(low_[frame.node], index_[to]);
      }
    }
  }
  for (const std::uint32_t node : visited_) index_[node] = 0;
  visited_.clear();
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
