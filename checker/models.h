// The lattice of consistency models: which promise implies which. A report names the strongest
// models that survived and the weakest that were violated.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "checker/verdict.h"

namespace tribunal::checker {

struct ConsistencyModel {
  std::string name;                  // as `--expect` spells it
  std::string promise;               // one sentence
  std::vector<std::string> implies;  // the next weaker ones
};

const std::vector<ConsistencyModel>& consistency_models();

// True when every history that satisfies `stronger` satisfies `weaker` (reflexive).
bool implies(const std::string& stronger, const std::string& weaker);

struct LatticeVerdict {
  std::map<std::string, Validity> models;     // what was decided, and all that follows from it
  std::vector<std::string> strongest;         // valid, and no stronger model is valid
  std::vector<std::string> weakest_violated;  // invalid, and no weaker model is invalid
};

// Closes the decided verdicts under implication: valid flows down, invalid flows up.
LatticeVerdict close(const std::map<std::string, Validity>& decided);

}  // namespace tribunal::checker
