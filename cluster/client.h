// What one client does to get one operation done: whom it asks, when it asks again, when it gives
// up, and what the outcome then is. A copyable value without clock or network; any kind of cluster
// can drive it.
//
// Outcomes
//   ok    a node answered so.
//   fail  a node answered `mismatch`; or time ran out (or the client could not even ask) while
//   every
//         single attempt had been refused by a node that did nothing: certainly no effect.
//   info  time ran out, or the connection was lost, while at least one attempt had not been
//         answered: it may have had, or may yet have, an effect.
// An attempt that stays silent for a quarter of the time-out is given up: reads go to another node;
// writes do only when `retry` is on, with the same sequence number, which a store with dedup
// recognises. Refused attempts, which certainly did nothing, always go on to another node.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "cluster/cluster.h"
#include "sut/command.h"

namespace tribunal::cluster {

struct ClientOptions {
  std::uint16_t nodes = 1;
  bool retry = false;
  // Read-your-writes and monotonic reads across nodes: reads ask for a state at least as new as any
  // this client was shown (`Reply::version`).
  bool session = false;
};

// What the driver of a client must do after handing it an event; every field may be absent.
struct ClientStep {
  std::optional<NodeId> ask;             // send the current request there
  std::optional<Completion> completion;  // the operation is over
};

class Client {
 public:
  Client(ClientId id, const ClientOptions& options);

  // Starts an operation. Preconditions: idle(), contact < nodes, timeout > 0.
  ClientStep start(Time now, NodeId contact, const sut::Command& command, Duration timeout);
  // A reply arrived from `node`. Replies to earlier operations are ignored.
  ClientStep replied(Time now, NodeId node, std::uint64_t sequence, const sut::Reply& reply);
  // The connection to `node` was refused: this attempt reached nobody.
  ClientStep refused(Time now, NodeId node, std::uint64_t sequence);
  // The connection to `node` ended after the request was sent and before it was answered: whether
  // it is carried out, nobody knows.
  ClientStep lost(Time now, NodeId node, std::uint64_t sequence);
  // The time of wake() has come. Calling it earlier does nothing.
  ClientStep woke(Time now);

  bool idle() const { return phase_ == Phase::idle; }
  // When woke() is due; nullopt: idle.
  std::optional<Time> wake() const;
  // Of the latest operation.
  sut::RequestId request() const { return {id_, sequence_}; }
  const sut::Command& command() const { return command_; }
  std::uint64_t after() const { return options_.session ? newest_ : 0; }
  sut::Context context() const;  // what it last learned of the command's key
  const sut::Context& session() const { return session_; }

 private:
  enum class Phase : std::uint8_t {
    idle,
    waiting,  // for an answer from asked_
    pausing,  // before asking next_
  };

  ClientStep ask(Time now, NodeId node);
  ClientStep refuse(Time now, NodeId node, std::optional<NodeId> hint, const char* why);
  void pause(Time now, NodeId next, bool hinted);
  bool may_repeat() const { return sut::is_read(command_.kind) || options_.retry; }
  ClientStep finish(Time now, Outcome outcome, NodeId node, std::string error,
                    sut::Reply reply = {});
  ClientStep give_up(Time now);
  NodeId after(NodeId node) const;

  ClientId id_;
  ClientOptions options_;
  std::uint64_t sequence_ = 0;
  sut::Command command_{};
  Phase phase_ = Phase::idle;
  Time deadline_{};
  Duration patience_{};              // with one silent attempt
  Time until_{};                     // of the attempt, or of the pause
  NodeId asked_{};                   // last
  NodeId next_{};                    // after the pause
  std::uint32_t refusals_ = 0;       // in a row: pauses grow with them
  std::uint32_t open_attempts_ = 0;  // sum of open_
  std::vector<std::uint32_t> open_;  // by node: attempts not answered yet
  const char* last_refusal_ = "unavailable";
  std::uint64_t newest_ = 0;                        // the greatest version shown
  std::map<std::uint64_t, sut::Context> contexts_;  // by key
  sut::Context session_;                            // the latest given
};

}  // namespace tribunal::cluster
