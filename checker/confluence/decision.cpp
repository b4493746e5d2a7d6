#include "checker/confluence/decision.h"

#include <fmt/format.h>
#include <z3++.h>

#include "checker/confluence/encoding/bounded.h"
#include "checker/confluence/encoding/diamond.h"
#include "checker/confluence/encoding/merge.h"
#include "checker/confluence/encoding/origin_rule.h"
#include "spec/execute.h"

namespace tribunal::checker::confluence {

using encoding::Answer;

namespace {

class Procedure {
 public:
  Procedure(const spec::Spec& spec, const Options& options)
      : spec_(spec),
        options_(options),
        scope_(scope_of(spec)),
        layout_(spec, scope_.sizes),
        problem_(layout_, options.effort, options.mutation) {
    decision_.scope = scope_;
  }

  Decision run() {
    decision_.broken_initially = spec::violated(layout_, shown(layout_, spec::State(layout_)));
    if (!decision_.broken_initially.empty()) {
      decision_.verdict = Verdict::invalid_initial;
      return decision_;
    }
    simulate();
    decision_.facts = encoding::strengthen(problem_);
    decision_.never = encoding::never_committing(problem_, decision_.facts);
    decision_.shrinking = encoding::shrinking(problem_, decision_.facts);
    if (decision_.counterexample) {
      shorten();
    } else if (!prove()) {
      find();
    }
    if (options_.conflicts && decision_.verdict != Verdict::confluent) {
      decision_.conflicts = encoding::conflicts(problem_, decision_.facts, answered_);
    }
    if (decision_.verdict == Verdict::unknown) explain_unknown();
    decision_.questions = problem_.questions();
    return decision_;
  }

 private:
  void simulate() {
    spec::SimulationOptions options;
    options.runs = options_.simulated_runs;
    options.seed = options_.seed;
    const spec::Simulation simulation = spec::simulate(layout_, options);
    decision_.runs = simulation.runs;
    for (std::uint32_t t = 0; t < simulation.committed.size(); ++t) {
      if (simulation.committed[t] == 0) decision_.unseen.push_back(t);
    }
    if (simulation.violating) believe(*simulation.violating, Route::simulation);
  }

  // A run counts only if the interpreter, which shares nothing with the encoding, agrees.
  bool believe(const spec::Run& run, Route route) {
    const spec::Replay replay = spec::replay(layout_, run);
    if (!replay.violation || !replay.all_committed) {
      disagreement_ = true;
      return false;
    }
    decision_.verdict = Verdict::not_confluent;
    decision_.route = route;
    decision_.counterexample = with_long_prefix(spec::minimise(layout_, run));
    const spec::Replay small = spec::replay(layout_, *decision_.counterexample);
    decision_.violated = small.steps[*small.violation].violated.front();
    return true;
  }

  // Of equally short runs the one in which the replicas part latest is the easiest to follow.
  spec::Run with_long_prefix(spec::Run run) const {
    for (auto parted = spec::branches(run); parted;) {
      const auto later = part_later(*parted);
      if (!later) break;
      run = *later;
      parted = spec::branches(run);
    }
    return run;
  }

  std::optional<spec::Run> part_later(const spec::Branches& parted) const {
    if (parted.left.empty() || parted.right.empty()) return std::nullopt;
    spec::Run before;  // without merges: all of it at one replica
    for (const spec::Step& step : parted.prefix) {
      if (step.what == spec::Step::What::merge) continue;
      if (!before.empty() && step.replica != before.front().replica) return std::nullopt;
      before.push_back(step);
    }
    for (const bool left : {true, false}) {
      spec::Run sides[] = {parted.left, parted.right};
      spec::Run& side = sides[left ? 0 : 1];
      if (side.size() < 2 || takes_self(side.front())) continue;
      spec::Run run = before;
      run.push_back(side.front());
      side.erase(side.begin());
      const std::uint32_t teller = run.front().replica;
      run.back().replica = teller;
      run.push_back({spec::Step::What::merge, 1 - teller, teller, 0, {}});
      for (const spec::Run& steps : sides) run.insert(run.end(), steps.begin(), steps.end());
      const std::uint32_t to = parted.left.front().replica;
      run.push_back({spec::Step::What::merge, to, 1 - to, 0, {}});
      const spec::Replay replay = spec::replay(layout_, run);
      if (replay.violation && replay.all_committed && *replay.violation + 1 == run.size()) {
        return run;
      }
    }
    return std::nullopt;
  }

  bool takes_self(const spec::Step& step) const {
    const auto& parameters = spec_.transactions[step.transaction].parameters;
    return std::any_of(parameters.begin(), parameters.end(),
                       [](const spec::Parameter& p) { return p.minted == spec::Minted::self; });
  }

