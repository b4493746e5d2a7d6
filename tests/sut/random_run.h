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

// TRIBUNAL_TEST_SCALE divides the number of cases, for slow builds.
inline std::uint64_t scaled(std::uint64_t cases) {
  const char* divisor = std::getenv("TRIBUNAL_TEST_SCALE");
  const std::uint64_t by = divisor != nullptr ? std::strtoull(divisor, nullptr, 10) : 1;
  return std::max<std::uint64_t>(cases / std::max<std::uint64_t>(by, 1), 10);
}

class RandomRun {
 public:
  // safe: settings that promise linearizability. any: all of them, to see that nothing a setting
  // allows makes a node stumble, and that the nodes still converge.
  enum class Settings { safe, any };

  explicit RandomRun(std::uint64_t seed,
                     single_leader::Mutation mutation = single_leader::Mutation::none,
                     Settings settings = Settings::safe)
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
    const Time faults_end = milliseconds(1500);
    while (cluster_.now() < faults_end && broken_.empty()) {
      inject();
      drive();
      cluster_.run_for(milliseconds(1));
    }
    if (broken_.empty()) finish();
    if (settings_ == Settings::safe && broken_.empty() && !cluster_.checks().violations().empty()) {
      const ProtocolViolation& v = cluster_.checks().violations().front();
      broken_ = v.property + ": " + v.detail;
    }
    return broken_;
  }
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

  std::uint64_t below(std::uint64_t bound) { return draws_.below("swarm"_site, bound); }
  template <class T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }
  std::uint16_t draw_size() { return pick<std::uint16_t>({1, 3, 3, 3, 4, 5, 5}); }
  SingleLeader::Options draw_options(single_leader::Mutation mutation) {
    SingleLeader::Options o;
    o.mutation = mutation;
    o.replication = pick({single_leader::Replication::sync, single_leader::Replication::majority});
    o.min_in_sync = pick<std::uint16_t>({0, 0, 1, 2, 5});
    const bool loose = o.replication == single_leader::Replication::sync && o.min_in_sync > 0;
    o.unclean_election = !loose && below(2) == 0;
    o.failover = pick({single_leader::Failover::automatic, single_leader::Failover::automatic,
                       single_leader::Failover::automatic, single_leader::Failover::manual,
                       single_leader::Failover::off});
    manual_ = o.failover == single_leader::Failover::manual;
    o.snapshot_every = pick<std::uint64_t>({0, 4, 25, 1000});
    if (settings_ == Settings::any) loosen(o);
    o.heartbeat = milliseconds(10);
    o.election_timeout = milliseconds(60);
    o.in_sync_timeout = milliseconds(25);
    return o;
  }

  void loosen(SingleLeader::Options& o) {
    using namespace single_leader;
    o.replication = pick(
        {Replication::sync, Replication::majority, Replication::semi_sync, Replication::async});
    o.unclean_election = below(2) == 0;
    o.election = pick({Election::log, Election::clock, Election::visible});
    o.fencing = below(2) == 0;
    o.fsync = pick({Fsync::always, Fsync::interval, Fsync::never});
    o.fsync_interval = milliseconds(50);
    o.dedup = below(2) == 0;
    o.read = pick({ReadRule::leader, ReadRule::leader_quorum, ReadRule::follower, ReadRule::any});
  }

  void inject() {
    const std::uint16_t n = cluster_.size();
    const auto node = static_cast<std::uint16_t>(below(n));
    if (draws_.chance("crash"_site, crashes_)) cluster_.crash(node);
    if (!cluster_.alive(node) && draws_.chance("restart"_site, 100'000)) cluster_.restart(node);
    if (draws_.chance("partition"_site, partitions_)) partition();
    if (draws_.chance("heal"_site, 20'000)) cluster_.heal();
    if (draws_.chance("pause"_site, pauses_)) cluster_.pause(node);
    if (cluster_.paused(node) && draws_.chance("resume"_site, 50'000)) cluster_.resume(node);
    if (draws_.chance("disk-full"_site, disks_)) cluster_.set_disk_full(node, true);
    if (draws_.chance("disk-heal"_site, 50'000)) cluster_.set_disk_full(node, false);
    if (draws_.chance("clock"_site, clocks_)) {
      cluster_.set_wall_offset(node, milliseconds(static_cast<std::int64_t>(below(2000)) - 1000));
    }
    if (draws_.chance("promote"_site, 2'000)) cluster_.promote(node);
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
    const auto node = static_cast<std::uint16_t>(draws_.below("contact"_site, cluster_.size()));
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
    if (broken_.empty() && (always || settings_ == Settings::safe)) broken_ = what;
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
          (*leader + (settings_ == Settings::any ? attempt : 0)) % cluster_.size());
      const auto reply = cluster_.call(contact, members(), milliseconds(200));
      if (!reply || reply->status != Status::ok) continue;
      check_read(known_.size(), reply->elements);
      cluster_.run_for(milliseconds(300));
      // Two leaders of one term may have made two entries that look the same; that is beyond
      // repair.
      const bool alike = cluster_.violated("log matching") || cluster_.violated("election safety");
      for (std::uint16_t n = 1; n < cluster_.size() && broken_.empty() && !alike; ++n) {
        if (!(cluster_.state(n).store_ == cluster_.state(0).store_))
          fail("nodes did not converge", true);
      }
      return;
    }
    fail("no read was answered after all faults ended", true);
  }

  Settings settings_;
  Choices draws_;
  bool manual_ = false;
  std::uint16_t size_;
  MiniCluster cluster_;
  std::uint64_t crashes_ = 0, partitions_ = 0, pauses_ = 0, disks_ = 0, clocks_ = 0;
  std::vector<Client> clients_;
  std::size_t seen_answers_ = 0;
  std::int64_t next_element_ = 1;
  std::vector<std::int64_t> known_;  // acknowledged or read, in that order
  std::set<std::int64_t> is_known_;
  std::size_t acknowledged_ = 0, reads_ = 0;
  std::string broken_;
};

}  // namespace tribunal::sut::testing
