// A set that grows.
#include <algorithm>

#include "base/choices.h"
#include "checker/invariants/set_analysis.h"
#include "workloads/kinds.h"

namespace tribunal::workloads {
namespace {

using checker::Check;
using checker::Options;
using checker::Validity;
using history::Value;

// Adds of unique integers, mixed with reads by weight: the n-th operation adds n, or reads.
Generator set_operations(std::uint64_t seed, std::uint64_t adds, std::uint64_t reads) {
  return each([=](std::uint64_t ordinal) -> Template {
    if (draw(seed, 0, "set"_site, ordinal, adds + reads) < reads)
      return {"read", Value(), {}, false};
    return {"add", Value::integer(static_cast<std::int64_t>(ordinal)), {}, false};
  });
}

// The set's own check finds what matters in one pass. The search for an order proves the rest: it
// is quick on what is linearizable, but refuting a read of thousands of elements may take it for
// ever; when the first check has already condemned the history, it gets a bounded number of steps.
std::vector<Check> check_both(const history::History& history, Options options) {
  constexpr std::uint64_t enough = 500'000;
  std::vector<Check> checks{checker::invariants::check_set(history)};
  if (checks.front().validity == Validity::invalid) {
    options.step_budget = options.step_budget == 0 ? enough : std::min(options.step_budget, enough);
  }
  checks.push_back(linearizable(history, options, "set"));
  return checks;
}

}  // namespace

Schema set_schema() {
  return {"set",
          "add unique integers to one set; after recovery every client reads all of it",
          {number("adds", "1", 1, 1'000, "weight of adds"),
           number("reads", "0", 0, 1'000, "weight of reads of the whole set while faults happen")}};
}

Result<Workload> make_set(const Settings& settings, const WorkloadOptions& options) {
  Workload workload;
  workload.main =
      main_phase(set_operations(options.seed, static_cast<std::uint64_t>(settings.integer("adds")),
                                static_cast<std::uint64_t>(settings.integer("reads"))),
                 options);
  workload.final = final_reads();
  workload.reads = Reads::members;
  workload.decides = {"linearizable", "set"};
  workload.check = [](const history::History& history, const Options& how) {
    return check_both(history, how);
  };
  return workload;
}

}  // namespace tribunal::workloads
