// Where every reader of text puts what it has read: turns the entries of one operation into an
// event of the history, and says what is missing or wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "history/files.h"
#include "history/history.h"
#include "history/input.h"

namespace tribunal::history {

// The entries of one operation, as far as they were given.
struct EventDraft {
  Position at;  // where the operation begins
  Time time = Time::min();
  std::optional<Process> process;
  std::optional<EventType> type;
  std::optional<Symbol> f;
  Value value;
  Value key;
  Value error;
  std::optional<bool> independent;  // value is [key value]
  bool has_key = false;
  std::uint16_t node = no_node;
  std::int32_t producers = -1;
};

std::optional<EventType> find_event_type(std::string_view name);

// "n3" → 2; nothing for any other name of a node, which events cannot hold.
std::optional<std::uint16_t> find_node(std::string_view name);

// The entries that an operation may have, in EDN as in JSON. Others are passed over.
enum class Entry : std::uint8_t {
  index,
  time,
  type,
  process,
  f,
  value,
  key,
  node,
  error,
  producers,
  independent
};
std::optional<Entry> find_entry(std::string_view name);  // "time", without a colon
std::string_view name(Entry entry);

class EventSink {
 public:
  EventSink(History& history, const ReadOptions& options) : history_(history), options_(options) {}

  // Stores an entry in the draft. Returns what was expected when the value has the wrong kind or
  // range
  // ("an integer of 31 bits or nemesis"), else nothing.
  std::optional<std::string> set(Entry entry, const Value& value, EventDraft& draft);

  // The same for :type and :f given as keywords, without a Value for each. False: to be tried with
  // set().
  bool set_keyword(Entry entry, std::string_view keyword, EventDraft& draft);

  // Nothing when there are too many different names.
  std::optional<Symbol> symbol(std::string_view name);

  // Appends the event and empties the draft.
  std::optional<Violation> add(EventDraft& draft);

  // Bytes that the next form may take.
  std::uint64_t room() const;

  const History& history() const { return history_; }

 private:
  std::optional<Violation> split_key(EventDraft& draft) const;

  History& history_;
  const ReadOptions& options_;
};

}  // namespace tribunal::history
