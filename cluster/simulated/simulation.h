// The simulated cluster for one protocol: takes events from the queue in order and hands each to
// its host.
#pragma once

#include <algorithm>
#include <cassert>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cluster/actions.h"
#include "cluster/simulated/host.h"
#include "cluster/simulated/simulated.h"

namespace tribunal::cluster {

template <sut::Protocol P>
class Simulation final : public SimulatedCluster {
 public:
  using Factory =
      std::function<P(NodeId)>;  // a node that has never run; called again for each restart

  // Preconditions as make_simulated.
  Simulation(const SimulatedOptions& options, Factory factory)
      : factory_(std::move(factory)),
        world_{Core(options, parse_latency(options.latency).value()), {}, {}, {}} {
    assert(options.nodes > 0);
    assert(options.sync_latency >= Duration{});
    for (std::uint16_t n = 0; n < options.nodes; ++n) hosts_.emplace_back(NodeId{n}, options.seed);
    for (std::uint16_t n = 0; n < options.nodes; ++n) hosts_[n].boot(world_, factory_(NodeId{n}));
  }

  std::uint16_t node_count() const override { return static_cast<std::uint16_t>(hosts_.size()); }
  Time now() const override { return world_.core.now; }

  std::uint64_t invoke(ClientId client, NodeId contact, const sut::Command& command,
                       Duration timeout) override {
    assert(index(contact) < hosts_.size());
    return world_.clients.invoke(world_.core, client, contact, command, timeout);
  }

  std::optional<Completion> run_until(Time deadline) override {
    Core& core = world_.core;
    for (;;) {
      if (world_.clients.has_completion()) return world_.clients.take_completion();
      if (core.queue.empty() || core.queue.next().at > deadline) break;
      const Event event = core.queue.pop();
      assert(event.at >= core.now);
      core.now = event.at;
      ++core.statistics.events;
      dispatch(event);
    }
    core.now = std::max(core.now, deadline);
    return std::nullopt;
  }

  const std::set<Primitive>& capabilities() const override {
    constexpr bool members = requires { P::changes_members; };
    return capabilities_of(ClusterKind::simulated, members);
  }
  Status apply(const Action& action) override {
    if (auto status = check_action(action, node_count()); !status) return status;
    if (capabilities().count(action.primitive) == 0)
      return fail(std::string(name(action.primitive)) + ": the simulated cluster cannot do that");
    if (auto status = check_state(action); !status) return status;
    Core& core = world_.core;
    core.trace.note(core.now, TraceKind::action, Ends::one(action.node), digest(action),
                    [&] { return describe(action); });
    perform(action);
    return {};
  }

  NodeState state(NodeId node) const override { return host(node).state(); }
  std::vector<sut::Content> contents(NodeId node) const override { return host(node).contents(); }
  const std::vector<sut::ProtocolViolation>& violations() const override {
    return world_.core.checks.violations();
  }
  const std::vector<Election>& elections() const override { return world_.core.elections; }
  Statistics statistics() const override { return world_.core.statistics; }
  const char* world() const override { return "simulated"; }
  std::uint64_t trace_hash() const override { return world_.core.trace.hash(); }
  const std::string& trace() const override { return world_.core.trace.text(); }
  std::string log(NodeId node) const override { return host(node).log(); }

  std::unique_ptr<SimulatedCluster> clone() const override {
    return std::make_unique<Simulation>(*this);
  }

 private:
  Host<P>& host(NodeId node) {
    assert(index(node) < hosts_.size());
    return hosts_[index(node)];
  }
  const Host<P>& host(NodeId node) const {
    assert(index(node) < hosts_.size());
    return hosts_[index(node)];
  }

