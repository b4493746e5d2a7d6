// Temporary: stands in for cluster/wire/frame.cpp until that is there.
#include <fmt/format.h>

#include "cluster/wire/frame.h"

namespace tribunal::cluster::wire {

std::uint32_t crc32c(ByteView bytes, std::uint32_t before) {
  std::uint32_t h = before ^ 2166136261U;
  for (const std::byte b : bytes) h = (h ^ static_cast<std::uint32_t>(b)) * 16777619U;
  return h;
}

namespace {
void put(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}
std::uint32_t get(ByteView bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
  return value;
}
}  // namespace

void append_frame(Bytes& out, FrameKind kind, std::uint8_t flags, ByteView payload) {
  const std::size_t start = out.size();
  put(out, payload.size(), 4);
  put(out, static_cast<std::uint8_t>(kind), 1);
  put(out, flags, 1);
  put(out, version, 2);
  put(out, crc32c(payload, crc32c(ByteView(out).subspan(start, 8))), 4);
  out.insert(out.end(), payload.begin(), payload.end());
}

Parsed parse_frame(ByteView bytes, bool check) {
  Parsed parsed;
  if (bytes.size() < header_bytes) return parsed;
  const std::uint32_t size = get(bytes, 0);
  const auto kind = static_cast<std::uint8_t>(bytes[4]);
  if (size > largest_payload || kind == 0 || kind > last_kind) {
    parsed.error = fmt::format("payload of {} bytes, kind {}", size, kind);
    return parsed;
  }
  if (bytes.size() < header_bytes + size) return parsed;
  parsed.frame = {static_cast<FrameKind>(kind), static_cast<std::uint8_t>(bytes[5]),
                  bytes.subspan(header_bytes, size), bytes.first(header_bytes + size)};
  if (check && get(bytes, 8) != crc32c(parsed.frame.payload, crc32c(bytes.first(8)))) {
    parsed.error = "checksum mismatch";
    return parsed;
  }
  parsed.complete = true;
  return parsed;
}

}  // namespace tribunal::cluster::wire
