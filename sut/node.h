// What a replica is, and all it may touch. A protocol is a copyable value with one total function,
// step(input, clocks, choices, effects): it is never called back, blocks on nothing and performs
// nothing. The same value runs in the simulator and, later, in an operating-system process.
//
// A protocol P provides
//   P::Message  plain struct, equality comparable: what replicas send one another
//   P::Record   plain struct, equality comparable: one entry of the node's durable log
//   P::step, P::fingerprint (covers every member), P::view (for observers: nemesis aim, reports),
//   P::contents (client-visible state, sorted by (read, key); replicas are compared by it)
//
// The environment guarantees
//   - `Start` comes first after construction and after every restart; a restart constructs the node
//   anew.
//   - Records given to Start are exactly those that survived, in the order written, starting at the
//     latest surviving checkpoint when there is one.
//   - Effects are performed in order. A Send or Reply with `after` is held until that write is
//   durable
//     and is dropped if the node dies first. WriteDone{ok = false} means the record was not kept.
//   - A timer fires once per Arm, never after Cancel or a newer Arm of the same timer.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "base/choices.h"
#include "base/ids.h"
#include "sut/command.h"

namespace tribunal::sut {

enum class TimerId : std::uint8_t {};
enum class WriteId : std::uint64_t {};

// Two clocks, never one. `steady` never goes backwards (the nemesis bends its rate); `wall` may
// step.
struct Clocks {
  Time steady{};
  Time wall{};
};

// ---- inputs: everything that can happen to a node ----
template <class P>
struct Start {
  std::span<const typename P::Record> recovered;  // empty on first boot
};
template <class P>
struct Receive {
  NodeId from;
  typename P::Message message;
};
struct TimerFired {
  TimerId timer;
};
struct WriteDone {
  WriteId write;
  bool ok;
};
struct Request {
  RequestId id;
  Command command;
  std::uint64_t after =
      0;              // session token: serve a read only from a state that reflects this index
  Context context{};  // what the client last learned of this key
  Context session{};  // the latest Reply::session that this client was given
};
struct Promote {};      // an operator tells this node to take over (failover=manual)
struct ChangeMembers {  // an operator asks this node, if it leads, to add or remove `node`
  NodeId node;
  bool add;
};

// For visiting an Input: one function object out of a lambda for each alternative.
template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

template <class P>
using Input =
    std::variant<Start<P>, Receive<P>, TimerFired, WriteDone, Request, Promote, ChangeMembers>;

// ---- effects: everything a node may ask for; recorded, never performed, by the node ----
template <class P>
struct Send {
  NodeId to;
  typename P::Message message;
  std::optional<WriteId> after;  // not before this write is durable
};
struct Arm {
  TimerId timer;
  Duration delay;  // measured on the node's own steady clock
};
struct Cancel {
  TimerId timer;
};
// Appends a record to the node's log. synced: the host makes it (and all before it) durable at once
// and answers WriteDone. buffered: it waits for the next synced write or Sync; no answer; lost by a
// crash.
enum class Durability : std::uint8_t { synced, buffered };
template <class P>
struct Write {
  WriteId id;  // ascending within one incarnation
  typename P::Record record;
  Durability durability = Durability::synced;
  bool checkpoint = false;  // once durable, every earlier record may be forgotten
};
struct Sync {
  WriteId id;  // everything buffered so far becomes durable, then WriteDone{id}
};
struct Respond {
  RequestId to;
  Reply reply;
  std::optional<WriteId> after;
};

// What protocol checks see. `chain` is the hash chain of the log up to and including `index`
// (chain = H(previous chain, entry); 0 before the first entry), which makes every check O(1) per
// event.
enum class WitnessKind : std::uint8_t {
  became_leader,  // term; index, chain: its last entry
  stepped_down,   // term
  appended,       // term of the entry, index, chain; also each entry found again after a restart
  truncated,      // every entry from index on is gone
  committed,      // index, chain: this node knows that it is committed; term: this node's own
  applied,        // term of the entry, index, chain
  restored,  // state replaced by a snapshot up to index (of that term), chain; index 0: no state
};
struct Witness {
  WitnessKind kind;
  std::uint64_t term = 0;
  std::uint64_t index = 0;
  std::uint64_t chain = 0;
  RequestId request{};  // applied: the request that took effect by it; sequence 0: none did
  friend bool operator==(const Witness&, const Witness&) = default;
  static auto fields(auto& self) {
    return std::tie(self.kind, self.term, self.index, self.chain, self.request);
  }
};

template <class P>
using Effect = std::variant<Send<P>, Arm, Cancel, Write<P>, Sync, Respond, Witness>;

// A reused buffer: the host drains and clears it after each step, so the hot loop does not
// allocate.
template <class P>
class Effects {
 public:
  template <class E>
  void emit(E&& effect) {
    list_.emplace_back(std::forward<E>(effect));
  }
  std::vector<Effect<P>>& all() { return list_; }
  const std::vector<Effect<P>>& all() const { return list_; }
  void clear() { list_.clear(); }

 private:
  std::vector<Effect<P>> list_;
};

// What an observer may know of a live node, for aiming faults and for reports. Never used by
// protocols.
enum class Role : std::uint8_t { follower, candidate, leader };
struct View {
  Role role = Role::follower;
  std::uint64_t term = 0;
  std::uint64_t last_index = 0;
  std::uint64_t commit_index = 0;
  std::uint64_t last_term = 0;  // of the last entry of its log
  std::uint16_t members = 0;    // how many nodes vote, as far as it knows; 0: all
  static auto fields(auto& self) {
    return std::tie(self.role, self.term, self.last_index, self.commit_index, self.last_term,
                    self.members);
  }
};

template <class P>
concept Protocol = std::copyable<P> && std::equality_comparable<typename P::Message> &&
    std::equality_comparable<typename P::Record> &&
    requires(P node, const Input<P>& input, Clocks clocks, Choices& choices, Effects<P>& effects) {
  { node.step(input, clocks, choices, effects) } -> std::same_as<void>;
  { std::as_const(node).fingerprint() } -> std::same_as<std::uint64_t>;
  { std::as_const(node).view() } -> std::same_as<View>;
  { std::as_const(node).contents() } -> std::same_as<std::vector<Content>>;
};

}  // namespace tribunal::sut
