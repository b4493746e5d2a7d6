// What clients ask of a store, and what it answers: the same plain structs in every world.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/ids.h"

namespace tribunal::sut {

// As `a` of a cas: the register was never written.
inline constexpr std::int64_t never_written = std::numeric_limits<std::int64_t>::min();

enum class CommandKind : std::uint8_t {
  read,        // the register `key`
  write,       // register `key` := a
  cas,         // if register `key` == a (or is never_written, as a says) then := b
  add,         // insert a into the set `key`
  members,     // all elements of the set `key`
  remove,      // take a out of the set `key`
  increment,   // counter `key` += a
  count,       // the counter `key`
  next_id,     // a number never given out before for `key`
  enqueue,     // a to the tail of the queue `key`
  dequeue,     // the head of the queue `key`, which leaves it; no value: it was empty
  acquire,     // the lock `key` for owner a, for b nanoseconds (0: for ever); value: fencing token
  release,     // the lock `key`, if owner a holds it
  fenced_add,  // as add, with fencing token b: refused once a greater token was seen for `key`
  // Of a specification that the store runs, in its instance `key` (sut/transactions.h):
  transact,  // transaction a, with arguments b (spec/arguments.h)
  inspect,   // what is shown here; a = 1: and every event behind it
};
constexpr bool is_read(CommandKind kind) {
  return kind == CommandKind::read || kind == CommandKind::members || kind == CommandKind::count ||
         kind == CommandKind::inspect;
}

struct Command {
  CommandKind kind = CommandKind::read;
  std::uint64_t key = 0;
  std::int64_t a = 0;
  std::int64_t b = 0;
  friend bool operator==(const Command&, const Command&) = default;
  static auto fields(auto& self) { return std::tie(self.kind, self.key, self.a, self.b); }
};

enum class Status : std::uint8_t {
  ok,           // took effect; `value` or `elements` carry what was read
  mismatch,     // the state forbids it (compare-and-set found another value, the lock is held, the
                // fencing token is old): certainly no effect
  not_leader,   // refused before doing anything: certainly no effect; `hint` may name the leader
  unavailable,  // refused before doing anything (too few replicas, no quorum yet)
};

// What a store without one order of writes knows of a key: a version vector, one counter a node.
// Opaque to clients, which hand the latest one back with their next request on that key.
using Context = std::vector<std::uint64_t>;

struct Reply {
  Status status = Status::unavailable;
  std::optional<std::int64_t> value;   // nullopt: never written, or empty (nil)
  std::vector<std::int64_t> elements;  // members: ascending; read: siblings, when there are several
  std::optional<NodeId> hint;
  std::uint64_t version = 0;  // log index that the answer reflects; 0: the mode has no single log
  Context context{};          // of the key; empty: the mode has none
  Context session{};          // of the client over all keys; empty: the mode has none
  friend bool operator==(const Reply&, const Reply&) = default;
  static auto fields(auto& self) {
    return std::tie(self.status, self.value, self.elements, self.hint, self.version, self.context,
                    self.session);
  }
};

// (client, sequence) names a request for ever; a retry carries the same pair, so that a store can
// recognise it (dedup). Sequences of one client ascend from 1.
struct RequestId {
  ClientId client{};
  std::uint64_t sequence = 0;
  friend bool operator==(const RequestId&, const RequestId&) = default;
  static auto fields(auto& self) { return std::tie(self.client, self.sequence); }
};

// One object of a replica's client-visible state, for comparing replicas once all is quiet.
struct Content {
  CommandKind read = CommandKind::read;  // what would read it: read, members, count, dequeue, ...
  std::uint64_t key = 0;
  std::vector<std::int64_t> values;  // ascending, but for queues: head first
  friend bool operator==(const Content&, const Content&) = default;
  static auto fields(auto& self) { return std::tie(self.read, self.key, self.values); }
};

}  // namespace tribunal::sut
