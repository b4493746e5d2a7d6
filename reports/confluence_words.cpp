#include "reports/confluence_words.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "reports/present.h"

namespace tribunal::reports::confluence {
namespace {

constexpr std::size_t most_cells = 12;

using checker::confluence::Advice;
using checker::confluence::Conflict;
using checker::confluence::Decision;
using checker::confluence::Fact;
using checker::confluence::Lock;
using checker::confluence::Route;
using checker::confluence::Variant;
using checker::confluence::Verdict;

std::vector<std::string> names_of_invariants(const spec::Spec& spec,
                                             const std::vector<std::uint32_t>& invariants) {
  std::vector<std::string> names;
  for (const std::uint32_t i : invariants) names.push_back(spec.invariants[i].name);
  return names;
}

std::vector<std::string> names_of_transactions(const spec::Spec& spec,
                                               const std::vector<std::uint32_t>& transactions) {
  std::vector<std::string> names;
  for (const std::uint32_t t : transactions) names.push_back(spec.transactions[t].name);
  return names;
}

std::vector<std::string> all_invariants(const spec::Spec& spec) {
  std::vector<std::string> names;
  for (const spec::Invariant& invariant : spec.invariants) names.push_back(invariant.name);
  return names;
}

// The transactions that clash in the story: a conflicting pair, one of each side, or all of both.
std::vector<std::string> culprits(const ConfluenceReport& report, const Story& story) {
  const auto runs = [&](const std::vector<std::size_t>& side, std::uint32_t transaction) {
    return std::any_of(story.steps.begin(), story.steps.end(), [&](const ShownStep& step) {
      const bool here = std::count(side.begin(), side.end(), step.number) > 0 || !story.branched;
      return here && !step.merge && step.transaction == transaction;
    });
  };
  for (const Conflict& c : report.decision.conflicts) {
    if (c.invariant != report.decision.violated) continue;
    const bool here = runs(story.left, c.a) && runs(story.right, c.b);
    if (!here && !(runs(story.left, c.b) && runs(story.right, c.a))) continue;
    if (c.a == c.b) return names_of_transactions(report.spec, {c.a});
    return names_of_transactions(report.spec, {c.a, c.b});
  }
  std::set<std::uint32_t> all;
  for (const ShownStep& step : story.steps) {
    const bool counts = !story.branched ||
                        std::count(story.left.begin(), story.left.end(), step.number) > 0 ||
                        std::count(story.right.begin(), story.right.end(), step.number) > 0;
    if (!step.merge && counts) all.insert(step.transaction);
  }
  return names_of_transactions(report.spec, {all.begin(), all.end()});
}

std::string sizes_text(const ConfluenceReport& report) {
  std::vector<std::string> parts;
  const auto& sizes = report.decision.scope.sizes;
  for (std::size_t i = 0; i < sizes.size() && i < report.spec.sorts.size(); ++i) {
    parts.push_back(fmt::format("{}={}", report.spec.sorts[i].name, sizes[i]));
  }
  return join(parts, ", ");
}

std::string confluent_sentence(const ConfluenceReport& report) {
  const spec::Spec& spec = report.spec;
  const std::vector<std::uint32_t>& never = report.decision.never;
  std::vector<std::string> names;
  std::vector<std::string> idle;
  for (std::uint32_t t = 0; t < spec.transactions.size(); ++t) {
    const bool commits = std::find(never.begin(), never.end(), t) == never.end();
    (commits ? names : idle).push_back(spec.transactions[t].name);
  }
  if (names.empty()) {
    return "but only because no transaction can ever commit: this says nothing. Some invariant or "
           "'requires' is too strong.";
  }
  const std::string who =
      names.size() <= 4 ? listed(names) : fmt::format("{} transactions", names.size());
  const std::vector<std::string> kept = all_invariants(spec);
  const std::string what =
      kept.size() <= 3 ? listed(kept, "or") : fmt::format("any of the {} invariants", kept.size());
  const bool complete =
      report.unbounded || report.decision.scope.is_complete() || sizes_text(report).empty();
  std::string text =
      fmt::format("every replica can run {} on its own, at any time; no merge {}breaks {}{}.", who,
                  complete ? "ever " : "", what,
                  complete ? "" : " (looked at with " + sizes_text(report) + ")");
  if (!idle.empty()) {
    text += fmt::format(" (Nothing is said of {}, which can never commit.)", listed(idle));
  }
  return text;
}

// Whether a fact says nothing that a shorter one of the same variable does not say.
bool superfluous(const Fact& fact, const std::vector<Fact>& all) {
  const auto has = [&](Fact::Form form) {
    return std::any_of(all.begin(), all.end(),
                       [&](const Fact& f) { return f.form == form && f.a == fact.a; });
  };
  switch (fact.form) {
    case Fact::Form::at_least:
    case Fact::Form::at_most:
      return has(Fact::Form::unchanged) || std::any_of(all.begin(), all.end(), [&](const Fact& f) {
               const bool tighter =
                   fact.form == Fact::Form::at_least ? f.value > fact.value : f.value < fact.value;
               return f.form == fact.form && f.a == fact.a && tighter;
             });
    case Fact::Form::removed_within:
      return has(Fact::Form::never_removed);
    default:
      return false;
  }
}

std::string parameter_name(const spec::Spec& spec, std::uint32_t transaction,
                           std::uint32_t parameter) {
  return spec.transactions[transaction].parameters[parameter].name;
}

}  // namespace

std::string listed(const std::vector<std::string>& names, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? fmt::format(" {} ", last) : ", ";
    text += "'" + names[i] + "'";
  }
  return text;
}

