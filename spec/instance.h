// One of the many independent copies of a specification's data that one run works on, as stores
// keep it, write it down and send it: the events that are here, and nothing that follows from them.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "spec/layout.h"
#include "spec/replica.h"
#include "spec/state.h"

namespace tribunal::spec {

struct Instance {
  std::uint64_t key = 0;
  std::vector<Event> events;    // by stamp
  std::uint64_t committed = 0;  // so many of the last were committed here, with none come since

  Replica replica(const Layout& layout) const;
  // An event of an attempt that was made here.
  void commit(Event event);
  // An event from elsewhere. False: it is here already.
  bool deliver(Event event);

  friend bool operator==(const Instance&, const Instance&) = default;
  static auto fields(auto& self) { return std::tie(self.key, self.events, self.committed); }
};

// Instances by key.
const Instance* find(const std::vector<Instance>& instances, std::uint64_t key);
Instance& find_or_add(std::vector<Instance>& instances, std::uint64_t key);

// Whether a replica can take in this event, wherever it comes from: it knows the transaction, all
// arguments, and what is changed.
bool fits(const Layout& layout, const Event& event);
bool fits(const Layout& layout, const Instance& instance);

}  // namespace tribunal::spec
