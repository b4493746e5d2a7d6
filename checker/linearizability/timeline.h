// The operations of one search laid out in time: the list of calls and returns that the search
// takes apart and puts together again, and the numbers by which it knows operations.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/linearizability/op.h"

namespace tribunal::checker::linearizability {

// An entry of the list. 0: its head; 1 + 2r: the call of required operation r; 2 + 2r: its return.
using Node = std::uint32_t;
inline bool is_call(Node node) { return node % 2 == 1; }
inline std::uint32_t required_of(Node node) { return (node - 1) / 2; }

// Optional operations with the same effect, in the order of their calls.
struct Group {
  std::vector<std::uint32_t> members;  // positions in Timeline::optional
  std::uint32_t used = 0;              // so many of the first are linearized
};

// A doubly linked list in which what was taken out can be put back, in reverse order (Knuth,
// Dancing Links, 2000).
class Links {
 public:
  void resize(std::size_t n) {
    next_.resize(n);
    previous_.resize(n);
  }
  // Puts `entry` behind `last`, at the end; 0 is the head.
  void append(std::uint32_t last, std::uint32_t entry) {
    next_[last] = entry;
    previous_[entry] = last;
    next_[entry] = 0;
    previous_[0] = entry;
  }
  std::uint32_t next(std::uint32_t entry) const { return next_[entry]; }
  void take_out(std::uint32_t entry) {
    next_[previous_[entry]] = next_[entry];
    previous_[next_[entry]] = previous_[entry];
  }
  void put_back(std::uint32_t entry) {
    next_[previous_[entry]] = entry;
    previous_[next_[entry]] = entry;
  }
  std::size_t memory() const { return next_.size() * 2 * sizeof(std::uint32_t); }

 private:
  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> previous_;
};

struct Timeline {
  explicit Timeline(const std::vector<Op>& ops);

  std::vector<std::uint32_t> required;   // positions in ops, by call
  std::vector<std::uint32_t> optional;   // the same
  std::vector<std::uint32_t> by_return;  // numbers of required operations
  std::vector<std::uint32_t> rank;       // of a required operation in by_return
  // A number that the operation has to itself while it is pending.
  std::vector<std::uint32_t> slot;
  std::uint32_t slot_count = 0;

  Links events;                         // of Node
  std::vector<Group> groups;            // by the call of their first member
  std::vector<std::uint32_t> group_of;  // of each optional operation
  Links live_groups;                    // 1 + group: those with members that are not used

 private:
  void order_returns(const std::vector<Op>& ops);
  void link_events(const std::vector<Op>& ops);
  void assign_slots();
  void group_optional(const std::vector<Op>& ops);
};

}  // namespace tribunal::checker::linearizability
