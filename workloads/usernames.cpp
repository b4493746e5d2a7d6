// Names that belong to whoever claims them first.
#include <algorithm>

#include "base/choices.h"
#include "checker/invariants/claims.h"
#include "workloads/kinds.h"

namespace tribunal::workloads {
namespace {

using history::Value;

struct Plan {
  std::uint64_t seed = 0;
  std::uint64_t contenders = 0;
  std::uint64_t claims = 0;
  std::uint64_t reads = 0;
};

// A name is claimed by `contenders` operations in succession, so mostly by several clients at once.
// Each claim names an owner of its own: one more than its place among all operations.
Template operation(const Plan& plan, std::uint64_t ordinal) {
  const std::uint64_t name = ordinal / plan.contenders;
  const Value key = Value::integer(static_cast<std::int64_t>(name));
  const std::uint64_t kind =
      draw(plan.seed, 0, "usernames-kind"_site, ordinal, plan.claims + plan.reads);
  if (kind < plan.reads) {
    const std::uint64_t back = draw(plan.seed, 0, "usernames-back"_site, ordinal, 5);
    return {
        "read", {}, Value::integer(static_cast<std::int64_t>(name - std::min(name, back))), true};
  }
  const Value owner = Value::integer(static_cast<std::int64_t>(ordinal) + 1);
  return {"cas", Value::pair(Value(), owner), key, true};
}

}  // namespace

Schema usernames_schema() {
  return {"usernames",
          "claim names, several clients each at about the same time; a name has one owner",
          {number("contenders", "4", 1, 1'000, "operations in succession that are about one name"),
           number("claims", "3", 1, 1'000, "weight of claims"),
           number("reads", "1", 0, 1'000, "weight of reads of recent names")}};
}

Result<Workload> make_usernames(const Settings& settings, const WorkloadOptions& options) {
  const Plan plan{options.seed, natural(settings, "contenders"), natural(settings, "claims"),
                  natural(settings, "reads")};
  Workload workload;
  workload.main =
      main_phase(each([plan](std::uint64_t ordinal) { return operation(plan, ordinal); }), options);
  workload.decides = register_models();
  workload.decides.push_back("unique-claims");
  workload.check = [](const history::History& history, const checker::Options& how) {
    std::vector<checker::Check> checks = check_registers(history, how);
    checks.push_back(checker::invariants::check_unique_claims(history));
    return checks;
  };
  return workload;
}

}  // namespace tribunal::workloads
