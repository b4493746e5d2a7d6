// What replicas of the mode single-leader send one another, and what they write to their durable
// log.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "sut/fields.h"
#include "sut/sessions.h"
#include "sut/single_leader/log.h"
#include "sut/store.h"

namespace tribunal::sut::single_leader {

inline constexpr NodeId no_node{0xffff};

// The state after every entry up to `at`.
struct Snapshot {
  Position at;
  Store store;
  Sessions sessions;
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
  static auto fields(auto& self) { return std::tie(self.at, self.store, self.sessions); }
};
using SharedSnapshot = Shared<Snapshot>;

// The in-sync set as its leader last proposed it; ordered by (term, number). Bit i of mask is node
// i. Only kept when fewer than a majority may be in sync and elections must respect it
// (docs/modes.md).
struct Members {
  std::uint64_t term = 0;
  std::uint64_t number = 0;
  std::uint64_t mask = 0;
  friend bool operator==(const Members&, const Members&) = default;
  static auto fields(auto& self) { return std::tie(self.term, self.number, self.mask); }
};

// From a leader: the entries after (prev_index, prev_term); none is a heartbeat.
struct Append {
  std::uint64_t prev_index = 0;
  std::uint64_t prev_term = 0;
  std::uint64_t commit = 0;
  std::uint64_t round = 0;  // echoed: proves that the leader still led when the round began
  std::uint64_t members_number = 0;  // 0: the in-sync set is the leader's own business
  std::uint64_t members_mask = 0;
  std::vector<Entry> entries;
  friend bool operator==(const Append&, const Append&) = default;
  static auto fields(auto& self) {
    return std::tie(self.prev_index, self.prev_term, self.commit, self.round, self.members_number,
                    self.members_mask, self.entries);
  }
};

struct AppendReply {
  bool accepted = false;
  bool compacted = false;  // refused because prev_index is before what the follower still holds
  std::uint64_t prev_index = 0;  // of the message answered
  std::uint64_t match = 0;       // accepted: durable here and equal to the leader's log up to here
  std::uint64_t hint = 0;        // refused: the leader should try prev_index = hint
  std::uint64_t round = 0;
  std::uint64_t members_number = 0;  // durable here, of the leader's term
  friend bool operator==(const AppendReply&, const AppendReply&) = default;
  static auto fields(auto& self) {
    return std::tie(self.accepted, self.compacted, self.prev_index, self.match, self.hint,
                    self.round, self.members_number);
  }
};

struct VoteRequest {
  std::uint64_t last_index = 0;
  std::uint64_t last_term = 0;
  Time last_wall{};
  bool forced =
      false;  // an operator's promotion: granted even by followers that hear from a leader
  friend bool operator==(const VoteRequest&, const VoteRequest&) = default;
  static auto fields(auto& self) {
    return std::tie(self.last_index, self.last_term, self.last_wall, self.forced);
  }
};

struct Vote {
  bool granted = false;
  friend bool operator==(const Vote&, const Vote&) = default;
  static auto fields(auto& self) { return std::tie(self.granted); }
};

// For a follower that needs entries which the leader no longer holds; answered by an AppendReply.
struct Install {
  SharedSnapshot snapshot;  // empty: the state before the first entry
  std::uint64_t round = 0;
  bool reset = false;  // the follower's compacted state is not in the leader's log: forget it first
  friend bool operator==(const Install&, const Install&) = default;
  static auto fields(auto& self) { return std::tie(self.snapshot, self.round, self.reset); }
};

// election=visible: everybody tells everybody that it is there.
struct Alive {
  friend bool operator==(const Alive&, const Alive&) = default;
  static auto fields(auto&) { return std::tie(); }
};

struct Message {
  std::uint64_t term = 0;  // of the sender
  std::variant<Append, AppendReply, VoteRequest, Vote, Install, Alive> body;
  friend bool operator==(const Message&, const Message&) = default;
  static auto fields(auto& self) { return std::tie(self.term, self.body); }
};

enum class RecordKind : std::uint8_t {
  state,       // term, vote, members
  append,      // also: the log from `first` on is now `entries`
  checkpoint,  // everything: `snapshot`, then `entries` after `base`
};
struct Record {
  RecordKind kind = RecordKind::state;
  NodeId voted_for = no_node;
  std::uint64_t ordinal = 0;  // counts records, so that recovery sees a gap
  std::uint64_t term = 0;
  Members members;
  std::uint64_t first = 0;
  std::vector<Entry> entries;
  Position base;
  SharedSnapshot snapshot;
  friend bool operator==(const Record&, const Record&) = default;
  static auto fields(auto& self) {
    return std::tie(self.kind, self.voted_for, self.ordinal, self.term, self.members, self.first,
                    self.entries, self.base, self.snapshot);
  }
};

// A disk without checksums: one bit of the record, chosen by `pick`, reads back flipped.
void flip_bit(Record& record, std::uint64_t pick);

// For hosts: the content as a hash (traces), in words (traces for people), and its size on a wire.
std::uint64_t content_hash(const Message& message);
std::string show(const Message& message);
std::uint64_t wire_bytes(const Message& message);

}  // namespace tribunal::sut::single_leader
