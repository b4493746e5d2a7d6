// Histories as JSON lines: one object a line.
#include <array>
#include <charconv>
#include <cmath>

#include "history/files.h"
#include "history/json_values.h"
#include "history/utf8.h"

namespace tribunal::history {

namespace {

constexpr std::string_view hex = "0123456789abcdef";

void write_quoted(std::string_view prefix, std::string_view text, std::string& out) {
  out += '"';
  out += prefix;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte >= ' ') {
      out += c;
    } else {
      out += "\\u00";
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  out += '"';
}

void write_string(std::string_view text, std::string& out) {
  if (is_utf8(text)) {
    write_quoted(text.starts_with(':') || text.starts_with('~') ? "~" : "", text, out);
    return;
  }
  out.append("{\"").append(json::bytes_key).append("\":\"");
  for (const char c : text) {
    out += hex[static_cast<unsigned char>(c) >> 4];
    out += hex[static_cast<unsigned char>(c) & 15];
  }
  out += "\"}";
}

void write_name(std::string_view key, std::string_view name, std::string& out) {
  out.append("{\"").append(key).append("\":");
  write_string(name, out);
  out += '}';
}

bool is_keyword_string(const Value& value) {
  return value.kind() == Value::Kind::keyword && !value.text().empty() && is_utf8(value.text());
}

// Whether the value can be the key of an object.
bool is_object_key(const Value& value) {
  return is_keyword_string(value) || (value.kind() == Value::Kind::string && is_utf8(value.text()));
}

void write_value(const Value& value, std::string& out);

void write_array(const std::vector<Value>& items, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    write_value(items[i], out);
  }
  out += ']';
}

void write_wrapped(std::string_view key, const std::vector<Value>& items, std::string& out) {
  out.append("{\"").append(key).append("\":");
  write_array(items, out);
  out += '}';
}

void write_map(const std::vector<Value>& items, std::string& out) {
  for (std::size_t i = 0; i < items.size(); i += 2) {
    if (!is_object_key(items[i])) return write_wrapped(json::map_key, items, out);
  }
  out += '{';
  for (std::size_t i = 0; i < items.size(); i += 2) {
    if (i > 0) out += ',';
    write_value(items[i], out);
    out += ':';
    write_value(items[i + 1], out);
  }
  out += '}';
}

void write_real(double d, std::string& out) {
  if (std::isnan(d) || std::isinf(d)) {
    out.append("{\"").append(json::real_key).append("\":\"");
    out += std::isnan(d) ? "NaN\"}" : d > 0 ? "Inf\"}" : "-Inf\"}";
    return;
  }
  Value::real(d).show_to(out);  // EDN's finite decimals are JSON's
}

void write_value(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Value::Kind::nil:
      out += "null";
      return;
    case Value::Kind::boolean:
    case Value::Kind::integer:
      return value.show_to(out);
    case Value::Kind::real:
      return write_real(value.as_real(), out);
    case Value::Kind::string:
      return write_string(value.text(), out);
    case Value::Kind::keyword:
      if (is_keyword_string(value)) return write_quoted(":", value.text(), out);
      return write_name(json::keyword_key, value.text(), out);
    case Value::Kind::symbol:
      return write_name(json::symbol_key, value.text(), out);
    case Value::Kind::vector:
      return write_array(value.items(), out);
    case Value::Kind::list:
      return write_wrapped(json::list_key, value.items(), out);
    case Value::Kind::set:
      return write_wrapped(json::set_key, value.items(), out);
    case Value::Kind::map:
      return write_map(value.items(), out);
  }
}

}  // namespace

void write_jsonl_event(const History& history, std::uint32_t at, std::string& out) {
  const Event event = history.event(at);
  const auto entry = [&](const char* key, ValueRef ref) {
    out.append(",\"").append(key).append("\":");
    write_value(history.value(ref), out);
  };
  out.append("{\"index\":").append(std::to_string(at));
  if (event.time != Time::min())
    out.append(",\"time\":").append(std::to_string(event.time.count()));
  out.append(",\"type\":\"").append(name(event.type)).append("\",\"process\":");
  out += event.process == Process::nemesis ? "\"nemesis\"" : std::to_string(index(event.process));
  out += ",\"f\":";
  if (event.f == Symbol::none) {
    out += "null";
  } else {
    write_string(history.name(event.f), out);
  }
  entry("value", event.value);
  if (event.has_key) entry("key", event.key);
  if (event.node != no_node) {
    out.append(",\"node\":\"n").append(std::to_string(event.node + 1)).append("\"");
  }
  if (!event.error.is_nil()) entry("error", event.error);
  if (event.producers != -1) out.append(",\"producers\":").append(std::to_string(event.producers));
  out += "}\n";
}

void write_jsonl(const History& history, std::string& out) {
  if (history.empty()) out += "[]\n";
  for (std::uint32_t i = 0; i < history.size(); ++i) write_jsonl_event(history, i, out);
}

}  // namespace tribunal::history
