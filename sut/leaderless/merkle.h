// A hash tree over the objects of one range of keys, so that two replicas find what differs by
// exchanging a few hashes (Merkle 1987; Dynamo, section 4.7). Objects have a position, a hash of
// their name: its first bits say under which node of each level an object lies. Two trees are
// compared level by level, descending only where hashes differ, down to the leaves: the buckets
// whose objects have to be exchanged.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

namespace tribunal::sut::leaderless {

struct MerkleLeaf {
  std::uint64_t position = 0;  // of an object
  std::uint64_t digest = 0;    // of what it holds
  friend bool operator==(const MerkleLeaf&, const MerkleLeaf&) = default;
};

// One node of a tree: index is its place in its level.
struct MerkleHash {
  std::uint64_t index = 0;
  std::uint64_t hash = 0;
  friend bool operator==(const MerkleHash&, const MerkleHash&) = default;
  static auto fields(auto& self) { return std::tie(self.index, self.hash); }
};

class MerkleTree {
 public:
  static constexpr std::uint32_t bits_a_level = 4;
  static constexpr std::uint32_t fan_out = 1U << bits_a_level;
  static constexpr std::uint32_t last_level = 4;  // level 0 is the root; 65536 buckets

  // The leaves may come in any order; positions are distinct.
  explicit MerkleTree(std::vector<MerkleLeaf> leaves);

  static std::uint64_t bucket_of(std::uint64_t position) { return index_at(last_level, position); }

  // 0: nothing lies under that node.
  std::uint64_t hash(std::uint32_t level, std::uint64_t index) const;
  std::uint64_t root() const { return hash(0, 0); }

  // The children of a node that hold something, ascending. Precondition: level < last_level.
  std::vector<MerkleHash> children(std::uint32_t level, std::uint64_t index) const;

  // Which nodes of `level` differ: `theirs` lists, of every node under `parents` (nodes of the
  // level above), those under which the other tree holds something. Ascending.
  std::vector<std::uint64_t> differing(std::uint32_t level,
                                       const std::vector<std::uint64_t>& parents,
                                       const std::vector<MerkleHash>& theirs) const;

 private:
  static constexpr std::uint32_t shift(std::uint32_t level) { return 64 - level * bits_a_level; }
  static constexpr std::uint64_t index_at(std::uint32_t level, std::uint64_t position) {
    return level == 0 ? 0 : position >> shift(level);
  }

  std::vector<std::vector<MerkleHash>> levels_;  // of each, what holds something, by index
};

}  // namespace tribunal::sut::leaderless
