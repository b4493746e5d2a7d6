// Runs written by name, and runs at random, for tests.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "base/choices.h"
#include "spec/simulate.h"
#include "specimen.h"

namespace tribunal::spec {

inline Step executes(const Specimen& specimen, std::uint32_t replica, std::string_view op,
                     std::vector<std::int64_t> arguments = {}) {
  return {Step::What::execute, replica, 0, specimen.transaction(op), std::move(arguments)};
}
inline Step merges(std::uint32_t replica, std::uint32_t from) {
  return {Step::What::merge, replica, from, 0, {}};
}

inline void PrintTo(const Step& step, std::ostream* to) {
  if (step.what == Step::What::merge) {
    *to << step.replica << " <- " << step.from;
    return;
  }
  *to << step.replica << ": op " << step.transaction << "(";
  for (const std::int64_t argument : step.arguments) *to << argument << " ";
  *to << ")";
}

// Of three replicas, without the care that simulate() takes: what a guard refuses stays in.
inline Run random_run(const Specimen& specimen, std::uint64_t seed, int steps) {
  Choices choices(seed, 5);
  const auto pick = [&](std::uint64_t bound) {
    return static_cast<std::uint32_t>(choices.below("pick"_site, bound));
  };
  Run run;
  std::vector<std::int64_t> minted(specimen.spec.sorts.size());
  for (int i = 0; i < steps; ++i) {
    const std::uint32_t here = pick(3);
    if (pick(10) < 3) {
      run.push_back(merges(here, (here + 1 + pick(2)) % 3));
      continue;
    }
    Step step{Step::What::execute, here, 0, pick(specimen.spec.transactions.size()), {}};
    for (const Parameter& parameter : specimen.spec.transactions[step.transaction].parameters) {
      std::int64_t argument = pick(6) - std::int64_t{1};
      if (parameter.type.base == Type::Base::boolean) argument = pick(2);
      if (is_finite(parameter.type)) argument = pick(specimen.layout.size_of(parameter.type));
      if (parameter.minted == Minted::fresh) argument = minted[parameter.type.index]++;
      if (parameter.minted == Minted::self) argument = here;
      step.arguments.push_back(argument);
    }
    run.push_back(std::move(step));
  }
  return run;
}

// Two transactions whose conflict needs an ancestor that itself needs a merge.
inline constexpr const char* slack =
    "counter x; gset p; gset q; op inc() requires x < 1 { x += 1; }"
    "op left() requires x >= 2 and not q { add p; }"
    "op right() requires x >= 2 and not p { add q; } invariant one: not (p and q);";
// A conflict of three: no two replicas get there.
inline constexpr const char* three =
    "counter x; op inc() requires x < 1 { x += 1; } invariant few: x <= 2;";
// A register whose decrease the merge undoes.
inline constexpr const char* undone =
    "max high; gset low; op raise() { high := 5; }"
    "op lower() requires high == 5 { high := 0; add low; } invariant kept: low => high < 5;";
inline constexpr const char* claims =
    "sort R[3]; gset claimed[R];"
    "op claim(self me: R) requires forall r: R . not claimed[r] { add claimed[me]; }"
    "invariant one: (count r: R . claimed[r]) <= 1;";
// Twelve rooms, so that the numbers of minimised runs have something to come down from.
inline constexpr const char* rooms =
    "sort B[12]; sort R[4]; gset booked[B]; lww room[B]: R; lww from[B]: int; lww till[B]: int;"
    "op book(fresh b: B, r: R, s: int, e: int) requires s < e {"
    "  add booked[b]; room[b] := r; from[b] := s; till[b] := e; }"
    "invariant apart: forall a, b: B . booked[a] and booked[b] and a != b and room[a] == room[b]"
    "  => till[a] <= from[b] or till[b] <= from[a];";

}  // namespace tribunal::spec
