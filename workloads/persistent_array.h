// An immutable array of fixed size: changing one element copies O(log n) small blocks and shares
// the rest, so that a generator with many keys or children stays a cheap value.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace tribunal::workloads {

template <class T>
class PersistentArray {
 public:
  PersistentArray() = default;
  explicit PersistentArray(std::vector<T> items) : size_(items.size()) {
    std::vector<std::shared_ptr<const void>> level;
    for (std::size_t i = 0; i < items.size(); i += width) {
      auto leaf = std::make_shared<Leaf>();
      const std::size_t n = std::min(width, items.size() - i);
      for (std::size_t j = 0; j < n; ++j) (*leaf)[j] = std::move(items[i + j]);
      level.push_back(std::move(leaf));
    }
    for (; level.size() > 1; ++depth_) level = parents(level);
    if (!level.empty()) root_ = std::move(level.front());
  }

  std::size_t size() const { return size_; }

  const T& operator[](std::size_t at) const {
    assert(at < size_);
    const void* block = root_.get();
    for (std::size_t d = depth_; d > 0; --d) {
      block = (*static_cast<const Branch*>(block))[digit(at, d)].get();
    }
    return (*static_cast<const Leaf*>(block))[digit(at, 0)];
  }

  PersistentArray with(std::size_t at, T item) const {
    assert(at < size_);
    PersistentArray changed = *this;
    changed.root_ = replaced(root_, depth_, at, std::move(item));
    return changed;
  }

  // O(n): for what happens rarely.
  PersistentArray without(std::size_t at) const {
    assert(at < size_);
    std::vector<T> items;
    for (std::size_t i = 0; i < size_; ++i) {
      if (i != at) items.push_back((*this)[i]);
    }
    return PersistentArray(std::move(items));
  }

 private:
  static constexpr std::size_t bits = 3;
  static constexpr std::size_t width = std::size_t{1} << bits;
  using Leaf = std::array<T, width>;
  using Block = std::shared_ptr<const void>;
  using Branch = std::array<Block, width>;

  static std::size_t digit(std::size_t at, std::size_t level) {
    return (at >> (level * bits)) & (width - 1);
  }

  static std::vector<Block> parents(const std::vector<Block>& level) {
    std::vector<Block> above;
    for (std::size_t i = 0; i < level.size(); i += width) {
      auto branch = std::make_shared<Branch>();
      for (std::size_t j = 0; j < width && i + j < level.size(); ++j) (*branch)[j] = level[i + j];
      above.push_back(std::move(branch));
    }
    return above;
  }

  static Block replaced(const Block& block, std::size_t level, std::size_t at, T&& item) {
    if (level == 0) {
      auto leaf = std::make_shared<Leaf>(*static_cast<const Leaf*>(block.get()));
      (*leaf)[digit(at, 0)] = std::move(item);
      return leaf;
    }
    auto branch = std::make_shared<Branch>(*static_cast<const Branch*>(block.get()));
    Block& below = (*branch)[digit(at, level)];
    below = replaced(below, level - 1, at, std::move(item));
    return branch;
  }

  std::shared_ptr<const void> root_;
  std::size_t size_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace tribunal::workloads
