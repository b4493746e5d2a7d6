// See shared_arrays.h. Recursion is as deep as the tree: at most 32.
#include "checker/linearizability/shared_arrays.h"

#include <array>

namespace tribunal::checker::linearizability {

SharedArrays::SharedArrays(std::uint32_t words) {
  while ((std::uint64_t{1} << height_) < words) ++height_;
  leaves_.push_back(0);
  leaf_numbers_.insert(0, 0);
  nodes_.push_back({0, 0});
  node_numbers_.insert(0, 0);
}

SharedArrays::Array SharedArrays::leaf(std::uint64_t word) {
  if (word == 0) return 0;
  const Array known = leaf_numbers_.find(word);
  if (known != FlatMap::absent) return known;
  const Array fresh = static_cast<Array>(leaves_.size());
  leaves_.push_back(word);
  leaf_numbers_.insert(word, fresh);
  return fresh;
}

SharedArrays::Array SharedArrays::node(Array left, Array right) {
  if (left == 0 && right == 0) return 0;
  const std::uint64_t key = (std::uint64_t{left} << 32) | right;
  const Array known = node_numbers_.find(key);
  if (known != FlatMap::absent) return known;
  const Array fresh = static_cast<Array>(nodes_.size());
  nodes_.push_back({left, right});
  node_numbers_.insert(key, fresh);
  return fresh;
}

std::uint64_t SharedArrays::get(Array array, std::uint32_t at) const {
  for (std::uint32_t h = height_; h > 0; --h) {
    const Node& n = nodes_[array];
    array = ((at >> (h - 1)) & 1) != 0 ? n.right : n.left;
  }
  return leaves_[array];
}

SharedArrays::Array SharedArrays::set(Array array, std::uint32_t at, std::uint64_t word) {
  std::array<Node, 33> path{};
  for (std::uint32_t h = height_; h > 0; --h) {
    path[h] = nodes_[array];
    array = ((at >> (h - 1)) & 1) != 0 ? path[h].right : path[h].left;
  }
  Array made = leaf(word);
  for (std::uint32_t h = 1; h <= height_; ++h) {
    const bool right = ((at >> (h - 1)) & 1) != 0;
    made = right ? node(path[h].left, made) : node(made, path[h].right);
  }
  return made;
}

SharedArrays::Array SharedArrays::build(const std::vector<std::uint64_t>& words) {
  std::vector<Array> level;
  level.reserve(words.size());
  for (const std::uint64_t word : words) level.push_back(leaf(word));
  for (std::uint32_t h = 0; h < height_; ++h) {
    if (level.size() % 2 != 0) level.push_back(0);
    for (std::size_t i = 0; i + 1 < level.size(); i += 2)
      level[i / 2] = node(level[i], level[i + 1]);
    level.resize(level.size() / 2);
  }
  return level.empty() ? 0 : level[0];
}

bool SharedArrays::subset(Array small, Array large, std::uint32_t height) const {
  if (small == large || small == 0) return true;
  if (large == 0) return false;
  if (height == 0) return (leaves_[small] & ~leaves_[large]) == 0;
  const Node& s = nodes_[small];
  const Node& l = nodes_[large];
  return subset(s.left, l.left, height - 1) && subset(s.right, l.right, height - 1);
}

std::vector<std::uint32_t> SharedArrays::bits(Array array) const {
  std::vector<std::uint32_t> found;
  const std::uint64_t words = std::uint64_t{1} << height_;
  for (std::uint64_t at = 0; at < words; ++at) {
    const std::uint64_t word = get(array, static_cast<std::uint32_t>(at));
    for (std::uint32_t bit = 0; word != 0 && bit < 64; ++bit) {
      if (((word >> bit) & 1) != 0) found.push_back(static_cast<std::uint32_t>(at * 64) + bit);
    }
  }
  return found;
}

std::uint64_t SharedArrays::memory() const {
  return leaves_.capacity() * sizeof(std::uint64_t) + nodes_.capacity() * sizeof(Node) +
         leaf_numbers_.memory() + node_numbers_.memory();
}

}  // namespace tribunal::checker::linearizability
