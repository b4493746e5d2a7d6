// Simpler arguments for a violating run.
#include <algorithm>
#include <optional>

#include "spec/trial.h"

namespace tribunal::spec {
namespace {

// Simpler numbers come first: 0, 1, -1, 2, ...
std::uint64_t complexity(std::int64_t value) {
  const auto magnitude = static_cast<std::uint64_t>(value);
  return value > 0 ? 2 * magnitude - 1 : 2 * (0 - magnitude);
}

// `value` becomes 0 and all others go with it.
void shift_numbers(Trial& trial, std::int64_t value) {
  Run run = trial.run();
  bool fits = true;
  std::uint64_t before = 0, after = 0;
  for_each_integer(trial.layout().spec(), run, [&](std::int64_t& argument) {
    before += complexity(argument);
    fits &= !__builtin_sub_overflow(argument, value, &argument);
    after += complexity(argument);
  });
  if (fits && after < before) trial.accept(std::move(run));
}

// All arguments `value`, or the one that is the `only`-th number of the run.
void replace_number(Trial& trial, std::int64_t value, std::optional<std::size_t> only) {
  for (const std::int64_t by : {0, 1, -1, 2, -2, 3, -3, 4, 5, 6, 7, 8}) {
    Run run = trial.run();
    std::size_t next = 0;
    for_each_integer(trial.layout().spec(), run, [&](std::int64_t& argument) {
      const bool chosen = only ? next == *only : argument == value;
      ++next;
      if (chosen && complexity(by) < complexity(argument)) argument = by;
    });
    if (run != trial.run() && trial.accept(std::move(run))) return;
  }
}

// Numbers that are equal or far apart stay so first, and may differ then.
void simplify_integers(Trial& trial) {
  std::vector<std::int64_t> values;
  for_each_integer(trial.layout().spec(), trial.run(),
                   [&](std::int64_t argument) { values.push_back(argument); });
  for (const std::int64_t value : values) shift_numbers(trial, value);
  for (const std::int64_t value : values) replace_number(trial, value, std::nullopt);
  for (std::size_t i = 0; i < values.size(); ++i) replace_number(trial, 0, i);
}

// The `chosen`-th argument of the run, if the caller chose it among finitely many.
void lower_element(Trial& trial, std::size_t chosen) {
  std::int64_t found = 0;
  for (std::int64_t by = 0; by == 0 || by < found; ++by) {
    Run run = trial.run();
    std::size_t next = 0;
    for_each_argument(trial.layout().spec(), run,
                      [&](const Step&, const Parameter& parameter, std::int64_t& argument) {
                        if (next++ != chosen || parameter.minted != Minted::no) return;
                        if (parameter.type.base == Type::Base::integer) return;
                        found = argument;
                        argument = std::min(argument, by);
                      });
    if (run != trial.run() && trial.accept(std::move(run))) return;
  }
}

// Elements have no order: they are numbered as they come up.
void rename_elements(Trial& trial, std::uint32_t sort) {
  const Spec& spec = trial.layout().spec();
  const Type type{Type::Base::sort, sort};
  if (names_replicas(spec, type)) return;
  std::vector<std::int64_t> seen;
  Run run = trial.run();
  for_each_argument(spec, run,
                    [&](const Step&, const Parameter& parameter, std::int64_t& argument) {
                      if (parameter.type != type) return;
                      const auto at = std::find(seen.begin(), seen.end(), argument);
                      const std::int64_t number = at - seen.begin();
                      if (at == seen.end()) seen.push_back(argument);
                      argument = number;
                    });
  if (run != trial.run()) trial.accept(std::move(run));
}

}  // namespace

void simplify_arguments(Trial& trial) {
  simplify_integers(trial);
  std::size_t arguments = 0;
  for_each_argument(trial.layout().spec(), trial.run(), [&](auto&...) { ++arguments; });
  for (std::size_t i = 0; i < arguments; ++i) lower_element(trial, i);
  for (std::uint32_t sort = 0; sort < trial.layout().sizes().size(); ++sort) {
    rename_elements(trial, sort);
  }
}

}  // namespace tribunal::spec
