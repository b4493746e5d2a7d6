#include "nemesis/targets.h"

#include <algorithm>

#include "nemesis/grudges.h"

namespace tribunal::nemesis {
namespace {

// What `targets=random` chooses from for a partition.
const std::vector<std::string>& partitions() {
  static const std::vector<std::string> shapes{"halves",          "random-node", "leader",
                                               "majorities-ring", "bridge",      "one-way"};
  return shapes;
}

class Resolver {
 public:
  Resolver(const Fault& fault, std::uint64_t seed, const cluster::Cluster& cluster)
      : fault_(fault),
        cluster_(cluster),
        count_(cluster.node_count()),
        choices_(seed, Fingerprint{}.add(fault.kind).add(fault.start.count()).value()) {}

  Resolved run() {
    if (count_ == 0) return {{}, "nothing"};
    std::string shape = fault_.target.shape;
    if (fault_.kind == FaultKind::partition && shape == "random") {
      shape = partitions()[choices_.below("partition"_site, partitions().size())];
    }
    if (fault_.kind == FaultKind::partition) return by_grudge(grudge_of(shape));
    if (is_partition(shape)) return by_grudge(grudge_of(shape));
    const Nodes nodes = nodes_of(shape);
    Resolved out{{nodes, {}}, nodes.empty() ? "nothing" : describe(nodes)};
    if (acts_on_links(fault_.kind)) out.aim.links = touching(nodes);
    return out;
  }

 private:
  static bool is_partition(const std::string& shape) {
    return shape == "halves" || shape == "majorities-ring" || shape == "bridge" ||
           shape == "one-way" || shape == "grudge";
  }

  Resolved by_grudge(const Grudge& grudge) const {
    return {{{}, links_of(grudge)}, describe(grudge, count_)};
  }

