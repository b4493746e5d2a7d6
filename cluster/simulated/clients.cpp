// Clients in virtual time: drives the client machine with events.
#include "cluster/simulated/clients.h"

#include <cassert>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace tribunal::cluster {
namespace {

const char* word(sut::CommandKind kind) {
  switch (kind) {
    case sut::CommandKind::read:
      return "read";
    case sut::CommandKind::write:
      return "write";
    case sut::CommandKind::cas:
      return "cas";
    case sut::CommandKind::add:
      return "add";
    case sut::CommandKind::members:
      return "members";
    case sut::CommandKind::remove:
      return "remove";
    case sut::CommandKind::increment:
      return "increment";
    case sut::CommandKind::count:
      return "count";
    case sut::CommandKind::next_id:
      return "next-id";
    case sut::CommandKind::enqueue:
      return "enqueue";
    case sut::CommandKind::dequeue:
      return "dequeue";
    case sut::CommandKind::acquire:
      return "acquire";
    case sut::CommandKind::release:
      return "release";
    case sut::CommandKind::fenced_add:
      return "fenced-add";
    case sut::CommandKind::transact:
      return "transact";
    case sut::CommandKind::inspect:
      return "inspect";
  }
  return "";
}

std::string show(const sut::Command& c) {
  std::string text = fmt::format("{} k{}", word(c.kind), c.key);
  if (sut::is_read(c.kind)) return text;
  text += fmt::format(" {}", c.a);
  const bool two = c.kind == sut::CommandKind::cas || c.kind == sut::CommandKind::acquire ||
                   c.kind == sut::CommandKind::fenced_add || c.kind == sut::CommandKind::transact;
  if (two) text += fmt::format(" {}", c.b);
  return text;
}

std::string show(const sut::Reply& r) {
  switch (r.status) {
    case sut::Status::ok:
      break;
    case sut::Status::mismatch:
      return "mismatch";
    case sut::Status::not_leader:
      return r.hint ? "not-leader, try " + show_node(*r.hint) : "not-leader";
    case sut::Status::unavailable:
      return "unavailable";
  }
  if (!r.elements.empty()) return fmt::format("ok {} elements", r.elements.size());
  return r.value ? fmt::format("ok {}", *r.value) : "ok nil";
}

std::uint64_t digest(const sut::Command& c) {
  return Fingerprint{}.add(c.kind).add(c.key).add(c.a).add(c.b).value();
}

std::uint64_t digest(const sut::Reply& r) {
  Fingerprint print;
  print.add(r.status).add(r.value.has_value()).add(r.value.value_or(0));
  print.add(r.hint.has_value()).add(r.hint.value_or(NodeId{}));
  for (const std::int64_t element : r.elements) print.add(element);
  print.add(r.version);
  for (const std::uint64_t counter : r.context) print.add(counter);
  for (const std::uint64_t counter : r.session) print.add(counter);
  return print.value();
}

const char* word(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::fail:
      return "fail";
    case Outcome::info:
      return "info";
  }
  return "";
}

std::uint64_t pack(std::uint32_t slot, const Alarm& alarm) {
  assert(slot < (1U << 24));
  return (std::uint64_t{slot} << 32) | alarm.generation();
}

}  // namespace

std::uint32_t Clients::slot_of(Core& core, ClientId client) {
  const auto [found, fresh] = by_id_.try_emplace(client, static_cast<std::uint32_t>(slots_.size()));
  if (fresh) {
    slots_.push_back({Client(client, ClientOptions{core.options.nodes, core.options.retry,
                                                   core.options.session}),
                      Alarm{}});
  }
  return found->second;
}

std::uint64_t Clients::invoke(Core& core, ClientId client, NodeId contact,
                              const sut::Command& command, Duration timeout) {
  const std::uint32_t slot = slot_of(core, client);
  Client& machine = slots_[slot].client;
  assert(machine.idle());
  perform(core, slot, machine.start(core.now, contact, command, timeout));
  return machine.request().sequence;
}