  bool prove() {
    if (is_closed()) return proven(Route::closed);
    if (options_.mutation == Mutation::extrema_by_effects) decision_.shrinking.clear();
    if (options_.mutation == Mutation::diamonds_suffice) {
      return encoding::conflicts(problem_, decision_.facts, answered_).empty() &&
             proven(Route::origin_states);
    }
    if (!decision_.shrinking.empty()) return false;
    if (encoding::origins_are_safe(problem_, decision_.facts, answered_)) {
      return proven(Route::origin_states);
    }
    return false;
  }

  bool proven(Route route) {
    decision_.verdict = Verdict::confluent;
    decision_.route = route;
    return true;
  }

  bool is_closed() {
    const encoding::States states(problem_.evaluator(), 1);
    const encoding::Merge merge = encoding::any_merge(problem_, states);
    encoding::Query query(problem_);
    query.assume(merge.facts);
    for (const encoding::Symbolic* side : {&merge.base, &merge.left, &merge.right}) {
      query.assume(encoding::hold(states, decision_.facts, *side));
      query.assume(states.invariants(states.shown(*side)));
    }
    query.assume(problem_.builder().not_(states.invariants(states.shown(merge.merged))));
    return query.check() == Answer::impossible;
  }

  // Every shape with that many transactions; true once one violates.
  bool search_shapes(std::uint32_t total) {
    const std::uint32_t most = options_.most_per_side;
    for (std::uint32_t sides = 2; sides <= total; ++sides) {
      const std::uint32_t before = total - sides;
      if (before > options_.most_before) {
        skipped_ = true;
        continue;
      }
      for (std::uint32_t right = 1; right < sides; ++right) {
        if (right > most || sides - right > most) {
          skipped_ = true;
          continue;
        }
        for (std::uint32_t before_right = 0; 2 * before_right <= before; ++before_right) {
          const encoding::Shape shape{before - before_right, before_right, sides - right, right};
          const auto run = encoding::search(problem_, shape, answered_);
          if (run && believe(*run, Route::bounded_search)) return true;
        }
      }
    }
    return false;
  }

  void find() {
    const std::uint32_t most = 2 * options_.most_per_side;
    for (std::uint32_t total = 2; total <= most; ++total) {
      if (search_shapes(total)) {
        decision_.shortest = answered_ && !skipped_;
        return;
      }
      decision_.searched_per_side = std::min(total - 1, options_.most_per_side);
      decision_.searched_before = std::min(total - 2, options_.most_before);
    }
  }

  // Tries whether fewer transactions do.
  void shorten() {
    std::uint32_t executed = 0;
    for (const spec::Step& step : *decision_.counterexample) {
      executed += step.what == spec::Step::What::execute ? 1 : 0;
    }
    for (std::uint32_t total = 2; total < executed; ++total) {
      if (search_shapes(total)) break;
    }
    decision_.shortest = answered_ && !skipped_;
  }

  void explain_unknown() {
    if (disagreement_) {
      decision_.reason = "the solver's run does not violate anything when executed";
    } else if (!answered_) {
      decision_.reason = "the solver gave up within its bound on effort";
    } else if (!decision_.conflicts.empty()) {
      const Conflict& c = decision_.conflicts.front();
      decision_.reason = fmt::format(
          "'{}' and '{}' conflict over '{}' in a state that was not shown to be reachable",
          spec_.transactions[c.a].name, spec_.transactions[c.b].name,
          spec_.invariants[c.invariant].name);
    } else {
      decision_.reason = fmt::format(
          "no counterexample with up to {} transactions on each side and {} before, and no proof",
          decision_.searched_per_side, decision_.searched_before);
    }
  }

  const spec::Spec& spec_;
  const Options& options_;
  Scope scope_;
  spec::Layout layout_;
  encoding::Problem problem_;
  Decision decision_;
  bool answered_ = true;       // the solver answered every question
  bool skipped_ = false;       // some shapes were beyond the bounds
  bool disagreement_ = false;  // it gave a run that is none
};

}  // namespace

Decision decide(const spec::Spec& spec, const Options& options) {
  try {
    return Procedure(spec, options).run();
  } catch (const z3::exception& e) {
    Decision failed;
    failed.scope = scope_of(spec);
    failed.reason = fmt::format("the solver failed: {}", e.msg());
    return failed;
  }
}

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::confluent:
      return "confluent";
    case Verdict::not_confluent:
      return "not confluent";
    case Verdict::unknown:
      return "unknown";
    case Verdict::invalid_initial:
      return "initial state invalid";
  }
  return "";
}

const char* name_of(Route route) {
  switch (route) {
    case Route::none:
      return "none";
    case Route::closed:
      return "closed";
    case Route::origin_states:
      return "origin-states";
    case Route::simulation:
      return "simulation";
    case Route::bounded_search:
      return "bounded-search";
  }
  return "";
}

}  // namespace tribunal::checker::confluence
