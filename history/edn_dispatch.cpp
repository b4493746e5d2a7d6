// The forms of EDN that begin with #: sets, tagged values and what Clojure prints for things that
// have no literal. Of a tag that is not ours only the value behind it is kept.
#include <limits>

#include "base/text.h"
#include "history/edn_reader.h"
#include "history/utf8.h"

namespace tribunal::history {

namespace {

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool bytes_of_hex(std::string_view digits, std::string& out) {
  out.clear();
  if (digits.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_value(digits[i]);
    const int low = hex_value(digits[i + 1]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
  }
  return true;
}

bool EdnReader::dispatch(Value& out, int depth) {
  switch (input_.peek(1)) {
    case '{':
      return set(out, depth);
    case '#':
      return symbolic(out);
    case '"':  // a regular expression: its text
      input_.skip();
      return text(out);
    case '\'':  // a variable: its name
      input_.skip();
      input_.skip();
      return token(out);
    case '<':
      return unreadable(out);
    case ':':
      return namespaced_map(out, depth);
    default:
      return tagged(out, depth);
  }
}

bool EdnReader::symbolic(Value& out) {
  const Position at = input_.position();
  const std::string_view token = lexer_.token();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (token == "##Inf") return out = Value::real(infinity), true;
  if (token == "##-Inf") return out = Value::real(-infinity), true;
  if (token == "##NaN") return out = Value::real(std::numeric_limits<double>::quiet_NaN()), true;
  return input_.fail(at, "##Inf, ##-Inf or ##NaN", quote(token));
}

// #<Exception java.io.IOException: reset>, as old versions of Clojure print objects: kept as text.
bool EdnReader::unreadable(Value& out) {
  const Position at = input_.position();
  input_.begin_token();
  input_.skip_while([](unsigned char c) { return c != '>' && c != '\n'; });
  const bool closed = input_.peek() == '>';
  if (closed) input_.skip();
  const std::string text(input_.token());
  input_.end_token();
  if (!closed) return input_.fail(at, "a > on the line of the #<", input_.found_here());
  if (!is_utf8(text)) return input_.fail(at, "UTF-8 text", quote(text));
  out = Value::string(text);
  return take(text.size());
}

bool EdnReader::tag(std::string& out) {
  const Position at = input_.position();
  input_.skip();
  const int first = input_.peek();
  const bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
  if (!letter) {
    return input_.fail(at, "a tag such as #inst, #{ or #_",
                       first == Input::end ? input_.found_here() : "#" + input_.found_here());
  }
  out = lexer_.token();
  return !out.empty();
}

bool EdnReader::tagged(Value& out, int depth) {
  const Position at = input_.position();
  std::string name;
  if (!tag(name) || !read(out, depth + 1)) return false;
  return !name.starts_with("tribunal/") || skipping_ > 0 || named(out, name, Value(out), at);
}

// Our own tags, around a string.
bool EdnReader::named(Value& out, std::string_view tag, const Value& inner, Position at) {
  if (inner.kind() != Value::Kind::string) {
    return input_.fail(at, "a string after #" + std::string(tag), quote(inner.show()));
  }
  if (tag == keyword_tag) {
    out = Value::keyword(inner.text());
  } else if (tag == symbol_tag) {
    out = Value::symbol(inner.text());
  } else if (tag == bytes_tag) {
    std::string bytes;
    if (!bytes_of_hex(inner.text(), bytes)) {
      return input_.fail(at, "pairs of hexadecimal digits after #tribunal/bytes",
                         quote(inner.show()));
    }
    out = Value::string(bytes);
  } else {
    return input_.fail(at, "#tribunal/keyword, #tribunal/symbol or #tribunal/bytes",
                       "#" + quote(tag));
  }
  return true;
}

// #:name{:a 1} is {:name/a 1}.
bool EdnReader::namespaced_map(Value& out, int depth) {
  const Position at = input_.position();
  input_.skip();
  const std::string name(lexer_.token().substr(1));
  if (input_.error()) return false;
  if (name.empty() || next(depth) != '{') {
    return input_.fail(at, "a map after #:" + quote(name), input_.found_here());
  }
  return map(out, name, depth);
}

}  // namespace tribunal::history
