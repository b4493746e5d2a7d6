// One machine of the simulation: a replica's process with its timers and inbox, its disk and its
// clocks. It hands inputs to the replica, and performs the effects that come back.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/choices.h"
#include "cluster/clock.h"
#include "cluster/held_effects.h"
#include "cluster/host_log.h"
#include "cluster/message_traits.h"
#include "cluster/simulated/clients.h"
#include "cluster/simulated/core.h"
#include "cluster/simulated/disk.h"
#include "cluster/simulated/timers.h"
#include "sut/node.h"

namespace tribunal::cluster {

// Named outside the templates: clang 14 does not evaluate consteval literals inside them.
namespace host_scopes {
inline constexpr Site node = "node"_site;
inline constexpr Site disk = "disk"_site;
}  // namespace host_scopes

template <class P>
struct Envelope {
  NodeId from{};
  NodeId to{};
  std::uint64_t number = 0;  // of the message: copies share it
  typename P::Message message;
};

// Everything outside the hosts.
template <class P>
struct World {
  Core core;
  Clients clients;
  Slab<Envelope<P>> mail;
  sut::Effects<P> effects;  // reused by every step
};

template <sut::Protocol P>
class Host {
 public:
  // What a paused process can have waiting; more is dropped, as by a full socket buffer.
  static constexpr std::size_t largest_inbox = 65'536;

  Host(NodeId id, std::uint64_t seed)
      : id_(id),
        seed_(seed),
        choices_(seed, combine(host_scopes::node.hash, index(id))),
        timers_(id) {}

  bool alive() const { return node_.has_value(); }
  bool paused() const { return paused_; }
  // The machine answers connections to its dead process with a refusal; without power it is silent.
  bool powered() const { return powered_; }
  std::vector<sut::Content> contents() const {
    return alive() ? node_->contents() : std::vector<sut::Content>{};
  }
  NodeState state() const { return {alive(), paused_, alive() ? node_->view() : sut::View{}}; }
  const std::string& log() const { return log_.text(); }

  // ---- process ----
  // Precondition: !alive().
  void boot(World<P>& world, P&& node) {
    assert(!alive());
    const auto recovery = disk_.recover();
    node_.emplace(std::move(node));
    powered_ = true;
    role_ = sut::Role::follower;
    Core& core = world.core;
    const std::string line = log_.started(core.now, disk_.records().size(), recovery.cut);
    core.trace.note(core.now, TraceKind::start, Ends::one(id_), disk_.records().size(),
                    [&] { return line; });
    step(world, sut::Start<P>{disk_.records()});
  }
  // Precondition: alive().
  void kill(Core& core) {
    log_.killed(core.now, disk_.crash());
    die(core);
  }
  void lose_power(Core& core) {
    Choices draws = disk_draws(core);
    const auto loss = disk_.lose_power(draws);
    log_.lost_power(core.now, loss.lost, loss.reached, loss.torn);
    die(core);
    powered_ = false;
  }
  void pause(Core& core) {
    assert(alive() && !paused_);
    paused_ = true;
    log_.add(core.now, "paused");
  }
  void resume(World<P>& world) {
    assert(alive() && paused_);
    paused_ = false;
    log_.resumed(world.core.now, inbox_.size());
    while (!inbox_.empty()) {
      Pending pending = std::move(inbox_.front());
      inbox_.pop_front();
      std::visit([&](auto&& p) { handle(world, std::move(p)); }, std::move(pending));
    }
  }

  // ---- what arrives ----
  void receive(World<P>& world, Envelope<P>&& envelope) {
    if (!alive() || inbox_full()) {
      world.core.lose_message(envelope.from, id_, envelope.number, alive() ? "inbox full" : "dead");
    } else {
      accept(world, std::move(envelope));
    }
  }
  void request(World<P>& world, ClientRequest&& request) {
    if (!alive() && powered_) {
      world.clients.refuse(world.core, id_, request.id);
    } else if (!alive() || inbox_full()) {
      world.core.lose_request(request.id, id_);
    } else {
      accept(world, sut::Request{request.id, request.command, request.after,
                                 std::move(request.context), std::move(request.session)});
    }
  }
  void promote(World<P>& world) { accept(world, sut::Promote{}); }
  void change_members(World<P>& world, sut::ChangeMembers change) {
    accept(world, std::move(change));
  }
  void timer_came_up(World<P>& world, std::uint64_t data) {
    if (const auto ring = timers_.came_up(world.core, data)) accept(world, Timers::Ring{*ring});
  }
  void sync_done(World<P>& world, std::uint64_t incarnation) {
    if (incarnation != incarnation_) return;
    disk_.finish_sync(answers_);
    start_sync(world.core);
    if (paused_) {
      inbox_.emplace_back(answers_);
    } else {
      handle(world, std::move(answers_));
    }
  }
  void write_failed(World<P>& world, std::uint64_t incarnation) {
    if (incarnation != incarnation_) return;
    assert(!failing_.empty());
    const sut::WriteId id = failing_.front();
    failing_.pop_front();
    accept(world, sut::WriteDone{id, false});
  }

