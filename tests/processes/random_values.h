// Any value of any type that a codec knows: every member of every struct is drawn. The values are
// valid on a wire, not sensible to a replica.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/choices.h"
#include "cluster/wire/codec.h"
#include "cluster/wire/enums.h"

namespace tribunal::cluster::wire {

inline constexpr Site random_site = "random"_site;

class Random {
 public:
  explicit Random(std::uint64_t seed) : seed_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return draw(seed_, 0, random_site, next_++, bound); }
  // Of every length alike: most are small, and some at each end.
  std::uint64_t number(int bits = 64) {
    const auto length = static_cast<int>(below(static_cast<std::uint64_t>(bits) + 1));
    if (length == 0) return 0;
    const std::uint64_t top = std::uint64_t{1} << (length - 1);
    return below(4) == 0 ? top - 1 + top : top + (top == 1 ? 0 : below(top));
  }

 private:
  std::uint64_t seed_;
  std::uint64_t next_ = 0;
};

inline constexpr std::uint16_t random_nodes = 5;  // NodeIds are below, or absent_node

template <class T>
void randomize(Random& random, T& value);
template <class T>
void randomize(Random& random, std::optional<T>& value) {
  value.reset();
  if (random.below(2) == 1) randomize(random, value.emplace());
}
template <class T>
void randomize(Random& random, std::vector<T>& values) {
  values.resize(random.below(4));
  for (T& value : values) randomize(random, value);
}
template <class... T>
void randomize(Random& random, std::variant<T...>& value) {
  const std::uint64_t which = random.below(sizeof...(T));
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    static_cast<void>(
        ((which == I && (randomize(random, value.template emplace<I>()), true)) || ...));
  }
  (std::index_sequence_for<T...>{});
}
template <class T>
void randomize(Random& random, sut::Shared<T>& value) {
  value = {};
  if (random.below(3) == 0) return;
  T inner{};
  randomize(random, inner);
  value = sut::Shared<T>(std::move(inner));
}
inline void randomize(Random& random, sut::raft::Batch& batch) {
  std::vector<sut::raft::Entry> list;
  randomize(random, list);
  batch = random.below(3) == 0 ? sut::raft::Batch{}
                               : sut::raft::Batch(sut::raft::Entries(std::move(list)));
}

template <class T>
void randomize(Random& random, T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    value = random.below(2) == 1;
  } else if constexpr (std::is_same_v<T, Duration>) {
    value = Duration{static_cast<std::int64_t>(random.number())};
  } else if constexpr (std::is_same_v<T, NodeId>) {
    const std::uint64_t node = random.below(random_nodes + 1);
    value = node == random_nodes ? absent_node : NodeId{static_cast<std::uint16_t>(node)};
  } else if constexpr (RangedEnum<T>) {
    value = static_cast<T>(random.below(static_cast<std::uint64_t>(EnumRange<T>::last) + 1));
  } else if constexpr (std::is_enum_v<T>) {
    value = T{static_cast<std::underlying_type_t<T>>(random.number(8 * sizeof(T)))};
  } else if constexpr (std::is_integral_v<T>) {
    value = static_cast<T>(random.number(8 * sizeof(T)));
  } else {
    std::apply([&](auto&... field) { (randomize(random, field), ...); }, T::fields(value));
  }
}

template <class T>
T random_value(Random& random) {
  T value{};
  randomize(random, value);
  return value;
}

}  // namespace tribunal::cluster::wire
