// The entries of Raft's log, batches of them, and the members of the cluster.
#pragma once

#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"
#include "sut/command.h"
#include "sut/fields.h"
#include "sut/log.h"

namespace tribunal::sut::raft {

inline constexpr NodeId no_node{0xffff};

// A command, a change of members, or, with neither, the empty entry by which a new leader commits
// (dissertation §3.4, §6.4).
struct Entry {
  std::uint64_t term = 0;
  Time wall{};  // of the leader: leases of locks end by it
  RequestId id;
  Command command;
  std::uint64_t members = 0;  // not 0: the new set; bit i is node i (§4.1)

  bool is_command() const { return id.sequence != 0; }
  // Two independent halves, so that the dependent part is one step: hashing is on the hot path.
  std::uint64_t chain(std::uint64_t previous) const {
    const std::uint64_t kind = static_cast<std::uint64_t>(command.kind) << 32;
    const std::uint64_t who = combine(combine(id.sequence, kind | index(id.client)), command.key);
    const std::uint64_t what = combine(
        combine(static_cast<std::uint64_t>(command.a), static_cast<std::uint64_t>(command.b)),
        members);
    const std::uint64_t when = combine(term, static_cast<std::uint64_t>(wall.count()));
    return combine(previous, combine(combine(who, what), when));
  }
  friend bool operator==(const Entry&, const Entry&) = default;
  static auto fields(auto& self) {
    return std::tie(self.term, self.wall, self.id, self.command, self.members);
  }
};

using Log = ReplicatedLog<Entry>;

// Consecutive entries. A leader makes a batch once for all its followers and its own disk, and a
// follower's disk keeps the batch that came: copies share it, and its hash.
class Entries {
 public:
  explicit Entries(std::vector<Entry> list) : list_(std::move(list)), hash_(list_.size()) {
    for (const Entry& entry : list_) hash_ = entry.chain(hash_);
  }
  const std::vector<Entry>& list() const { return list_; }
  friend bool operator==(const Entries&, const Entries&) = default;
  static auto fields(auto& self) { return std::tie(self.hash_); }  // stands for the list

 private:
  std::vector<Entry> list_;
  std::uint64_t hash_;
};
using Batch = Shared<Entries>;
inline std::uint64_t size(const Batch& batch) { return batch ? batch->list().size() : 0; }

// The members from entry `index` on (0: from the start).
struct Configuration {
  std::uint64_t index = 0;
  std::uint64_t members = 0;
  friend bool operator==(const Configuration&, const Configuration&) = default;
  static auto fields(auto& self) { return std::tie(self.index, self.members); }
};

}  // namespace tribunal::sut::raft
