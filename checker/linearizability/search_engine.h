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
#include <string>
#include <utility>
#include <vector>

#include "checker/linearizability/memo.h"
#include "checker/linearizability/search.h"
#include "checker/linearizability/shared_arrays.h"
#include "checker/linearizability/timeline.h"

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
      : model_(model),
        ops_(ops),
        limits_(limits),
        t_(ops),
        linearized_(t_.required.size()),
        state_(model.initial()),
        sets_(static_cast<std::uint32_t>((t_.optional.size() + 63) / 64)),
        wide_((t_.slot_count + 63) / 64) {}

  Found run() {
    Found found;
    found.outcome = explore();
    note_prefix();
    found.order = std::move(best_);
    if (found.outcome == Outcome::impossible) found.stuck = t_.required[t_.by_return[best_first_]];
    found.reason = reason_;
    found.out_of_memory = out_of_memory_;
    found.steps = steps_;
    return found;
  }

 private:
  struct Frame {
    std::uint64_t pending;
    std::uint32_t first;
    State state;
    SharedArrays::Array used;
    Node node;             // of a required operation, or 0
    std::uint32_t member;  // position in t_.optional, if node is 0
    bool forced;
  };

  const Op& op_at(Node node) const { return ops_[t_.required[required_of(node)]]; }

  std::uint64_t with_slot(std::uint64_t set, std::uint32_t slot) {
    if (t_.slot_count <= 64) return set | (std::uint64_t{1} << slot);
    return wide_.with_bit(static_cast<SharedArrays::Array>(set), slot);
  }
  std::uint64_t without_slot(std::uint64_t set, std::uint32_t slot) {
    if constexpr (flaw == Flaw::stale_slots) return set;
    if (t_.slot_count <= 64) return set & ~(std::uint64_t{1} << slot);
    return wide_.without_bit(static_cast<SharedArrays::Array>(set), slot);
  }

  Outcome explore() {
    cursor_ = t_.events.next(0);
    group_ = t_.live_groups.next(0);
    while (first_ < t_.by_return.size()) {
      if (stopped()) return Outcome::gave_up;
      if (lift_required() || lift_optional()) {
        cursor_ = t_.events.next(0);
        group_ = t_.live_groups.next(0);
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
           stack_.capacity() * sizeof(Frame) + t_.events.memory();
  }

  bool lift_required() {
    for (; may_come_next(cursor_); cursor_ = t_.events.next(cursor_)) {
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
    linearized_[t_.rank[r]] = true;
    const Configuration after = advance(r, next);
    if (!forced && !remember(after, used_)) {
      linearized_[t_.rank[r]] = false;
      return false;
    }
    t_.events.take_out(node);
    t_.events.take_out(node + 1);
    stack_.push_back(frame);
    pending_ = after.pending;
    first_ = after.first;
    state_ = next;
    return true;
  }

  // The configuration after linearizing r: the prefix grows over everything linearized.
  Configuration advance(std::uint32_t r, State next) {
    Configuration after{pending_, first_, next};
    if (t_.rank[r] != first_) {
      after.pending = with_slot(after.pending, t_.slot[r]);
      return after;
    }
    for (++after.first; after.first < t_.by_return.size() && linearized_[after.first];
         ++after.first) {
      after.pending = without_slot(after.pending, t_.slot[t_.by_return[after.first]]);
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
    for (Node node = t_.events.next(0); is_call(node); node = t_.events.next(node)) {
      const Op& other = op_at(node);
      const bool earlier = flaw == Flaw::latest_twin ? other.ret > op.ret : other.ret < op.ret;
      if (earlier && other.same_effect(op)) return true;
    }
    return false;
  }

  bool lift_optional() {
    const std::uint32_t first_return = ops_[t_.required[t_.by_return[first_]]].ret;
    for (; group_ != 0; group_ = t_.live_groups.next(group_)) {
      const Group& group = t_.groups[group_ - 1];
      if (flaw == Flaw::optional_once && group.used > 0) continue;
      const std::uint32_t member = group.members[group.used];
      const Op& op = ops_[t_.optional[member]];
      if (op.call > first_return && flaw != Flaw::optional_before_call) {
        if (group.used == 0) break;  // so are all members of the groups behind it
        continue;
      }
      if (has_earlier_twin(op)) continue;
      const State next = useful_step(op);
      if (next == refused || next == state_) continue;
      const SharedArrays::Array used = sets_.with_bit(used_, member);
      if (!remember({pending_, first_, next}, used)) continue;
      stack_.push_back({pending_, first_, state_, used_, 0, member, false});
      use(group_ - 1);
      used_ = used;
      state_ = next;
      return true;
    }
    return false;
  }

  void use(std::uint32_t g) {
    if (++t_.groups[g].used == t_.groups[g].members.size()) t_.live_groups.take_out(g + 1);
  }
  void give_back(std::uint32_t g) {
    if (t_.groups[g].used-- == t_.groups[g].members.size()) t_.live_groups.put_back(g + 1);
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
        group_ = t_.group_of[frame.member] + 1;
        give_back(group_ - 1);
        group_ = t_.live_groups.next(group_);
        cursor_ = 0;
        return true;
      }
      linearized_[t_.rank[required_of(frame.node)]] = false;
      t_.events.put_back(frame.node + 1);
      t_.events.put_back(frame.node);
      if (frame.forced) continue;
      cursor_ = t_.events.next(frame.node);
      group_ = t_.live_groups.next(0);
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
    return frame.node != 0 ? op_at(frame.node).call : ops_[t_.optional[frame.member]].call;
  }

  Model& model_;
  const std::vector<Op>& ops_;
  const Limits& limits_;
  Timeline t_;
  std::vector<bool> linearized_;  // by rank

  // The present configuration, and where to look for the next step from it.
  std::uint64_t pending_ = 0;  // set of slots
  std::uint32_t first_ = 0;
  State state_;
  SharedArrays::Array used_ = 0;
  Node cursor_ = 0;
  std::uint32_t group_ = t_.live_groups.next(0);

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
