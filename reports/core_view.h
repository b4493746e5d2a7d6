// What can be said about a core beyond the list of its operations: which observation is the
// impossible one, what each observation saw, and who came strictly before whom.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checker/verdict.h"
#include "history/history.h"

namespace tribunal::reports {

// An edge between two operations of a core, named by their invocations.
struct CoreEdge {
  enum class Why { real_time, value };
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  Why why = Why::real_time;
};

// Reads and other operations that look at the state; writes and others that change it.
bool observes(const history::History& history, const history::Operation& operation);
bool updates(const history::History& history, const history::Operation& operation);
// Does the result of `observer` show the effect of `update`?
bool saw(const history::History& history, const history::Operation& observer,
         const history::Operation& update);

// The proof that an anomaly was taken from, or nullptr.
const checker::KeyProof* proof_of(const checker::Check& check, const checker::Anomaly& anomaly);

// The invocation of the operation to point at: the observation at whose completion every order
// fails, when it belongs to the core; otherwise the last observation that misses an update which
// was over before it began; otherwise the last observation at all. nullopt for an empty core.
std::optional<std::uint32_t> offending_operation(const history::History& history,
                                                 const checker::Anomaly& anomaly,
                                                 const checker::KeyProof* proof);

// Real-time precedence without what follows from other edges, and who saw whose value.
std::vector<CoreEdge> core_edges(const history::History& history,
                                 const std::vector<std::uint32_t>& core);

// Invocations of the acknowledged updates of the core that its last observation does not show.
std::vector<std::uint32_t> unseen_updates(const history::History& history,
                                          const std::vector<std::uint32_t>& core);

}  // namespace tribunal::reports
