// A diagnostic as people see it.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "spec/parse.h"

namespace tribunal::spec {
namespace {

constexpr std::size_t widest = 160;  // bytes of a line that are shown
constexpr std::size_t before = 60;   // at most so many of them before the carets, if it is longer

std::string_view line_of(std::string_view text, std::uint32_t line) {
  for (; line > 1; --line) {
    const std::size_t newline = text.find('\n');
    if (newline == std::string_view::npos) return "";
    text.remove_prefix(newline + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

// One column of a terminal for each, as far as such a thing can be known.
std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    at += std::max<std::size_t>(1, decode_utf8(text.substr(at)).size);
  }
  return count;
}

std::string visible(std::string_view text) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '\t', ' ');
  return quote(plain, 4 * widest);
}

}  // namespace

std::string show(const Diagnostic& diagnostic, std::string_view text, std::string_view file,
                 std::string_view severity) {
  const auto [line, column] = diagnostic.at;
  std::string_view shown = line_of(text, line);
  std::size_t at = std::min<std::size_t>(column > 0 ? column - 1 : 0, shown.size());
  std::string ellipsis;
  if (shown.size() > widest && at > before) {
    std::size_t cut = at - before;
    while (cut < at && (static_cast<unsigned char>(shown[cut]) & 0xc0U) == 0x80U) ++cut;
    ellipsis = "...";
    shown.remove_prefix(cut);
    at -= cut;
  }
  const bool cut_off = shown.size() > widest;
  shown = shown.substr(0, widest);
  const std::string left = ellipsis + visible(shown.substr(0, at));
  const std::string marked = visible(shown.substr(at, diagnostic.length));
  const std::string right = visible(shown.substr(std::min(shown.size(), at + diagnostic.length)));
  return fmt::format("{}:{}:{}: {}: {}\n{}{}{}{}\n{}{}", file, line, column, severity,
                     diagnostic.message, left, marked, right, cut_off ? "..." : "",
                     std::string(columns(left), ' '),
                     std::string(std::max<std::size_t>(1, columns(marked)), '^'));
}

}  // namespace tribunal::spec
