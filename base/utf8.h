// Characters of UTF-8 text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tribunal {

struct Character {
  std::size_t size = 0;  // in bytes; 0: not UTF-8 (overlong, surrogate, truncated, beyond U+10FFFF)
  std::uint32_t code = 0;
};

// The character that `text` begins with. Precondition: not empty.
Character decode_utf8(std::string_view text);

}  // namespace tribunal
