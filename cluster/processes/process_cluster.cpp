// The life of a process cluster.
#include "cluster/processes/process_cluster.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <span>
#include <unistd.h>
#include <utility>

#include <asio/io_context.hpp>
#include <fmt/format.h>
#include <sys/resource.h>

#include "base/hash.h"
#include "base/text.h"
#include "cluster/actions.h"
#include "cluster/latency.h"
#include "cluster/processes/files.h"

namespace tribunal::cluster {
namespace {

// How long nodes may take until they listen, on a machine that is busy with other things.
constexpr Duration starting = seconds(20);
constexpr Duration answering = seconds(5);
// How often what the nodes witnessed is put in order and checked.
constexpr Duration settling = milliseconds(100);
constexpr int handlers_in_a_batch = 256;

// Every client keeps a connection to every node, and the proxies two for each.
void allow_many_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string this_program() {
  std::array<char, 4096> path{};
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
  return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : "tribunal";
}

std::uint64_t name_of_run() {
  return combine(static_cast<std::uint64_t>(::getpid()),
                 static_cast<std::uint64_t>(TrueTime(0).epoch_ns()));
}

}  // namespace

Processes::Processes(const Settings& mode, const ProcessOptions& options, Workspace workspace)
    : options_(options),
      mode_(mode),
      time_(0),
      run_(name_of_run()),
      workspace_(std::move(workspace)),
      io_(std::make_unique<asio::io_context>(1)),
      clients_(*io_, time_, client_options()),
      order_(options.nodes),
      ports_(options.nodes, 0),
      corrupted_(options.nodes, false) {}

Processes::~Processes() { stop(); }

// Nodes read it again whenever they start.
Status Processes::write_specification() const {
  if (!options_.specification) return {};
  const std::string& text = options_.specification.text();
  auto file = File::open(workspace_.specification(), O_CREAT | O_WRONLY);
  if (!file) return Failure{file.error()};
  return file->write(std::as_bytes(std::span(text)), 0);
}

Status Processes::start() {
  if (auto status = write_specification(); !status) return status;
  if (options_.proxies) {
    ProxyOptions proxy;
    proxy.nodes = options_.nodes;
    proxy.seed = options_.seed;
    proxy.latency = parse_latency(options_.latency).value();
    proxy.epoch_ns = time_.epoch_ns();
    auto opened = Proxy::open(*io_, proxy);
    if (!opened) return Failure{opened.error()};
    proxy_ = *std::move(opened);
  }
  for (std::uint16_t n = 0; n < options_.nodes; ++n) {
    if (auto status = make_node(NodeId{n}); !status) return status;
  }
  for (auto& node : nodes_) {
    if (auto status = node->spawn(); !status) return status;
  }
  const Time until = time_.now() + starting;
  while (waiting_ > 0 && failure_.empty() && time_.now() < until) run_some(until);
  if (waiting_ > 0)
    fail_because(fmt::format("after {} not every node listens", show_duration(starting)));
  return health();
}

void Processes::stop() {
  if (nodes_.empty()) return;
  settle();
  for (auto& node : nodes_) {
    if (node->alive()) node->kill();
  }
  settle();
}

std::uint64_t Processes::invoke(ClientId client, NodeId contact, const sut::Command& command,
                                Duration timeout) {
  assert(index(contact) < options_.nodes);
  return clients_.invoke(client, contact, command, timeout);
}

std::optional<Completion> Processes::run_until(Time deadline) {
  for (;;) {
    if (auto completion = clients_.take_completion()) return completion;
    if (time_.now() >= deadline || !failure_.empty()) return std::nullopt;
    run_some(deadline);
  }
}

Status Processes::health() const {
  if (failure_.empty()) return {};
  return fail(failure_);
}
void Processes::fail_because(std::string why) {
  if (failure_.empty()) failure_ = std::move(why);
}

const std::set<Primitive>& Processes::capabilities() const {
  return capabilities_of(ClusterKind::processes, members_change(mode_));
}

NodeState Processes::state(NodeId node) const {
  const NodeProcess& process = *nodes_[index(node)];
  return {process.alive(), process.paused(), process.view()};
}

std::vector<sut::Content> Processes::contents(NodeId node) const {
  NodeProcess& process = *nodes_[index(node)];
  if (!process.alive() || process.paused()) return {};
  process.ask_contents();
  const Time until = time_.now() + answering;
  while (!process.contents() && process.alive() && time_.now() < until) run_some(until);
  return process.contents().value_or(std::vector<sut::Content>{});
}

Statistics Processes::statistics() const {
  Statistics statistics;
  if (!proxy_) return statistics;
  const ProxyStatistics frames = proxy_->statistics();
  statistics.messages_sent = frames.frames;
  statistics.messages_delivered = frames.delivered;
  statistics.messages_lost = frames.lost;
  statistics.messages_duplicated = frames.duplicated;
  return statistics;
}

std::string Processes::log(NodeId node) const {
  std::ifstream in(workspace_.log(node), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Runs handlers until something happened or `until` has come.
void Processes::run_some(Time until) const {
  if (const auto due = clients_.next_due()) until = std::min(until, *due);
  until = std::min(until, settle_at_);
  io_->restart();
  io_->run_one_until(time_.point(until));
  for (int n = 1; n < handlers_in_a_batch && io_->poll_one() != 0; ++n) {
  }
  clients_.tick();
  clients_.flush();
  if (proxy_) proxy_->flush();
  if (time_.now() >= settle_at_) settle();
}

void Processes::settle() const {
  const Time before = time_.now();
  for (const auto& node : nodes_) node->drain();
  order_.settle(before);
  settle_at_ = time_.now() + settling;
}

ProcessClientsOptions Processes::client_options() {
  ProcessClientsOptions options;
  options.client = {options_.nodes, options_.retry, options_.session};
  options.run = run_;
  options.port = [this](ClientId client, NodeId node) { return client_port(client, node); };
  options.requested = [this](const sut::RequestId& id) { order_.requested(id); };
  options.retired = [this](ClientId client) {
    if (proxy_) proxy_->forget_client(client);
  };
  return options;
}

std::optional<std::uint16_t> Processes::client_port(ClientId client, NodeId node) {
  if (ports_[index(node)] == 0) return std::nullopt;
  if (!proxy_) return ports_[index(node)];
  auto port = proxy_->client_port(client, node);
  if (port) return *port;
  fail_because("a listener for a client: " + port.error().message);
  return std::nullopt;
}

Result<std::unique_ptr<ProcessCluster>> make_processes(const Settings& mode,
                                                       const ProcessOptions& options) {
  allow_many_files();
  ProcessOptions complete = options;
  if (complete.program.empty()) complete.program = this_program();
  auto workspace = Workspace::make(complete.directory, complete.program);
  if (!workspace) return Failure{workspace.error()};
  auto cluster = std::make_unique<Processes>(mode, complete, *std::move(workspace));
  if (auto status = cluster->start(); !status) return Failure{status.error()};
  return Result<std::unique_ptr<ProcessCluster>>(std::move(cluster));
}

}  // namespace tribunal::cluster
