// Stores that run a specification, under random faults: replicas agree in the end, nothing that was
// acknowledged is lost, what is minted is minted once, and events carry their past.
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "sut/raft/node.h"
#include "tests/scale.h"
#include "tests/sut/mini_cluster.h"
#include "tests/sut/multi_leader_cluster.h"
#include "tests/sut/transactions.h"

namespace tribunal::sut {
namespace {

using namespace testing;
using multi_leader::Delivery;
using multi_leader::Topology;
using spec::Event;
using spec::Instance;
using spec::Receipt;

constexpr std::uint64_t keys = 3;

Command random_command(const spec::Program& program, Choices& draws) {
  const auto below = [&](std::uint64_t bound) { return draws.below("command"_site, bound); };
  const std::uint64_t key = below(keys);
  const auto small = static_cast<std::int64_t>(below(4));
  const auto element = static_cast<std::int64_t>(below(3));
  switch (below(7)) {
    case 0:
    case 1:
      return transact(program, key, "register");
    case 2:
      return transact(program, key, "swap");
    case 3:
      return transact(program, key, "take", {small});
    case 4:
      return transact(program, key, "give", {small - 1});
    case 5:
      return transact(program, key, "touch", {element, small - 2});
    default:
      return transact(program, key, "drop", {element});
  }
}

// "" or what two events of one instance say against one another.
std::string minted_twice(const spec::Program& program, const Instance& instance) {
  std::set<std::pair<std::uint32_t, std::int64_t>> minted;
  for (const Event& event : instance.events) {
    const auto& parameters = program.spec().transactions[event.transaction].parameters;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].minted != spec::Minted::fresh) continue;
      if (!minted.insert({parameters[i].type.index, event.arguments[i]}).second) {
        return "element " + std::to_string(event.arguments[i]) + " was minted twice";
      }
    }
  }
  return "";
}

bool covers(const spec::Frontier& past, spec::Stamp stamp) {
  for (const spec::Stamp& upto : past) {
    if (upto.replica == stamp.replica && stamp.time <= upto.time) return true;
  }
  return false;
}

class MultiLeaderRun {
 public:
  explicit MultiLeaderRun(std::uint64_t seed)
      : draws_(seed, 3'000'000),
        size_(static_cast<std::uint16_t>(2 + below(4))),
        program_(program_of(zoo, size_, 40)),
        options_(draw_options()),
        cluster_(size_, options_, seed, program_) {
    cluster_.sync_latency = below(2) == 0 ? microseconds(200) : milliseconds(15);
    cluster_.least = microseconds(200);
    cluster_.most = below(2) == 0 ? milliseconds(1) : milliseconds(40);
    cluster_.loss_ppm = below(2) * 100'000;
    cluster_.repeat_ppm = below(2) * 200'000;
    crashes_ = below(3) * 10'000;
    disks_ = below(2) * 5'000;
    cluster_.filter = [this](std::uint16_t from, std::uint16_t, const MultiLeader::Message& m) {
      for (const multi_leader::Entry& entry : m.entries) {
        if (entry.event) expect_durable(from, entry.update.command.key, *entry.event);
      }
      if (!m.state) return true;
      for (const Instance& instance : m.state->instances) {
        for (const Event& event : instance.events) expect_durable(from, instance.key, event);
      }
      return true;
    };
  }

