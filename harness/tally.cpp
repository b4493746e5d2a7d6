#include "harness/tally.h"

#include <algorithm>

#include "checker/models.h"

namespace tribunal::harness {
namespace {

std::uint32_t violations(const Tally& tally, const std::string& model) {
  const auto found = tally.violations.find(model);
  return found == tally.violations.end() ? 0 : found->second;
}

// Whether something was violated that the stated models do not explain.
bool more_than_stated(const Tally& tally) {
  if (tally.wanted_weakest.empty()) return false;
  const auto found = weakest_violated(tally);
  return std::any_of(found.begin(), found.end(), [&](const std::string& model) {
    return std::none_of(tally.wanted_weakest.begin(), tally.wanted_weakest.end(),
                        [&](const std::string& stated) { return checker::implies(model, stated); });
  });
}

// A few seeds need not show everything; all of them must.
bool as_weak_as_stated(const Tally& tally) {
  if (tally.wanted_weakest.empty()) return true;
  if (tally.exhaustive) return weakest_violated(tally) == tally.wanted_weakest;
  return !more_than_stated(tally);
}

bool as_much_lost_as_stated(const Tally& tally) {
  if (!tally.wanted_lost) return true;
  const auto share = lost_share(tally);
  return share && *share >= tally.wanted_lost->first && *share <= tally.wanted_lost->second;
}

// When the first violation of what must be violated had happened: the latest completion of an
// anomaly's operations, or the moment at which the protocol broke.
Duration detected_at(const Outcome& outcome, const std::map<std::string, bool>& wanted) {
  const auto must_be_violated = [&](const std::string& model) {
    const auto found = wanted.find(model);
    return found != wanted.end() && !found->second;
  };
  Duration first = outcome.scenario.time + outcome.scenario.recovery;
  if (must_be_violated("protocol") && !outcome.results.protocol.empty())
    first = outcome.results.protocol.front().at;
  for (const checker::Check& check : outcome.results.checks) {
    const auto decided = decided_by(check);
    if (std::none_of(decided.begin(), decided.end(),
                     [&](const auto& verdict) { return must_be_violated(verdict.first); })) {
      continue;
    }
    for (const checker::Anomaly& anomaly : check.anomalies) {
      Duration last{};
      for (std::uint32_t invocation : anomaly.operations) {
        const std::uint32_t end = outcome.history.partner(invocation);
        last = std::max(last, outcome.history.time(end == history::no_event ? invocation : end));
      }
      if (!anomaly.operations.empty()) first = std::min(first, last);
    }
  }
  return first;
}

}  // namespace

Tally open_tally(const std::string& name, const Scenario& scenario) {
  Tally tally;
  tally.name = name;
  tally.entry = scenario.entry;
  tally.wanted = scenario.verdict;
  tally.wanted_weakest = scenario.weakest_violated;
  std::sort(tally.wanted_weakest.begin(), tally.wanted_weakest.end());
  tally.wanted_lost = scenario.lost;
  tally.detect = scenario.detect;
  return tally;
}

void add(Tally& tally, const Outcome& outcome, double seconds) {
  ++tally.tried;
  bool asked_about = false;
  for (const auto& [model, validity] : outcome.results.models) {
    const auto found = tally.found.find(model);
    tally.found[model] =
        found == tally.found.end() ? validity : checker::both(found->second, validity);
    if (validity == checker::Validity::invalid) {
      ++tally.violations[model];
      asked_about = asked_about || tally.wanted.count(model) != 0;
    }
  }
  if (asked_about && !tally.simulated_to_first) {
    tally.simulated_to_first = tally.simulated + detected_at(outcome, tally.wanted);
    tally.seconds_to_first = seconds;
  }
  const auto measured = reports::measure(outcome.history, outcome.results);
  for (const auto& [f, counts] : measured.by_f) {
    if (f != "read") tally.acknowledged += counts.ok;
  }
  tally.lost += measured.lost_acknowledged;
  tally.simulated += outcome.scenario.time + outcome.scenario.recovery;
  const auto linearizable = tally.wanted.find("linearizable");
  if (!outcome.results.protocol.empty() && linearizable != tally.wanted.end() &&
      linearizable->second) {
    tally.problem = "protocol violation: " + outcome.results.protocol.front().property;
  }
  if (outcome.deviation) tally.problem = *outcome.deviation;
}

bool settled(const Tally& tally) {
  bool about_all_seeds = tally.exhaustive || tally.wanted_lost.has_value();
  bool all_violated = true;
  if (more_than_stated(tally)) return true;
  for (const auto& [model, holds] : tally.wanted) {
    const std::uint32_t violated = violations(tally, model);
    if (holds && violated > 0) return true;
    about_all_seeds = about_all_seeds || holds;
    all_violated = all_violated && (holds || violated >= tally.detect);
  }
  return !about_all_seeds && all_violated;
}

std::vector<std::string> weakest_violated(const Tally& tally) {
  std::map<std::string, checker::Validity> violated;
  for (const auto& [model, times] : tally.violations) {
    // Whoever hurts leaders makes leadership unstable: that says nothing of the store.
    if (model != "stable-leadership") violated[model] = checker::Validity::invalid;
  }
  return checker::close(violated).weakest_violated;  // in alphabetical order
}

std::optional<double> lost_share(const Tally& tally) {
  if (tally.acknowledged == 0) return std::nullopt;
  return 100.0 * static_cast<double>(tally.lost) / static_cast<double>(tally.acknowledged);
}

bool as_stated(const Tally& tally) {
  if (!tally.problem.empty()) return false;
  if (!as_weak_as_stated(tally) || !as_much_lost_as_stated(tally)) return false;
  for (const auto& [model, holds] : tally.wanted) {
    const auto found = tally.found.find(model);
    const auto wanted = holds ? checker::Validity::valid : checker::Validity::invalid;
    if (found == tally.found.end() || found->second != wanted) return false;
    if (!holds && violations(tally, model) < tally.detect) return false;
  }
  return true;
}

}  // namespace tribunal::harness
