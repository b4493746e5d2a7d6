// See causality.h.
#include "checker/session/causality.h"

#include <algorithm>

#include "checker/session/positions.h"

namespace tribunal::checker::session {

namespace {

std::uint32_t label(Link::Why why) { return static_cast<std::uint32_t>(why); }

Link link_of(const Edge& edge) {
  return {edge.from, edge.to, static_cast<Link::Why>(edge.label), edge.detail};
}

// Calls visit(read, past) for every read, with what is in its causal past as one length for each
// process.
template <class Visit>
void each_read(const Observed& observed, const Dependencies& causality, Visit visit) {
  std::vector<std::uint32_t> past(causality.width());
  for (std::uint32_t p = 0; p < observed.processes.size(); ++p) {
    std::fill(past.begin(), past.end(), 0);
    for (const std::uint32_t i : observed.processes[p]) {
      const Op& op = observed.ops[i];
      past[p] = op.place;
      if (op.source != none) {
        const Op& source = observed.ops[op.source];
        const std::uint32_t* lengths = causality.of(op.source);
        for (std::size_t q = 0; q < past.size(); ++q) past[q] = std::max(past[q], lengths[q]);
        past[source.process] = std::max(past[source.process], source.place + 1);
      }
      if (op.reads && !visit(i, past)) return;
    }
  }
}

// The last operation of the chain within a length, or none.
std::uint32_t last_within(const Observed& observed, const Chain& chain, std::uint32_t length) {
  const auto end = std::partition_point(chain.ops.begin(), chain.ops.end(), [&](std::uint32_t i) {
    return observed.ops[i].place < length;
  });
  return end == chain.ops.begin() ? none : *(end - 1);
}

std::vector<Edge> causal_edges(const Observed& observed) {
  std::vector<Edge> edges;
  for (const auto& process : observed.processes) {
    for (std::size_t i = 1; i < process.size(); ++i) {
      edges.push_back({process[i - 1], process[i], label(Link::Why::process), none});
    }
  }
  for (std::uint32_t i = 0; i < observed.ops.size(); ++i) {
    if (observed.ops[i].source != none) {
      edges.push_back({observed.ops[i].source, i, label(Link::Why::source), none});
    }
  }
  return edges;
}

Graph causal_graph(const Observed& observed, std::vector<Edge> more) {
  std::vector<Edge> edges = causal_edges(observed);
  edges.insert(edges.end(), more.begin(), more.end());
  return Graph(static_cast<std::uint32_t>(observed.ops.size()), std::move(edges));
}

}  // namespace

std::vector<Link> short_cycle(Graph graph) {
  std::vector<std::uint32_t> all(graph.nodes());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  const auto components = graph.components(all, [](std::uint32_t) { return true; });
  if (components.empty()) return {};
  const std::vector<std::uint32_t>& component =
      *std::min_element(components.begin(), components.end(),
                        [](const auto& a, const auto& b) { return a.size() < b.size(); });
  std::vector<bool> inside(graph.nodes(), false);
  for (const std::uint32_t node : component) inside[node] = true;
  std::vector<Edge> best;
  for (std::size_t i = 0; i < component.size() && i < 32; ++i) {
    const std::uint32_t start = component[i];
    std::vector<Edge> cycle = graph.path(
        start, [&](std::uint32_t node) { return inside[node]; },
        [&](std::uint32_t node) { return node == start; });
    if (best.empty() || cycle.size() < best.size()) best = std::move(cycle);
  }
  std::vector<Link> links;
  for (const Edge& edge : best) links.push_back(link_of(edge));
  return links;
}

std::optional<OrderConflict> causal_conflict(const Observed& observed,
                                             const Dependencies& causality) {
  if (!causality.cycle().empty()) {
    return OrderConflict{"CyclicCO", short_cycle(causal_graph(observed, {})), none};
  }
  const auto writes = chains(observed, true);
  std::optional<OrderConflict> found;
  std::vector<Edge> more;
  each_read(observed, causality, [&](std::uint32_t read, const std::vector<std::uint32_t>& past) {
    const Op& op = observed.ops[read];
    for (const Chain& chain : writes[op.key]) {
      const std::uint32_t write = last_within(observed, chain, past[chain.process]);
      if (write == none || write == op.source) continue;
      if (op.source == none) {
        found = OrderConflict{"WriteCOInitRead", {}, none};
        more.push_back({read, write, label(Link::Why::initial), none});
      } else {
        const Op& source = observed.ops[op.source];
        const std::uint32_t* lengths = causality.of(write);
        if (lengths[source.process] <= source.place) continue;
        found = OrderConflict{"WriteCORead", {}, none};
        more.push_back({write, op.source, label(Link::Why::forced), read});
      }
      return false;
    }
    return true;
  });
  if (found) found->cycle = short_cycle(causal_graph(observed, std::move(more)));
  return found;
}

std::optional<OrderConflict> convergence_conflict(const Observed& observed,
                                                  const Dependencies& causality, Flaw flaw) {
  const auto writes = chains(observed, true);
  std::vector<Edge> more;
  each_read(observed, causality, [&](std::uint32_t read, const std::vector<std::uint32_t>& past) {
    const Op& op = observed.ops[read];
    if (op.source == none || flaw == Flaw::conflict_edges_ignored) return true;
    for (const Chain& chain : writes[op.key]) {
      const std::uint32_t write = last_within(observed, chain, past[chain.process]);
      if (write == none || write == op.source) continue;
      more.push_back({write, op.source, label(Link::Why::forced), read});
    }
    return true;
  });
  Graph graph = causal_graph(observed, std::move(more));
  if (graph.order().size() == graph.nodes()) return std::nullopt;
  return OrderConflict{"CyclicCF", short_cycle(std::move(graph)), none};
}

}  // namespace tribunal::checker::session
