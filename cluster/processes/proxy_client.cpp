// A slow reader makes the other side wait: reading stops while too much is queued.
#include "cluster/processes/proxy_client.h"

#include <algorithm>
#include <utility>

#include "cluster/processes/proxy_connection.h"

namespace tribunal::cluster {

class ProxyClient::Connection : public ProxyConnection {
 public:
  Connection(ProxyClient& client, int descriptor)
      : ProxyConnection(client.core_, descriptor), client_(client) {}

 private:
  void frame_came(Side from, const wire::Frame& frame, bool first, Time now) override {
    const Side to = opposite(from);
    // Not a hello or welcome: those belong to the connection.
    if (!first && core().network.client_cut(client_.node_, to == Side::far)) return;
    const Duration latency =
        core().network.client_latency(client_.client_, client_.node_, to == Side::far, now);
    forward(to, std::max(now + latency, last_arrival(to)), frame.whole, first);
    if (backlog(to) > core().options.largest_backlog) socket(from).stop_reading();
  }
  void pass_on(Side at, wire::ByteView frame, bool) override { socket(at).write(frame, 1); }
  void frames_sent(Side to, std::uint64_t) override {
    ProxySocket& from = socket(opposite(to));
    if (!from.reading() && backlog(to) <= core().options.largest_backlog / 2) from.read();
  }
  void frames_lost(std::uint64_t) override {}  // only with the connection, and clients notice that

  ProxyClient& client_;
};

ProxyClient::ProxyClient(ProxyCore& core, ClientId client, NodeId node)
    : core_(core), client_(client), node_(node) {}

ProxyClient::~ProxyClient() = default;

Result<std::unique_ptr<ProxyClient>> ProxyClient::open(ProxyCore& core, ClientId client,
                                                       NodeId node) {
  std::unique_ptr<ProxyClient> result(new ProxyClient(core, client, node));
  auto listener = ProxyListener::open(
      core.io, [self = result.get()](int descriptor) { self->accept(descriptor); });
  if (!listener) return fail(listener.error().message);
  result->listener_ = std::move(listener).value();
  return result;
}

void ProxyClient::accept(int descriptor) {
  connections_.push_back(std::make_unique<Connection>(*this, descriptor));
  connections_.back()->dial(core_.ports[index(node_)]);
}

void ProxyClient::remove_finished() {
  std::erase_if(connections_, [](const auto& connection) { return connection->finished(); });
}

}  // namespace tribunal::cluster
