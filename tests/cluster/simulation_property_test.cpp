// Properties of the simulation under random calls: a disk against a plainer model of one, and what
// must hold of messages, clients and copies whatever happens.
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/choices.h"
#include "base/text.h"
#include "cluster/simulated/disk.h"
#include "tests/cluster/toy_node.h"
#include "tests/scale.h"

namespace tribunal::cluster {
namespace {

using toy::Toys;

// The same disk, told as a story about each record instead of as a prefix.
class PlainDisk {
 public:
  void write(int value, bool checkpoint) {
    records_.push_back({value, checkpoint, false, serial_++});
  }
  void start() { covered_ = serial_; }
  void finish(bool lie) {
    if (lie) return;
    for (Entry& e : records_) e.durable |= e.serial < covered_;
    forget();
  }
  // The first `reached` of those that were being synced survive as well.
  void crash(std::size_t reached) {
    std::vector<Entry> left;
    for (Entry& e : records_) {
      if (!e.durable && reached > 0) {
        e.durable = true;
        --reached;
      }
      if (e.durable) left.push_back(e);
    }
    records_ = left;
  }
  void damage(std::size_t at) { records_.resize(std::min(records_.size(), at)); }
  void recover() { forget(); }
  std::vector<int> values() const {
    std::vector<int> result;
    for (const Entry& e : records_) result.push_back(e.value);
    return result;
  }
  std::size_t size() const { return records_.size(); }

 private:
  struct Entry {
    int value;
    bool checkpoint;
    bool durable;
    int serial;
  };
  void forget() {
    std::size_t from = 0;
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (records_[i].durable && records_[i].checkpoint) from = i;
    }
    records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(from));
  }
  std::vector<Entry> records_;
  int serial_ = 0;
  int covered_ = 0;
};

// Drives both disks with the same random calls and compares them after every crash.
class DiskPair {
 public:
  explicit DiskPair(std::uint64_t seed) : choices_(seed, 1) {}
  int run() {
    for (int i = 0; i < 400; ++i) turn();
    return crashes_;
  }

