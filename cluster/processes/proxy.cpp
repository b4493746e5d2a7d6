// All links and clients, and the one place where time passes: flush().
#include "cluster/processes/proxy.h"

#include <cassert>
#include <map>
#include <utility>
#include <vector>

#include "cluster/processes/proxy_alarm.h"
#include "cluster/processes/proxy_client.h"
#include "cluster/processes/proxy_core.h"
#include "cluster/processes/proxy_link.h"

namespace tribunal::cluster {

class Proxy::State {
 public:
  State(asio::io_context& io, const ProxyOptions& options)
      : core(io, options), links(std::size_t{options.nodes} * options.nodes), alarm(io) {}

  Status open_links();
  std::unique_ptr<ProxyLink>& link(NodeId from, NodeId to) {
    return links[std::size_t{index(from)} * core.options.nodes + index(to)];
  }
  Result<std::uint16_t> client_port(ClientId client, NodeId to);
  void flush();

  ProxyCore core;
  std::vector<std::unique_ptr<ProxyLink>> links;  // none from a node to itself
  std::map<ClientId, std::map<NodeId, std::unique_ptr<ProxyClient>>> clients;
  ProxyAlarm alarm;
};

Status Proxy::State::open_links() {
  for (std::uint16_t from = 0; from < core.options.nodes; ++from) {
    for (std::uint16_t to = 0; to < core.options.nodes; ++to) {
      if (from == to) continue;
      auto opened = ProxyLink::open(core, NodeId{from}, NodeId{to});
      if (!opened) return fail(opened.error().message);
      link(NodeId{from}, NodeId{to}) = std::move(opened).value();
    }
  }
  return {};
}

Result<std::uint16_t> Proxy::State::client_port(ClientId client, NodeId to) {
  auto& gates = clients[client];
  const auto found = gates.find(to);
  if (found != gates.end()) return found->second->port();
  auto opened = ProxyClient::open(core, client, to);
  if (!opened) return fail(opened.error().message);
  return gates.emplace(to, std::move(opened).value()).first->second->port();
}

void Proxy::State::flush() {
  core.pass_on();
  if (std::exchange(core.any_finished, false)) {
    for (const auto& link : links) {
      if (link) link->remove_finished();
    }
    for (const auto& [client, gates] : clients) {
      for (const auto& [node, gate] : gates) gate->remove_finished();
    }
  }
  if (const auto next = core.queue.next()) alarm.set(core.start() + *next);
}

Proxy::Proxy(std::unique_ptr<State> state) : state_(std::move(state)) {}
Proxy::~Proxy() = default;

Result<std::unique_ptr<Proxy>> Proxy::open(asio::io_context& io, const ProxyOptions& options) {
  auto state = std::make_unique<State>(io, options);
  if (auto opened = state->open_links(); !opened) return fail(opened.error().message);
  return std::unique_ptr<Proxy>(new Proxy(std::move(state)));
}

std::uint16_t Proxy::port(NodeId from, NodeId to) const {
  assert(from != to);
  return state_->link(from, to)->port();
}

Result<std::uint16_t> Proxy::client_port(ClientId client, NodeId to) {
  return state_->client_port(client, to);
}

void Proxy::forget_client(ClientId client) { state_->clients.erase(client); }

void Proxy::node_listens(NodeId node, std::uint16_t port) {
  state_->core.ports[index(node)] = port;
}

void Proxy::apply(const Action& action) {
  Network& network = state_->core.network;
  switch (action.primitive) {
    case Primitive::lose_requests:
    case Primitive::lose_replies:
      network.cut_clients(action.node, action.primitive == Primitive::lose_requests);
      return;
    case Primitive::reach_clients:
      network.mend_clients(action.node);
      return;
    default:
      break;
  }
  assert(action.node != action.peer);
  state_->link(action.node, action.peer)->apply(action);
  flush();
}

void Proxy::flush() { state_->flush(); }

ProxyStatistics Proxy::statistics() const { return state_->core.statistics; }

}  // namespace tribunal::cluster
