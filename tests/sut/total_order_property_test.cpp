// Total order broadcast, on Raft's log and from a register with increment-and-get: agreement,
// order, integrity and validity under loss and crashes.
#include <functional>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "sut/total_order/log_broadcast.h"
#include "sut/total_order/numbered_broadcast.h"
#include "tests/scale.h"
#include "tests/sut/raft_run.h"

namespace tribunal::sut::testing {
namespace {

using namespace total_order;

// A Raft cluster that loses messages and whose servers crash and come back, and clients that repeat
// a request until it is answered, at any server.
class Faulty {
 public:
  explicit Faulty(std::uint64_t seed) : draws_(seed, 3'000'000), raft(5, options(), seed) {
    raft.network = {microseconds(200), milliseconds(3), 100'000, 50'000};
  }
  std::uint64_t below(std::uint64_t bound) { return draws_.below("below"_site, bound); }
  std::uint16_t anybody() { return static_cast<std::uint16_t>(below(raft.size())); }
  void millisecond(bool faults) {
    if (faults && below(60) == 0) raft.crash(anybody());
    const std::uint16_t node = anybody();
    if (!raft.alive(node) && (!faults || below(10) == 0)) raft.restart(node);
    if (!faults) raft.network.loss_ppm = 0;
    raft.run_for(milliseconds(1));
  }
  // Until it has an answer that is not a refusal.
  std::optional<Reply> answer(RequestId id) const {
    for (const Answer& a : raft.answers) {
      const bool done = a.reply.status == Status::ok || a.reply.status == Status::mismatch;
      if (a.id == id && done) return a.reply;
    }
    return std::nullopt;
  }

 private:
  Choices draws_;
  static Raft::Options options() {
    Raft::Options o;
    o.heartbeat = milliseconds(10);
    o.election_timeout = milliseconds(60);
    o.election_spread = milliseconds(60);
    o.snapshot_every = 0;  // subscribers read the log
    return o;
  }

 public:
  RaftCluster raft;
};

// One list is the beginning of the other.
template <class T>
bool one_order(const std::vector<T>& a, const std::vector<T>& b) {
  const std::size_t common = std::min(a.size(), b.size());
  return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin());
}

// Clients broadcast one message after another; every server's subscriber writes down what it
// delivers.
class OnTheLog {
 public:
  OnTheLog(std::uint64_t seed, const std::function<Command(std::uint32_t, std::uint64_t)>& content,
           std::uint64_t each)
      : faulty_(seed), subscribers_(5), delivered(5) {
    std::vector<std::uint64_t> sequence(4, 1);
    for (int ms = 0; ms < 4000 && !finished(sequence, each); ++ms) {
      for (std::uint32_t c = 0; c < sequence.size(); ++c) {
        if (faulty_.answer({ClientId{c}, sequence[c]})) ++sequence[c];
        if (sequence[c] > each || ms % 7 != 0) continue;
        sent.insert({c, sequence[c]});
        faulty_.raft.request(faulty_.anybody(), ClientId{c}, sequence[c], content(c, sequence[c]));
      }
      faulty_.millisecond(ms < 1500);
      poll();
    }
    EXPECT_TRUE(finished(sequence, each)) << "seed " << seed;
    for (int ms = 0; ms < 300; ++ms) faulty_.millisecond(false);
    poll();
  }

 private:
  static bool finished(const std::vector<std::uint64_t>& sequence, std::uint64_t each) {
    return std::all_of(sequence.begin(), sequence.end(), [&](auto s) { return s > each; });
  }
  void poll() {
    for (std::uint16_t n = 0; n < 5; ++n) {
      if (!faulty_.raft.alive(n)) continue;
      const auto fresh = subscribers_[n].poll(faulty_.raft.state(n));
      ASSERT_TRUE(fresh.has_value());
      delivered[n].insert(delivered[n].end(), fresh->begin(), fresh->end());
      EXPECT_TRUE(one_order(delivered[n], delivered[(n + 1) % 5])) << "order";
    }
  }
  Faulty faulty_;
  std::vector<LogSubscriber> subscribers_;

