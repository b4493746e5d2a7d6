// Operations written down one by one: which process asks which node for what, when, and what it is
// to be answered. With them a scenario reproduces a figure of the literature operation by
// operation.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "history/history.h"
#include "history/value.h"
#include "workloads/generator.h"

namespace tribunal::workloads {

struct Scripted {
  Time at{};  // not before; a process does its operations in the order in which they stand
  std::uint32_t process = 0;
  std::string f;
  history::Value value;  // nil for reads
  std::int64_t key = 0;
  std::optional<NodeId> node;  // whom it asks first
  // What the completion must be, e.g. "1", "nil", "[1 2]", "fail", "info"; empty: anything.
  std::string returns;
  friend bool operator==(const Scripted&, const Scripted&) = default;
};
using Script = std::vector<Scripted>;

// From the fields of an [[operation]] table (docs/scenarios.md) and back.
Result<Scripted> make_scripted(const std::map<std::string, std::string>& fields);
std::map<std::string, std::string> fields_of(const Scripted& operation);

// Emits every operation of the script at its time, then ends.
Generator scripted(Script script);

// The first operation of the script whose completion in `history` is not what it `returns`, in one
// sentence; nullopt: all are.
std::optional<std::string> deviation(const Script& script, const history::History& history);

}  // namespace tribunal::workloads
