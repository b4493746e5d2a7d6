// Text layout for the terminal: aligned tables, wrapped paragraphs and colours.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tribunal::reports {

inline constexpr std::size_t terminal_columns = 100;

// Characters rather than bytes: what alignment goes by.
std::size_t width(std::string_view text);

// Breaks at blanks (and inside words that are longer than a line). Every line but the first starts
// with `indent`; the caller has already written `used` columns of the first one.
std::string wrap(std::string_view text, std::size_t used, std::string_view indent,
                 std::size_t columns = terminal_columns);

// Pads the cells of each column to its widest one, two blanks between columns, no blanks at line
// ends. Every row has as many cells as the first.
std::vector<std::string> align(const std::vector<std::vector<std::string>>& rows);

// The first characters of `text`, with "..." when it was longer.
std::string shorten(std::string_view text, std::size_t columns);

enum class Ink { plain, bold, faint, red, green, yellow };
std::string paint(std::string_view text, Ink ink, bool color);

}  // namespace tribunal::reports
