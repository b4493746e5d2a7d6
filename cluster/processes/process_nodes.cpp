// The nodes of a process cluster: how they come and go.
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cluster/processes/process_cluster.h"

namespace tribunal::cluster {
namespace {

constexpr std::size_t last_lines = 12;

std::string tail(const std::string& text, std::size_t lines) {
  std::size_t at = text.size();
  for (std::size_t n = 0; n <= lines && at != std::string::npos && at > 0; ++n)
    at = text.rfind('\n', at - 1);
  return at == std::string::npos || at == 0 ? text : text.substr(at + 1);
}

}  // namespace

Status Processes::make_node(NodeId id) {
  NodeProcessOptions options;
  options.node = id;
  options.nodes = options_.nodes;
  options.program = options_.program;
  options.mode = mode_.spelling();
  options.seed = options_.seed;
  options.run = run_;
  options.epoch_ns = time_.epoch_ns();
  options.directory = workspace_.data(id);
  options.log = workspace_.log(id);
  options.witness = options_.witness;
  if (options_.specification) {
    options.spec_file = workspace_.specification();
    options.elements = options_.specification.scale().elements;
  }
  if (::mkdir(options.directory.c_str(), 0755) != 0)
    return Failure{system_error("making the directory " + options.directory, errno)};
  NodeProcess::Handlers handlers;
  handlers.listening = [this, id](std::uint16_t port) { listening(id, port); };
  handlers.refused = [this, id](const std::string& why) { refused(id, why); };
  handlers.witnessed = [this, id](std::vector<wire::WitnessedEvent>&& events) {
    for (const auto& event : events) order_.witnessed(id, event.at, event.witness);
  };
  handlers.ended = [this, id](const Ending& ending) { ended(id, ending); };
  nodes_.push_back(std::make_unique<NodeProcess>(*io_, std::move(options), std::move(handlers)));
  ++waiting_;
  return {};
}

// At the start, everybody begins when everybody listens; later, each when it is there.
void Processes::listening(NodeId id, std::uint16_t port) {
  ports_[index(id)] = port;
  if (proxy_) proxy_->node_listens(id, port);
  if (waiting_ == 0) {
    nodes_[index(id)]->begin(ports_for(id));
  } else if (--waiting_ == 0) {
    for (std::uint16_t n = 0; n < options_.nodes; ++n) nodes_[n]->begin(ports_for(NodeId{n}));
  }
}

std::vector<std::uint16_t> Processes::ports_for(NodeId from) const {
  std::vector<std::uint16_t> ports = ports_;
  for (std::uint16_t n = 0; proxy_ && n < ports.size(); ++n) {
    if (NodeId{n} != from) ports[n] = proxy_->port(from, NodeId{n});
  }
  return ports;
}

void Processes::not_listening(NodeId id) {
  ports_[index(id)] = 0;
  if (proxy_) proxy_->node_listens(id, 0);
}

// That a log which the nemesis damaged is refused is as it should be; anything else is our fault.
void Processes::refused(NodeId id, const std::string& why) {
  if (!corrupted_[index(id)])
    fail_because(fmt::format("{} does not start: {}", show_node(id), why));
}

void Processes::ended(NodeId id, const Ending& ending) {
  not_listening(id);
  order_.restarted(id, time_.now());
  if (corrupted_[index(id)] && !ending.by_signal) return;
  fail_because(
      fmt::format("the process of {} ended and nobody had killed it: {}. Its last words:\n{}",
                  show_node(id), ending.text(), tail(log(id), last_lines)));
}

void Processes::kill(NodeId id) {
  nodes_[index(id)]->kill();
  not_listening(id);
  order_.restarted(id, time_.now());
}

}  // namespace tribunal::cluster
