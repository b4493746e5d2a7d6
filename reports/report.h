// Everything a person or a script is shown of a run or a check: results.json, report.html and the
// terminal summary are three views of one Results.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::reports {

// How a run came about. Empty fields are left out (a history checked from a file has only
// `source`).
struct RunInfo {
  std::string version;   // of this program
  std::string name;      // of the scenario, or the file checked
  std::string source;    // "run" or "file"
  std::string scenario;  // TOML that `tribunal run` reads
  std::string replay;    // the exact command that repeats the run
  std::uint64_t seed = 0;
  std::string mode, workload, nemesis, cluster, latency;
  std::uint32_t nodes = 0;
  std::uint32_t concurrency = 0;
  Duration length{};  // of the run, virtual or real
  std::string
      trace;  // rolling hash of everything that happened, 16 hex digits; "": not deterministic
};

struct ProtocolFinding {
  Time at{};
  std::string node;  // "n1"
  std::string property;
  std::string detail;
};

// What the store said about itself: leader changes and other marks for the timeline.
struct Mark {
  Time at{};
  std::string node;
  std::string text;  // "became leader of term 3"
};

struct Results {
  checker::Validity valid = checker::Validity::unknown;  // of the expected models together
  std::vector<std::string> expected;                     // consistency models
  std::map<std::string, checker::Validity> models;
  // What the cluster itself showed, e.g. "protocol", "termination"; part of `models` too.
  std::map<std::string, checker::Validity> cluster;
  std::string strongest;         // strongest model that survived, or ""
  std::string weakest_violated;  // weakest model that was violated, or ""
  std::vector<checker::Check> checks;
  std::vector<ProtocolFinding> protocol;
  std::vector<Mark> marks;
  std::uint64_t messages = 0;
  std::string failure;  // the cluster itself broke: why, several lines perhaps; "": it did not
  RunInfo run;
};

// ---- measured from the history (measure.cpp) ----
struct Counts {
  std::uint64_t ok = 0, fail = 0, info = 0;
  std::uint64_t total() const { return ok + fail + info; }
};
struct Quantiles {  // of ok operations, milliseconds
  double p50 = 0, p95 = 0, p99 = 0, p999 = 0, max = 0;
};
struct Phase {  // a span of time with the same set of active faults
  Time start{}, end{};
  std::vector<std::string> faults;  // empty: healthy
  Counts counts;
};
struct Measurements {
  bool timed = false;  // the history has time stamps: latencies and spans of phases mean something
  Counts all;
  std::map<std::string, Counts> by_f;
  std::map<std::string, Quantiles> latency_by_f;
  Quantiles latency;
  std::vector<Phase> phases;  // from start-*/stop-* events of the nemesis
  std::uint64_t lost_acknowledged =
      0;  // distinct acknowledged elements/writes in anomalies of that kind
  std::uint64_t stale_reads = 0;

  Counts healthy() const;  // over the phases without a fault
  Counts faulty() const;   // over the others
};
// An operation counts for the phase in which it was invoked.
Measurements measure(const history::History& history, const Results& results);

// ---- the views ----
// `seconds` of a check is the only field that depends on the machine. Without it the document is
// the same whenever the same scenario and seed are run: what a replay compares.
enum class Timing { include, omit };

// docs/results.md describes every key. Any bytes in the history give valid JSON (UTF-8).
std::string results_json(const Results& results, const history::History& history,
                         Timing timing = Timing::include);

// One self-contained page that asks nothing of the network. It holds no machine-dependent timing,
// so the same run gives the same bytes. At most `limit` bytes: what does not fit is left out, and
// the page says so.
inline constexpr std::size_t html_report_limit = std::size_t{8} << 20;
std::string html_report(const Results& results, const history::History& history,
                        std::size_t limit = html_report_limit);

// At most 100 columns, except for the last lines, which are to be copied. Ends with the replay line
// and the report's path when they are known. `color` uses ANSI sequences.
std::string terminal_summary(const Results& results, const history::History& history,
                             const std::string& report_path, bool color);

}  // namespace tribunal::reports
