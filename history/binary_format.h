// Layout constants of the binary format; docs/formats.md describes it byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tribunal::history::binary {

// Like PNG's: not text, and damaged by a transfer in text mode. The last byte is the version.
inline constexpr std::string_view magic{"\x89TRIBUNAL\r\n\x1a\n\x01", 14};
inline constexpr std::string_view block_magic{"BLCK", 4};
inline constexpr std::size_t block_header_size = 32;  // magic, events, raw, packed, two checksums
inline constexpr std::uint32_t max_raw = 256U << 20;
inline constexpr std::uint32_t block_events = 1U << 16;  // the writer's choice
inline constexpr std::size_t block_bytes = 4U << 20;     // likewise

// Flags of an event.
enum : std::uint8_t {
  type_mask = 3,
  has_time = 4,
  has_key = 8,
  has_node = 16,
  has_error = 32,
  has_producers = 64,
};

// How a value begins. Integers, real bits and sizes follow as described in docs/formats.md.
enum class Tag : std::uint8_t {
  nil,
  no,
  yes,
  integer,
  real,
  string,
  keyword,
  symbol,
  vector,
  list,
  set,
  map,
  table
};

}  // namespace tribunal::history::binary
