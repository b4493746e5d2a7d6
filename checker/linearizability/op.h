// One operation as the search sees it: when it may take effect, and what it does in the words of a
// model. Everything textual has been decoded away.
#pragma once

#include <cstdint>
#include <limits>

namespace tribunal::checker::linearizability {

inline constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();

// Positions are indices of events. An operation may take effect anywhere between `call` and `ret`.
struct Op {
  std::uint32_t call = 0;  // also its name: the index of its invocation event
  std::uint32_t ret =
      never;              // never: info, it may take effect at any time after call, or not at all
  std::uint8_t kind = 0;  // what it does: the numbering, a and b belong to the model
  bool pure = false;      // wherever it is possible, it leaves the state as it was
  std::uint32_t a = 0;
  std::uint32_t b = 0;

  bool optional() const { return ret == never; }
  bool same_effect(const Op& other) const {
    return kind == other.kind && a == other.a && b == other.b;
  }
};

}  // namespace tribunal::checker::linearizability