std::string_view verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::confluent:
      return "CONFLUENT";
    case Verdict::not_confluent:
      return "NOT CONFLUENT";
    case Verdict::invalid_initial:
      return "BROKEN FROM THE START";
    case Verdict::unknown:
      break;
  }
  return "UNKNOWN";
}

std::string verdict_sentence(const ConfluenceReport& report, const std::optional<Story>& story) {
  const spec::Spec& spec = report.spec;
  const Decision& decision = report.decision;
  switch (decision.verdict) {
    case Verdict::confluent:
      return confluent_sentence(report);
    case Verdict::invalid_initial:
      return fmt::format("the initial state already breaks {}, before anything has run.",
                         listed(names_of_invariants(spec, decision.broken_initially)));
    case Verdict::not_confluent: {
      const std::string& invariant = spec.invariants[decision.violated].name;
      if (!story) return fmt::format("replicas that merge can break '{}'.", invariant);
      const std::string who = story->branched ? "two replicas" : "replicas";
      return fmt::format("{} that run {} at the same time can break '{}' when they merge.", who,
                         listed(culprits(report, *story)), invariant);
    }
    case Verdict::unknown:
      break;
  }
  return fmt::format("whether coordination is needed for {} was not decided.",
                     listed(all_invariants(spec)));
}

std::string route_sentence(const ConfluenceReport& report) {
  const Decision& decision = report.decision;
  switch (decision.route) {
    case Route::closed:
      return "Merging is closed: whatever two valid states replicas reach, their merge is valid "
             "again. The solver found no exception.";
    case Route::origin_states:
      return "Step by step: no two transactions that run at the same time can be the last ones "
             "before "
             "a violation. The solver found no exception.";
    case Route::simulation:
      return fmt::format(
          "Random run {} broke it and was shortened{}. The run below was executed step by step: it "
          "really happens.",
          show_count(decision.runs),
          decision.shortest ? "; no shorter one of its shape exists" : "");
    case Route::bounded_search:
      return fmt::format(
          "The solver searched for a run that breaks it, {}. The run below was then executed step "
          "by step: it really happens.",
          decision.shortest ? "shortest first: no shorter one of its shape exists"
                            : "without being able to rule out shorter ones");
    case Route::none:
      break;
  }
  if (decision.verdict == Verdict::invalid_initial) return "The initial state was evaluated.";
  if (decision.runs == 0 && decision.searched_per_side == 0) return "Nothing was searched.";
  std::string text = fmt::format("{} broke nothing", show_counted(decision.runs, "random run"));
  if (decision.searched_per_side > 0) {
    text += fmt::format(
        ", and the solver found no violation with up to {} on each side after up to {} in common",
        show_counted(decision.searched_per_side, "transaction"), decision.searched_before);
  }
  return text + ". A longer run may still break it.";
}

