#include <algorithm>
#include <cassert>
#include <numeric>

#include "spec/group.h"
#include "spec/simulate.h"

namespace tribunal::spec {
namespace {

using What = Step::What;

// Whether minted arguments are what Step says.
bool mints_properly(const Spec& spec, const Run& run) {
  std::vector<std::pair<std::uint32_t, std::int64_t>> minted;
  for (const Step& step : run) {
    if (step.what == What::merge) continue;
    const std::vector<Parameter>& parameters = spec.transactions[step.transaction].parameters;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const std::pair element(parameters[i].type.index, step.arguments[i]);
      if (parameters[i].minted == Minted::self && element.second != step.replica) return false;
      if (parameters[i].minted != Minted::fresh) continue;
      if (std::count(minted.begin(), minted.end(), element) != 0) return false;
      minted.push_back(element);
    }
  }
  return true;
}

// The executions among the steps whose type in the specification is T: visits (step, parameter,
// argument).
template <class Visit>
void for_each_argument(const Spec& spec, Run& run, Visit visit) {
  for (Step& step : run) {
    if (step.what == What::merge) continue;
    const std::vector<Parameter>& parameters = spec.transactions[step.transaction].parameters;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      visit(step, parameters[i], step.arguments[i]);
    }
  }
}

// Simpler numbers come first: 0, 1, -1, 2, ...
std::uint64_t complexity(std::int64_t value) {
  const auto magnitude = static_cast<std::uint64_t>(value);
  return value > 0 ? 2 * magnitude - 1 : 2 * (0 - magnitude);
}

class Minimiser {
 public:
  Minimiser(const Layout& layout, Run run, std::uint32_t invariant)
      : layout_(layout), run_(std::move(run)), invariant_(invariant) {}

  Run minimise() && {
    if (!accept(Run(run_))) return std::move(run_);
    constexpr int rounds = 20;  // two or three in practice
    for (int round = 0; round < rounds; ++round) {
      const Run before = run_;
      drop_steps();
      straighten();
      simplify_integers();
      simplify_elements();
      order_steps();
      if (run_ == before) break;
    }
    return std::move(run_);
  }

