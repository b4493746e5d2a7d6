// See check_key.h.
#include "checker/linearizability/check_key.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include <fmt/core.h>

#include "checker/linearizability/anomaly_kinds.h"
#include "checker/linearizability/core.h"
#include "checker/linearizability/decoding.h"
#include "checker/linearizability/evidence.h"
#include "checker/linearizability/excerpt.h"

namespace tribunal::checker::linearizability {

namespace {

// Without a budget of the user's, finding the core stops here: the verdict stands in any case.
constexpr std::uint64_t core_steps = 20'000'000;

const Op& by_call(const std::vector<Op>& ops, std::uint32_t call) {
  return *std::lower_bound(ops.begin(), ops.end(), call,
                           [](const Op& op, std::uint32_t c) { return op.call < c; });
}

// The operations that were pending when the search got stuck, and why none of them can come next.
// The stuck one is impossible in the state it got to; another may be possible, but does not help
// the stuck one.
void blocked(Model& model, const std::vector<Op>& ops, const Found& found, KeyProof& proof) {
  State state = model.initial();
  for (const std::uint32_t call : found.order) state = model.step(state, by_call(ops, call));
  const std::unordered_set<std::uint32_t> placed(found.order.begin(), found.order.end());
  const Op& stuck = ops[found.stuck];
  proof.blocked.push_back(stuck.call);
  proof.blocked_why.push_back(model.why(state, stuck));
  for (const Op& op : ops) {
    if (op.call > stuck.ret) break;
    if (op.optional() || op.call == stuck.call || placed.count(op.call) != 0) continue;
    const State next = model.step(state, op);
    proof.blocked.push_back(op.call);
    if (next == refused) {
      proof.blocked_why.push_back(model.why(state, op));
    } else {
      const std::string then = model.step(next, stuck) == refused ? model.why(next, stuck) : "";
      proof.blocked_why.push_back(
          "possible, but of no help to the operation that cannot be placed" +
          (then.empty() ? then : ": " + then));
    }
  }
}

Anomaly tell(const history::History& history, const KeyHistory& key, Excerpts& excerpts,
             const Core& core) {
  Evidence evidence(history, key, excerpts, core.positions);
  const Finding finding = explain(evidence);
  Anomaly anomaly;
  anomaly.kind = finding.kind;
  anomaly.harm = anomaly_kind(finding.kind).harm;
  anomaly.key = key.key;
  anomaly.has_key = key.has_key;
  anomaly.minimal = core.minimal;
  for (const std::uint32_t i : core.positions) anomaly.operations.push_back(key.ops[i].call);
  anomaly.explanation = finding.explanation;
  anomaly.steps = argue(evidence);
  return anomaly;
}

void convict(const history::History& history, const KeyHistory& key, Excerpts& excerpts,
             const std::vector<Op>& ops, const Found& found, Limits limits, bool minimise,
             KeyResult& result) {
  const std::uint32_t call = ops[found.stuck].call;
  result.proof.stuck_at = ops[found.stuck].ret;
  blocked(*key.model, ops, found, result.proof);
  if (limits.steps == 0) limits.steps = core_steps;
  const auto stuck = static_cast<std::uint32_t>(&by_call(key.ops, call) - key.ops.data());
  const Core core = find_core(key, excerpts, stuck, limits, minimise);
  result.steps += core.steps;
  result.anomaly = tell(history, key, excerpts, core);
  result.proof.core = result.anomaly->operations;
}

}  // namespace

KeyResult check_key(const history::History& history, const KeyHistory& key, const Limits& limits,
                    bool minimise) {
  KeyResult result;
  result.proof.key = key.key;
  result.proof.has_key = key.has_key;
  std::optional<Excerpts> excerpts;
  std::vector<Op> ops = key.ops;
  if (!key.counts.empty()) {  // an excerpt itself: some of its observations may not stand
    std::vector<std::uint32_t> everything(key.ops.size());
    std::iota(everything.begin(), everything.end(), 0U);
    ops = excerpts.emplace(key).build(everything);
  }
  ops = without_useless(*key.model, ops);
  Found found = search(*key.model, ops, limits);
  result.steps = found.steps;
  result.out_of_memory = found.out_of_memory;
  result.proof.reason = found.reason;
  result.proof.validity = found.outcome == Outcome::possible     ? Validity::valid
                          : found.outcome == Outcome::impossible ? Validity::invalid
                                                                 : Validity::unknown;
  if (found.outcome == Outcome::impossible) {
    if (!excerpts.has_value()) excerpts.emplace(key);
    convict(history, key, *excerpts, ops, found, limits, minimise, result);
  }
  result.proof.order = std::move(found.order);
  return result;
}

}  // namespace tribunal::checker::linearizability
