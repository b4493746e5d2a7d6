// Running transactions and invariants on concrete values: no solver, plain evaluation.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "spec/ast.h"
#include "spec/layout.h"
#include "spec/state.h"

namespace tribunal::spec {

// The value of a closed or partly bound expression: `slots` holds what its locals are and has room
// for what it binds (Transaction::slots, Invariant::slots). Booleans are 0 and 1. An index outside
// its sort reads as 0 (no such element). Arithmetic wraps around; `overflowed` is set if it did.
std::int64_t evaluate(const Layout& layout, ExprId expr, const Values& values,
                      std::vector<std::int64_t>& slots, bool& overflowed);

// The invariants that `values` violate, ascending. `overflowed`, if given, is set when arithmetic
// left 64 bits, so that the answer means nothing.
std::vector<std::uint32_t> violated(const Layout& layout, const Values& values,
                                    bool* overflowed = nullptr);

// A choice of the bound variables of the outermost foralls that makes the invariant false, for
// people; empty if it holds or binds nothing.
struct Binding {
  std::string name;
  Type type{};
  std::int64_t value = 0;
  friend bool operator==(const Binding&, const Binding&) = default;
};
std::vector<Binding> witness(const Layout& layout, std::uint32_t invariant, const Values& values);

enum class Outcome : std::uint8_t {
  committed,
  guard,      // `requires` is false here
  invariant,  // it would violate an invariant here, so the replica aborts it
  overflow,   // arithmetic left 64 bits
  argument,   // an argument is no value of its type, or a fresh one was minted before
  exhausted,  // no element is left that the replica could mint (Replica::attempt)
};
struct Attempt {
  Outcome outcome = Outcome::guard;
  std::uint32_t invariant = 0;  // the first one violated
  Event event;                  // only if committed
  Values after;                 // what the replica would show; committed or invariant
};

// Tries a transaction at a replica in `state`, which stays as it is. The event's stamp is (state
// time + 1, replica). Precondition: one argument for each parameter.
Attempt attempt(const Layout& layout, const State& state, std::uint32_t transaction,
                std::span<const std::int64_t> arguments, std::uint32_t replica);

}  // namespace tribunal::spec
