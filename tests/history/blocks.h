// Blocks of the binary format with right checksums around any content.
#pragma once

#include <cstdint>
#include <string>
#include <zstd.h>

#include "base/hash.h"

namespace tribunal::history::testing {

inline std::string fixed(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

inline std::string block_of(const std::string& raw, std::uint64_t events, std::uint64_t announced) {
  std::string packed(ZSTD_compressBound(raw.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), 1));
  std::string header = "BLCK" + fixed(events, 4) + fixed(announced, 4) + fixed(packed.size(), 4) +
                       fixed(hash_text(packed), 8);
  header += fixed(hash_text(header), 8);
  return header + packed;
}

}  // namespace tribunal::history::testing
