// Interning: the layout of a ValueRef and a hash table over the values that do not fit into one.
//
// The low 4 bits of a ValueRef say what the other 60 are: 0 nil (all bits zero), 1 a boolean, 2 an
// integer in two's complement, 3 an index into the pool.
#include <cassert>

#include "history/value.h"

namespace tribunal::history {

namespace {

constexpr std::uint64_t tag_boolean = 1;
constexpr std::uint64_t tag_integer = 2;
constexpr std::uint64_t tag_pooled = 3;
constexpr std::uint64_t tag_mask = 15;
constexpr int tag_bits = 4;

constexpr bool fits_in_place(std::int64_t i) {
  constexpr std::int64_t limit = 1LL << 59;
  return i >= -limit && i < limit;
}

}  // namespace

ValueRef ValuePool::intern(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::nil:
      return ValueRef{};
    case Value::Kind::boolean:
      return ValueRef{(value.as_boolean() ? 1ULL << tag_bits : 0) | tag_boolean};
    case Value::Kind::integer:
      if (fits_in_place(value.as_integer())) {
        return ValueRef{static_cast<std::uint64_t>(value.as_integer()) << tag_bits | tag_integer};
      }
      break;
    default:
      break;
  }
  if (slots_.size() * 3 <= (values_.size() + 1) * 4) grow();
  const std::uint64_t hash = value.hash();
  const std::size_t slot = find_slot(value, hash);
  if (slots_[slot] == 0) {
    values_.push_back(value);
    hashes_.push_back(hash);
    heap_bytes_ += value.heap_bytes();
    slots_[slot] = static_cast<std::uint32_t>(values_.size());
  }
  return ValueRef{static_cast<std::uint64_t>(slots_[slot] - 1) << tag_bits | tag_pooled};
}

Value ValuePool::value(ValueRef ref) const {
  switch (ref.bits() & tag_mask) {
    case tag_boolean:
      return Value::boolean((ref.bits() >> tag_bits) != 0);
    case tag_integer:
      return Value::integer(static_cast<std::int64_t>(ref.bits()) >> tag_bits);
    case tag_pooled:
      assert(ref.bits() >> tag_bits < values_.size());  // a ref of another pool
      return values_[ref.bits() >> tag_bits];
    default:
      return Value{};
  }
}

std::uint64_t ValuePool::hash(ValueRef ref) const {
  if ((ref.bits() & tag_mask) == tag_pooled) return hashes_[ref.bits() >> tag_bits];
  return value(ref).hash();
}

std::size_t ValuePool::memory_bytes() const {
  return values_.capacity() * sizeof(Value) + hashes_.capacity() * sizeof(std::uint64_t) +
         slots_.capacity() * sizeof(std::uint32_t) + heap_bytes_;
}

// The slot that holds `value`, or the empty one where it belongs.
std::size_t ValuePool::find_slot(const Value& value, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot] != 0) {
    const std::uint32_t i = slots_[slot] - 1;
    if (hashes_[i] == hash && values_[i] == value) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

void ValuePool::grow() {
  std::vector<std::uint32_t> slots(slots_.empty() ? 16 : slots_.size() * 2, 0);
  const std::size_t mask = slots.size() - 1;
  for (std::size_t i = 0; i < hashes_.size(); ++i) {
    std::size_t slot = hashes_[i] & mask;
    while (slots[slot] != 0) slot = (slot + 1) & mask;
    slots[slot] = static_cast<std::uint32_t>(i + 1);
  }
  slots_ = std::move(slots);
}

}  // namespace tribunal::history
