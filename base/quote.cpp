// Quoting untrusted bytes so that they can stand in one line on a terminal or in a report.
#include "base/text.h"
#include "base/utf8.h"

namespace tribunal {
namespace {

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
    const Character next = decode_utf8(text);
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
