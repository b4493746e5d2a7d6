// The toy replica, and the simulation of it. Included by exactly one source file of each test
// program.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/hash.h"
#include "cluster/simulated/simulation.h"
#include "sut/node.h"
#include "tests/cluster/toy.h"

namespace tribunal::cluster::toy {

struct Message {
  std::int64_t value = 0;
  friend bool operator==(const Message&, const Message&) = default;
};
struct Record {
  std::int64_t value = 0;
  friend bool operator==(const Record&, const Record&) = default;
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
    clocks_ = clocks;
    std::visit([&](const auto& i) { on(i, effects); }, input);
  }
  std::uint64_t fingerprint() const { return Fingerprint{}.add(self_).add(next_write_).value(); }
  std::vector<sut::Content> contents() const { return {}; }
  sut::View view() const { return {leading_ ? sut::Role::leader : sut::Role::follower, 0, 0, 0}; }

 private:
  using Effects = sut::Effects<Node>;
  void saw(std::string what) {
    if (diary_) diary_->push_back({clocks_.steady, clocks_.wall, self_, std::move(what)});
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
  void on(const sut::ChangeMembers& change, Effects&) {
    saw(fmt::format("{} {}", change.add ? "add" : "remove", index(change.node) + 1));
  }
  void on(const sut::Request& r, Effects& effects) {
    saw(fmt::format("request {}", r.command.a));
    const auto reply = [&](sut::Status status, std::optional<sut::WriteId> after = {}) {
      sut::Respond respond{r.id, {status, r.command.a, {}, {}, 0, {}}, after};
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
  sut::Clocks clocks_{};
  bool leading_ = false;
  std::uint64_t next_write_ = 0;
  std::uint64_t draw_ = 0;
};

std::unique_ptr<SimulatedCluster> make_toys(const SimulatedOptions& options, Diary diary) {
  return std::make_unique<Simulation<Node>>(
      options, [nodes = options.nodes, diary](NodeId id) { return Node(id, nodes, diary); });
}

}  // namespace tribunal::cluster::toy
