// Validation of UTF-8, with the position of the first byte that is wrong.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tribunal::history {

// Length of the sequence at the start of `text`, or 0 when it is not well-formed (Unicode 15, table
// 3-7: no overlong forms, no surrogates, nothing above U+10FFFF) or cut off. `text` is not empty.
std::size_t utf8_sequence(std::string_view text);

// Position of the first byte that does not belong to a well-formed sequence, or text.size().
std::size_t utf8_error(std::string_view text);
inline bool is_utf8(std::string_view text) { return utf8_error(text) == text.size(); }

// Appends the encoding of a code point that is not a surrogate.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace tribunal::history