 public:
  std::vector<std::vector<Delivery>> delivered;            // by server
  std::set<std::pair<std::uint32_t, std::uint64_t>> sent;  // (client, sequence)
};

TEST(LogBroadcast, DeliversTheSameEverywhereOnceAndOnlyWhatWasSent) {
  for (std::uint64_t seed = 1; seed <= scaled(60, 10); ++seed) {
    const OnTheLog run(
        seed,
        [](std::uint32_t client, std::uint64_t n) {
          return Command{CommandKind::enqueue, client, static_cast<std::int64_t>(n), 0};
        },
        20);
    for (const auto& list : run.delivered) {
      EXPECT_EQ(list, run.delivered[0]) << "agreement, seed " << seed;
    }
    std::set<std::pair<std::uint32_t, std::uint64_t>> seen;
    for (const Delivery& d : run.delivered[0]) {
      const auto name = std::pair{index(d.id.client), d.id.sequence};
      EXPECT_TRUE(seen.insert(name).second) << "integrity, seed " << seed;
      EXPECT_EQ(run.sent.count(name), 1U) << "validity, seed " << seed;
    }
    EXPECT_EQ(seen, run.sent) << "all of it, seed " << seed;
  }
}

TEST(LogBroadcast, GivesEachUsernameToOneOfThoseWhoClaimIt) {
  std::set<std::int64_t> winners;
  for (std::uint64_t seed = 1; seed <= scaled(40, 10); ++seed) {
    const OnTheLog run(
        100 + seed,
        [](std::uint32_t client, std::uint64_t n) {
          return Command{CommandKind::add, n, client, 0};  // all claim the same ten names
        },
        10);
    std::vector<Usernames> names(5);
    for (std::size_t n = 0; n < 5; ++n) {
      for (const Delivery& d : run.delivered[n]) names[n].deliver(d);
    }
    for (std::uint64_t name = 1; name <= 10; ++name) {
      const auto owner = names[0].owner(name);
      ASSERT_TRUE(owner.has_value());
      winners.insert(*owner);
      for (const Usernames& other : names) EXPECT_EQ(other.owner(name), owner) << "seed " << seed;
    }
    EXPECT_FALSE(names[0].owner(11).has_value());
  }
  EXPECT_EQ(winners.size(), 4U) << "nobody competed";
}

TEST(LogBroadcast, LetsOneCompareAndSetOfEachValueSucceed) {
  for (std::uint64_t seed = 1; seed <= scaled(40, 10); ++seed) {
    const OnTheLog run(
        200 + seed,
        [](std::uint32_t, std::uint64_t n) {
          const auto step = static_cast<std::int64_t>(n);
          return Command{CommandKind::cas, 1, step - 1, step};
        },
        10);
    std::vector<std::vector<bool>> outcomes(5);
    for (std::size_t n = 0; n < 5; ++n) {
      CasRegister value(0);
      std::map<std::int64_t, int> successes;
      for (const Delivery& d : run.delivered[n]) {
        const bool took = value.deliver(d);
        outcomes[n].push_back(took);
        if (!took) continue;
        EXPECT_EQ(++successes[d.content.b], 1) << "seed " << seed;
      }
      EXPECT_EQ(outcomes[n], outcomes[0]);
      EXPECT_EQ(value.value(), static_cast<std::int64_t>(successes.size()));
    }
  }
}

// Members with a lossy network among them and crashes; their register is a counter in the Raft
// cluster, which loses requests and answers as well.
class WithNumbers {
 public:
  explicit WithNumbers(std::uint64_t seed) : faulty_(seed), seed_(seed) {
    for (std::uint16_t n = 0; n < members; ++n) nodes_.emplace_back(NodeId{n}, members);
    up_.assign(members, true);
    for (int ms = 0; ms < 6000 && !(ms > 1500 && finished()); ++ms) {
      turn(ms < 1500, ms);
      check_order();
    }
  }

  static constexpr std::uint16_t members = 4;
  std::set<std::int64_t> sent;
  const std::vector<Numbered>& delivered(std::uint16_t n) const { return nodes_[n].delivered(); }
  bool finished() const {
    return std::all_of(nodes_.begin(), nodes_.end(), [&](const NumberedBroadcast& node) {
      return node.delivered().size() == sent.size();
    });
  }

