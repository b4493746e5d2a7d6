// What was observed: an append-only sequence of events in compact columns (32 bytes an event, so 64
// an operation; 10 million operations fit in 2 GB). Appending checks the rules of the model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "history/operation.h"

namespace tribunal::history {

class History {
 public:
  // Appends one event. Errors (and then nothing is appended): a completion without an open invocation of
  // the same process and f; a second open invocation; a process that is used again after info; a
  // completion that is earlier than its own invocation. Events of the nemesis are free of these rules.
  // (Time stamps of *different* processes may cross: recorded histories do; the order of events counts.)
  Status append(const Event& event);

  std::size_t size() const { return times_.size(); }
  bool empty() const { return times_.empty(); }
  Event event(std::uint32_t index) const;
  EventType type(std::uint32_t index) const;
  Process process(std::uint32_t index) const { return processes_[index]; }
  Time time(std::uint32_t index) const { return Time{times_[index]}; }

  // The other half of an operation, or no_event: completion of an invocation and vice versa.
  std::uint32_t partner(std::uint32_t index) const { return partners_[index]; }

  // Operations of clients (never of the nemesis), in the order of their invocations.
  std::vector<Operation> operations() const;
  Operation operation(std::uint32_t invocation) const;

  // Interning. Values and symbols of one history mean nothing in another.
  ValueRef intern(const Value& value) { return pool_.intern(value); }
  Value value(ValueRef ref) const { return pool_.value(ref); }
  const ValuePool& pool() const { return pool_; }
  Symbol symbol(std::string_view name);
  const std::string& name(Symbol symbol) const { return symbols_[static_cast<std::size_t>(symbol)]; }
  std::optional<Symbol> find_symbol(std::string_view name) const;

  // "3  ok  read 7" style text for people: process, type, f, [key] value, error.
  std::string show(std::uint32_t index) const;

  // The sub-history of the given operations (indices of invocations, ascending): same order, values
  // and process ids, new indices. Nemesis events are left out.
  History excerpt(const std::vector<std::uint32_t>& invocations) const;

  std::size_t memory_bytes() const;

  // A hash of everything recorded, the same on every machine and for every file format it was read from.
  std::uint64_t content_hash() const;

 private:
  std::vector<std::int64_t> times_;
  std::vector<Process> processes_;
  std::vector<std::uint16_t> types_and_fs_;  // 2 bits type, 14 bits symbol
  std::vector<ValueRef> values_;
  std::vector<std::uint32_t> keys_;      // index into key_values_ + 1, 0 = none
  std::vector<std::uint16_t> nodes_;
  std::vector<std::uint32_t> partners_;
  std::unordered_map<std::uint32_t, ValueRef> errors_;  // sparse; looked up, never iterated
  std::unordered_map<std::uint32_t, std::int32_t> producers_;  // sparse
  std::vector<ValueRef> key_values_;
  std::unordered_map<std::uint64_t, std::uint32_t> key_index_;
  std::unordered_map<std::int32_t, std::uint32_t> open_;     // process → open invocation
  std::unordered_map<std::int32_t, bool> retired_;           // processes that ended in info
  ValuePool pool_;
  std::vector<std::string> symbols_{""};
};

}  // namespace tribunal::history
