// Fewer steps for a violating run, and the order in which it is made smaller.
#include <algorithm>

#include "spec/simulate.h"
#include "spec/trial.h"

namespace tribunal::spec {
namespace {

Run without(Run run, std::size_t from, std::size_t count) {
  const auto begin = run.begin() + static_cast<std::ptrdiff_t>(from);
  run.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(count, run.size() - from)));
  return run;
}

// Chunks of half the run, of a quarter, and so on (Zeller, Hildebrandt: Simplifying and Isolating
// Failure-Inducing Input, TSE 2002), then single steps until none can go.
void drop_chunks(Trial& trial) {
  std::size_t chunk = std::max<std::size_t>(trial.run().size() / 2, 1);
  for (bool dropped = true; chunk > 1 || dropped; chunk = std::max<std::size_t>(chunk / 2, 1)) {
    dropped = false;
    for (std::size_t at = 0; at < trial.run().size();) {
      const bool accepted = trial.accept(without(trial.run(), at, chunk));
      dropped |= accepted;
      if (!accepted) at += chunk;
    }
  }
}

// Two steps that make up for one another, such as a deposit and a withdrawal; or one or two, if all
// numbers are 1.
bool drop_pair(Trial& trial) {
  const Spec& spec = trial.layout().spec();
  for (std::size_t i = 0; i < trial.run().size(); ++i) {
    for (std::size_t j = i; j < trial.run().size(); ++j) {
      Run candidate = without(trial.run(), j, 1);
      if (i != j) candidate = without(std::move(candidate), i, 1);
      Run ones = candidate;
      for_each_integer(spec, ones, [](std::int64_t& argument) { argument = 1; });
      if (trial.accept(std::move(candidate)) || trial.accept(std::move(ones))) return true;
    }
  }
  return false;
}

}  // namespace

void drop_steps(Trial& trial) {
  drop_chunks(trial);
  while (drop_pair(trial)) drop_chunks(trial);
}

Run minimise(const Layout& layout, const Run& run) {
  const Replay played = replay(layout, run);
  if (!played.violation) return run;
  Run committed;
  for (std::size_t i = 0; i <= *played.violation; ++i) {
    if (played.steps[i].outcome == Outcome::committed) committed.push_back(run[i]);
  }
  Trial trial(layout, committed, played.steps[*played.violation].violated.front());
  if (!trial.accept(std::move(committed))) return trial.run();
  constexpr int rounds = 20;  // two or three in practice
  for (int round = 0; round < rounds; ++round) {
    const Run before = trial.run();
    drop_steps(trial);
    straighten(trial);
    simplify_arguments(trial);
    order_steps(trial);
    if (trial.run() == before) break;
  }
  return trial.run();
}

}  // namespace tribunal::spec
