// A violating run as people look at it: who did what, what each replica showed, which cells the
// violated invariant names, and what would have happened had the replicas known of one another.
// Shared by the text, the JSON and the page of a ConfluenceReport.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/confluence.h"
#include "spec/execute.h"
#include "spec/layout.h"
#include "spec/simulate.h"

namespace tribunal::reports::confluence {

// With the sizes that the decision looked at.
spec::Layout layout_of(const ConfluenceReport& report);

// "A", "B", ..., "Z", "27", ...
std::string replica_name(std::uint32_t replica);

// Sets: "present" and "absent".
std::string show_cell_value(const spec::Layout& layout, spec::Cell cell, std::int64_t value);

// Why an invariant is false in `values`.
struct Explanation {
  std::uint32_t invariant = 0;
  std::vector<spec::Binding> binding;  // of its outermost foralls
  std::string condition;               // what stands behind these, as in the specification
  std::string computed;                // ... with values for what it reads: "1 == 2 - 0"; or empty
  std::vector<spec::Cell> named;       // cells that it reads for this binding, ascending
};
Explanation explain(const spec::Layout& layout, std::uint32_t invariant,
                    const spec::Values& values);

struct Argument {
  std::string name;
  std::string value;
  spec::Minted minted = spec::Minted::no;
};

struct CellChange {
  spec::Cell cell = 0;
  std::int64_t before = 0;
  std::int64_t after = 0;
};

struct ShownStep {
  std::size_t number = 0;  // in the run, from 0
  bool merge = false;
  std::uint32_t replica = 0;
  std::uint32_t from = 0;  // merge
  std::uint32_t transaction = 0;
  std::vector<Argument> arguments;
  std::string call;                 // "register(u: User0, name: 0)"; merge: ""
  std::vector<CellChange> changes;  // of what the replica shows
  bool violates = false;            // the replica shows a violation afterwards
};

struct Story {
  bool executed = true;   // false: the solver's example, from a state nobody may ever reach
  bool branched = false;  // prefix, left, right and merge; otherwise any run
  std::vector<ShownStep> steps;
  std::vector<std::size_t> prefix, left, right;  // of `steps`, if branched
  std::uint32_t replicas = 2;
  std::uint32_t left_replica = 0, right_replica = 1;  // whose merge (into the left one) violates
  // What both show where the branches begin (not branched: in the initial state), what each shows
  // just before the last merge, and what the left one shows after it.
  spec::Values before, at_left, at_right, merged;
  std::vector<spec::Cell> cells;  // that matter: changed or named, ascending
  Explanation why;
  // What would have happened one after the other, in sentences; may be empty.
  std::string hindsight;
  bool is_named(spec::Cell cell) const;
};

// The counterexample; none: there is none.
std::optional<Story> story_of(const ConfluenceReport& report, const spec::Layout& layout);
// The example of a conflict.
Story story_of(const checker::confluence::Conflict& conflict, const spec::Layout& layout);

}  // namespace tribunal::reports::confluence
