// One order of all operations that explains every read: sequential consistency, and consistent
// prefix. Both are NP-complete to decide even when it is known who wrote what was read (Gibbons and
// Korach, "Testing Shared Memories", SIAM J. Comput. 1997), so: everything that follows is derived
// first (saturation), then a search with a budget looks for the order.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checker/session/flaw.h"
#include "checker/session/graph.h"
#include "checker/session/observed.h"

namespace tribunal::checker::session {

// What has to be put in order. A node is an operation, or under consistent prefix one of the two
// halves of a compare-and-set: what was read, and the exchange.
struct Step {
  std::uint32_t op = 0;
  std::uint32_t key = 0;
  bool reads = false;
  bool writes = false;
  std::uint32_t source = none;  // a step
  std::uint32_t chain = 0;
  std::uint32_t place = 0;  // in its chain
};

struct Problem {
  std::vector<Step> steps;
  std::vector<std::vector<std::uint32_t>> chains;  // steps that follow one another
  std::vector<Edge> before;  // all orders that are given; labels are Link::Why
  std::uint32_t keys = 0;
};

// Every process keeps its order.
Problem sequential_problem(const Observed& observed, Flaw flaw = {});
// What a process reads only moves forward, and its writes come after what it did before; but its
// reads need not include its own writes.
Problem prefix_problem(const Observed& observed, Flaw flaw = {});

// Derives orders of writes until there is nothing new (or `passes` are over), and adds them to the
// problem: when a write w comes before a read of x that saw v, w of x also comes before v; when it
// comes after v, then also after the read. True: there is a cycle.
bool saturate(Problem& problem, std::uint32_t passes, std::uint64_t memory, std::uint64_t& steps);

enum class Found { order, impossible, gave_up };
struct SearchResult {
  Found found = Found::gave_up;
  std::vector<std::uint32_t> order;  // steps
  std::uint64_t steps = 0;
};
// `budget` in steps, `memory` in bytes of what is remembered of dead ends.
SearchResult find_order(const Problem& problem, std::uint64_t budget, std::uint64_t memory,
                        Flaw flaw = {});

}  // namespace tribunal::checker::session
