// How messages lie on a connection and records in a file: length, kind, flags, checksum, payload.
//
//   offset 0  u32  payload length, at most largest_payload
//   offset 4  u8   kind (FrameKind)
//   offset 5  u8   flags; bit 0: carries records to be stored (slow links of some latency presets)
//   offset 6  u16  version of the format, 1
//   offset 8  u32  CRC-32C of bytes 0 to 7 and the payload
//   offset 12      payload
// All numbers are little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tribunal::cluster::wire {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

enum class FrameKind : std::uint8_t {
  hello = 1,    // first on every connection, by who dialled: wire/messages.h
  welcome = 2,  // to a client: the node has read its hello, requests may come
  message = 3,  // from node to node
  request = 4,  // from client to node
  reply = 5,    // and back
  order = 6,    // from the harness to a node: wire/control.h
  notice = 7,   // and back
};
inline constexpr std::uint8_t last_kind = 7;

inline constexpr std::size_t header_bytes = 12;
inline constexpr std::size_t largest_payload = std::size_t{64} << 20;
inline constexpr std::uint8_t carries_data = 1;  // flag
inline constexpr std::uint16_t version = 1;

// Of the polynomial of Castagnoli (iSCSI, ext4). Chain calls through `before`.
std::uint32_t crc32c(ByteView bytes, std::uint32_t before = 0);

// Appends one frame. Precondition: payload.size() <= largest_payload.
void append_frame(Bytes& out, FrameKind kind, std::uint8_t flags, ByteView payload);

// One frame as it lies in a buffer; views into that buffer.
struct Frame {
  FrameKind kind{};
  std::uint8_t flags = 0;
  ByteView payload;
  ByteView whole;  // header and payload, to be passed on as they are
};

// The first frame of `bytes`. `complete` false: more bytes are needed (and error is empty).
// An error ("payload of 4294967295 bytes, at most 67108864 are allowed", "checksum mismatch", ...)
// means that nothing after it on this connection can be trusted.
struct Parsed {
  bool complete = false;
  Frame frame;
  std::string error;
};
// `check`: whether to compute the checksum; a proxy passes on what it does not read.
Parsed parse_frame(ByteView bytes, bool check = true);

}  // namespace tribunal::cluster::wire
