// White space, tokens, strings and numbers of EDN.
#pragma once

#include <string>
#include <string_view>

#include "history/edn_syntax.h"
#include "history/input.h"

namespace tribunal::history {

class EdnLexer {
 public:
  explicit EdnLexer(Input& input) : input_(input) {}

  // Skips white space and comments; returns the next byte without consuming it.
  int next();

  // Consumes the symbol, keyword or number at the cursor, which must begin one. Empty after an
  // error.
  std::string_view token();

  // Consumes a string with its quotes, or a character (\a, \newline, \u00e9) as a string of one.
  // False after an error.
  bool string(std::string& out);
  bool character(std::string& out);

  // The value of a token that starts like a number. With `lenient`, numbers that no Value holds
  // become nil.
  bool number(std::string_view token, Position at, bool lenient, Value& out);

  Input& input() { return input_; }

 private:
  bool escape(std::string& out);
  bool code_unit(Position at, char32_t& unit);
  bool code_point(Position at, std::string& out);
  bool check_utf8(std::string_view text, Position at);

  Input& input_;
};

// Whether the token is to be read as a number: a digit, or a sign and a digit.
constexpr bool starts_number(std::string_view token) {
  return !token.empty() && (is_digit(token[0]) || ((token[0] == '-' || token[0] == '+') &&
                                                   token.size() > 1 && is_digit(token[1])));
}

}  // namespace tribunal::history
