#include "checker/confluence/recheck.h"

#include <algorithm>

#include <fmt/format.h>

#include "checker/confluence/recheck/loops.h"
#include "checker/confluence/recheck/proof.h"

namespace tribunal::checker::confluence::recheck {
namespace {

struct Attempt {
  Answer answer = Answer::unknown;
  std::string why;     // unless proven
  bool exact = false;  // refuted: by a state of the specification itself, not of an abstraction
};

class Twice {
 public:
  Twice(const spec::Spec& spec, const Decision& decision, const Options& options)
      : spec_(spec), decision_(decision), options_(options) {}

  Recheck run() {
    const std::string obstacle = obstacle_to_open_sorts(spec_);
    Attempt open;
    open.why = obstacle;
    if (obstacle.empty()) open = attempt(nullptr, effort_for_open_sorts());
    if (open.answer == Answer::proven) return conclude(Outcome::confirmed_unbounded, "");
    if (spec_.sorts.empty()) return conclude(outcome_of(open.answer), open.why);
    if (!scope_fits()) return conclude(Outcome::unknown, "the decision's scope does not fit");
    const Attempt closed = attempt(&decision_.scope.sizes, options_.effort);
    if (closed.answer != Answer::proven) return conclude(outcome_of(closed.answer), closed.why);
    const bool beyond = open.answer == Answer::refuted && open.exact;
    if (beyond && claims_complete()) {
      return conclude(Outcome::refuted,
                      "only in a scope that claims to be complete, for " + open.why);
    }
    if (obstacle.empty() && !open.exact) open.why = "sums and counts are known in the scope only";
    return conclude(Outcome::confirmed_in_scope, open.why);
  }

 private:
  static Outcome outcome_of(Answer answer) {
    return answer == Answer::refuted ? Outcome::refuted : Outcome::unknown;
  }

  // Where more elements matter the solver may search for ever, and there is a second way out. Not
  // if the decision says that no more matter: then it had better be found out.
  std::uint32_t effort_for_open_sorts() const {
    if (spec_.sorts.empty()) return options_.effort;
    return options_.effort / (claims_complete() ? 2 : 16);
  }

  bool scope_fits() const {
    const Scope& scope = decision_.scope;
    return scope.sizes.size() == spec_.sorts.size() &&
           scope.complete.size() == scope.sizes.size() &&
           std::count(scope.sizes.begin(), scope.sizes.end(), 0U) == 0;
  }
  bool claims_complete() const { return scope_fits() && decision_.scope.is_complete(); }

  Recheck conclude(Outcome outcome, std::string note) const {
    return {outcome, std::move(note), questions_};
  }

  Attempt attempt(const std::vector<std::uint32_t>* sizes, std::uint32_t effort) {
    Attempt result;
    try {
      Logic logic(spec_, sizes);
      Proof proof(logic, decision_, effort);
      result.answer = proof.run();
      result.exact = logic.exact();
      questions_ += proof.questions();
      if (result.answer == Answer::refuted) {
        result.why = fmt::format("not so: {}", proof.failed());
      } else if (result.answer == Answer::unknown) {
        result.why = fmt::format("the solver gave up: {}", proof.failed());
      }
    } catch (const z3::exception& e) {
      result.answer = Answer::unknown;
      result.why = fmt::format("the solver failed: {}", e.msg());
    }
    return result;
  }

  const spec::Spec& spec_;
  const Decision& decision_;
  const Options& options_;
  std::uint32_t questions_ = 0;
};

}  // namespace

Recheck prove_again(const spec::Spec& spec, const Decision& decision, const Options& options) {
  if (decision.route != Route::closed && decision.route != Route::origin_states) {
    return {Outcome::unknown, "no proof is claimed", 0};
  }
  for (const Fact& fact : decision.facts) {
    if (!fits(spec, fact)) return {Outcome::unknown, "a fact does not fit the specification", 0};
  }
  return Twice(spec, decision, options).run();
}

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::confirmed_unbounded:
      return "confirmed";
    case Outcome::confirmed_in_scope:
      return "confirmed in scope";
    case Outcome::refuted:
      return "refuted";
    case Outcome::unknown:
      return "unknown";
  }
  return "";
}

}  // namespace tribunal::checker::confluence::recheck
