// What a person or a script is shown of a specification: may its transactions run without
// coordination, why (not), and what to do. Text, JSON and the HTML page are three views of one
// ConfluenceReport.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/confluence/advice.h"
#include "checker/confluence/decision.h"
#include "spec/ast.h"
#include "spec/parse.h"

namespace tribunal::reports {

// How a verdict fared on a real store.
struct ExecutionResult {
  std::string mode;        // "multi-leader"
  std::string nemesis;     // "partition", "all network faults"
  std::uint32_t runs = 0;  // seeds tried
  std::uint32_t violating = 0;
  std::uint64_t transactions = 0;  // committed, over all runs
  bool expected = false;           // by the verdict: that runs violate, at least one of them
  std::string with;                // what kept transactions apart, if anything did
  std::string replay;              // the command that repeats the first violating run; may be empty
};

struct ConfluenceReport {
  std::string file;
  std::string text;  // of the specification
  spec::Spec spec;
  std::vector<spec::Diagnostic> warnings;
  checker::confluence::Decision decision;
  std::optional<checker::confluence::Advice> advice;  // not confluent or unknown
  // The independent re-check of a proof, in a sentence; "": none.
  std::string recheck;
  bool unbounded = false;  // ... which holds for any number of elements
  std::vector<ExecutionResult> executions;
};

// At most 100 columns. `color` uses ANSI sequences.
std::string confluence_text(const ConfluenceReport& report, bool color);
// docs/confluence.md lists the keys. The same specification gives the same bytes.
std::string confluence_json(const ConfluenceReport& report);
// One self-contained page.
std::string confluence_html(const ConfluenceReport& report);

}  // namespace tribunal::reports
