// One operation in JSON, by simdjson; values as json_values.h spells them.
#include "history/json_object.h"

#include <algorithm>
#include <limits>
#include <simdjson.h>

#include "base/text.h"
#include "history/edn_reader.h"
#include "history/json_values.h"
#include "history/numbers.h"
#include "history/utf8.h"

namespace tribunal::history {

namespace {

namespace ondemand = simdjson::ondemand;

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

Value text_value(std::string_view text) {
  if (text.size() > 1 && text[0] == ':') return Value::keyword(text.substr(1));
  const bool escaped = text.starts_with("~:") || text.starts_with("~~");
  return Value::string(text.substr(escaped ? 1 : 0));
}

}  // namespace

class JsonObject::Parser {
 public:
  explicit Parser(Input& input) : input_(input) {}

  bool read(std::string_view text, Position begin, EventSink& sink, EventDraft& draft);

 private:
  using Json = ondemand::value;

  bool entries(ondemand::object fields, EventSink& sink, EventDraft& draft);
  bool entry(Entry entry, Json json, EventSink& sink, EventDraft& draft);

  // Decodes a value (json_values.h) that is `depth` values deep.
  bool decode(Json json, int depth, Value& out);

  // Record an error at a place in the text; all return false.
  bool fail(const char* at, const std::string& what, std::string found);
  bool expected(const char* at, const std::string& what);  // found is what stands there
  bool json_error(simdjson::error_code code, const char* at = nullptr);  // there, or at the parser

  bool text_error(simdjson::error_code code);
  bool number(Json json, Value& out);
  bool array(ondemand::array elements, int depth, std::vector<Value>& out);
  bool object(ondemand::object fields, int depth, Value& out);
  bool wrapped(std::string_view key, Json json, int depth, Value& out);
  bool keep(std::uint64_t bytes, const char* at);
  Position position_of(const char* at) const;

