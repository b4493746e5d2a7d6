// What a history says of the transactions of a specification: how stores' answers are written down
// in it, and the way back. Everything in a history has a name, so it can be read without the
// specification; docs/workloads.md ("spec") shows what the values look like.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "history/history.h"
#include "history/value.h"
#include "spec/encoding.h"
#include "spec/program.h"

namespace tribunal::checker::confluence {

// ---- what is written ----
// The name of an inspection among the operations; no transaction may be called so.
inline constexpr const char* inspect_name = "inspect";

history::Value recorded_receipt(const spec::Receipt& receipt);
history::Value recorded_inspection(const spec::Program& program,
                                   const spec::Inspection& inspection);
// Why a transaction was aborted: "guard", "invariant/unique", "exhausted", ...
std::string recorded_refusal(const spec::Program& program, const spec::Refusal& refusal);

// ---- what is read ----
struct RecordedChange {
  std::string cell;  // "stock[Item0]"
  spec::Change::What what = spec::Change::What::increase;
  std::int64_t value = 0;
  std::vector<spec::Stamp> observed;
  friend bool operator==(const RecordedChange&, const RecordedChange&) = default;
};
struct RecordedEvent {
  spec::Stamp stamp;
  std::string transaction;
  std::vector<std::int64_t> arguments;  // of all parameters, minted ones included
  spec::Frontier past;
  std::vector<RecordedChange> changes;
  friend bool operator==(const RecordedEvent&, const RecordedEvent&) = default;
};

struct RecordedTransaction {
  std::uint32_t invocation = history::no_event;
  std::uint32_t completion = history::no_event;
  std::string name;
  std::vector<std::int64_t> chosen;  // arguments, by the caller
  history::EventType outcome = history::EventType::info;
  std::string refusal;  // fail: why; other errors (not-leader, ...) too
  std::uint16_t node = history::no_node;
  std::optional<spec::Receipt> receipt;  // ok
};

struct RecordedViolation {
  std::string invariant;
  std::vector<std::pair<std::string, std::string>> witness;  // "a", "User0"
  friend bool operator==(const RecordedViolation&, const RecordedViolation&) = default;
};
struct RecordedInspection {  // that was answered
  std::uint32_t invocation = history::no_event;
  std::uint32_t completion = history::no_event;
  std::uint16_t node = history::no_node;
  spec::Frontier frontier;
  std::vector<RecordedViolation> violated;
  bool overflowed = false;
  std::string digest;
  bool full = false;
  std::vector<RecordedEvent> events;  // if full
};

// All of one instance, in the order of invocations.
struct RecordedInstance {
  history::ValueRef key;
  bool has_key = false;
  std::vector<RecordedTransaction> transactions;
  std::vector<RecordedInspection> inspections;
};

// In the order in which instances first appear. What does not look like an answer of a store is
// left out.
std::vector<RecordedInstance> recorded(const history::History& history);

// From names back to what a replica takes in.
class EventReader {
 public:
  explicit EventReader(spec::Program program);  // precondition: there is one
  // nullopt: it is no event of this specification.
  std::optional<spec::Event> read(const RecordedEvent& event) const;

 private:
  spec::Program program_;
  std::map<std::string, spec::Cell> cells_;  // by name
};

}  // namespace tribunal::checker::confluence
