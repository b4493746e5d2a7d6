// A toy replica that does what it is told, so that tests can see exactly what the simulation does
// with each effect. Its clients' commands are instructions; everything it experiences goes into an
// event list.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cluster/simulated/simulated.h"

namespace tribunal::cluster::toy {

// What the nodes saw, in order; shared by all nodes of one cluster (tests only: a real replica has
// no hooks).
struct Seen {
  Time at{};    // on the node's steady clock
  Time wall{};  // on its wall clock
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

// Defined once for each test program, in toy_node.h: the simulation is large to compile.
std::unique_ptr<SimulatedCluster> make_toys(const SimulatedOptions& options, Diary diary);

// A cluster of toys and short ways to use it.
class Toys {
 public:
  explicit Toys(SimulatedOptions options = quick())
      : diary_(std::make_shared<std::vector<Seen>>()), simulation_(make_toys(options, diary_)) {}

  // Constant latency, so that tests can name the nanosecond.
  static SimulatedOptions quick() {
    SimulatedOptions options;
    options.nodes = 3;
    options.latency = "constant:1ms";
    return options;
  }

  SimulatedCluster& operator*() { return *simulation_; }
  SimulatedCluster* operator->() { return simulation_.get(); }

  // Has `node` carry out an instruction (which reaches it after the latency of a client).
  std::uint64_t tell(int node, Instruction what, std::int64_t a = 0, std::int64_t b = 0,
                     Duration timeout = seconds(10)) {
    sut::Command command{sut::CommandKind::write, what, a, b};
    return simulation_->invoke(ClientId{next_client_++},
                               NodeId{static_cast<std::uint16_t>(node - 1)}, command, timeout);
  }
  // Runs to that time and collects the completions on the way.
  void run(Time until) {
    while (auto completion = simulation_->run_until(until)) completions.push_back(*completion);
  }
  void run_for(Duration d) { run(simulation_->now() + d); }
  // tell(), then run until the completion is there.
  Completion ask(int node, Instruction what, std::int64_t a = 0, std::int64_t b = 0) {
    tell(node, what, a, b);
    return *simulation_->run_until(Time::max());
  }
  Status apply(Primitive primitive, int node, int peer = 1) {
    Action action;
    action.primitive = primitive;
    action.node = NodeId{static_cast<std::uint16_t>(node - 1)};
    action.peer = NodeId{static_cast<std::uint16_t>(peer - 1)};
    return simulation_->apply(action);
  }
  Status shape(int node, int peer, LinkShape shape) {
    Action action{Primitive::shape,
                  NodeId{static_cast<std::uint16_t>(node - 1)},
                  NodeId{static_cast<std::uint16_t>(peer - 1)},
                  shape,
                  {},
                  0};
    return simulation_->apply(action);
  }
  Status clock(Primitive primitive, int node, Duration amount, std::int64_t ppm = 0) {
    return simulation_->apply(
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
  std::unique_ptr<SimulatedCluster> simulation_;
  std::uint32_t next_client_ = 0;
};

}  // namespace tribunal::cluster::toy
