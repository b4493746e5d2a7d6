// The replicated log of one node: entries after a base position, each with its hash chain.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "base/ids.h"
#include "sut/command.h"

namespace tribunal::sut::single_leader {

// Indices count from 1; the index of an entry is its place in the log and is not stored.
struct Entry {
  std::uint64_t term = 0;
  Time wall{};   // the leader's wall clock when it appended (election=clock compares it)
  RequestId id;  // sequence 0: the empty entry by which a new leader commits
  Command command;
  bool is_noop() const { return id.sequence == 0; }
  friend bool operator==(const Entry&, const Entry&) = default;
  static auto fields(auto& self) { return std::tie(self.term, self.wall, self.id, self.command); }
};

// A place in a log, with what is needed to go on from it.
struct Position {
  std::uint64_t index = 0;
  std::uint64_t term = 0;
  std::uint64_t chain = 0;
  Time wall{};
  friend bool operator==(const Position&, const Position&) = default;
  static auto fields(auto& self) { return std::tie(self.index, self.term, self.chain, self.wall); }
};

class Log {
 public:
  std::uint64_t base_index() const { return base_.index; }
  std::uint64_t last_index() const { return base_.index + entries_.size(); }
  std::uint64_t last_term() const { return entries_.empty() ? base_.term : entries_.back().term; }
  Time last_wall() const { return entries_.empty() ? base_.wall : entries_.back().wall; }
  const Position& base() const { return base_; }

  // Precondition: base_index() <= index <= last_index().
  std::uint64_t term_at(std::uint64_t index) const;
  std::uint64_t chain_at(std::uint64_t index) const;
  Position position(std::uint64_t index) const;

  // Precondition: base_index() < index <= last_index().
  const Entry& at(std::uint64_t index) const { return entries_[index - base_.index - 1]; }

  // The entry before which every entry has another term than the one at `index`, or the base: where
  // a leader should look next after a conflict (Raft, end of §5.3).
  std::uint64_t before_term_of(std::uint64_t index) const;

  // Returns the chain up to and including the new entry.
  std::uint64_t append(const Entry& entry);
  void truncate_from(std::uint64_t index);  // precondition: index > base_index()
  void compact(std::uint64_t to);  // forgets entries up to and including `to` <= last_index()
  void reset(const Position& base);

  // A copy of at most `limit` entries starting at `first`.
  std::vector<Entry> copy(std::uint64_t first, std::uint64_t limit) const;

  friend bool operator==(const Log&, const Log&) = default;
  static auto fields(auto& self) { return std::tie(self.base_, self.entries_, self.chains_); }

 private:
  Position base_;
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> chains_;  // parallel to entries_
};

}  // namespace tribunal::sut::single_leader
