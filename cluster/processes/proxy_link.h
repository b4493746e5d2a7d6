// The way from one node to another through the proxy, and what faults do to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "cluster/cluster.h"
#include "cluster/processes/proxy_core.h"
#include "cluster/processes/proxy_listener.h"

namespace tribunal::cluster {

class ProxyLink {
 public:
  static Result<std::unique_ptr<ProxyLink>> open(ProxyCore& core, NodeId from, NodeId to);
  ~ProxyLink();

  std::uint16_t port() const { return listener_->port(); }
  void apply(const Action& action);
  void remove_finished();

 private:
  class Connection;
  ProxyLink(ProxyCore& core, NodeId from, NodeId to);

  void accept(int descriptor);
  void send(Connection& by, const wire::Frame& frame, Time now);
  void pass_on(ProxySocket& receiver, wire::ByteView frame);
  bool has_room(std::size_t bytes) const;
  void begin_reset();
  void begin_half_open();
  void mend();

  ProxyCore& core_;
  const NodeId from_;
  const NodeId to_;
  // Usually one; besides it, older ones that end as soon as all that is on its way has arrived.
  std::vector<std::unique_ptr<Connection>> connections_;
  std::uint32_t corrupt_ppm_ = 0;
  std::uint64_t passed_on_ = 0;  // frames: the ordinal of the draws of corruption
  Duration slow_close_{};
  bool resetting_ = false;
  bool half_open_ = false;
  std::unique_ptr<ProxyListener> listener_;
};

}  // namespace tribunal::cluster
