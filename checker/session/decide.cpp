// See decide.h.
#include "checker/session/decide.h"

#include <array>

#include <fmt/core.h>

#include "base/text.h"

namespace tribunal::checker::session {

namespace {

constexpr std::size_t most_anomalies = 16;
constexpr std::uint32_t most_passes = 12;

struct Guarantee {
  Guarantees bit;
  const char* model;
  const char* anomaly;
  const char* lead;
};

constexpr std::array<Guarantee, 4> guarantees{{
    {read_your_writes, "read-your-writes", "unseen own write",
     "A client did not see its own earlier write."},
    {monotonic_reads, "monotonic-reads", "non-monotonic read",
     "A client saw an older version than it had seen before."},
    {monotonic_writes, "monotonic-writes", "write reordering",
     "The writes of one client were seen in another order than it issued them."},
    {writes_follow_reads, "writes-follow-reads", "writes-follow-reads violation",
     "A write was seen without a write that its client had read."},
}};

// A step of a view is one comparison of lengths, much cheaper than one of a search.
std::uint64_t most_view_steps(const Budget& budget) { return budget.steps * 100; }

const char* lengths_algorithm = "constraint graph over the versions of each key";

}  // namespace

std::string name_of(Guarantees guarantee) {
  std::vector<std::string> names;
  for (const Guarantee& one : guarantees) {
    if ((guarantee & one.bit) != 0) names.emplace_back(one.model);
  }
  return join(names, ", ");
}

Decider::Decider(const history::History& history, const Observed& observed, Budget budget,
                 Flaw flaw)
    : observed_(observed), budget_(budget), flaw_(flaw), explainer_(history, observed) {}

Decision Decider::decide(const std::string& model) {
  for (const Guarantee& one : guarantees) {
    if (model == one.model) return lone(one.bit);
  }
  if (model == "session-guarantees") return together();
  if (model == "pram") return pram();
  if (model == "causal") return causal();
  if (model == "causal-convergence") return convergence();
  return one_order(model == "consistent-prefix");
}

bool Decider::fits() const {
  const std::uint64_t processes = observed_.processes.size();
  const std::uint64_t rows = observed_.ops.size() + processes;
  return rows * processes * sizeof(std::uint32_t) <= budget_.memory;
}

Decision Decider::refused(const std::string& algorithm) const {
  Decision decision;
  decision.algorithm = algorithm;
  decision.validity = Validity::unknown;
  decision.reason = fmt::format("{} operations of {} processes do not fit into the memory budget",
                                observed_.ops.size(), observed_.processes.size());
  return decision;
}

Decision Decider::invalid(const std::string& algorithm, Anomaly anomaly) const {
  Decision decision;
  decision.algorithm = algorithm;
  decision.validity = Validity::invalid;
  decision.anomalies.push_back(std::move(anomaly));
  return decision;
}

const Dependencies& Decider::causality() {
  if (!causality_) {
    const auto both = static_cast<Guarantees>(flaw_ == Flaw::causality_without_reads
                                                  ? monotonic_writes
                                                  : monotonic_writes | writes_follow_reads);
    causality_.emplace(observed_, both, flaw_);
  }
  return *causality_;
}

Decision Decider::lone(Guarantees guarantee) {
  Decision decision;
  decision.algorithm = lengths_algorithm;
  decision.steps = observed_.ops.size();
  const bool carries = (guarantee & (monotonic_writes | writes_follow_reads)) != 0;
  if (carries && !fits()) return refused(decision.algorithm);
  const auto found =
      conflicts(observed_, guarantee, Orders::one_for_each_process, most_anomalies, flaw_);
  if (found.empty()) return decision;
  decision.validity = Validity::invalid;
  const Dependencies dependencies(observed_, guarantee);
  for (const Guarantee& one : guarantees) {
    if (one.bit != guarantee) continue;
    for (const Conflict& conflict : found) {
      decision.anomalies.push_back(
          explainer_.versions(one.anomaly, one.lead, conflict, dependencies));
    }
  }
  return decision;
}

// The smallest set of guarantees that cannot be had together is named.
Decision Decider::together() {
  Decision decision;
  decision.algorithm = lengths_algorithm;
  decision.steps = observed_.ops.size();
  if (!fits()) return refused(decision.algorithm);
  if (conflicts(observed_, all_guarantees, Orders::one, 1, flaw_).empty()) return decision;
  decision.validity = Validity::invalid;
  for (int size = 1; size <= 4; ++size) {
    for (Guarantees set = 1; set <= all_guarantees; ++set) {
      if (__builtin_popcount(set) != size) continue;
      const auto found = conflicts(observed_, set, Orders::one, most_anomalies, flaw_);
      if (found.empty()) continue;
      const std::string names = name_of(set);
      const Dependencies dependencies(observed_, set);
      for (const Conflict& conflict : found) {
        decision.anomalies.push_back(explainer_.versions(
            "conflicting guarantees",
            size == 1
                ? "No single order of versions gives every client " + names + "."
                : "No single order of versions satisfies these guarantees together: " + names + ".",
            conflict, dependencies));
      }
      return decision;
    }
  }
  return decision;
}

std::optional<OrderConflict> Decider::shared_conflict() {
  return causal_conflict(observed_, causality());
}

Decision Decider::pram() {
  Decision decision;
  decision.algorithm = "saturation of each process's view";
  const ViewResult result = view_conflict(observed_, nullptr, most_view_steps(budget_), flaw_);
  decision.steps = result.steps;
  if (result.gave_up) {
    decision.validity = Validity::unknown;
    decision.reason = "the step budget is used up";
  }
  if (!result.conflict) return decision;
  const std::string lead =
      "No order of all writes that keeps the order of every client explains what one client saw.";
  return invalid(decision.algorithm,
                 explainer_.order("process order violation", lead, *result.conflict));
}

Decision Decider::causal() {
  Decision decision;
  decision.algorithm = "bad patterns of causal memory";
  if (!fits()) return refused(decision.algorithm);
  const std::string lead = "What happened contradicts causality.";
  if (const auto conflict = shared_conflict()) {
    return invalid(decision.algorithm, explainer_.order("causal violation", lead, *conflict));
  }
  const ViewResult result = view_conflict(observed_, &causality(), most_view_steps(budget_), flaw_);
  decision.steps = result.steps;
  if (result.gave_up) {
    decision.validity = Validity::unknown;
    decision.reason = "the step budget is used up";
  }
  if (!result.conflict) return decision;
  return invalid(decision.algorithm,
                 explainer_.order("causal violation",
                                  "No order of all writes that keeps causality explains what one "
                                  "client saw.",
                                  *result.conflict));
}

Decision Decider::convergence() {
  Decision decision;
  decision.algorithm = "bad patterns of causal convergence";
  decision.steps = observed_.ops.size();
  if (!fits()) return refused(decision.algorithm);
  if (const auto conflict = shared_conflict()) {
    return invalid(
        decision.algorithm,
        explainer_.order("causal violation", "What happened contradicts causality.", *conflict));
  }
  const auto conflict = convergence_conflict(observed_, causality(), flaw_);
  if (!conflict) return decision;
  return invalid(
      decision.algorithm,
      explainer_.order("divergent order", "No one order of concurrent writes explains all reads.",
                       *conflict));
}

Decision Decider::one_order(bool prefix) {
  Decision decision;
  decision.algorithm = "saturation, then search for one order";
  const char* kind = prefix ? "broken prefix" : "non-sequential order";
  const std::string lead =
      prefix ? "No one order of the writes has a prefix for everything that each client saw."
             : "No one order of all operations keeps the order of every client.";
  if (!prefix && fits()) {
    if (const auto conflict = shared_conflict()) {
      return invalid(decision.algorithm, explainer_.order(kind, lead, *conflict));
    }
  }
  Problem problem =
      prefix ? prefix_problem(observed_, flaw_) : sequential_problem(observed_, flaw_);
  // Most orders are found without a step back, and then nothing has to be derived. What cannot be
  // is better shown by a cycle than by trying everything.
  const SearchResult quick = find_order(problem, 3 * problem.steps.size(), budget_.memory, flaw_);
  decision.steps = quick.steps;
  if (quick.found == Found::order) return decision;
  // Saturation would hide what is wrong with the search.
  const bool alone = flaw_ == Flaw::cas_not_atomic;
  if (!alone && saturate(problem, most_passes, budget_.memory, decision.steps)) {
    Graph graph(static_cast<std::uint32_t>(problem.steps.size()), problem.before);
    OrderConflict conflict{"a cycle", short_cycle(std::move(graph)), none};
    for (Link& link : conflict.cycle) {
      link.from = problem.steps[link.from].op;
      link.to = problem.steps[link.to].op;
      if (link.because != none) link.because = problem.steps[link.because].op;
    }
    // The halves of a compare-and-set are one operation to the reader.
    std::erase_if(conflict.cycle, [](const Link& link) { return link.from == link.to; });
    Decision refuted = invalid(decision.algorithm, explainer_.order(kind, lead, conflict));
    refuted.steps = decision.steps;
    return refuted;
  }
  const SearchResult result = find_order(problem, budget_.steps, budget_.memory, flaw_);
  decision.steps += result.steps;
  if (result.found == Found::impossible) {
    Decision refuted = invalid(decision.algorithm, explainer_.exhausted(kind, lead));
    refuted.steps = decision.steps;
    return refuted;
  }
  if (result.found == Found::gave_up) {
    decision.validity = Validity::unknown;
    decision.reason = fmt::format("no order was found in {} steps", result.steps);
  }
  return decision;
}

}  // namespace tribunal::checker::session
