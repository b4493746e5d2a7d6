// What was observed: an append-only sequence of events in compact columns (32 bytes an event, so 64
// an operation; 10 million operations fit in 2 GB). Appending checks the rules of the model.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "history/operation.h"

namespace tribunal::history {

// Why an event cannot follow what is already recorded, in the words of an error message.
struct Violation {
  std::string expected;
  std::string found;
};

class History {
 public:
  // Appends one event. Errors (and then nothing is appended): a completion without an open
  // invocation of the same process and f; a second open invocation; a process that is used again
  // after info; a completion that is earlier than its own invocation, or on another key. Events of
  // the nemesis are free of these rules. (Time stamps of *different* processes may cross: recorded
  // histories do; the order of events counts.)
  Status append(const Event& event);
  std::optional<Violation> violation(const Event& event) const;  // what append would refuse

  std::size_t size() const { return times_.size(); }
  bool empty() const { return times_.empty(); }
  Event event(std::uint32_t index) const;
  EventType type(std::uint32_t index) const;
  Symbol f(std::uint32_t index) const;
  Process process(std::uint32_t index) const { return processes_[index]; }
  Time time(std::uint32_t index) const { return Time{times_[index]}; }
  ValueRef value_of(std::uint32_t index) const { return values_[index]; }

  // The other half of an operation, or no_event: completion of an invocation and vice versa.
  std::uint32_t partner(std::uint32_t index) const { return partners_[index]; }

  // The invocation of a client's process that still waits for its completion, or no_event.
  std::uint32_t open_invocation(Process process) const;

  // Operations of clients (never of the nemesis), in the order of their invocations.
  std::vector<Operation> operations() const;
  Operation operation(std::uint32_t invocation) const;

  // Interning. Values and symbols of one history mean nothing in another.
  ValueRef intern(const Value& value) { return pool_.intern(value); }
  Value value(ValueRef ref) const { return pool_.value(ref); }
  const ValuePool& pool() const { return pool_; }
  static constexpr std::size_t max_symbols = 1 << 14;
  Symbol symbol(
      std::string_view name);  // precondition: there are fewer than max_symbols, or it is known
  std::size_t symbol_count() const { return symbols_.size(); }
  const std::string& name(Symbol symbol) const {
    return symbols_[static_cast<std::size_t>(symbol)];
  }
  std::optional<Symbol> find_symbol(std::string_view name) const;

  // "3  ok  read [key] 7  error" for people, on one line.
  std::string show(std::uint32_t index) const;

  // The sub-history of the given operations (indices of invocations, ascending): same order, values
  // and process ids, new indices. Nemesis events are left out.
  History excerpt(const std::vector<std::uint32_t>& invocations) const;

  // What the columns and values take now; O(1), so a reader can ask often.
  std::size_t memory_bytes() const;

  // A hash of everything recorded, the same on every machine and for every file format it was read
  // from.
  std::uint64_t content_hash() const;

 private:
  template <class T>
  using Sparse = std::vector<std::pair<std::uint32_t, T>>;  // by event, ascending

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return hash_text(text); }
  };

  std::optional<Violation> completion_violation(const Event& event, std::uint32_t invocation) const;
  std::uint32_t key_number(ValueRef key);
  void pair(const Event& event, std::uint32_t at);

  // Columns, one entry an event: 8 + 4 + 2 + 8 + 4 + 2 + 4 = 32 bytes.
  std::vector<std::int64_t> times_;
  std::vector<Process> processes_;
  std::vector<std::uint16_t> types_and_fs_;  // type in the upper 2 bits, symbol in the lower 14
  std::vector<ValueRef> values_;
  std::vector<std::uint32_t> keys_;  // index into key_values_ + 1, 0 = none
  std::vector<std::uint16_t> nodes_;
  std::vector<std::uint32_t> partners_;
  Sparse<ValueRef> errors_;
  Sparse<std::int32_t> producers_;

  std::vector<ValueRef> key_values_;
  std::unordered_map<std::uint64_t, std::uint32_t> key_index_;  // bits of the ref → key number
  std::unordered_map<std::int32_t, std::uint32_t> open_;        // process → invocation or retired
  ValuePool pool_;
  std::vector<std::string> symbols_{""};
  std::unordered_map<std::string, std::uint16_t, TextHash, std::equal_to<>> symbol_index_;
};

}  // namespace tribunal::history
