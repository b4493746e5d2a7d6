// Total order broadcast on Raft's log, and what can be built on it (Kleppmann, Designing
// Data-Intensive Applications, chapter 9, "Implementing linearizable storage using total order
// broadcast"). To broadcast is to hand a command to the leader; to be delivered is to be applied.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "sut/command.h"
#include "sut/raft/state.h"
#include "sut/sessions.h"

namespace tribunal::sut::total_order {

struct Delivery {
  std::uint64_t index = 0;  // of the log entry: the order
  RequestId id;
  Command content;
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

// What one server delivers. A request that is in the log twice, because its sender asked again, is
// delivered once.
class LogSubscriber {
 public:
  // What the server has applied since the last call, in order. nullopt: the server has forgotten
  // entries that were not read yet (snapshot-every), so that only its state can tell.
  std::optional<std::vector<Delivery>> poll(const raft::State& server);

 private:
  std::uint64_t next_ = 1;
  Sessions seen_;
};

// Names that belong to who claimed them first: `add` claims the name `key` for the user a. Whoever
// has claimed waits for the delivery of the claim, and then looks who the owner is.
class Usernames {
 public:
  void deliver(const Delivery& delivery);
  std::optional<std::int64_t> owner(std::uint64_t name) const;

 private:
  struct Claim {
    std::uint64_t name = 0;
    std::int64_t user = 0;
  };
  std::vector<Claim> claims_;  // by name
};

// A linearizable register with compare-and-set: every server decides alike, from what came before.
class CasRegister {
 public:
  explicit CasRegister(std::int64_t initial) : value_(initial) {}
  // True when the delivery took effect: a write, or a `cas` of the present value.
  bool deliver(const Delivery& delivery);
  std::int64_t value() const { return value_; }

 private:
  std::int64_t value_;
};

}  // namespace tribunal::sut::total_order
