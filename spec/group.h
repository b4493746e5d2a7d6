// The replicas of a run and what they show. A replica is the set of events that it has; merging is
// uniting sets, never a merge with a common ancestor, which after criss-cross merges may be a state
// that nobody ever held. For the other files of this folder; spec/simulate.h is for users.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spec/execute.h"
#include "spec/layout.h"
#include "spec/state.h"

namespace tribunal::spec {

class Group {
 public:
  // All in the initial state. The layout is borrowed.
  Group(const Layout& layout, std::uint32_t replicas);

  Outcome execute(std::uint32_t replica, std::uint32_t transaction,
                  std::span<const std::int64_t> arguments);
  // False if nothing new has come to `to`.
  bool merge(std::uint32_t to, std::uint32_t from);

  std::uint32_t size() const { return static_cast<std::uint32_t>(replicas_.size()); }
  const Values& shows(std::uint32_t replica) const { return replicas_[replica].shows; }
  std::vector<std::uint32_t> violations(std::uint32_t replica);
  // Arithmetic left 64 bits after a merge, where nothing can abort: what follows means nothing.
  bool overflowed() const { return overflowed_; }

 private:
  struct Member {
    State state;
    std::vector<std::uint8_t> has;  // by event; shorter: not the later ones
    Values shows;
  };

  const Layout* layout_;
  bool extrema_ = false;  // some variable is a max or min
  std::vector<Member> replicas_;
  std::vector<Event> events_;  // of all replicas, in the order of the run
  bool overflowed_ = false;
};

}  // namespace tribunal::spec
