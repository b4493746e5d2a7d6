// Does a total order exist that has certain pairs in it, and at least one of two pairs for each of
// certain alternatives? What linearizability and serializability come down to when every read names
// its write; tests/checker/order_oracle.h makes such questions.
//
// Most of a question is decided by reachability alone; Z3 gets what is left, as integer difference
// logic.
#pragma once

#include <cstdint>
#include <vector>

namespace tribunal::checker::testing_support {

struct Edge {
  std::uint32_t before = 0;
  std::uint32_t after = 0;
};
struct Either {  // or both
  Edge one;
  Edge other;
};

struct OrderQuestion {
  std::uint32_t points = 0;  // numbered from 0
  std::vector<Edge> edges;
  std::vector<Either> clauses;
};

struct OrderAnswer {
  bool possible = false;
  bool solver_asked = false;         // false: reachability decided
  std::vector<std::uint32_t> order;  // if possible: one of them, of all points
};

enum class PrePass { run, skip };
OrderAnswer find_order(const OrderQuestion& question, PrePass pre_pass = PrePass::run);

}  // namespace tribunal::checker::testing_support
