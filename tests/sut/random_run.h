// One random run of a MiniCluster: everything is drawn from the seed, and each kind of fault is
// switched off in some runs (swarm testing: Groce et al., ISSTA 2012), because what is always on
// hides what needs quiet. Clients add unique elements, count with compare-and-set, and read. The
// result names the first promise of a linearizable store, or of the protocol, that was broken.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "tests/sut/mini_cluster.h"

namespace tribunal::sut::testing {

// Named outside the template: clang 14 does not evaluate consteval literals inside it.
namespace run_sites {
inline constexpr Site swarm = "swarm"_site;
inline constexpr Site crash = "crash"_site;
inline constexpr Site restart = "restart"_site;
inline constexpr Site partition = "partition"_site;
inline constexpr Site heal = "heal"_site;
inline constexpr Site pause = "pause"_site;
inline constexpr Site resume = "resume"_site;
inline constexpr Site disk_full = "disk-full"_site;
inline constexpr Site disk_heal = "disk-heal"_site;
inline constexpr Site clock = "clock"_site;
inline constexpr Site promote = "promote"_site;
inline constexpr Site members = "members"_site;
inline constexpr Site contact = "contact"_site;
}  // namespace run_sites

// Draws what stays fixed during a run.
struct Swarm {
  Choices& draws;
  std::uint64_t below(std::uint64_t bound) const { return draws.below(run_sites::swarm, bound); }
  template <class T>
  T pick(std::initializer_list<T> values) const {
    return values.begin()[below(values.size())];
  }
};

// safe: settings that promise linearizability. any: all of them, to see that nothing a setting
// allows makes a node stumble, and that the nodes still converge.
enum class Range { safe, any };

// A Mode says what is particular to a replication mode:
//   Node, Mutation
//   options(swarm, mutation, range)   what to run with
//   manual(options)                   somebody must promote a leader
//   changes_members(options)          an operator adds and removes members
//   counts(cluster, node)             the node has to agree with the others in the end
template <class Mode>
class RandomRunOf {
 public:
  using Settings = Range;
  using Node = typename Mode::Node;
  using Options = typename Node::Options;
  using Mutation = typename Mode::Mutation;

