#include "spec/simulate.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>

#include "base/choices.h"
#include "spec/group.h"

namespace tribunal::spec {
namespace {

// Numbers near those of the specification, where its comparisons change, and a few small ones.
std::vector<std::int64_t> interesting_integers(const Spec& spec) {
  std::vector<std::int64_t> centres = {0, 2};
  for (const Constant& constant : spec.constants) centres.push_back(constant.value);
  for (const Variable& variable : spec.variables) {
    if (variable.type.base == Type::Base::integer) centres.push_back(variable.initial);
  }
  for (const Expr& expr : spec.exprs) {
    if (expr.op == Operator::literal && expr.type.base == Type::Base::integer) {
      centres.push_back(expr.value);
    }
  }
  std::vector<std::int64_t> integers;
  for (const std::int64_t centre : centres) {
    integers.push_back(centre);
    if (centre > std::numeric_limits<std::int64_t>::min()) integers.push_back(centre - 1);
    if (centre < std::numeric_limits<std::int64_t>::max()) integers.push_back(centre + 1);
  }
  std::sort(integers.begin(), integers.end());
  integers.erase(std::unique(integers.begin(), integers.end()), integers.end());
  return integers;
}

// One random run. How often it merges, which transactions and numbers it uses and how long it stays
// at a replica differs from run to run, so that long divergence, criss-cross merges, and deep
// states of few transactions all come up (swarm testing: Groce et al., ISSTA 2012).
class RandomRun {
 public:
  RandomRun(const Layout& layout, const std::vector<std::int64_t>& integers,
            const SimulationOptions& options, std::uint64_t number, Simulation& simulation)
      : layout_(layout),
        choices_(options.seed, number),
        group_(layout, 2 + pick("replicas"_site, std::max(options.replicas, 2U) - 1)),
        steps_(options.steps),
        simulation_(simulation) {
    constexpr std::array<std::uint32_t, 4> merges = {100'000, 200'000, 350'000, 550'000};
    constexpr std::array<std::uint32_t, 3> stays = {0, 500'000, 850'000};
    merge_ppm_ = merges.at(pick("merges"_site, merges.size()));
    stay_ppm_ = stays.at(pick("stays"_site, stays.size()));
    choose_transactions();
    choose_integers(integers);
  }

  // True if it ends in a violation.
  bool carry_out() {
    if (transactions_.empty()) return false;
    for (std::uint32_t tries = 0; tries < 2 * steps_ && run_.size() < steps_; ++tries) {
      if (!choices_.chance("merge"_site, merge_ppm_)) {
        execute();
      } else if (choices_.chance("synchronise"_site, 200'000) ? synchronise() : merge_two()) {
        return true;
      } else if (group_.overflowed()) {
        return false;
      }
    }
    return synchronise();
  }

  Run run() && { return std::move(run_); }

 private:
  std::uint32_t pick(Site site, std::size_t bound) {
    return static_cast<std::uint32_t>(choices_.below(site, bound));
  }

  void choose_transactions() {
    const auto all = static_cast<std::uint32_t>(layout_.spec().transactions.size());
    for (std::uint32_t t = 0; t < all; ++t) {
      if (choices_.chance("use"_site, 750'000)) transactions_.push_back(t);
    }
    if (!transactions_.empty()) return;
    for (std::uint32_t t = 0; t < all; ++t) transactions_.push_back(t);
  }

  void choose_integers(const std::vector<std::int64_t>& integers) {
    integers_ = integers;
    if (choices_.chance("all-integers"_site, 500'000)) return;
    integers_.clear();
    for (int i = 0; i < 3; ++i) {
      integers_.push_back(integers[pick("integer-of-run"_site, integers.size())]);
    }
  }

  void execute() {
    if (!choices_.chance("stay"_site, stay_ppm_)) here_ = pick("replica"_site, group_.size());
    for (int tries = 0; tries < 4; ++tries) {
      Step step;
      step.replica = here_;
      step.transaction = transactions_[pick("transaction"_site, transactions_.size())];
      if (!choose_arguments(step)) continue;
      if (group_.execute(here_, step.transaction, step.arguments) != Outcome::committed) continue;
      note_minted(step);
      ++simulation_.committed[step.transaction];
      run_.push_back(std::move(step));
      return;
    }
  }

  // False: an element cannot be minted.
  bool choose_arguments(Step& step) {
    for (const Parameter& parameter : layout_.spec().transactions[step.transaction].parameters) {
      if (parameter.type.base == Type::Base::integer) {
        step.arguments.push_back(integers_[pick("integer"_site, integers_.size())]);
        continue;
      }
      const bool boolean = parameter.type.base == Type::Base::boolean;
      const std::uint32_t size = boolean ? 2 : layout_.size_of(parameter.type);
      std::int64_t element = pick("element"_site, size);
      if (parameter.minted == Minted::self) element = step.replica;
      if (element >= size) return false;
      if (parameter.minted == Minted::fresh &&
          std::count(minted_.begin(), minted_.end(), std::pair(parameter.type.index, element)) !=
              0) {
        return false;
      }
      step.arguments.push_back(element);
    }
    return true;
  }

  void note_minted(const Step& step) {
    const auto& parameters = layout_.spec().transactions[step.transaction].parameters;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].minted != Minted::fresh) continue;
      minted_.emplace_back(parameters[i].type.index, step.arguments[i]);
    }
  }

  bool merge_two() {
    const std::uint32_t to = pick("to"_site, group_.size());
    const std::uint32_t from = pick("from"_site, group_.size() - 1);
    return merge(to, from + (from >= to ? 1 : 0));
  }

  // All replicas get all events, by way of the first.
  bool synchronise() {
    for (std::uint32_t r = 1; r < group_.size(); ++r) {
      if (merge(0, r)) return true;
    }
    for (std::uint32_t r = 1; r < group_.size(); ++r) {
      if (merge(r, 0)) return true;
    }
    return false;
  }

  bool merge(std::uint32_t to, std::uint32_t from) {
    if (!group_.merge(to, from)) return false;
    run_.push_back({Step::What::merge, to, from, 0, {}});
    const bool violates = !group_.violations(to).empty();
    return violates && !group_.overflowed();
  }

  const Layout& layout_;
  Choices choices_;
  Group group_;
  std::uint32_t steps_;
  Simulation& simulation_;
  std::uint32_t merge_ppm_ = 0;
  std::uint32_t stay_ppm_ = 0;
  std::vector<std::uint32_t> transactions_;
  std::vector<std::int64_t> integers_;
  std::vector<std::pair<std::uint32_t, std::int64_t>> minted_;  // (sort, element), by anybody
  std::uint32_t here_ = 0;
  Run run_;
};

}  // namespace

Simulation simulate(const Layout& layout, const SimulationOptions& options) {
  const std::vector<std::int64_t> integers = interesting_integers(layout.spec());
  Simulation simulation;
  simulation.committed.resize(layout.spec().transactions.size());
  while (simulation.runs < options.runs) {
    RandomRun run(layout, integers, options, simulation.runs, simulation);
    ++simulation.runs;
    if (!run.carry_out()) continue;
    simulation.violating = minimise(layout, std::move(run).run());
    break;
  }
  return simulation;
}

}  // namespace tribunal::spec
