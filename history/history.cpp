// Appending to a history under the rules of the model, and reading its columns back as events and
// operations.
#include "history/history.h"

#include <algorithm>
#include <cassert>

#include "base/text.h"

namespace tribunal::history {

namespace {

// Entries of open_ that are not the index of an invocation. Idle processes have no entry.
constexpr std::uint32_t retired = no_event;
constexpr std::size_t max_events = no_event - 1;

constexpr int type_shift = 14;
constexpr std::uint16_t symbol_mask = (1 << type_shift) - 1;

template <class T>
T sparse_find(const std::vector<std::pair<std::uint32_t, T>>& column, std::uint32_t at, T none) {
  const auto it =
      std::lower_bound(column.begin(), column.end(), at,
                       [](const auto& entry, std::uint32_t i) { return entry.first < i; });
  return it != column.end() && it->first == at ? it->second : none;
}

std::string process_text(Process process) { return "process " + std::to_string(index(process)); }

}  // namespace

const char* name(EventType type) {
  switch (type) {
    case EventType::invoke:
      return "invoke";
    case EventType::ok:
      return "ok";
    case EventType::fail:
      return "fail";
    case EventType::info:
      return "info";
  }
  return "";
}

std::optional<Violation> History::violation(const Event& event) const {
  if (size() >= max_events) {
    return Violation{"at most " + std::to_string(max_events) + " events", "one more"};
  }
  if (event.process == Process::nemesis) return std::nullopt;
  const auto it = open_.find(index(event.process));
  if (it != open_.end() && it->second == retired) {
    return Violation{"no more events of " + process_text(event.process) + " after its info",
                     std::string(history::name(event.type)) + " " + quote(name(event.f))};
  }
  if (event.type != EventType::invoke) {
    if (it == open_.end()) {
      return Violation{"an open invocation of " + process_text(event.process) + " before its " +
                           history::name(event.type),
                       "none"};
    }
    return completion_violation(event, it->second);
  }
  if (it != open_.end()) {
    return Violation{"a completion of the " + quote(name(f(it->second))) + " that " +
                         process_text(event.process) + " invoked in event " +
                         std::to_string(it->second),
                     "a second invocation, of " + quote(name(event.f))};
  }
  return std::nullopt;
}

std::optional<Violation> History::completion_violation(const Event& event,
                                                       std::uint32_t invocation) const {
  const std::string where = " of " + process_text(event.process);
  if (f(invocation) != event.f) {
    return Violation{"a completion of the open " + quote(name(f(invocation))) + where,
                     "one of " + quote(name(event.f))};
  }
  if (times_[invocation] != Time::min().count() && event.time != Time::min() &&
      event.time.count() < times_[invocation]) {
    return Violation{"a completion" + where + " not before the time of its invocation, " +
                         std::to_string(times_[invocation]),
                     std::to_string(event.time.count())};
  }
  const std::uint32_t key = keys_[invocation];
  if (event.has_key && key != 0 && key_values_[key - 1] != event.key) {
    return Violation{"a completion" + where + " on the key of its invocation, " +
                         quote(value(key_values_[key - 1]).show()),
                     "key " + quote(value(event.key).show())};
  }
  return std::nullopt;
}

Status History::append(const Event& event) {
  if (const auto wrong = violation(event)) {
    return fail("expected " + wrong->expected + ", found " + wrong->found);
  }
  const auto at = static_cast<std::uint32_t>(size());
  times_.push_back(event.time.count());
  processes_.push_back(event.process);
  types_and_fs_.push_back(static_cast<std::uint16_t>(
      static_cast<unsigned>(event.type) << type_shift | static_cast<unsigned>(event.f)));
  values_.push_back(event.value);
  keys_.push_back(event.has_key ? key_number(event.key) : 0);
  nodes_.push_back(event.node);
  partners_.push_back(no_event);
  if (!event.error.is_nil()) errors_.emplace_back(at, event.error);
  if (event.producers != -1) producers_.emplace_back(at, event.producers);
  if (event.process != Process::nemesis) pair(event, at);
  return {};
}

// Precondition: the event at `at` violates nothing.
void History::pair(const Event& event, std::uint32_t at) {
  const auto [it, added] = open_.try_emplace(index(event.process), at);
  if (event.type == EventType::invoke) return;
  assert(!added);
  partners_[at] = it->second;
  partners_[it->second] = at;
  if (event.type == EventType::info) {
    it->second = retired;
  } else {
    open_.erase(it);
  }
}

std::uint32_t History::key_number(ValueRef key) {
  const auto [it, added] =
      key_index_.try_emplace(key.bits(), static_cast<std::uint32_t>(key_values_.size() + 1));
  if (added) key_values_.push_back(key);
  return it->second;
}

std::uint32_t History::open_invocation(Process process) const {
  const auto it = open_.find(index(process));
  return process == Process::nemesis || it == open_.end() || it->second == retired ? no_event
                                                                                   : it->second;
}

EventType History::type(std::uint32_t at) const {
  return static_cast<EventType>(types_and_fs_[at] >> type_shift);
}

Symbol History::f(std::uint32_t at) const {
  return static_cast<Symbol>(types_and_fs_[at] & symbol_mask);
}

Event History::event(std::uint32_t at) const {
  Event event;
  event.time = Time{times_[at]};
  event.process = processes_[at];
  event.type = type(at);
  event.f = f(at);
  event.value = values_[at];
  event.has_key = keys_[at] != 0;
  if (event.has_key) event.key = key_values_[keys_[at] - 1];
  event.node = nodes_[at];
  event.error = sparse_find(errors_, at, ValueRef{});
  event.producers = sparse_find(producers_, at, -1);
  return event;
}

Operation History::operation(std::uint32_t invocation) const {
  assert(type(invocation) == EventType::invoke);
  Operation operation;
  operation.invocation = invocation;
  operation.completion = partners_[invocation];
  operation.process = processes_[invocation];
  operation.f = f(invocation);
  operation.invoked = values_[invocation];
  operation.has_key = keys_[invocation] != 0;
  if (operation.has_key) operation.key = key_values_[keys_[invocation] - 1];
  if (operation.completion != no_event) {
    operation.outcome = type(operation.completion);
    operation.returned = values_[operation.completion];
    operation.producers = sparse_find(producers_, operation.completion, -1);
  }
  return operation;
}

std::vector<Operation> History::operations() const {
  std::vector<Operation> operations;
  operations.reserve(size() / 2);
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (type(i) == EventType::invoke && processes_[i] != Process::nemesis) {
      operations.push_back(operation(i));
    }
  }
  return operations;
}

Symbol History::symbol(std::string_view text) {
  if (text.empty()) return Symbol::none;
  if (const auto known = find_symbol(text)) return *known;
  assert(symbols_.size() < max_symbols);
  const auto number = static_cast<std::uint16_t>(symbols_.size());
  symbols_.emplace_back(text);
  symbol_index_.emplace(text, number);
  return static_cast<Symbol>(number);
}

std::optional<Symbol> History::find_symbol(std::string_view text) const {
  if (text.empty()) return Symbol::none;
  const auto it = symbol_index_.find(text);
  if (it == symbol_index_.end()) return std::nullopt;
  return static_cast<Symbol>(it->second);
}

}  // namespace tribunal::history