  std::string run() {
    while (cluster_.now() < milliseconds(800) && broken_.empty()) {
      inject();
      if (draws_.chance("act"_site, 300'000)) act();
      cluster_.run_for(milliseconds(1));
      take_answers();
      check_causality();
    }
    finish();
    return broken_;
  }
  std::size_t acknowledged() const { return receipts_.size(); }
  const MultiCluster& cluster() const { return cluster_; }
  std::uint64_t aborted = 0;

 private:
  std::uint64_t below(std::uint64_t bound) { return draws_.below("pick"_site, bound); }
  MultiLeader::Options draw_options() {
    MultiLeader::Options o;
    constexpr Topology topologies[] = {Topology::all_to_all, Topology::ring, Topology::star};
    o.topology = topologies[below(3)];
    o.delivery = below(3) == 0 ? Delivery::arrival : Delivery::causal;
    o.snapshot_every = below(2) == 0 ? 5 : 1000;
    o.keep_log = below(2) == 0 ? 2 : 1000;
    o.sync_every = milliseconds(5);
    o.reroute_after = milliseconds(100);
    return o;
  }
  void inject() {
    const auto node = static_cast<std::uint16_t>(below(size_));
    if (draws_.chance("crash"_site, crashes_)) cluster_.crash(node);
    if (!cluster_.alive(node) && draws_.chance("restart"_site, 50'000)) cluster_.restart(node);
    if (draws_.chance("isolate"_site, 10'000)) cluster_.isolate(node);
    if (draws_.chance("heal"_site, 20'000)) cluster_.heal();
    if (draws_.chance("disk-full"_site, disks_)) cluster_.set_disk_full(node, true);
    if (draws_.chance("disk-heal"_site, 50'000)) cluster_.set_disk_full(node, false);
  }
  void act() {
    const RequestId id{ClientId{next_client_++}, 1};
    const Command command = random_command(program_, draws_);
    asked_[index(id.client)] = command;
    cluster_.request(static_cast<std::uint16_t>(below(size_)), id, command);
  }
  void take_answers() {
    for (; seen_ < cluster_.answers.size(); ++seen_) {
      const auto& answer = cluster_.answers[seen_];
      const Command& command = asked_[index(answer.id.client)];
      if (answer.reply.status == Status::mismatch) ++aborted;
      if (answer.reply.status != Status::ok) continue;
      receipts_.push_back(
          {command.key, static_cast<std::uint32_t>(command.a), receipt(answer.reply)});
    }
  }
  void fail(const std::string& what) {
    if (broken_.empty()) broken_ = what;
  }
  // What a node sends of its own, it can no longer forget.
  void expect_durable(std::uint16_t node, std::uint64_t key, const Event& event) {
    if (spec::replica_of(event.stamp, size_) != node) return;
    if (durable_.count({node, key, event.stamp}) != 0) return;
    const auto& records = cluster_.records(node);
    for (std::size_t r = 0; r < cluster_.durable(node); ++r) {
      for (const multi_leader::Entry& entry : records[r].entries) {
        if (entry.event) durable_.insert({node, entry.update.command.key, entry.event->stamp});
      }
      if (!records[r].snapshot) continue;
      for (const Instance& instance : records[r].snapshot->instances) {
        for (const Event& e : instance.events) durable_.insert({node, instance.key, e.stamp});
      }
    }
    if (durable_.count({node, key, event.stamp}) == 0) fail("an event left before it was durable");
  }
  // Who has an event has those that its origin had, where delivery is causal.
  void check_causality() {
    if (options_.delivery != Delivery::causal) return;
    for (std::uint16_t n = 0; n < size_; ++n) {
      if (!cluster_.alive(n)) continue;
      for (const Instance& instance : cluster_.state(n).instances_) {
        for (const Event& event : instance.events) {
          for (const spec::Stamp& stamp : event.past) {
            const bool here = std::any_of(instance.events.begin(), instance.events.end(),
                                          [&](const Event& e) { return e.stamp == stamp; });
            if (!here) fail("a node has an event without what its origin had");
          }
        }
      }
    }
  }
  void finish() {
    cluster_.heal();
    cluster_.most = cluster_.least;
    cluster_.loss_ppm = cluster_.repeat_ppm = 0;
    cluster_.sync_latency = microseconds(100);
    for (std::uint16_t n = 0; n < size_; ++n) {
      cluster_.set_disk_full(n, false);
      cluster_.restart(n);
    }
    cluster_.run_for(milliseconds(300));
    take_answers();
    if (!cluster_.run_until([&] { return cluster_.converged(); }, seconds(4))) {
      return fail("the nodes did not converge");
    }
    check_agreement();
    check_receipts();
  }
  void check_agreement() {
    const spec::Layout& layout = program_.layout();
    for (std::uint16_t n = 0; n < size_; ++n) {
      const std::vector<Instance>& here = cluster_.state(n).instances_;
      const std::vector<Instance>& first = cluster_.state(0).instances_;
      for (std::size_t i = 0; i < here.size(); ++i) {
        if (here[i].events != first[i].events) fail("the nodes have different events");
        spec::Replica all(layout);
        for (const Event& event : here[i].events) all.deliver(layout, event);
        if (!(spec::Replica(layout, here[i].events, 0) == all)) fail("rebuilt differently");
        fail(minted_twice(program_, here[i]));
      }
    }
  }
  void check_receipts() {
    for (const auto& [key, transaction, receipt] : receipts_) {
      const Instance* instance = spec::find(cluster_.state(0).instances_, key);
      const auto found =
          instance == nullptr ? nullptr : [&, &stamp = receipt.stamp]() -> const Event* {
        for (const Event& event : instance->events) {
          if (event.stamp == stamp) return &event;
        }
        return nullptr;
      }();
      if (found == nullptr) return fail("an acknowledged transaction is lost");
      if (found->transaction != transaction || !(spec::receipt_of(*found) == receipt)) {
        return fail("a receipt does not say what was done");
      }
      if (covers(receipt.past, receipt.stamp)) fail("an event is in its own past");
    }
  }

  struct Acknowledged {
    std::uint64_t key = 0;
    std::uint32_t transaction = 0;
    Receipt receipt;
  };
  Choices draws_;
  std::uint16_t size_;
  spec::Program program_;
  MultiLeader::Options options_;
  MultiCluster cluster_;
  std::uint64_t crashes_ = 0;
  std::uint64_t disks_ = 0;
  std::uint32_t next_client_ = 0;
  std::map<std::uint32_t, Command> asked_;
  std::size_t seen_ = 0;
  std::vector<Acknowledged> receipts_;
  std::set<std::tuple<std::uint16_t, std::uint64_t, spec::Stamp>> durable_;
  std::string broken_;
};

TEST(TransactionsOfMultiLeaderReplicas, ConvergeAndKeepTheirPromisesUnderFaults) {
  std::size_t acknowledged = 0;
  std::uint64_t aborted = 0;
  std::uint64_t states = 0;
  for (std::uint64_t seed = 0; seed < scaled(300); ++seed) {
    MultiLeaderRun run(seed);
    ASSERT_EQ(run.run(), "") << "seed " << seed;
    acknowledged += run.acknowledged();
    aborted += run.aborted;
    states += run.cluster().states_sent();
  }
  EXPECT_GT(acknowledged, scaled(300) * 20);
  EXPECT_GT(aborted, scaled(300));
  EXPECT_GT(states, scaled(300) / 10) << "hardly any full state was ever sent";
}

// In a mode with one log everybody decides alike, so invariants hold everywhere.
template <class Node>
std::string run_log(std::uint64_t seed, const typename Node::Options& options,
                    std::size_t& committed) {
  Choices draws(seed, 4'000'000);
  const spec::Program program = program_of(zoo, 3, 40);
  MiniClusterOf<Node> cluster(3, options, seed, program);
  for (std::uint32_t i = 0; i < 60; ++i) {
    const auto node = static_cast<std::uint16_t>(draws.below("node"_site, 3));
    if (draws.chance("crash"_site, 60'000)) cluster.crash(node);
    if (draws.chance("restart"_site, 400'000)) cluster.restart(node);
    if (draws.chance("isolate"_site, 40'000)) cluster.isolate(node);
    if (draws.chance("heal"_site, 200'000)) cluster.heal();
    const Command command = random_command(program, draws);
    for (std::uint16_t n = 0; n < 3; ++n) cluster.request(n, ClientId{i}, 1, command);
    cluster.run_for(milliseconds(100));
    for (std::uint16_t n = 0; n < 3; ++n) {  // once more, as a client that heard nothing
      cluster.request(n, ClientId{i}, 1, command);
    }
  }
  cluster.heal();
  for (std::uint16_t n = 0; n < 3; ++n) cluster.restart(n);
  if (!cluster.await_leader()) return "no leader";
  cluster.run_for(seconds(4));
  std::map<std::uint32_t, std::vector<std::int64_t>> told;
  for (const Answer& answer : cluster.answers) {
    if (answer.reply.status != Status::ok) continue;
    auto& before = told[index(answer.id.client)];
    if (before.empty()) before = answer.reply.elements;
    if (before != answer.reply.elements) return "a request was answered in two ways";
  }
  committed += told.size();
  std::size_t events = 0;
  for (std::uint64_t key = 0; key < keys; ++key) {
    const spec::Inspection first =
        inspection(cluster.state(0).store_.read(inspect_all(key), program));
    events += first.events.size();
    for (std::uint16_t n = 0; n < 3; ++n) {
      const Reply reply = cluster.state(n).store_.read(inspect_all(key), program);
      const spec::Inspection here = inspection(reply);
      if (!(here == first)) return "replicas of one log differ";
      if (!here.violated.empty()) return "an invariant is violated";
      const std::string twice = minted_twice(program, Instance{key, here.events, 0});
      if (!twice.empty()) return twice;
      for (const Event& event : here.events) {
        if (event.stamp.replica != 0) return "an event of another replica";
      }
    }
  }
  return events < told.size() ? "an acknowledged transaction is lost" : "";
}

TEST(TransactionsInOneLog, AreDecidedAlikeByEveryRaftServer) {
  raft::Options options;
  options.snapshot_every = 7;
  std::size_t committed = 0;
  for (std::uint64_t seed = 0; seed < scaled(60); ++seed) {
    ASSERT_EQ(run_log<Raft>(seed, options, committed), "") << "seed " << seed;
  }
  EXPECT_GT(committed, scaled(60) * 15);
}

TEST(TransactionsInOneLog, AreDecidedAlikeByEveryFollowerOfOneLeader) {
  single_leader::Options options;
  options.snapshot_every = 7;
  std::size_t committed = 0;
  for (std::uint64_t seed = 0; seed < scaled(60); ++seed) {
    ASSERT_EQ(run_log<SingleLeader>(seed, options, committed), "") << "seed " << seed;
  }
  EXPECT_GT(committed, scaled(60) * 15);
}

}  // namespace
}  // namespace tribunal::sut
