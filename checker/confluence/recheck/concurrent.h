// Transactions that arrive where more has happened than their origins had seen.
#pragma once

#include "checker/confluence/recheck/transaction.h"

namespace tribunal::checker::confluence::recheck {

// That states are valid is for the caller to say.
struct Arriving {
  State before, after;  // without and with the transaction
  State origin;         // where it was taken, in the past of `before`
  Taken taken;
  Formula known;  // how all this is related
};
Arriving any_arriving(Logic& logic, std::uint32_t transaction);

// Neither has seen the other, and no other event has seen either.
struct Concurrent {
  State before, with_a, with_b, with_both;
  State origin_a, origin_b;
  Taken a, b;
  Formula known;
};
Concurrent any_concurrent(Logic& logic, std::uint32_t a, std::uint32_t b);

}  // namespace tribunal::checker::confluence::recheck
