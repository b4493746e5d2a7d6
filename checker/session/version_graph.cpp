// See version_graph.h. Besides the versions, the graph has a node for what each read requires, for
// what each write depends on, and for the first so many reads of a key by a process. What is
// required only grows along a process, so each such node inherits from the one before it and few
// edges are needed.
#include "checker/session/version_graph.h"

#include <algorithm>
#include <map>
#include <set>

#include "checker/session/flaw.h"
#include "checker/session/positions.h"

namespace tribunal::checker::session {

namespace {

constexpr std::uint32_t structural = 100;  // label of edges that only pass on

enum Kind : std::uint32_t { version, required, depended, prefix, initial };

class Builder {
 public:
  Builder(const Observed& observed, Guarantees guarantees, const Dependencies& dependencies,
          Flaw flaw)
      : observed_(observed),
        guarantees_(guarantees),
        dependencies_(dependencies),
        flaw_(flaw),
        chains_(dependencies.any() ? chains(observed, dependencies.of_writes())
                                   : std::vector<std::vector<Chain>>(observed.keys)),
        keys_(observed.keys) {
    std::uint32_t total = 0;
    for (const auto& key : chains_) {
      first_.push_back(total);
      total += static_cast<std::uint32_t>(key.size());
    }
    of_read_.assign(total, 0);
    of_write_.assign(total, 0);
  }

  Graph build() {
    for (std::uint32_t i = 0; i < observed_.ops.size(); ++i) {
      if (observed_.ops[i].writes && flaw_ != Flaw::initial_is_a_version) {
        edge(node(initial, observed_.ops[i].key), i, why(Constraint::Why::initial), none);
      }
    }
    link_prefixes();
    for (std::uint32_t p = 0; p < observed_.processes.size(); ++p) walk(p);
    const auto n = static_cast<std::uint32_t>(observed_.ops.size());
    return Graph(4 * n + observed_.keys, std::move(edges_));
  }

 private:
  // What a process has done with a key so far.
  struct Key {
    std::uint32_t process = none;
    std::uint32_t last_read = none, last_write = none;
    std::vector<std::uint32_t> own;  // writes since the last read
  };

  static std::uint32_t why(Constraint::Why why) { return static_cast<std::uint32_t>(why); }
  bool has(Guarantees guarantee) const { return (guarantees_ & guarantee) != 0; }
  std::uint32_t node(Kind kind, std::uint32_t index) const {
    return kind * static_cast<std::uint32_t>(observed_.ops.size()) + index;
  }
  std::uint32_t source(std::uint32_t read) const {
    const Op& op = observed_.ops[read];
    return op.source == none ? node(initial, op.key) : op.source;
  }
  void edge(std::uint32_t from, std::uint32_t to, std::uint32_t label, std::uint32_t detail) {
    edges_.push_back({from, to, label, detail});
  }

  // The sources of the first so many reads of a key by a process, as one node.
  void link_prefixes() {
    if (!dependencies_.any() || dependencies_.of_writes()) return;
    for (const auto& key : chains_) {
      for (const Chain& chain : key) {
        for (std::size_t i = 0; i < chain.ops.size(); ++i) {
          edge(source(chain.ops[i]), node(prefix, chain.ops[i]), structural, none);
          if (i > 0) {
            edge(node(prefix, chain.ops[i - 1]), node(prefix, chain.ops[i]), structural, none);
          }
        }
      }
    }
  }

  void walk(std::uint32_t process) {
    seen_.assign(dependencies_.any() ? dependencies_.width() : 0, 0);
    through_.assign(seen_.size(), none);
    for (const std::uint32_t i : observed_.processes[process]) {
      const Op& op = observed_.ops[i];
      Key& key = keys_[op.key];
      if (key.process != process) {
        key = Key{process, none, none, {}};
        const std::size_t n = chains_[op.key].size();
        std::fill_n(of_read_.begin() + first_[op.key], n, 0);
        std::fill_n(of_write_.begin() + first_[op.key], n, 0);
      }
      if (op.reads) read(i, op, key);
      if (op.writes) write(i, op, key);
    }
  }

  void see(std::uint32_t written, std::uint32_t through) {
    if (written == none || !dependencies_.any() || flaw_ == Flaw::seen_writes_ignored) return;
    const std::uint32_t* lengths = dependencies_.of(written);
    for (std::size_t p = 0; p < seen_.size(); ++p) {
      if (lengths[p] <= seen_[p]) continue;
      seen_[p] = lengths[p];
      through_[p] = through;
    }
  }

