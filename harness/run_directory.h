// store/<name>/<seed>/: everything a run leaves behind (docs/results.md).
#pragma once

#include <string>

#include "base/result.h"
#include "harness/run.h"

namespace tribunal::harness {

// The nodes' data of a run on processes: copied to nodes/n1/, ... when the run found a violation or
// failed, or always.
enum class Data { on_failure, keep };

// Writes the run below `store` and points store/latest at it. A directory of an earlier run is
// reused when it holds the same simulated scenario; otherwise a fresh "<seed>-2", ... is taken.
// Returns its path.
Result<std::string> write_run_directory(const std::string& store, Outcome& outcome,
                                        Data data = Data::on_failure);

// Executes the scenario of a run directory once more. The replay line is the one that the directory
// was recorded with. Errors: the scenario cannot be read or run.
Result<Outcome> run_again(const std::string& directory, const RunOptions& options);

// The documents of a run, as they are written and as replay compares them.
struct Documents {
  std::string scenario_toml;
  std::string history_edn;
  std::string history_bin;
  std::string results_json;
  std::string proof_json;  // "" when no check carries a proof
};
Documents documents(const Outcome& outcome);

// results.json without what depends on the machine: the seconds that checks took.
Result<std::string> without_timings(const std::string& results_json);

// From the results.json of a run directory; "" when it cannot be read.
std::string recorded_replay_line(const std::string& directory);
std::string recorded_version(const std::string& directory);

Result<std::string> read_text(const std::string& path);
Status write_text(const std::string& path, const std::string& text);

}  // namespace tribunal::harness
