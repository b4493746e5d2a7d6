// Which transactions the workload `spec` asks for, and where it looks in the end.
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workloads/recording.h"
#include "workloads/workload.h"

namespace tribunal::workloads {
namespace {

using namespace testing;
using ::testing::HasSubstr;

constexpr const char* text = R"(
  sort User[2]; sort Site[2]; sort Room[4]; enum Mood { calm, cross, sad }; const limit = 40;
  gset user[User]; lww mood[User]: Mood; counter stock = 100; lww open[Room]: bool;
  op register(fresh u: User, self s: Site, m: Mood) { add user[u]; mood[u] := m; }
  op take(r: Room, n: int, b: bool) requires n < limit { stock -= n; open[r] := b; }
  invariant some: stock >= 7;
)";

WorkloadOptions options(const char* from = text) {
  WorkloadOptions made;
  made.seed = 5;
  made.concurrency = 6;
  made.rate = 500;
  made.length = seconds(4);
  made.nodes = 3;
  auto program = spec::make_program(from, {3});
  EXPECT_TRUE(program.ok());
  if (program) made.program = *std::move(program);
  return made;
}

Workload make(std::string_view spelling, const WorkloadOptions& with = options()) {
  const auto settings = parse_settings("workload", spelling, workloads());
  EXPECT_TRUE(settings.ok()) << settings.error().message;
  auto workload = make_workload(*settings, with);
  EXPECT_TRUE(workload.ok()) << workload.error().message;
  return *std::move(workload);
}

std::string refusal(const WorkloadOptions& with) {
  const auto settings = parse_settings("workload", "spec", workloads());
  const auto workload = make_workload(*settings, with);
  return workload ? "" : workload.error().message;
}

World world() {
  World made;
  made.concurrency = 6;
  made.tick = milliseconds(1);
  return made;
}

std::vector<Line> asked(std::string_view spelling) {
  return simulate(make(spelling).main, perfect, world()).invocations();
}

TEST(SpecWorkload, AsksForEveryTransactionWithArgumentsOfItsTypes) {
  std::map<std::string, int> count;
  std::set<std::int64_t> rooms, numbers, moods, flags;
  for (const Line& line : asked("spec")) {
    ++count[line.f];
    if (line.f == "inspect") {
      EXPECT_EQ(line.value, Value::keyword("brief"));
      continue;
    }
    const auto& arguments = line.value.items();
    if (line.f == "register") {
      ASSERT_EQ(arguments.size(), 1u) << "what is minted is not asked for";
      moods.insert(arguments[0].as_integer());
      continue;
    }
    ASSERT_EQ(line.f, "take");
    ASSERT_EQ(arguments.size(), 3u);
    rooms.insert(arguments[0].as_integer());
    numbers.insert(arguments[1].as_integer());
    flags.insert(arguments[2].as_integer());
  }
  EXPECT_GT(count["register"], 500);
  EXPECT_GT(count["take"], 500);
  EXPECT_NEAR(count["inspect"], 200, 80);
  EXPECT_EQ(moods, (std::set<std::int64_t>{0, 1, 2}));
  EXPECT_EQ(rooms, (std::set<std::int64_t>{0, 1, 2, 3}));
  EXPECT_EQ(flags, (std::set<std::int64_t>{0, 1}));
  EXPECT_EQ(numbers, (std::set<std::int64_t>{-1, 0, 1, 2, 3, 6, 7, 8, 39, 40, 41, 99, 100, 101}));
}

TEST(SpecWorkload, WorksOnAFewInstancesAtATimeAndMovesOn) {
  std::map<std::int64_t, std::vector<std::size_t>> places;  // by instance
  const std::vector<Line> lines = asked("spec:instances=4,per-instance=10");
  for (std::size_t i = 0; i < lines.size(); ++i) {
    ASSERT_TRUE(lines[i].has_key);
    places[lines[i].key.as_integer()].push_back(i);
  }
  EXPECT_NEAR(static_cast<double>(places.size()), static_cast<double>(lines.size()) / 10, 8);
  for (const auto& [instance, all] : places) {
    const auto block = static_cast<std::size_t>(instance / 4);
    EXPECT_GE(all.front(), block * 40);
    EXPECT_LT(all.back(), (block + 1) * 40);
  }
}

TEST(SpecWorkload, InspectsNothingMeanwhileIfNotAskedTo) {
  for (const Line& line : asked("spec:inspections=0")) EXPECT_NE(line.f, "inspect");
}

TEST(SpecWorkload, InspectsEverythingEverywhereInTheEnd) {
  const Workload workload = make("spec");
  const Trace main = simulate(workload.main, perfect, world());
  std::set<std::int64_t> touched;
  for (const Line& line : main.invocations()) touched.insert(line.key.as_integer());
  ASSERT_TRUE(workload.closing);
  std::set<std::pair<std::int64_t, int>> visited;
  const System note = [&](const Op& op, std::uint64_t) {
    EXPECT_EQ(op.f, "inspect");
    EXPECT_TRUE(op.value.is_nil()) << "with every event";
    EXPECT_TRUE(op.node.has_value());
    const bool fresh =
        visited.insert({op.key.as_integer(), static_cast<int>(index(*op.node))}).second;
    EXPECT_TRUE(fresh);
    return Answer{};
  };
  const Trace last = simulate(workload.closing(to_history(main.lines)), note, world());
  EXPECT_FALSE(last.stuck || last.cut);
  EXPECT_EQ(visited.size(), touched.size() * 3);
}

TEST(SpecWorkload, ExpectsTheInvariantsWhateverTheModeClaims) {
  EXPECT_THAT(make("spec").expects, ::testing::ElementsAre("invariants"));
  EXPECT_THAT(make("spec").decides, ::testing::ElementsAre("invariants"));
}

TEST(SpecWorkload, NeedsSomethingToRun) {
  WorkloadOptions without = options();
  without.program = {};
  EXPECT_THAT(refusal(without), HasSubstr("spec:file=FILE.icf"));
  EXPECT_THAT(refusal(options("counter c; op inspect() { c += 1; } invariant any: true;")),
              HasSubstr("rename it"));
  EXPECT_EQ(refusal(options()), "");
}

TEST(ScriptWorkload, ListsTransactionsWhereASpecificationIsRun) {
  WorkloadOptions with = options();
  Scripted take;
  take.f = "take";
  take.at = seconds(1);
  take.process = 2;
  take.node = NodeId{1};
  take.key = 4;
  take.value = Value::vector({Value::integer(0), Value::integer(3), Value::integer(1)});
  with.script = {take};
  const Workload workload = make("script", with);
  EXPECT_TRUE(workload.program);
  EXPECT_THAT(workload.decides, ::testing::ElementsAre("invariants"));
  const auto lines = simulate(workload.main, perfect, world()).invocations();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].f, "take");
  EXPECT_EQ(lines[0].value, take.value);
  with.program = {};
  EXPECT_FALSE(make("script", with).program) << "on registers";
}

}  // namespace
}  // namespace tribunal::workloads
