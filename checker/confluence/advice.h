// What to do about a specification that is not confluent: which transactions have to be
// coordinated and by what, when they need not be, and what it would take to let them run freely.
// Every piece of advice says whether it was proven to be enough.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/confluence/decision.h"
#include "spec/placement.h"

namespace tribunal::checker::confluence {

// One lock (or one leader, or one log) that keeps conflicting transactions apart. Nobody needs
// more than this: each pair it separates is valid one by one and not together.
struct Lock {
  enum class Mode : std::uint8_t { exclusive, shared };
  struct Holder {
    std::uint32_t transaction = 0;
    Mode mode = Mode::exclusive;
    std::optional<std::uint32_t> key;  // parameter whose value names the lock; none: there is one
  };
  std::vector<std::uint32_t> invariants;  // that it protects
  std::vector<Holder> holders;            // by transaction
};

// Transactions that may all run freely at the same time, in a phase of their own.
struct Phase {
  std::vector<std::uint32_t> transactions;
  bool proven = false;
};

// A changed specification that is confluent, for people to read and use.
struct Variant {
  enum class Kind : std::uint8_t {
    escrow,   // each replica spends a share of the slack
    policy,   // other merge policies
    onmerge,  // rows that would break the invariant are removed by the merge
  };
  Kind kind = Kind::policy;
  std::string change;  // "awset dept -> gset", in one line
  std::string spec;    // the whole, printed
  Route route = Route::none;
};

// What allowing the violation would cost, in the counterexample.
struct Apology {
  std::uint32_t invariant = 0;
  std::uint32_t bindings = 0;      // ways in which the merged state violates it
  std::vector<std::string> cells;  // that these name, e.g. "room[Booking1]"
  std::vector<std::size_t> undo;   // steps of the counterexample; undoing any one cures it
};

struct Advice {
  std::vector<Lock> locks;
  bool locks_proven = false;  // with these locks held, the rest is confluent
  // The fewest transactions such that every conflict has one of them: if these wait until nobody
  // else runs, all others never wait for one another.
  std::vector<std::uint32_t> cover;
  std::vector<Phase> phases;
  std::vector<Variant> variants;
  std::optional<Apology> apology;
};

// Precondition: `decision` is decide(spec, ...) with conflicts; not confluent or unknown.
Advice advise(const spec::Spec& spec, const Decision& decision, const Options& options = {});

// The locks by other means: whoever holds one is decided at the replica that its key names. A
// transaction under two locks whose keys differ, and all that share a lock with it, go to one
// replica.
spec::Placement placement_of(const spec::Spec& spec, const std::vector<Lock>& locks);

}  // namespace tribunal::checker::confluence
