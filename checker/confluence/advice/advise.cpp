// Advice put together from its parts; whatever claims to be enough is proven here.
#include <algorithm>

#include <z3++.h>

#include "checker/confluence/advice/parts.h"
#include "checker/confluence/encoding/diamond.h"
#include "checker/confluence/encoding/origin_rule.h"
#include "spec/parse.h"

namespace tribunal::checker::confluence {
namespace {

std::vector<std::uint32_t> invariants_in_danger(const Decision& decision) {
  std::vector<std::uint32_t> found;
  for (const Conflict& c : decision.conflicts) found.push_back(c.invariant);
  if (decision.counterexample) found.push_back(decision.violated);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

// Whether the origin rule proves these transactions confluent, started from any reachable state,
// when `coordination` keeps some of them apart. The facts are those of all transactions, so they
// hold in whatever state a phase begins.
bool is_safe(const spec::Spec& spec, const Decision& decision,
             const std::vector<std::uint32_t>& transactions, const Coordination& coordination,
             const Options& options) {
  spec::Spec part = spec;
  part.transactions.clear();
  for (const std::uint32_t t : transactions) part.transactions.push_back(spec.transactions[t]);
  const spec::Layout layout(part, decision.scope.sizes);
  encoding::Problem problem(layout, options.effort);
  if (!encoding::shrinking(problem, decision.facts).empty()) return false;
  bool complete = true;
  return encoding::origins_are_safe(problem, decision.facts, complete, coordination);
}

// The candidates that are confluent. One that lets a transaction never commit which could before
// is no repair.
std::vector<Variant> verified(const Decision& decision, std::vector<Variant> candidates,
                              const Options& options) {
  std::vector<Variant> kept;
  Options quick = options;
  quick.conflicts = false;
  quick.most_per_side = 1;
  for (Variant& variant : candidates) {
    const auto parsed = spec::parse(variant.spec);
    if (!parsed) continue;  // a policy that does not allow what the transactions do
    const Decision answer = decide(*parsed, quick);
    const bool lost = answer.never.size() > decision.never.size() ||
                      answer.unseen.size() > decision.unseen.size();
    if (answer.verdict != Verdict::confluent || lost) continue;
    variant.route = answer.route;
    kept.push_back(std::move(variant));
  }
  return kept;
}

Advice assemble(const spec::Spec& spec, const Decision& decision, const Options& options) {
  Advice advice;
  std::vector<std::uint32_t> all;
  for (std::uint32_t t = 0; t < spec.transactions.size(); ++t) all.push_back(t);
  advice.locks = advice::locks(spec, decision.conflicts);
  advice.locks_proven = !advice.locks.empty() &&
                        is_safe(spec, decision, all, advice::coordination(advice.locks), options);
  advice.cover = advice::cover(spec, decision.conflicts);
  for (auto& phase : advice::free_of_conflict(spec, decision.conflicts)) {
    const bool proven = is_safe(spec, decision, phase, {}, options);
    advice.phases.push_back({std::move(phase), proven});
  }
  const std::vector<std::uint32_t> invariants = invariants_in_danger(decision);
  std::vector<Variant> candidates = advice::escrows(spec, invariants);
  for (Variant& repair : advice::repairs(spec, invariants)) candidates.push_back(std::move(repair));
  advice.variants = verified(decision, std::move(candidates), options);
  if (decision.counterexample) {
    advice.apology = advice::apology(spec::Layout(spec, decision.scope.sizes), decision);
  }
  return advice;
}

}  // namespace

Advice advise(const spec::Spec& spec, const Decision& decision, const Options& options) {
  try {
    return assemble(spec, decision, options);
  } catch (const z3::exception&) {  // what was not proven is not advised
    Advice plain;
    plain.locks = advice::locks(spec, decision.conflicts);
    plain.cover = advice::cover(spec, decision.conflicts);
    return plain;
  }
}

}  // namespace tribunal::checker::confluence