  Input& input_;
  ondemand::parser parser_;
  ondemand::document document_;
  std::string_view text_;
  Position begin_;
  std::uint64_t room_ = 0;
};

Position JsonObject::Parser::position_of(const char* at) const {
  if (at == nullptr || at < text_.data() || at > text_.data() + text_.size()) return begin_;
  const std::string_view before(text_.data(), static_cast<std::size_t>(at - text_.data()));
  const std::size_t line_break = before.rfind('\n');
  if (line_break == std::string_view::npos) return {begin_.line, begin_.column + before.size()};
  const auto lines = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
  return {begin_.line + lines, before.size() - line_break};
}

bool JsonObject::Parser::fail(const char* at, const std::string& what, std::string found) {
  return input_.fail(position_of(at), what, std::move(found));
}

// The value at `at` is not what was expected.
bool JsonObject::Parser::expected(const char* at, const std::string& what) {
  const std::string_view rest = text_.substr(static_cast<std::size_t>(at - text_.data()));
  const bool string = rest.starts_with('"');
  const std::size_t stop = rest.find_first_of(string ? "\"" : ",:}] \n\r\t", 1);
  const std::size_t size = stop == std::string_view::npos ? rest.size() : stop + (string ? 1 : 0);
  return fail(at, what, quote(rest.substr(0, size)));
}

bool JsonObject::Parser::json_error(simdjson::error_code code, const char* at) {
  if (at == nullptr && document_.current_location().get(at) != simdjson::SUCCESS) at = nullptr;
  if (at == nullptr || at < text_.data() || at >= text_.data() + text_.size()) at = text_.data();
  switch (code) {
    case simdjson::STRING_ERROR:
      return expected(at, "a string with the escapes of JSON");
    case simdjson::TAPE_ERROR:
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return expected(at, "JSON with a comma, colon, value or bracket in this place");
    default:
      return fail(at, "JSON", quote(simdjson::error_message(code), 200));
  }
}

// What simdjson finds before it gives out the first value; it does not say where.
bool JsonObject::Parser::text_error(simdjson::error_code code) {
  if (code == simdjson::UTF8_ERROR) {
    const std::size_t wrong = std::min(utf8_error(text_), text_.size() - 1);
    return fail(text_.data() + wrong, "UTF-8 text", quote(text_.substr(wrong, 1)));
  }
  if (code == simdjson::UNESCAPED_CHARS) {
    const auto* const control = std::find_if(text_.begin(), text_.end(), [](char c) {
      return static_cast<unsigned char>(c) < ' ' && !is_space(c);
    });
    if (control != text_.end()) {
      return fail(control, "control characters as escapes", quote(std::string_view(control, 1)));
    }
    return fail(nullptr, "control characters as escapes", "one that is not");
  }
  return fail(nullptr, "JSON", quote(simdjson::error_message(code), 200));
}

bool JsonObject::Parser::read(std::string_view text, Position begin, EventSink& sink,
                              EventDraft& draft) {
  static_assert(Input::padding >= simdjson::SIMDJSON_PADDING);
  text_ = text;
  begin_ = begin;
  room_ = sink.room();
  ondemand::object fields;
  auto code =
      parser_.iterate(text.data(), text.size(), text.size() + Input::padding).get(document_);
  if (code != simdjson::SUCCESS) return text_error(code);
  code = document_.get_object().get(fields);
  if (code != simdjson::SUCCESS) return json_error(code);
  return entries(fields, sink, draft);
}

bool JsonObject::Parser::entries(ondemand::object fields, EventSink& sink, EventDraft& draft) {
  std::uint32_t seen = 0;
  for (auto field : fields) {
    std::string_view key;
    Json json;
    if (const auto e = field.unescaped_key().get(key)) return json_error(e);
    const auto known = find_entry(key);
    if (const auto e = field.value().get(json)) return json_error(e);
    if (!known || *known == Entry::index) continue;
    const std::uint32_t bit = 1U << static_cast<unsigned>(*known);
    if ((seen & bit) != 0) {
      return fail(json.raw_json_token().data(), "different keys in the operation",
                  '"' + std::string(name(*known)) + "\" twice");
    }
    seen |= bit;
    if (!entry(*known, json, sink, draft)) return false;
  }
  return true;
}

bool JsonObject::Parser::entry(Entry entry, Json json, EventSink& sink, EventDraft& draft) {
  const char* const at = json.raw_json_token().data();
  Value value;
  if (!decode(json, 1, value)) return false;
  const auto wrong = sink.set(entry, value, draft);
  return !wrong || expected(at, *wrong + " for \"" + std::string(name(entry)) + '"');
}

// ---- values ----

bool JsonObject::Parser::keep(std::uint64_t bytes, const char* at) {
  if (bytes > room_) return fail(at, "a history that fits the memory limit", "a larger one");
  room_ -= bytes;
  return true;
}

bool JsonObject::Parser::decode(ondemand::value json, int depth, Value& out) {
  const char* const at = json.raw_json_token().data();
  if (depth > max_depth) {
    return fail(at, "values nested at most " + std::to_string(max_depth) + " deep", "deeper ones");
  }
  if (!keep(sizeof(Value), at)) return false;
  ondemand::json_type type{};
  if (const auto e = json.type().get(type)) return json_error(e);
  switch (type) {
    case ondemand::json_type::null: {
      const bool null = trim(json.raw_json_token()) == "null";
      out = Value{};
      return null || expected(at, "a value");
    }
    case ondemand::json_type::boolean: {
      bool b = false;
      if (json.get_bool().get(b) != simdjson::SUCCESS) return expected(at, "a value");
      out = Value::boolean(b);
      return true;
    }
    case ondemand::json_type::number:
      return number(json, out);
    case ondemand::json_type::string: {
      std::string_view text;
      if (const auto e = json.get_string().get(text)) return json_error(e, at);
      out = text_value(text);
      return keep(text.size(), at);
    }
    case ondemand::json_type::array: {
      ondemand::array elements;
      std::vector<Value> items;
      if (const auto e = json.get_array().get(elements)) return json_error(e);
      if (!array(elements, depth, items)) return false;
      out = Value::vector(std::move(items));
      return true;
    }
    case ondemand::json_type::object: {
      ondemand::object fields;
      if (const auto e = json.get_object().get(fields)) return json_error(e);
      return object(fields, depth, out);
    }
  }
  return expected(at, "a value");
}

// Not by simdjson: get_number() and get_double() of its version 3.0 give other numbers for some
// decimals of 19 digits and more.
bool JsonObject::Parser::number(Json json, Value& out) {
  const char* const at = json.raw_json_token().data();
  const std::string_view token = trim(json.raw_json_token());
  if (!is_decimal(token, false)) return expected(at, "a number");
  if (all_digits(token.substr(token[0] == '-' ? 1 : 0))) {
    std::int64_t i = 0;
    if (convert_number(token, i) != Number::good) return expected(at, "an integer of 64 bits");
    out = Value::integer(i);
    return true;
  }
  double d = 0;
  if (convert_number(token, d) != Number::good) return expected(at, "a decimal of 64 bits");
  out = Value::real(d);
  return true;
}

bool JsonObject::Parser::array(ondemand::array elements, int depth, std::vector<Value>& out) {
  for (auto element : elements) {
    ondemand::value json;
    if (const auto e = element.get(json)) return json_error(e);
    if (!decode(json, depth + 1, out.emplace_back())) return false;
  }
  return true;
}

bool JsonObject::Parser::object(ondemand::object fields, int depth, Value& out) {
  std::vector<Value> items;
  bool is_wrapped = false;
  const char* at = text_.data();
  for (auto field : fields) {
    std::string_view name;
    ondemand::value json;
    if (const auto e = field.unescaped_key().get(name)) return json_error(e);
    Value key;
    const std::string copy(name);
    if (const auto e = field.value().get(json)) return json_error(e);
    at = json.raw_json_token().data();
    if (is_wrapped)
      return fail(at, "an object with one key, as its first begins with ~", "another");
    if (items.empty() && copy.size() > 1 && copy[0] == '~' && copy[1] >= 'a' && copy[1] <= 'z') {
      is_wrapped = true;
      if (!wrapped(copy, json, depth, out)) return false;
      continue;
    }
    items.push_back(text_value(copy));
    if (!decode(json, depth + 1, items.emplace_back())) return false;
  }
  if (is_wrapped) return true;
  const std::size_t size = items.size();
  out = Value::map(std::move(items));
  return out.items().size() == size || fail(at, "different keys in the object", "one twice");
}

bool JsonObject::Parser::wrapped(std::string_view key, ondemand::value json, int depth,
                                 Value& out) {
  const char* const at = json.raw_json_token().data();
  Value inner;
  if (!decode(json, depth, inner)) return false;
  const std::string_view text =
      inner.kind() == Value::Kind::string ? std::string_view(inner.text()) : "";
  if (inner.kind() == Value::Kind::string) {
    if (key == json::keyword_key) return out = Value::keyword(text), true;
    if (key == json::symbol_key) return out = Value::symbol(text), true;
    std::string bytes;
    if (key == json::bytes_key && bytes_of_hex(text, bytes))
      return out = Value::string(bytes), true;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (key == json::real_key && text == "NaN") return out = Value::real(infinity - infinity), true;
    if (key == json::real_key && text == "Inf") return out = Value::real(infinity), true;
    if (key == json::real_key && text == "-Inf") return out = Value::real(-infinity), true;
  }
  if (inner.kind() == Value::Kind::vector) {
    const std::vector<Value>& items = inner.items();
    if (key == json::list_key) return out = Value::list(items), true;
    if (key == json::set_key) {
      out = Value::set(items);
      return out.items().size() == items.size() ||
             fail(at, "different elements in ~set", "one twice");
    }
    if (key == json::map_key && items.size() % 2 == 0) {
      out = Value::map(items);
      return out.items().size() == items.size() || fail(at, "different keys in ~map", "one twice");
    }
  }
  return expected(at, "a value that fits " + quote(key));
}

JsonObject::JsonObject(Input& input) : parser_(std::make_unique<Parser>(input)) {}
JsonObject::~JsonObject() = default;

bool JsonObject::read(std::string_view text, Position begin, EventSink& sink, EventDraft& draft) {
  return parser_->read(text, begin, sink, draft);
}

}  // namespace tribunal::history
