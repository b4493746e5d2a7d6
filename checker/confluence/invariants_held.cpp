#include "checker/confluence/invariants_held.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

#include "checker/confluence/recorded.h"
#include "checker/invariants/findings.h"

namespace tribunal::checker::confluence {
namespace {

using history::History;

std::string show_node(std::uint16_t node) {
  return node == history::no_node ? "a node" : fmt::format("n{}", node + 1);
}

std::string show_witness(const RecordedViolation& violation) {
  std::string text;
  for (const auto& [name, value] : violation.witness) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", name, value);
  }
  return text;
}

// All inspections of an instance that show one invariant violated.
struct Seen {
  const RecordedInspection* first = nullptr;
  const RecordedViolation* how = nullptr;
  std::set<std::uint16_t> nodes;
};

// Adds what the explainer says to the anomalies that were found in the instance; one that it has
// nothing to say about stays as it is.
void explain(const RecordedInstance& instance, const spec::Spec& spec, const Explainer& explainer,
             std::map<std::string, Anomaly*> anomalies) {
  for (const Explained& told : explainer.explain(instance)) {
    const auto found = anomalies.find(spec.invariants[told.invariant].name);
    if (found == anomalies.end()) continue;
    Anomaly& anomaly = *found->second;
    anomaly.kind = told.kind;
    anomaly.harm = told.harm;
    anomaly.explanation += " " + told.sentence;
    anomaly.steps = told.steps;
    anomaly.operations = told.operations;
    std::sort(anomaly.operations.begin(), anomaly.operations.end());
  }
}

// Adds what is violated; by the invariant, where the anomaly is in the check.
std::map<std::string, std::size_t> judge(const History& history, const RecordedInstance& instance,
                                         invariants::Findings& findings, const Check& check) {
  std::map<std::string, std::size_t> where;
  std::map<std::string, Seen> seen;  // by invariant
  for (const RecordedInspection& inspection : instance.inspections) {
    if (inspection.overflowed) continue;
    for (const RecordedViolation& violation : inspection.violated) {
      Seen& here = seen[violation.invariant];
      if (here.first == nullptr) {
        here.first = &inspection;
        here.how = &violation;
      }
      here.nodes.insert(inspection.node);
    }
  }
  for (const auto& [invariant, here] : seen) {
    const std::size_t before = check.anomalies.size();
    const std::string witness = show_witness(*here.how);
    std::string others;
    for (const std::uint16_t node : here.nodes) {
      if (node != here.first->node) others += (others.empty() ? "" : ", ") + show_node(node);
    }
    const bool one = here.nodes.size() == 2;
    findings.add(
        "violated invariant", {instance.key, instance.has_key, {}}, {here.first->invocation},
        fmt::format(
            "{} shows a state{} that violates the invariant '{}'{}{}.", show_node(here.first->node),
            instance.has_key ? fmt::format(" of instance {}", history.value(instance.key).show())
                             : "",
            invariant, witness.empty() ? "" : fmt::format(", with {}", witness),
            others.empty() ? "" : fmt::format("; so {} {}", one ? "does" : "do", others)));
    if (check.anomalies.size() > before) where[invariant] = before;
  }
  return where;
}

}  // namespace

Check check_invariants_held(const History& history, const Explainer* explainer) {
  Check check;
  invariants::Findings findings(check, "invariants", "invariants held");
  check.model = "spec-invariants";
  std::size_t looked = 0;
  for (const RecordedInstance& instance : recorded(history)) {
    check.operations += instance.transactions.size() + instance.inspections.size();
    looked += instance.inspections.size();
    const auto where = judge(history, instance, findings, check);
    if (explainer == nullptr || where.empty()) continue;
    std::map<std::string, Anomaly*> anomalies;
    for (const auto& [invariant, at] : where) anomalies[invariant] = &check.anomalies[at];
    explain(instance, explainer->spec(), *explainer, anomalies);
  }
  check.steps = check.operations;
  findings.conclude(looked == 0 ? "no inspection was answered" : "");
  return check;
}

}  // namespace tribunal::checker::confluence
