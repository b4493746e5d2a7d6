// What a replica holds, and what a transaction does to it.
//
// A transaction is decided once, at the replica that takes it: its guard and its effects are
// computed there, from what that replica shows, and nothing else is sent on but the effects (an
// Event). A replica's state is the initial state with the effects of a set of events, each once, in
// any order that respects causality; merging two replicas is uniting their sets. The exception are
// `max` and `min`, whose value a transaction may also lower (raise): their merge is that of the
// values (docs/confluence.md, "Kinds").
//
// What a replica *shows* (to guards, invariants and people) is that state after `onmerge`, which
// repairs and derives: it is computed afresh from the merged state each time, and is never itself
// an effect. So what is shown depends on nothing but the events that have arrived.
#pragma once

#include <compare>
#include <cstdint>
#include <tuple>
#include <vector>

#include "spec/ast.h"
#include "spec/layout.h"

namespace tribunal::spec {

// Lamport time and replica: orders events so that an effect comes after everything its origin had
// seen, and names the event. Unique within a run.
struct Stamp {
  std::uint64_t time = 0;
  std::uint32_t replica = 0;
  friend auto operator<=>(const Stamp&, const Stamp&) = default;
  static auto fields(auto& self) { return std::tie(self.time, self.replica); }
};

// A set of events that holds, of each replica, everything up to some event: the latest of each,
// ascending by replica.
using Frontier = std::vector<Stamp>;

// One effect on one cell.
struct Change {
  enum class What : std::uint8_t { increase, assign, add, remove };
  Cell cell = 0;
  What what = What::increase;
  std::int64_t value = 0;       // increase: by how much, may be negative; assign: the value
  std::vector<Stamp> observed;  // awset remove: the adds, rwset add: the removes, that it undoes
  friend bool operator==(const Change&, const Change&) = default;
  static auto fields(auto& self) {
    return std::tie(self.cell, self.what, self.value, self.observed);
  }
};

struct Event {
  Stamp stamp;
  std::uint32_t transaction = 0;
  std::vector<std::int64_t> arguments;  // of all parameters, minted ones included
  std::vector<Change> changes;          // in the order in which the body made them
  Frontier past{};                      // what its origin had; Replica fills it in
  friend bool operator==(const Event&, const Event&) = default;
  static auto fields(auto& self) {
    return std::tie(self.stamp, self.transaction, self.arguments, self.changes, self.past);
  }
};

using Values = std::vector<std::int64_t>;  // by cell; sets: 0 or 1

// How an event comes to a replica, which matters to `max` and `min` alone.
enum class Arrival : std::uint8_t {
  origin,     // it happens here: they take the value assigned, as the transaction saw it
  delivered,  // by itself: they take the greater (smaller)
  merged,     // with the whole state of another replica: they wait for join_extrema
};

class State {
 public:
  explicit State(const Layout& layout);  // the initial state

  // Applies an event that is not yet in. False if a counter left 64 bits: it wrapped around.
  bool apply(const Layout& layout, const Event& event, Arrival arrival);
  // max and min become the greater (smaller) of theirs and `values` (by cell); all others stay.
  void join_extrema(const Layout& layout, const Values& values);

  const Values& merged() const { return values_; }            // before `onmerge`
  bool used(std::uint32_t sort, std::int64_t element) const;  // was minted by `fresh`
  std::uint64_t time() const { return time_; }                // the greatest of all events applied
  bool removed(Cell cell) const { return removed_[cell] != 0; }  // of a tpset, for ever
  // Adds of this awset cell (removes of this rwset cell) that nothing has undone, ascending.
  std::vector<Stamp> live(Cell cell) const;

  friend bool operator==(const State&, const State&) = default;
  static auto fields(auto& self) {
    return std::tie(self.values_, self.removed_, self.added_, self.written_, self.tags_,
                    self.minted_, self.time_);
  }

 private:
  // Undone ones are kept, so that what undoes them may arrive first.
  struct Tag {
    Cell cell = 0;
    Stamp stamp;
    bool undone = false;
    friend bool operator==(const Tag&, const Tag&) = default;
    static auto fields(auto& self) { return std::tie(self.cell, self.stamp, self.undone); }
  };
  struct Element {
    std::uint32_t sort = 0;
    std::int64_t number = 0;
    friend auto operator<=>(const Element&, const Element&) = default;
    static auto fields(auto& self) { return std::tie(self.sort, self.number); }
  };
  bool change(Kind kind, const Change& change, Stamp stamp, Arrival arrival);
  void change_set(Kind kind, const Change& change, Stamp stamp);
  void tag(Cell cell, Stamp stamp, bool undone);
  bool has_live(Cell cell) const;
  void mint(const Layout& layout, const Event& event);

  Values values_;
  std::vector<std::uint8_t> removed_;  // by cell: tpset, has been removed
  std::vector<std::uint8_t> added_;    // by cell: tpset and rwset, has been added
  std::vector<Stamp> written_;         // by cell: lww, when
  std::vector<Tag> tags_;              // of awset and rwset, by (cell, stamp)
  std::vector<Element> minted_;        // ascending
  std::uint64_t time_ = 0;
};

// What a replica in this state shows; `overflowed`, if given, is set when arithmetic left 64 bits.
Values shown(const Layout& layout, const State& state, bool* overflowed = nullptr);

}  // namespace tribunal::spec
