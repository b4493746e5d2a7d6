// The replicated log of one node: entries after a base position, each with its hash chain.
//
// An Entry is a plain struct with `term`, `wall` and `chain(previous)`: a hash of the entry and of
// the chain before it, so that equal chains mean equal prefixes of the log.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <tuple>
#include <vector>

#include "base/ids.h"

namespace tribunal::sut {

// A place in a log, with what is needed to go on from it.
struct Position {
  std::uint64_t index = 0;
  std::uint64_t term = 0;
  std::uint64_t chain = 0;
  Time wall{};
  friend bool operator==(const Position&, const Position&) = default;
  static auto fields(auto& self) { return std::tie(self.index, self.term, self.chain, self.wall); }
};

// Indices count from 1; the index of an entry is its place in the log and is not stored.
template <class Entry>
class ReplicatedLog {
 public:
  std::uint64_t base_index() const { return base_.index; }
  std::uint64_t last_index() const { return base_.index + entries_.size(); }
  std::uint64_t last_term() const { return entries_.empty() ? base_.term : entries_.back().term; }
  Time last_wall() const { return entries_.empty() ? base_.wall : entries_.back().wall; }
  const Position& base() const { return base_; }

  // Precondition: base_index() <= index <= last_index().
  std::uint64_t term_at(std::uint64_t index) const {
    assert(index >= base_.index && index <= last_index());
    return index == base_.index ? base_.term : at(index).term;
  }
  std::uint64_t chain_at(std::uint64_t index) const {
    assert(index >= base_.index && index <= last_index());
    return index == base_.index ? base_.chain : chains_[index - base_.index - 1];
  }
  Position position(std::uint64_t index) const {
    assert(index >= base_.index && index <= last_index());
    if (index == base_.index) return base_;
    return {index, at(index).term, chain_at(index), at(index).wall};
  }
  // True when this log holds, or begins after, exactly what leads to the position.
  bool agrees_at(const Position& position) const {
    return position.index >= base_.index && position.index <= last_index() &&
           chain_at(position.index) == position.chain;
  }

  // Precondition: base_index() < index <= last_index().
  const Entry& at(std::uint64_t index) const { return entries_[index - base_.index - 1]; }

  // The entry before which every entry has another term than the one at `index`, or the base: where
  // a leader should look next after a conflict (Raft, end of §5.3).
  std::uint64_t before_term_of(std::uint64_t index) const {
    const std::uint64_t term = term_at(index);
    while (index > base_.index && term_at(index) == term) --index;
    return index;
  }

  // Returns the chain up to and including the new entry.
  std::uint64_t append(const Entry& entry) {
    chains_.push_back(entry.chain(chains_.empty() ? base_.chain : chains_.back()));
    entries_.push_back(entry);
    return chains_.back();
  }
  // Precondition: index > base_index().
  void truncate_from(std::uint64_t index) {
    assert(index > base_.index);
    if (index > last_index()) return;
    const auto keep = static_cast<Difference>(index - base_.index - 1);
    entries_.erase(entries_.begin() + keep, entries_.end());
    chains_.erase(chains_.begin() + keep, chains_.end());
  }
  // Forgets entries up to and including `to` <= last_index().
  void compact(std::uint64_t to) {
    if (to <= base_.index) return;
    const Position base = position(to);
    const auto gone = static_cast<Difference>(to - base_.index);
    entries_.erase(entries_.begin(), entries_.begin() + gone);
    chains_.erase(chains_.begin(), chains_.begin() + gone);
    base_ = base;
  }
  void reset(const Position& base) {
    entries_.clear();
    chains_.clear();
    base_ = base;
  }

  // A copy of at most `limit` entries starting at `first`.
  std::vector<Entry> copy(std::uint64_t first, std::uint64_t limit) const {
    assert(first > base_.index);
    if (first > last_index()) return {};
    const std::uint64_t count = std::min(limit, last_index() - first + 1);
    const auto begin = entries_.begin() + static_cast<Difference>(first - base_.index - 1);
    return {begin, begin + static_cast<Difference>(count)};
  }

  friend bool operator==(const ReplicatedLog&, const ReplicatedLog&) = default;
  static auto fields(auto& self) { return std::tie(self.base_, self.entries_, self.chains_); }

 private:
  using Difference = typename std::vector<Entry>::difference_type;

  Position base_;
  std::vector<Entry> entries_;
  std::vector<std::uint64_t> chains_;  // parallel to entries_
};

}  // namespace tribunal::sut
