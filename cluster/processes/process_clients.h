// The clients of a process cluster: drives the client machine (cluster/client.h) over real
// connections, one for each client and node, opened when first needed.
//
// A client sends its request once the node has welcomed it. Until then the request has reached
// nobody, and a connection that fails is a refusal; afterwards, one that ends without an answer
// leaves open whether the request is carried out.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "cluster/client.h"
#include "cluster/processes/sockets.h"
#include "cluster/processes/true_time.h"

namespace tribunal::cluster {

struct ProcessClientsOptions {
  ClientOptions client;
  std::uint64_t run = 0;
  // Where a client finds a node; nullopt: nowhere at present.
  std::function<std::optional<std::uint16_t>(ClientId, NodeId)> port;
  // A request is about to be sent for the first time.
  std::function<void(const sut::RequestId&)> requested;
  // Its operation may still be under way at some node, so that the client will not be used again.
  std::function<void(ClientId)> retired;
};

class ProcessClients {
 public:
  ProcessClients(asio::io_context& io, const TrueTime& time, ProcessClientsOptions options);
  ~ProcessClients();

  std::uint64_t invoke(ClientId client, NodeId contact, const sut::Command& command,
                       Duration timeout);
  std::optional<Completion> take_completion();

  // Does what is due by now. Call it after each batch of handlers, and at next_due().
  void tick();
  std::optional<Time> next_due() const;
  void flush();

 private:
  struct Connection {
    std::unique_ptr<Channel> channel;
    bool welcomed = false;
    std::uint64_t sent = 0;     // sequence of the latest request sent on it; 0: none
    std::uint64_t pending = 0;  // of the one that waits for the welcome; 0: none
  };
  struct Slot {
    Client client;
    std::vector<Connection> connections;  // by node
    Time alarm = Time::max();             // the entry of alarms_ that counts
    std::uint64_t requested = 0;          // the latest sequence that `requested` was told
  };
  struct Alarm {
    Time at{};
    ClientId client{};
    bool operator>(const Alarm& other) const { return at > other.at; }
  };

  Slot& slot(ClientId client);
  void perform(ClientId client, Slot& slot, ClientStep&& step);
  void ask(ClientId client, Slot& slot, NodeId node);
  void dial(ClientId client, Slot& slot, NodeId node);
  void send(ClientId client, Slot& slot, NodeId node);
  bool arrived(ClientId client, NodeId node, const wire::Frame& frame);
  void ended(ClientId client, NodeId node);
  void withdraw_unsent(ClientId client, Slot& slot);
  void refused_later(ClientId client, NodeId node, std::uint64_t sequence);
  void close_all(Slot& slot);
  void touch(Channel* channel) { touched_.push_back(channel); }

  asio::io_context& io_;
  const TrueTime& time_;
  ProcessClientsOptions options_;
  std::map<ClientId, std::unique_ptr<Slot>> slots_;
  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;
  struct Refusal {
    ClientId client{};
    NodeId node{};
    std::uint64_t sequence = 0;
  };
  std::vector<Refusal> refusals_;  // told at the next tick, never from within a step
  std::deque<Completion> completions_;
  std::vector<Channel*> touched_;               // to be flushed
  std::vector<std::unique_ptr<Channel>> dead_;  // until then
};

}  // namespace tribunal::cluster
