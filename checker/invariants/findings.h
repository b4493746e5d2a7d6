// What the checkers of invariants share: operations by key, and anomalies of which a few are shown
// and all are counted.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker::invariants {

using history::EventType;
using history::History;
using history::no_event;
using history::Operation;

struct KeyOperations {
  history::ValueRef key;
  bool has_key = false;
  std::vector<Operation> operations;  // by invocation
};

// The clients' operations with one of these names, in the order of the keys' first appearance.
std::vector<KeyOperations> operations_by_key(const History& history,
                                             std::initializer_list<std::string_view> names);

bool is(const History& history, const Operation& operation, std::string_view name);

// "process 3"
std::string who(const Operation& operation);

class Findings {
 public:
  static constexpr std::size_t most = 20;  // anomalies of one kind; what is left out is counted

  // Sets the name and model of the check.
  Findings(Check& check, const char* name, const char* algorithm);

  // `kind` is in kinds.h, which knows its harm. Operations may hold no_event and repeat.
  void add(const char* kind, const KeyOperations& of, std::vector<std::uint32_t> operations,
           std::string explanation);
  bool empty() const { return check_.anomalies.empty(); }

  // valid or invalid; unknown with a reason when nothing was found, but not everything could be
  // looked at.
  void conclude(std::string undecided = "");

 private:
  struct Count {
    std::size_t found = 0;
    std::size_t last = 0;  // position of the last one shown
  };
  Check& check_;
  std::map<std::string, Count> counts_;
};

}  // namespace tribunal::checker::invariants
