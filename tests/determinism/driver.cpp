// Prints one line of hashes for each of a set of runs. Every build of this program (compilers,
// optimisation levels, sanitizers) must print the same; compare.sh checks that.
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/hash.h"
#include "harness/run.h"
#include "harness/run_directory.h"

using namespace tribunal;

namespace {

struct Case {
  const char* mode;
  const char* workload;
  const char* nemesis;
  const char* latency;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> list = {
      {"single-leader", "register", "none", "lan"},
      {"single-leader", "register:keys=3", "partition,kill,pause", "wan"},
      {"single-leader:replication=async,fencing=off,read=leader", "register",
       "partition:targets=leader", "lan"},
      {"single-leader:replication=semi-sync,read=any,fsync=interval", "register:values=5",
       "power-loss,slow,lossy", "exponential:2ms"},
      {"single-leader:election=clock,dedup=off", "set", "clock,duplicate,reorder", "lnkd-disk"},
      {"single-leader:election=visible", "register", "partition:targets=bridge", "uniform:1ms-9ms"},
      {"raft:snapshot-every=20", "register", "partition,kill,membership", "lan"},
      {"raft:read=lease,fsync=interval", "queue", "power-loss,clock,swizzle", "uniform:1ms-9ms"},
      {"multi-leader", "set", "partition,kill,lossy,duplicate", "lan"},
      {"multi-leader:conflict=lww,clock=wall,topology=ring", "causal", "clock,slow", "wan"},
      {"leaderless:write=read-first,read-repair=sync", "register:cas=0", "partition,pause", "lan"},
      {"leaderless:conflict=siblings,sloppy=on", "counter:final-only=on", "partition,kill",
       "lnkd-disk"},
  };
  return list;
}

std::uint64_t digest(const std::string& text) { return hash_text(text); }

}  // namespace

int main() {
  for (const Case& one : cases()) {
    for (std::uint64_t seed : {1, 2}) {
      harness::Scenario scenario;
      scenario.mode = one.mode;
      scenario.workload = one.workload;
      scenario.nemesis = one.nemesis;
      scenario.latency = one.latency;
      scenario.time = seconds(30);
      scenario.seed = seed;
      harness::RunOptions options;
      options.check.step_budget =
          2'000'000;  // a deterministic limit: an unknown is the same everywhere
      options.trace = true;
      const auto outcome = harness::run(scenario, options);
      if (!outcome) {
        fmt::print("{}: {}\n", one.mode, outcome.error().message);
        return 1;
      }
      const harness::Documents docs = harness::documents(*outcome);
      fmt::print(
          "{} {} {} seed {}: events {} history {:016x} trace {:016x} {:016x} results {:016x} proof "
          "{:016x} {}\n",
          one.mode, one.workload, one.nemesis, seed, outcome->history.size(),
          digest(docs.history_edn), outcome->trace_hash, digest(outcome->trace),
          digest(harness::without_timings(docs.results_json).value()), digest(docs.proof_json),
          checker::name(outcome->results.valid));
    }
  }
  return 0;
}
