// How the driver chooses nodes and what it records of a simulated run.
#include "harness/driver.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "base/settings.h"
#include "cluster/simulated/simulated.h"
#include "nemesis/schedule.h"
#include "nemesis/script.h"
#include "sut/modes.h"

namespace tribunal::harness {
namespace {

struct Driven {
  history::History history;
  std::uint16_t leader = 0;
};

Driven drive_register(const DriverOptions& how, nemesis::Schedule schedule = {}) {
  DriverOptions options = how;
  options.concurrency = 5;
  options.seed = 3;
  options.time = seconds(5);
  options.timeout = milliseconds(300);
  const auto mode = parse_settings("mode", "single-leader", sut::modes());
  cluster::SimulatedOptions simulated;
  simulated.nodes = 3;
  simulated.seed = 3;
  const auto cluster = cluster::make_simulated(*mode, simulated);
  const auto settings = parse_settings("workload", "register", workloads::workloads());
  workloads::WorkloadOptions workload_options;
  workload_options.concurrency = 5;
  workload_options.rate = 100;
  workload_options.length = seconds(5);
  const auto workload = workloads::make_workload(*settings, workload_options);
  nemesis::Conductor conductor(std::move(schedule), 3);
  auto recording = drive(*cluster, *workload, conductor, options);
  EXPECT_TRUE(recording.ok());
  Driven run;
  run.history = std::move(recording->history);
  for (std::uint16_t n = 0; n < 3; ++n) {
    if (cluster->state(NodeId{n}).view.role == sut::Role::leader) run.leader = n;
  }
  return run;
}

// Per process, the nodes that its invocations went to.
std::map<std::int32_t, std::set<std::uint16_t>> contacted(const history::History& history) {
  std::map<std::int32_t, std::set<std::uint16_t>> nodes;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    const history::Event event = history.event(i);
    if (event.type == history::EventType::invoke)
      nodes[history::index(event.process)].insert(event.node);
  }
  return nodes;
}

TEST(Contact, IsStickyUnlessToldOtherwise) {
  for (const auto& [process, nodes] : contacted(drive_register({}).history)) {
    EXPECT_EQ(nodes, (std::set<std::uint16_t>{static_cast<std::uint16_t>(process % 5 % 3)}));
  }
}

TEST(Contact, ReachesEveryNodeWhenItIsRandom) {
  DriverOptions options;
  options.contact = Contact::random;
  const Driven run = drive_register(options);
  for (const auto& [process, nodes] : contacted(run.history)) EXPECT_EQ(nodes.size(), 3U);
  EXPECT_EQ(run.history.content_hash(), drive_register(options).history.content_hash());
}

TEST(Contact, FindsTheLeader) {
  DriverOptions options;
  options.contact = Contact::leader;
  const Driven run = drive_register(options);
  for (std::uint32_t i = run.history.size() / 2; i < run.history.size(); ++i) {
    EXPECT_EQ(run.history.event(i).node, run.leader);
  }
}

TEST(Timeouts, AreUnknownOutcomesUnlessClientsTakeThemForFailures) {
  nemesis::Schedule schedule;
  const auto pause = nemesis::make_fault(
      {{"kind", "pause"}, {"start", "1s"}, {"end", "2s"}, {"targets", "all"}}, 3);
  ASSERT_TRUE(pause.ok()) << pause.error().message;
  schedule.push_back(*pause);
  const auto unknown = [](const history::History& history) {
    std::size_t count = 0;
    for (const history::Operation& operation : history.operations()) {
      count += operation.outcome == history::EventType::info ? 1 : 0;
    }
    return count;
  };
  EXPECT_GT(unknown(drive_register({}, schedule).history), 0U);
  DriverOptions options;
  options.timeouts = Timeouts::fail;
  EXPECT_EQ(unknown(drive_register(options, schedule).history), 0U);
}

TEST(States, AreRecordedOfEveryLiveNodeInTheEnd) {
  const auto states = [](const history::History& history) {
    std::map<std::uint16_t, history::Value> found;
    for (std::uint32_t i = 0; i < history.size(); ++i) {
      const history::Event event = history.event(i);
      if (history.name(event.f) == "state") found[event.node] = history.value(event.value);
    }
    return found;
  };
  EXPECT_TRUE(states(drive_register({}).history).empty());
  DriverOptions options;
  options.record_states = true;
  options.recovery = seconds(2);
  const auto found = states(drive_register(options).history);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found.at(0).kind(), history::Value::Kind::map);
  EXPECT_FALSE(found.at(0).items().empty());
  EXPECT_EQ(found.at(0), found.at(1));
  EXPECT_EQ(found.at(0), found.at(2));
}

}  // namespace
}  // namespace tribunal::harness