  explicit RandomRunOf(std::uint64_t seed, Mutation mutation = Mutation::none,
                       Range settings = Range::safe)
      : settings_(settings),
        draws_(seed, 2'000'000),
        size_(draw_size()),
        cluster_(size_, draw_options(mutation), seed) {
    cluster_.sync_latency = pick({microseconds(100), milliseconds(3), milliseconds(20)});
    cluster_.network.least = microseconds(200);
    cluster_.network.most = pick({microseconds(200), milliseconds(2), milliseconds(25)});
    cluster_.network.loss_ppm = pick({0, 20'000, 200'000});
    cluster_.network.repeat_ppm = pick({0, 20'000, 200'000});
    crashes_ = pick({0, 10'000, 40'000});
    partitions_ = pick({0, 10'000, 40'000});
    pauses_ = pick({0, 10'000});
    disks_ = pick({0, 0, 10'000});
    clocks_ = pick({0, 20'000});
    const std::uint64_t think = below(20) + 1;
    for (std::uint32_t i = 0; i < 7; ++i) {
      Client client;
      client.id = ClientId{i};
      client.kind = i < 4 ? Kind::adder : i < 5 ? Kind::counter : Kind::reader;
      client.think = milliseconds(static_cast<std::int64_t>(think));
      clients_.push_back(client);
    }
  }

  // "" or what was broken.
  std::string run() {
    run_faults(milliseconds(1500));
    if (broken_.empty()) finish();
    if (settings_ == Range::safe && broken_.empty() && !cluster_.checks().violations().empty()) {
      const ProtocolViolation& v = cluster_.checks().violations().front();
      broken_ = v.property + ": " + v.detail;
    }
    return broken_;
  }
  void run_faults(Time end) {
    while (cluster_.now() < end && broken_.empty()) {
      inject();
      drive();
      cluster_.run_for(milliseconds(1));
    }
  }
  const MiniClusterOf<Node>& cluster() const { return cluster_; }
  std::size_t acknowledged() const { return acknowledged_; }
  std::size_t reads() const { return reads_; }
  std::uint64_t messages() const { return cluster_.messages(); }
  std::uint64_t fingerprint() const {
    Fingerprint print;
    print.add(cluster_.messages()).add(acknowledged_).add(reads_);
    for (std::uint16_t n = 0; n < cluster_.size(); ++n) print.add(cluster_.node(n).fingerprint());
    return print.value();
  }

 private:
  enum class Kind { adder, counter, reader };
  struct Client {
    ClientId id{};
    Kind kind{};
    Duration think{};
    std::uint64_t sequence = 0;
    bool busy = false;
    int attempts = 0;
    Command command;
    Time attempt_until{};
    Time next{};
    std::size_t known = 0;  // reader: what was certain when it asked
    std::int64_t counter = -1;
  };

  Swarm swarm() { return {draws_}; }
  std::uint64_t below(std::uint64_t bound) { return swarm().below(bound); }
  template <class T>
  T pick(std::initializer_list<T> values) {
    return swarm().pick(values);
  }
  Options draw_options(Mutation mutation) {
    const Options options = Mode::options(swarm(), mutation, settings_);
    manual_ = Mode::manual(options);
    changes_members_ = Mode::changes_members(options);
    return options;
  }
  std::uint16_t draw_size() { return pick<std::uint16_t>({1, 3, 3, 3, 4, 5, 5}); }

  void inject() {
    const std::uint16_t n = cluster_.size();
    const auto node = static_cast<std::uint16_t>(below(n));
    if (draws_.chance(run_sites::crash, crashes_)) cluster_.crash(node);
    if (!cluster_.alive(node) && draws_.chance(run_sites::restart, 100'000)) cluster_.restart(node);
    if (draws_.chance(run_sites::partition, partitions_)) partition();
    if (draws_.chance(run_sites::heal, 20'000)) cluster_.heal();
    if (draws_.chance(run_sites::pause, pauses_)) cluster_.pause(node);
    if (cluster_.paused(node) && draws_.chance(run_sites::resume, 50'000)) cluster_.resume(node);
    if (draws_.chance(run_sites::disk_full, disks_)) cluster_.set_disk_full(node, true);
    if (draws_.chance(run_sites::disk_heal, 50'000)) cluster_.set_disk_full(node, false);
    if (draws_.chance(run_sites::clock, clocks_)) {
      cluster_.set_wall_offset(node, milliseconds(static_cast<std::int64_t>(below(2000)) - 1000));
    }
    if (draws_.chance(run_sites::promote, 2'000)) cluster_.promote(node);
    if (changes_members_ && draws_.chance(run_sites::members, 30'000)) {
      const auto other = static_cast<std::uint16_t>(draws_.below(run_sites::members, n));
      cluster_.change_members(node, other, draws_.below(run_sites::members, 2) == 0);
    }
  }

  void partition() {
    const std::uint16_t n = cluster_.size();
    const auto node = static_cast<std::uint16_t>(below(n));
    cluster_.heal();
    switch (below(4)) {
      case 0:
        cluster_.isolate(node);
        break;
      case 1:  // halves
        for (std::uint16_t a = 0; a < n; ++a) {
          for (std::uint16_t b = 0; b < n; ++b) {
            if ((a < n / 2) != (b < n / 2)) cluster_.cut_both(a, b);
          }
        }
        break;
      case 2:  // one way
        for (std::uint16_t other = 0; other < n; ++other) {
          if (other != node) cluster_.cut(node, other);
        }
        break;
      default:  // random links
        for (std::uint16_t a = 0; a < n; ++a) {
          for (std::uint16_t b = 0; b < n; ++b) {
            if (a != b && below(3) == 0) cluster_.cut(a, b);
          }
        }
    }
  }

  void drive() {
    for (; seen_answers_ < cluster_.answers.size(); ++seen_answers_) {
      const Answer answer = cluster_.answers[seen_answers_];
      if (index(answer.id.client) >= clients_.size()) continue;
      Client& client = clients_[index(answer.id.client)];
      if (client.busy && client.sequence == answer.id.sequence) take(client, answer);
    }
    for (Client& client : clients_) {
      if (client.busy && cluster_.now() >= client.attempt_until) attempt(client);
      if (!client.busy && cluster_.now() >= client.next) begin(client);
    }
  }

  void begin(Client& client) {
    client.busy = true;
    client.attempts = 0;
    ++client.sequence;
    switch (client.kind) {
      case Kind::adder:
        client.command = add(next_element_++);
        break;
      case Kind::counter: {
        const std::uint64_t key = 100 + index(client.id);
        client.command =
            client.counter < 0 ? write(key, 0) : cas(key, client.counter, client.counter + 1);
        break;
      }
      case Kind::reader:
        client.command = members();
        client.known = known_.size();
        break;
    }
    attempt(client);
  }

  void attempt(Client& client) {
    // Who counts cannot give up: it would not know where it stands.
    if (++client.attempts > 12 && client.kind != Kind::counter) {
      client.busy = false;
      client.next = cluster_.now() + client.think;
      return;
    }
    client.attempt_until = cluster_.now() + milliseconds(30);
    const auto node = static_cast<std::uint16_t>(draws_.below(run_sites::contact, cluster_.size()));
    cluster_.request(node, client.id, client.sequence, client.command);
  }

  void take(Client& client, const Answer& answer) {
    if (answer.reply.status == Status::not_leader || answer.reply.status == Status::unavailable) {
      client.attempt_until = cluster_.now() + milliseconds(2);
      return;
    }
    client.busy = false;
    client.next = cluster_.now() + client.think;
    switch (client.kind) {
      case Kind::adder:
        ++acknowledged_;
        learn(client.command.a);
        break;
      case Kind::counter:
        if (answer.reply.status == Status::mismatch) {
          fail("a compare-and-set that nobody disturbed found " + std::to_string(client.counter) +
               " gone: it was lost or applied twice");
        }
        ++client.counter;
        break;
      case Kind::reader:
        ++reads_;
        check_read(client.known, answer.reply.elements);
        for (std::int64_t element : answer.reply.elements) learn(element);
        break;
    }
  }

  void learn(std::int64_t element) {
    if (is_known_.insert(element).second) known_.push_back(element);
  }
  void check_read(std::size_t known, const std::vector<std::int64_t>& elements) {
    for (std::size_t i = 0; i < known; ++i) {
      if (!std::binary_search(elements.begin(), elements.end(), known_[i])) {
        fail("a read missed element " + std::to_string(known_[i]) +
             ", which had been acknowledged or read before it began");
        return;
      }
    }
  }
  // With any settings only the end counts: there is a leader, it answers, and the nodes agree.
  void fail(const std::string& what, bool always = false) {
    if (broken_.empty() && (always || settings_ == Range::safe)) broken_ = what;
  }

  // All faults end. The cluster must come back, have everything, and agree.
  void finish() {
    cluster_.heal();
    cluster_.network = {microseconds(200), milliseconds(1), 0, 0};
    cluster_.sync_latency = microseconds(100);
    for (std::uint16_t n = 0; n < cluster_.size(); ++n) {
      cluster_.set_disk_full(n, false);
      cluster_.resume(n);
      cluster_.restart(n);
    }
    for (int i = 0; i < 400; ++i) {
      drive();
      cluster_.run_for(milliseconds(1));
    }
    for (int attempt = 0; attempt < 200 && broken_.empty(); ++attempt) {
      auto leader = cluster_.await_leader(seconds(3));
      // An operator may have promoted a node that lacks entries, and must then try another.
      for (std::uint16_t n = 0; n < cluster_.size() && manual_ && !leader; ++n) {
        cluster_.promote(n);
        leader = cluster_.await_leader(seconds(1));
      }
      if (!leader) {
        fail("no leader within 3 s after all faults ended", true);
        return;
      }
      const auto contact = static_cast<std::uint16_t>(
          (*leader + (settings_ == Range::any ? attempt : 0)) % cluster_.size());
      const auto reply = cluster_.call(contact, members(), milliseconds(200));
      if (!reply || reply->status != Status::ok) continue;
      check_read(known_.size(), reply->elements);
      // Two leaders of one term may have made two entries that look the same; that is beyond
      // repair.
      const bool alike = cluster_.violated("log matching") || cluster_.violated("election safety");
      bool same = alike;
      for (int wait = 0; wait < 10 && !same; ++wait) {
        cluster_.run_for(milliseconds(300));
        same = converged();
      }
      if (!same) fail("nodes did not converge", true);
      return;
    }
    fail("no read was answered after all faults ended", true);
  }

  bool converged() const {
    const auto leader = cluster_.leader();
    if (!leader) return false;
    for (std::uint16_t n = 0; n < cluster_.size(); ++n) {
      if (Mode::counts(cluster_, n) &&
          !(cluster_.state(n).store_ == cluster_.state(*leader).store_)) {
        return false;
      }
    }
    return true;
  }

  Range settings_;
  Choices draws_;
  std::uint16_t size_;
  bool manual_ = false;
  bool changes_members_ = false;
  MiniClusterOf<Node> cluster_;
  std::uint64_t crashes_ = 0, partitions_ = 0, pauses_ = 0, disks_ = 0, clocks_ = 0;
  std::vector<Client> clients_;
  std::size_t seen_answers_ = 0;
  std::int64_t next_element_ = 1;
  std::vector<std::int64_t> known_;  // acknowledged or read, in that order
  std::set<std::int64_t> is_known_;
  std::size_t acknowledged_ = 0, reads_ = 0;
  std::string broken_;
};

// The first seed whose run shows something wrong, or 0.
template <class Run>
std::uint64_t first_failing_seed(typename Run::Mutation mutation, std::uint64_t seeds,
                                 std::string& why) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Run run(seed, mutation);
    why = run.run();
    if (!why.empty()) return seed;
  }
  return 0;
}

struct SingleLeaderMode {
  using Node = SingleLeader;
  using Mutation = single_leader::Mutation;
  using Election = single_leader::Election;
  using Failover = single_leader::Failover;
  using Fsync = single_leader::Fsync;
  using ReadRule = single_leader::ReadRule;
  using Replication = single_leader::Replication;

  static bool manual(const Node::Options& o) { return o.failover == Failover::manual; }
  static bool changes_members(const Node::Options&) { return false; }
  static bool counts(const MiniCluster&, std::uint16_t) { return true; }

  static Node::Options options(Swarm swarm, Mutation mutation, Range range) {
    Node::Options o;
    o.mutation = mutation;
    o.replication = swarm.pick({Replication::sync, Replication::majority});
    o.min_in_sync = swarm.pick<std::uint16_t>({0, 0, 1, 2, 5});
    const bool loose = o.replication == Replication::sync && o.min_in_sync > 0;
    o.unclean_election = !loose && swarm.below(2) == 0;
    o.failover = swarm.pick({Failover::automatic, Failover::automatic, Failover::automatic,
                             Failover::manual, Failover::off});
    o.snapshot_every = swarm.pick<std::uint64_t>({0, 4, 25, 1000});
    if (range == Range::any) loosen(swarm, o);
    o.heartbeat = milliseconds(10);
    o.election_timeout = milliseconds(60);
    o.in_sync_timeout = milliseconds(25);
    return o;
  }

  static void loosen(Swarm swarm, Node::Options& o) {
    o.replication = swarm.pick(
        {Replication::sync, Replication::majority, Replication::semi_sync, Replication::async});
    o.unclean_election = swarm.below(2) == 0;
    o.election = swarm.pick({Election::log, Election::clock, Election::visible});
    o.fencing = swarm.below(2) == 0;
    o.fsync = swarm.pick({Fsync::always, Fsync::interval, Fsync::never});
    o.fsync_interval = milliseconds(50);
    o.dedup = swarm.below(2) == 0;
    o.read =
        swarm.pick({ReadRule::leader, ReadRule::leader_quorum, ReadRule::follower, ReadRule::any});
  }
};

using RandomRun = RandomRunOf<SingleLeaderMode>;

}  // namespace tribunal::sut::testing
