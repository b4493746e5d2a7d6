#include "checker/confluence/dynamic.h"

#include <algorithm>

#include <fmt/format.h>

#include "checker/confluence/recorded_past.h"

namespace tribunal::checker::confluence {
namespace {

using Blame = Finding::Blame;

std::string show(spec::Stamp stamp) { return fmt::format("{}@{}", stamp.time, stamp.replica); }

// What a replica with these events shows.
spec::Values replayed(const spec::Layout& layout, const Excerpt& excerpt) {
  spec::State state(layout);
  for (std::size_t i = 0; i < excerpt.size(); ++i)
    state.apply(layout, excerpt.event(i), spec::Arrival::delivered);
  return spec::shown(layout, state);
}

bool violates(const spec::Layout& layout, const spec::Values& values, std::uint32_t invariant) {
  const std::vector<std::uint32_t> broken = spec::violated(layout, values);
  return std::find(broken.begin(), broken.end(), invariant) != broken.end();
}

class Explanation {
 public:
  Explanation(const spec::Layout& layout, const Recording& recording,
              const std::vector<Conflict>& conflicts)
      : layout_(layout), recording_(recording), conflicts_(conflicts) {}

  std::optional<Finding> of(std::uint32_t invariant) const {
    for (std::size_t o = 0; o < recording_.observations.size(); ++o) {
      const Observation& seen = recording_.observations[o];
      if (std::find(seen.violated.begin(), seen.violated.end(), invariant) == seen.violated.end()) {
        continue;
      }
      Finding finding;
      finding.invariant = invariant;
      finding.observation = o;
      finding.lasting = lasts(invariant);
      judge(finding, seen);
      return finding;
    }
    return std::nullopt;
  }

 private:
  bool lasts(std::uint32_t invariant) const {
    return std::any_of(
        recording_.observations.begin(), recording_.observations.end(), [&](const Observation& o) {
          return o.final &&
                 std::find(o.violated.begin(), o.violated.end(), invariant) != o.violated.end();
        });
  }

  void judge(Finding& finding, const Observation& seen) const {
    const Excerpt all(recording_.events, seen.frontier);
    if (!all.is_causally_closed()) {
      finding.blame = Blame::replication;
      finding.what = "the replica had events without what they had seen";
      return;
    }
    if (const auto culprit = wrong_transaction(all, finding.invariant)) {
      finding.blame = Blame::transaction;
      finding.events = {all.event(*culprit).stamp};
      finding.what = fmt::format("'{}' ({}) violates '{}' at the replica that committed it",
                                 layout_.spec().transactions[all.event(*culprit).transaction].name,
                                 show(all.event(*culprit).stamp),
                                 layout_.spec().invariants[finding.invariant].name);
      return;
    }
    if (!violates(layout_, replayed(layout_, all), finding.invariant)) {
      finding.blame = Blame::replication;
      finding.what = "the events that the replica had do not make what it shows";
      return;
    }
    coordination(finding, all);
  }

  // An event after which its own origin violated the invariant.
  std::optional<std::size_t> wrong_transaction(const Excerpt& all, std::uint32_t invariant) const {
    for (std::size_t i = 0; i < all.size(); ++i) {
      spec::Frontier frontier = all.event(i).past;
      const auto own = std::find_if(frontier.begin(), frontier.end(), [&](spec::Stamp s) {
        return s.replica == all.event(i).stamp.replica;
      });
      if (own != frontier.end()) {
        *own = all.event(i).stamp;
      } else {
        frontier.push_back(all.event(i).stamp);
      }
      if (violates(layout_, replayed(layout_, Excerpt(recording_.events, frontier)), invariant)) {
        return i;
      }
    }
    return std::nullopt;
  }

  struct Trial {
    bool violates = false;
    bool all_commit = false;
  };
  Trial attempt(const Excerpt& excerpt, std::uint32_t invariant) const {
    const spec::Run run = excerpt.run();
    if (run.empty()) return {false, true};
    const spec::Replay replay = spec::replay(layout_, run);
    // The last step's replica has merged everything.
    const std::vector<std::uint32_t>& broken = replay.steps.back().violated;
    return {std::find(broken.begin(), broken.end(), invariant) != broken.end(),
            replay.all_committed};
  }

