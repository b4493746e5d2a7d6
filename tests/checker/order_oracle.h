// Linearizability of registers, serializability and strict serializability, decided as an order of
// transactions (tests/checker/order_solver.h): an oracle that has nothing in common with the
// checkers, for histories too large for brute force.
//
// It needs every read to name its write: no value is written twice to a register, or is its initial
// value. Then transactions of unknown outcome need no guessing: one that nobody read from does no
// harm as the last of all, so every one of them can be taken to have happened.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include "tests/checker/brute_force.h"
#include "tests/checker/order_solver.h"

namespace tribunal::checker::testing_support {

struct Micro {
  bool write = false;
  Value reg;
  std::optional<Value> value;  // read: what it saw, if that was recorded
};

// A transaction takes effect at one moment. One that failed did nothing, and is not among them.
struct Txn {
  std::uint32_t call = 0;  // times, in any unit
  std::uint32_t ret = std::numeric_limits<std::uint32_t>::max();
  bool must_happen = true;  // false: its outcome, its end and what it read are unknown
  std::vector<Micro> micros;
};

using Registers = std::map<Value, Value>;  // what is not in it is nil

// Operations of registers (read, write) and of multi-registers (txn) as transactions; registers of
// different independent keys are different registers.
std::vector<Txn> transactions_of(const std::vector<PlainOp>& ops, const Options& options);
Registers initial_registers(const std::vector<Txn>& txns, const Options& options);

bool writes_are_unique(const std::vector<Txn>& txns, const Registers& initial);

// Strict serializability of single operations is linearizability (Herlihy and Wing 1990).
enum class RealTime { respected, ignored };

// An order of all transactions, by index. Precondition: writes_are_unique.
OrderAnswer serial_order(const std::vector<Txn>& txns, const Registers& initial, RealTime real_time,
                         PrePass pre_pass = PrePass::run);

}  // namespace tribunal::checker::testing_support
