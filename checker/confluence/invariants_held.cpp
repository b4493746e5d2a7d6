#include "checker/confluence/invariants_held.h"

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

void judge(const History& history, const RecordedInstance& instance,
           invariants::Findings& findings) {
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
  }
}

}  // namespace

Check check_invariants_held(const History& history) {
  Check check;
  invariants::Findings findings(check, "invariants", "invariants held");
  check.model = "spec-invariants";
  std::size_t looked = 0;
  for (const RecordedInstance& instance : recorded(history)) {
    check.operations += instance.transactions.size() + instance.inspections.size();
    looked += instance.inspections.size();
    judge(history, instance, findings);
  }
  check.steps = check.operations;
  findings.conclude(looked == 0 ? "no inspection was answered" : "");
  return check;
}

}  // namespace tribunal::checker::confluence
