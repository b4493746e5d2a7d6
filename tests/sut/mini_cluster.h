// A small host for tests of replicas: virtual time, a network whose links a test cuts, loses,
// repeats and delays, and disks that lose what was not synced. It is independent of
// cluster/simulated on purpose, so that a wrong reading of sut/node.h shows up as a difference.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sut/protocol_checks.h"
#include "sut/single_leader/node.h"

namespace tribunal::sut::testing {

struct Network {
  Duration least = milliseconds(1);
  Duration most = milliseconds(1);
  std::uint64_t loss_ppm = 0;
  std::uint64_t repeat_ppm = 0;
};

struct Answer {
  Time at{};
  NodeId node{};
  RequestId id;
  Reply reply;
};

// Named outside the template: clang 14 does not evaluate consteval literals inside it.
namespace network_sites {
inline constexpr Site loss = "loss"_site;
inline constexpr Site repeat = "repeat"_site;
inline constexpr Site delay = "delay"_site;
}  // namespace network_sites

// How many log entries the body of a message carries.
std::uint64_t entries_in(const auto& body) {
  if constexpr (requires { body.entries.size(); }) {
    return body.entries.size();
  } else if constexpr (requires { body.entries->list(); }) {
    return body.entries ? body.entries->list().size() : 0;
  } else {
    return 0;
  }
}

template <class NodeType>
class MiniClusterOf {
 public:
  using Node = NodeType;
  using Record = typename Node::Record;
  using Message = typename Node::Message;
  using Options = typename Node::Options;

  MiniClusterOf(std::uint16_t nodes, const Options& options, std::uint64_t seed = 1,
                spec::Program program = {})
      : options_(options),
        program_(std::move(program)),
        network_draws_(seed, 1'000'000),
        checks_(nodes) {
    for (std::uint16_t n = 0; n < nodes; ++n) machines_.emplace_back(seed, n);
    for (std::uint16_t n = 0; n < nodes; ++n) start(n);
  }

  // ---- what tests turn ----
  Network network;
  Duration sync_latency = microseconds(500);
  std::vector<Answer> answers;
  // Sees every message as it is sent; false: it is lost.
  std::function<bool(std::uint16_t from, std::uint16_t to, const Message&)> filter;

  void cut(std::uint16_t from, std::uint16_t to) { cut_.insert({from, to}); }
  void mend(std::uint16_t from, std::uint16_t to) { cut_.erase({from, to}); }
  void isolate(std::uint16_t node) {
    for (std::uint16_t n = 0; n < size(); ++n) cut_both(n, node);
  }
  void cut_both(std::uint16_t a, std::uint16_t b) {
    if (a == b) return;
    cut(a, b);
    cut(b, a);
  }
  // Nodes of different groups do not hear one another.
  void partition(const std::vector<std::vector<std::uint16_t>>& groups) {
    for (const auto& one : groups) {
      for (const auto& other : groups) {
        if (&one == &other) continue;
        for (std::uint16_t a : one) {
          for (std::uint16_t b : other) cut_both(a, b);
        }
      }
    }
  }
  void heal() { cut_.clear(); }

