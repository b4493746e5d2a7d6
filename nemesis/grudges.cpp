#include "nemesis/grudges.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace tribunal::nemesis {
namespace {

void add(Grudge& grudge, NodeId receiver, Nodes senders) {
  std::erase(senders, receiver);
  if (senders.empty()) return;
  std::sort(senders.begin(), senders.end());
  Nodes& all = grudge[receiver];
  all.insert(all.end(), senders.begin(), senders.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

bool hears(const Grudge& grudge, NodeId receiver, NodeId sender) {
  const auto found = grudge.find(receiver);
  return found == grudge.end() ||
         !std::binary_search(found->second.begin(), found->second.end(), sender);
}

// The nodes that hear one another, if that splits them into components; else nothing.
std::vector<Nodes> components_of(const Grudge& grudge, const Nodes& nodes) {
  std::vector<Nodes> components;
  for (NodeId node : nodes) {
    Nodes group;
    for (NodeId other : nodes) {
      if (hears(grudge, node, other) != hears(grudge, other, node)) return {};
      if (hears(grudge, node, other)) group.push_back(other);
    }
    if (group.front() == node) components.push_back(group);
    // Hearing is transitive exactly when all members of a group have the same group.
    const bool known = std::any_of(components.begin(), components.end(),
                                   [&](const Nodes& component) { return component == group; });
    if (!known) return {};
  }
  return components;
}

}  // namespace

Nodes all_nodes(std::uint16_t count) {
  Nodes nodes;
  for (std::uint16_t i = 0; i < count; ++i) nodes.push_back(NodeId{i});
  return nodes;
}

Nodes shuffled(Nodes nodes, Choices& choices) {
  for (std::size_t i = nodes.size(); i > 1; --i) {
    const std::size_t j = choices.below("shuffle"_site, i);
    std::swap(nodes[i - 1], nodes[j]);
  }
  return nodes;
}

Grudge apart(const std::vector<Nodes>& components) {
  Grudge grudge;
  for (const Nodes& mine : components) {
    for (const Nodes& other : components) {
      if (&mine == &other) continue;
      for (NodeId node : mine) add(grudge, node, other);
    }
  }
  return grudge;
}

Grudge bridge(const Nodes& nodes) {
  const auto half = static_cast<std::ptrdiff_t>(nodes.size() / 2);
  const Nodes first(nodes.begin(), nodes.begin() + half);
  const Nodes second(nodes.begin() + std::min<std::ptrdiff_t>(half + 1, std::ssize(nodes)),
                     nodes.end());
  return apart({first, second});
}

Grudge majorities_ring(const Nodes& nodes) {
  Grudge grudge;
  const std::size_t n = nodes.size();
  const std::size_t reach = majority(n) / 2;  // neighbours heard on each side
  for (std::size_t i = 0; i < n; ++i) {
    Nodes unheard;
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t straight = i > j ? i - j : j - i;
      const std::size_t distance = n == 3 ? straight : std::min(straight, n - straight);
      if (distance > reach) unheard.push_back(nodes[j]);
    }
    add(grudge, nodes[i], std::move(unheard));
  }
  return grudge;
}

Grudge deaf(const Nodes& receivers, const Nodes& senders) {
  Grudge grudge;
  for (NodeId receiver : receivers) add(grudge, receiver, senders);
  return grudge;
}

std::vector<Link> links_of(const Grudge& grudge) {
  std::set<Link> links;
  for (const auto& [receiver, senders] : grudge) {
    for (NodeId sender : senders) {
      if (sender != receiver) links.insert({sender, receiver});
    }
  }
  return {links.begin(), links.end()};
}

std::string describe(const Nodes& nodes) {
  std::vector<std::string> names;
  for (NodeId node : nodes) names.push_back(show_node(node));
  return join(names, " ");
}

std::string describe(const Grudge& grudge, std::uint16_t count) {
  if (grudge.empty()) return "nothing";
  std::vector<std::string> parts;
  for (const Nodes& component : components_of(grudge, all_nodes(count))) {
    parts.push_back("{" + describe(component) + "}");
  }
  if (!parts.empty()) return join(parts, " | ");
  for (const auto& [receiver, senders] : grudge) {
    parts.push_back(show_node(receiver) + " hears nothing from " + describe(senders));
  }
  return join(parts, "; ");
}

}  // namespace tribunal::nemesis