 private:
  // Takes the candidate, up to its violation, if it is a proper one.
  bool accept(Run candidate) {
    if (!mints_properly(layout_.spec(), candidate)) return false;
    Group group(layout_, replicas_of(candidate));
    for (std::size_t i = 0; i < candidate.size(); ++i) {
      const Step& step = candidate[i];
      if (step.what == What::execute) {
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

  // Chunks of half the run, of a quarter, and so on (Zeller, Hildebrandt: Simplifying and Isolating
  // Failure-Inducing Input, TSE 2002), then single steps until none can go.
  void drop_steps() {
    for (std::size_t chunk = std::max<std::size_t>(run_.size() / 2, 1);;) {
      bool dropped = false;
      for (std::size_t at = 0; at < run_.size();) {
        Run candidate = run_;
        const auto from = candidate.begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t count = std::min(chunk, run_.size() - at);
        candidate.erase(from, from + static_cast<std::ptrdiff_t>(count));
        if (accept(std::move(candidate))) {
          dropped = true;
        } else {
          at += chunk;
        }
      }
      if (chunk == 1 && !dropped) return;
      chunk = std::max<std::size_t>(chunk / 2, 1);
    }
  }

  // What both sides of the last merge know happens at replica 0 and comes to replica 1; then one
  // side goes on at 0 and the other at 1. Else replicas are only renumbered.
  void straighten() {
    const Step last = run_.back();
    const std::vector<std::vector<bool>> known = knowledge(run_, run_.size() - 1);
    Run prefix, left, right;
    std::size_t next = 0;
    for (const Step& step : run_) {
      if (step.what == What::merge) continue;
      const std::size_t execution = next++;
      const bool ours = known[last.replica][execution];
      const bool theirs = known[last.from][execution];
      if (ours && theirs) prefix.push_back(step);
      if (ours && !theirs) left.push_back(step);
      if (theirs && !ours) right.push_back(step);
    }
    if (before(right, left)) std::swap(left, right);
    const Run one = branched(prefix, left, right);
    const Run other = branched(prefix, right, left);
    if (one.size() <= run_.size() && (accept(one) || accept(other))) return;
    renumber_replicas();
  }

  static bool before(const Run& a, const Run& b) {
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(), [](const Step& x, const Step& y) {
          return std::tie(x.transaction, x.arguments) < std::tie(y.transaction, y.arguments);
        });
  }

  Run branched(const Run& prefix, const Run& left, const Run& right) const {
    Run run = prefix;
    for (Step& step : run) step.replica = 0;
    if (!prefix.empty()) run.push_back({What::merge, 1, 0, 0, {}});
    for (const Step& step : left) (run.emplace_back(step)).replica = 0;
    for (const Step& step : right) (run.emplace_back(step)).replica = 1;
    run.push_back({What::merge, 0, 1, 0, {}});
    for_each_argument(layout_.spec(), run,
                      [](const Step& step, const Parameter& parameter, std::int64_t& argument) {
                        if (parameter.minted == Minted::self) argument = step.replica;
                      });
    return run;
  }

  // Unused replicas go, and the last merge is at 0 and from 1, if that makes no difference.
  void renumber_replicas() {
    std::vector<bool> used(replicas_of(run_));
    for (const Step& step : run_) {
      used[step.replica] = true;
      if (step.what == What::merge) used[step.from] = true;
    }
    std::vector<std::uint32_t> order(used.size());  // new to old
    std::iota(order.begin(), order.end(), 0U);
    std::stable_partition(order.begin(), order.end(), [&](std::uint32_t r) { return used[r]; });
    accept(renumbered(order));
    const Step last = run_.back();
    std::iota(order.begin(), order.end(), 0U);
    std::stable_partition(order.begin(), order.end(),
                          [&](std::uint32_t r) { return r == last.replica || r == last.from; });
    if (order[0] != last.replica) std::swap(order[0], order[1]);
    accept(renumbered(order));
  }

  // Elements that stand for replicas go with them.
  Run renumbered(const std::vector<std::uint32_t>& order) const {
    std::vector<std::uint32_t> renamed(order.size());  // old to new
    for (std::uint32_t i = 0; i < order.size(); ++i) renamed[order[i]] = i;
    Run run = run_;
    for (Step& step : run) {
      step.replica = renamed[step.replica];
      if (step.what == What::merge) step.from = renamed[step.from];
    }
    for_each_argument(layout_.spec(), run,
                      [&](const Step&, const Parameter& parameter, std::int64_t& argument) {
                        const auto element = static_cast<std::size_t>(argument);
                        if (names_replicas(parameter.type) && element < renamed.size()) {
                          argument = renamed[element];
                        }
                      });
    return run;
  }

  bool names_replicas(Type type) const {
    for (const Transaction& transaction : layout_.spec().transactions) {
      for (const Parameter& parameter : transaction.parameters) {
        if (parameter.minted == Minted::self && parameter.type == type) return true;
      }
    }
    return false;
  }

  // Numbers that are equal stay equal first, and may differ then.
  void simplify_integers() {
    std::vector<std::int64_t> values;
    for_each_argument(layout_.spec(), run_,
                      [&](const Step&, const Parameter& parameter, std::int64_t argument) {
                        if (parameter.type.base == Type::Base::integer) values.push_back(argument);
                      });
    for (const std::int64_t value : values) replace_number(value, std::nullopt);
    for (std::size_t i = 0; i < values.size(); ++i) replace_number(0, i);
  }

  // All arguments `value`, or the one that is the `only`-th number of the run.
  void replace_number(std::int64_t value, std::optional<std::size_t> only) {
    const auto replaced = [&](std::int64_t by) {
      Run run = run_;
      std::size_t next = 0;
      for_each_argument(layout_.spec(), run,
                        [&](const Step&, const Parameter& parameter, std::int64_t& argument) {
                          if (parameter.type.base != Type::Base::integer) return;
                          const bool chosen = only ? next == *only : argument == value;
                          ++next;
                          if (chosen && complexity(by) < complexity(argument)) argument = by;
                        });
      return run;
    };
    for (const std::int64_t by : {0, 1, -1, 2, -2, 3, -3, 4, 5, 6, 7, 8}) {
      Run run = replaced(by);
      if (run != run_ && accept(std::move(run))) return;
    }
  }

  void simplify_elements() {
    std::size_t arguments = 0;
    for_each_argument(layout_.spec(), run_,
                      [&](const Step&, const Parameter&, std::int64_t) { ++arguments; });
    for (std::size_t i = 0; i < arguments; ++i) lower_element(i);
    for (std::uint32_t sort = 0; sort < layout_.sizes().size(); ++sort) rename_elements(sort);
  }

  // The `chosen`-th argument of the run, if the caller chose it among finitely many.
  void lower_element(std::size_t chosen) {
    std::int64_t found = 0;
    for (std::int64_t by = 0; by == 0 || by < found; ++by) {
      Run run = run_;
      std::size_t next = 0;
      for_each_argument(layout_.spec(), run,
                        [&](const Step&, const Parameter& parameter, std::int64_t& argument) {
                          if (next++ != chosen || parameter.minted != Minted::no) return;
                          if (parameter.type.base == Type::Base::integer) return;
                          found = argument;
                          argument = std::min(argument, by);
                        });
      if (run != run_ && accept(std::move(run))) return;
    }
  }

  // Elements have no order: they are numbered as they come up.
  void rename_elements(std::uint32_t sort) {
    const Type type{Type::Base::sort, sort};
    if (names_replicas(type)) return;
    std::vector<std::int64_t> seen;
    Run run = run_;
    for_each_argument(layout_.spec(), run,
                      [&](const Step&, const Parameter& parameter, std::int64_t& argument) {
                        if (parameter.type != type) return;
                        const auto at = std::find(seen.begin(), seen.end(), argument);
                        const std::int64_t number = at - seen.begin();
                        if (at == seen.end()) seen.push_back(argument);
                        argument = number;
                      });
    if (run != run_) accept(std::move(run));
  }

  // Neighbours that have nothing to do with one another stand by replica, those of one replica by
  // transaction.
  void order_steps() {
    for (std::size_t rest = run_.size(); rest > 0; --rest) {
      for (std::size_t i = 0; i + 1 < run_.size(); ++i) {
        if (!exchangeable(run_[i], run_[i + 1])) continue;
        Run run = run_;
        std::swap(run[i], run[i + 1]);
        accept(std::move(run));
      }
    }
  }

  static bool exchangeable(const Step& a, const Step& b) {
    const auto touches = [](const Step& step, std::uint32_t replica) {
      return step.replica == replica || (step.what == What::merge && step.from == replica);
    };
    if (a.what == What::execute && b.what == What::execute && a.replica == b.replica) {
      return b.transaction < a.transaction;
    }
    const bool apart = !touches(a, b.replica) && (b.what == What::execute || !touches(a, b.from));
    return apart && b.replica < a.replica;
  }

  const Layout& layout_;
  Run run_;
  std::uint32_t invariant_;
};

}  // namespace

Run minimise(const Layout& layout, const Run& run) {
  const Replay played = replay(layout, run);
  if (!played.violation) return run;
  Run committed;
  for (std::size_t i = 0; i <= *played.violation; ++i) {
    if (played.steps[i].outcome == Outcome::committed) committed.push_back(run[i]);
  }
  const std::uint32_t invariant = played.steps[*played.violation].violated.front();
  return Minimiser(layout, std::move(committed), invariant).minimise();
}

}  // namespace tribunal::spec