  void read(std::uint32_t i, const Op& op, Key& key) {
    see(op.source, i);
    const std::uint32_t here = node(required, i);
    if (key.last_read != none) {
      edge(node(required, key.last_read), here, structural, none);
      if (has(monotonic_reads) && flaw_ != Flaw::earlier_reads_ignored) {
        edge(source(key.last_read), here, why(Constraint::Why::earlier_read), key.last_read);
      }
    }
    if (has(read_your_writes) && flaw_ != Flaw::own_writes_ignored) {
      for (const std::uint32_t own : key.own) {
        edge(own, here, why(Constraint::Why::own_write), own);
      }
    }
    key.own.clear();
    link(op.key, seen_.data(), of_read_, here, why(Constraint::Why::seen), through_.data());
    edge(here, source(i), structural, i);
    key.last_read = i;
  }

  void write(std::uint32_t i, const Op& op, Key& key) {
    const std::uint32_t here = node(depended, i);
    if (has(writes_follow_reads)) {
      if (key.last_write != none) edge(node(depended, key.last_write), here, structural, none);
      if (flaw_ != Flaw::dependencies_ignored) {
        link(op.key, dependencies_.of(i), of_write_, here, why(Constraint::Why::depends), nullptr);
      }
      edge(here, i, structural, i);
    }
    if (has(monotonic_writes) && key.last_write != none && flaw_ != Flaw::process_order_ignored) {
      edge(key.last_write, i, why(Constraint::Why::depends), none);
    }
    key.own.push_back(i);
    key.last_write = i;
    if (has(read_your_writes)) see(i, i);
  }

  // Everything on this key within the given lengths, as far as it is new, comes before `here`.
  void link(std::uint32_t key, const std::uint32_t* lengths, std::vector<std::uint32_t>& done,
            std::uint32_t here, std::uint32_t label, const std::uint32_t* through) {
    for (std::size_t c = 0; c < chains_[key].size(); ++c) {
      const Chain& chain = chains_[key][c];
      std::uint32_t& count = done[first_[key] + c];
      const std::uint32_t before = count;
      while (count < chain.ops.size() &&
             observed_.ops[chain.ops[count]].place < lengths[chain.process]) {
        ++count;
      }
      if (count == before) continue;
      const std::uint32_t last = chain.ops[count - 1];
      edge(dependencies_.of_writes() ? last : node(prefix, last), here, label,
           through == nullptr ? none : through[chain.process]);
    }
  }

  const Observed& observed_;
  Guarantees guarantees_;
  const Dependencies& dependencies_;
  Flaw flaw_;
  std::vector<std::vector<Chain>> chains_;         // by key
  std::vector<std::uint32_t> first_;               // number of the first chain of each key
  std::vector<std::uint32_t> of_read_, of_write_;  // how much of each chain is linked already
  std::vector<Key> keys_;
  std::vector<std::uint32_t> seen_, through_;  // what the process has seen, and since when
  std::vector<Edge> edges_;
};

// Finds the conflicts in the graph.
class Judge {
 public:
  Judge(const Observed& observed, Graph graph, Orders orders)
      : observed_(observed),
        graph_(std::move(graph)),
        orders_(orders),
        n_(static_cast<std::uint32_t>(observed.ops.size())),
        component_(graph_.nodes(), none) {}

  std::vector<Conflict> conflicts(std::size_t limit) {
    std::vector<std::uint32_t> all(graph_.nodes());
    for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
    std::map<std::uint32_t, Conflict> found;  // by key
    const auto components = graph_.components(all, [](std::uint32_t) { return true; });
    for (std::uint32_t number = 0; number < components.size() && found.size() < limit; ++number) {
      if (!bad(components[number])) continue;
      for (const std::uint32_t node : components[number]) component_[node] = number;
      judge(number, components[number], found);
    }
    std::vector<Conflict> list;
    for (auto& [key, conflict] : found) list.push_back(std::move(conflict));
    return list;
  }

 private:
  bool is_version(std::uint32_t node) const { return node < n_ || node >= 4 * n_; }
  bool is_required(std::uint32_t node) const { return node >= n_ && node < 2 * n_; }
  std::uint32_t op(std::uint32_t node) const { return node >= 4 * n_ ? none : node % n_; }

