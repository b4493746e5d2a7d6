// The way from one client to one node through the proxy and back: delayed as the clients' latency
// says, in order, and nothing is lost.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "cluster/processes/proxy_core.h"
#include "cluster/processes/proxy_listener.h"

namespace tribunal::cluster {

class ProxyClient {
 public:
  static Result<std::unique_ptr<ProxyClient>> open(ProxyCore& core, ClientId client, NodeId node);
  ~ProxyClient();

  std::uint16_t port() const { return listener_->port(); }
  void remove_finished();

 private:
  class Connection;
  ProxyClient(ProxyCore& core, ClientId client, NodeId node);
  void accept(int descriptor);

  ProxyCore& core_;
  const ClientId client_;
  const NodeId node_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::unique_ptr<ProxyListener> listener_;
};

}  // namespace tribunal::cluster
