// Seeded schedules and scripted faults.
#include "nemesis/schedule.h"

#include <set>

#include <gtest/gtest.h>

#include "cluster/actions.h"
#include "nemesis/script.h"
#include "nemesis/targets.h"

namespace tribunal::nemesis {
namespace {

std::vector<Settings> parse(const std::string& list) {
  std::vector<Settings> out;
  for (const std::string& spelling : split_spellings(list)) {
    auto settings = parse_settings("nemesis", spelling, nemeses());
    if (!settings) throw std::runtime_error(settings.error().message);
    out.push_back(*std::move(settings));
  }
  return out;
}

Schedule make(const std::string& list, std::uint64_t seed = 1, Duration length = seconds(600)) {
  return seeded(parse(list), seed, 5, length);
}

const std::string everything =
    "partition,pause,kill,power-loss,clock,slow,lossy,duplicate,reorder,disk-slow,disk-full,disk-"
    "lie,"
    "disk-corrupt,promote";

TEST(SeededSchedules, AlternateHealthyAndFaultySpellsAroundTheInterval) {
  const Schedule schedule = make("partition:interval=10s", 3, seconds(20'000));
  ASSERT_NEAR(static_cast<double>(schedule.size()), 1000, 60);
  Time before{};
  for (const Fault& fault : schedule) {
    EXPECT_GE(fault.start - before, seconds(5));
    EXPECT_LT(fault.start - before, seconds(15));
    EXPECT_GE(fault.end - fault.start, seconds(5));
    EXPECT_LT(fault.end - fault.start, seconds(15));
    before = fault.end;
  }
}

TEST(SeededSchedules, TakeIntervalDurationAndStartFromTheSettings) {
  for (const Fault& fault : make("kill:interval=2s,duration=200ms,start=50s")) {
    EXPECT_GE(fault.start, seconds(51));
    EXPECT_GE(fault.end - fault.start, milliseconds(100));
    EXPECT_LT(fault.end - fault.start, milliseconds(300));
  }
  // duration follows interval unless it is given.
  for (const Fault& fault : make("kill:interval=2s"))
    EXPECT_LT(fault.end - fault.start, seconds(3));
  EXPECT_TRUE(make("kill:start=700s").empty());
  EXPECT_TRUE(make("none").empty());
}

TEST(SeededSchedules, ProduceEveryKindOfFault) {
  std::set<FaultKind> kinds;
  const std::string newer =
      ",membership,corrupt,reset,half-open,slow-close,disk-error,crash-loop,lost-requests,lost-"
      "replies";
  for (const Fault& fault : make(everything + newer)) kinds.insert(fault.kind);
  EXPECT_EQ(kinds.size(), fault_kinds().size());
}

TEST(SeededSchedules, AreSortedAndDependOnTheSeed) {
  const Schedule schedule = make(everything);
  EXPECT_TRUE(std::is_sorted(schedule.begin(), schedule.end(),
                             [](const Fault& a, const Fault& b) { return a.start < b.start; }));
  EXPECT_EQ(schedule, make(everything));
  EXPECT_NE(schedule, make(everything, 2));
}

TEST(SeededSchedules, AreTheSameOnEveryCompiler) {
  // Recorded once; a deliberate change of what seeds mean changes it.
  Fingerprint print;
  for (const Fault& fault : make(everything, 11)) {
    for (const auto& [key, text] : fields_of(fault)) print.add(key).add(text);
  }
  EXPECT_EQ(print.value(), 2463843598114456438U);
}

TEST(SeededSchedules, KeepTheOtherFaultsWhenANemesisIsDropped) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Schedule all = make("partition,kill,clock,slow", seed);
    std::erase_if(all, [](const Fault& fault) { return fault.kind == FaultKind::kill; });
    EXPECT_EQ(all, make("partition,clock,slow", seed));
  }
}

TEST(SeededSchedules, BeginWithTheFaultsOfAShorterRun) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Schedule longer = make(everything, seed, seconds(300));
    Schedule prefix = longer;
    std::erase_if(prefix, [](const Fault& fault) { return fault.start >= seconds(100); });
    EXPECT_EQ(prefix, make(everything, seed, seconds(100)));
  }
}

TEST(SeededSchedules, DrawDifferentlyForTheSameNemesisGivenTwice) {
  const Schedule both = make("kill,kill");
  const Schedule one = make("kill");
  EXPECT_GT(both.size(), one.size());
  std::size_t shared = 0;
  for (const Fault& fault : one)
    shared += static_cast<std::size_t>(std::count(both.begin(), both.end(), fault));
  EXPECT_EQ(shared, one.size());
}

