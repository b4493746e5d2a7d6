#include "spec/lexer.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace tribunal::spec {
namespace {

constexpr std::array<std::string_view, 38> reserved{
    "add",   "and",  "auto",      "awset",  "bool",  "const",  "count",    "counter",
    "else",  "enum", "exists",    "expect", "false", "forall", "fresh",    "gset",
    "if",    "int",  "invariant", "let",    "lww",   "max",    "maxof",    "min",
    "minof", "not",  "onmerge",   "op",     "or",    "remove", "requires", "rwset",
    "self",  "sort", "sum",       "tpset",  "true",  "where"};

// Longer ones before their beginnings.
constexpr std::array<std::string_view, 24> symbols{
    "=>", "==", "!=", "<=", ">=", ":=", "+=", "-=", "<", ">", "=", "+",
    "-",  "*",  ":",  ";",  ",",  ".",  "[",  "]",  "(", ")", "{", "}"};

// What other languages write, and what to write here.
struct Foreign {
  std::string_view text;
  std::string_view advice;
};
constexpr std::array<Foreign, 18> foreign{{
    {"<=>", "write '==' between two conditions that hold together"},
    {"<->", "write '==' between two conditions that hold together"},
    {"==>", "write '=>' for 'implies'"},
    {"===", "write '==' to compare"},
    {"!==", "write '!=' to compare"},
    {"->", "write '=>' for 'implies'"},
    {"<>", "write '!=' for 'differs from'"},
    {"&&", "write 'and'"},
    {"||", "write 'or'"},
    {"//", "a comment begins with '#'"},
    {"/*", "a comment begins with '#' and ends with the line"},
    {"/", "there is no division; multiply the other side instead"},
    {"%", "there is no remainder; use an enum for a value with few states"},
    {"&", "write 'and'"},
    {"|", "write 'or'"},
    {"!", "write 'not'"},
    {"\"", no_strings},
    {"'", no_strings},
}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }

class Lexer {
 public:
  explicit Lexer(const Source& source) : source_(source), text_(source.text()) {}

  Result<std::vector<Token>, Diagnostic> run() {
    for (skip(); at_ < text_.size(); skip()) {
      if (!word() && !number() && !symbol()) return Failure{*error_};
    }
    take(Token::Kind::end, 0);
    return std::move(tokens_);
  }

 private:
  // White space and comments.
  void skip() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++at_;
      } else {
        return;
      }
    }
  }
  std::size_t run_of(bool (*belongs)(char), std::size_t from) const {
    std::size_t end = from;
    while (end < text_.size() && belongs(text_[end])) ++end;
    return end - from;
  }
  bool take(Token::Kind kind, std::size_t length) {
    tokens_.push_back({kind, span(length)});
    at_ += length;
    return true;
  }
  Span span(std::size_t length) const {
    return {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(at_ + length)};
  }
  bool fail(std::size_t length, std::string message) {
    error_ = source_.diagnostic(span(length), std::move(message));
    return false;
  }

  bool word() {
    if (!is_letter(text_[at_])) return false;
    const std::size_t length = run_of(is_word, at_);
    const bool known = is_reserved(text_.substr(at_, length));
    return take(known ? Token::Kind::reserved : Token::Kind::name, length);
  }

  bool number() {
    if (error_ || !is_digit(text_[at_])) return false;
    const std::size_t digits = run_of(is_digit, at_);
    const std::size_t length = run_of(is_word, at_);
    const std::string_view rest = text_.substr(at_ + digits);
    if (length != digits) {
      return fail(length, "a number runs into letters in " + quoted(text_.substr(at_, length)) +
                              "; names begin with a letter or '_', numbers are digits only");
    }
    if (rest.size() > 1 && rest[0] == '.' && is_digit(rest[1])) {
      return fail(digits + 1 + run_of(is_digit, at_ + digits + 1), std::string(only_whole_numbers));
    }
    return take(Token::Kind::integer, digits);
  }

  std::string_view text_before(std::size_t count) const {
    return count > tokens_.size() ? "" : source_.text(tokens_[tokens_.size() - count].span);
  }
  // What to do about `->` in a declaration, as in `lww name: User -> int`; elsewhere nothing.
  std::string indexed() const {
    constexpr std::array<std::string_view, 8> kinds{"counter", "max",   "min",   "gset",
                                                    "tpset",   "awset", "rwset", "lww"};
    const std::string_view kind = text_before(4);
    if (text_before(2) != ":" || std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
      return "";
    }
    const std::size_t value = std::min(text_.find_first_not_of(" \t", at_ + 2), text_.size());
    const std::string_view type = text_.substr(value, run_of(is_word, value));
    return "an index stands in brackets; write '" + quote(text_before(3)) + "[" +
           quote(text_before(1)) + "]" + (kind == "lww" ? ": " + quote(type) : "") + "'";
  }

  bool symbol() {
    if (error_) return false;
    const std::string_view rest = text_.substr(at_);
    const auto begins = [&](std::string_view what) { return rest.substr(0, what.size()) == what; };
    for (const Foreign& other : foreign) {
      if (begins(other.text) && !(other.text == "!" && begins("!="))) {
        std::string advice = other.text == "->" ? indexed() : "";
        if (advice.empty()) advice = other.advice;
        return fail(other.text.size(), quoted(other.text) + " means nothing here; " + advice);
      }
    }
    for (const std::string_view known : symbols) {
      if (begins(known)) return take(Token::Kind::symbol, known.size());
    }
    std::size_t length = 1;  // of the character, which is valid UTF-8
    while (length < rest.size() && (static_cast<unsigned char>(rest[length]) & 0xc0U) == 0x80U) {
      ++length;
    }
    return fail(length, "unexpected character " + quoted(rest.substr(0, length)) +
                            "; outside of comments there are only ASCII letters, digits, '_' and "
                            "operators");
  }

  const Source& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  std::optional<Diagnostic> error_;
};

}  // namespace

Result<std::vector<Token>, Diagnostic> tokens_of(const Source& source) {
  return Lexer(source).run();
}

bool is_reserved(std::string_view word) {
  return std::find(reserved.begin(), reserved.end(), word) != reserved.end();
}

}  // namespace tribunal::spec
