// Values as EDN text. Whatever is written here is read back as the same value (edn_reader.cpp).
#include <array>
#include <charconv>
#include <cmath>

#include "history/edn_syntax.h"
#include "history/utf8.h"
#include "history/value.h"

namespace tribunal::history {

namespace {

bool all_token(std::string_view name) {
  for (const char c : name) {
    if (!is_token(static_cast<unsigned char>(c))) return false;
  }
  return is_utf8(name);
}

constexpr std::string_view hex = "0123456789abcdef";

void show_integer(std::int64_t i, std::string& out) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), i).ptr;
  out.append(digits.data(), end);
}

// The shortest text that reads back as the same double, and never as an integer.
void show_real(double d, std::string& out) {
  if (std::isnan(d)) {
    out += "##NaN";
    return;
  }
  if (std::isinf(d)) {
    out += d > 0 ? "##Inf" : "##-Inf";
    return;
  }
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), d).ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void show_items(const std::vector<Value>& items, std::string& out) {
  bool first = true;
  for (const Value& item : items) {
    if (!first) out += ' ';
    first = false;
    item.show_to(out);
  }
}

void show_entries(const std::vector<Value>& items, std::string& out) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i % 2 == 0 ? ", " : " ";
    items[i].show_to(out);
  }
}

}  // namespace

bool is_plain_keyword(std::string_view name) {
  return !name.empty() && name.front() != ':' && all_token(name);
}

bool is_plain_symbol(std::string_view name) {
  if (name.empty() || name == "nil" || name == "true" || name == "false") return false;
  const char first = name.front();
  if (is_digit(first) || first == ':' || first == '#' || first == '\'') return false;
  if ((first == '+' || first == '-') && name.size() > 1 && is_digit(name[1])) return false;
  return all_token(name);
}

void show_string(std::string_view text, std::string& out) {
  if (!is_utf8(text)) {
    out.append("#").append(bytes_tag).append(" \"");
    for (const char c : text) {
      out += hex[static_cast<unsigned char>(c) >> 4];
      out += hex[static_cast<unsigned char>(c) & 15];
    }
    out += '"';
    return;
  }
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        out += '\\';
        out += c;
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) >= ' ') {
          out += c;
        } else {
          out.append("\\u00");
          out += hex[static_cast<unsigned char>(c) >> 4];
          out += hex[static_cast<unsigned char>(c) & 15];
        }
    }
  }
  out += '"';
}

void show_keyword(std::string_view name, std::string& out) {
  if (is_plain_keyword(name)) {
    out.append(":").append(name);
    return;
  }
  out.append("#").append(keyword_tag).append(" ");
  show_string(name, out);
}

void show_symbol(std::string_view name, std::string& out) {
  if (is_plain_symbol(name)) {
    out.append(name);
    return;
  }
  out.append("#").append(symbol_tag).append(" ");
  show_string(name, out);
}

std::string Value::show() const {
  std::string out;
  show_to(out);
  return out;
}

void Value::show_to(std::string& out) const {
  switch (kind_) {
    case Kind::nil:
      out += "nil";
      return;
    case Kind::boolean:
      out += as_boolean() ? "true" : "false";
      return;
    case Kind::integer:
      return show_integer(as_integer(), out);
    case Kind::real:
      return show_real(as_real(), out);
    case Kind::string:
      return show_string(text(), out);
    case Kind::keyword:
      return show_keyword(text(), out);
    case Kind::symbol:
      return show_symbol(text(), out);
    case Kind::vector:
      out += '[';
      show_items(items(), out);
      out += ']';
      return;
    case Kind::list:
      out += '(';
      show_items(items(), out);
      out += ')';
      return;
    case Kind::set:
      out += "#{";
      show_items(items(), out);
      out += '}';
      return;
    case Kind::map:
      out += '{';
      show_entries(items(), out);
      out += '}';
      return;
  }
}

}  // namespace tribunal::history
