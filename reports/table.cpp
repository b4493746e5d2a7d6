// Text layout for the terminal: see table.h.
#include "reports/table.h"

#include <algorithm>

namespace tribunal::reports {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

// The number of bytes that the first `columns` characters take.
std::size_t bytes_of(std::string_view text, std::size_t columns) {
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (continues(text[i])) continue;
    if (columns == 0) break;
    --columns;
  }
  return i;
}

// Where to break a text that does not fit: after the last blank that fits, or in the middle of a
// word.
std::size_t break_point(std::string_view text, std::size_t room) {
  const std::size_t limit = bytes_of(text, room);
  if (limit == text.size() || text[limit] == ' ') return limit;
  const std::size_t blank = text.rfind(' ', limit);
  if (blank == std::string_view::npos || blank == 0) return std::max<std::size_t>(limit, 1);
  return blank;
}

std::string_view code(Ink ink) {
  switch (ink) {
    case Ink::bold:
      return "\x1b[1m";
    case Ink::faint:
      return "\x1b[2m";
    case Ink::red:
      return "\x1b[1;31m";
    case Ink::green:
      return "\x1b[1;32m";
    case Ink::yellow:
      return "\x1b[1;33m";
    case Ink::plain:
      break;
  }
  return "";
}

}  // namespace

std::size_t width(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues));
}

std::string wrap(std::string_view text, std::size_t used, std::string_view indent,
                 std::size_t columns) {
  std::string out;
  std::size_t room = columns > used ? columns - used : 1;
  while (!text.empty()) {
    const std::size_t end = break_point(text, room);
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end);
    while (line.ends_with(' ')) line.remove_suffix(1);
    while (text.starts_with(' ')) text.remove_prefix(1);
    out += line;
    if (text.empty()) break;
    out += '\n';
    out += indent;
    room = columns > width(indent) ? columns - width(indent) : 1;
  }
  return out;
}

std::vector<std::string> align(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::vector<std::string> lines;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - width(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string shorten(std::string_view text, std::size_t columns) {
  if (width(text) <= columns) return std::string(text);
  if (columns <= 3) return std::string(text.substr(0, bytes_of(text, columns)));
  return std::string(text.substr(0, bytes_of(text, columns - 3))) + "...";
}

std::string paint(std::string_view text, Ink ink, bool color) {
  if (!color || ink == Ink::plain) return std::string(text);
  return std::string(code(ink)) + std::string(text) + "\x1b[0m";
}

}  // namespace tribunal::reports
