// What Raft servers send one another, and what they write to their durable log.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "sut/raft/log.h"
#include "sut/sessions.h"
#include "sut/store.h"

namespace tribunal::sut::raft {

// The state after every entry up to `at`, with what clients were told and the members (§5.1).
struct Snapshot {
  Position at;
  Store store;
  Sessions sessions;
  Configuration members;
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
  static auto fields(auto& self) {
    return std::tie(self.at, self.store, self.sessions, self.members);
  }
};
using SharedSnapshot = Shared<Snapshot>;

// AppendEntries. No entries: a heartbeat.
struct Append {
  std::uint64_t prev_index = 0;
  std::uint64_t prev_term = 0;
  std::uint64_t commit = 0;
  std::uint64_t round = 0;  // echoed: the leader still led when the round began
  Batch entries;
  friend bool operator==(const Append&, const Append&) = default;
  static auto fields(auto& self) {
    return std::tie(self.prev_index, self.prev_term, self.commit, self.round, self.entries);
  }
};

struct AppendReply {
  bool accepted = false;
  bool compacted = false;  // refused because prev_index is before what the follower still holds
  std::uint64_t prev_index = 0;  // refused: of the message
  std::uint64_t match = 0;       // accepted: durable here and equal to the leader's log up to here
  std::uint64_t hint = 0;        // refused: the leader should try prev_index = hint
  std::uint64_t round = 0;
  friend bool operator==(const AppendReply&, const AppendReply&) = default;
  static auto fields(auto& self) {
    return std::tie(self.accepted, self.compacted, self.prev_index, self.match, self.hint,
                    self.round);
  }
};

// RequestVote, for `term` of the message, or, with `pre`, for `asked`, which nobody enters yet
// (§9.6).
struct VoteRequest {
  std::uint64_t asked = 0;
  std::uint64_t last_index = 0;
  std::uint64_t last_term = 0;
  bool pre = false;
  bool transfer = false;  // the leader itself wants this election (§3.10)
  friend bool operator==(const VoteRequest&, const VoteRequest&) = default;
  static auto fields(auto& self) {
    return std::tie(self.asked, self.last_index, self.last_term, self.pre, self.transfer);
  }
};

struct Vote {
  std::uint64_t asked = 0;
  bool granted = false;
  bool pre = false;
  friend bool operator==(const Vote&, const Vote&) = default;
  static auto fields(auto& self) { return std::tie(self.asked, self.granted, self.pre); }
};

// InstallSnapshot, in one piece; answered by an AppendReply.
struct Install {
  SharedSnapshot snapshot;  // empty: the state before the first entry
  std::uint64_t round = 0;
  bool reset = false;  // the follower's compacted state is not in the leader's log: forget it first
  friend bool operator==(const Install&, const Install&) = default;
  static auto fields(auto& self) { return std::tie(self.snapshot, self.round, self.reset); }
};

// Leadership transfer (§3.10): a server asks the leader to hand over to it, and the leader, once
// the server has everything, tells it to start an election at once.
struct Takeover {
  bool now = false;  // false: may I? true: do
  friend bool operator==(const Takeover&, const Takeover&) = default;
  static auto fields(auto& self) { return std::tie(self.now); }
};

struct Message {
  std::uint64_t term = 0;  // of the sender
  std::variant<Append, AppendReply, VoteRequest, Vote, Install, Takeover> body;
  friend bool operator==(const Message&, const Message&) = default;
  static auto fields(auto& self) { return std::tie(self.term, self.body); }
};

enum class RecordKind : std::uint8_t {
  state,       // term and vote
  append,      // also: the log from `first` on is now `entries`
  checkpoint,  // everything: `snapshot`, then `entries` after `base`
};
struct Record {
  RecordKind kind = RecordKind::state;
  NodeId voted_for = no_node;
  std::uint64_t ordinal = 0;  // counts records, so that recovery sees a gap
  std::uint64_t term = 0;
  std::uint64_t first = 0;
  Batch entries;
  Position base;
  Configuration members;  // at base
  SharedSnapshot snapshot;
  friend bool operator==(const Record&, const Record&) = default;
  static auto fields(auto& self) {
    return std::tie(self.kind, self.voted_for, self.ordinal, self.term, self.first, self.entries,
                    self.base, self.members, self.snapshot);
  }
};

// For hosts: the content as a hash (traces), in words (traces for people), and its size on a wire.
std::uint64_t content_hash(const Message& message);
std::string show(const Message& message);
std::uint64_t wire_bytes(const Message& message);

}  // namespace tribunal::sut::raft
