// The text logs of Jepsen: `INFO  jepsen.util - 2<tab>:invoke<tab>:write<tab>4` among other lines,
// and the bare columns of history.txt. Columns are separated by tabs or spaces.
#include "history/jepsen_log.h"

#include <optional>

#include "base/text.h"
#include "history/edn_reader.h"
#include "history/readers.h"
#include "history/utf8.h"

namespace tribunal::history {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string_view word_of(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && !is_blank(text[size])) ++size;
  return text.substr(0, size);
}

bool is_process(std::string_view word) {
  if (word == ":nemesis") return true;
  for (const char c : word) {
    if (!is_digit(c)) return false;
  }
  return !word.empty();
}

}  // namespace

// Log prefixes end in "jepsen.util -" or (newer) "- jepsen.util"; the columns follow.
std::optional<std::size_t> find_log_operation(std::string_view line) {
  bool may_begin = true;
  for (std::size_t at = 0; at < line.size();) {
    if (is_blank(line[at])) {
      ++at;
      continue;
    }
    const std::string_view word = word_of(line.substr(at));
    if (may_begin && is_process(word)) {
      std::size_t second = at + word.size();
      while (second < line.size() && is_blank(line[second])) ++second;
      const std::string_view type = word_of(line.substr(second));
      if (type.starts_with(':') && find_event_type(type.substr(1))) return at;
    }
    may_begin = word == "-" || word == "jepsen.util";
    at += word.size();
  }
  return std::nullopt;
}

namespace {

class JepsenLog {
 public:
  JepsenLog(Input& input, EventSink& sink, ReadReport& report)
      : input_(input), sink_(sink), report_(report) {}

  bool all();

 private:
  bool line(std::string_view text, Position at);
  bool values(std::string_view text, Position at, EventDraft& draft);
  bool form(std::string_view& text, Position& at, Value& out);

  Input& input_;
  EventSink& sink_;
  ReadReport& report_;
};

bool JepsenLog::all() {
  while (input_.peek() != Input::end) {
    const Position at = input_.position();
    input_.begin_token();
    input_.skip_while([](unsigned char c) { return c != '\n'; });
    const std::string text(input_.token());
    input_.end_token();
    if (input_.peek() == '\n') input_.skip();
    if (input_.error() || !line(text, at)) return false;
  }
  if (!input_.error() && sink_.history().empty()) {
    return input_.fail(input_.position(), "a line with an operation", "the end of the file");
  }
  return !input_.error();
}

bool JepsenLog::line(std::string_view text, Position at) {
  const auto start = find_log_operation(text);
  if (!start) {
    ++report_.skipped_lines;
    return true;
  }
  std::size_t column = *start;
  EventDraft draft;
  draft.at = {at.line, at.column + column};
  const auto next_word = [&] {
    while (column < text.size() && is_blank(text[column])) ++column;
    std::string_view word = word_of(text.substr(column));
    if (word.ends_with('\r')) word.remove_suffix(1);
    column += word.size();
    return word;
  };
  const std::string_view process = next_word();
  const auto id = parse_integer(process);
  const bool nemesis = process == ":nemesis";
  const Value process_value = nemesis ? Value::keyword("nemesis")
                              : id    ? Value::integer(*id)
                                      : Value{};
  if (const auto expected = sink_.set(Entry::process, process_value, draft)) {
    return input_.fail(draft.at, *expected + " for the process", quote(process));
  }
  draft.type = find_event_type(next_word().substr(1));
  const std::string_view f = next_word();
  const Position f_at{at.line, at.column + column - f.size()};
  if (f.size() < 2 || f[0] != ':' || !is_utf8(f)) {
    return input_.fail(f_at, "a keyword for the function of the operation",
                       f.empty() ? "the end of the line" : quote(f));
  }
  draft.f = sink_.symbol(f.substr(1));
  if (!draft.f) return input_.fail(f_at, "at most 16384 different functions", quote(f));
  if (!values(text.substr(column), {at.line, at.column + column}, draft)) return false;
  const Position begin = draft.at;
  if (const auto wrong = sink_.add(draft)) return input_.fail(begin, wrong->expected, wrong->found);
  return true;
}

// Takes one EDN form off the front of `text`.
bool JepsenLog::form(std::string_view& text, Position& at, Value& out) {
  const auto part = Input::open_part(text, at);
  EdnReader reader(*part);
  reader.allow(sink_.room());
  if (!reader.read(out, 1)) {
    const ParseError& error = *part->error();
    return input_.fail({error.line, error.column}, error.expected,
                       error.found == "the end of the file" ? "the end of the line" : error.found);
  }
  const auto consumed = static_cast<std::size_t>(part->offset());
  at.column += consumed;
  text.remove_prefix(consumed);
  return true;
}

// The columns behind the function: a value and an error, or (in old logs) the error of a failed or
// indeterminate operation in place of its value, which is then that of the invocation.
bool JepsenLog::values(std::string_view text, Position at, EventDraft& draft) {
  if (draft.process == Process::nemesis) {
    const std::string_view free_text = trim(text);
    const auto part = Input::open_part(free_text, at);
    EdnReader reader(*part);
    reader.allow(sink_.room());
    if (!reader.read(draft.value, 1) || reader.next(1) != Input::end) {
      if (!is_utf8(free_text)) return input_.fail(at, "UTF-8 text", quote(free_text));
      draft.value = free_text.empty() ? Value{} : Value::string(free_text);
    }
    return true;
  }
  Value first;
  if (!form(text, at, first)) return false;
  const bool more = !trim(text).empty();
  if (more) {
    while (is_blank(text.front())) {
      text.remove_prefix(1);
      ++at.column;
    }
    if (!form(text, at, draft.error)) return false;
    if (!trim(text).empty()) {
      return input_.fail(at, "the end of the line after the error", quote(trim(text)));
    }
  }
  const bool undone = draft.type == EventType::fail || draft.type == EventType::info;
  if (!more && undone && first.kind() == Value::Kind::keyword) {
    draft.error = first;
    const std::uint32_t invocation = sink_.history().open_invocation(*draft.process);
    if (invocation != no_event) {
      draft.value = sink_.history().value(sink_.history().value_of(invocation));
    }
  } else {
    draft.value = first;
  }
  return true;
}

}  // namespace

bool read_jepsen_log(Input& input, EventSink& sink, ReadReport& report) {
  return JepsenLog(input, sink, report).all();
}

}  // namespace tribunal::history
