// One random run of a MultiCluster: everything is drawn from the seed, and each kind of fault is
// switched off in some runs (swarm testing: Groce et al., ISSTA 2012). Clients stay with a node or
// wander, and carry what they were shown. Once all faults have ended the nodes must agree, and hold
// what the conflict policy promises to keep.
#pragma once

#include <cstdlib>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/sut/multi_leader_cluster.h"

namespace tribunal::sut::testing {

class MultiRun {
 public:
  explicit MultiRun(std::uint64_t seed,
                    multi_leader::Mutation mutation = multi_leader::Mutation::none)
      : draws_(seed, 2'000'000),
        options_(draw_options(mutation)),
        cluster_(draw_size(), options_, seed) {
    cluster_.sync_latency = pick({microseconds(100), milliseconds(3), milliseconds(20)});
    cluster_.least = microseconds(200);
    cluster_.most = pick({microseconds(200), milliseconds(5), milliseconds(60)});
    cluster_.loss_ppm = pick({0, 20'000, 500'000});
    cluster_.repeat_ppm = pick({0, 20'000, 500'000});
    crashes_ = pick({0, 5'000, 20'000});
    partitions_ = pick({0, 10'000, 40'000});
    disks_ = pick({0, 0, 10'000});
    wipes_ = options_.fsync == multi_leader::Fsync::always ? 0 : pick({0, 5'000});
    clocks_ = pick({0, 20'000});
    wander_ = pick({0, 200'000});
    rate_ = pick({100'000, 400'000});
  }

  // "" or what was broken.
  std::string run() {
    while (cluster_.now() < milliseconds(1200)) {
      inject();
      drive();
      cluster_.run_for(milliseconds(1));
    }
    finish();
    return broken_;
  }
  std::size_t acknowledged() const { return acknowledged_; }
  const MultiCluster& cluster() const { return cluster_; }
  std::uint64_t fingerprint() const {
    Fingerprint print;
    print.add(cluster_.messages()).add(acknowledged_);
    for (std::uint16_t n = 0; n < cluster_.size(); ++n) print.add(cluster_.node(n).fingerprint());
    return print.value();
  }

 private:
  static constexpr std::uint32_t clients = 6;
  static constexpr std::uint64_t keys = 3;
  struct Client {
    std::uint16_t node = 0;
    std::uint64_t sequence = 0;
    bool busy = false;
    Time until{};
    Command command;
    std::map<std::pair<replicated::Type, std::uint64_t>, Context> shown;
    Context session;
    // Elements that it added, or that it was shown: (key, element).
    std::set<std::pair<std::uint64_t, std::int64_t>> known;
  };

  std::uint64_t below(std::uint64_t bound) { return draws_.below("swarm"_site, bound); }
  template <class T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }
  std::uint64_t pick(std::initializer_list<int> values) {
    return static_cast<std::uint64_t>(values.begin()[below(values.size())]);
  }
  std::uint16_t draw_size() { return pick<std::uint16_t>({2, 3, 3, 4, 5, 5}); }
  MultiLeader::Options draw_options(multi_leader::Mutation mutation) {
    using namespace multi_leader;
    using replicated::ClockKind;
    using replicated::Policy;
    Options o;
    o.mutation = mutation;
    o.topology = pick({Topology::all_to_all, Topology::ring, Topology::star});
    o.conflict = pick({Policy::crdt, Policy::crdt, Policy::siblings, Policy::lww, Policy::crdt_max,
                       Policy::priority});
    o.clock =
        pick({ClockKind::hybrid, ClockKind::lamport, ClockKind::wall, ClockKind::version_vector});
    o.delivery = pick({Delivery::causal, Delivery::causal, Delivery::arrival});
    o.fsync = pick({Fsync::always, Fsync::always, Fsync::interval, Fsync::never});
    o.certify = pick({Certify::off, Certify::on, Certify::writeset});
    o.ids = pick({Ids::node_blocks, Ids::node_blocks, Ids::local});
    o.snapshot_every = pick<std::uint64_t>({0, 5, 40, 1000});
    o.keep_log = pick<std::uint64_t>({1, 8, 1000});
    o.sync_every = milliseconds(5);
    o.reroute_after = milliseconds(150);
    o.fsync_interval = milliseconds(50);
    return o;
  }

  void inject() {
    const std::uint16_t n = cluster_.size();
    const auto node = static_cast<std::uint16_t>(below(n));
    if (draws_.chance("crash"_site, crashes_)) cluster_.crash(node);
    if (draws_.chance("wipe"_site, wipes_)) cluster_.wipe(node);
    if (!cluster_.alive(node) && draws_.chance("restart"_site, 100'000)) cluster_.restart(node);
    if (draws_.chance("partition"_site, partitions_)) partition(node);
    if (draws_.chance("heal"_site, 20'000)) cluster_.heal();
    if (draws_.chance("disk-full"_site, disks_)) cluster_.set_disk_full(node, true);
    if (draws_.chance("disk-heal"_site, 50'000)) cluster_.set_disk_full(node, false);
    if (draws_.chance("clock"_site, clocks_)) {
      cluster_.set_wall_offset(node, milliseconds(static_cast<std::int64_t>(below(2000)) - 1000));
    }
  }
  void partition(std::uint16_t node) {
    const std::uint16_t n = cluster_.size();
    cluster_.heal();
    const std::uint64_t kind = below(3);
    if (kind == 0) cluster_.isolate(node);
    for (std::uint16_t a = 0; a < n; ++a) {
      for (std::uint16_t b = 0; b < n; ++b) {
        if (kind == 1 && (a < n / 2) != (b < n / 2)) cluster_.cut_both(a, b);
        if (kind == 2 && a != b && below(3) == 0) cluster_.cut(a, b);
      }
    }
  }

  void drive() {
    for (; seen_answers_ < cluster_.answers.size(); ++seen_answers_) {
      const auto& answer = cluster_.answers[seen_answers_];
      if (index(answer.id.client) < clients) take(answer);
    }
    for (std::uint32_t i = 0; i < clients; ++i) {
      Client& client = clients_[i];
      if (client.busy && cluster_.now() >= client.until) client.busy = false;
      if (!client.busy && draws_.chance("act"_site, rate_)) act(ClientId{i}, client);
    }
  }

  void act(ClientId id, Client& client) {
    if (client.sequence == 0 || draws_.chance("wander"_site, wander_)) {
      client.node = static_cast<std::uint16_t>(draws_.below("contact"_site, cluster_.size()));
    }
    client.busy = true;
    client.until = cluster_.now() + milliseconds(60);
    ++client.sequence;
    client.command = draw_command();
    if (client.command.kind == CommandKind::increment) {
      tried_[client.command.key] += client.command.a;
    }
    if (client.command.kind == CommandKind::add && client.command.a >= 0) {
      past_[client.command.a] = client.known;
    }
    const auto object = std::pair(replicated::type_of(client.command.kind), client.command.key);
    cluster_.request(client.node, {id, client.sequence}, client.command, client.shown[object],
                     client.session);
  }
  Command draw_command() {
    const std::uint64_t key = below(keys);
    const auto small = static_cast<std::int64_t>(below(4));
    switch (below(14)) {
      case 0:
      case 1:
        return {CommandKind::write, key, next_value_++, 0};
      case 2:
        return {CommandKind::read, key, 0, 0};
      case 3:
      case 4:
        return {CommandKind::add, key, next_value_++, 0};
      case 5:
        // Even and odd: elements that are added once and for all, and ones that come and go.
        return {below(2) == 0 ? CommandKind::add : CommandKind::remove, key, -1 - small, 0};
      case 6:
      case 7:
        return {CommandKind::increment, key, small + 1, 0};
      case 8:
        return {CommandKind::next_id, key + keys, 0, 0};
      case 9:
        return {CommandKind::cas, key, small, next_value_++};
      case 10:
        return {below(2) == 0 ? CommandKind::enqueue : CommandKind::dequeue, key, next_value_++, 0};
      case 11:
      case 12:
        return {CommandKind::members, key, 0, 0};
      default:
        return {below(2) == 0 ? CommandKind::acquire : CommandKind::release, key, small,
                milliseconds(30).count()};
    }
  }

  void take(const MultiCluster::Answer& answer) {
    Client& client = clients_[index(answer.id.client)];
    if (!client.busy || client.sequence != answer.id.sequence) return;
    client.busy = false;
    if (answer.reply.status != Status::ok) return;
    ++acknowledged_;
    const Command& command = client.command;
    const auto object = std::pair(replicated::type_of(command.kind), command.key);
    if (!answer.reply.context.empty()) client.shown[object] = answer.reply.context;
    if (!answer.reply.session.empty()) client.session = answer.reply.session;
    if (command.kind == CommandKind::add && command.a >= 0) {
      client.known.insert({command.key, command.a});
    }
    if (command.kind == CommandKind::members) check_session(client, answer.reply.elements);
    if (command.kind == CommandKind::add && command.a >= 0) added_.insert({command.key, command.a});
    if (command.kind == CommandKind::write) written_[command.key].insert(command.a);
    if (command.kind == CommandKind::increment) counted_[command.key] += command.a;
    if (command.kind == CommandKind::next_id) {
      const bool fresh = ids_.insert({command.key, answer.reply.value.value_or(0)}).second;
      if (!fresh && options_.ids == multi_leader::Ids::node_blocks) {
        fail("next-id gave " + std::to_string(answer.reply.value.value_or(0)) + " twice");
      }
    }
  }

  // Where nothing is removed or lost, what a client knows of stays in its sight, at any node; and
  // with an element it knows of all that the element's writer knew of.
  void check_session(Client& client, const std::vector<std::int64_t>& elements) {
    const bool causal = options_.delivery == multi_leader::Delivery::causal;
    const bool kept = options_.fsync == multi_leader::Fsync::always && keeps_adds();
    for (const auto& [key, element] : client.known) {
      if (key != client.command.key || !causal || !kept) continue;
      if (!std::binary_search(elements.begin(), elements.end(), element)) {
        fail("a client no longer sees " + std::to_string(element) + ", which it knew of");
      }
    }
    for (const std::int64_t element : elements) {
      if (element < 0) continue;
      client.known.insert({client.command.key, element});
      const auto& past = past_[element];
      client.known.insert(past.begin(), past.end());
    }
  }
  bool keeps_adds() const {
    return options_.conflict == replicated::Policy::crdt ||
           options_.conflict == replicated::Policy::crdt_max;
  }

  void fail(const std::string& what) {
    if (broken_.empty()) broken_ = what;
  }

  // All faults end. The nodes must agree, and have everything that they promised to keep.
  void finish() {
    cluster_.heal();
    cluster_.most = cluster_.least;
    cluster_.loss_ppm = cluster_.repeat_ppm = 0;
    cluster_.sync_latency = microseconds(100);
    for (std::uint16_t n = 0; n < cluster_.size(); ++n) {
      cluster_.set_disk_full(n, false);
      cluster_.restart(n);
    }
    cluster_.run_for(milliseconds(400));
    drive();
    if (!cluster_.run_until([&] { return cluster_.converged(); }, seconds(4))) {
      fail("nodes did not converge");
    }
    const bool causal = options_.delivery == multi_leader::Delivery::causal;
    if (causal && !cluster_.causality_broken().empty()) fail(cluster_.causality_broken());
    if (broken_.empty()) check_kept();
  }

  void check_kept() {
    const auto contents = cluster_.node(0).contents();
    const auto values = [&](CommandKind read, std::uint64_t key) {
      for (const Content& c : contents) {
        if (c.read == read && c.key == key) return c.values;
      }
      return std::vector<std::int64_t>{};
    };
    const bool latest = options_.conflict == replicated::Policy::crdt ||
                        options_.conflict == replicated::Policy::lww;
    const bool kept = options_.fsync == multi_leader::Fsync::always;
    if (latest && kept && options_.clock != replicated::ClockKind::wall) {
      const std::string overruled = cluster_.overruled();
      if (!overruled.empty()) fail(overruled);
    }
    const bool causal = options_.delivery == multi_leader::Delivery::causal;
    if (causal && kept && options_.clock != replicated::ClockKind::wall) {
      const std::string misordered = cluster_.misordered();
      if (!misordered.empty()) fail(misordered);
    }
    const bool crdt = keeps_adds();
    if (!kept) return;
    for (const auto& [key, element] : added_) {
      const auto members = values(CommandKind::members, key);
      if (crdt && !std::binary_search(members.begin(), members.end(), element)) {
        fail("an acknowledged add of " + std::to_string(element) + " is gone");
      }
    }
    for (std::uint64_t key = 0; key < keys && crdt; ++key) {
      const auto count = values(CommandKind::count, key);
      const std::int64_t sum = count.empty() ? 0 : count.front();
      if (sum < counted_[key] || sum > tried_[key]) {
        fail("a counter shows " + std::to_string(sum) + " after increments of " +
             std::to_string(counted_[key]) + " to " + std::to_string(tried_[key]));
      }
    }
    for (const auto& [key, written] : written_) {
      const auto shown = values(CommandKind::read, key);
      if (shown.empty()) fail("a register that was written is gone");
      if (options_.conflict == replicated::Policy::crdt_max && !shown.empty() &&
          shown.front() < *written.rbegin()) {
        fail("a maximum is less than what was written");
      }
    }
  }

  Choices draws_;
  MultiLeader::Options options_;
  MultiCluster cluster_;
  std::uint64_t crashes_ = 0, partitions_ = 0, disks_ = 0, wipes_ = 0, clocks_ = 0, wander_ = 0,
                rate_ = 0;
  Client clients_[clients];
  std::size_t seen_answers_ = 0;
  std::size_t acknowledged_ = 0;
  std::int64_t next_value_ = 1;
  std::set<std::pair<std::uint64_t, std::int64_t>> added_, ids_;
  std::map<std::uint64_t, std::set<std::int64_t>> written_;
  std::map<std::uint64_t, std::int64_t> counted_, tried_;
  // Of each element: what the client that added it knew of.
  std::map<std::int64_t, std::set<std::pair<std::uint64_t, std::int64_t>>> past_;
  std::string broken_;
};

}  // namespace tribunal::sut::testing