std::string scope_sentence(const ConfluenceReport& report) {
  const auto& scope = report.decision.scope;
  const std::string sizes = sizes_text(report);
  const Verdict verdict = report.decision.verdict;
  if (verdict == Verdict::not_confluent) {
    if (sizes.empty()) return "The specification has no sorts; nothing was left out.";
    return fmt::format("{} was enough to break it.", sizes);
  }
  if (sizes.empty()) return "The specification has no sorts; nothing is left out.";
  if (scope.is_complete()) {
    return fmt::format(
        "{}, complete: no violation needs more elements, so this holds for any "
        "number of them.",
        sizes);
  }
  if (report.unbounded) {
    return fmt::format("{}, bounded; the re-check below holds for any number of elements.", sizes);
  }
  if (!scope.obstacle.empty()) {
    return fmt::format(
        "{}, bounded: looked at with these numbers of elements. No number is known to be enough, "
        "because of {}.",
        sizes, scope.obstacle);
  }
  std::vector<std::string> wanted;
  for (std::size_t i = 0; i < scope.sizes.size(); ++i) {
    if (scope.sizes[i] < scope.complete[i]) {
      wanted.push_back(fmt::format("{}={}", report.spec.sorts[i].name, scope.complete[i]));
    }
  }
  return fmt::format(
      "{}, bounded: looked at with these numbers of elements. {} would be enough for any number.",
      sizes, join(wanted, ", "));
}

// What `onmerge` changes.
std::vector<bool> derived_variables(const spec::Spec& spec) {
  std::vector<bool> derived(spec.variables.size(), false);
  std::vector<spec::StatementId> open = spec.on_merge;
  while (!open.empty()) {
    const spec::Statement& s = spec.statements[open.back()];
    open.pop_back();
    open.insert(open.end(), s.body.begin(), s.body.end());
    if (s.kind < spec::StatementKind::let) derived[s.variable] = true;
  }
  return derived;
}

std::vector<std::string> fact_texts(const ConfluenceReport& report) {
  std::vector<std::string> texts;
  const std::vector<bool> derived = derived_variables(report.spec);
  for (const Fact& fact : report.decision.facts) {
    if (derived[fact.a]) continue;  // true of what is stored, and nobody sees that
    if (superfluous(fact, report.decision.facts)) continue;
    texts.push_back(checker::confluence::show(report.spec, fact));
  }
  return texts;
}

std::string fault_sentence(const ConfluenceReport& report, const Story& story) {
  const std::string& invariant = report.spec.invariants[story.why.invariant].name;
  if (!story.executed) {
    return fmt::format(
        "Each is valid on its own and both together break '{}'. Whether replicas can ever be in "
        "the state they begin in is not known.",
        invariant);
  }
  const bool lone = story.branched && story.left.size() == 1 && story.right.size() == 1;
  return fmt::format(
      "No replica did wrong: each step kept '{}' by all that its replica knew. {} only where they "
      "meet.",
      invariant, lone ? "The two clash" : "The steps clash");
}

std::string binding_text(const spec::Layout& layout, const Explanation& why) {
  std::vector<std::string> parts;
  for (const spec::Binding& one : why.binding) {
    parts.push_back(one.name + " = " + layout.show_value(one.type, one.value));
  }
  return join(parts, ", ");
}

std::string conflict_text(const spec::Spec& spec, const Conflict& conflict) {
  const std::string& a = spec.transactions[conflict.a].name;
  const std::string& invariant = spec.invariants[conflict.invariant].name;
  if (conflict.a == conflict.b) {
    return fmt::format("'{}' beside another '{}' can break '{}'", a, a, invariant);
  }
  return fmt::format("'{}' beside '{}' can break '{}'", a, spec.transactions[conflict.b].name,
                     invariant);
}

std::string key_text(const spec::Spec& spec, const Conflict& conflict) {
  std::vector<std::string> parts;
  for (const auto& [of_a, of_b] : conflict.equal) {
    const std::string a = parameter_name(spec, conflict.a, of_a);
    const std::string b = parameter_name(spec, conflict.b, of_b);
    if (conflict.a == conflict.b && a == b) {
      parts.push_back("both have the same " + a);
    } else {
      parts.push_back(fmt::format("{}.{} = {}.{}", spec.transactions[conflict.a].name, a,
                                  spec.transactions[conflict.b].name, b));
    }
  }
  return parts.empty() ? "" : "only when " + join(parts, " and ");
}

