#include "checker/invariants/unique_ids.h"

#include <algorithm>

#include <fmt/format.h>

#include "checker/invariants/findings.h"

namespace tribunal::checker::invariants {
namespace {

struct Given {
  std::uint64_t id = 0;  // bits of the value: equal exactly when the values are
  std::uint32_t invocation = no_event;
  history::ValueRef value;
  friend bool operator<(const Given& a, const Given& b) {
    return std::pair(a.id, a.invocation) < std::pair(b.id, b.invocation);
  }
};

std::vector<Given> given_out(const KeyOperations& key) {
  std::vector<Given> given;
  for (const Operation& operation : key.operations) {
    if (operation.outcome != EventType::ok || operation.returned.is_nil()) continue;
    given.push_back({operation.returned.bits(), operation.invocation, operation.returned});
  }
  std::sort(given.begin(), given.end());
  return given;
}

std::string processes(const History& history, const std::vector<std::uint32_t>& invocations) {
  std::string out;
  for (std::size_t i = 0; i < invocations.size(); ++i) {
    if (i == 5) return out + " and others";
    out += (i == 0                        ? ""
            : i + 1 == invocations.size() ? " and "
                                          : ", ") +
           who(history.operation(invocations[i]));
  }
  return out;
}

}  // namespace

Check check_unique_ids(const History& history) {
  Check check;
  Findings findings(check, "unique-ids", "unique-ids");
  std::uint64_t answered = 0;
  for (const KeyOperations& key : operations_by_key(history, {"next_id", "generate"})) {
    check.operations += key.operations.size();
    const std::vector<Given> given = given_out(key);
    answered += given.size();
    for (std::size_t i = 0; i < given.size();) {
      std::vector<std::uint32_t> same;
      std::size_t end = i;
      while (end < given.size() && given[end].id == given[i].id)
        same.push_back(given[end++].invocation);
      if (same.size() > 1) {
        findings.add("duplicate id", key, same,
                     fmt::format("The identifier {} was given out {} times, to {}. Every request "
                                 "has to get one that no other gets.",
                                 history.value(given[i].value).show(), same.size(),
                                 processes(history, same)));
      }
      i = end;
    }
  }
  check.steps = check.operations;
  findings.conclude(answered == 0 ? "no request for an identifier succeeded" : "");
  return check;
}

}  // namespace tribunal::checker::invariants
