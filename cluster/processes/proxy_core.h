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

  asio::io_context& io;
  ProxyOptions options;
  Network network;
  DeliveryQueue queue;
  Outbox outbox;
  ProxyStatistics statistics;
  std::vector<std::uint16_t> ports;  // where the nodes listen; 0: dead
  bool any_finished = false;         // a connection is over and can be removed
};

}  // namespace tribunal::cluster
