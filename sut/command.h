// What clients ask of a store, and what it answers: the same plain structs in every world.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/ids.h"

namespace tribunal::sut {

enum class CommandKind : std::uint8_t {
  read,     // the register `key`
  write,    // register `key` := a
  cas,      // if register `key` == a then := b
  add,      // insert a into the set `key`
  members,  // all elements of the set `key`
};
constexpr bool is_read(CommandKind kind) {
  return kind == CommandKind::read || kind == CommandKind::members;
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
  mismatch,     // a compare-and-set found another value: certainly no effect
  not_leader,   // refused before doing anything: certainly no effect; `hint` may name the leader
  unavailable,  // refused before doing anything (too few replicas, no quorum yet)
};

struct Reply {
  Status status = Status::unavailable;
  std::optional<std::int64_t> value;   // nullopt: the register was never written (nil)
  std::vector<std::int64_t> elements;  // members: ascending
  std::optional<NodeId> hint;
  friend bool operator==(const Reply&, const Reply&) = default;
};

// (client, sequence) names a request for ever; a retry carries the same pair, so that a store can
// recognise it (dedup). Sequences of one client ascend from 1.
struct RequestId {
  ClientId client{};
  std::uint64_t sequence = 0;
  friend bool operator==(const RequestId&, const RequestId&) = default;
  static auto fields(auto& self) { return std::tie(self.client, self.sequence); }
};

}  // namespace tribunal::sut
