#include "spec/trial.h"

#include <algorithm>

#include "spec/group.h"

namespace tribunal::spec {
namespace {

bool mints_properly(const Spec& spec, const Run& run) {
  bool proper = true;
  std::vector<std::pair<std::uint32_t, std::int64_t>> minted;
  for_each_argument(spec, run, [&](auto& step, const Parameter& parameter, std::int64_t argument) {
    const std::pair element(parameter.type.index, argument);
    if (parameter.minted == Minted::self) proper &= argument == step.replica;
    if (parameter.minted != Minted::fresh) return;
    proper &= std::count(minted.begin(), minted.end(), element) == 0;
    minted.push_back(element);
  });
  return proper;
}

}  // namespace

bool Trial::accept(Run candidate) {
  if (!mints_properly(layout_->spec(), candidate)) return false;
  Group group(*layout_, replicas_of(candidate));
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    const Step& step = candidate[i];
    if (step.what == Step::What::execute) {
      const Outcome outcome = group.execute(step.replica, step.transaction, step.arguments);
      if (outcome != Outcome::committed) return false;
      continue;
    }
    if (!group.merge(step.replica, step.from)) continue;
    const std::vector<std::uint32_t> violated = group.violations(step.replica);
    if (group.overflowed()) return false;
    if (violated.empty()) continue;
    if (!std::binary_search(violated.begin(), violated.end(), invariant_)) return false;
    candidate.resize(i + 1);
    run_ = std::move(candidate);
    return true;
  }
  return false;
}

bool names_replicas(const Spec& spec, Type type) {
  for (const Transaction& transaction : spec.transactions) {
    for (const Parameter& parameter : transaction.parameters) {
      if (parameter.minted == Minted::self && parameter.type == type) return true;
    }
  }
  return false;
}

}  // namespace tribunal::spec
