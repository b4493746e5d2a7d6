// The depth-first search of Wing and Gong (Testing and Verifying Concurrent Objects, JPDC 1993,
// section 4), with Lowe's memo (Testing for Linearizability, CCPE 2017, section 3): a doubly linked
// list of calls and returns; an operation whose call stands before the first return may be
// linearized next and is then lifted out of the list; at the first return nothing more can be done,
// and the search goes back.
//
// What is different here:
//  * A configuration is (operations before the first open return; those linearized of the ones that
//  are
//    pending there; state): memory per entry is that of the pending operations, not of the history.
//    An operation holds a slot number while it is pending, and the set is a set of slots.
//  * A possible operation that is pure is linearized at once, and not reconsidered: in any order
//  that
//    extends the present one it can be moved here, where it is possible and changes nothing.
//  * Of several pending operations with the same effect only the one that returns first is tried:
//  in any
//    extension that begins with another, the two can change places. (The optional ones, which have
//    no end, come last, and among themselves in the order of their calls.)
//  * An optional operation is tried only where no required one leads on, never where it leaves the
//  state
//    as it is, and the operation after it must be one that would not have done the same without it.
//    Otherwise the order without it is as good. Configurations that differ only in having used more
//    of them are dominated (memo.h).
//
// Why no order is missed: let an extension of a configuration be an order of operations that leads
// on to the goal (all required operations, or all up to some return). Suppose that the search ended
// without reaching the goal although a configuration it visited has an extension, and take one for
// which the extension is shortest, and among these one with the fewest operations left. By the
// exchanges above, a child which the search visits, or a visited configuration that dominates it,
// has a shorter extension or fewer operations left; where the last rule forbids the child, the same
// step from the configuration before the optional operation was allowed, or forbidden by the same
// rule further up. So none exists.
//
// The parameter `flaw` is for the tests, which must catch each way of getting this wrong.
#pragma once

#include <algorithm>
#include <cstdint>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "checker/linearizability/memo.h"
#include "checker/linearizability/search.h"
#include "checker/linearizability/shared_arrays.h"

namespace tribunal::checker::linearizability {

enum class Flaw {
  none,
  memo_without_state,      // configurations with different states count as the same
  memo_without_pending,    // ... with different pending operations
  memo_without_optional,   // ... with different optional operations
  returns_ignored,         // looks past the first return
  optional_before_call,    // lets an optional operation take effect before its invocation
  everything_is_pure,      // never reconsiders a step
  latest_twin,             // prefers the twin that returns last
  optional_once,           // uses one operation of each class of optional twins
  nothing_after_optional,  // forbids every operation that was possible without the optional one
  growth_everywhere,       // takes a step that changes nothing for pure in every model
  stale_slots,             // leaves the slots of the completed prefix set
};
inline constexpr int flaw_count = static_cast<int>(Flaw::stale_slots) + 1;

template <Flaw flaw = Flaw::none>
class Engine {
 public:
  Engine(Model& model, const std::vector<Op>& ops, const Limits& limits)
      : model_(model), ops_(ops), limits_(limits) {
    separate();
    link();
    assign_slots();
    wide_ = SharedArrays((slot_count_ + 63) / 64);
    sets_ = SharedArrays(static_cast<std::uint32_t>((optional_.size() + 63) / 64));
    state_ = model_.initial();
  }

  Found run() {
    Found found;
    found.outcome = explore();
    note_prefix();
    found.order = std::move(best_);
    if (found.outcome == Outcome::impossible) found.stuck = required_[by_return_[best_first_]];
    found.reason = reason_;
    found.out_of_memory = out_of_memory_;
    found.steps = steps_;
    return found;
  }

 private:
  using Node = std::uint32_t;  // 0: head; 1 + 2r: call of required operation r; 2 + 2r: its return

  struct Frame {
    std::uint64_t pending;
    std::uint32_t first;
    State state;
    SharedArrays::Array used;
    Node node;             // of a required operation, or 0
    std::uint32_t member;  // position in optional_, if node is 0
    bool forced;
  };

