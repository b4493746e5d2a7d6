// Sentences on conflicts and what to do about them.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "reports/confluence_words.h"
#include "reports/present.h"

namespace tribunal::reports::confluence {
namespace {

using checker::confluence::Advice;
using checker::confluence::Conflict;
using checker::confluence::Lock;
using checker::confluence::Route;
using checker::confluence::Variant;

constexpr std::size_t most_cells = 12;

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

std::string parameter_name(const spec::Spec& spec, std::uint32_t transaction,
                           std::uint32_t parameter) {
  return spec.transactions[transaction].parameters[parameter].name;
}

}  // namespace

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

}  // namespace tribunal::reports::confluence