 private:
  void turn(bool faults, int ms) {
    faulty_.millisecond(faults);
    for (std::uint16_t n = 0; n < members; ++n) {
      if (faults && up_[n] && faulty_.below(80) == 0) up_[n] = false;
      if (!up_[n] && (!faults || faulty_.below(20) == 0)) {
        up_[n] = true;  // of what it knew, only the durable part is left
        nodes_[n] = NumberedBroadcast(NodeId{n}, members, nodes_[n].durable());
      }
      if (!up_[n]) continue;
      if (faults && faulty_.below(15) == 0) {
        const std::int64_t content = static_cast<std::int64_t>(sent.size() + 1);
        sent.insert(content);
        perform(n, nodes_[n].broadcast(content));
      }
      take_number(n);
      if ((ms + n) % 9 == 0) perform(n, nodes_[n].tick());
    }
    deliver(faults);
  }
  void take_number(std::uint16_t n) {
    const std::uint64_t sequence = nodes_[n].durable().draws + 1;
    const auto reply = faulty_.answer({ClientId{n}, sequence});
    if (reply && reply->value) {
      perform(n, nodes_[n].drawn(sequence, static_cast<std::uint64_t>(*reply->value)));
    }
  }
  void perform(std::uint16_t n, const std::vector<Action>& actions) {
    for (const Action& action : actions) {
      if (const auto* draw = std::get_if<Draw>(&action)) {
        faulty_.raft.request(faulty_.anybody(), ClientId{n}, draw->sequence,
                             {CommandKind::next_id, 1, 0, 0});
      } else {
        mail_.push_back({n, action});
      }
    }
  }
  void deliver(bool faults) {
    std::vector<std::pair<std::uint16_t, Action>> mail = std::exchange(mail_, {});
    for (auto& [from, action] : mail) {
      if (faults && faulty_.below(3) == 0) continue;               // lost
      if (faulty_.below(3) == 0) mail_.push_back({from, action});  // late, or twice
      if (const auto* tell = std::get_if<Tell>(&action)) {
        if (up_[index(tell->to)]) nodes_[index(tell->to)].told(tell->message);
      } else if (const auto* lacks = std::get_if<Lacks>(&action)) {
        const std::uint16_t to = index(lacks->to);
        if (up_[to]) perform(to, nodes_[to].asked(NodeId{from}, lacks->next));
      }
    }
  }
  void check_order() {
    for (std::uint16_t n = 1; n < members; ++n) {
      EXPECT_TRUE(one_order(delivered(0), delivered(n))) << "order, seed " << seed_;
    }
  }

  Faulty faulty_;
  std::uint64_t seed_;
  std::vector<NumberedBroadcast> nodes_;
  std::vector<bool> up_;
  std::vector<std::pair<std::uint16_t, Action>> mail_;
};

TEST(NumberedBroadcasts, DeliverTheSameEverywhereOnceAndOnlyWhatWasSent) {
  std::size_t total = 0;
  for (std::uint64_t seed = 1; seed <= scaled(40, 10); ++seed) {
    const WithNumbers run(seed);
    EXPECT_TRUE(run.finished()) << "all of it, seed " << seed;
    std::set<std::int64_t> seen;
    for (const Numbered& m : run.delivered(0)) {
      EXPECT_TRUE(seen.insert(m.content).second) << "integrity, seed " << seed;
      EXPECT_EQ(run.sent.count(m.content), 1U) << "validity, seed " << seed;
    }
    for (std::uint16_t n = 1; n < WithNumbers::members; ++n) {
      EXPECT_EQ(run.delivered(n), run.delivered(0)) << "agreement, seed " << seed;
    }
    total += run.sent.size();
  }
  EXPECT_GT(total, 100 * scaled(40, 10)) << "nothing was sent";
}

// What the numbers are for: a member that holds 1 and 3 waits for 2.
TEST(NumberedBroadcasts, WaitForTheMissingNumber) {
  NumberedBroadcast node(NodeId{0}, 3);
  node.told({3, NodeId{1}, 30});
  node.told({1, NodeId{2}, 10});
  EXPECT_EQ(node.delivered().size(), 1U);
  node.told({2, NodeId{2}, 20});
  node.told({2, NodeId{2}, 20});
  ASSERT_EQ(node.delivered().size(), 3U);
  EXPECT_EQ(node.delivered()[1].content, 20);
}

// An answer to a request of before, repeated by the network, gives no second number.
TEST(NumberedBroadcasts, TakeEachNumberOnce) {
  NumberedBroadcast node(NodeId{0}, 2);
  EXPECT_EQ(node.broadcast(10).size(), 1U);
  EXPECT_TRUE(node.broadcast(20).empty()) << "one draw at a time";
  EXPECT_EQ(node.drawn(1, 1).size(), 2U);
  EXPECT_TRUE(node.drawn(1, 1).empty());
  EXPECT_EQ(node.drawn(2, 2).size(), 1U);
  EXPECT_EQ(node.delivered().size(), 2U);
}

}  // namespace
}  // namespace tribunal::sut::testing