std::string lock_sentence(const spec::Spec& spec, const Lock& lock) {
  std::vector<Lock::Holder> ordered = lock.holders;
  std::stable_partition(ordered.begin(), ordered.end(), [](const Lock::Holder& holder) {
    return holder.mode == Lock::Mode::exclusive;
  });
  std::vector<std::string> holders;
  std::set<std::string> keys;
  bool keyed = true;
  for (const Lock::Holder& holder : ordered) {
    const std::string& name = spec.transactions[holder.transaction].name;
    std::string mode = holder.mode == Lock::Mode::exclusive ? "exclusively" : "shared";
    if (holder.key) {
      keys.insert(parameter_name(spec, holder.transaction, *holder.key));
    } else {
      keyed = false;
    }
    holders.push_back(fmt::format("{} {}", name, mode));
  }
  if (keyed && keys.size() > 1) {  // then each says its own
    for (std::size_t i = 0; i < holders.size(); ++i) {
      const Lock::Holder& h = ordered[i];
      holders[i] += fmt::format(" for its {}", parameter_name(spec, h.transaction, *h.key));
    }
  }
  const std::string name = listed(names_of_invariants(spec, lock.invariants));
  const std::string which = !keyed ? "one lock " + name + " for all"
                            : keys.size() > 1
                                ? "one lock " + name + " for each value"
                                : "lock " + name + " for the value of " + *keys.begin();
  return fmt::format("hold {}: {}.", which, join(holders, ", "));
}

std::string locks_proof(const Advice& advice) {
  if (advice.locks.empty()) return "";
  return advice.locks_proven ? "Proven: with this held, everything else is confluent."
                             : "Not proven to be enough: it separates every conflict found.";
}

// One leader orders what it is sent, so it is enough where every conflict is among those; what
// conflicts with others has to keep these from running meanwhile.
std::string cover_sentence(const ConfluenceReport& report) {
  if (!report.advice || report.advice->cover.empty()) return "";
  const std::vector<std::uint32_t>& cover = report.advice->cover;
  const auto covered = [&](std::uint32_t t) {
    return std::find(cover.begin(), cover.end(), t) != cover.end();
  };
  std::vector<std::uint32_t> others;
  for (const auto& conflict : report.decision.conflicts) {
    for (const std::uint32_t t : {conflict.a, conflict.b}) {
      const bool known = std::find(others.begin(), others.end(), t) != others.end();
      if (!covered(t) && !known) others.push_back(t);
    }
  }
  const std::string who = listed(names_of_transactions(report.spec, cover));
  const char* freely = "; all other transactions then never wait";
  const bool all = cover.size() == report.spec.transactions.size();
  if (others.empty()) {
    return fmt::format("send {} through one leader{}.", who, all ? "" : freely);
  }
  return fmt::format("let {} run only while nobody runs {}{}.", who,
                     listed(names_of_transactions(report.spec, others), "or"), freely);
}

std::string phases_sentence(const spec::Spec& spec, const Advice& advice) {
  if (advice.phases.empty()) return "";
  std::vector<std::uint32_t> left_over;
  for (std::uint32_t t = 0; t < spec.transactions.size(); ++t) {
    const bool placed = std::any_of(
        advice.phases.begin(), advice.phases.end(), [&](const checker::confluence::Phase& phase) {
          return std::count(phase.transactions.begin(), phase.transactions.end(), t) > 0;
        });
    if (!placed) left_over.push_back(t);
  }
  std::string text = advice.phases.size() == 1
                         ? "these never wait for one another"
                         : "let the phases take turns; within one nobody waits";
  if (!left_over.empty()) {
    text += fmt::format("; {} fit{} into none", listed(names_of_transactions(spec, left_over)),
                        left_over.size() == 1 ? "s" : "");
  }
  return text;
}

std::string variant_title(const Variant& variant) {
  switch (variant.kind) {
    case Variant::Kind::escrow:
      return "budgets";
    case Variant::Kind::onmerge:
      return "repair at the merge";
    case Variant::Kind::policy:
      break;
  }
  return "merge differently";
}

