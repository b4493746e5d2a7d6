// The clients of a simulation, and what is on its way between them and the nodes.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "cluster/client.h"
#include "cluster/simulated/core.h"
#include "sut/command.h"

namespace tribunal::cluster {

// A request on its way to a node.
struct ClientRequest {
  NodeId to{};
  sut::RequestId id;
  sut::Command command;
  std::uint64_t after = 0;
  sut::Context context;
  sut::Context session;
};

class Clients {
 public:
  std::uint64_t invoke(Core& core, ClientId client, NodeId contact, const sut::Command& command,
                       Duration timeout);

  // The request that arrives at its node with this event.
  ClientRequest arriving(const Event& event) {
    return requests_.take(static_cast<std::uint32_t>(event.data()));
  }
  // A node answers: the reply travels back. Replies to nobody are ignored.
  void respond(Core& core, NodeId node, const sut::RequestId& id, sut::Reply&& reply);
  // Nobody listens at `node`: the client learns it after the way back.
  void refuse(Core& core, NodeId node, const sut::RequestId& id);

  void reply_arrives(Core& core, const Event& event);
  void alarm(Core& core, const Event& event);

  bool has_completion() const { return !completions_.empty(); }
  Completion take_completion();  // the first. Precondition: has_completion()

 private:
  struct Slot {
    Client client;
    Alarm alarm;
  };
  struct Answer {
    std::uint32_t slot = 0;
    NodeId from{};
    std::uint64_t sequence = 0;
    bool refused = false;
    sut::Reply reply;
  };

  std::uint32_t slot_of(Core& core, ClientId client);
  void perform(Core& core, std::uint32_t slot, ClientStep&& step);
  void send_back(Core& core, Answer&& answer);

  std::vector<Slot> slots_;
  std::map<ClientId, std::uint32_t> by_id_;
  Slab<ClientRequest> requests_;
  Slab<Answer> answers_;
  std::deque<Completion> completions_;
};

}  // namespace tribunal::cluster
