// A small host for tests of multi-leader replicas: virtual time, links that a test cuts, loses,
// repeats and delays, and disks that lose what was not synced. As mini_cluster.h, it is independent
// of cluster/simulated on purpose. After every step it holds the order in which updates were
// applied against what their writers had seen.
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

#include "sut/multi_leader/node.h"

namespace tribunal::sut::testing {

class MultiCluster {
 public:
  using Node = MultiLeader;
  struct Answer {
    Time at{};
    RequestId id;
    Reply reply;
  };

  MultiCluster(std::uint16_t nodes, const Node::Options& options, std::uint64_t seed = 1,
               spec::Program program = {})
      : options_(options), program_(std::move(program)), draws_(seed, 1'000'000) {
    for (std::uint16_t n = 0; n < nodes; ++n) machines_.emplace_back(seed, n);
    for (std::uint16_t n = 0; n < nodes; ++n) start(n);
  }

  // ---- what tests turn ----
  Duration least = milliseconds(1);
  Duration most = milliseconds(1);
  std::uint64_t loss_ppm = 0;
  std::uint64_t repeat_ppm = 0;
  Duration sync_latency = microseconds(500);
  std::map<std::pair<std::uint16_t, std::uint16_t>, Duration> extra_delay;  // of single links
  std::vector<Answer> answers;
  // Sees every message as it is sent; false: it is lost.
  std::function<bool(std::uint16_t from, std::uint16_t to, const Node::Message&)> filter;

  void cut(std::uint16_t from, std::uint16_t to) { cut_.insert({from, to}); }
  void cut_both(std::uint16_t a, std::uint16_t b) {
    if (a == b) return;
    cut(a, b);
    cut(b, a);
  }
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
  void isolate(std::uint16_t node) {
    for (std::uint16_t n = 0; n < size(); ++n) cut_both(n, node);
  }
  void heal() { cut_.clear(); }
  void crash(std::uint16_t n) {
    Machine& m = machines_[n];
    if (!m.node) return;
    m.node.reset();
    ++m.life;
    m.records.resize(m.durable);
    m.held.clear();
  }
  void restart(std::uint16_t n) {
    if (!machines_[n].node) start(n);
  }
  void wipe(std::uint16_t n) {  // a new, empty disk
    crash(n);
    machines_[n].records.clear();
    machines_[n].durable = 0;
  }
  void set_wall_offset(std::uint16_t n, Duration offset) { machines_[n].wall_offset = offset; }
  void set_disk_full(std::uint16_t n, bool full) { machines_[n].full = full; }

