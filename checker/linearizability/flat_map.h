// Open addressing from a 64-bit key to a 32-bit number: the tables of interned states, where a
// node-based map would take most of the memory.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "base/hash.h"

namespace tribunal::checker::linearizability {

class FlatMap {
 public:
  static constexpr std::uint32_t absent = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t find(std::uint64_t key) const {
    if (slots_.empty()) return absent;
    for (std::uint64_t i = mix64(key) & mask(); slots_[i].number != absent; i = (i + 1) & mask()) {
      if (slots_[i].key == key) return slots_[i].number;
    }
    return absent;
  }

  // Precondition: the key is not in the map, number != absent.
  void insert(std::uint64_t key, std::uint32_t number) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    place(key, number);
    ++size_;
  }

  std::uint64_t memory() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t number = absent;
  };

  std::uint64_t mask() const { return slots_.size() - 1; }

  void place(std::uint64_t key, std::uint32_t number) {
    std::uint64_t i = mix64(key) & mask();
    while (slots_[i].number != absent) i = (i + 1) & mask();
    slots_[i] = {key, number};
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number != absent) place(slot.key, slot.number);
    }
  }

  std::vector<Slot> slots_;
  std::uint64_t size_ = 0;
};

}  // namespace tribunal::checker::linearizability
