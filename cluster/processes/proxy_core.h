// What all links and clients of one proxy share.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "cluster/network.h"
#include "cluster/processes/delivery_queue.h"
#include "cluster/processes/proxy.h"
#include "cluster/processes/proxy_socket.h"

namespace tribunal::cluster {

struct ProxyCore {
  ProxyCore(asio::io_context& context, const ProxyOptions& o)
      : io(context), options(o), network(o.nodes, o.seed, o.latency), ports(o.nodes, 0) {}

  std::chrono::steady_clock::time_point start() const {
    return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(options.epoch_ns));
  }
  Time now() const { return std::chrono::steady_clock::now() - start(); }

  // What is due goes on. Due within the shortest latency there is counts: it has been on its way
  // for longer by the time that its receiver sees it, and a timer for it would only be slower.
  void pass_on() {
    unpassed_bytes = 0;
    queue.run(now() + Latency::shortest);
    outbox.flush();
  }
  // Whoever reads says how much. A sender that is quick enough can keep one batch of handlers going
  // for ever: then what is due does not wait for its end.
  void have_read(std::size_t bytes) {
    unpassed_bytes += bytes;
    if (unpassed_bytes >= most_unpassed_bytes) pass_on();
  }

  static constexpr std::size_t most_unpassed_bytes = std::size_t{256} << 10;
  asio::io_context& io;
  ProxyOptions options;
  Network network;
  DeliveryQueue queue;
  Outbox outbox;
  ProxyStatistics statistics;
  std::vector<std::uint16_t> ports;  // where the nodes listen; 0: dead
  std::size_t unpassed_bytes = 0;
  bool any_finished = false;  // a connection is over and can be removed
};

}  // namespace tribunal::cluster
