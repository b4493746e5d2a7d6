// From the entries of one operation to an event.
#include "history/event_sink.h"

#include <array>
#include <charconv>
#include <limits>

#include "base/text.h"

namespace tribunal::history {

std::optional<EventType> find_event_type(std::string_view name) {
  if (name == "invoke") return EventType::invoke;
  if (name == "ok") return EventType::ok;
  if (name == "fail") return EventType::fail;
  if (name == "info") return EventType::info;
  return std::nullopt;
}

std::optional<std::uint16_t> find_node(std::string_view name) {
  if (name.size() < 2 || name[0] != 'n' || name[1] == '0') return std::nullopt;
  std::uint16_t number = 0;
  const char* const last = name.data() + name.size();
  const auto [end, error] = std::from_chars(name.data() + 1, last, number);
  if (error != std::errc{} || end != last) return std::nullopt;
  return static_cast<std::uint16_t>(number - 1);
}

namespace {

constexpr std::array<std::string_view, 11> entry_names{
    "index", "time", "type",  "process",   "f",          "value",
    "key",   "node", "error", "producers", "independent"};
constexpr std::int64_t max_int32 = std::numeric_limits<std::int32_t>::max();

bool is_count(const Value& value) {
  return value.is_integer() && value.as_integer() >= 0 && value.as_integer() <= max_int32;
}

bool set_process(const Value& value, EventDraft& draft) {
  if (is_count(value)) {
    draft.process = static_cast<Process>(value.as_integer());
    return true;
  }
  if (!value.is_text() || value.text() != "nemesis") return false;
  draft.process = Process::nemesis;
  return true;
}

bool set_time(const Value& value, EventDraft& draft) {
  if (value.is_nil()) return true;
  if (!value.is_integer() || value.as_integer() == Time::min().count()) return false;
  draft.time = Time{value.as_integer()};
  return true;
}

}  // namespace

std::string_view name(Entry entry) { return entry_names[static_cast<std::size_t>(entry)]; }

std::optional<Entry> find_entry(std::string_view name) {
  for (std::size_t i = 0; i < entry_names.size(); ++i) {
    if (name == entry_names[i]) return static_cast<Entry>(i);
  }
  return std::nullopt;
}

std::optional<std::string> EventSink::set(Entry entry, const Value& value, EventDraft& draft) {
  switch (entry) {
    case Entry::index:  // the order in the file counts
      return std::nullopt;
    case Entry::time:
      if (!set_time(value, draft)) return "an integer (nanoseconds)";
      return std::nullopt;
    case Entry::type:
      if (value.is_text()) draft.type = find_event_type(value.text());
      if (!draft.type) return "one of invoke, ok, fail, info";
      return std::nullopt;
    case Entry::process:
      if (!set_process(value, draft)) return "an integer from 0 to 2147483647, or nemesis,";
      return std::nullopt;
    case Entry::f:
      if (!value.is_nil() && !value.is_text()) return "a name";
      draft.f = value.is_nil() ? Symbol::none : symbol(value.text());
      if (!draft.f) return "one of at most 16384 different names";
      return std::nullopt;
    case Entry::value:
      draft.value = value;
      return std::nullopt;
    case Entry::key:
      draft.key = value;
      draft.has_key = true;
      return std::nullopt;
    case Entry::node:
      if (value.is_text()) draft.node = find_node(value.text()).value_or(no_node);
      return std::nullopt;
    case Entry::error:
      draft.error = value;
      return std::nullopt;
    case Entry::producers:
      if (!value.is_nil() && !is_count(value)) return "a count";
      if (!value.is_nil()) draft.producers = static_cast<std::int32_t>(value.as_integer());
      return std::nullopt;
    case Entry::independent:
      if (value.kind() != Value::Kind::boolean) return "true or false";
      draft.independent = value.as_boolean();
      return std::nullopt;
  }
  return std::nullopt;
}

bool EventSink::set_keyword(Entry entry, std::string_view keyword, EventDraft& draft) {
  if (entry == Entry::type) return (draft.type = find_event_type(keyword)).has_value();
  return entry == Entry::f && (draft.f = symbol(keyword)).has_value();
}

std::optional<Symbol> EventSink::symbol(std::string_view name) {
  if (const auto known = history_.find_symbol(name)) return known;
  if (history_.symbol_count() >= History::max_symbols) return std::nullopt;
  return history_.symbol(name);
}

std::uint64_t EventSink::room() const {
  if (options_.memory_limit == 0) return std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t used = history_.memory_bytes();
  return used >= options_.memory_limit ? 0 : options_.memory_limit - used;
}

// Takes :value [k v] apart. A completion that says nothing (nil) is on the key of its invocation.
std::optional<Violation> EventSink::split_key(EventDraft& draft) const {
  if (draft.has_key) return Violation{"either :key or :independent", "both"};
  if (draft.value.kind() == Value::Kind::vector && draft.value.items().size() == 2) {
    const Value pair = draft.value;
    draft.key = pair.items()[0];
    draft.value = pair.items()[1];
    draft.has_key = true;
    return std::nullopt;
  }
  const std::uint32_t invocation = history_.open_invocation(*draft.process);
  if (draft.type != EventType::invoke && draft.value.is_nil() && invocation != no_event) {
    const Event invoked = history_.event(invocation);
    draft.key = history_.value(invoked.key);
    draft.has_key = invoked.has_key;
    return std::nullopt;
  }
  return Violation{"a value [key value], as the operation is on an independent key",
                   quote(draft.value.show())};
}

std::optional<Violation> EventSink::add(EventDraft& draft) {
  const auto missing = [](const char* what) {
    return Violation{std::string("an operation with :") + what, "one without"};
  };
  if (!draft.process) return missing("process");
  if (!draft.type) return missing("type");
  if (!draft.f) return missing("f");
  const bool client = draft.process != Process::nemesis;
  if (draft.independent.value_or(options_.independent && client && !draft.has_key)) {
    if (auto wrong = split_key(draft)) return wrong;
  }
  Event event;
  event.time = draft.time;
  event.process = *draft.process;
  event.type = *draft.type;
  event.f = *draft.f;
  event.value = history_.intern(draft.value);
  event.key = history_.intern(draft.key);
  event.has_key = draft.has_key;
  event.node = draft.node;
  event.error = history_.intern(draft.error);
  event.producers = draft.producers;
  if (!history_.append(event).ok()) return history_.violation(event);
  if (options_.memory_limit != 0 && room() == 0) {
    return Violation{"a history of at most " + std::to_string(options_.memory_limit) + " bytes",
                     "a larger one"};
  }
  draft = EventDraft{};
  return std::nullopt;
}

}  // namespace tribunal::history
