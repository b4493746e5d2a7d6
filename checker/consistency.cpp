// See consistency.h.
#include "checker/consistency.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>

#include <fmt/core.h>

#include "base/text.h"
#include "checker/models.h"
#include "checker/session/decide.h"

namespace tribunal::checker {

namespace {

using session::Budget;
using session::Decider;
using session::Decision;
using session::Observed;
using session::Readings;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t most_readings = 4096;

class Deciding {
 public:
  Deciding(const history::History& history, const Options& options, Readings readings)
      : history_(history), options_(options), readings_(std::move(readings)) {}

  std::vector<Check> run(const std::set<std::string>& wanted) {
    std::vector<Check> checks;
    for (const std::string& model : weaker_models()) {
      if (wanted.count(model) != 0) checks.push_back(check(model));
    }
    return checks;
  }

 private:
  Check check(const std::string& model) {
    const Clock::time_point start = Clock::now();
    Check check;
    check.name = model;
    check.model = options_.model.empty() ? "register" : options_.model;
    check.operations = history_.operations().size();
    Decision decision = decide(model);
    check.validity = decision.validity;
    check.reason = std::move(decision.reason);
    check.algorithm = std::move(decision.algorithm);
    check.steps = decision.steps;
    check.anomalies = std::move(decision.anomalies);
    check.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return check;
  }

  Decision decide(const std::string& model) {
    Decision decision;
    for (const std::string& stronger : valid_) {
      if (!implies(stronger, model)) continue;
      decision.algorithm = "implied by " + stronger;
      return decision;
    }
    if (!readings_.phantoms().empty()) return thin_air();
    if (const std::string reason = interrupted(); !reason.empty()) {
      decision.validity = Validity::unknown;
      decision.reason = reason;
      return decision;
    }
    decision = over_readings(model);
    if (decision.validity == Validity::valid && readings_.blind()) {
      decision.validity = Validity::unknown;
      decision.reason =
          "what failed compare-and-sets say about the value is only looked at by the check named "
          "linearizable";
    }
    if (decision.validity == Validity::valid) valid_.push_back(model);
    return decision;
  }

  // Valid when one reading is; invalid when none can be.
  Decision over_readings(const std::string& model) {
    if (count_ == 0) prepare();
    Decision all;
    for (std::uint64_t i = 0; i < tried_; ++i) {
      Decision decision = decider(i).decide(model);
      decision.steps += all.steps;
      if (decision.validity == Validity::valid) return decision;
      const bool first = i == 0;
      const std::uint64_t steps = decision.steps;
      if (first || decision.validity == Validity::unknown) all = std::move(decision);
      all.steps = steps;
    }
    if (tried_ == count_ || all.validity == Validity::unknown) return explained(std::move(all));
    all.validity = Validity::unknown;
    all.anomalies.clear();
    all.reason =
        "values were written more than once, and there are too many ways to say who wrote "
        "what each read saw";
    return all;
  }

  Decision explained(Decision decision) const {
    if (count_ == 1) return decision;
    for (Anomaly& anomaly : decision.anomalies) {
      anomaly.explanation += fmt::format(
          " (Values were written more than once. This is one of {} ways to say who wrote what each "
          "read saw; none of them works.)",
          count_);
    }
    return decision;
  }

  // As many readings as are cheap.
  void prepare() {
    count_ = readings_.count(most_readings + 1);
    const std::uint64_t size = std::max<std::uint64_t>(history_.size(), 1);
    tried_ = std::min(count_, std::max<std::uint64_t>(std::min(most_readings, 400'000 / size), 1));
    budget_.steps = options_.step_budget;
    if (budget_.steps == 0) budget_.steps = 2'000'000 + 20 * history_.size();
    if (options_.memory_budget != 0) {
      budget_.memory = std::min(budget_.memory, options_.memory_budget);
    }
  }

  // The one of the first reading is kept: most histories have no other.
  Decider& decider(std::uint64_t i) {
    std::unique_ptr<Kept>& place = i == 0 ? first_ : other_;
    if (i != 0 || place == nullptr) {
      place = std::make_unique<Kept>(history_, readings_.reading(i), budget_);
    }
    return place->decider;
  }

  Decision thin_air() const {
    Decision decision;
    decision.validity = Validity::invalid;
    decision.algorithm = "who wrote what was read";
    decision.steps = readings_.phantoms().size();
    const Observed nothing;
    const session::Explainer explainer(history_, nothing);
    for (const auto& phantom : readings_.phantoms()) {
      if (decision.anomalies.size() < 16) decision.anomalies.push_back(explainer.phantom(phantom));
    }
    return decision;
  }

  std::string interrupted() const {
    if (options_.cancelled && options_.cancelled()) return "cancelled";
    if (options_.time_budget.count() > 0 && Clock::now() - start_ >= options_.time_budget) {
      return "the time budget is used up";
    }
    return "";
  }

  struct Kept {
    Kept(const history::History& history, Observed reading, const Budget& budget)
        : observed(std::move(reading)), decider(history, observed, budget) {}
    Observed observed;
    Decider decider;
  };

  const history::History& history_;
  const Options& options_;
  Readings readings_;
  std::uint64_t count_ = 0, tried_ = 0;
  Budget budget_;
  std::unique_ptr<Kept> first_, other_;
  std::vector<std::string> valid_;  // found so far
  Clock::time_point start_ = Clock::now();
};

}  // namespace

const std::vector<std::string>& weaker_models() {
  static const std::vector<std::string> models{"sequential",
                                               "causal",
                                               "causal-convergence",
                                               "consistent-prefix",
                                               "pram",
                                               "session-guarantees",
                                               "writes-follow-reads",
                                               "read-your-writes",
                                               "monotonic-reads",
                                               "monotonic-writes"};
  return models;
}

Result<std::vector<Check>> check_consistency(const history::History& history,
                                             const Options& options,
                                             const std::vector<std::string>& models) {
  for (const std::string& model : models) {
    const auto& known = weaker_models();
    if (std::find(known.begin(), known.end(), model) == known.end()) {
      return fail(unknown_name("consistency model", model, known));
    }
  }
  auto readings = Readings::of(history, options);
  if (!readings) return Failure{readings.error()};
  const auto& list = models.empty() ? weaker_models() : models;
  const std::set<std::string> wanted(list.begin(), list.end());
  return Deciding(history, options, std::move(readings).value()).run(wanted);
}

std::vector<Check> check_registers(const history::History& history, const Options& options) {
  Result<Check> strongest = check_linearizable(history, options);
  if (!strongest) {
    Check undecided;
    undecided.name = "linearizable";
    undecided.model = options.model;
    undecided.reason = strongest.error().message;
    return {undecided};
  }
  std::vector<Check> checks{*std::move(strongest)};
  add_weaker(history, options, checks);
  return checks;
}

void add_weaker(const history::History& history, const Options& options,
                std::vector<Check>& checks) {
  if (checks.front().validity == Validity::valid) return;
  Options same = options;
  same.model = checks.front().model;
  auto weaker = check_consistency(history, same);
  if (!weaker) return;  // not a register's
  for (Check& check : *weaker) checks.push_back(std::move(check));
}

}  // namespace tribunal::checker
