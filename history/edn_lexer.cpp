// Tokens of EDN (https://github.com/edn-format/edn), as Clojure prints them.
#include "history/edn_lexer.h"

#include <array>

#include "base/text.h"
#include "history/numbers.h"
#include "history/utf8.h"

namespace tribunal::history {

namespace {

constexpr std::array<bool, 256> token_bytes = [] {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c) table[static_cast<std::size_t>(c)] = is_token(c);
  return table;
}();

int hex_digit(int c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_ratio(std::string_view digits) {
  const std::size_t slash = digits.find('/');
  return slash != std::string_view::npos && all_digits(digits.substr(0, slash)) &&
         all_digits(digits.substr(slash + 1));
}

// `text` has no '+'; a "-" may stand before "0x".
Number convert_integer(std::string_view text, std::int64_t& out) {
  const bool negative = text[0] == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.size() > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
    std::uint64_t magnitude = 0;
    const Number result = convert_number(digits.substr(2), magnitude, 16);
    if (result != Number::good) return result;
    if (magnitude > static_cast<std::uint64_t>(INT64_MAX)) return Number::out_of_range;
    out = negative ? -static_cast<std::int64_t>(magnitude) : static_cast<std::int64_t>(magnitude);
    return Number::good;
  }
  if (!all_digits(digits) || (digits.size() > 1 && digits[0] == '0')) return Number::malformed;
  return convert_number(text, out);
}

}  // namespace

int EdnLexer::next() {
  for (;;) {
    const int c = input_.peek();
    if (is_space(c)) {
      input_.skip();
    } else if (c == ';') {
      input_.skip_while([](int b) { return b != '\n'; });
    } else {
      return c;
    }
  }
}

std::string_view EdnLexer::token() {
  const Position at = input_.position();
  input_.begin_token();
  input_.skip_while([](unsigned char c) { return token_bytes[c]; });
  const std::string_view text = input_.token();
  input_.end_token();
  if (input_.error() || !check_utf8(text, at)) return {};
  return text;
}

bool EdnLexer::check_utf8(std::string_view text, Position at) {
  const std::size_t wrong = utf8_error(text);
  if (wrong == text.size()) return true;
  return input_.fail({at.line, at.column + wrong}, "UTF-8 text", quote(text.substr(wrong, 1)));
}

bool EdnLexer::string(std::string& out) {
  const Position opened = input_.position();
  out.clear();
  input_.skip();
  for (;;) {
    const Position at = input_.position();
    input_.begin_token();
    input_.skip_while([](unsigned char c) { return c != '"' && c != '\\' && c != '\n'; });
    const std::string_view part = input_.token();
    input_.end_token();
    if (!check_utf8(part, at)) return false;
    out += part;
    if (out.size() > Input::max_token) {
      return input_.fail(opened, "a string of at most 64 MB", "a longer one");
    }
    switch (input_.peek()) {
      case '"':
        input_.skip();
        return true;
      case '\n':
        out += '\n';
        input_.skip();
        break;
      case '\\':
        if (!escape(out)) return false;
        break;
      default:
        return input_.fail(input_.position(),
                           "a closing \" for the string opened at " + show(opened),
                           "the end of the file");
    }
  }
}

bool EdnLexer::escape(std::string& out) {
  const Position at = input_.position();
  input_.skip();
  const int c = input_.peek();
  constexpr std::string_view from = "tnr\"\\bf";
  constexpr std::string_view to = "\t\n\r\"\\\b\f";
  if (c == 'u') {
    input_.skip();
    return code_point(at, out);
  }
  const std::size_t known =
      c == Input::end ? std::string_view::npos : from.find(static_cast<char>(c));
  if (known == std::string_view::npos) {
    return input_.fail(at, "one of the escapes \\t \\n \\r \\\" \\\\ \\b \\f \\uXXXX",
                       c == Input::end ? input_.found_here() : "\\" + input_.found_here());
  }
  input_.skip();
  out += to[known];
  return true;
}

