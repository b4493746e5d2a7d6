// Clients over real connections.
#include "cluster/processes/process_clients.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "cluster/wire/codec.h"
#include "cluster/wire/messages.h"

namespace tribunal::cluster {

using wire::Frame;
using wire::FrameKind;

ProcessClients::ProcessClients(asio::io_context& io, const TrueTime& time,
                               ProcessClientsOptions options)
    : io_(io), time_(time), options_(std::move(options)) {}
ProcessClients::~ProcessClients() = default;

ProcessClients::Slot& ProcessClients::slot(ClientId client) {
  std::unique_ptr<Slot>& place = slots_[client];
  if (!place) {
    place = std::make_unique<Slot>(Slot{Client(client, options_.client), {}, Time::max(), 0});
    place->connections.resize(options_.client.nodes);
  }
  return *place;
}

std::uint64_t ProcessClients::invoke(ClientId client, NodeId contact, const sut::Command& command,
                                     Duration timeout) {
  Slot& s = slot(client);
  assert(s.client.idle());
  perform(client, s, s.client.start(time_.now(), contact, command, timeout));
  return s.client.request().sequence;
}

std::optional<Completion> ProcessClients::take_completion() {
  if (completions_.empty()) return std::nullopt;
  std::optional<Completion> first(std::move(completions_.front()));
  completions_.pop_front();
  return first;
}

void ProcessClients::perform(ClientId client, Slot& slot, ClientStep&& step) {
  if (step.ask) ask(client, slot, *step.ask);
  if (step.completion) {
    const bool open = step.completion->outcome == Outcome::info;
    for (Connection& connection : slot.connections) connection.pending = 0;
    completions_.push_back(std::move(*step.completion));
    if (open) {
      close_all(slot);
      options_.retired(client);
    }
  }
  const auto wake = slot.client.wake();
  if (wake && *wake < slot.alarm) {
    slot.alarm = *wake;
    alarms_.push({*wake, client});
  }
}

void ProcessClients::ask(ClientId client, Slot& slot, NodeId node) {
  Connection& connection = slot.connections[index(node)];
  connection.pending = slot.client.request().sequence;
  if (!connection.channel) dial(client, slot, node);
  if (connection.welcomed) send(client, slot, node);
}

void ProcessClients::dial(ClientId client, Slot& slot, NodeId node) {
  Connection& connection = slot.connections[index(node)];
  const auto port = options_.port(client, node);
  auto socket = port ? begin_connecting(*port) : Result<FileDescriptor>(fail("nobody is there"));
  if (!socket) {
    refusals_.push_back({client, node, std::exchange(connection.pending, 0)});
    return;
  }
  connection.welcomed = false;
  connection.sent = 0;
  Channel::Handlers handlers;
  handlers.frame = [this, client, node](const Frame& frame) {
    return arrived(client, node, frame);
  };
  handlers.closed = [this, client, node](const std::string&) { ended(client, node); };
  connection.channel =
      std::make_unique<Channel>(io_, *std::move(socket), true, std::move(handlers));
  wire::Hello hello;
  hello.who = wire::Who::client;
  hello.client = client;
  hello.to = node;
  hello.nodes = options_.client.nodes;
  hello.run = options_.run;
  connection.channel->append(FrameKind::hello, 0, wire::to_bytes(hello));
}

// Precondition: welcomed, and a request is pending.
void ProcessClients::send(ClientId client, Slot& slot, NodeId node) {
  Connection& connection = slot.connections[index(node)];
  const Client& machine = slot.client;
  connection.sent = std::exchange(connection.pending, 0);
  assert(connection.sent == machine.request().sequence);
  if (slot.requested != connection.sent) {
    slot.requested = connection.sent;
    options_.requested(machine.request());
  }
  const wire::ClientRequest request{machine.request(), machine.command(), machine.after(),
                                    machine.context(), machine.session()};
  connection.channel->append(FrameKind::request, 0, wire::to_bytes(request));
  touch(connection.channel.get());
  static_cast<void>(client);
}

bool ProcessClients::arrived(ClientId client, NodeId node, const Frame& frame) {
  Slot& s = slot(client);
  Connection& connection = s.connections[index(node)];
  if (frame.kind == FrameKind::welcome) {
    connection.welcomed = true;
    if (connection.pending != 0) send(client, s, node);
    return true;
  }
  auto reply = wire::from_bytes<wire::ClientReply>(frame.payload, options_.client.nodes);
  if (frame.kind != FrameKind::reply || !reply) return false;
  if (reply->sequence == connection.sent) connection.sent = 0;
  perform(client, s, s.client.replied(time_.now(), node, reply->sequence, reply->reply));
  return true;
}

void ProcessClients::ended(ClientId client, NodeId node) {
  Slot& s = slot(client);
  Connection& connection = s.connections[index(node)];
  dead_.push_back(std::move(connection.channel));
  connection.welcomed = false;
  const std::uint64_t sent = std::exchange(connection.sent, 0);
  if (const std::uint64_t pending = std::exchange(connection.pending, 0); pending != 0)
    perform(client, s, s.client.refused(time_.now(), node, pending));
  if (sent != 0) perform(client, s, s.client.lost(time_.now(), node, sent));
}

void ProcessClients::close_all(Slot& slot) {
  for (Connection& connection : slot.connections) {
    if (!connection.channel) continue;
    connection.channel->close();
    dead_.push_back(std::move(connection.channel));
    connection = Connection{};
  }
}

// A request that no welcome has let out reached nobody: before time runs out for the operation, say
// so, for it makes the difference between a failure and an operation of which nothing is known.
void ProcessClients::withdraw_unsent(ClientId client, Slot& slot) {
  static_cast<void>(client);
  for (std::uint16_t n = 0; n < slot.connections.size(); ++n) {
    const std::uint64_t pending = std::exchange(slot.connections[n].pending, 0);
    if (pending == 0) continue;
    dead_.push_back(std::move(slot.connections[n].channel));
    slot.connections[n] = Connection{};
    if (dead_.back()) dead_.back()->close();
    static_cast<void>(slot.client.refused(time_.now(), NodeId{n}, pending));
  }
}

void ProcessClients::tick() {
  for (const Refusal& refusal : std::exchange(refusals_, {})) {
    Slot& s = slot(refusal.client);
    perform(refusal.client, s, s.client.refused(time_.now(), refusal.node, refusal.sequence));
  }
  const Time now = time_.now();
  while (!alarms_.empty() && alarms_.top().at <= now) {
    const Alarm alarm = alarms_.top();
    alarms_.pop();
    Slot& s = slot(alarm.client);
    if (alarm.at != s.alarm) continue;  // a later entry replaced it
    s.alarm = Time::max();
    if (const auto wake = s.client.wake(); wake && *wake <= now) withdraw_unsent(alarm.client, s);
    perform(alarm.client, s, s.client.woke(now));
  }
}

std::optional<Time> ProcessClients::next_due() const {
  if (!refusals_.empty()) return time_.now();
  if (alarms_.empty()) return std::nullopt;
  return alarms_.top().at;
}

void ProcessClients::flush() {
  for (Channel* channel : touched_) channel->flush();
  touched_.clear();
  dead_.clear();
}

}  // namespace tribunal::cluster
