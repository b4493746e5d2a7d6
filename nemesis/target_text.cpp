#include "nemesis/target_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "nemesis/grudges.h"
#include "nemesis/targets.h"

namespace tribunal::nemesis {
namespace {

bool looks_like_node(std::string_view word) {
  return word.size() >= 2 && word[0] == 'n' &&
         word.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

Result<NodeId> parse_node(std::string_view word, std::uint16_t nodes) {
  if (!looks_like_node(word))
    return fail("expected a node such as n1, found '" + quote(word) + "'");
  const auto number = parse_integer(word.substr(1));
  if (!number || *number < 1 || *number > nodes) {
    return fail(fmt::format("there is no {}; the cluster has n1 to n{}", quote(word), nodes));
  }
  return NodeId{static_cast<std::uint16_t>(*number - 1)};
}

// Nodes between commas or blanks, ascending.
Result<Nodes> parse_nodes(std::string text, std::uint16_t nodes) {
  std::replace(text.begin(), text.end(), ',', ' ');
  Nodes out;
  for (const std::string& word : split(text, ' ')) {
    if (word.empty()) continue;
    const auto node = parse_node(word, nodes);
    if (!node) return Failure{node.error()};
    if (std::count(out.begin(), out.end(), *node) > 0) return fail(word + " is named twice");
    out.push_back(*node);
  }
  if (out.empty()) return fail("expected at least one node");
  std::sort(out.begin(), out.end());
  return out;
}

Result<Grudge> parse_grudge(std::string_view text, std::uint16_t nodes) {
  Grudge grudge;
  for (const std::string& part : split(text, ';')) {
    const std::size_t sign = part.find('<');
    if (sign == std::string::npos)
      return fail("expected receiver<senders, found '" + quote(part) + "'");
    auto receiver = parse_nodes(part.substr(0, sign), nodes);
    if (!receiver) return Failure{receiver.error()};
    auto senders = parse_nodes(part.substr(sign + 1), nodes);
    if (!senders) return Failure{senders.error()};
    if (receiver->size() != 1)
      return fail("expected one receiver before '<' in '" + quote(part) + "'");
    const NodeId node = receiver->front();
    if (std::count(senders->begin(), senders->end(), node) > 0) {
      return fail(show_node(node) + " cannot be cut off from itself");
    }
    if (!grudge.emplace(node, *senders).second) {
      return fail(show_node(node) + " stands twice as a receiver");
    }
  }
  return grudge;
}

}  // namespace

Result<Target> parse_target(std::string_view text, FaultKind kind, std::uint16_t nodes) {
  const std::vector<std::string>& shapes = shapes_of(kind);
  Target target;
  if (std::count(shapes.begin(), shapes.end(), text) > 0) {
    target.shape = text;
    return target;
  }
  const bool grudge = text.find('<') != std::string_view::npos;
  if (grudge && acts_on_links(kind)) {
    auto parsed = parse_grudge(text, nodes);
    if (!parsed) return Failure{parsed.error()};
    target.shape = "grudge";
    target.grudge = *std::move(parsed);
    return target;
  }
  const std::string first = split(text, ',').front();
  if (looks_like_node(split(first, ' ').front()) && !grudge) {
    auto parsed = parse_nodes(std::string(text), nodes);
    if (!parsed) return Failure{parsed.error()};
    target.shape = "nodes";
    target.nodes = *std::move(parsed);
    return target;
  }
  return fail(unknown_name("target", text, shapes) + ", nodes such as n1,n2" +
              (acts_on_links(kind) ? ", or a grudge such as n1<n2 n3; n2<n1" : ""));
}

std::string show_target(const Target& target) {
  std::vector<std::string> parts;
  if (target.shape == "nodes") {
    for (NodeId node : target.nodes) parts.push_back(show_node(node));
    return join(parts, ",");
  }
  if (target.shape != "grudge") return target.shape;
  for (const auto& [receiver, senders] : target.grudge) {
    parts.push_back(show_node(receiver) + "<" + describe(senders));
  }
  return join(parts, "; ");
}

}  // namespace tribunal::nemesis