std::string variant_proof(const Variant& variant) {
  switch (variant.route) {
    case Route::closed:
      return "proven confluent: merging is closed";
    case Route::origin_states:
      return "proven confluent, step by step";
    default:
      return "not proven confluent";
  }
}

std::string apology_cost(const ConfluenceReport& report, const Story& story,
                         const spec::Layout& layout) {
  const auto& apology = *report.advice->apology;
  std::vector<std::string> cells = apology.cells;
  if (cells.empty()) {
    for (const spec::Cell cell : story.why.named) cells.push_back(layout.show_cell(cell));
  }
  if (cells.size() > most_cells) {
    const std::size_t more = cells.size() - most_cells;
    cells.resize(most_cells);
    cells.push_back(fmt::format("{} more", more));
  }
  return fmt::format(
      "allow the violation and make good for it afterwards: in the run above {} of '{}' fail{}{}",
      show_counted(apology.bindings, "instance"), report.spec.invariants[apology.invariant].name,
      apology.bindings == 1 ? "s" : "", cells.empty() ? "" : ", over " + join(cells, ", "));
}

std::vector<std::string> apology_cures(const ConfluenceReport& report, const Story& story) {
  std::vector<std::string> cures;
  for (const std::size_t i : report.advice->apology->undo) {
    if (i >= story.steps.size() || story.steps[i].merge) continue;
    cures.push_back(
        fmt::format("{}'s {}", replica_name(story.steps[i].replica), story.steps[i].call));
  }
  return cures;
}

std::string apology_sentence(const ConfluenceReport& report, const Story& story,
                             const spec::Layout& layout) {
  if (!report.advice || !report.advice->apology) return "";
  const std::string text = apology_cost(report, story, layout);
  const std::vector<std::string> cures = apology_cures(report, story);
  if (cures.empty()) return text + ". No single transaction cures it when undone.";
  if (cures.size() == 1) return text + ". Undoing " + cures.front() + " cures it.";
  return text + ". Undoing any one of these cures it: " + join(cures, "; ") + ".";
}

std::string execution_sentence(const ExecutionResult& result) {
  const bool bad = result.violating > 0;
  std::string text = fmt::format("{}{}, {}: ", result.mode,
                                 result.with.empty() ? "" : " with leader=" + result.with,
                                 result.nemesis.empty() ? "no faults" : result.nemesis);
  text += bad ? fmt::format("{} of {} broke an invariant", show_count(result.violating),
                            show_counted(result.runs, "run"))
              : fmt::format("none of {} broke an invariant", show_counted(result.runs, "run"));
  text += fmt::format(" ({} committed)", show_counted(result.transactions, "transaction"));
  return text;
}

std::string disagreement(const ConfluenceReport& report) {
  const bool broken =
      std::any_of(report.executions.begin(), report.executions.end(),
                  [](const ExecutionResult& result) { return result.violating > 0; });
  if (!broken || report.decision.verdict != Verdict::confluent) return "";
  return "Nothing that is confluent can break like this: the store does not do what the "
         "specification says.";
}

std::vector<std::string> remarks(const ConfluenceReport& report) {
  const spec::Spec& spec = report.spec;
  const Decision& decision = report.decision;
  std::vector<std::string> texts;
  for (const std::uint32_t t : decision.never) {
    texts.push_back(
        fmt::format("'{}' can never commit: no valid state lets it. What holds of it "
                    "holds of nothing.",
                    spec.transactions[t].name));
  }
  for (const std::uint32_t t : decision.unseen) {
    constexpr std::uint32_t enough = 500;  // runs; those before an early violation say little
    if (decision.runs < enough) break;
    if (std::count(decision.never.begin(), decision.never.end(), t) > 0) continue;
    texts.push_back(fmt::format("'{}' committed in none of {}: is its 'requires' too strong?",
                                spec.transactions[t].name,
                                show_counted(decision.runs, "random run")));
  }
  for (const std::uint32_t v : decision.shrinking) {
    const bool is_max = spec.variables[v].kind == spec::Kind::max;
    texts.push_back(
        fmt::format("'{}' is a {}: a transaction that {} it is undone by the next "
                    "merge.",
                    spec.variables[v].name, is_max ? "max" : "min", is_max ? "lowers" : "raises"));
  }
  return texts;
}

}  // namespace tribunal::reports::confluence
