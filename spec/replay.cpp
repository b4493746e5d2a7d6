// Runs carried out again, what each replica knows in them, and the shape that they have.
#include <algorithm>

#include "spec/group.h"
#include "spec/simulate.h"

namespace tribunal::spec {

std::uint32_t replicas_of(const Run& run) {
  std::uint32_t replicas = 0;
  for (const Step& step : run) {
    replicas = std::max(replicas, step.replica + 1);
    if (step.what == Step::What::merge) replicas = std::max(replicas, step.from + 1);
  }
  return replicas;
}

Replay replay(const Layout& layout, const Run& run) {
  Group group(layout, replicas_of(run));
  Replay replay;
  for (const Step& step : run) {
    StepResult result;
    result.before = group.shows(step.replica);
    if (step.what == Step::What::execute) {
      result.outcome = group.execute(step.replica, step.transaction, step.arguments);
      replay.all_committed &= result.outcome == Outcome::committed;
    } else {
      group.merge(step.replica, step.from);
    }
    result.after = group.shows(step.replica);
    result.violated = group.violations(step.replica);
    replay.overflowed = group.overflowed();
    if (!result.violated.empty() && !replay.violation && !replay.overflowed)
      replay.violation = replay.steps.size();
    replay.steps.push_back(std::move(result));
  }
  return replay;
}

std::vector<std::vector<bool>> knowledge(const Run& run, std::size_t end) {
  const auto executions = static_cast<std::size_t>(std::count_if(
      run.begin(), run.end(), [](const Step& step) { return step.what == Step::What::execute; }));
  std::vector<std::vector<bool>> known(replicas_of(run), std::vector<bool>(executions));
  std::size_t next = 0;
  for (std::size_t i = 0; i < end; ++i) {
    const Step& step = run[i];
    if (step.what == Step::What::execute) {
      known[step.replica][next++] = true;
      continue;
    }
    for (std::size_t e = 0; e < next; ++e) {
      if (known[step.from][e]) known[step.replica][e] = true;
    }
  }
  return known;
}

std::optional<Branches> branches(const Run& run) {
  const bool meets = !run.empty() && run.back().what == Step::What::merge;
  if (!meets || replicas_of(run) != 2 || run.back().replica == run.back().from) {
    return std::nullopt;
  }
  std::size_t fork = run.size() - 1;  // the branches begin here: after the last merge but one
  while (fork > 0 && run[fork - 1].what == Step::What::execute) --fork;
  const std::vector<std::vector<bool>> known = knowledge(run, fork);
  if (known[0] != known[1]) return std::nullopt;
  Branches branches;
  branches.prefix.assign(run.begin(), run.begin() + static_cast<std::ptrdiff_t>(fork));
  for (std::size_t i = fork; i + 1 < run.size(); ++i) {
    const bool left = run[i].replica == run.back().replica;
    (left ? branches.left : branches.right).push_back(run[i]);
  }
  return branches;
}

}  // namespace tribunal::spec
