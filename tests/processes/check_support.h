// What the tests of wire/checks.h share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cluster/wire/check_parts.h"
#include "cluster/wire/checks.h"

namespace tribunal::cluster::wire {

inline constexpr std::uint64_t too_much = std::uint64_t{1} << 62;
inline constexpr std::uint16_t nodes = 3;
inline const std::string unbounded = "expected counters below 2^62";
using Signed = std::vector<std::int64_t>;

// What is wrong; nothing: "".
inline std::string text(const Status& status) { return status.ok() ? "" : status.error().message; }

// A value by its encoding, for classes whose members cannot be set from outside.
template <class T>
T made_of(const Bytes& bytes) {
  auto value = from_bytes<T>(bytes, 0);
  EXPECT_TRUE(value.ok()) << value.error().message;
  return value.ok() ? *value : T{};
}
template <class... T>
Bytes parts(const T&... part) {
  Bytes bytes;
  Writer out(bytes);
  (encode(out, part), ...);
  return bytes;
}

}  // namespace tribunal::cluster::wire