  // ---- clients ----
  void request(std::uint16_t n, RequestId id, const Command& command, Context context = {},
               Context session = {}) {
    if (machines_[n].node) {
      deliver(n, Request{id, command, 0, std::move(context), std::move(session)});
    }
  }
  // Sends under a fresh client and waits for the answer.
  std::optional<Reply> call(std::uint16_t n, const Command& command, const Context& context = {}) {
    const RequestId id{ClientId{next_client_++}, 1};
    const std::size_t from = answers.size();
    request(n, id, command, context);
    const auto mine = [&] {
      return std::find_if(answers.begin() + static_cast<std::ptrdiff_t>(from), answers.end(),
                          [&](const Answer& a) { return a.id == id; });
    };
    run_until([&] { return mine() != answers.end(); }, milliseconds(200));
    return mine() == answers.end() ? std::nullopt : std::optional<Reply>(mine()->reply);
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

  // ---- looking ----
  std::uint16_t size() const { return static_cast<std::uint16_t>(machines_.size()); }
  bool alive(std::uint16_t n) const { return machines_[n].node.has_value(); }
  const Node& node(std::uint16_t n) const { return *machines_[n].node; }
  const multi_leader::State& state(std::uint16_t n) const { return node(n).state(); }
  const std::vector<Node::Record>& records(std::uint16_t n) const { return machines_[n].records; }
  std::size_t durable(std::uint16_t n) const { return machines_[n].durable; }  // of the records
  bool converged() const {
    for (std::uint16_t n = 1; n < size(); ++n) {
      if (!alive(n) || !(state(n).seen_ == state(0).seen_)) return false;
      if (!(node(n).contents() == node(0).contents())) return false;
    }
    return true;
  }
  std::uint64_t messages() const { return messages_; }
  std::uint64_t entries_sent() const { return entries_sent_; }
  std::uint64_t states_sent() const { return states_sent_; }
  // The first update that some node applied before one that its writer had seen; "": none.
  const std::string& causality_broken() const { return causality_broken_; }
  std::uint64_t applied() const { return applied_; }
  // Two writes, of any objects, that are stamped against the order in which they were made.
  std::string misordered() const {
    for (const auto& [later, write] : written_) {
      for (const auto& [earlier, other] : written_) {
        if (write.past.covers(earlier) && !(other.stamp < write.stamp)) {
          return "a write of " + std::to_string(write.key) + " is stamped before one of " +
                 std::to_string(other.key) + " that its writer had seen";
        }
      }
    }
    return "";
  }
  // A value that is shown although somebody wrote the object having seen it; "": none. Only where
  // the latest write is to win.
  std::string overruled() const {
    for (const multi_leader::Object& object : state(0).objects_) {
      const replicated::Dot shown = object.datum.newest().dot;
      for (const auto& [dot, written] : written_) {
        const bool same = written.type == object.type && written.key == object.key;
        const bool known = state(0).seen_.covers(dot);  // else it was lost before anybody knew
        if (same && known && dot != shown && shown.counter > 0 && written.past.covers(shown)) {
          return "a later write of " + std::to_string(object.key) + " was discarded";
        }
      }
    }
    return "";
  }

 private:
  struct Written {  // by whom is in the dot
    replicated::CausalContext past;
    replicated::Type type{};
    std::uint64_t key = 0;
    replicated::Stamp stamp;
  };
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
    std::vector<Node::Record> records;
    std::size_t durable = 0;
    std::vector<Held> held;
    bool full = false;
    Duration wall_offset{};
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
    m.node.emplace(NodeId{n}, size(), options_, program_);
    m.timers.clear();
    // From the latest checkpoint on, as sut/node.h says.
    std::size_t first = m.records.size();
    while (first > 0 && m.records[first - 1].kind != multi_leader::RecordKind::checkpoint) --first;
    first = first > 0 ? first - 1 : 0;
    const std::vector<Node::Record> recovered(m.records.begin() + static_cast<long>(first),
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
    const replicated::CausalContext before = state(n).seen_;
    const std::uint64_t position = state(n).log_base_ + state(n).log_.size();
    Effects<Node> effects;
    m.node->step(input, {now_, now_ + m.wall_offset}, m.draws, effects);
    if (!std::holds_alternative<Start<Node>>(input)) check_order(n, before, position);
    for (Effect<Node>& effect : effects.all()) perform(n, effect);
  }

  // The oracle remembers what each writer had applied in full, and trusts no list of dependencies.
  void check_order(std::uint16_t n, replicated::CausalContext before, std::uint64_t position) {
    const multi_leader::State& state = this->state(n);
    before.merge(state.floor_);  // what came as a full state, or has left the log already
    for (std::uint64_t i = std::max(position, state.log_base_);
         i < state.log_base_ + state.log_.size(); ++i) {
      const replicated::Dot dot = state.log_[i - state.log_base_].entry.update.dot;
      ++applied_;
      if (dot.actor == replicated::Actor{NodeId{n}, state.life_}) {
        const replicated::Update& update = state.log_[i - state.log_base_].entry.update;
        const Command& command = update.command;
        written_[dot] = {before, replicated::type_of(command.kind), command.key, update.stamp};
      } else if (const auto found = written_.find(dot);
                 found != written_.end() && !before.covers(found->second.past)) {
        complain(n, dot);
      }
      before.raise(dot);
    }
    for (const replicated::Dot& dot : state.seen_.vector()) {
      const auto found = written_.find(dot);
      if (found != written_.end() && !state.seen_.covers(found->second.past)) complain(n, dot);
    }
  }
  void complain(std::uint16_t n, const replicated::Dot& dot) {
    if (!causality_broken_.empty()) return;
    causality_broken_ = "node " + std::to_string(n) + " applied " +
                        std::to_string(index(dot.actor.node)) + "." +
                        std::to_string(dot.actor.life) + ":" + std::to_string(dot.counter) +
                        " before something that its writer had seen";
  }

  void perform(std::uint16_t n, Effect<Node>& effect) {
    Machine& m = machines_[n];
    if (auto* send = std::get_if<Send<Node>>(&effect)) {
      transmit(n, *send);
    } else if (auto* respond = std::get_if<Respond>(&effect)) {
      if (respond->after) {
        m.held.push_back({static_cast<std::uint64_t>(*respond->after), std::move(effect)});
      } else {
        answers.push_back({now_, respond->to, respond->reply});
      }
    } else if (auto* timer = std::get_if<Arm>(&effect)) {
      const std::uint64_t arming = ++order_;
      m.timers[static_cast<std::uint8_t>(timer->timer)] = arming;
      push({now_ + timer->delay, ++order_, n, m.life, arming, 0, TimerFired{timer->timer}});
    } else if (auto* cancel = std::get_if<Cancel>(&effect)) {
      m.timers[static_cast<std::uint8_t>(cancel->timer)] = 0;
    } else if (auto* write = std::get_if<Write<Node>>(&effect)) {
      const bool ok = !m.full;
      if (ok) m.records.push_back(std::move(write->record));
      if (write->durability == Durability::synced || !ok) sync(n, write->id, ok);
    } else if (auto* only_sync = std::get_if<Sync>(&effect)) {
      sync(n, only_sync->id, !m.full);
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
      if (h.after != static_cast<std::uint64_t>(done.write)) {
        m.held.push_back(std::move(h));
      } else if (done.ok) {
        auto& respond = std::get<Respond>(h.effect);
        answers.push_back({now_, respond.to, respond.reply});
      }
    }
  }

  void transmit(std::uint16_t from, const Send<Node>& send) {
    const std::uint16_t to = index(send.to);
    ++messages_;
    entries_sent_ += send.message.entries.size();
    states_sent_ += send.message.state ? 1 : 0;
    if (cut_.count({from, to}) != 0) return;
    if (filter && !filter(from, to, send.message)) return;
    const bool lost = draws_.chance("loss"_site, loss_ppm);
    const bool repeated = draws_.chance("repeat"_site, repeat_ppm);
    for (int copy = 0; copy < (repeated ? 2 : 1); ++copy) {
      const auto spread = static_cast<std::uint64_t>((most - least).count()) + 1;
      const auto extra = static_cast<std::int64_t>(draws_.below("delay"_site, spread));
      if (lost) continue;
      Time at = now_ + least + nanoseconds(extra);
      if (const auto slow = extra_delay.find({from, to}); slow != extra_delay.end()) {
        at += slow->second;
      }
      push({at, ++order_, to, 0, 0, 0, Receive<Node>{NodeId{from}, send.message}});
    }
  }

  void push(Event event) {
    events_.push_back(std::move(event));
    std::push_heap(events_.begin(), events_.end(), Later{});
  }

  Node::Options options_;
  spec::Program program_;
  Choices draws_;
  std::vector<Machine> machines_;
  std::vector<Event> events_;  // a heap by (at, order)
  std::set<std::pair<std::uint16_t, std::uint16_t>> cut_;
  Time now_{};
  std::uint64_t order_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t entries_sent_ = 0;
  std::uint64_t states_sent_ = 0;
  std::uint64_t applied_ = 0;
  std::uint32_t next_client_ = 1'000'000;
  std::map<replicated::Dot, Written> written_;
  std::string causality_broken_;
};

}  // namespace tribunal::sut::testing
