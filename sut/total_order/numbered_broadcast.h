// Total order broadcast from a linearizable register with increment-and-get (Kleppmann, Designing
// Data-Intensive Applications, chapter 9): a sender draws a number for each message, sends it to
// everybody, and everybody delivers in the order of the numbers, without gaps. That is what Lamport
// timestamps lack: whoever holds 4 and 6 knows that it must wait for 5.
//
// One member, as a value: it performs nothing, and hands back what is to be done. The network may
// lose, repeat and reorder. A crash loses what is not in Durable. A number that was drawn and lost
// with its sender would stop everybody, so a sender asks with a request that is durable, and asks
// the same again after a restart; a register that recognises retries (Raft's sessions) then gives
// the same number again. A sender that never comes back may still leave a gap; to close it takes
// consensus, to which all of this is equivalent.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "base/ids.h"

namespace tribunal::sut::total_order {

struct Numbered {
  std::uint64_t number = 0;  // from 1
  NodeId sender{};
  std::int64_t content = 0;
  friend bool operator==(const Numbered&, const Numbered&) = default;
};

// Draw a number with the register: request `sequence` of this member, the same again for a retry.
struct Draw {
  std::uint64_t sequence = 0;
};
struct Tell {
  NodeId to{};
  Numbered message;
};
// The sender of this has delivered everything before `next`, and lacks that.
struct Lacks {
  NodeId to{};
  std::uint64_t next = 0;
};
using Action = std::variant<Draw, Tell, Lacks>;

// What a crash leaves.
struct Durable {
  std::vector<std::int64_t> outbox;  // messages without a number yet, the oldest first
  std::uint64_t draws = 0;           // numbers drawn: the next request is draws + 1
  std::vector<Numbered> delivered;
  std::vector<Numbered> waiting;  // by number: known, but something before them is not
};

class NumberedBroadcast {
 public:
  NumberedBroadcast(NodeId self, std::uint16_t members, Durable durable = {});

  std::vector<Action> broadcast(std::int64_t content);
  std::vector<Action> drawn(std::uint64_t sequence, std::uint64_t number);
  void told(const Numbered& message);
  std::vector<Action> asked(NodeId from, std::uint64_t next) const;
  // From time to time: asks again for what did not come.
  std::vector<Action> tick() const;

  const Durable& durable() const { return durable_; }
  const std::vector<Numbered>& delivered() const { return durable_.delivered; }

 private:
  NodeId self_;
  std::uint16_t members_;
  Durable durable_;
};

}  // namespace tribunal::sut::total_order
