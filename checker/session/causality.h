// What contradicts PRAM, causal memory and causal convergence, as cycles in orders of operations.
// The bad patterns are those of Bouajjani, Enea, Guerraoui and Hamza, "On Verifying Causal
// Consistency", POPL 2017.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/session/dependencies.h"
#include "checker/session/flaw.h"
#include "checker/session/graph.h"
#include "checker/session/observed.h"

namespace tribunal::checker::session {

// Why one operation comes before another.
struct Link {
  enum class Why : std::uint8_t {
    process,     // the same process did it earlier
    source,      // `to` read what `from` wrote
    forced,      // both wrote the same key; the read `because` saw `to`, and comes after `from`
    initial,     // the read `from` saw the initial value of what `to` wrote
    overwritten  // the read `from` saw `because`, which `to` comes after and replaced
  };
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  Why why = Why::process;
  std::uint32_t because = none;
};

struct OrderConflict {
  std::string pattern;            // "CyclicCO", ...
  std::vector<Link> cycle;        // each to the next, the last to the first
  std::uint32_t observer = none;  // the process whose view it is, when it is one's
};

// CyclicCO, WriteCOInitRead, WriteCORead: contradictions that all causal models share.
// `causality` carries both monotonic writes and writes follow reads.
std::optional<OrderConflict> causal_conflict(const Observed& observed,
                                             const Dependencies& causality);

// CyclicCF: no one order of the writes agrees with causality and with what every read chose among
// the writes in its past. Precondition: no causal_conflict.
std::optional<OrderConflict> convergence_conflict(const Observed& observed,
                                                  const Dependencies& causality, Flaw flaw = {});

// Has a process a serialization of its own operations and everybody's writes that keeps the order
// of every process (PRAM: Lipton and Sandberg 1988), or causality (causal memory: Ahamad et al.
// 1995)? WriteHBInitRead, CyclicHB. `causality`: nullptr for PRAM. Precondition for causal memory:
// no causal_conflict.
struct ViewResult {
  std::optional<OrderConflict> conflict;
  bool gave_up = false;  // more than `steps` were needed
  std::uint64_t steps = 0;
};
ViewResult view_conflict(const Observed& observed, const Dependencies* causality,
                         std::uint64_t steps, Flaw flaw = {});

// A short cycle of the graph whose nodes are operations and whose labels are Link::Why; empty:
// there is none.
std::vector<Link> short_cycle(Graph graph);

}  // namespace tribunal::checker::session
