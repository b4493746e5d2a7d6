// A toy replica that does what it is told, so that tests can see exactly what the simulation does
// with each effect. Its clients' commands are instructions; everything it experiences goes into an
// event list.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/hash.h"
#include "cluster/simulated/simulation.h"
#include "sut/node.h"

namespace tribunal::cluster::toy {

struct Message {
  std::int64_t value = 0;
  friend bool operator==(const Message&, const Message&) = default;
};
struct Record {
  std::int64_t value = 0;
  friend bool operator==(const Record&, const Record&) = default;
};

// What the nodes saw, in order; shared by all nodes of one cluster (tests only: a real replica has
// no hooks).
struct Seen {
  Time at{};  // on the node's steady clock
  NodeId node{};
  std::string what;  // "start 1 2", "receive 7 from 1", "timer 0", "done 3", "failed 3", "promote",
                     // "request 4"
  friend bool operator==(const Seen&, const Seen&) = default;
};
using Diary = std::shared_ptr<std::vector<Seen>>;

// A command {write, key, a, b} is an instruction by its key; every command is answered at once with
// ok and `a` unless said otherwise.
enum Instruction : std::uint64_t {
  answer,             // nothing else
  send_to,            // sends message `a` to node `b`
  broadcast,          // sends message `a` to everyone else
  ping_pong,          // as send_to, and both sides bounce it until it has fallen to 0
  arm,                // arms timer `a` for `b` nanoseconds
  cancel,             // cancels timer `a`
  write_synced,       // record `a`, answered when durable
  write_buffered,     // record `a`
  write_checkpoint,   // record `a`, synced, as a checkpoint
  sync,               // syncs; answered when durable
  write_and_tell,     // record `a`, synced; sends message `a` to node `b` after it is durable, and
                      // `-a` at once
  stay_silent,        // no answer
  refuse_not_leader,  // answered not_leader, with hint `a` unless negative
  refuse_unavailable,
  mismatch,
  witness,  // became_leader of term `a`
};

class Node {
 public:
  using Message = toy::Message;
  using Record = toy::Record;

  Node(NodeId self, std::uint16_t nodes, Diary diary)
      : self_(self), nodes_(nodes), diary_(std::move(diary)) {}

  void step(const sut::Input<Node>& input, sut::Clocks clocks, Choices& choices,
            sut::Effects<Node>& effects) {
    draw_ = choices.below("toy"_site, 1000);
    now_ = clocks.steady;
    std::visit([&](const auto& i) { on(i, effects); }, input);
  }
  std::uint64_t fingerprint() const { return Fingerprint{}.add(self_).add(next_write_).value(); }
  sut::View view() const { return {leading_ ? sut::Role::leader : sut::Role::follower, 0, 0, 0}; }

 private:
  using Effects = sut::Effects<Node>;
  void saw(std::string what) {
    if (diary_) diary_->push_back({now_, self_, std::move(what)});
  }
  sut::WriteId fresh() { return sut::WriteId{++next_write_}; }

  void on(const sut::Start<Node>& start, Effects&) {
    std::string what = "start";
    for (const Record& r : start.recovered) what += fmt::format(" {}", r.value);
    saw(what);
  }
  void on(const sut::Receive<Node>& r, Effects& effects) {
    saw(fmt::format("receive {} from {}", r.message.value, index(r.from) + 1));
    if (r.message.value > 1'000'000) {
      effects.emit(sut::Send<Node>{r.from, {r.message.value - 1}, {}});
    }
  }
  void on(const sut::TimerFired& t, Effects&) {
    saw(fmt::format("timer {}", static_cast<int>(t.timer)));
  }
  void on(const sut::WriteDone& w, Effects&) {
    saw(fmt::format("{} {}", w.ok ? "done" : "failed", static_cast<std::uint64_t>(w.write)));
  }
  void on(const sut::Promote&, Effects&) {
    saw("promote");
    leading_ = true;
  }
  void on(const sut::Request& r, Effects& effects) {
    saw(fmt::format("request {}", r.command.a));
    const auto reply = [&](sut::Status status, std::optional<sut::WriteId> after = {}) {
      sut::Respond respond{r.id, {status, r.command.a, {}, {}}, after};
      if (status == sut::Status::not_leader && r.command.a >= 0) {
        respond.reply.hint = NodeId{static_cast<std::uint16_t>(r.command.a)};
      }
      effects.emit(std::move(respond));
    };
    const auto peer = NodeId{static_cast<std::uint16_t>(r.command.b)};
    const auto timer = sut::TimerId{static_cast<std::uint8_t>(r.command.a)};
    switch (static_cast<Instruction>(r.command.key)) {
      case answer:
        break;
      case send_to:
        effects.emit(sut::Send<Node>{peer, {r.command.a}, {}});
        break;
      case ping_pong:
        effects.emit(sut::Send<Node>{peer, {1'000'000 + r.command.a}, {}});
        break;
      case broadcast:
        for (std::uint16_t n = 0; n < nodes_; ++n) {
          if (NodeId{n} != self_) effects.emit(sut::Send<Node>{NodeId{n}, {r.command.a}, {}});
        }
        break;
      case arm:
        effects.emit(sut::Arm{timer, nanoseconds(r.command.b)});
        break;
      case cancel:
        effects.emit(sut::Cancel{timer});
        break;
      case write_buffered:
        effects.emit(sut::Write<Node>{fresh(), {r.command.a}, sut::Durability::buffered, false});
        break;
      case write_synced:
      case write_checkpoint: {
        const auto id = fresh();
        effects.emit(sut::Write<Node>{
            id, {r.command.a}, sut::Durability::synced, r.command.key == write_checkpoint});
        return reply(sut::Status::ok, id);
      }
      case sync: {
        const auto id = fresh();
        effects.emit(sut::Sync{id});
        return reply(sut::Status::ok, id);
      }
      case write_and_tell: {
        const auto id = fresh();
        effects.emit(sut::Write<Node>{id, {r.command.a}, sut::Durability::synced, false});
        effects.emit(sut::Send<Node>{peer, {r.command.a}, id});
        effects.emit(sut::Send<Node>{peer, {-r.command.a}, {}});
        break;
      }
      case stay_silent:
        return;
      case refuse_not_leader:
        return reply(sut::Status::not_leader);
      case refuse_unavailable:
        return reply(sut::Status::unavailable);
      case mismatch:
        return reply(sut::Status::mismatch);
      case witness:
        effects.emit(sut::Witness{sut::WitnessKind::became_leader,
                                  static_cast<std::uint64_t>(r.command.a), 0, 0});
        break;
    }
    reply(sut::Status::ok);
  }