  // ---- machine ----
  void step_clock(Duration amount) { clock_.step_wall(amount); }
  void set_clock_rate(Core& core, std::int64_t ppm) {
    clock_.set_rate(ppm, core.now);
    timers_.reschedule_all(core, clock_);
  }
  void reset_clock(Core& core) {
    clock_.reset(core.now);
    timers_.reschedule_all(core, clock_);
  }
  DiskFaults& disk_faults() { return disk_.faults; }
  bool disk_empty() const { return disk_.records().empty(); }
  // Preconditions: !alive(), !disk_empty().
  void corrupt_disk(Core& core) {
    assert(!alive());
    Choices draws = disk_draws(core);
    log_.corrupted(core.now, disk_.corrupt(draws, core.options.checksums));
  }

 private:
  using Answers = typename Disk<typename P::Record>::Answers;
  using Pending = std::variant<Envelope<P>, sut::Request, sut::Promote, sut::ChangeMembers,
                               Timers::Ring, Answers, sut::WriteDone>;

  bool inbox_full() const { return inbox_.size() >= largest_inbox; }
  Choices disk_draws(const Core& core) const {
    const auto now = static_cast<std::uint64_t>(core.now.count());
    return Choices(seed_, combine(combine(host_scopes::disk.hash, index(id_)), now));
  }

  void die(Core& core) {
    assert(alive());
    for (const Pending& pending : inbox_) {
      if (const auto* envelope = std::get_if<Envelope<P>>(&pending))
        core.lose_message(envelope->from, id_, envelope->number, "dead");
    }
    node_.reset();
    paused_ = false;
    inbox_.clear();
    held_.clear();
    failing_.clear();
    timers_.cancel_all();
    ++incarnation_;
  }

  // A running process handles it now, a paused one when it resumes.
  template <class T>
  void accept(World<P>& world, T&& pending) {
    if (paused_) {
      inbox_.emplace_back(std::forward<T>(pending));
    } else {
      handle(world, std::forward<T>(pending));
    }
  }

  void handle(World<P>& world, Envelope<P>&& envelope) {
    Core& core = world.core;
    ++core.statistics.messages_delivered;
    core.trace.note(core.now, TraceKind::deliver, Ends::pair(envelope.from, id_), envelope.number,
                    [&] { return MessageTraits<typename P::Message>::describe(envelope.message); });
    step(world, sut::Receive<P>{envelope.from, std::move(envelope.message)});
  }
  void handle(World<P>& world, sut::Request&& request) {
    Core& core = world.core;
    core.trace.note(core.now, TraceKind::serve, Ends::client_to(request.id.client, id_),
                    request.id.sequence, [&] { return "#" + std::to_string(request.id.sequence); });
    core.checks.requested(request.id);
    step(world, request);
  }
  void handle(World<P>& world, sut::Promote&& promote) { step(world, promote); }
  void handle(World<P>& world, sut::ChangeMembers&& change) { step(world, change); }
  void handle(World<P>& world, Timers::Ring&& ring) {
    if (!timers_.fire(ring)) return;
    Core& core = world.core;
    const auto timer = static_cast<std::uint64_t>(ring.timer);
    core.trace.note(core.now, TraceKind::timer, Ends::one(id_), timer,
                    [&] { return std::to_string(timer); });
    step(world, sut::TimerFired{ring.timer});
  }
  void handle(World<P>& world, Answers&& answers) {
    Core& core = world.core;
    core.trace.note(core.now, TraceKind::synced, Ends::one(id_), disk_.durable(),
                    [&] { return std::to_string(answers.done.size()) + " answered"; });
    held_.release(answers.through, [&](auto& effect) { perform(world, effect); });
    for (const sut::WriteId id : answers.done) step(world, sut::WriteDone{id, true});
  }
  void handle(World<P>& world, sut::WriteDone&& done) {
    Core& core = world.core;
    core.trace.note(core.now, TraceKind::write_failed, Ends::one(id_),
                    static_cast<std::uint64_t>(done.write), [] { return ""; });
    step(world, done);
  }

