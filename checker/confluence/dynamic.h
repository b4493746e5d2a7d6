// What a recorded history of a store says about a specification: which violations of invariants
// happened, by whose fault, and what would have prevented them.
//
// The events that replicas had, with their causal past, are replayed. A violating state is laid at
// the door of
//   - a transaction: it violated at the replica that committed it, which should have aborted it;
//   - the store: events arrived without their causes, or a replica shows what its events do not
//     make;
//   - missing coordination: every transaction was right where it was taken, and their merge is not.
// The last kind is made small, and attributed by asking, of each concurrent pair, what would have
// been had one seen the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/confluence/decision.h"
#include "spec/execute.h"
#include "spec/simulate.h"
#include "spec/state.h"

namespace tribunal::checker::confluence {

// A replica's answer to "what do you show?".
struct Observation {
  spec::Frontier frontier;              // the events that it had
  std::vector<std::uint32_t> violated;  // as it said itself
  bool final = false;                   // after everything had calmed down
  std::size_t where = 0;                // the caller's: which operation of the history
};

// Everything known of one instance of a specification.
struct Recording {
  std::vector<spec::Event> events;        // by stamp, with their pasts
  std::vector<Observation> observations;  // in the order in which they were made
};

// A pair of concurrent events in a small run, and what the second would have done had it seen the
// first.
struct Culprit {
  std::size_t first = 0;  // steps of Finding::run
  std::size_t second = 0;
  spec::Outcome outcome =
      spec::Outcome::committed;  // of the second then; committed: another effect
  bool expected = false;         // the static analysis names this pair for this invariant, too
};

struct Finding {
  enum class Blame : std::uint8_t { transaction, replication, coordination };
  Blame blame = Blame::coordination;
  std::uint32_t invariant = 0;
  std::size_t observation = 0;  // of Recording, that shows it first
  bool lasting = false;         // final observations show it still: integrity, not only timeliness
  std::string what;             // one sentence; for replication: what does not fit
  std::vector<spec::Stamp> events;  // that make it, the fewest found
  spec::Run run;                    // the same as a run, if blame is coordination
  std::vector<Culprit> culprits;    // of that run; empty: no single pair would have prevented it
};

// One finding for each invariant at most, the earliest observation of it. `conflicts`: what the
// static analysis found, which decides Culprit::expected; culprits it does not name are dropped if
// there are others.
std::vector<Finding> explain(const spec::Layout& layout, const Recording& recording,
                             const std::vector<Conflict>& conflicts);

}  // namespace tribunal::checker::confluence