  NodeId self_;
  std::uint16_t nodes_;
  Diary diary_;
  Time now_{};
  bool leading_ = false;
  std::uint64_t next_write_ = 0;
  std::uint64_t draw_ = 0;
};

// A cluster of toys and short ways to use it.
class Toys {
 public:
  explicit Toys(SimulatedOptions options = quick())
      : diary_(std::make_shared<std::vector<Seen>>()),
        simulation_(options, [nodes = options.nodes, diary = diary_](NodeId id) {
          return Node(id, nodes, diary);
        }) {}

  // Constant latency, so that tests can name the nanosecond.
  static SimulatedOptions quick() {
    SimulatedOptions options;
    options.nodes = 3;
    options.latency = "constant:1ms";
    return options;
  }

  Simulation<Node>& operator*() { return simulation_; }
  Simulation<Node>* operator->() { return &simulation_; }

  // Has `node` carry out an instruction (which reaches it after the latency of a client).
  std::uint64_t tell(int node, Instruction what, std::int64_t a = 0, std::int64_t b = 0,
                     Duration timeout = seconds(10)) {
    sut::Command command{sut::CommandKind::write, what, a, b};
    return simulation_.invoke(ClientId{next_client_++},
                              NodeId{static_cast<std::uint16_t>(node - 1)}, command, timeout);
  }
  // Runs to that time and collects the completions on the way.
  void run(Time until) {
    while (auto completion = simulation_.run_until(until)) completions.push_back(*completion);
  }
  void run_for(Duration d) { run(simulation_.now() + d); }
  // tell(), then run until the completion is there.
  Completion ask(int node, Instruction what, std::int64_t a = 0, std::int64_t b = 0) {
    tell(node, what, a, b);
    return *simulation_.run_until(Time::max());
  }
  Status apply(Primitive primitive, int node, int peer = 1) {
    Action action;
    action.primitive = primitive;
    action.node = NodeId{static_cast<std::uint16_t>(node - 1)};
    action.peer = NodeId{static_cast<std::uint16_t>(peer - 1)};
    return simulation_.apply(action);
  }
  Status shape(int node, int peer, LinkShape shape) {
    Action action{Primitive::shape,
                  NodeId{static_cast<std::uint16_t>(node - 1)},
                  NodeId{static_cast<std::uint16_t>(peer - 1)},
                  shape,
                  {},
                  0};
    return simulation_.apply(action);
  }
  Status clock(Primitive primitive, int node, Duration amount, std::int64_t ppm = 0) {
    return simulation_.apply(
        {primitive, NodeId{static_cast<std::uint16_t>(node - 1)}, {}, {}, amount, ppm});
  }

  // What that node saw, without the times.
  std::vector<std::string> saw(int node) const {
    std::vector<std::string> result;
    for (const Seen& s : *diary_) {
      if (index(s.node) == node - 1) result.push_back(s.what);
    }
    return result;
  }
  // Only what starts with `prefix`.
  std::vector<std::string> saw(int node, const std::string& prefix) const {
    std::vector<std::string> result;
    for (const std::string& s : saw(node)) {
      if (s.rfind(prefix, 0) == 0) result.push_back(s);
    }
    return result;
  }
  const std::vector<Seen>& diary() const { return *diary_; }

  std::vector<Completion> completions;

 private:
  Diary diary_;
  Simulation<Node> simulation_;
  std::uint32_t next_client_ = 0;
};

}  // namespace tribunal::cluster::toy
