// The log and its hash chain.
#include "sut/single_leader/log.h"

#include <algorithm>
#include <cassert>

#include "base/hash.h"

namespace tribunal::sut::single_leader {
namespace {

using Difference = std::vector<Entry>::difference_type;

// Covers everything in the entry, so that equal chains mean equal prefixes of the log.
std::uint64_t next_chain(std::uint64_t chain, const Entry& entry) {
  chain = combine(chain, entry.term);
  chain = combine(chain, static_cast<std::uint64_t>(entry.wall.count()));
  chain = combine(chain, entry.id.sequence);
  const std::uint64_t kind = static_cast<std::uint64_t>(entry.command.kind) << 32;
  chain = combine(chain, kind | index(entry.id.client));
  chain = combine(chain, entry.command.key);
  chain = combine(chain, static_cast<std::uint64_t>(entry.command.a));
  return combine(chain, static_cast<std::uint64_t>(entry.command.b));
}

}  // namespace

std::uint64_t Log::term_at(std::uint64_t index) const {
  assert(index >= base_.index && index <= last_index());
  return index == base_.index ? base_.term : at(index).term;
}

std::uint64_t Log::chain_at(std::uint64_t index) const {
  assert(index >= base_.index && index <= last_index());
  return index == base_.index ? base_.chain : chains_[index - base_.index - 1];
}

Position Log::position(std::uint64_t index) const {
  assert(index >= base_.index && index <= last_index());
  if (index == base_.index) return base_;
  return {index, at(index).term, chain_at(index), at(index).wall};
}

std::uint64_t Log::before_term_of(std::uint64_t index) const {
  const std::uint64_t term = term_at(index);
  while (index > base_.index && term_at(index) == term) --index;
  return index;
}

std::uint64_t Log::append(const Entry& entry) {
  chains_.push_back(next_chain(chains_.empty() ? base_.chain : chains_.back(), entry));
  entries_.push_back(entry);
  return chains_.back();
}

void Log::truncate_from(std::uint64_t index) {
  assert(index > base_.index);
  if (index > last_index()) return;
  const auto keep = static_cast<Difference>(index - base_.index - 1);
  entries_.erase(entries_.begin() + keep, entries_.end());
  chains_.erase(chains_.begin() + keep, chains_.end());
}

void Log::compact(std::uint64_t to) {
  if (to <= base_.index) return;
  const Position base = position(to);
  const auto gone = static_cast<Difference>(to - base_.index);
  entries_.erase(entries_.begin(), entries_.begin() + gone);
  chains_.erase(chains_.begin(), chains_.begin() + gone);
  base_ = base;
}

void Log::reset(const Position& base) {
  entries_.clear();
  chains_.clear();
  base_ = base;
}

std::vector<Entry> Log::copy(std::uint64_t first, std::uint64_t limit) const {
  assert(first > base_.index);
  if (first > last_index()) return {};
  const std::uint64_t count = std::min(limit, last_index() - first + 1);
  const auto begin = entries_.begin() + static_cast<Difference>(first - base_.index - 1);
  return {begin, begin + static_cast<Difference>(count)};
}

}  // namespace tribunal::sut::single_leader
