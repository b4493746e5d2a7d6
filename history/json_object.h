// One JSON object of a stream, parsed by simdjson: its values and the positions of its errors.
#pragma once

#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

#include "history/input.h"
#include "history/value.h"

namespace tribunal::history {

class JsonObject {
 public:
  using Field = simdjson::ondemand::field;
  using Json = simdjson::ondemand::value;

  explicit JsonObject(Input& input) : input_(input) {}

  // Starts on the object, whose text must stay in the buffer of the input, begins at `begin` there
  // and may fill `room` bytes. False after an error.
  bool open(std::string_view text, Position begin, std::uint64_t room,
            simdjson::ondemand::object& out);

  // Decodes a value (json_values.h) that is `depth` values deep. False after an error.
  bool decode(Json json, int depth, Value& out);

  // Record an error at a place in the text; all return false.
  bool fail(const char* at, const std::string& expected, std::string found);
  bool expected(const char* at, const std::string& what);  // found is what stands there
  // At `at`, or where the parser is.
  bool json_error(simdjson::error_code code, const char* at = nullptr);

 private:
  bool text_error(simdjson::error_code code);
  bool number(Json json, Value& out);
  bool array(simdjson::ondemand::array elements, int depth, std::vector<Value>& out);
  bool object(simdjson::ondemand::object fields, int depth, Value& out);
  bool wrapped(std::string_view key, Json json, int depth, Value& out);
  bool keep(std::uint64_t bytes, const char* at);
  Position position_of(const char* at) const;

  Input& input_;
  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  std::string_view text_;
  Position begin_;
  std::uint64_t room_ = 0;
};

}  // namespace tribunal::history
