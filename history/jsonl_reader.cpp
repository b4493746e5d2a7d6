// Histories as JSON lines: objects one after another, or in one array. Each object is cut out of
// the stream first and then parsed by simdjson, so memory is that of one object.
#include "base/text.h"
#include "history/edn_syntax.h"
#include "history/json_object.h"
#include "history/readers.h"

namespace tribunal::history {

namespace {

// Arrays and objects inside each other; a value nested max_depth deep may need two levels for each.
constexpr int max_json_depth = 2 * max_depth + 2;

bool is_json_space(int c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

class JsonLines {
 public:
  JsonLines(Input& input, EventSink& sink) : input_(input), sink_(sink), object_(input) {}

  bool all();

 private:
  int next();
  bool cut(std::string_view& text);
  bool cut_string(Position opened);
  bool event();

  Input& input_;
  EventSink& sink_;
  JsonObject object_;
  Position begin_;  // of the object at hand
  EventDraft draft_;
};

int JsonLines::next() {
  for (;;) {
    const int c = input_.peek();
    if (!is_json_space(c)) return c;
    input_.skip();
  }
}

bool JsonLines::all() {
  const bool array = next() == '[';
  const Position opened = input_.position();
  bool first = true;
  if (array) input_.skip();
  for (int c = next(); c != Input::end && !(array && c == ']'); c = next()) {
    if (array && !first) {
      if (c != ',') return input_.fail(input_.position(), "a comma or ]", input_.found_here());
      input_.skip();
      next();
    }
    first = false;
    if (!event()) return false;
  }
  if (input_.error()) return false;
  if (!array) {
    return !first || input_.fail(input_.position(), "an operation {...}", input_.found_here());
  }
  if (input_.peek() != ']') {
    return input_.fail(input_.position(), "the ] that closes " + show(opened), input_.found_here());
  }
  input_.skip();
  return next() == Input::end ||
         input_.fail(input_.position(), "nothing after the end of the history",
                     input_.found_here());
}

bool JsonLines::cut_string(Position opened) {
  input_.skip();
  for (;;) {
    input_.skip_while([](unsigned char c) { return c != '"' && c != '\\' && c != '\n'; });
    const int c = input_.peek();
    if (c == '\n' || c == Input::end) {
      return input_.fail(input_.position(), "a closing \" for the string opened at " + show(opened),
                         c == '\n' ? "the end of the line" : input_.found_here());
    }
    input_.skip();
    if (c == '"') return true;
    if (input_.peek() != Input::end && input_.peek() != '\n') input_.skip();  // what \ escapes
  }
}

// Consumes from { to the } that matches it.
bool JsonLines::cut(std::string_view& text) {
  int depth = 0;
  input_.begin_token();
  for (;;) {
    input_.skip_while([](unsigned char c) {
      return c != '"' && c != '{' && c != '}' && c != '[' && c != ']' && c != '\n';
    });
    const int c = input_.peek();
    const Position at = input_.position();
    if (c == Input::end) {
      return input_.fail(at, "the } that closes " + show(begin_), input_.found_here());
    }
    if (c == '"') {
      if (!cut_string(at)) return false;
      continue;
    }
    input_.skip();
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > max_json_depth) {
      return input_.fail(at, "JSON nested at most " + std::to_string(max_json_depth) + " deep",
                         "deeper nesting");
    }
    if (depth == 0) break;
  }
  text = input_.token();
  return true;
}

bool JsonLines::event() {
  begin_ = input_.position();
  if (input_.peek() != '{') {
    return input_.fail(begin_, "an operation {...}", input_.found_here());
  }
  std::string_view text;
  if (!cut(text)) return false;
  draft_.at = begin_;
  if (!object_.read(text, begin_, sink_, draft_)) return false;
  if (const auto wrong = sink_.add(draft_))
    return input_.fail(begin_, wrong->expected, wrong->found);
  input_.end_token();
  return true;
}

}  // namespace

bool read_jsonl(Input& input, EventSink& sink) { return JsonLines(input, sink).all(); }

}  // namespace tribunal::history
