#include "checker/confluence/recheck/transaction.h"

#include <fmt/format.h>

namespace tribunal::checker::confluence::recheck {

using spec::Minted;
using spec::Parameter;

namespace {

const std::vector<Parameter>& parameters_of(const Logic& logic, std::uint32_t transaction) {
  return logic.spec().transactions[transaction].parameters;
}

// `holds` of when each register of the state was written.
Formula of_times(Logic& logic, const State& state,
                 const std::function<Formula(const Formula& time)>& holds) {
  Formula all = logic.truth(true);
  for (std::size_t v = 0; v < state.variables.size(); ++v) {
    const Field& time = state.variables[v].time;
    if (!time) continue;
    all = both(all, logic.for_all(logic.spec().variables[v].indices,
                                  [&](const Formulas& at) { return holds(time(at)); }));
  }
  return all;
}

}  // namespace

Taken take(Logic& logic, std::uint32_t transaction, const std::string& name, const State& state,
           Observers origin) {
  Slots arguments = any_arguments(logic, transaction, name);
  Execution run = execute(logic, transaction, state, arguments);
  const Formula time = logic.unknown(name + ".now", spec::Type{});
  State committed = apply(logic, state, run.effects, time, origin, true);
  use(logic, committed, transaction, arguments);
  const Formula known =
      conjunction(logic.context(), {run.guard, time > 0, written_before(logic, time, state),
                                    unused(logic, transaction, arguments, state)});
  return {transaction, std::move(arguments), std::move(run.effects),
          time,        std::move(committed), known};
}

Slots any_arguments(Logic& logic, std::uint32_t transaction, const std::string& name) {
  Slots slots = empty_slots(logic, logic.spec().transactions[transaction].slots);
  const std::vector<Parameter>& parameters = parameters_of(logic, transaction);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    slots[p] =
        logic.unknown(fmt::format("{}.{}.{}", name, p, parameters[p].name), parameters[p].type);
  }
  return slots;
}

Formula unused(Logic& logic, std::uint32_t transaction, const Slots& arguments,
               const State& state) {
  const std::vector<Parameter>& parameters = parameters_of(logic, transaction);
  Formula all = logic.truth(true);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    if (parameters[p].minted != Minted::fresh) continue;
    all = both(all, negation(state.used[parameters[p].type.index]({arguments[p]})));
    for (std::size_t q = 0; q < p; ++q) {
      if (parameters[q].minted != Minted::fresh || parameters[q].type != parameters[p].type)
        continue;
      all = both(all, negation(same(arguments[p], arguments[q])));
    }
  }
  return all;
}

Formula apart(Logic& logic, std::uint32_t a, const Slots& arguments_a, std::uint32_t b,
              const Slots& arguments_b) {
  const std::vector<Parameter>& left = parameters_of(logic, a);
  const std::vector<Parameter>& right = parameters_of(logic, b);
  Formula all = logic.truth(true);
  for (std::size_t p = 0; p < left.size(); ++p) {
    for (std::size_t q = 0; q < right.size(); ++q) {
      if (left[p].minted == Minted::no || left[p].minted != right[q].minted) continue;
      if (left[p].type != right[q].type) continue;
      all = both(all, negation(same(arguments_a[p], arguments_b[q])));
    }
  }
  return all;
}

Formula written_before(Logic& logic, const Formula& time, const State& state) {
  return of_times(logic, state, [&](const Formula& written) { return written < time; });
}

Formula unwritten_at(Logic& logic, const Formula& time, const State& state) {
  return of_times(logic, state, [&](const Formula& written) { return written != time; });
}

Formula invariant(Logic& logic, std::uint32_t invariant, const Shown& shown) {
  const spec::Invariant& checked = logic.spec().invariants[invariant];
  Slots slots = empty_slots(logic, checked.slots);
  return evaluate(logic, checked.condition, shown, slots);
}

Formula invariants(Logic& logic, const State& state) {
  const Shown seen = shown(logic, state);
  Formula all = logic.truth(true);
  for (std::uint32_t i = 0; i < logic.spec().invariants.size(); ++i) {
    all = both(all, invariant(logic, i, seen));
  }
  return all;
}

}  // namespace tribunal::checker::confluence::recheck
