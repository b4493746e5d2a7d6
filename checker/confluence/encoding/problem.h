// One specification in one scope as a solver sees it, and single questions about it.
#pragma once

#include <memory>

#include "checker/confluence/decision.h"
#include "checker/confluence/encoding/state.h"

namespace tribunal::checker::confluence::encoding {

enum class Answer : std::uint8_t { impossible, possible, unknown };

// Owns the solver's context; every term belongs to it and must die before it.
class Problem {
 public:
  // `effort`: Z3's own measure of work (rlimit) for one question; the same on every machine.
  Problem(const spec::Layout& layout, std::uint32_t effort, Mutation mutation = Mutation::none)
      : builder_(context_), evaluator_(builder_, layout), effort_(effort), mutation_(mutation) {}
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;

  z3::context& context() { return context_; }
  const Builder& builder() const { return builder_; }
  const Evaluator& evaluator() const { return evaluator_; }
  const spec::Layout& layout() const { return evaluator_.layout(); }
  const spec::Spec& spec() const { return evaluator_.spec(); }
  std::uint32_t effort() const { return effort_; }
  bool mutated(Mutation mutation) const { return mutation_ == mutation; }
  std::uint32_t& questions() { return questions_; }

  // Any arguments of `transaction`, with room for its other slots. That elements lie in their sorts
  // is added to `facts`.
  Slots arguments(std::uint32_t transaction, const std::string& name, Terms& facts) const;
  // Fresh arguments are not used in `state`.
  Term unused(std::uint32_t transaction, const Slots& arguments, const Symbolic& state) const;
  // Minted arguments of two transactions at two replicas: no fresh element twice, and each
  // replica's own `self`.
  Term apart(std::uint32_t a, const Slots& arguments_a, std::uint32_t b,
             const Slots& arguments_b) const;
  // `time` lies after every write in `state`.
  Term after(const Term& time, const Symbolic& state) const;

 private:
  z3::context context_;
  Builder builder_;
  Evaluator evaluator_;
  std::uint32_t effort_;
  Mutation mutation_;
  std::uint32_t questions_ = 0;
};

class Query {
 public:
  explicit Query(Problem& problem);
  void assume(const Term& term) { solver_.add(term); }
  void assume(const Terms& terms) {
    for (const Term& term : terms) solver_.add(term);
  }
  Answer check();
  // After check() said possible: the value of a term there; booleans are 0 and 1.
  std::int64_t value(const Term& term);
  std::vector<std::int64_t> values(const Terms& terms);

 private:
  Problem& problem_;
  z3::solver solver_;
  std::unique_ptr<z3::model> model_;
};

}  // namespace tribunal::checker::confluence::encoding
