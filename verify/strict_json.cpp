// A SAX handler that builds the document and stops at the first thing a proof cannot contain.
#include "verify/strict_json.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace tribunal::verify {

namespace {

using Json = nlohmann::json;

class Builder {
 public:
  bool null() { return place(nullptr); }
  bool boolean(bool value) { return place(value); }
  bool number_integer(Json::number_integer_t value) { return place(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return place(value); }
  bool number_float(Json::number_float_t, const std::string& text) {
    return refuse(fmt::format("expected an integer of 64 bits, found {}", quote(text)));
  }
  bool string(std::string& value) { return place(std::move(value)); }
  bool binary(Json::binary_t&) { return refuse("expected text, found binary data"); }

  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    if (open_.back()->contains(name)) return refuse("the key " + quote(name) + " occurs twice");
    key_ = std::move(name);
    return true;
  }

  bool parse_error(std::size_t position, const std::string& token, const Json::exception&) {
    return refuse(fmt::format("not JSON at byte {}, near '{}'", position, quote(token)));
  }

  Json take() { return std::move(root_); }
  const std::string& error() const { return error_; }

 private:
  static constexpr std::size_t deepest = 4;  // document, keys, one key, its order or core

  bool refuse(std::string why) {
    error_ = std::move(why);
    return false;
  }

  // Stores a value where the document stands, and returns that place.
  Json* put(Json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Json& parent = *open_.back();
    if (parent.is_object()) return &(parent[key_] = std::move(value));
    parent.push_back(std::move(value));
    return &parent.back();
  }

  bool place(Json value) {
    put(std::move(value));
    return true;
  }

  bool open(Json value) {
    if (open_.size() == deepest) {
      return refuse(fmt::format("expected at most {} levels of nesting, found more", deepest));
    }
    open_.push_back(put(std::move(value)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Json*> open_;  // a parent never grows while one of its children is open
  std::string key_;
  std::string error_;
};

}  // namespace

Result<Json> read_strict_json(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return fail("expected text, found a NUL byte");
  Builder builder;
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) return fail(builder.error());
  return builder.take();
}

}  // namespace tribunal::verify
