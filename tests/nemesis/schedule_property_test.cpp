// Properties over random schedules: composition is exact at every moment, healing leaves no
// residue, and scripts read back what was written.
#include <algorithm>
#include <cstdlib>
#include <rapidcheck.h>

#include <gtest/gtest.h>

#include "base/choices.h"
#include "nemesis/grudges.h"
#include "nemesis/schedule.h"
#include "nemesis/script.h"
#include "nemesis/targets.h"
#include "tests/nemesis/model_cluster.h"
#include "tests/scale.h"

namespace tribunal::nemesis {
namespace {

using testing::ModelCluster;

Target random_target(Choices& c, FaultKind kind, std::uint16_t nodes) {
  Target target;
  const auto& shapes = shapes_of(kind);
  const std::uint64_t form = c.below("form"_site, 4);
  if (form == 0) {
    target.shape = "nodes";
    for (NodeId node : all_nodes(nodes)) {
      if (c.below("in"_site, 2) == 0) target.nodes.push_back(node);
    }
    if (target.nodes.empty()) target.nodes.push_back(NodeId{0});
  } else if (form == 1 && acts_on_links(kind) && nodes > 1) {
    target.shape = "grudge";
    for (NodeId receiver : all_nodes(nodes)) {
      for (NodeId sender : all_nodes(nodes)) {
        if (sender == receiver || c.below("cut"_site, 3) != 0) continue;
        target.grudge[receiver].push_back(sender);
      }
    }
    if (target.grudge.empty()) target.grudge[NodeId{0}] = {NodeId{1}};
  } else {
    target.shape = shapes[c.below("shape"_site, shapes.size())];
  }
  return target;
}

bool shapes_links(FaultKind kind) {
  return kind == FaultKind::slow || kind == FaultKind::lossy || kind == FaultKind::duplicate ||
         kind == FaultKind::reorder;
}

Fault random_fault(Choices& c, std::uint16_t nodes) {
  Fault fault;
  fault.kind = fault_kinds()[c.below("kind"_site, fault_kinds().size())];
  fault.start = milliseconds(static_cast<std::int64_t>(c.below("start"_site, 10'000)));
  fault.end = fault.start;
  const bool at_once = fault.kind == FaultKind::promote ||
                       (fault.kind == FaultKind::clock_step && c.below("stays"_site, 2) == 0);
  if (!at_once)
    fault.end += milliseconds(1 + static_cast<std::int64_t>(c.below("length"_site, 5'000)));
  fault.target = random_target(c, fault.kind, nodes);
  if (shapes_links(fault.kind)) {
    fault.shape.delay = microseconds(static_cast<std::int64_t>(c.below("delay"_site, 100)));
    fault.shape.loss_ppm = static_cast<std::uint32_t>(c.below("loss"_site, 1'000'001));
    fault.shape.duplicate_ppm = static_cast<std::uint32_t>(c.below("duplicate"_site, 2) * 3);
    fault.shape.reorder_ppm = static_cast<std::uint32_t>(c.below("reorder"_site, 1'000'001));
    fault.shape.reorder_window = nanoseconds(static_cast<std::int64_t>(c.below("window"_site, 3)));
    fault.shape.bytes_per_second = static_cast<std::uint32_t>(c.below("bandwidth"_site, 3) * 1000);
  }
  const auto amount = static_cast<std::int64_t>(c.below("amount"_site, 2'000'000'000));
  if (fault.kind == FaultKind::clock_step || fault.kind == FaultKind::clock_strobe) {
    fault.amount = nanoseconds(amount - 1'000'000'000);
  }
  if (fault.kind == FaultKind::clock_strobe)
    fault.period = milliseconds(static_cast<std::int64_t>(c.below("period"_site, 300)));
  if (fault.kind == FaultKind::crash_loop)
    fault.period = milliseconds(10 + static_cast<std::int64_t>(c.below("crashes"_site, 2'000)));
  if (fault.kind == FaultKind::corrupt)
    fault.corrupt_ppm = static_cast<std::uint32_t>(c.below("corrupt"_site, 1'000'001));
  if (fault.kind == FaultKind::disk_slow || fault.kind == FaultKind::slow_close)
    fault.amount = nanoseconds(amount);
  if (fault.kind == FaultKind::clock_rate)
    fault.ppm = static_cast<std::int64_t>(c.below("ppm"_site, 1'800'001)) - 900'000;
  return fault;
}

Schedule random_schedule(std::uint64_t seed, std::uint16_t nodes) {
  Choices c(seed, 1);
  Schedule schedule;
  for (std::uint64_t n = c.below("count"_site, 12); n > 0; --n)
    schedule.push_back(random_fault(c, nodes));
  std::stable_sort(schedule.begin(), schedule.end(),
                   [](const Fault& a, const Fault& b) { return a.start < b.start; });
  return schedule;
}

void play(Conductor& conductor, ModelCluster& cluster, Time until) {
  while (const auto due = conductor.next()) {
    if (*due > until) break;
    cluster.set_now(*due);
    (void)conductor.step(cluster);
  }
  cluster.set_now(until);
}

TEST(ConductorProperties, HealAllLeavesNoResidueWhereverItInterrupts) {
  for (std::uint64_t seed = 0; seed < scaled(5'000); ++seed) {
    const auto nodes = static_cast<std::uint16_t>(1 + seed % 7);
    const Schedule schedule = random_schedule(seed, nodes);
    Conductor conductor(schedule, seed);
    ModelCluster cluster(nodes);
    play(conductor, cluster, milliseconds(static_cast<std::int64_t>(seed % 16) * 1000));
    (void)conductor.heal_all(cluster);
    ASSERT_EQ(cluster.residue(), "") << "seed " << seed;
    ASSERT_EQ(conductor.next(), std::nullopt);
  }
}

TEST(ConductorProperties, ScheduledEndsAloneLeaveNoResidueButClockStepsThatStay) {
  for (std::uint64_t seed = 0; seed < scaled(5'000); ++seed) {
    Schedule schedule = random_schedule(seed, 5);
    std::erase_if(schedule, [](const Fault& f) {
      return f.kind == FaultKind::clock_step && f.end == f.start;
    });
    Conductor conductor(schedule, seed);
    ModelCluster cluster(5);
    play(conductor, cluster, seconds(100));
    ASSERT_EQ(cluster.residue(), "") << "seed " << seed;
  }
}

TEST(ConductorProperties, NothingIsRefusedByAClusterThatOnlyTheNemesisTouches) {
  for (std::uint64_t seed = 0; seed < scaled(5'000); ++seed) {
    Schedule schedule = random_schedule(seed, 5);
    std::erase_if(schedule, [](const Fault& f) { return f.kind == FaultKind::promote; });
    Conductor conductor(schedule, seed);
    ModelCluster cluster(5);
    play(conductor, cluster, seconds(100));
    (void)conductor.heal_all(cluster);
    ASSERT_TRUE(cluster.refused.empty()) << "seed " << seed << ": " << cluster.refused.front();
  }
}

// What must be broken at one moment, said without the conductor; for explicit targets only.
class Expected {
 public:
  Expected(const Schedule& schedule, Time now) : now_(now) {
    for (const Fault& fault : schedule) {
      if (fault.start <= now && now < fault.end) active_.push_back(&fault);
    }
  }

  bool any(NodeId node, std::initializer_list<FaultKind> kinds) const {
    return std::any_of(active_.begin(), active_.end(), [&](const Fault* fault) {
      return std::count(kinds.begin(), kinds.end(), fault->kind) > 0 && names(*fault, node);
    });
  }
  // In the first half of a period of a crash loop.
  bool crashed(NodeId node) const {
    return std::any_of(active_.begin(), active_.end(), [&](const Fault* fault) {
      return fault->kind == FaultKind::crash_loop && names(*fault, node) &&
             (now_ - fault->start) % fault->period < fault->period / 2;
    });
  }
  bool hit(FaultKind kind, NodeId from, NodeId to) const {
    return std::any_of(active_.begin(), active_.end(), [&](const Fault* fault) {
      return fault->kind == kind && on_link(*fault, from, to);
    });
  }
  // Of a frame to come through whole, as a number, so that it is not the conductor's arithmetic.
  double intact(NodeId from, NodeId to) const {
    double chance = 1;
    for (const Fault* fault : active_) {
      if (on_link(*fault, from, to)) chance *= 1 - fault->corrupt_ppm / 1e6;
    }
    return chance;
  }
  Duration slow_close(NodeId from, NodeId to) const {
    Duration longest{};
    for (const Fault* fault : active_) {
      if (fault->kind == FaultKind::slow_close && on_link(*fault, from, to))
        longest = std::max(longest, fault->amount);
    }
    return longest;
  }
  Duration delay(NodeId from, NodeId to) const {
    Duration sum{};
    for (const Fault* fault : active_) {
      if (acts_on_links(fault->kind) && on_link(*fault, from, to)) sum += fault->shape.delay;
    }
    return sum;
  }

 private:
  static bool names(const Fault& fault, NodeId node) {
    const auto& nodes = fault.target.nodes;
    return std::count(nodes.begin(), nodes.end(), node) > 0;
  }
  static bool on_link(const Fault& fault, NodeId from, NodeId to) {
    if (fault.target.shape == "grudge") {
      const auto found = fault.target.grudge.find(to);
      return found != fault.target.grudge.end() &&
             std::count(found->second.begin(), found->second.end(), from) > 0;
    }
    const bool a = names(fault, from);
    const bool b = names(fault, to);
    return fault.kind == FaultKind::partition ? a != b : a || b;
  }

  Time now_;
  std::vector<const Fault*> active_;
};

void expect_exactly(const Expected& expected, ModelCluster& cluster, const std::string& when) {
  using enum FaultKind;
  for (NodeId a : all_nodes(cluster.node_count())) {
    const auto& node = cluster.node(index(a));
    const bool down = expected.any(a, {kill, power_loss, disk_corrupt}) || expected.crashed(a);
    ASSERT_EQ(node.alive, !down) << when;
    ASSERT_EQ(node.paused, expected.any(a, {pause}) && !down) << when;
    ASSERT_EQ(node.disk_full, expected.any(a, {disk_full})) << when;
    ASSERT_EQ(node.disk_lie, expected.any(a, {disk_lie})) << when;
    ASSERT_EQ(node.disk_error, expected.any(a, {disk_error})) << when;
    ASSERT_EQ(node.lost_requests, expected.any(a, {lost_requests})) << when;
    ASSERT_EQ(node.lost_replies, expected.any(a, {lost_replies})) << when;
    for (NodeId b : all_nodes(cluster.node_count())) {
      if (a == b) continue;
      const LinkHarm link = cluster.link(index(a), index(b));
      ASSERT_EQ(link.cut, expected.hit(partition, a, b)) << when;
      ASSERT_EQ(link.reset, expected.hit(reset, a, b)) << when;
      ASSERT_EQ(link.half_open, expected.hit(half_open, a, b)) << when;
      ASSERT_EQ(link.slow_close, expected.slow_close(a, b)) << when;
      ASSERT_NEAR(link.corrupt_ppm, 1e6 * (1 - expected.intact(a, b)), 12) << when;
      ASSERT_EQ(link.shape.delay, expected.delay(a, b)) << when;
    }
  }
}

TEST(ConductorProperties, AtEveryMomentExactlyWhatIsActiveIsBroken) {
  for (std::uint64_t seed = 0; seed < scaled(3'000); ++seed) {
    Schedule schedule = random_schedule(seed, 4);
    std::erase_if(schedule, [](const Fault& f) {
      return f.target.shape != "nodes" && f.target.shape != "grudge";
    });
    Conductor conductor(schedule, seed);
    ModelCluster cluster(4);
    for (std::int64_t ms = 250; ms < 16'000; ms += 250) {
      play(conductor, cluster, milliseconds(ms));
      expect_exactly(Expected(schedule, milliseconds(ms)), cluster,
                     "seed " + std::to_string(seed) + " at " + std::to_string(ms) + " ms");
      if (HasFatalFailure()) return;
    }
  }
}

TEST(ConductorProperties, DroppingAFaultLeavesTheTargetsOfTheOthers) {
  for (std::uint64_t seed = 0; seed < scaled(500); ++seed) {
    Schedule schedule;
    Choices c(seed, 3);
    for (int i = 0; i < 4; ++i) {  // one after another, so that their effects can be told apart
      Fault fault;
      fault.kind = FaultKind::kill;
      fault.start = seconds(10 * (i + 1));
      fault.end = fault.start + seconds(5);
      fault.target.shape = "minority";
      schedule.push_back(fault);
    }
    const auto details = [&](const Schedule& s) {
      std::map<Time, std::string> out;
      Conductor conductor(s, seed);
      ModelCluster cluster(5);
      while (const auto due = conductor.next()) {
        cluster.set_now(*due);
        for (const auto& event : conductor.step(cluster)) out[*due] += event.detail;
      }
      return out;
    };
    const auto all = details(schedule);
    const std::size_t dropped = c.below("drop"_site, 4);
    schedule.erase(schedule.begin() + static_cast<std::ptrdiff_t>(dropped));
    for (const auto& [time, detail] : details(schedule)) ASSERT_EQ(detail, all.at(time)) << seed;
  }
}

TEST(ScriptProperties, ReadBackExactlyWhatWasWritten) {
  for (std::uint64_t seed = 0; seed < scaled(50'000); ++seed) {
    Choices c(seed, 2);
    const Fault fault = random_fault(c, 5);
    const auto fields = fields_of(fault);
    const auto again = make_fault(fields, 5);
    ASSERT_TRUE(again) << "seed " << seed << ": " << again.error().message;
    ASSERT_EQ(*again, fault) << "seed " << seed;
    ASSERT_EQ(fields_of(*again), fields);
  }
}

TEST(ScriptProperties, SeededFaultsAreWritableAsScripts) {
  std::vector<Settings> all;
  for (const Schema& schema : nemeses())
    all.push_back(*parse_settings("nemesis", schema.name, nemeses()));
  for (std::uint64_t seed = 0; seed < scaled(200); ++seed) {
    for (const Fault& fault : seeded(all, seed, 5, seconds(300))) {
      const auto again = make_fault(fields_of(fault), 5);
      ASSERT_TRUE(again) << again.error().message;
      ASSERT_EQ(*again, fault);
    }
  }
}

TEST(ScriptProperties, AnyTextIsAnsweredWithAFaultOrOneLine) {
  EXPECT_TRUE(rc::check([](const std::map<std::string, std::string>& noise) {
    std::map<std::string, std::string> fields{
        {"kind", "slow"}, {"start", "1s"}, {"end", "2s"}, {"targets", "all"}, {"delay", "1ms"}};
    const auto key = *rc::gen::elementOf(
        std::vector<std::string>{"kind", "start", "end", "targets", "delay", "loss"});
    fields[key] = *rc::gen::arbitrary<std::string>();
    for (const auto& [k, v] : noise) fields.emplace(k, v);
    const auto fault = make_fault(fields, 5);
    if (fault) {
      RC_ASSERT(*make_fault(fields_of(*fault), 5) == *fault);
    } else {
      RC_ASSERT(fault.error().message.find('\n') == std::string::npos);
    }
  }));
}

}  // namespace
}  // namespace tribunal::nemesis
