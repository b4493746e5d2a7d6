// The entries of the log of the mode single-leader.
#pragma once

#include <cstdint>
#include <tuple>

#include "base/ids.h"
#include "sut/command.h"
#include "sut/log.h"

namespace tribunal::sut::single_leader {

struct Entry {
  std::uint64_t term = 0;
  Time wall{};   // the leader's wall clock when it appended (election=clock compares it)
  RequestId id;  // sequence 0: the empty entry by which a new leader commits
  Command command;
  bool is_noop() const { return id.sequence == 0; }
  std::uint64_t chain(std::uint64_t previous) const;
  friend bool operator==(const Entry&, const Entry&) = default;
  static auto fields(auto& self) { return std::tie(self.term, self.wall, self.id, self.command); }
};

using sut::Position;
using Log = ReplicatedLog<Entry>;

}  // namespace tribunal::sut::single_leader