  void step(World<P>& world, sut::Input<P>&& input) {
    assert(alive() && !paused_);
    Core& core = world.core;
    world.effects.clear();
    node_->step(input, clock_.read(core.now), choices_, world.effects);
    for (sut::Effect<P>& effect : world.effects.all()) {
      std::visit([&](auto& e) { perform(world, e); }, effect);
    }
    start_sync(core);
    const sut::View view = node_->view();
    if (view.role != role_) {
      role_ = view.role;
      log_.role(core.now, view);
    }
  }

  // ---- effects ----
  void perform(World<P>& world, sut::Send<P>& send) {
    if (held_.hold(send, send.after)) return;
    Core& core = world.core;
    using Traits = MessageTraits<typename P::Message>;
    const std::uint64_t number = ++core.statistics.messages_sent;
    core.trace.note(core.now, TraceKind::send, Ends::pair(id_, send.to),
                    Traits::digest(send.message), [&] { return Traits::describe(send.message); });
    const auto arrivals = core.network.send(id_, send.to, core.now, Traits::bytes(send.message),
                                            Traits::carries_data(send.message));
    if (arrivals.count == 0) {
      core.lose_message(id_, send.to, number, "on the link");
      return;
    }
    if (arrivals.count == 2) {
      ++core.statistics.messages_duplicated;
      const auto copy = world.mail.put(Envelope<P>{id_, send.to, number, send.message});
      core.queue.push(arrivals.at[1], EventKind::message, copy);
    }
    const auto slot = world.mail.put(Envelope<P>{id_, send.to, number, std::move(send.message)});
    core.queue.push(arrivals.at[0], EventKind::message, slot);
  }
  void perform(World<P>& world, sut::Respond& respond) {
    if (held_.hold(respond, respond.after)) return;
    world.clients.respond(world.core, id_, respond.to, std::move(respond.reply));
  }
  void perform(World<P>& world, const sut::Arm& arm) {
    timers_.arm(world.core, clock_, arm.timer, arm.delay);
  }
  void perform(World<P>&, const sut::Cancel& cancel) { timers_.cancel(cancel.timer); }
  void perform(World<P>& world, sut::Write<P>& write) {
    Core& core = world.core;
    const bool kept =
        disk_.write(write.id, std::move(write.record), write.durability, write.checkpoint);
    core.trace.note(core.now, TraceKind::write, Ends::one(id_),
                    static_cast<std::uint64_t>(write.id), [&] { return kept ? "" : "refused"; });
    held_.issued(write.id, kept);
    if (kept) return;
    failing_.push_back(write.id);
    const Duration wait = core.options.sync_latency + disk_.faults.slow;
    core.queue.push(core.now + std::max(wait, Timers::shortest), EventKind::write_failed, tag());
  }
  void perform(World<P>&, const sut::Sync& sync) {
    held_.issued(sync.id, true);
    disk_.sync(sync.id);
  }
  void perform(World<P>& world, const sut::Witness& witness) {
    Core& core = world.core;
    core.checks.observe(core.now, id_, witness);
    if (witness.kind == sut::WitnessKind::became_leader)
      core.elections.push_back({core.now, id_, witness.term});
    const std::uint64_t value = Fingerprint{}
                                    .add(witness.kind)
                                    .add(witness.term)
                                    .add(witness.index)
                                    .add(witness.chain)
                                    .value();
    core.trace.note(core.now, TraceKind::witness, Ends::one(id_), value,
                    [&] { return show(witness); });
    log_.witness(core.now, witness);
  }

  void start_sync(Core& core) {
    if (!disk_.start_sync()) return;
    core.queue.push(core.now + core.options.sync_latency + disk_.faults.slow, EventKind::sync_done,
                    tag());
  }
  // Node and incarnation, in the data of an event.
  std::uint64_t tag() const { return (std::uint64_t{index(id_)} << 32) | incarnation_; }

  NodeId id_;
  std::uint64_t seed_;
  Choices choices_;
  std::optional<P> node_;  // engaged: alive
  bool paused_ = false;
  bool powered_ = true;
  sut::Role role_ = sut::Role::follower;
  std::uint32_t incarnation_ = 0;
  NodeClock clock_;
  Disk<typename P::Record> disk_;
  Answers answers_;  // reused
  Timers timers_;
  std::deque<Pending> inbox_;  // of a paused process
  HeldEffects<P> held_;
  std::deque<sut::WriteId> failing_;  // writes that were refused, the node not told yet
  HostLog log_;
};

}  // namespace tribunal::cluster
