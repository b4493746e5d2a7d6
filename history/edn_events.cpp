// A history in EDN: operations as maps, bare or tagged, one after another or in one vector or list.
#include <optional>

#include "base/text.h"
#include "history/edn_reader.h"
#include "history/readers.h"

namespace tribunal::history {

namespace {

class EdnEvents {
 public:
  EdnEvents(Input& input, EventSink& sink, bool keys)
      : input_(input), sink_(sink), keys_(keys), reader_(input) {}

  bool all();

 private:
  bool enclosed();
  bool event();
  bool entries(Position opened);
  bool entry(Entry entry);

  Input& input_;
  EventSink& sink_;
  bool keys_;
  EdnReader reader_;
  EventDraft draft_;
  std::uint32_t seen_ = 0;  // bit per Entry
};

bool EdnEvents::all() {
  int c = reader_.next(0);
  if (c == '[' || c == '(') return enclosed();
  if (c == Input::end) {
    return input_.fail(input_.position(), "an operation", input_.found_here());
  }
  for (; c != Input::end; c = reader_.next(0)) {
    if (!event()) return false;
  }
  return !input_.error();
}

bool EdnEvents::enclosed() {
  const Position opened = input_.position();
  const char closing = input_.peek() == '[' ? ']' : ')';
  input_.skip();
  for (int c = reader_.next(1); c == '{' || c == '#'; c = reader_.next(1)) {
    if (!event()) return false;
  }
  const int c = input_.peek();
  if (c != closing && c != Input::end) {
    return input_.fail(
        input_.position(),
        std::string("an operation or the ") + closing + " that closes " + show(opened),
        input_.found_here());
  }
  if (!reader_.close(closing, opened)) return false;
  if (reader_.next(0) == Input::end) return !input_.error();
  return input_.fail(input_.position(), "nothing after the end of the history",
                     input_.found_here());
}

// At the first byte of a form.
bool EdnEvents::event() {
  reader_.allow(sink_.room());
  draft_.at = input_.position();
  const Position at = draft_.at;
  if (input_.peek() == '#' && input_.peek(1) != '{') {
    std::string tag;
    if (!reader_.tag(tag)) return false;
    reader_.next(1);
  }
  if (input_.peek() != '{') {
    return input_.fail(input_.position(), "an operation {...}", input_.found_here());
  }
  const Position opened = input_.position();
  input_.skip();
  if (!entries(opened)) return false;
  if (keys_ && !draft_.has_key && draft_.process != Process::nemesis) {
    return input_.fail(at, "an operation with :key", "one without");
  }
  if (const auto wrong = sink_.add(draft_)) return input_.fail(at, wrong->expected, wrong->found);
  return true;
}

bool EdnEvents::entries(Position opened) {
  seen_ = 0;
  for (;;) {
    const int c = reader_.next(1);
    if (c == '}') {
      input_.skip();
      return true;
    }
    if (c == ')' || c == ']' || c == Input::end) return reader_.close('}', opened);
    std::optional<Entry> known;
    if (c == ':') {
      const Position at = input_.position();
      std::string_view keyword;
      if (!reader_.keyword(keyword)) return false;
      known = find_entry(keyword);
      const std::uint32_t bit = known ? 1U << static_cast<unsigned>(*known) : 0;
      if ((seen_ & bit) != 0) {
        return input_.fail(at, "different keys in the operation",
                           ":" + std::string(name(*known)) + " twice");
      }
      seen_ |= bit;
    } else if (!reader_.skip(1)) {
      return false;
    }
    if (reader_.next(1) == '}') {
      return input_.fail(input_.position(), "a value for the last key", "}");
    }
    if (!(known ? entry(*known) : reader_.skip(1))) return false;
  }
}

bool EdnEvents::entry(Entry entry) {
  if (entry == Entry::index) return reader_.skip(1);
  const Position at = input_.position();
  std::optional<std::string> expected;
  Value value;
  if ((entry == Entry::type || entry == Entry::f) && input_.peek() == ':') {
    std::string_view keyword;
    if (!reader_.keyword(keyword)) return false;
    if (sink_.set_keyword(entry, keyword, draft_)) return true;
    value = Value::keyword(keyword);
    expected = sink_.set(entry, value, draft_);
  } else if (!reader_.read(value, 1)) {
    return false;
  } else if (entry == Entry::type) {
    expected = "a keyword";
  } else {
    expected = sink_.set(entry, value, draft_);
  }
  if (!expected) return true;
  return input_.fail(at, *expected + " for :" + std::string(name(entry)), quote(value.show()));
}

}  // namespace

bool read_edn(Input& input, EventSink& sink, bool keys) {
  return EdnEvents(input, sink, keys).all();
}

}  // namespace tribunal::history
