// What is tried while a violating run is made smaller. For spec/minimise.cpp and what it uses.
#pragma once

#include <cstdint>
#include <utility>

#include "spec/simulate.h"

namespace tribunal::spec {

// The smallest run so far. It ends with the first merge after which some replica violates the
// invariant, every execution in it commits, and its minted arguments are what Step says.
class Trial {
 public:
  // `run` need not be such a run: the first thing to do is to accept() it.
  Trial(const Layout& layout, Run run, std::uint32_t invariant)
      : layout_(&layout), run_(std::move(run)), invariant_(invariant) {}

  // Takes the candidate, up to its violation, if it is such a run.
  bool accept(Run candidate);
  const Run& run() const { return run_; }
  const Layout& layout() const { return *layout_; }

 private:
  const Layout* layout_;
  Run run_;
  std::uint32_t invariant_;
};

// The ways to make it smaller, which accept whatever is smaller or more orderly.
void drop_steps(Trial& trial);
void straighten(Trial& trial);
void simplify_arguments(Trial& trial);
void order_steps(Trial& trial);

// Calls visit(step, parameter, argument) for all arguments of the run.
template <class AnyRun, class Visit>
void for_each_argument(const Spec& spec, AnyRun& run, Visit visit) {
  for (auto& step : run) {
    if (step.what == Step::What::merge) continue;
    const std::vector<Parameter>& parameters = spec.transactions[step.transaction].parameters;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      visit(step, parameters[i], step.arguments[i]);
    }
  }
}
template <class AnyRun, class Visit>
void for_each_integer(const Spec& spec, AnyRun& run, Visit visit) {
  for_each_argument(spec, run, [&](auto&, const Parameter& parameter, auto& argument) {
    if (parameter.type.base == Type::Base::integer) visit(argument);
  });
}

// Whether some `self` is of this type.
bool names_replicas(const Spec& spec, Type type);

}  // namespace tribunal::spec