  bool bad(const std::vector<std::uint32_t>& component) const {
    return std::count_if(component.begin(), component.end(),
                         [&](std::uint32_t node) { return is_version(node); }) > 1;
  }

  void judge(std::uint32_t number, const std::vector<std::uint32_t>& component,
             std::map<std::uint32_t, Conflict>& found) {
    if (orders_ == Orders::one) {
      return keep(
          component, [&](std::uint32_t node) { return component_[node] == number; }, found);
    }
    // Only one process's requirements at a time, with all dependencies. Those alone have no cycle,
    // so a cycle goes through a requirement.
    std::map<std::uint32_t, std::vector<std::uint32_t>> required;  // by process
    for (const std::uint32_t node : component) {
      if (is_required(node)) required[observed_.ops[op(node)].process].push_back(node);
    }
    for (const auto& [process, roots] : required) {
      const auto allowed = [&, observer = process](std::uint32_t node) {
        return component_[node] == number &&
               (!is_required(node) || observed_.ops[op(node)].process == observer);
      };
      for (const auto& part : graph_.components(roots, allowed)) {
        if (!bad(part)) continue;
        const std::set<std::uint32_t> inside(part.begin(), part.end());
        return keep(
            part, [&](std::uint32_t node) { return inside.count(node) != 0; }, found);
      }
    }
  }

  void keep(const std::vector<std::uint32_t>& component, const Graph::Allowed& inside,
            std::map<std::uint32_t, Conflict>& found) {
    std::vector<Edge> best;
    std::size_t tries = 0;
    for (const std::uint32_t node : component) {
      if (!is_version(node) || ++tries > 16) continue;
      std::vector<Edge> cycle = around(node, inside);
      if (best.empty() || cycle.size() < best.size()) best = std::move(cycle);
    }
    Conflict conflict = describe(best);
    found.try_emplace(conflict.key, std::move(conflict));
  }

  std::vector<Edge> around(std::uint32_t node, const Graph::Allowed& inside) const {
    std::vector<Edge> cycle = graph_.path(
        node, inside, [&](std::uint32_t other) { return other != node && is_version(other); });
    const std::vector<Edge> back =
        graph_.path(cycle.back().to, inside, [&](std::uint32_t other) { return other == node; });
    cycle.insert(cycle.end(), back.begin(), back.end());
    return cycle;
  }

  Conflict describe(const std::vector<Edge>& cycle) const {
    Conflict conflict;
    Constraint constraint;
    constraint.from = op(cycle.front().from);
    for (const Edge& edge : cycle) {
      if (edge.label != structural) {
        constraint.why = static_cast<Constraint::Why>(edge.label);
        constraint.through = edge.detail;
      }
      if (!is_version(edge.to)) {
        constraint.at = op(edge.to);
        continue;
      }
      constraint.to = op(edge.to);
      if (constraint.to != constraint.from) conflict.cycle.push_back(constraint);
      constraint = Constraint{};
      constraint.from = op(edge.to);
    }
    const Constraint& first = conflict.cycle.front();
    conflict.key = observed_.ops[first.from == none ? first.to : first.from].key;
    return conflict;
  }

  const Observed& observed_;
  Graph graph_;
  Orders orders_;
  std::uint32_t n_;
  std::vector<std::uint32_t> component_;  // number, of the nodes of bad ones
};

}  // namespace

std::vector<Conflict> conflicts(const Observed& observed, Guarantees guarantees, Orders orders,
                                std::size_t limit, Flaw flaw) {
  const Dependencies dependencies(observed, guarantees, flaw);
  if (!dependencies.cycle().empty()) {
    Conflict conflict;
    conflict.key = observed.ops[dependencies.cycle().front()].key;
    conflict.circular = dependencies.cycle();
    return {conflict};
  }
  Graph graph = Builder(observed, guarantees, dependencies, flaw).build();
  if (flaw == Flaw::one_order_for_all) orders = Orders::one;
  return Judge(observed, std::move(graph), orders).conflicts(limit);
}

std::vector<Conflict> conflicts(const Observed& observed, Guarantees guarantees, Orders orders,
                                std::size_t limit) {
  return conflicts(observed, guarantees, orders, limit, Flaw::none);
}

}  // namespace tribunal::checker::session
