// The network between processes: TCP proxies owned by the harness, one listener for every ordered
// pair of nodes and for every pair of a client and a node. A node dials the listener for (itself,
// peer) instead of the peer; what it sends there goes on to the peer as cluster/network.h decides:
// the same latencies, losses, duplicates, reorderings, rates and cuts as in the simulator, frame by
// frame. Connections between nodes carry frames from the dialling node only, so that every
// direction can be hurt by itself; those of clients carry both directions.
//
// One thread, one io_context, shared with whoever runs it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "cluster/cluster.h"
#include "cluster/latency.h"

namespace asio {
class io_context;
}

namespace tribunal::cluster {

struct ProxyOptions {
  std::uint16_t nodes = 1;
  std::uint64_t seed = 0;
  LatencyProfile latency;
  // What may wait on one link, in bytes: for the network's delay, or for a receiver that does not
  // read. Beyond it, frames are lost, as in a full router; on client connections, which lose
  // nothing, reading stops until there is room again.
  std::size_t largest_backlog = std::size_t{16} << 20;
  // std::chrono::steady_clock's count at the start of the run: what Time counts from.
  std::int64_t epoch_ns = 0;
};

struct ProxyStatistics {
  std::uint64_t frames = 0;  // between nodes, that came from their sender
  std::uint64_t delivered = 0;
  std::uint64_t lost = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t corrupted = 0;
};

class Proxy {
 public:
  // Opens the listeners for all pairs of nodes, on 127.0.0.1, at ports that are free.
  static Result<std::unique_ptr<Proxy>> open(asio::io_context& io, const ProxyOptions& options);
  ~Proxy();

  // Where `from` finds `to`. Precondition: from != to.
  std::uint16_t port(NodeId from, NodeId to) const;
  // Where `client` finds `to`; opened at the first call. An error is what the operating system says
  // (too many open files, for one).
  Result<std::uint16_t> client_port(ClientId client, NodeId to);
  void forget_client(ClientId client);  // closes its listeners and connections

  // Where the process of `node` listens from now on; 0: it is dead, and who dials it is refused
  // (accepted, since the listener is ours, and closed at once; a client before it is welcomed).
  void node_listens(NodeId node, std::uint16_t port);

  // Of links between nodes: cut, mend, shape, corrupt, reset, half_open, slow_close; of a node:
  // lose_requests, lose_replies, reach_clients. Precondition: check_action(action) is ok.
  void apply(const Action& action);

  // Sends on what is ready. Whoever runs the io_context calls it after each batch of handlers, so
  // that frames that are ready together leave together.
  void flush();

  ProxyStatistics statistics() const;

 private:
  class State;
  explicit Proxy(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tribunal::cluster
