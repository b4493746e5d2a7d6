// Built bottom up from the sorted leaves; nodes under which nothing lies are not stored.
#include "sut/leaderless/merkle.h"

#include <algorithm>
#include <cassert>

#include "base/hash.h"

namespace tribunal::sut::leaderless {
namespace {

constexpr auto by_index = [](const MerkleHash& node, std::uint64_t index) {
  return node.index < index;
};

// Never 0, which says that there is nothing.
std::uint64_t finished(const Fingerprint& print) { return print.value() | 1; }

}  // namespace

MerkleTree::MerkleTree(std::vector<MerkleLeaf> leaves) : levels_(last_level + 1) {
  std::sort(leaves.begin(), leaves.end(),
            [](const MerkleLeaf& a, const MerkleLeaf& b) { return a.position < b.position; });
  for (std::size_t i = 0; i < leaves.size();) {
    const std::uint64_t bucket = bucket_of(leaves[i].position);
    Fingerprint print;
    for (; i < leaves.size() && bucket_of(leaves[i].position) == bucket; ++i) {
      print.add(leaves[i].position).add(leaves[i].digest);
    }
    levels_[last_level].push_back({bucket, finished(print)});
  }
  for (std::uint32_t level = last_level; level > 0; --level) {
    const std::vector<MerkleHash>& below = levels_[level];
    for (std::size_t i = 0; i < below.size();) {
      const std::uint64_t parent = below[i].index / fan_out;
      Fingerprint print;
      for (; i < below.size() && below[i].index / fan_out == parent; ++i) {
        print.add(below[i].index).add(below[i].hash);
      }
      levels_[level - 1].push_back({parent, finished(print)});
    }
  }
}

std::uint64_t MerkleTree::hash(std::uint32_t level, std::uint64_t index) const {
  assert(level <= last_level);
  const auto& nodes = levels_[level];
  const auto place = std::lower_bound(nodes.begin(), nodes.end(), index, by_index);
  return place != nodes.end() && place->index == index ? place->hash : 0;
}

std::vector<MerkleHash> MerkleTree::children(std::uint32_t level, std::uint64_t index) const {
  assert(level < last_level);
  const auto& nodes = levels_[level + 1];
  auto place = std::lower_bound(nodes.begin(), nodes.end(), index * fan_out, by_index);
  std::vector<MerkleHash> found;
  for (; place != nodes.end() && place->index / fan_out == index; ++place) found.push_back(*place);
  return found;
}

std::vector<std::uint64_t> MerkleTree::differing(std::uint32_t level,
                                                 const std::vector<std::uint64_t>& parents,
                                                 const std::vector<MerkleHash>& theirs) const {
  assert(level > 0 && level <= last_level);
  std::vector<std::uint64_t> found;
  for (const MerkleHash& other : theirs) {
    if (hash(level, other.index) != other.hash) found.push_back(other.index);
  }
  for (const std::uint64_t parent : parents) {  // what only this tree holds
    for (const MerkleHash& own : children(level - 1, parent)) {
      const bool listed = std::any_of(theirs.begin(), theirs.end(), [&](const MerkleHash& other) {
        return other.index == own.index;
      });
      if (!listed) found.push_back(own.index);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace tribunal::sut::leaderless