// The four digits after \u.
bool EdnLexer::code_unit(Position at, char32_t& unit) {
  unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_digit(input_.peek());
    if (digit < 0) return input_.fail(at, "four hexadecimal digits after \\u", input_.found_here());
    unit = unit * 16 + static_cast<char32_t>(digit);
    input_.skip();
  }
  return true;
}

// A code unit, or two that are a surrogate pair, as JSON and Java write what is above U+FFFF.
bool EdnLexer::code_point(Position at, std::string& out) {
  char32_t unit = 0;
  if (!code_unit(at, unit)) return false;
  if (unit >= 0xd800 && unit < 0xe000) {
    char32_t low = 0;
    const bool high = unit < 0xdc00 && input_.peek() == '\\' && input_.peek(1) == 'u';
    if (high) {
      input_.skip();
      input_.skip();
      if (!code_unit(at, low)) return false;
    }
    if (low < 0xdc00 || low >= 0xe000) {
      return input_.fail(at, "a pair of surrogates", "half of one");
    }
    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
  }
  append_utf8(out, unit);
  return true;
}

bool EdnLexer::character(std::string& out) {
  const Position at = input_.position();
  input_.skip();
  out.clear();
  const int first = input_.peek();
  if (first == Input::end || first == '\n') {
    return input_.fail(at, "a character after \\", input_.found_here());
  }
  if (!is_token(first)) {  // \( and the like
    out = static_cast<char>(first);
    input_.skip();
    return true;
  }
  const std::string_view name = token();
  if (input_.error()) return false;
  if (name == "newline") return out = "\n", true;
  if (name == "space") return out = " ", true;
  if (name == "tab") return out = "\t", true;
  if (name == "return") return out = "\r", true;
  if (name == "backspace") return out = "\b", true;
  if (name == "formfeed") return out = "\f", true;
  if (utf8_sequence(name) == name.size()) return out = name, true;
  std::uint32_t unit = 0;
  if (name.size() == 5 && name[0] == 'u' &&
      convert_number(name.substr(1), unit, 16) == Number::good &&
      (unit < 0xd800 || unit >= 0xe000)) {
    append_utf8(out, unit);
    return true;
  }
  return input_.fail(at, "a character such as \\a, \\newline or \\u00e9", "\\" + quote(name));
}

namespace {

// Most numbers are short integers: those of at most 18 digits, without a sign in front but '-'.
bool short_integer(std::string_view token, std::int64_t& out) {
  const bool negative = token[0] == '-';
  const std::string_view digits = token.substr(negative ? 1 : 0);
  if (digits.empty() || digits.size() > 18 || (digits[0] == '0' && digits.size() > 1)) return false;
  out = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return false;
    out = out * 10 + (c - '0');
  }
  if (negative) out = -out;
  return true;
}

}  // namespace

bool EdnLexer::number(std::string_view token, Position at, bool lenient, Value& out) {
  std::int64_t i = 0;
  if (short_integer(token, i)) {
    out = Value::integer(i);
    return true;
  }
  out = Value{};
  std::string_view text = token[0] == '+' ? token.substr(1) : token;
  const std::string_view digits = text.substr(text[0] == '-' ? 1 : 0);
  const bool hexadecimal = digits.size() > 1 && (digits[1] == 'x' || digits[1] == 'X');
  if (!hexadecimal && (text.back() == 'N' || text.back() == 'M')) text.remove_suffix(1);
  Number result = token.back() == 'M' ? Number::malformed : convert_integer(text, i);
  if (result == Number::good) {
    out = Value::integer(i);
    return true;
  }
  if (lenient) return true;
  if (result == Number::out_of_range) {
    return input_.fail(at, "an integer of 64 bits", quote(token));
  }
  if (is_ratio(digits)) {
    return input_.fail(at, "an integer or a decimal (ratios are not supported)", quote(token));
  }
  const bool leading_zero = digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]);
  if (token.back() == 'N' || !is_decimal(text, true)) {
    return input_.fail(at, leading_zero ? "a number without leading zeros" : "a number",
                       quote(token));
  }
  double d = 0;
  result = convert_number(text, d);
  if (result != Number::good) return input_.fail(at, "a decimal of 64 bits", quote(token));
  out = Value::real(d);
  return true;
}

}  // namespace tribunal::history