  void crash(std::uint16_t n) {
    Machine& m = machines_[n];
    if (!m.node) return;
    m.node.reset();
    ++m.life;
    m.records.resize(m.durable);
    m.held.clear();
    m.backlog.clear();
  }
  void restart(std::uint16_t n) {
    if (!machines_[n].node) start(n);
  }
  void pause(std::uint16_t n) { machines_[n].paused = true; }
  void resume(std::uint16_t n) {
    Machine& m = machines_[n];
    m.paused = false;
    std::vector<Input<Node>> backlog = std::exchange(m.backlog, {});
    for (const Input<Node>& input : backlog) deliver(n, input);
  }
  void promote(std::uint16_t n) { deliver(n, Promote{}); }
  void change_members(std::uint16_t n, std::uint16_t node, bool add) {
    deliver(n, ChangeMembers{NodeId{node}, add});
  }
  // A message from nowhere: an old one that the network kept.
  void inject(std::uint16_t from, std::uint16_t to, const Message& message) {
    deliver(to, Receive<Node>{NodeId{from}, message});
  }
  // From now on its clocks run at (1 + ppm/1e6) of true time; timers that run already do not.
  void set_clock_rate(std::uint16_t n, std::int64_t ppm) {
    Machine& m = machines_[n];
    m.steady_at = m.steady(now_);
    m.rate_since = now_;
    m.rate_ppm = ppm;
  }
  void set_wall_offset(std::uint16_t n, Duration offset) { machines_[n].wall_offset = offset; }
  void set_disk_full(std::uint16_t n, bool full) { machines_[n].full = full; }
  void wipe(std::uint16_t n) {  // a new, empty disk
    crash(n);
    machines_[n].records.clear();
    machines_[n].durable = 0;
  }

  // ---- clients ----
  void request(std::uint16_t n, ClientId client, std::uint64_t sequence, const Command& command) {
    if (machines_[n].node) deliver(n, Request{{client, sequence}, command});
  }
  // Sends under a fresh client and waits for the answer.
  std::optional<Reply> call(std::uint16_t n, const Command& command,
                            Duration limit = milliseconds(500)) {
    const RequestId id{ClientId{next_client_++}, 1};
    request(n, id.client, id.sequence, command);
    run_until([&] { return answer(id) != nullptr; }, limit);
    const Answer* found = answer(id);
    return found ? std::optional<Reply>(found->reply) : std::nullopt;
  }
  const Answer* answer(RequestId id) const {
    for (const Answer& a : answers) {
      if (a.id == id) return &a;
    }
    return nullptr;
  }

  // ---- time ----
  Time now() const { return now_; }
  void run_for(Duration length) {
    const Time end = now_ + length;
    while (!events_.empty() && events_.front().at <= end) step();
    now_ = end;
  }
  template <class Predicate>
  bool run_until(Predicate done, Duration limit = seconds(20)) {
    const Time end = now_ + limit;
    while (!done()) {
      if (events_.empty() || events_.front().at > end) {
        now_ = end;
        return done();
      }
      step();
    }
    return true;
  }
  // Until exactly one node of the newest term leads and has committed an entry of its own.
  std::optional<std::uint16_t> await_leader(Duration limit = seconds(20)) {
    std::optional<std::uint16_t> found;
    run_until([&] { return (found = leader()).has_value(); }, limit);
    return found;
  }

  // ---- looking ----
  std::uint16_t size() const { return static_cast<std::uint16_t>(machines_.size()); }
  bool alive(std::uint16_t n) const { return machines_[n].node.has_value(); }
  bool paused(std::uint16_t n) const { return machines_[n].paused; }
  const Node& node(std::uint16_t n) const { return *machines_[n].node; }
  const auto& state(std::uint16_t n) const { return machines_[n].node->state(); }
  bool leads(std::uint16_t n) const { return alive(n) && node(n).view().role == Role::leader; }
  std::optional<std::uint16_t> leader() const {
    std::optional<std::uint16_t> best;
    for (std::uint16_t n = 0; n < size(); ++n) {
      if (leads(n) && (!best || node(n).view().term > node(*best).view().term)) best = n;
    }
    if (best && state(*best).commit_ < state(*best).own_first_) return std::nullopt;
    return best;
  }
  std::uint16_t leader_count() const {
    std::uint16_t count = 0;
    for (std::uint16_t n = 0; n < size(); ++n) count += leads(n) ? 1 : 0;
    return count;
  }
  const ProtocolChecks& checks() const { return checks_; }
  std::uint64_t messages() const { return messages_; }
  std::uint64_t entries_sent() const { return entries_sent_; }
  const std::vector<Record>& records(std::uint16_t n) const { return machines_[n].records; }
  bool violated(const std::string& property) const {
    return std::any_of(checks_.violations().begin(), checks_.violations().end(),
                       [&](const ProtocolViolation& v) { return v.property == property; });
  }