  void dispatch(const Event& event) {
    const std::uint64_t data = event.data();
    switch (event.kind()) {
      case EventKind::message:
        deliver(static_cast<std::uint32_t>(data));
        return;
      case EventKind::request: {
        ClientRequest request = world_.clients.arriving(event);
        if (world_.core.network.client_cut(request.to, true)) {
          world_.core.lose_request(request.id, request.to);
          return;
        }
        host(request.to).request(world_, std::move(request));
        return;
      }
      case EventKind::reply:
        world_.clients.reply_arrives(world_.core, event);
        return;
      case EventKind::client_alarm:
        world_.clients.alarm(world_.core, event);
        return;
      case EventKind::timer:
        hosts_[Timers::node_of(data)].timer_came_up(world_, data);
        return;
      case EventKind::sync_done:
        hosts_[data >> 32].sync_done(world_, data & 0xffffffff);
        return;
      case EventKind::write_failed:
        hosts_[data >> 32].write_failed(world_, data & 0xffffffff);
        return;
    }
  }
  void deliver(std::uint32_t slot) {
    Envelope<P>& envelope = world_.mail.at(slot);
    Core& core = world_.core;
    if (core.network.cut(envelope.from, envelope.to)) {
      core.lose_message(envelope.from, envelope.to, envelope.number, "cut");
    } else {
      host(envelope.to).receive(world_, std::move(envelope));
    }
    world_.mail.release(slot);
  }

  // Is the node in a state in which this can be done to it?
  Status check_state(const Action& action) {
    const Host<P>& h = host(action.node);
    const auto refuse = [&](const char* why) {
      return fail(std::string(name(action.primitive)) + ": " + show_node(action.node) + " " + why);
    };
    switch (action.primitive) {
      case Primitive::pause:
        if (!h.alive()) return refuse("is dead");
        if (h.paused()) return refuse("is paused already");
        return {};
      case Primitive::resume:
        if (!h.alive()) return refuse("is dead");
        if (!h.paused()) return refuse("is not paused");
        return {};
      case Primitive::kill:
      case Primitive::power_loss:
        if (!h.alive()) return refuse("is dead already");
        return {};
      case Primitive::restart:
        if (h.alive()) return refuse("is alive");
        return {};
      case Primitive::member_add:
      case Primitive::member_remove:
      case Primitive::promote:
        if (!h.alive()) return refuse("is dead");
        return {};
      case Primitive::disk_corrupt:
        if (h.alive()) return refuse("is alive: only the log of a dead node can be corrupted");
        if (h.disk_empty()) return refuse("has an empty log");
        return {};
      default:
        return {};
    }
  }

  void perform(const Action& a) {
    Core& core = world_.core;
    Host<P>& h = host(a.node);
    switch (a.primitive) {
      case Primitive::cut:
        core.network.set_cut(a.node, a.peer);
        return;
      case Primitive::mend:
        core.network.mend(a.node, a.peer);
        return;
      case Primitive::shape:
        core.network.set_shape(a.node, a.peer, a.shape);
        return;
      case Primitive::lose_requests:
      case Primitive::lose_replies:
        core.network.cut_clients(a.node, a.primitive == Primitive::lose_requests);
        return;
      case Primitive::reach_clients:
        core.network.mend_clients(a.node);
        return;
      case Primitive::pause:
        h.pause(core);
        return;
      case Primitive::resume:
        h.resume(world_);
        return;
      case Primitive::kill:
        h.kill(core);
        return;
      case Primitive::power_loss:
        h.lose_power(core);
        return;
      case Primitive::restart:
        core.checks.restarted(a.node);
        h.boot(world_, factory_(a.node));
        return;
      case Primitive::clock_step:
        h.step_clock(a.amount);
        return;
      case Primitive::clock_rate:
        h.set_clock_rate(core, a.ppm);
        return;
      case Primitive::clock_reset:
        h.reset_clock(core);
        return;
      case Primitive::disk_slow:
        h.disk_faults().slow = a.amount;
        return;
      case Primitive::disk_full:
        h.disk_faults().full = true;
        return;
      case Primitive::disk_lie:
        h.disk_faults().lie = true;
        return;
      case Primitive::disk_heal:
        h.disk_faults() = DiskFaults{};
        return;
      case Primitive::disk_corrupt:
        h.corrupt_disk(core);
        return;
      case Primitive::corrupt:  // not among capabilities()
      case Primitive::reset:
      case Primitive::half_open:
      case Primitive::slow_close:
      case Primitive::disk_error:
        return;
      case Primitive::member_add:
      case Primitive::member_remove:
        h.change_members(world_, {a.peer, a.primitive == Primitive::member_add});
        return;
      case Primitive::promote:
        h.promote(world_);
        return;
    }
  }

  Factory factory_;
  World<P> world_;
  std::vector<Host<P>> hosts_;
};

}  // namespace tribunal::cluster
