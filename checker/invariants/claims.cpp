#include "checker/invariants/claims.h"

#include <fmt/format.h>

#include "checker/invariants/findings.h"

namespace tribunal::checker::invariants {
namespace {

bool is_claim(const History& history, const Operation& operation) {
  const history::Value value = history.value(operation.invoked);
  return value.is_sequence() && value.items().size() == 2 && value.items()[0].is_nil();
}

void judge(const History& history, const KeyOperations& key, Findings& findings) {
  std::vector<Operation> owners;
  std::vector<std::uint32_t> invocations;
  for (const Operation& operation : key.operations) {
    if (operation.outcome != EventType::ok || !is_claim(history, operation)) continue;
    owners.push_back(operation);
    invocations.push_back(operation.invocation);
  }
  if (owners.size() < 2) return;
  const auto owner = [&](const Operation& claim) {
    return history.value(claim.invoked).items()[1].show();
  };
  findings.add(
      "claimed twice", key, invocations,
      fmt::format("The name {} was given to {} for {}, and to {} for {}{}.",
                  key.has_key ? history.value(key.key).show() : "that all share", who(owners[0]),
                  owner(owners[0]), who(owners[1]), owner(owners[1]),
                  owners.size() == 2 ? "" : fmt::format(", and {} times more", owners.size() - 2)));
}

}  // namespace

Check check_unique_claims(const History& history) {
  Check check;
  Findings findings(check, "unique-claims", "unique-claims");
  for (const KeyOperations& key : operations_by_key(history, {"cas"})) {
    check.operations += key.operations.size();
    judge(history, key, findings);
  }
  check.steps = check.operations;
  findings.conclude(check.operations == 0 ? "nobody claimed a name" : "");
  return check;
}

}  // namespace tribunal::checker::invariants
