// The steps of a proof, as questions to the solver.
#pragma once

#include "checker/confluence/recheck.h"
#include "checker/confluence/recheck/facts.h"
#include "checker/confluence/recheck/transaction.h"

namespace tribunal::checker::confluence::recheck {

enum class Answer : std::uint8_t { proven, refuted, unknown };

// Stops at the first step that does not go through.
//
// Both routes argue about a smallest set of events that some replica could have and whose state is
// not valid or breaks a fact; leaving out an event that no other one in the set has seen leaves a
// set which some replica could have, too. If there is only one such event, its origin committed it
// in that very state. Otherwise there are two, a and b, and the state is the merge of those without
// a and without b: all the smaller ones are valid and keep the facts.
class Proof {
 public:
  // Precondition: the route is `closed` or `origin_states`, and the facts fit.
  Proof(Logic& logic, const Decision& decision, std::uint32_t effort);

  Answer run();
  const std::string& failed() const { return failed_; }  // what the step was to show
  std::uint32_t questions() const { return questions_; }

 private:
  Answer initial();
  Answer kept_by(std::uint32_t transaction);
  Answer kept_by_merging();
  Answer closed();
  Answer pair(std::uint32_t a, std::uint32_t b);

  // What holds of a state that replicas can be in and that no violation came before.
  Formula valid(const State& state);
  // `holds` at each cell of each max and min.
  using OfExtremum = std::function<Formula(std::size_t variable, const Formulas& at)>;
  Formulas extrema(const OfExtremum& holds);
  void find_lasting();
  bool lasts(std::uint32_t transaction, spec::ExprId conjunct);
  Formula all_lasting(const Taken& taken, const State& state);

  Answer show(const std::string& what, const Formulas& known, const Formulas& goals);
  Answer ask(const Formulas& known, const Formula& goal);

  Logic& logic_;
  const Decision& decision_;
  std::uint32_t effort_;
  std::uint32_t questions_ = 0;
  std::string failed_;
  std::vector<std::vector<spec::ExprId>> lasting_;  // conjuncts of each transaction's guard
};

}  // namespace tribunal::checker::confluence::recheck
