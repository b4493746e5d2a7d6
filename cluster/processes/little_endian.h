// Numbers as bytes, the lowest first.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cluster/wire/frame.h"

namespace tribunal::cluster {

template <class Number>
void append_number(wire::Bytes& out, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    out.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(number) >> (8 * i)));
}

// Precondition: the number lies within `bytes`.
template <class Number>
Number number_at(wire::ByteView bytes, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    number |= std::to_integer<std::uint64_t>(bytes[at + i]) << (8 * i);
  return static_cast<Number>(number);
}

}  // namespace tribunal::cluster