void Clients::perform(Core& core, std::uint32_t slot, ClientStep&& step) {
  Client& client = slots_[slot].client;
  Alarm& alarm = slots_[slot].alarm;
  const sut::RequestId id = client.request();
  if (step.ask) {
    const NodeId node = *step.ask;
    core.trace.note(core.now, TraceKind::request, Ends::client_to(id.client, node),
                    digest(client.command()),
                    [&] { return fmt::format("#{} {}", id.sequence, show(client.command())); });
    const Time arrival = core.now + core.network.client_latency(id.client, node, true, core.now);
    core.queue.push(arrival, EventKind::request,
                    requests_.put({node, id, client.command(), client.after(), client.context(),
                                   client.session()}));
  }
  if (step.completion) {
    const Completion& done = *step.completion;
    core.trace.note(core.now, TraceKind::complete, Ends::client_to(id.client, done.node),
                    combine(digest(done.reply), static_cast<std::uint64_t>(done.outcome)), [&] {
                      return fmt::format("#{} {}{}{}", id.sequence, word(done.outcome),
                                         done.error.empty() ? "" : " ", done.error);
                    });
    completions_.push_back(std::move(*step.completion));
  }
  const std::optional<Time> wake = client.wake();
  if (!wake) {
    alarm.cancel();
  } else if (alarm.ring_at(*wake)) {
    core.queue.push(*wake, EventKind::client_alarm, pack(slot, alarm));
  }
}

void Clients::respond(Core& core, NodeId node, const sut::RequestId& id, sut::Reply&& reply) {
  const auto found = by_id_.find(id.client);
  if (found == by_id_.end()) return;
  core.trace.note(core.now, TraceKind::reply, Ends::to_client(node, id.client), digest(reply),
                  [&] { return fmt::format("#{} {}", id.sequence, show(reply)); });
  send_back(core, {found->second, node, id.sequence, false, std::move(reply)});
}

void Clients::refuse(Core& core, NodeId node, const sut::RequestId& id) {
  const auto found = by_id_.find(id.client);
  assert(found != by_id_.end());
  core.trace.note(core.now, TraceKind::refused, Ends::to_client(node, id.client), id.sequence,
                  [&] { return fmt::format("#{}", id.sequence); });
  send_back(core, {found->second, node, id.sequence, true, {}});
}

void Clients::send_back(Core& core, Answer&& answer) {
  if (core.network.client_cut(answer.from, false)) return;
  const ClientId client = slots_[answer.slot].client.request().client;
  const Time arrival = core.now + core.network.client_latency(client, answer.from, false, core.now);
  core.queue.push(arrival, EventKind::reply, answers_.put(std::move(answer)));
}

void Clients::reply_arrives(Core& core, const Event& event) {
  const Answer answer = answers_.take(static_cast<std::uint32_t>(event.data()));
  Client& client = slots_[answer.slot].client;
  core.trace.note(core.now, TraceKind::answer,
                  Ends::to_client(answer.from, client.request().client), answer.sequence,
                  [&] { return fmt::format("#{}", answer.sequence); });
  perform(core, answer.slot,
          answer.refused ? client.refused(core.now, answer.from, answer.sequence)
                         : client.replied(core.now, answer.from, answer.sequence, answer.reply));
}

void Clients::alarm(Core& core, const Event& event) {
  const auto slot = static_cast<std::uint32_t>(event.data() >> 32);
  assert(slot < slots_.size());
  Alarm& alarm = slots_[slot].alarm;
  switch (alarm.came_up(static_cast<std::uint32_t>(event.data()), core.now)) {
    case Alarm::Rings::no:
      return;
    case Alarm::Rings::later:
      core.queue.push(alarm.wanted(), EventKind::client_alarm, pack(slot, alarm));
      return;
    case Alarm::Rings::now:
      perform(core, slot, slots_[slot].client.woke(core.now));
      return;
  }
}

Completion Clients::take_completion() {
  assert(has_completion());
  Completion first = std::move(completions_.front());
  completions_.pop_front();
  return first;
}

}  // namespace tribunal::cluster
