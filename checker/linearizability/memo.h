// The configurations that were searched already: (completed prefix, pending operations linearized,
// state), each with the sets of optional operations it was reached with.
#pragma once

#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "checker/linearizability/op.h"
#include "checker/linearizability/shared_arrays.h"

namespace tribunal::checker::linearizability {

struct Configuration {
  std::uint64_t pending = 0;  // which operations beyond the prefix are linearized
  std::uint32_t first =
      0;  // operations before this one, in order of completion, are all linearized
  std::uint32_t state = 0;

  friend bool operator==(const Configuration&, const Configuration&) = default;
};

class Memo {
 public:
  // Remembers a configuration, or returns false: one with the same required operations and state
  // was searched before that had used no other optional operations than `optional`. Whatever can be
  // reached from here could be reached from there.
  bool insert(const Configuration& configuration, SharedArrays::Array optional,
              const SharedArrays& sets) {
    if ((size_ + 1) * 4 > slots_.size() * 3) grow();
    std::uint64_t i = home(configuration);
    for (; slots_[i].used(); i = next(i)) {
      if (slots_[i].configuration == configuration) return add(slots_[i], optional, sets);
    }
    slots_[i] = {configuration, optional, no_more};
    ++size_;
    return true;
  }

  std::uint64_t memory() const {
    return slots_.capacity() * sizeof(Slot) + more_.capacity() * sizeof(More);
  }

 private:
  static constexpr std::uint32_t unused = never - 1;
  static constexpr std::uint32_t no_more = never;

  struct Slot {
    Configuration configuration;
    SharedArrays::Array optional = 0;
    std::uint32_t more = unused;
    bool used() const { return more != unused; }
  };
  struct More {
    SharedArrays::Array optional;
    std::uint32_t more;
  };

  bool add(Slot& slot, SharedArrays::Array optional, const SharedArrays& sets) {
    if (sets.subset(slot.optional, optional)) return false;
    for (std::uint32_t m = slot.more; m != no_more; m = more_[m].more) {
      if (sets.subset(more_[m].optional, optional)) return false;
    }
    more_.push_back({slot.optional, slot.more});
    slot.optional = optional;
    slot.more = static_cast<std::uint32_t>(more_.size() - 1);
    return true;
  }

  std::uint64_t home(const Configuration& c) const {
    const std::uint64_t rest = (std::uint64_t{c.first} << 32) | c.state;
    return combine(mix64(c.pending), rest) & (slots_.size() - 1);
  }
  std::uint64_t next(std::uint64_t i) const { return (i + 1) & (slots_.size() - 1); }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (!slot.used()) continue;
      std::uint64_t i = home(slot.configuration);
      while (slots_[i].used()) i = next(i);
      slots_[i] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::vector<More> more_;
  std::uint64_t size_ = 0;
};

}  // namespace tribunal::checker::linearizability