TEST(SeededSchedules, DrawClockErrorsOfAllSizesWithinTheirBounds) {
  std::set<std::int64_t> sizes;
  std::set<bool> signs;
  for (const Fault& fault : make("clock:skew=step,amount=60s", 1, seconds(20'000))) {
    EXPECT_LE(std::abs(fault.amount.count()), seconds(60).count());
    EXPECT_GE(std::abs(fault.amount.count()), 900'000);
    sizes.insert(std::abs(fault.amount.count()));
    signs.insert(fault.amount.count() > 0);
  }
  EXPECT_GE(sizes.size(), 14U);
  EXPECT_EQ(signs.size(), 2U);
  for (const Fault& fault : make("clock:skew=rate,rate=5000", 1, seconds(20'000))) {
    EXPECT_EQ(fault.kind, FaultKind::clock_rate);
    EXPECT_LE(std::abs(fault.ppm), 5000);
    EXPECT_NE(fault.ppm, 0);
  }
}

TEST(SeededSchedules, StayFiniteUnderHostileSettings) {
  EXPECT_LE(make("kill:interval=0s,duration=0s", 1, seconds(100'000'000)).size(), 100'000U);
  EXPECT_EQ(make("kill:interval=2562047h,duration=2562047h", 1, seconds(1'000'000'000)).size() < 50,
            true);
  EXPECT_TRUE(make("kill:start=2562047h", 1, Duration::max()).empty());
}

TEST(Nemeses, HaveValidDefaultsAndDescriptions) {
  for (const Schema& schema : nemeses()) {
    EXPECT_FALSE(schema.description.empty());
    for (const Setting& setting : schema.settings) {
      EXPECT_FALSE(setting.description.empty()) << schema.name << " " << setting.key;
      const std::string spelling = schema.name + ":" + setting.key + "=" + setting.initial;
      EXPECT_TRUE(parse_settings("nemesis", spelling, nemeses())) << spelling;
    }
  }
  EXPECT_EQ(nemeses().size(), 25U);
}

TEST(Nemeses, SayWhichOfThemOnlyProcessesCanDo) {
  const auto& simulated = cluster::capabilities_of(cluster::ClusterKind::simulated, true);
  for (const Schema& schema : nemeses()) {
    const bool told = schema.description.find("(processes only)") != std::string::npos;
    const Schedule faults = make(schema.name);
    const bool beyond = std::any_of(faults.begin(), faults.end(), [&](const Fault& fault) {
      return !supported(fault.kind, simulated);
    });
    EXPECT_EQ(told, beyond) << schema.name;
  }
}

TEST(SeededSchedules, TakeHowHardItIsFromTheSettings) {
  for (const Fault& fault : make("corrupt:corrupt=3")) EXPECT_EQ(fault.corrupt_ppm, 30'000U);
  for (const Fault& fault : make("slow-close:amount=250ms"))
    EXPECT_EQ(fault.amount, milliseconds(250));
  for (const Fault& fault : make("crash-loop:period=400ms"))
    EXPECT_EQ(fault.period, milliseconds(400));
  for (const Fault& fault : make("crash-loop:period=0s"))
    EXPECT_EQ(fault.period, shortest_crash_loop);
  EXPECT_EQ(make("corrupt").front().corrupt_ppm, 10'000U);
  EXPECT_EQ(make("slow-close").front().amount, seconds(1));
  EXPECT_EQ(make("crash-loop").front().period, seconds(1));
}

TEST(Swizzle, CutsNodesOneByOneAndMendsThemInAnotherOrder) {
  std::set<std::size_t> sizes;
  bool reordered = false;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Schedule schedule = make("swizzle:interval=10s", seed, seconds(20));
    std::set<NodeId> hit;
    for (std::size_t i = 0; i < schedule.size(); ++i) {
      const Fault& fault = schedule[i];
      EXPECT_EQ(fault.kind, FaultKind::partition);
      ASSERT_EQ(fault.target.nodes.size(), 1U);
      EXPECT_LT(fault.start, fault.end);
      if (i > 0 && fault.start > schedule[i - 1].end) hit.clear();  // the next spell
      EXPECT_TRUE(hit.insert(fault.target.nodes.front()).second) << "a node twice in one spell";
      if (i > 0) reordered = reordered || fault.end < schedule[i - 1].end;
    }
    sizes.insert(hit.size());
  }
  EXPECT_TRUE(reordered);
  EXPECT_EQ(sizes, (std::set<std::size_t>{1, 2, 3, 4, 5}));
}

using Fields = std::map<std::string, std::string>;

std::string error_of(const Fields& fields) {
  const auto fault = make_fault(fields, 5);
  return fault ? "accepted" : fault.error().message;
}

TEST(Scripts, MakePartitionsFromShapesNodesAndGrudges) {
  const auto leader = make_fault(
      {{"kind", "partition"}, {"start", "10s"}, {"end", "20s"}, {"targets", "leader"}}, 5);
  ASSERT_TRUE(leader) << leader.error().message;
  EXPECT_EQ(leader->kind, FaultKind::partition);
  EXPECT_EQ(leader->start, seconds(10));
  EXPECT_EQ(leader->end, seconds(20));
  EXPECT_EQ(leader->target.shape, "leader");
  const auto nodes =
      make_fault({{"kind", "kill"}, {"start", "1s"}, {"end", "2s"}, {"targets", "n3, n1"}}, 5);
  ASSERT_TRUE(nodes) << nodes.error().message;
  EXPECT_EQ(nodes->target.nodes, (std::vector<NodeId>{NodeId{0}, NodeId{2}}));
  const auto grudge = make_fault(
      {{"kind", "partition"}, {"start", "1s"}, {"end", "2s"}, {"targets", "n1<n2 n3; n2<n1"}}, 5);
  ASSERT_TRUE(grudge) << grudge.error().message;
  EXPECT_EQ(grudge->target.grudge.at(NodeId{0}), (std::vector<NodeId>{NodeId{1}, NodeId{2}}));
  EXPECT_EQ(fields_of(*grudge).at("targets"), "n1<n2 n3; n2<n1");
}

TEST(Scripts, ReadTheFieldsOfEachKind) {
  const auto lossy = make_fault({{"kind", "lossy"},
                                 {"start", "1s"},
                                 {"end", "2s"},
                                 {"targets", "all"},
                                 {"loss", "12.5%"},
                                 {"delay", "3ms"}},
                                5);
  ASSERT_TRUE(lossy) << lossy.error().message;
  EXPECT_EQ(lossy->shape.loss_ppm, 125'000U);
  EXPECT_EQ(lossy->shape.delay, milliseconds(3));
  const auto step = make_fault(
      {{"kind", "clock-step"}, {"start", "1s"}, {"targets", "one"}, {"amount", "-90s"}}, 5);
  ASSERT_TRUE(step) << step.error().message;
  EXPECT_EQ(step->amount, seconds(-90));
  EXPECT_EQ(step->end, step->start);
}

TEST(Scripts, ReadFaultsOfConnectionsAndCrashLoops) {
  const auto made = [](const std::string& kind, const Fields& more) {
    Fields fields{{"kind", kind}, {"start", "1s"}, {"end", "2s"}, {"targets", "n1"}};
    fields.insert(more.begin(), more.end());
    const auto fault = make_fault(fields, 5);
    EXPECT_TRUE(fault) << kind;
    EXPECT_TRUE(!fault || fields_of(*fault) == fields) << kind;
    return fault ? *fault : Fault{};
  };
  EXPECT_EQ(made("corrupt", {{"corrupt", "0.5%"}}).corrupt_ppm, 5'000U);
  EXPECT_EQ(made("reset", {}).kind, FaultKind::reset);
  EXPECT_EQ(made("half-open", {}).kind, FaultKind::half_open);
  EXPECT_EQ(made("slow-close", {{"amount", "3s"}}).amount, seconds(3));
  EXPECT_EQ(made("disk-error", {}).kind, FaultKind::disk_error);
  EXPECT_EQ(made("crash-loop", {{"period", "700ms"}}).period, milliseconds(700));
}

TEST(Scripts, NameWhatIsWrongWithFaultsOfConnectionsAndCrashLoops) {
  const auto error = [](const std::string& kind, const Fields& more) {
    Fields fields{{"kind", kind}, {"start", "1s"}, {"end", "2s"}, {"targets", "n1"}};
    fields.insert(more.begin(), more.end());
    return error_of(fields);
  };
  EXPECT_EQ(error("corrupt", {}), "corrupt: expected a field 'corrupt'");
  EXPECT_EQ(error("corrupt", {{"corrupt", "a lot"}}),
            "corrupt: corrupt: expected a percentage such as 20% or 0.5%, found 'a lot'");
  EXPECT_EQ(error("corrupt", {{"corrupt", "1%"}, {"delay", "1s"}}),
            "corrupt: unknown field 'delay'; valid: kind, start, end, targets, corrupt");
  EXPECT_EQ(error("reset", {{"amount", "1s"}}),
            "reset: unknown field 'amount'; valid: kind, start, end, targets");
  EXPECT_EQ(error("slow-close", {}), "slow-close: expected a field 'amount'");
  EXPECT_EQ(error("slow-close", {{"amount", "-1s"}}),
            "slow-close: amount: expected a positive duration, found -1s");
  EXPECT_EQ(error("crash-loop", {}), "crash-loop: expected a field 'period'");
  EXPECT_EQ(error("crash-loop", {{"period", "9ms"}}),
            "crash-loop: period: expected at least 10ms, found 9ms");
}

TEST(Scripts, NameWhatIsWrong) {
  const Fields good{{"kind", "partition"}, {"start", "10s"}, {"end", "20s"}, {"targets", "leader"}};
  const auto with = [&](const std::string& key, const std::string& value) {
    Fields fields = good;
    fields[key] = value;
    return error_of(fields);
  };
  const auto without = [&](const std::string& key) {
    Fields fields = good;
    fields.erase(key);
    return error_of(fields);
  };
  EXPECT_EQ(error_of(good), "accepted");
  EXPECT_EQ(with("kind", "partiton").substr(0, 58),
            "unknown kind 'partiton'; did you mean 'partition'? valid: ");
  EXPECT_EQ(without("kind"), "expected a field 'kind', such as kind = \"partition\"");
  EXPECT_EQ(without("start"), "partition: expected a field 'start', such as start = \"10s\"");
  EXPECT_EQ(without("end"), "partition: expected a field 'end', such as end = \"20s\"");
  EXPECT_EQ(with("end", "10s"), "partition: end=10s: expected a time after start=10s");
  EXPECT_EQ(
      with("stat", "1s"),
      "partition: unknown field 'stat'; did you mean 'start'? valid: kind, start, end, targets");
  EXPECT_EQ(with("targets", "leadr").substr(0, 65),
            "partition: targets: unknown target 'leadr'; did you mean 'leader'");
  EXPECT_EQ(with("targets", "n9"), "partition: targets: there is no n9; the cluster has n1 to n5");
  EXPECT_EQ(with("targets", "n1,n1"), "partition: targets: n1 is named twice");
  EXPECT_EQ(with("targets", "n1<n1"), "partition: targets: n1 cannot be cut off from itself");
  EXPECT_EQ(with("targets", "n1<n2;n1<n3"), "partition: targets: n1 stands twice as a receiver");
  EXPECT_EQ(error_of({{"kind", "lossy"}, {"start", "1s"}, {"end", "2s"}, {"targets", "all"}}),
            "lossy: expected a field 'loss'");
  EXPECT_EQ(error_of({{"kind", "lossy"},
                      {"start", "1s"},
                      {"end", "2s"},
                      {"targets", "all"},
                      {"loss", "101%"}}),
            "lossy: loss: expected a percentage such as 20% or 0.5%, found '101%'");
  EXPECT_EQ(error_of({{"kind", "kill"}, {"start", "1s"}, {"end", "2s"}, {"targets", "halves"}})
                .substr(0, 45),
            "kill: targets: unknown target 'halves'; valid");
  EXPECT_EQ(error_of({{"kind", "promote"}, {"start", "1s"}, {"end", "2s"}, {"targets", "n1"}}),
            "promote: expected no 'end': it acts at once");
  EXPECT_EQ(error_of({{"kind", "clock-rate"},
                      {"start", "1s"},
                      {"end", "2s"},
                      {"targets", "n1"},
                      {"rate", "2000000"}}),
            "clock-rate: rate: expected -900000 to 900000 ppm, found 2000000");
}

TEST(Percentages, AreExactToOnePartPerMillion) {
  EXPECT_EQ(*parse_percent("20%"), 200'000U);
  EXPECT_EQ(*parse_percent("20"), 200'000U);
  EXPECT_EQ(*parse_percent("0.0001%"), 1U);
  EXPECT_EQ(*parse_percent("100%"), 1'000'000U);
  for (std::uint32_t ppm = 0; ppm <= 1'000'000; ppm += 7)
    ASSERT_EQ(*parse_percent(show_percent(ppm)), ppm);
  for (const char* bad :
       {"", "%", "100.1%", "1000%", "-1%", "1.%", ".5%", "1.00001%", "1e1%", "1.2.3", "20 %"}) {
    EXPECT_FALSE(parse_percent(bad)) << bad;
  }
}

}  // namespace
}  // namespace tribunal::nemesis
