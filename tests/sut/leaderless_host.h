// A small host for tests of leaderless replicas: virtual time, links that a test cuts, delays,
// loses and repeats, and disks that lose what was not synced. Independent of cluster/simulated on
// purpose.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sut/leaderless/node.h"

namespace tribunal::sut::testing::quorum {

using leaderless::Mutation;
using leaderless::Options;
using Node = Leaderless;

struct Answer {
  Time at{};
  std::uint16_t node = 0;
  RequestId id;
  Reply reply;
};

class Host {
 public:
  Host(std::uint16_t nodes, const Options& options, std::uint64_t seed = 1)
      : options_(options), draws_(seed, 1'000'000), machines_(nodes) {
    for (std::uint16_t n = 0; n < nodes; ++n) {
      machines_[n].draws = Choices(seed, n);
      start(n);
    }
  }

  // ---- what tests turn ----
  Duration least = milliseconds(1), most = milliseconds(1);
  std::uint64_t loss_ppm = 0, repeat_ppm = 0;
  Duration sync_latency = microseconds(500);
  std::function<bool(std::uint16_t from, std::uint16_t to, const Node::Message&)> filter;
  std::map<std::pair<std::uint16_t, std::uint16_t>, Duration> extra;  // delay of a link
  std::vector<Answer> answers;
  std::uint64_t messages = 0;
  std::uint64_t entries_exchanged = 0;  // by anti-entropy

  void cut(std::uint16_t a, std::uint16_t b) {
    cut_.insert({a, b});
    cut_.insert({b, a});
  }
  void cut_one_way(std::uint16_t from, std::uint16_t to) { cut_.insert({from, to}); }
  void split(const std::set<std::uint16_t>& side) {
    for (std::uint16_t a = 0; a < size(); ++a) {
      for (std::uint16_t b = 0; b < size(); ++b) {
        if (side.count(a) != side.count(b)) cut(a, b);
      }
    }
  }
  void heal() { cut_.clear(); }
  void crash(std::uint16_t n) {
    Machine& m = machines_[n];
    m.node.reset();
    ++m.life;
    m.records.resize(m.durable);
    m.held.clear();
  }
  void restart(std::uint16_t n) {
    if (!machines_[n].node) start(n);
  }
  void set_full(std::uint16_t n, bool full) { machines_[n].full = full; }
  void set_wall_offset(std::uint16_t n, Duration offset) { machines_[n].wall_offset = offset; }

  // ---- clients ----
  void request(std::uint16_t n, RequestId id, const Command& command, const Context& context = {}) {
    if (machines_[n].node) deliver(n, Request{id, command, 0, context});
  }
  RequestId send(std::uint16_t n, const Command& command, const Context& context = {}) {
    const RequestId id{ClientId{next_client_++}, 1};
    request(n, id, command, context);
    return id;
  }
  std::optional<Reply> call(std::uint16_t n, const Command& command, const Context& context = {},
                            Duration limit = seconds(1)) {
    const RequestId id = send(n, command, context);
    const Time end = now_ + limit;
    while (answer(id) == nullptr && !events_.empty() && events_.front().at <= end) step();
    if (answer(id) == nullptr) now_ = end;
    return answer(id) ? std::optional<Reply>(answer(id)->reply) : std::nullopt;
  }
  const Answer* answer(RequestId id) const {
    for (const Answer& a : answers) {
      if (a.id == id) return &a;
    }
    return nullptr;
  }

  // ---- time, and looking ----
  Time now() const { return now_; }
  void run_for(Duration length) { run_to(now_ + length); }
  void run_to(Time end) {
    while (!events_.empty() && events_.front().at <= end) step();
    now_ = std::max(now_, end);
  }
  std::uint16_t size() const { return static_cast<std::uint16_t>(machines_.size()); }
  bool alive(std::uint16_t n) const { return machines_[n].node.has_value(); }
  const Node& node(std::uint16_t n) const { return *machines_[n].node; }
  const leaderless::State& state(std::uint16_t n) const { return node(n).state(); }
  std::size_t records(std::uint16_t n) const { return machines_[n].records.size(); }

 private:
  struct Machine {
    std::optional<Node> node;
    Choices draws{0, 0};
    std::uint64_t life = 0;
    std::map<std::uint8_t, std::uint64_t> timers;
    std::vector<Node::Record> records;
    std::size_t durable = 0;
    std::vector<Send<Node>> held;
    bool full = false;
    Duration wall_offset{};
  };
  struct Event {
    Time at{};
    std::uint64_t order = 0;
    std::uint16_t node = 0;
    std::uint64_t life = 0;  // 0: of any (messages)
    std::uint64_t arming = 0;
    std::size_t covers = 0;
    Input<Node> input = Promote{};
  };
  static bool later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }

