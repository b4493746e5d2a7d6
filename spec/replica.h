// What a store's replica keeps of a specification's data: every event that it has, by name, and the
// state that they make. A copyable value; replicas with the same events are equal, in whatever
// order these came (`max` and `min` excepted, until an event of another replica comes: they show
// the value last assigned here until then, and the greatest or smallest ever assigned from then
// on).
//
// The layout is not kept, so that a replica is nothing but data: all calls are given the same one.
#pragma once

#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

#include "spec/execute.h"
#include "spec/layout.h"
#include "spec/state.h"

namespace tribunal::spec {

// Of a stamp: which of `replicas` gave it, whatever its life.
constexpr std::uint32_t replica_of(Stamp stamp, std::uint32_t replicas) {
  return stamp.replica % replicas;
}

// Of each replica the latest. Precondition: events of one replica ascend.
Frontier frontier_of(std::span<const Event> events);

class Replica {
 public:
  explicit Replica(const Layout& layout);  // the initial state
  // The replica that has these events, by stamp; the last `committed` of them were committed here,
  // with nothing delivered since. Precondition: committed <= events.size().
  Replica(const Layout& layout, std::vector<Event> events, std::size_t committed);

  // Tries a transaction here, which changes nothing yet. `chosen`: the arguments that the caller
  // chooses, in order; `fresh` and `self` ones are minted. Replica r of n mints the elements e with
  // e mod n = r, each once, and is itself element r. Precondition: replica < replicas, and each
  // number is used by one replica only. A replica that may have forgotten events begins a new
  // `life`, so that it names none as it named another: replica r is r + life * n in its stamps.
  Attempt attempt(const Layout& layout, std::uint32_t transaction,
                  std::span<const std::int64_t> chosen, std::uint32_t replica,
                  std::uint32_t replicas, std::uint32_t life = 0) const;
  // Takes in the event of an attempt that was made here and committed, before anything else
  // changes.
  void commit(const Layout& layout, const Event& event);
  // Takes in an event of another replica; causes may come after what they cause. False: it is here
  // already.
  bool deliver(const Layout& layout, const Event& event);
  // Takes in all that the other has. How many events were new.
  std::size_t merge(const Layout& layout, const Replica& other);

  bool has(Stamp stamp) const;
  Frontier frontier() const;
  const std::vector<Event>& events() const { return events_; }  // by stamp
  const State& state() const { return state_; }
  Values shown(const Layout& layout) const { return spec::shown(layout, state_); }
  std::vector<std::uint32_t> violated(const Layout& layout) const;

  friend bool operator==(const Replica&, const Replica&) = default;
  static auto fields(auto& self) { return std::tie(self.events_, self.state_, self.peaks_); }

 private:
  bool insert(const Layout& layout, const Event& event);

  std::vector<Event> events_;
  State state_;
  Values peaks_;  // by cell, max and min: of the initial value and all that were assigned
};

}  // namespace tribunal::spec
