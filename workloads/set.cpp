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

struct Mix {
  std::uint64_t seed = 0;
  std::uint64_t adds = 0;
  std::uint64_t reads = 0;
  std::uint64_t removes = 0;
};

enum class What { add, read, remove };

What what(const Mix& mix, std::uint64_t ordinal) {
  const std::uint64_t all = mix.adds + mix.reads + mix.removes;
  const std::uint64_t drawn = draw(mix.seed, 0, "set"_site, ordinal, all);
  if (drawn < mix.reads) return What::read;
  return drawn < mix.reads + mix.removes ? What::remove : What::add;
}

// The n-th operation adds n, reads, or removes an element that an earlier operation added.
Template operation(const Mix& mix, std::uint64_t ordinal) {
  const What it = what(mix, ordinal);
  if (it == What::read) return {"read", {}, {}, false};
  if (it == What::remove && ordinal > 0) {
    std::uint64_t element = draw(mix.seed, 0, "element"_site, ordinal, ordinal);
    while (element > 0 && what(mix, element) != What::add) --element;
    if (what(mix, element) == What::add)
      return {"remove", Value::integer(static_cast<std::int64_t>(element)), {}, false};
  }
  return {"add", Value::integer(static_cast<std::int64_t>(ordinal)), {}, false};
}

Generator set_operations(const Mix& mix) {
  return each([mix](std::uint64_t ordinal) { return operation(mix, ordinal); });
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
           number("reads", "0", 0, 1'000, "weight of reads of the whole set while faults happen"),
           number("removes", "0", 0, 1'000, "weight of removes of elements added before")}};
}

Result<Workload> make_set(const Settings& settings, const WorkloadOptions& options) {
  const Mix mix{options.seed, natural(settings, "adds"), natural(settings, "reads"),
                natural(settings, "removes")};
  const bool removes = mix.removes > 0;
  Workload workload;
  workload.reads = Reads::members;
  workload.main = main_phase(set_operations(mix), options);
  workload.final = final_reads();
  workload.decides = {"set"};
  if (!removes) workload.decides.insert(workload.decides.begin(), "linearizable");
  workload.check = [removes](const history::History& history, const Options& how) {
    if (!removes) return check_both(history, how);
    return std::vector<Check>{checker::invariants::check_set(history)};
  };
  return workload;
}

Schema grow_schema() {
  return {"grow",
          "add unique integers to one set and read it; nothing may be lost, but reads may lag",
          {number("adds", "10", 1, 1'000, "weight of adds"),
           number("reads", "1", 0, 1'000, "weight of reads of the whole set while faults happen")}};
}

Result<Workload> make_grow(const Settings& settings, const WorkloadOptions& options) {
  const Mix mix{options.seed, natural(settings, "adds"), natural(settings, "reads"), 0};
  Workload workload;
  workload.reads = Reads::members;
  workload.main = main_phase(set_operations(mix), options);
  workload.final = final_reads();
  workload.decides = {"set"};
  workload.check = [](const history::History& history, const Options&) {
    return std::vector<Check>{checker::invariants::check_set(history)};
  };
  return workload;
}

}  // namespace tribunal::workloads
