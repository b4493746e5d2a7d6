// See order_search.h.
#include <algorithm>
#include <utility>

#include "checker/session/causality.h"
#include "checker/session/order_search.h"

namespace tribunal::checker::session {

namespace {

std::uint32_t label(Link::Why why) { return static_cast<std::uint32_t>(why); }

class Saturation {
 public:
  Saturation(Problem& problem, std::uint64_t& steps)
      : problem_(problem), steps_(steps), width_(problem.chains.size()), writes_(problem.keys) {
    for (std::uint32_t c = 0; c < problem.chains.size(); ++c) {
      for (const std::uint32_t step : problem.chains[c]) {
        if (!problem.steps[step].writes) continue;
        auto& key = writes_[problem.steps[step].key];
        if (key.empty() || key.back().first != c) key.push_back({c, {}});
        key.back().second.push_back(step);
      }
    }
  }

  enum class Outcome { nothing_new, more, cycle };
  Outcome pass() {
    const auto n = static_cast<std::uint32_t>(problem_.steps.size());
    const Graph graph(n, problem_.before);
    const std::vector<std::uint32_t> order = graph.order();
    if (order.size() < n) return Outcome::cycle;
    steps_ += std::uint64_t{n} * width_;
    fresh_.clear();
    reach(graph, order);
    for (std::uint32_t step = 0; step < n; ++step) {
      if (problem_.steps[step].reads) derive(step);
    }
    problem_.before.insert(problem_.before.end(), fresh_.begin(), fresh_.end());
    return fresh_.empty() ? Outcome::nothing_new : Outcome::more;
  }

 private:
  // For each step: how much of each chain comes before it, and where what comes after it begins.
  void reach(const Graph& graph, const std::vector<std::uint32_t>& order) {
    const std::size_t n = problem_.steps.size();
    past_.assign(n * width_, 0);
    future_.assign(n * width_, none);
    for (const std::uint32_t step : order) {
      graph.each_edge(step, [&](const Edge& edge) {
        std::uint32_t* to = &past_[edge.to * width_];
        const std::uint32_t* from = &past_[step * width_];
        for (std::size_t c = 0; c < width_; ++c) to[c] = std::max(to[c], from[c]);
        const Step& s = problem_.steps[step];
        to[s.chain] = std::max(to[s.chain], s.place + 1);
      });
    }
    for (auto it = order.rbegin(); it != order.rend(); ++it) {
      std::uint32_t* from = &future_[*it * width_];
      graph.each_edge(*it, [&](const Edge& edge) {
        const std::uint32_t* to = &future_[edge.to * width_];
        for (std::size_t c = 0; c < width_; ++c) from[c] = std::min(from[c], to[c]);
        const Step& s = problem_.steps[edge.to];
        from[s.chain] = std::min(from[s.chain], s.place);
      });
    }
  }

  void derive(std::uint32_t read) {
    const Step& step = problem_.steps[read];
    for (const auto& [chain, writes] : writes_[step.key]) {
      const std::uint32_t past = past_[read * width_ + chain];
      const auto end = std::partition_point(writes.begin(), writes.end(), [&](std::uint32_t w) {
        return problem_.steps[w].place < past;
      });
      if (end != writes.begin() && *(end - 1) != step.source) {
        if (step.source == none) {
          add(read, *(end - 1), Link::Why::initial, none);
        } else {
          add(*(end - 1), step.source, Link::Why::forced, read);
        }
      }
      derive_later(read, step, chain, writes);
    }
  }

  // The first write of the chain that comes after what was read also comes after the read.
  void derive_later(std::uint32_t read, const Step& step, std::uint32_t chain,
                    const std::vector<std::uint32_t>& writes) {
    const std::uint32_t future = step.source == none ? 0 : future_[step.source * width_ + chain];
    auto later = std::partition_point(writes.begin(), writes.end(), [&](std::uint32_t w) {
      return problem_.steps[w].place < future;
    });
    if (later != writes.end() && *later == read) ++later;  // an exchange comes after what it read
    if (later == writes.end()) return;
    add(read, *later, step.source == none ? Link::Why::initial : Link::Why::overwritten,
        step.source);
  }

  void add(std::uint32_t from, std::uint32_t to, Link::Why why, std::uint32_t because) {
    const Step& step = problem_.steps[from];
    if (past_[to * width_ + step.chain] > step.place) return;  // known already
    fresh_.push_back({from, to, label(why), because});
  }

  Problem& problem_;
  std::uint64_t& steps_;
  std::size_t width_;
  std::vector<std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>>> writes_;  // by key
  std::vector<Edge> fresh_;
  std::vector<std::uint32_t> past_, future_;
};

}  // namespace

bool saturate(Problem& problem, std::uint32_t passes, std::uint64_t memory, std::uint64_t& steps) {
  const std::uint64_t cells = std::uint64_t{problem.steps.size()} * problem.chains.size();
  if (cells * 2 * sizeof(std::uint32_t) > memory) {
    const Graph graph(static_cast<std::uint32_t>(problem.steps.size()), problem.before);
    return graph.order().size() < graph.nodes();
  }
  Saturation saturation(problem, steps);
  for (std::uint32_t i = 0; i < passes; ++i) {
    const auto outcome = saturation.pass();
    if (outcome == Saturation::Outcome::cycle) return true;
    if (outcome == Saturation::Outcome::nothing_new) return false;
  }
  return false;
}

}  // namespace tribunal::checker::session
