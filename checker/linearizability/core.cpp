// See core.h. Being impossible is monotone: whatever contains an impossible excerpt is impossible.
// So an operation that could not be removed once need never be tried again, and halving chunks
// ending in single operations (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing
// Input, TSE 2002, section 3, without the tests of subsets) end in a minimal core after one pass.
#include "checker/linearizability/core.h"

#include <algorithm>

namespace tribunal::checker::linearizability {

namespace {

using Positions = std::vector<std::uint32_t>;

class Finder {
 public:
  Finder(const KeyHistory& key, Excerpts& excerpts, std::uint32_t stuck, const Limits& limits)
      : key_(key), excerpts_(excerpts), stuck_(stuck), limits_(limits) {}

  Positions start() {
    const std::uint32_t end = key_.ops[stuck_].ret;
    Positions before;  // everything invoked before the return that no order reaches
    for (std::uint32_t i = 0; i < key_.ops.size() && key_.ops[i].call < end; ++i) {
      before.push_back(i);
    }
    for (std::size_t window = 32; window < before.size(); window *= 4) {
      Positions recent(before.end() - static_cast<std::ptrdiff_t>(window), before.end());
      recent.push_back(stuck_);
      recent = with_producers(recent);
      if (recent.size() >= before.size()) break;
      if (test(recent) == Outcome::impossible) return recent;
    }
    if (test(before) == Outcome::impossible) return before;
    return closure(before);
  }

  Core reduce(Positions core) {
    for (std::size_t chunk = core.size() / 2; chunk > 1; chunk /= 2) remove_chunks(core, chunk);
    bool sure = true;
    for (bool shrunk = true; shrunk;) {
      undecided_ = false;
      shrunk = remove_chunks(core, 1) && undecided_;
      sure = !undecided_;
    }
    return {core, sure, steps_};
  }

  std::uint64_t steps() const { return steps_; }

 private:
  Outcome test(const Positions& chosen) {
    if (limits_.interrupted && !limits_.interrupted().empty()) {
      return undecided_ = true, Outcome::gave_up;
    }
    Limits rest = limits_;
    if (limits_.steps != 0) {
      if (steps_ >= limits_.steps) return undecided_ = true, Outcome::gave_up;
      rest.steps = std::min(limits_.steps - steps_, std::max<std::uint64_t>(limits_.steps / 16, 1));
    }
    const std::vector<Op> ops = without_useless(*key_.model, excerpts_.build(chosen));
    const Found found = search(*key_.model, ops, rest);
    steps_ += found.steps + chosen.size();
    undecided_ = undecided_ || found.outcome == Outcome::gave_up;
    return found.outcome;
  }

  // Oldest first, so that what remains is near the failure.
  bool remove_chunks(Positions& core, std::size_t chunk) {
    bool removed = false;
    for (std::size_t at = 0; at < core.size();) {
      const auto from = core.begin() + static_cast<std::ptrdiff_t>(at);
      const auto to = core.begin() + static_cast<std::ptrdiff_t>(std::min(at + chunk, core.size()));
      Positions rest(core.begin(), from);
      rest.insert(rest.end(), to, core.end());
      if (test(rest) == Outcome::impossible) {
        core = std::move(rest);
        removed = true;
      } else {
        at += chunk;
      }
    }
    return removed;
  }

  Positions with_producers(Positions chosen) {
    const std::size_t size = chosen.size();
    for (std::size_t i = 0; i < size; ++i) {
      const Positions more = excerpts_.producers(chosen[i]);
      chosen.insert(chosen.end(), more.begin(), more.end());
    }
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    return chosen;
  }

  // All producers of all observations, and theirs: every observation stands. Impossible without a
  // test, because an order of these would contain one that reaches the return of ops[stuck].
  Positions closure(Positions chosen) {
    std::vector<bool> in(key_.ops.size());
    for (const std::uint32_t i : chosen) in[i] = true;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      for (const std::uint32_t p : excerpts_.producers(chosen[i])) {
        if (in[p]) continue;
        in[p] = true;
        chosen.push_back(p);
      }
    }
    std::sort(chosen.begin(), chosen.end());
    return chosen;
  }

  const KeyHistory& key_;
  Excerpts& excerpts_;
  std::uint32_t stuck_;
  const Limits& limits_;
  std::uint64_t steps_ = 0;
  bool undecided_ = false;  // a test ran out of its budget
};

}  // namespace

Core find_core(const KeyHistory& key, Excerpts& excerpts, std::uint32_t stuck, const Limits& limits,
               bool minimise) {
  Finder finder(key, excerpts, stuck, limits);
  Positions start = finder.start();
  if (!minimise) return {start, false, finder.steps()};
  return finder.reduce(std::move(start));
}

}  // namespace tribunal::checker::linearizability
