// Sets and counters that merge are linearizable with read-repair=sync and intersecting quorums:
// under faults, every read holds all that was acknowledged before it began, nothing that was
// refused, and of any two reads one saw all that the other did, in the order of time.
#include <algorithm>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "tests/scale.h"
#include "tests/sut/leaderless_host.h"

namespace tribunal::sut::testing::quorum {
namespace {

using Elements = std::vector<std::int64_t>;

class SetRun {
 public:
  explicit SetRun(std::uint64_t seed, Mutation mutation = Mutation::none)
      : draws_(seed, 3'000'000), host_(5, options(mutation), seed) {
    host_.least = microseconds(200);
    host_.most = draws_.below("most"_site, 2) == 0 ? milliseconds(2) : milliseconds(15);
    host_.loss_ppm = draws_.below("loss"_site, 2) * 50'000;
    host_.repeat_ppm = draws_.below("repeat"_site, 2) * 50'000;
    crashes_ = draws_.below("crashes"_site, 2) * 15'000;
    partitions_ = draws_.below("partitions"_site, 2) * 20'000;
  }
  std::string run() {
    for (int ms = 0; ms < 500; ++ms) {
      inject();
      if (draws_.chance("add"_site, 300'000)) start(add_to(1, ++next_));
      if (draws_.chance("read"_site, 300'000)) start(members_of(1));
      host_.run_for(milliseconds(1));
    }
    host_.run_for(seconds(1));
    return judge();
  }
  std::size_t reads() const { return reads_.size(); }

 private:
  struct Op {
    Command command;
    Time from{};
  };
  struct Read {
    Time from{}, to{};
    Elements elements;
  };

  Options options(Mutation mutation) {
    Options o = abd();
    o.conflict = replicated::Policy::crdt;
    o.mutation = mutation;
    o.n = draws_.below("n"_site, 2) == 0 ? 3 : 5;
    o.r = static_cast<std::uint16_t>(1 + draws_.below("r"_site, o.n));
    o.w = static_cast<std::uint16_t>(o.n + 1 - o.r);
    o.timeout = milliseconds(100);
    o.resend = milliseconds(20);
    o.anti_entropy_every = milliseconds(30);
    return o;
  }
  void inject() {
    const auto node = static_cast<std::uint16_t>(draws_.below("node"_site, 5));
    if (draws_.chance("crash"_site, crashes_) && host_.alive(node)) host_.crash(node);
    if (!host_.alive(node) && draws_.chance("restart"_site, 100'000)) host_.restart(node);
    if (draws_.chance("heal"_site, 60'000)) host_.heal();
    if (draws_.chance("partition"_site, partitions_)) {
      host_.split({node, static_cast<std::uint16_t>(draws_.below("other"_site, 5))});
    }
  }
  void start(const Command& command) {
    const auto node = static_cast<std::uint16_t>(draws_.below("contact"_site, 5));
    if (host_.alive(node))
      started_[index(host_.send(node, command).client)] = {command, host_.now()};
  }
  static bool within(const Elements& a, const Elements& b) {
    return std::includes(b.begin(), b.end(), a.begin(), a.end());
  }
  std::string judge() {
    std::map<std::int64_t, Time> added;  // when it was acknowledged; max: nobody knows
    for (const auto& [client, op] : started_) {
      const Answer* answer = host_.answer({ClientId{client}, 1});
      const bool ok = answer != nullptr && answer->reply.status == Status::ok;
      if (op.command.kind == CommandKind::members) {
        if (ok) reads_.push_back({op.from, answer->at, answer->reply.elements});
      } else if (answer == nullptr || ok) {
        added[op.command.a] = ok ? answer->at : Time::max();
      }
    }
    for (const Read& read : reads_) {
      for (const auto& [element, at] : added) {
        const bool seen = std::binary_search(read.elements.begin(), read.elements.end(), element);
        if (at < read.from && !seen) return "an acknowledged element is missing";
      }
      for (const std::int64_t element : read.elements) {
        if (added.count(element) == 0) return "a refused element was read";
      }
      for (const Read& other : reads_) {
        const bool less = within(read.elements, other.elements);
        if (!less && !within(other.elements, read.elements)) return "two reads disagree";
        if (read.to < other.from && !less) return "a later read saw less";
      }
    }
    return "";
  }

  Choices draws_;
  Host host_;
  std::uint64_t crashes_ = 0, partitions_ = 0;
  std::int64_t next_ = 0;
  std::map<std::uint32_t, Op> started_;
  std::vector<Read> reads_;
};

TEST(LeaderlessSets, AreLinearizableWithAbdSettings) {
  std::size_t reads = 0;
  const std::uint64_t runs = scaled(150, 5);
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    SetRun run(seed);
    ASSERT_EQ(run.run(), "") << "seed " << seed;
    reads += run.reads();
  }
  EXPECT_GT(reads, runs * 40);
}

TEST(LeaderlessSets, AreNotWhenReadsDoNotWaitForAgreement) {
  std::string why;
  for (std::uint64_t seed = 1; seed <= 150 && why.empty(); ++seed) {
    why = SetRun(seed, Mutation::reads_not_stable).run();
  }
  EXPECT_EQ(why, "two reads disagree");
}

}  // namespace
}  // namespace tribunal::sut::testing::quorum