  // Operations with the same effect, in the order of their calls.
  struct Group {
    std::vector<std::uint32_t> members;  // positions in optional_
    std::uint32_t used = 0;
  };

  static bool is_call(Node node) { return node % 2 == 1; }
  static std::uint32_t required_of(Node node) { return (node - 1) / 2; }
  const Op& op_at(Node node) const { return ops_[required_[required_of(node)]]; }

  void separate() {
    for (std::uint32_t i = 0; i < ops_.size(); ++i) {
      (ops_[i].optional() ? optional_ : required_).push_back(i);
    }
    std::vector<std::uint32_t> sorted(optional_.size());
    for (std::uint32_t i = 0; i < sorted.size(); ++i) sorted[i] = i;
    const auto effect = [&](std::uint32_t i) {
      const Op& op = ops_[optional_[i]];
      return std::make_tuple(op.kind, op.a, op.b);
    };
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](std::uint32_t x, std::uint32_t y) { return effect(x) < effect(y); });
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (i == 0 || effect(sorted[i]) != effect(sorted[i - 1])) groups_.emplace_back();
      groups_.back().members.push_back(sorted[i]);
    }
    std::sort(groups_.begin(), groups_.end(),
              [](const Group& x, const Group& y) { return x.members[0] < y.members[0]; });
    group_of_.resize(optional_.size());
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      for (const std::uint32_t member : groups_[g].members) group_of_[member] = g;
    }
  }

  void link() {
    const auto n = static_cast<std::uint32_t>(required_.size());
    by_return_.resize(n);
    for (std::uint32_t r = 0; r < n; ++r) by_return_[r] = r;
    const auto ret = [&](std::uint32_t r) { return ops_[required_[r]].ret; };
    std::sort(by_return_.begin(), by_return_.end(),
              [&](std::uint32_t x, std::uint32_t y) { return ret(x) < ret(y); });
    rank_.resize(n);
    for (std::uint32_t k = 0; k < n; ++k) rank_[by_return_[k]] = k;
    next_.resize(2 * std::size_t{n} + 1);
    previous_.resize(next_.size());
    Node last = 0;
    std::uint32_t k = 0;
    const auto append = [&](Node node) {
      next_[last] = node;
      previous_[node] = last;
      last = node;
    };
    for (std::uint32_t r = 0; r < n; ++r) {
      for (; ret(by_return_[k]) < ops_[required_[r]].call; ++k) append(2 + 2 * by_return_[k]);
      append(1 + 2 * r);
    }
    for (; k < n; ++k) append(2 + 2 * by_return_[k]);
    next_[last] = 0;
    previous_[0] = last;
  }

  // The lowest free number at the call, given back after the return: two operations that are
  // pending at the same time have different slots.
  void assign_slots() {
    slot_.resize(required_.size());
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free;
    for (Node node = next_[0]; node != 0; node = next_[node]) {
      const std::uint32_t r = required_of(node);
      if (!is_call(node)) {
        free.push(slot_[r]);
      } else if (free.empty()) {
        slot_[r] = slot_count_++;
      } else {
        slot_[r] = free.top();
        free.pop();
      }
    }
    linearized_.resize(required_.size());
  }

  std::uint64_t with_slot(std::uint64_t set, std::uint32_t slot) {
    if (slot_count_ <= 64) return set | (std::uint64_t{1} << slot);
    return wide_.with_bit(static_cast<SharedArrays::Array>(set), slot);
  }
  std::uint64_t without_slot(std::uint64_t set, std::uint32_t slot) {
    if constexpr (flaw == Flaw::stale_slots) return set;
    if (slot_count_ <= 64) return set & ~(std::uint64_t{1} << slot);
    return wide_.without_bit(static_cast<SharedArrays::Array>(set), slot);
  }

  Outcome explore() {
    cursor_ = next_[0];
    while (first_ < by_return_.size()) {
      if (stopped()) return Outcome::gave_up;
      if (lift_required() || lift_optional()) {
        cursor_ = next_[0];
        group_ = 0;
      } else if (!backtrack()) {
        return Outcome::impossible;
      }
    }
    return Outcome::possible;
  }

  bool stopped() {
    if (limits_.steps != 0 && steps_ >= limits_.steps) {
      reason_ = "the budget of " + std::to_string(limits_.steps) + " steps is used up";
      return true;
    }
    if (++rounds_ % 1024 != 0) return false;
    if (limits_.memory != 0 && memory() > limits_.memory) {
      reason_ = "the budget of " + std::to_string(limits_.memory) + " bytes of memory is used up";
      out_of_memory_ = true;
      return true;
    }
    if (limits_.interrupted) reason_ = limits_.interrupted();
    return !reason_.empty();
  }

  std::uint64_t memory() const {
    return memo_.memory() + sets_.memory() + wide_.memory() + model_.memory() +
           stack_.capacity() * sizeof(Frame) + next_.size() * 2 * sizeof(Node);
  }

  bool lift_required() {
    for (; may_come_next(cursor_); cursor_ = next_[cursor_]) {
      if (is_call(cursor_) && try_required(cursor_)) return true;
    }
    return false;
  }

  bool may_come_next(Node node) const {
    return flaw == Flaw::returns_ignored ? node != 0 : is_call(node);
  }

  // One step of the model, or `refused` when it leads nowhere new.
  State useful_step(const Op& op) {
    ++steps_;
    const State next = model_.step(state_, op);
    if (next == refused || stack_.empty() || stack_.back().node != 0) return next;
    ++steps_;
    const State without = model_.step(stack_.back().state, op);
    if constexpr (flaw == Flaw::nothing_after_optional) {
      return without == refused ? next : refused;
    }
    return without == next ? refused : next;
  }

  bool try_required(Node node) {
    const Op& op = op_at(node);
    const State next = useful_step(op);
    if (next == refused) return false;
    const bool changes_nothing =
        next == state_ && (model_.grows() || flaw == Flaw::growth_everywhere);
    const bool forced = op.pure || changes_nothing || flaw == Flaw::everything_is_pure;
    if (!forced && has_earlier_twin(op)) return false;
    const std::uint32_t r = required_of(node);
    Frame frame{pending_, first_, state_, used_, node, 0, forced};
    linearized_[rank_[r]] = true;
    const Configuration after = advance(r, next);
    if (!forced && !remember(after, used_)) {
      linearized_[rank_[r]] = false;
      return false;
    }
    unlink(node);
    unlink(node + 1);
    stack_.push_back(frame);
    pending_ = after.pending;
    first_ = after.first;
    state_ = next;
    return true;
  }

  // The configuration after linearizing r: the prefix grows over everything linearized.
  Configuration advance(std::uint32_t r, State next) {
    Configuration after{pending_, first_, next};
    if (rank_[r] != first_) {
      after.pending = with_slot(after.pending, slot_[r]);
      return after;
    }
    for (++after.first; after.first < by_return_.size() && linearized_[after.first];
         ++after.first) {
      after.pending = without_slot(after.pending, slot_[by_return_[after.first]]);
    }
    return after;
  }

  bool remember(Configuration configuration, SharedArrays::Array used) {
    if constexpr (flaw == Flaw::memo_without_state) configuration.state = 0;
    if constexpr (flaw == Flaw::memo_without_pending) configuration.pending = 0;
    if constexpr (flaw == Flaw::memo_without_optional) used = 0;
    return memo_.insert(configuration, used, sets_);
  }

  bool has_earlier_twin(const Op& op) const {
    for (Node node = next_[0]; is_call(node); node = next_[node]) {
      const Op& other = op_at(node);
      const bool earlier = flaw == Flaw::latest_twin ? other.ret > op.ret : other.ret < op.ret;
      if (earlier && other.same_effect(op)) return true;
    }
    return false;
  }

  bool lift_optional() {
    const std::uint32_t first_return = ops_[required_[by_return_[first_]]].ret;
    for (; group_ < groups_.size(); ++group_) {
      Group& group = groups_[group_];
      if (group.used == group.members.size()) continue;
      if (flaw == Flaw::optional_once && group.used > 0) continue;
      const std::uint32_t member = group.members[group.used];
      const Op& op = ops_[optional_[member]];
      if (op.call > first_return && flaw != Flaw::optional_before_call) continue;
      if (has_earlier_twin(op)) continue;
      const State next = useful_step(op);
      if (next == refused || next == state_) continue;
      const SharedArrays::Array used = sets_.with_bit(used_, member);
      if (!remember({pending_, first_, next}, used)) continue;
      stack_.push_back({pending_, first_, state_, used_, 0, member, false});
      ++group.used;
      used_ = used;
      state_ = next;
      return true;
    }
    return false;
  }

  // Undoes the last step that was a choice. False: there is none.
  bool backtrack() {
    note_prefix();
    while (!stack_.empty()) {
      const Frame frame = stack_.back();
      stack_.pop_back();
      common_ = std::min(common_, stack_.size());
      pending_ = frame.pending;
      first_ = frame.first;
      state_ = frame.state;
      used_ = frame.used;
      if (frame.node == 0) {
        group_ = group_of_[frame.member];
        --groups_[group_++].used;
        cursor_ = 0;
        return true;
      }
      linearized_[rank_[required_of(frame.node)]] = false;
      relink(frame.node + 1);
      relink(frame.node);
      if (frame.forced) continue;
      cursor_ = next_[frame.node];
      group_ = 0;
      return true;
    }
    return false;
  }

  // Keeps the order that got furthest. Only what changed since the last time is copied.
  void note_prefix() {
    if (first_ <= best_first_) return;
    best_first_ = first_;
    best_.resize(std::min(common_, best_.size()));
    for (std::size_t i = best_.size(); i < stack_.size(); ++i) best_.push_back(name(stack_[i]));
    common_ = stack_.size();
  }

  std::uint32_t name(const Frame& frame) const {
    return frame.node != 0 ? op_at(frame.node).call : ops_[optional_[frame.member]].call;
  }

  void unlink(Node node) {
    next_[previous_[node]] = next_[node];
    previous_[next_[node]] = previous_[node];
  }
  void relink(Node node) {
    next_[previous_[node]] = node;
    previous_[next_[node]] = node;
  }

  Model& model_;
  const std::vector<Op>& ops_;
  const Limits& limits_;
  std::vector<std::uint32_t> required_;  // positions in ops_, by call
  std::vector<std::uint32_t> optional_;  // positions in ops_, by call
  std::vector<Group> groups_;
  std::vector<std::uint32_t> group_of_;   // of each optional operation
  std::vector<std::uint32_t> by_return_;  // numbers of required operations
  std::vector<std::uint32_t> rank_;       // inverse
  std::vector<std::uint32_t> slot_;
  std::uint32_t slot_count_ = 0;
  std::vector<Node> next_;
  std::vector<Node> previous_;
  std::vector<bool> linearized_;  // by rank

  // The present configuration, and where to look for the next step from it.
  std::uint64_t pending_ = 0;
  std::uint32_t first_ = 0;
  State state_ = 0;
  SharedArrays::Array used_ = 0;
  Node cursor_ = 0;
  std::uint32_t group_ = 0;

  std::vector<Frame> stack_;
  Memo memo_;
  SharedArrays sets_;  // of optional operations
  SharedArrays wide_;  // of more than 64 slots

  std::vector<std::uint32_t> best_;  // names, of the order that got furthest
  std::uint32_t best_first_ = 0;
  std::size_t common_ = 0;  // so much of best_ is also on the stack
  std::uint64_t steps_ = 0;
  std::uint64_t rounds_ = 0;
  std::string reason_;
  bool out_of_memory_ = false;
};

}  // namespace tribunal::checker::linearizability
