// Quoting untrusted bytes so that they can stand in one line on a terminal or in a report.
#include <array>

#include "base/text.h"

namespace tribunal {
namespace {

struct Decoded {
  std::size_t size = 0;  // 0: not UTF-8 (overlong, surrogate, truncated, beyond U+10FFFF)
  std::uint32_t code = 0;
};

Decoded decode_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {1, lead};
  const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
  std::uint32_t code = lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return {};
    code = (code << 6) | (byte(i) & 0x3fU);
  }
  constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  if (code < smallest[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
  return {size, code};
}

// Control characters, and what breaks or reverses a line: separators, zero-width and bidirectional
// marks.
bool printable(std::uint32_t code) {
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return false;
  return !((code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || code == 0xfeff);
}

std::string escaped(std::string_view bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (char c : bytes) {
    const unsigned byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += hex[byte >> 4];
    out += hex[byte & 15];
  }
  return out;
}

}  // namespace

std::string quote(std::string_view text, std::size_t limit) {
  constexpr std::string_view ellipsis = "...";
  std::string out;
  std::size_t cut =
      0;  // the longest prefix of `out`, at a character's border, that leaves room for "..."
  while (!text.empty()) {
    const Decoded next = decode_utf8(text);
    const std::size_t size = next.size == 0 ? 1 : next.size;
    const std::string_view bytes = text.substr(0, size);
    const bool plain = next.size != 0 && printable(next.code);
    const std::string piece = plain ? std::string(bytes) : escaped(bytes);
    if (out.size() + piece.size() > limit) {
      out.resize(cut);
      return limit < ellipsis.size() ? out : out + std::string(ellipsis);
    }
    out += piece;
    if (out.size() + ellipsis.size() <= limit || limit < ellipsis.size()) cut = out.size();
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace tribunal