  void coordination(Finding& finding, const Excerpt& all) const {
    Excerpt small = all;
    for (bool again = true; again;) {
      again = false;
      for (std::size_t i = small.size(); i-- > 0;) {
        Excerpt less = small.without(i);
        const Trial trial = attempt(less, finding.invariant);
        if (!trial.violates || !trial.all_commit) continue;
        small = std::move(less);
        again = true;
      }
    }
    std::vector<std::size_t> order;
    finding.run = small.run(&order);
    for (std::size_t i = 0; i < small.size(); ++i) {
      finding.events.push_back(small.event(i).stamp);
    }
    attribute(finding, small, order);
    finding.what = sentence(finding);
  }

  // Which concurrent pairs would not have done it, had one seen the other.
  void attribute(Finding& finding, const Excerpt& small,
                 const std::vector<std::size_t>& order) const {
    for (std::size_t a = 0; a < small.size(); ++a) {
      for (std::size_t b = a + 1; b < small.size(); ++b) {
        if (small.sees(a, b) || small.sees(b, a)) continue;
        for (const auto& [first, second] : {std::pair{a, b}, std::pair{b, a}}) {
          if (const auto culprit = counterfactual(finding, small, order, first, second)) {
            finding.culprits.push_back(*culprit);
          }
        }
      }
    }
    const auto expected = [](const Culprit& c) { return c.expected; };
    if (std::any_of(finding.culprits.begin(), finding.culprits.end(), expected)) {
      std::erase_if(finding.culprits, [&](const Culprit& c) { return !expected(c); });
    }
  }

  std::optional<Culprit> counterfactual(const Finding& finding, const Excerpt& small,
                                        const std::vector<std::size_t>& order, std::size_t first,
                                        std::size_t second) const {
    std::vector<std::size_t> new_order;
    const spec::Run run = small.seeing(second, first).run(&new_order);
    const spec::Replay replay = spec::replay(layout_, run);
    const std::vector<std::uint32_t>& broken = replay.steps.back().violated;
    if (std::find(broken.begin(), broken.end(), finding.invariant) != broken.end()) {
      return std::nullopt;
    }
    Culprit culprit;
    culprit.first = step_of(finding.run, order, first);
    culprit.second = step_of(finding.run, order, second);
    culprit.outcome = replay.steps[step_of(run, new_order, second)].outcome;
    const std::uint32_t s = small.event(first).transaction;
    const std::uint32_t t = small.event(second).transaction;
    culprit.expected = std::any_of(conflicts_.begin(), conflicts_.end(), [&](const Conflict& c) {
      return c.invariant == finding.invariant && c.a == std::min(s, t) && c.b == std::max(s, t);
    });
    return culprit;
  }

  static std::size_t step_of(const spec::Run& run, const std::vector<std::size_t>& order,
                             std::size_t member) {
    std::size_t execution = 0;
    for (std::size_t i = 0; i < run.size(); ++i) {
      if (run[i].what != spec::Step::What::execute) continue;
      if (order[execution++] == member) return i;
    }
    return run.size();
  }

  std::string sentence(const Finding& finding) const {
    const spec::Spec& spec = layout_.spec();
    if (finding.culprits.empty()) {
      return fmt::format(
          "{} transactions violate '{}' together; keeping no single pair of them "
          "apart would have prevented it",
          finding.events.size(), spec.invariants[finding.invariant].name);
    }
    const Culprit& c = finding.culprits.front();
    const std::string& first = spec.transactions[finding.run[c.first].transaction].name;
    const std::string& second = spec.transactions[finding.run[c.second].transaction].name;
    const char* then = "would have done something else";
    if (c.outcome == spec::Outcome::guard) then = "would have been refused by its guard";
    if (c.outcome == spec::Outcome::invariant) then = "would have been aborted";
    return fmt::format("'{}' and '{}' ran concurrently; had the second seen the first, it {}",
                       first, second, then);
  }

  const spec::Layout& layout_;
  const Recording& recording_;
  const std::vector<Conflict>& conflicts_;
};

}  // namespace

std::vector<Finding> explain(const spec::Layout& layout, const Recording& recording,
                             const std::vector<Conflict>& conflicts) {
  const Explanation explanation(layout, recording, conflicts);
  std::vector<Finding> findings;
  for (std::uint32_t i = 0; i < layout.spec().invariants.size(); ++i) {
    if (auto finding = explanation.of(i)) findings.push_back(*std::move(finding));
  }
  return findings;
}

}  // namespace tribunal::checker::confluence
