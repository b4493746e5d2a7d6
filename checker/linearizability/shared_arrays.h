// Persistent arrays of 64-bit words, hash-consed: two arrays with the same content have the same
// number, so comparing and hashing them costs one word, and an array that differs from another in
// one place shares the rest with it. Sets of operations, sets of elements and banks of registers
// are kept so.
//
// A perfect binary tree of fixed height over the words; every distinct subtree is stored once (the
// idea of binary decision diagrams: Bryant, Graph-Based Algorithms for Boolean Function
// Manipulation, 1986, section 2.2). Number 0 is the array of zeros, at every height.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/linearizability/flat_map.h"

namespace tribunal::checker::linearizability {

class SharedArrays {
 public:
  using Array = std::uint32_t;

  // Room for `words` words in each array.
  explicit SharedArrays(std::uint32_t words = 1);

  std::uint64_t get(Array array, std::uint32_t at) const;
  Array set(Array array, std::uint32_t at, std::uint64_t word);
  Array build(const std::vector<std::uint64_t>& words);

  // As sets of bits.
  bool test(Array array, std::uint32_t bit) const {
    return ((get(array, bit / 64) >> (bit % 64)) & 1) != 0;
  }
  Array with_bit(Array array, std::uint32_t bit) {
    return set(array, bit / 64, get(array, bit / 64) | (std::uint64_t{1} << (bit % 64)));
  }
  Array without_bit(Array array, std::uint32_t bit) {
    return set(array, bit / 64, get(array, bit / 64) & ~(std::uint64_t{1} << (bit % 64)));
  }
  bool subset(Array small, Array large) const { return subset(small, large, height_); }
  std::vector<std::uint32_t> bits(Array array) const;  // ascending

  std::uint64_t memory() const;

 private:
  struct Node {
    Array left;
    Array right;
  };

  bool subset(Array small, Array large, std::uint32_t height) const;
  Array leaf(std::uint64_t word);
  Array node(Array left, Array right);

  std::uint32_t height_ = 0;
  std::vector<std::uint64_t> leaves_;  // by number
  std::vector<Node> nodes_;            // by number
  FlatMap leaf_numbers_;
  FlatMap node_numbers_;
};

}  // namespace tribunal::checker::linearizability