 private:
  struct Held {
    std::uint64_t after;
    Effect<Node> effect;
  };
  struct Machine {
    Machine(std::uint64_t seed, std::uint16_t n) : draws(seed, n) {}
    std::optional<Node> node;
    Choices draws;
    std::uint64_t life = 0;                        // timers and writes of an earlier life are void
    std::map<std::uint8_t, std::uint64_t> timers;  // timer → the arming that counts
    std::vector<Record> records;
    std::size_t durable = 0;
    std::vector<Held> held;
    std::vector<Input<Node>> backlog;  // what came while paused
    bool paused = false;
    bool full = false;
    Duration wall_offset{};
    std::int64_t rate_ppm = 0;
    Time rate_since{}, steady_at{};
    Time steady(Time now) const {
      const Duration passed = now - rate_since;
      return steady_at + passed + passed / 1'000'000 * rate_ppm;
    }
    Duration true_length(Duration delay) const {
      return rate_ppm == 0 ? delay : delay * 1'000'000 / (1'000'000 + rate_ppm);
    }
  };
  struct Event {
    Time at{};
    std::uint64_t order = 0;
    std::uint16_t node = 0;
    std::uint64_t life = 0;    // 0: of any life (messages)
    std::uint64_t arming = 0;  // timers
    std::size_t covers = 0;    // syncs: records that become durable
    Input<Node> input = Promote{};
  };
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };

  void start(std::uint16_t n) {
    Machine& m = machines_[n];
    ++m.life;
    m.paused = false;
    checks_.restarted(NodeId{n});
    m.node.emplace(NodeId{n}, size(), options_, program_);
    m.timers.clear();
    // From the latest checkpoint on, as sut/node.h says.
    using Kind = decltype(Record::kind);
    std::size_t first = m.records.size();
    while (first > 0 && m.records[first - 1].kind != Kind::checkpoint) --first;
    first = first > 0 ? first - 1 : 0;
    const std::vector<Record> recovered(m.records.begin() + static_cast<long>(first),
                                        m.records.end());
    deliver(n, Start<Node>{recovered});
  }

  void step() {
    std::pop_heap(events_.begin(), events_.end(), Later{});
    const Event event = std::move(events_.back());
    events_.pop_back();
    now_ = event.at;
    Machine& m = machines_[event.node];
    if (!m.node || (event.life != 0 && event.life != m.life)) return;
    if (const auto* timer = std::get_if<TimerFired>(&event.input)) {
      if (m.timers[static_cast<std::uint8_t>(timer->timer)] != event.arming) return;
    }
    if (const auto* done = std::get_if<WriteDone>(&event.input)) finish_write(event, *done);
    deliver(event.node, event.input);
  }

  void deliver(std::uint16_t n, const Input<Node>& input) {
    Machine& m = machines_[n];
    if (!m.node) return;
    if (m.paused) {
      m.backlog.push_back(input);
      return;
    }
    if (const auto* ask = std::get_if<Request>(&input)) checks_.requested(ask->id);
    Effects<Node> effects;
    m.node->step(input, {m.steady(now_), now_ + m.wall_offset}, m.draws, effects);
    for (Effect<Node>& effect : effects.all()) perform(n, effect);
  }