  Grudge grudge_of(const std::string& shape) {
    if (shape == "grudge") return explicit_grudge();
    if (shape == "all") {
      std::vector<Nodes> alone;
      for (NodeId node : all_nodes(count_)) alone.push_back({node});
      return apart(alone);
    }
    if (shape == "majorities-ring") return majorities_ring(shuffle());
    if (shape == "bridge") return bridge(shuffle());
    if (shape == "one-way") {
      const std::size_t size = 1 + choices_.below("one-way-size"_site, std::max(count_ / 2, 1));
      const Nodes some = first(size);
      const bool deafened = choices_.chance("one-way-direction"_site, 500'000);
      return deafened ? deaf(some, others(some)) : deaf(others(some), some);
    }
    const Nodes some = shape == "halves" ? first(count_ / 2) : nodes_of(shape);
    return apart({some, others(some)});
  }

  // Only what this cluster has.
  Grudge explicit_grudge() const {
    Grudge grudge;
    for (const auto& [receiver, senders] : fault_.target.grudge) {
      if (index(receiver) >= count_) continue;
      for (NodeId sender : senders) {
        if (index(sender) < count_ && sender != receiver) grudge[receiver].push_back(sender);
      }
    }
    return grudge;
  }

  Nodes nodes_of(const std::string& shape) {
    if (shape == "nodes") {
      Nodes nodes = fault_.target.nodes;
      std::erase_if(nodes, [&](NodeId node) { return index(node) >= count_; });
      return nodes;
    }
    if (shape == "all") return all_nodes(count_);
    if (shape == "leader") return {leader()};
    if (shape == "follower") return without(leader(), 1);
    if (shape == "newest") return {newest()};
    if (shape == "majority-with-leader") return with(leader(), majority(count_));
    if (shape == "minority-with-leader") return with(leader(), count_ - majority(count_));
    if (shape == "minority") return first(count_ - majority(count_));
    if (shape == "majority") return first(majority(count_));
    if (shape == "minority-third") return first(std::max((count_ - 1) / 3, 1));
    if (shape == "random") return first(1 + choices_.below("size"_site, count_));
    return first(1);
  }

  NodeId leader() {
    std::uint64_t term = 0;
    Nodes leaders;
    for (NodeId node : all_nodes(count_)) {
      const cluster::NodeState state = cluster_.state(node);
      if (!state.alive || state.view.role != sut::Role::leader || state.view.term < term) continue;
      if (state.view.term > term) leaders.clear();
      term = state.view.term;
      leaders.push_back(node);
    }
    const Nodes& among = leaders.empty() ? all_nodes(count_) : leaders;
    return among[choices_.below("leader"_site, among.size())];
  }

  // The live node with the newest log: the last term, then the longest log.
  NodeId newest() {
    Nodes best;
    std::pair<std::uint64_t, std::uint64_t> most{0, 0};
    for (NodeId node : all_nodes(count_)) {
      const cluster::NodeState state = cluster_.state(node);
      const std::pair<std::uint64_t, std::uint64_t> log{state.view.last_term,
                                                        state.view.last_index};
      if (!state.alive || log < most) continue;
      if (log > most) best.clear();
      most = log;
      best.push_back(node);
    }
    const Nodes& among = best.empty() ? all_nodes(count_) : best;
    return among[choices_.below("newest"_site, among.size())];
  }

  // `size` random nodes, among them `node`; at least that one.
  Nodes with(NodeId node, std::size_t size) {
    Nodes nodes = without(node, std::max<std::size_t>(size, 1) - 1);
    nodes.push_back(node);
    std::sort(nodes.begin(), nodes.end());
    return nodes;
  }

  // `size` random nodes other than `node`.
  Nodes without(NodeId node, std::size_t size) {
    Nodes nodes = shuffle();
    std::erase(nodes, node);
    nodes.resize(std::min(size, nodes.size()));
    std::sort(nodes.begin(), nodes.end());
    return nodes;
  }

  Nodes shuffle() { return shuffled(all_nodes(count_), choices_); }

  // So many random nodes, ascending.
  Nodes first(std::size_t size) {
    Nodes nodes = shuffle();
    nodes.resize(std::min(size, nodes.size()));
    std::sort(nodes.begin(), nodes.end());
    return nodes;
  }

  Nodes others(const Nodes& some) const {
    Nodes nodes = all_nodes(count_);
    std::erase_if(nodes, [&](NodeId n) { return std::count(some.begin(), some.end(), n) > 0; });
    return nodes;
  }

  // Every link to or from these nodes.
  std::vector<Link> touching(const Nodes& some) const {
    std::vector<Link> links;
    for (NodeId from : all_nodes(count_)) {
      for (NodeId to : all_nodes(count_)) {
        const bool hit = std::count(some.begin(), some.end(), from) > 0 ||
                         std::count(some.begin(), some.end(), to) > 0;
        if (from != to && hit) links.push_back({from, to});
      }
    }
    return links;
  }

  const Fault& fault_;
  const cluster::Cluster& cluster_;
  std::uint16_t count_;
  Choices choices_;
};

}  // namespace

bool acts_on_links(FaultKind kind) {
  using enum FaultKind;
  return kind == partition || kind == slow || kind == lossy || kind == duplicate ||
         kind == reorder || kind == corrupt || kind == reset || kind == half_open ||
         kind == slow_close;
}

const std::vector<std::string>& shapes_of(FaultKind kind) {
  static const std::vector<std::string> nodes{"one",
                                              "random-node",
                                              "minority",
                                              "majority",
                                              "minority-third",
                                              "all",
                                              "leader",
                                              "follower",
                                              "newest",
                                              "majority-with-leader",
                                              "random",
                                              "minority-with-leader"};
  static const std::vector<std::string> links = [] {
    std::vector<std::string> all{"halves", "majorities-ring", "bridge", "one-way"};
    all.insert(all.end(), nodes.begin(), nodes.end());
    return all;
  }();
  return acts_on_links(kind) ? links : nodes;
}

Resolved resolve(const Fault& fault, std::uint64_t seed, const cluster::Cluster& cluster) {
  return Resolver(fault, seed, cluster).run();
}

}  // namespace tribunal::nemesis
