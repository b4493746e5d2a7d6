// The characters and spellings of EDN that reader and writer must agree on.
#pragma once

#include <string>
#include <string_view>

namespace tribunal::history {

// Tags of our own, for what EDN cannot spell (docs/formats.md).
inline constexpr std::string_view keyword_tag =
    "tribunal/keyword";  // #tribunal/keyword "two words"
inline constexpr std::string_view symbol_tag = "tribunal/symbol";
inline constexpr std::string_view bytes_tag = "tribunal/bytes";  // #tribunal/bytes "00ff": a string

inline constexpr int max_depth = 256;  // of values inside values, in every format

constexpr bool is_digit(int c) { return c >= '0' && c <= '9'; }
constexpr bool is_space(int c) {
  return c == ' ' || c == '\n' || c == '\t' || c == ',' || c == '\r' || c == '\f' || c == '\v';
}

// Bytes of which symbols, keywords and numbers consist; everything else ends them.
constexpr bool is_token(int c) {
  if (c <= ' ' || c == 0x7f) return false;
  switch (c) {
    case ',':
    case ';':
    case '"':
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
    case '\\':
    case '@':
    case '^':
    case '`':
    case '~':
      return false;
    default:
      return true;
  }
}

// Whether the name can be written bare, as :name or name, and be read back.
bool is_plain_keyword(std::string_view name);
bool is_plain_symbol(std::string_view name);

// Appends "text" with escapes, or #tribunal/bytes when the text is not UTF-8.
void show_string(std::string_view text, std::string& out);
void show_keyword(std::string_view name, std::string& out);
void show_symbol(std::string_view name, std::string& out);

}  // namespace tribunal::history
