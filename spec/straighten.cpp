// A simpler shape for a violating run: two branches of two replicas if it goes, in a fixed order.
#include <algorithm>
#include <numeric>
#include <tuple>

#include "spec/trial.h"

namespace tribunal::spec {
namespace {

using What = Step::What;

void append(Run& run, const Run& executions, std::uint32_t replica) {
  for (const Step& step : executions) run.emplace_back(step).replica = replica;
}

// After executions have moved.
void set_self(const Spec& spec, Run& run) {
  for_each_argument(spec, run,
                    [](const Step& step, const Parameter& parameter, std::int64_t& argument) {
                      if (parameter.minted == Minted::self) argument = step.replica;
                    });
}

bool before(const Run& a, const Run& b) {
  return std::lexicographical_compare(
      a.begin(), a.end(), b.begin(), b.end(), [](const Step& x, const Step& y) {
        return std::tie(x.transaction, x.arguments) < std::tie(y.transaction, y.arguments);
      });
}

// What happened before the branches has no merges here: `shared`.
Run branched(const Spec& spec, const Run& shared, const Run& left, const Run& right) {
  Run run;
  append(run, shared, 0);
  if (!shared.empty()) run.push_back({What::merge, 1, 0, 0, {}});
  append(run, left, 0);
  append(run, right, 1);
  run.push_back({What::merge, 0, 1, 0, {}});
  set_self(spec, run);
  return run;
}

// What both sides of the last merge know happens at replica 0 and comes to replica 1; then one side
// goes on at 0 and the other at 1.
bool branch(Trial& trial) {
  const Run& run = trial.run();
  const std::vector<std::vector<bool>> known = knowledge(run, run.size() - 1);
  Run shared, left, right;
  std::size_t next = 0;
  for (const Step& step : run) {
    if (step.what == What::merge) continue;
    const std::size_t execution = next++;
    const bool ours = known[run.back().replica][execution];
    const bool theirs = known[run.back().from][execution];
    if (ours && theirs) shared.push_back(step);
    if (ours && !theirs) left.push_back(step);
    if (theirs && !ours) right.push_back(step);
  }
  if (before(right, left)) std::swap(left, right);
  const Run one = branched(trial.layout().spec(), shared, left, right);
  if (one.size() > run.size()) return false;
  return trial.accept(one) || trial.accept(branched(trial.layout().spec(), shared, right, left));
}

// The branches exchange their replicas.
void exchange_branches(Trial& trial) {
  const auto shape = branches(trial.run());
  if (!shape || !before(shape->right, shape->left)) return;
  const Step last = trial.run().back();
  Run run = shape->prefix;
  append(run, shape->right, last.replica);
  append(run, shape->left, last.from);
  run.push_back(last);
  set_self(trial.layout().spec(), run);
  trial.accept(std::move(run));
}

// Everything that happens at one replica happens at another instead.
void join_replicas(Trial& trial, std::uint32_t from, std::uint32_t to) {
  Run run;
  for (Step step : trial.run()) {
    if (step.replica == from) step.replica = to;
    if (step.what == What::merge && step.from == from) step.from = to;
    if (step.what == What::execute || step.from != step.replica) run.push_back(std::move(step));
  }
  set_self(trial.layout().spec(), run);
  trial.accept(std::move(run));
}

// `order`: new to old. Elements that stand for replicas go with them.
Run renumbered(const Spec& spec, Run run, const std::vector<std::uint32_t>& order) {
  std::vector<std::uint32_t> renamed(order.size());  // old to new
  for (std::uint32_t i = 0; i < order.size(); ++i) renamed[order[i]] = i;
  for (Step& step : run) {
    step.replica = renamed[step.replica];
    if (step.what == What::merge) step.from = renamed[step.from];
  }
  for_each_argument(spec, run,
                    [&](const Step&, const Parameter& parameter, std::int64_t& argument) {
                      const auto element = static_cast<std::size_t>(argument);
                      const bool named = names_replicas(spec, parameter.type);
                      if (named && element < renamed.size()) argument = renamed[element];
                    });
  return run;
}

// Unused replicas go, and the last merge is at 0 and from 1, if that makes no difference.
void renumber_replicas(Trial& trial) {
  const Spec& spec = trial.layout().spec();
  std::vector<bool> used(replicas_of(trial.run()));
  for (const Step& step : trial.run()) {
    used[step.replica] = true;
    if (step.what == What::merge) used[step.from] = true;
  }
  std::vector<std::uint32_t> order(used.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_partition(order.begin(), order.end(), [&](std::uint32_t r) { return used[r]; });
  trial.accept(renumbered(spec, trial.run(), order));

  const Step last = trial.run().back();
  std::iota(order.begin(), order.end(), 0U);
  std::stable_partition(order.begin(), order.end(),
                        [&](std::uint32_t r) { return r == last.replica || r == last.from; });
  if (order[0] != last.replica) std::swap(order[0], order[1]);
  trial.accept(renumbered(spec, trial.run(), order));
}

bool touches(const Step& step, std::uint32_t replica) {
  return step.replica == replica || (step.what == What::merge && step.from == replica);
}

// Whether b should come first: neighbours that have nothing to do with one another stand by
// replica, merges, too, and executions of one replica by transaction.
bool disorderly(const Step& a, const Step& b) {
  const bool executions = a.what == What::execute && b.what == What::execute;
  if (executions && a.replica == b.replica) return b.transaction < a.transaction;
  const bool merges = a.what == What::merge && b.what == What::merge;
  const bool apart = !touches(a, b.replica) && (b.what == What::execute || !touches(a, b.from));
  return (apart || merges) && b.replica < a.replica;
}

}  // namespace

void straighten(Trial& trial) {
  if (branch(trial)) return;
  exchange_branches(trial);
  for (std::uint32_t to = 0; to < replicas_of(trial.run()); ++to) {
    for (std::uint32_t from = replicas_of(trial.run()); from-- > to + 1;) {
      join_replicas(trial, from, to);
    }
  }
  renumber_replicas(trial);
}

void order_steps(Trial& trial) {
  for (std::size_t rest = trial.run().size(); rest > 0; --rest) {
    for (std::size_t i = 0; i + 1 < trial.run().size(); ++i) {
      Run run = trial.run();
      if (!disorderly(run[i], run[i + 1])) continue;
      std::swap(run[i], run[i + 1]);
      trial.accept(std::move(run));
    }
  }
}

}  // namespace tribunal::spec
