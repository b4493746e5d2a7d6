// Where a key lives. The key's place on a ring of nodes is a hash; its preference list is the ring
// from there on: the first n nodes are its homes, those after them stand in for homes that do not
// answer (Dynamo, sections 4.2, 4.3 and 4.6). Members are fixed, so one place a node is enough:
// Dynamo's virtual nodes spread the load of members that come and go.
#pragma once

#include <bit>
#include <cstdint>

#include "base/hash.h"
#include "base/ids.h"

namespace tribunal::sut::leaderless {

class Placement {
 public:
  // Preconditions: 0 < homes <= nodes <= 64.
  Placement(std::uint16_t nodes, std::uint16_t homes) : nodes_(nodes), homes_(homes) {}

  // Keys of one range have the same preference list. There are as many ranges as nodes.
  std::uint16_t range_of(std::uint64_t key) const {
    return static_cast<std::uint16_t>(mix64(key) % nodes_);
  }
  // The place-th node of a range's preference list, place < nodes.
  NodeId at(std::uint16_t range, std::uint16_t place) const {
    return NodeId{static_cast<std::uint16_t>((range + place) % nodes_)};
  }
  std::uint16_t place_of(std::uint16_t range, NodeId node) const {
    return static_cast<std::uint16_t>((index(node) + nodes_ - range) % nodes_);
  }
  bool is_home(std::uint16_t range, NodeId node) const { return place_of(range, node) < homes_; }
  std::uint16_t homes() const { return homes_; }
  std::uint16_t nodes() const { return nodes_; }

 private:
  std::uint16_t nodes_;
  std::uint16_t homes_;
};

// Sets of nodes: bit i is node i.
constexpr std::uint64_t bit(NodeId node) { return std::uint64_t{1} << index(node); }
constexpr std::uint16_t count(std::uint64_t nodes) {
  return static_cast<std::uint16_t>(std::popcount(nodes));
}

}  // namespace tribunal::sut::leaderless