 private:
  void turn() {
    switch (choices_.below("turn"_site, 10)) {
      case 0:
      case 1:
      case 2:
      case 3:
        write();
        break;
      case 4:
        real_.sync(fresh());
        break;
      case 5:
        start();
        break;
      case 6:
      case 7:
        finish();
        break;
      case 8:
        real_.faults.lie = choices_.chance("lie"_site, 300'000);
        break;
      case 9:
        if (choices_.chance("crash"_site, 300'000)) crash();
        break;
    }
  }
  sut::WriteId fresh() { return sut::WriteId{++id_}; }
  void write() {
    real_.faults.full = choices_.chance("full"_site, 100'000);
    const bool checkpoint = choices_.chance("checkpoint"_site, 100'000);
    const bool synced = choices_.chance("synced"_site, 400'000);
    const int value = ++value_;
    const bool kept =
        real_.write(fresh(), int{value},
                    synced ? sut::Durability::synced : sut::Durability::buffered, checkpoint);
    ASSERT_EQ(kept, !real_.faults.full);
    if (kept) plain_.write(value, checkpoint);
  }
  void start() {
    const bool lie = real_.faults.lie;
    if (!real_.start_sync()) return;
    running_lie_ = lie;
    plain_.start();
  }
  void finish() {
    if (!running_lie_) return;
    Disk<int>::Answers answers;
    real_.finish_sync(answers);
    plain_.finish(*running_lie_);
    running_lie_.reset();
  }
  void crash() {
    ++crashes_;
    if (choices_.chance("power"_site, 500'000)) {
      const auto loss = real_.lose_power(choices_);
      ASSERT_TRUE(loss.reached == 0 || (running_lie_ && !*running_lie_));
      plain_.crash(loss.reached);
    } else {
      real_.crash();
      plain_.crash(0);
    }
    running_lie_.reset();
    if (plain_.size() > 0 && choices_.chance("corrupt"_site, 200'000)) {
      const std::size_t at = real_.corrupt(choices_, true);
      plain_.damage(at);
    }
    real_.recover();
    plain_.recover();
    const auto records = real_.records();
    ASSERT_EQ(std::vector<int>(records.begin(), records.end()), plain_.values());
    id_ = 0;
  }

  Choices choices_;
  Disk<int> real_;
  PlainDisk plain_;
  std::optional<bool> running_lie_;
  std::uint64_t id_ = 0;
  int value_ = 0;
  int crashes_ = 0;
};

TEST(DiskProperty, SurvivorsAreThoseOfAPlainerModel) {
  int crashes = 0;
  for (std::uint64_t seed = 0; seed < scaled(3000); ++seed) {
    crashes += DiskPair(seed).run();
    ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed;
  }
  EXPECT_GT(crashes, static_cast<int>(scaled(3000)) * 5);
}

// Random calls on a whole cluster of toys.
class Chaos {
 public:
  explicit Chaos(std::uint64_t seed) : choices_(seed, 2), toys_(options(seed)) {}

  void run(int turns) {
    for (int i = 0; i < turns; ++i) {
      act();
      const int node = pick(3) + 1;
      const auto what = static_cast<toy::Instruction>(pick(16));
      const int a = pick(5);
      toys_.tell(node, what, a, what == toy::arm ? pick(9'000'000) : pick(3),
                 milliseconds(1 + pick(300)));
      ++told;
      toys_.run_for(microseconds(pick(3'000)));
    }
  }
  void act() {
    Action action;
    action.primitive = static_cast<Primitive>(pick(17));
    action.node = NodeId{static_cast<std::uint16_t>(pick(3))};
    action.peer = NodeId{static_cast<std::uint16_t>(pick(3))};
    action.shape.delay = milliseconds(pick(5));
    action.shape.loss_ppm = static_cast<std::uint32_t>(pick(400'000));
    action.shape.duplicate_ppm = static_cast<std::uint32_t>(pick(400'000));
    action.shape.reorder_ppm = static_cast<std::uint32_t>(pick(400'000));
    action.shape.reorder_window = milliseconds(pick(10));
    action.shape.bytes_per_second = pick(2) == 0 ? 0 : static_cast<std::uint32_t>(1 + pick(10'000));
    action.amount = milliseconds(pick(30));
    action.ppm = pick(1'000'000) - 500'000;
    (void)(*toys_).apply(action);
  }
  Toys& toys() { return toys_; }
  int told = 0;

 private:
  static SimulatedOptions options(std::uint64_t seed) {
    SimulatedOptions o;
    o.nodes = 3;
    o.seed = seed;
    o.latency = seed % 2 == 0 ? "lan" : "lnkd-disk";
    o.retry = seed % 3 == 0;
    return o;
  }
  int pick(std::uint64_t bound) { return static_cast<int>(choices_.below("pick"_site, bound)); }
  Choices choices_;
  Toys toys_;
};

TEST(SimulationProperty, EveryMessageIsDeliveredOrLostAndEveryOperationCompletesOnce) {
  for (std::uint64_t seed = 0; seed < scaled(600); ++seed) {
    Chaos chaos(seed);
    chaos.run(150);
    Toys& toys = chaos.toys();
    for (int node = 1; node <= 3; ++node) {
      (void)toys.apply(Primitive::resume, node);
      for (int peer = 1; peer <= 3; ++peer) (void)toys.apply(Primitive::mend, node, peer);
    }
    toys.run_for(seconds(200));  // longer than any latency and time-out
    const Statistics s = toys->statistics();
    ASSERT_EQ(s.messages_sent + s.messages_duplicated, s.messages_delivered + s.messages_lost)
        << seed;
    std::map<ClientId, int> completions;
    for (const Completion& done : toys.completions) ++completions[done.client];
    ASSERT_EQ(static_cast<int>(completions.size()), chaos.told) << seed;
    ASSERT_EQ(toys.completions.size(), completions.size()) << seed;
  }
}

TEST(SimulationProperty, NoClockOfANodeAndNoCompletionGoesBackInTime) {
  for (std::uint64_t seed = 0; seed < scaled(300); ++seed) {
    Chaos chaos(seed);
    chaos.run(150);
    std::map<NodeId, Time> last;
    for (const toy::Seen& seen : chaos.toys().diary()) {
      ASSERT_GE(seen.at, last[seen.node]) << seed;
      last[seen.node] = seen.at;
    }
    Time completed{};
    for (const Completion& done : chaos.toys().completions) {
      ASSERT_GE(done.at, completed) << seed;
      completed = done.at;
    }
  }
}

TEST(SimulationProperty, ACloneTakenAnywhereGoesOnLikeItsOriginal) {
  for (std::uint64_t seed = 0; seed < scaled(300); ++seed) {
    Chaos chaos(seed);
    chaos.run(seed % 150);
    const auto copy = chaos.toys()->clone();
    const Time end = copy->now() + seconds(2);
    std::vector<std::pair<Time, std::uint64_t>> first, second;
    while (const auto done = copy->run_until(end))
      first.emplace_back(done->at, index(done->client));
    while (const auto done = chaos.toys()->run_until(end))
      second.emplace_back(done->at, index(done->client));
    ASSERT_EQ(first, second) << seed;
    ASSERT_EQ(copy->trace_hash(), chaos.toys()->trace_hash()) << seed;
  }
}

TEST(SimulationProperty, AnOutcomeIsNeverFailWhenANodeAnsweredOk) {
  // `answer` is always answered ok by a live node that receives it: fail may only mean that none
  // did.
  for (std::uint64_t seed = 0; seed < scaled(600); ++seed) {
    Chaos chaos(seed);
    Toys& toys = chaos.toys();
    for (int i = 0; i < 60; ++i) {
      chaos.act();
      toys.tell(i % 3 + 1, toy::answer, 1000 + i, 0, milliseconds(20));
      toys.run_for(milliseconds(1));
    }
    toys.run_for(seconds(200));
    std::map<std::string, int> served;
    for (int node = 1; node <= 3; ++node) {
      for (const auto& what : toys.saw(node, "request")) ++served[what];
    }
    for (const Completion& done : toys.completions) {
      const auto what = "request " + std::to_string(1000 + index(done.client));
      if (done.outcome == Outcome::fail) {
        ASSERT_EQ(served[what], 0) << seed << " " << what;
      }
      if (done.outcome == Outcome::ok) {
        ASSERT_GE(served[what], 1) << seed << " " << what;
      }
    }
  }
}

}  // namespace
}  // namespace tribunal::cluster
