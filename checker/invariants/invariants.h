// The invariants that are checked without searching for an order, by name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::checker::invariants {

struct Invariant {
  std::string name;                        // as `tribunal check --model` spells it
  std::vector<std::string> functions;      // the operations that it reads
  std::vector<std::string> recognised_by;  // it is meant when all of these occur; empty: never
  std::string description;
  std::vector<Check> (*check)(const history::History&);
};

const std::vector<Invariant>& invariants();
const Invariant* find_invariant(const std::string& name);
std::vector<std::string> invariant_names();

// The invariant whose operations these unmistakably are: it knows all of them, and those that it is
// recognised by occur.
const Invariant* recognise_invariant(const history::History& history);

// What `--expect` may name besides the consistency models: each a promise by itself, which neither
// implies another nor follows from one.
struct Promise {
  std::string name;
  std::string promise;  // one sentence
};
const std::vector<Promise>& promises();

}  // namespace tribunal::checker::invariants
