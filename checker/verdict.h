// What a checker answers. A verdict is valid, invalid or unknown, and carries its proof.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "history/history.h"

namespace tribunal::checker {

enum class Validity { valid, invalid, unknown };
const char* name(Validity validity);  // "valid", "invalid", "unknown"
// Invalid dominates unknown, unknown dominates valid.
Validity both(Validity a, Validity b);

// Would waiting longer have cured it (timeliness: the system caught up in the end) or not
// (integrity)?
enum class Harm { timeliness, integrity };
const char* name(Harm harm);

// One step of a cycle: why one operation comes before another in every order that the model allows.
struct CycleEdge {
  // Invocations; no_event stands for the initial version of the key.
  std::uint32_t from = history::no_event;
  std::uint32_t to = history::no_event;
  std::string why;                     // the rule, docs/checkers.md lists them
  std::vector<std::uint32_t> because;  // invocations that make the rule apply
};

// One violation, ready to be shown. Operations are named by the index of their invocation event.
struct Anomaly {
  std::string kind;  // the literature's name, e.g. "stale read"
  Harm harm = Harm::integrity;
  history::ValueRef key;  // the independent key, when there is one
  bool has_key = false;
  std::vector<std::uint32_t> operations;  // the minimal core, in the order of invocations
  bool minimal = false;            // removing any one operation of the core makes it possible
  std::string explanation;         // two or three sentences
  std::vector<std::string> steps;  // one sentence per step of the argument
  std::vector<CycleEdge> cycle;    // when the argument is one: each edge leads to the next
};

// Linearizability of one key: either an order that works or a core that cannot.
struct KeyProof {
  history::ValueRef key;
  bool has_key = false;
  Validity validity = Validity::unknown;
  std::string reason;  // why unknown
  // valid: invocations of the linearized operations in linearization order (every ok, some info).
  // invalid or unknown: the longest prefix of the history that was linearized.
  std::vector<std::uint32_t> order;
  std::uint32_t stuck_at =
      history::no_event;                 // invalid: completion event at which every order fails
  std::vector<std::uint32_t> blocked;    // invalid: operations that could not come next, ...
  std::vector<std::string> blocked_why;  //          ... and the model's reason for each
  std::vector<std::uint32_t> core;       // invalid: see Anomaly::operations
};

struct Check {
  std::string name;   // "linearizable", "set", ...
  std::string model;  // the sequential model: "register", ...
  Validity validity = Validity::unknown;
  std::string reason;  // why unknown
  std::string algorithm;
  std::uint64_t operations = 0;
  std::uint64_t steps = 0;  // deterministic measure of the work done
  double seconds = 0;
  std::vector<Anomaly> anomalies;
  std::vector<KeyProof> proofs;  // per key, in order of first appearance
  // What this says of each promise, when one check decides several (say, of a set: that nothing is
  // lost, yet a read was stale). Empty: `validity`, of the promise that `name` names.
  std::vector<std::pair<std::string, Validity>> verdicts;
};

}  // namespace tribunal::checker