  void perform(std::uint16_t n, Effect<Node>& effect) {
    Machine& m = machines_[n];
    if (auto* send = std::get_if<Send<Node>>(&effect)) {
      if (send->after) {
        m.held.push_back({static_cast<std::uint64_t>(*send->after), std::move(effect)});
      } else {
        transmit(n, *send);
      }
    } else if (auto* respond = std::get_if<Respond>(&effect)) {
      answers.push_back({now_, NodeId{n}, respond->to, respond->reply});
    } else if (auto* timer = std::get_if<Arm>(&effect)) {
      const std::uint64_t arming = ++order_;
      m.timers[static_cast<std::uint8_t>(timer->timer)] = arming;
      push({now_ + m.true_length(timer->delay), ++order_, n, m.life, arming, 0,
            TimerFired{timer->timer}});
    } else if (auto* cancel = std::get_if<Cancel>(&effect)) {
      m.timers[static_cast<std::uint8_t>(cancel->timer)] = 0;
    } else if (auto* write = std::get_if<Write<Node>>(&effect)) {
      const bool ok = !m.full;
      if (ok) m.records.push_back(std::move(write->record));
      if (write->durability == Durability::synced || !ok) sync(n, write->id, ok);
    } else if (auto* only_sync = std::get_if<Sync>(&effect)) {
      sync(n, only_sync->id, !m.full);
    } else {
      checks_.observe(now_, NodeId{n}, std::get<Witness>(effect));
    }
  }

  void sync(std::uint16_t n, WriteId id, bool ok) {
    const Machine& m = machines_[n];
    push({now_ + sync_latency, ++order_, n, m.life, 0, m.records.size(), WriteDone{id, ok}});
  }
  void finish_write(const Event& event, const WriteDone& done) {
    Machine& m = machines_[event.node];
    if (done.ok) m.durable = std::max(m.durable, event.covers);
    std::vector<Held> held = std::exchange(m.held, {});
    for (Held& h : held) {
      const bool due = h.after == static_cast<std::uint64_t>(done.write);
      if (!due) {
        m.held.push_back(std::move(h));
      } else if (done.ok) {
        transmit(event.node, std::get<Send<Node>>(h.effect));
      }
    }
  }

  void transmit(std::uint16_t from, const Send<Node>& send) {
    const std::uint16_t to = index(send.to);
    ++messages_;
    std::visit([&](const auto& body) { entries_sent_ += entries_in(body); }, send.message.body);
    if (cut_.count({from, to}) != 0) return;
    if (filter && !filter(from, to, send.message)) return;
    const bool lost = network_draws_.chance(network_sites::loss, network.loss_ppm);
    const bool repeated = network_draws_.chance(network_sites::repeat, network.repeat_ppm);
    for (int copy = 0; copy < (repeated ? 2 : 1); ++copy) {
      const auto spread = static_cast<std::uint64_t>((network.most - network.least).count()) + 1;
      const auto extra =
          static_cast<std::int64_t>(network_draws_.below(network_sites::delay, spread));
      if (lost) continue;
      push({now_ + network.least + nanoseconds(extra), ++order_, to, 0, 0, 0,
            Receive<Node>{NodeId{from}, send.message}});
    }
  }

  void push(Event event) {
    events_.push_back(std::move(event));
    std::push_heap(events_.begin(), events_.end(), Later{});
  }

  Options options_;
  spec::Program program_;
  Choices network_draws_;
  ProtocolChecks checks_;
  std::vector<Machine> machines_;
  std::vector<Event> events_;  // a heap by (at, order)
  std::set<std::pair<std::uint16_t, std::uint16_t>> cut_;
  Time now_{};
  std::uint64_t order_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t entries_sent_ = 0;
  std::uint32_t next_client_ = 1'000'000;
};

using MiniCluster = MiniClusterOf<SingleLeader>;

inline Command write(std::uint64_t key, std::int64_t value) {
  return {CommandKind::write, key, value, 0};
}
inline Command cas(std::uint64_t key, std::int64_t from, std::int64_t to) {
  return {CommandKind::cas, key, from, to};
}
inline Command add(std::int64_t element) { return {CommandKind::add, 0, element, 0}; }
inline Command read(std::uint64_t key) { return {CommandKind::read, key, 0, 0}; }
inline Command members() { return {CommandKind::members, 0, 0, 0}; }

}  // namespace tribunal::sut::testing
