// Tells why a core is impossible: a name and two or three sentences, and the argument in full.
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "checker/linearizability/anomaly_kinds.h"
#include "checker/linearizability/decoding.h"
#include "checker/linearizability/evidence.h"

namespace tribunal::checker::linearizability {

namespace {

constexpr std::size_t max_told = 40;  // operations of a core whose orders are told one by one
constexpr std::size_t max_ends = 12;  // dead ends that are told
constexpr std::size_t max_visited = 50'000;

// Walks through the orders of a core and says where each ends. The operations are numbered from 1.
class DeadEnds {
 public:
  DeadEnds(Model& model, std::vector<std::pair<std::size_t, Op>> ops)
      : model_(model), ops_(std::move(ops)) {}

  std::vector<std::string> tell() {
    walk(0, model_.initial());
    if (more_ > 0) told_.push_back(fmt::format("{} further orders end in the same way.", more_));
    return std::move(told_);
  }

 private:
  bool may_come_next(std::size_t i, std::uint64_t done) const {
    if (((done >> i) & 1) != 0) return false;
    for (std::size_t j = 0; j < ops_.size(); ++j) {
      if (((done >> j) & 1) == 0 && ops_[j].second.ret < ops_[i].second.call) return false;
    }
    return true;
  }

  // As deep as there are operations, at most max_told.
  void walk(std::uint64_t done, State state) {
    if (visited_.size() >= max_visited || !visited_.emplace(done, state).second) return;
    bool leads_on = false;
    std::vector<std::string> reasons;
    for (std::size_t i = 0; i < ops_.size(); ++i) {
      if (!may_come_next(i, done)) continue;
      const auto& [number, op] = ops_[i];
      const State next = model_.step(state, op);
      if (next == refused) {
        reasons.push_back(fmt::format("({}) is impossible: {}", number, model_.why(state, op)));
        continue;
      }
      leads_on = true;
      path_.push_back(number);
      walk(done | (std::uint64_t{1} << i), next);
      path_.pop_back();
      if (op.pure) return;  // it could come first in every order that goes on from here
    }
    if (!leads_on) tell_end(reasons);
  }

  void tell_end(const std::vector<std::string>& reasons) {
    if (told_.size() >= max_ends) {
      ++more_;
      return;
    }
    std::string order = path_.empty() ? "At the start" : "After the order ";
    for (std::size_t i = 0; i < path_.size(); ++i) {
      order += fmt::format("{}({})", i > 0 ? ", " : "", path_[i]);
    }
    std::string all;
    for (const std::string& reason : reasons) all += (all.empty() ? "" : "; ") + reason;
    told_.push_back(order + ": " + all + ".");
  }

  Model& model_;
  std::vector<std::pair<std::size_t, Op>> ops_;
  std::set<std::pair<std::uint64_t, State>> visited_;
  std::vector<std::size_t> path_;
  std::vector<std::string> told_;
  std::size_t more_ = 0;
};

// The operations of the core that returned before this one began, without those that follow from
// others.
std::string after_which(Evidence& e, std::size_t at) {
  const std::vector<std::uint32_t>& core = e.core();
  std::vector<std::string> direct;
  for (std::size_t i = 0; i < at; ++i) {
    if (!e.precedes(core[i], core[at])) continue;
    const bool implied = std::any_of(core.begin(), core.end(), [&](std::uint32_t between) {
      return e.precedes(core[i], between) && e.precedes(between, core[at]);
    });
    if (!implied) direct.push_back(fmt::format("({})", i + 1));
  }
  if (direct.empty()) return "";
  const bool one = direct.size() == 1;
  return fmt::format("; it began after {} had returned, so it comes after {}", enumerate(direct),
                     one ? "that" : "those");
}

std::string tell_operation(Evidence& e, std::size_t at) {
  const std::uint32_t position = e.core()[at];
  std::string text = fmt::format("({}) {}", at + 1, capital(e.did(position)));
  text += after_which(e, at);
  if (e.op(position).optional()) text += "; it may have taken effect at any time since, or never";
  const std::optional<Op>& left = e.left(position);
  if (!left.has_value() || !left->same_effect(e.op(position))) {
    text += "; what it saw may come from operations outside this excerpt and is not used";
  }
  return text + ".";
}

}  // namespace

std::vector<std::string> argue(Evidence& evidence) {
  std::vector<std::string> steps;
  if (evidence.core().size() > max_told) {
    steps.push_back(
        fmt::format("The core has {} operations: too many to go through their orders here.",
                    evidence.core().size()));
    return steps;
  }
  std::vector<std::pair<std::size_t, Op>> ops;
  for (std::size_t i = 0; i < evidence.core().size(); ++i) {
    steps.push_back(tell_operation(evidence, i));
    const std::optional<Op>& left = evidence.left(evidence.core()[i]);
    if (left.has_value()) ops.emplace_back(i + 1, *left);
  }
  for (std::string& end : DeadEnds(evidence.model(), std::move(ops)).tell()) {
    steps.push_back(std::move(end));
  }
  steps.emplace_back("No order is left.");
  return steps;
}

Finding explain(Evidence& evidence) {
  if (auto finding = evidence.model().classify(evidence)) return *finding;
  std::string text = fmt::format("No order of these {} operations explains what they observed.",
                                 evidence.core().size());
  text += fmt::format(" {} cannot be placed: in the order that gets furthest it would be {}.",
                      capital(evidence.did(evidence.observer())),
                      evidence.why().empty() ? "impossible" : evidence.why());
  return {"non-linearizable order", text};
}

}  // namespace tribunal::checker::linearizability
