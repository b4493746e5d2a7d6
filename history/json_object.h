// One JSON object of a stream as an operation.
#pragma once

#include <memory>
#include <string_view>

#include "history/event_sink.h"
#include "history/input.h"

namespace tribunal::history {

class JsonObject {
 public:
  // Errors are recorded in `input`.
  explicit JsonObject(Input& input);
  ~JsonObject();
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;

  // Fills the draft with the entries of the object, whose text must be a token of the input
  // (simdjson reads a little past its end) that begins at `begin`. False after an error.
  bool read(std::string_view text, Position begin, EventSink& sink, EventDraft& draft);

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace tribunal::history
