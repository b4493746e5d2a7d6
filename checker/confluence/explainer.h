// Violations in a history, explained to people: whose fault, between which operations, and what
// would have prevented them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "checker/confluence/dynamic.h"
#include "checker/confluence/recorded.h"
#include "checker/verdict.h"

namespace tribunal::checker::confluence {

struct Explained {
  std::uint32_t invariant = 0;
  const char* kind = "";  // of the anomaly (checker/invariants/kinds.h)
  Harm harm = Harm::integrity;
  std::vector<std::uint32_t> operations;  // invocations of the transactions that make it, as far as
                                          // clients were answered
  std::string sentence;
  std::vector<std::string> steps;
  // The transactions of the culprits, "withdraw beside withdraw"; empty: no single pair.
  std::string pair;
  bool expected = false;  // the static analysis names that pair
};

// Copies share what the static analysis says of the specification, which is asked once it is
// needed. Any number of threads may ask.
class Explainer {
 public:
  explicit Explainer(spec::Program program);
  // One for each violated invariant.
  std::vector<Explained> explain(const RecordedInstance& instance) const;
  const spec::Spec& spec() const { return program_.spec(); }

 private:
  struct Analysis;
  spec::Program program_;
  std::shared_ptr<Analysis> analysis_;
};

}  // namespace tribunal::checker::confluence