  void start(std::uint16_t n) {
    Machine& m = machines_[n];
    ++m.life;
    m.timers.clear();
    m.node.emplace(NodeId{n}, size(), options_);
    std::size_t first = m.records.size();
    while (first > 0 && !m.records[first - 1].checkpoint) --first;
    first = first > 0 ? first - 1 : 0;
    const std::vector<Node::Record> recovered(m.records.begin() + static_cast<long>(first),
                                              m.records.end());
    deliver(n, Start<Node>{recovered});
  }
  void step() {
    std::pop_heap(events_.begin(), events_.end(), later);
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
    Effects<Node> effects;
    m.node->step(input, {now_, now_ + m.wall_offset}, m.draws, effects);
    for (Effect<Node>& effect : effects.all()) perform(n, effect);
  }
  void perform(std::uint16_t n, Effect<Node>& effect) {
    Machine& m = machines_[n];
    if (auto* send = std::get_if<Send<Node>>(&effect)) {
      if (send->after) {
        m.held.push_back(std::move(*send));
      } else {
        transmit(n, *send);
      }
    } else if (auto* respond = std::get_if<Respond>(&effect)) {
      answers.push_back({now_, n, respond->to, respond->reply});
    } else if (auto* timer = std::get_if<Arm>(&effect)) {
      const std::uint64_t arming = ++order_;
      m.timers[static_cast<std::uint8_t>(timer->timer)] = arming;
      push({now_ + timer->delay, ++order_, n, m.life, arming, 0, TimerFired{timer->timer}});
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
    std::vector<Send<Node>> held = std::exchange(m.held, {});
    for (Send<Node>& send : held) {
      if (*send.after != done.write) {
        m.held.push_back(std::move(send));
      } else if (done.ok) {
        transmit(event.node, send);
      }
    }
  }
  void transmit(std::uint16_t from, const Send<Node>& send) {
    const std::uint16_t to = index(send.to);
    ++messages;
    if (const auto* exchange = std::get_if<leaderless::Exchange>(&send.message.body)) {
      entries_exchanged += exchange->entries.size();
    }
    if (cut_.count({from, to}) != 0) return;
    if (filter && !filter(from, to, send.message)) return;
    const bool lost = draws_.chance("loss"_site, loss_ppm);
    const bool repeated = draws_.chance("repeat"_site, repeat_ppm);
    const auto slow = extra.find({from, to});
    for (int copy = 0; copy < (repeated ? 2 : 1); ++copy) {
      const auto spread = static_cast<std::uint64_t>((most - least).count()) + 1;
      const auto more = static_cast<std::int64_t>(draws_.below("delay"_site, spread));
      if (lost) continue;
      const Duration delay = slow == extra.end() ? Duration{} : slow->second;
      push({now_ + least + delay + nanoseconds(more), ++order_, to, 0, 0, 0,
            Receive<Node>{NodeId{from}, send.message}});
    }
  }
  void push(Event event) {
    events_.push_back(std::move(event));
    std::push_heap(events_.begin(), events_.end(), later);
  }

  Options options_;
  Choices draws_;
  std::vector<Machine> machines_;
  std::vector<Event> events_;
  std::set<std::pair<std::uint16_t, std::uint16_t>> cut_;
  Time now_{};
  std::uint64_t order_ = 0;
  std::uint32_t next_client_ = 1'000'000;
};

inline Command read_of(std::uint64_t key) { return {CommandKind::read, key, 0, 0}; }
inline Command write_of(std::uint64_t key, std::int64_t value) {
  return {CommandKind::write, key, value, 0};
}
inline Command cas_of(std::uint64_t key, std::int64_t from, std::int64_t to) {
  return {CommandKind::cas, key, from, to};
}
inline Command add_to(std::uint64_t key, std::int64_t element) {
  return {CommandKind::add, key, element, 0};
}
inline Command remove_from(std::uint64_t key, std::int64_t element) {
  return {CommandKind::remove, key, element, 0};
}
inline Command members_of(std::uint64_t key) { return {CommandKind::members, key, 0, 0}; }
inline Command increment_of(std::uint64_t key, std::int64_t by) {
  return {CommandKind::increment, key, by, 0};
}
inline Command count_of(std::uint64_t key) { return {CommandKind::count, key, 0, 0}; }

inline Options abd() {
  Options o;
  o.write = leaderless::WriteRule::read_first;
  o.read_repair = leaderless::ReadRepair::sync;
  return o;
}

}  // namespace tribunal::sut::testing::quorum
