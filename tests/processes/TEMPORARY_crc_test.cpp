// Stands in for cluster/wire/frame.cpp until that is there; to be deleted then.
#include "cluster/wire/frame.h"

namespace tribunal::cluster::wire {

__attribute__((weak)) std::uint32_t crc32c(ByteView bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0u);
  }
  return ~crc;
}

}  // namespace tribunal::cluster::wire
