// A process's view: the fixpoint HB of Bouajjani et al. 2017 (definition 7), which for PRAM is the
// closure of Wei et al., "Verifying PRAM Consistency over Read/Write Traces of Data Replicas", TPDS
// 2016. Instead of a relation, the first operation of the process by which each write has to be
// seen is kept: a write comes before an operation of the process exactly when it has to be seen by
// then. What has to be seen only grows along the process, so lengths of prefixes describe it.
#include <algorithm>
#include <utility>

#include "checker/session/causality.h"
#include "checker/session/positions.h"

namespace tribunal::checker::session {

namespace {

std::uint32_t label(Link::Why why) { return static_cast<std::uint32_t>(why); }

class View {
 public:
  View(const Observed& observed, const Dependencies* causality,
       const std::vector<std::vector<Chain>>& writes, std::uint32_t observer, Flaw flaw)
      : observed_(observed),
        causality_(causality),
        writes_(writes),
        observer_(observer),
        flaw_(flaw),
        mine_(observed.processes[observer]) {}

  // True: there may be a conflict (then `conflict` knows).
  bool suspicious(std::uint64_t& steps, std::uint64_t limit, bool& gave_up) {
    early_.assign(mine_.size(), {});
    do {
      again_ = false;
      pass(steps);
      if (flaw_ == Flaw::one_pass) break;
      if (steps > limit && again_) {
        gave_up = true;
        return false;
      }
    } while (again_ && !impossible_);
    return suspicious_ || impossible_;
  }

  std::optional<OrderConflict> conflict() const {
    Graph graph(static_cast<std::uint32_t>(observed_.ops.size()), edges());
    if (graph.order().size() == graph.nodes()) return std::nullopt;
    OrderConflict conflict;
    conflict.cycle = short_cycle(std::move(graph));
    const bool initial =
        std::any_of(conflict.cycle.begin(), conflict.cycle.end(),
                    [](const Link& link) { return link.why == Link::Why::initial; });
    conflict.pattern = initial ? "WriteHBInitRead" : "CyclicHB";
    conflict.observer = observer_;
    return conflict;
  }

 private:
  using Change = std::pair<std::uint32_t, std::uint32_t>;  // place in the process, length from then

  // What has to be seen, operation by operation; and what follows from that must be seen earlier.
  void pass(std::uint64_t& steps) {
    seen_.assign(observed_.processes.size(), 0);
    changes_.assign(observed_.processes.size(), {});
    suspicious_ = false;
    forced_.clear();
    for (std::uint32_t place = 0; place < mine_.size(); ++place) {
      const Op& op = observed_.ops[mine_[place]];
      const std::size_t early = early_[place].size();  // does not grow while we are here
      for (std::size_t e = 0; e < early; ++e) see(early_[place][e], place);
      if (op.source != none) see(op.source, place);
      if (op.reads) read(place, op);
      if (seen_[observer_] > place + 1) suspicious_ = true;  // something of its own future
      raise(observer_, place + 1, place);
      steps += observed_.processes.size();
    }
  }

  void raise(std::uint32_t process, std::uint32_t length, std::uint32_t place) {
    if (length <= seen_[process]) return;
    seen_[process] = length;
    std::vector<Change>& changes = changes_[process];
    if (!changes.empty() && changes.back().first == place) {
      changes.back().second = length;
    } else {
      changes.emplace_back(place, length);
    }
  }

  // A write, and all that comes before it in the order that every view keeps.
  void see(std::uint32_t write, std::uint32_t place) {
    const Op& op = observed_.ops[write];
    if (op.place < seen_[op.process]) return;
    if (causality_ != nullptr) {
      const std::uint32_t* lengths = causality_->of(write);
      for (std::uint32_t p = 0; p < seen_.size(); ++p) raise(p, lengths[p], place);
    }
    raise(op.process, op.place + 1, place);
  }

  // The place by which a write has to be seen. Precondition: it is seen by now.
  std::uint32_t first_seen(std::uint32_t write) const {
    const Op& op = observed_.ops[write];
    const std::vector<Change>& changes = changes_[op.process];
    return std::partition_point(changes.begin(), changes.end(),
                                [&](const Change& c) { return c.second <= op.place; })
        ->first;
  }

  // In the order that every view keeps.
  bool precedes(std::uint32_t write, std::uint32_t later) const {
    const Op& a = observed_.ops[write];
    const Op& b = observed_.ops[later];
    if (causality_ != nullptr) return causality_->of(later)[a.process] > a.place;
    return a.process == b.process && a.place < b.place;
  }

  // All writes of the key that are seen by now come before the one that was read.
  void read(std::uint32_t place, const Op& op) {
    const std::uint32_t since = op.source == none ? 0 : first_seen(op.source);
    for (const Chain& chain : writes_[op.key]) {
      const auto end = std::partition_point(
          chain.ops.begin(), chain.ops.end(),
          [&](std::uint32_t i) { return observed_.ops[i].place < seen_[chain.process]; });
      if (end == chain.ops.begin()) continue;
      const std::uint32_t write = *(end - 1);
      if (write == op.source) continue;
      if (op.source == none) {
        forced_.push_back({mine_[place], write, label(Link::Why::initial), none});
        impossible_ = true;
        continue;
      }
      if (flaw_ == Flaw::no_saturation || precedes(write, op.source)) continue;
      forced_.push_back({write, op.source, label(Link::Why::forced), mine_[place]});
      const std::uint32_t first = first_seen(write);
      if (first < since) continue;
      suspicious_ = true;
      if (first == since) continue;
      early_[since].push_back(write);
      again_ = true;
    }
  }

  std::vector<Edge> edges() const {
    std::vector<Edge> edges = forced_;
    for (std::uint32_t p = 0; p < observed_.processes.size(); ++p) {
      std::uint32_t last = none;
      for (const std::uint32_t i : observed_.processes[p]) {
        const Op& op = observed_.ops[i];
        if (causality_ == nullptr && p != observer_ && !op.writes) continue;
        if (last != none) edges.push_back({last, i, label(Link::Why::process), none});
        last = i;
        if (op.source != none && (causality_ != nullptr || p == observer_)) {
          edges.push_back({op.source, i, label(Link::Why::source), none});
        }
      }
    }
    return edges;
  }

  const Observed& observed_;
  const Dependencies* causality_;
  const std::vector<std::vector<Chain>>& writes_;
  std::uint32_t observer_;
  Flaw flaw_;
  const std::vector<std::uint32_t>& mine_;
  std::vector<std::vector<std::uint32_t>> early_;  // by place: writes to be seen by then
  std::vector<std::uint32_t> seen_;                // a length for each process
  std::vector<std::vector<Change>> changes_;       // how that came about
  std::vector<Edge> forced_;
  bool again_ = false;
  bool suspicious_ = false;  // there are orders that the simple serialization may not keep
  bool impossible_ = false;
};

}  // namespace

ViewResult view_conflict(const Observed& observed, const Dependencies* causality,
                         std::uint64_t steps, Flaw flaw) {
  const auto writes = chains(observed, true);
  ViewResult result;
  for (std::uint32_t p = 0; p < observed.processes.size(); ++p) {
    View view(observed, causality, writes, p, flaw);
    if (!view.suspicious(result.steps, steps, result.gave_up)) continue;
    result.conflict = view.conflict();
    if (result.conflict) break;
  }
  if (result.conflict) result.gave_up = false;
  return result;
}

}  // namespace tribunal::checker::session
