#include "cluster/wire/frame.h"

#include <array>
#include <bit>
#include <cassert>
#include <cstring>

#include <fmt/format.h>

namespace tribunal::cluster::wire {
namespace {

// Slicing by 8 (Kounavis and Berry, "A systematic approach to building high performance
// software-based CRC generators", ISCC 2005): eight bytes a step, each through a table of its own.
using Table = std::array<std::uint32_t, 256>;

constexpr std::array<Table, 8> make_tables() {
  constexpr std::uint32_t polynomial = 0x82f63b78;  // 0x1edc6f41, lowest bit first
  std::array<Table, 8> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    tables[0][byte] = crc;
  }
  for (std::size_t t = 1; t < tables.size(); ++t) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t crc = tables[t - 1][byte];
      tables[t][byte] = (crc >> 8) ^ tables[0][crc & 0xff];
    }
  }
  return tables;
}
constexpr std::array<Table, 8> tables = make_tables();

template <class T>
T load(const std::byte* at) {
  static_assert(std::endian::native == std::endian::little);
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <class T>
void store(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

std::uint32_t checksum(const std::byte* header, ByteView payload) {
  return crc32c(payload, crc32c({header, 8}));
}

Parsed broken(std::string error) {
  Parsed parsed;
  parsed.error = std::move(error);
  return parsed;
}

// Empty: the header is one of this format.
std::string header_error(const std::byte* header) {
  const auto length = load<std::uint32_t>(header);
  const auto kind = load<std::uint8_t>(header + 4);
  const auto flags = load<std::uint8_t>(header + 5);
  const auto found = load<std::uint16_t>(header + 6);
  if (found != version) return fmt::format("format version {}, expected {}", found, version);
  if (length > largest_payload) {
    return fmt::format("payload of {} bytes, at most {} are allowed", length, largest_payload);
  }
  if (kind == 0 || kind > last_kind) {
    return fmt::format("frame of kind {}, expected 1 to {}", kind, last_kind);
  }
  if ((flags & ~carries_data) != 0) return fmt::format("unknown frame flags {:#04x}", flags);
  return {};
}

}  // namespace

std::uint32_t crc32c(ByteView bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    const std::uint64_t eight = load<std::uint64_t>(at) ^ crc;
    crc = 0;
    for (std::size_t i = 0; i < 8; ++i) crc ^= tables[7 - i][(eight >> (8 * i)) & 0xff];
  }
  for (; left > 0; ++at, --left) {
    crc = (crc >> 8) ^ tables[0][(crc ^ std::to_integer<std::uint32_t>(*at)) & 0xff];
  }
  return ~crc;
}

void append_frame(Bytes& out, FrameKind kind, std::uint8_t flags, ByteView payload) {
  assert(payload.size() <= largest_payload);
  const std::size_t start = out.size();
  out.resize(start + header_bytes);
  std::byte* const header = out.data() + start;
  store(header, static_cast<std::uint32_t>(payload.size()));
  store(header + 4, static_cast<std::uint8_t>(kind));
  store(header + 5, flags);
  store(header + 6, version);
  store(header + 8, checksum(header, payload));
  out.insert(out.end(), payload.begin(), payload.end());
}

Parsed parse_frame(ByteView bytes, bool check) {
  if (bytes.size() < header_bytes) return {};
  const std::byte* const header = bytes.data();
  if (std::string error = header_error(header); !error.empty()) return broken(std::move(error));
  const auto length = load<std::uint32_t>(header);
  if (bytes.size() - header_bytes < length) return {};
  Parsed parsed;
  parsed.frame = {static_cast<FrameKind>(load<std::uint8_t>(header + 4)),
                  load<std::uint8_t>(header + 5), bytes.subspan(header_bytes, length),
                  bytes.first(header_bytes + length)};
  const auto stated = load<std::uint32_t>(header + 8);
  if (check) {
    const std::uint32_t found = checksum(header, parsed.frame.payload);
    if (found != stated) {
      return broken(fmt::format("checksum mismatch: the header says {:08x}, the bytes have {:08x}",
                                stated, found));
    }
  }
  parsed.complete = true;
  return parsed;
}

}  // namespace tribunal::cluster::wire
