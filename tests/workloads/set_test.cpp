// The set workload and the check named "set".
#include <gtest/gtest.h>

#include "checker/invariants/set_analysis.h"
#include "tests/workloads/recording.h"
#include "workloads/workload.h"

namespace tribunal::workloads {
namespace {

using namespace testing;
using namespace checker::invariants;
using history::History;

// Writes histories by hand: one process per call, events in the order of the calls.
class Script {
 public:
  int add(std::int64_t element) { return invoke("add", Value::integer(element)); }
  int read() { return invoke("read", Value()); }
  Script& ok(int operation) { return complete(operation, EventType::ok, open_[operation].value); }
  Script& fail(int operation) {
    return complete(operation, EventType::fail, open_[operation].value);
  }
  Script& info(int operation) {
    return complete(operation, EventType::info, open_[operation].value);
  }
  Script& saw(int operation, const std::vector<std::int64_t>& elements) {
    std::vector<Value> items;
    for (const std::int64_t element : elements) items.push_back(Value::integer(element));
    return complete(operation, EventType::ok, Value::vector(std::move(items)));
  }
  Script& added(std::int64_t element) { return ok(add(element)); }
  Script& sees(const std::vector<std::int64_t>& elements) { return saw(read(), elements); }
  History history() const { return to_history(lines_); }
  std::uint32_t at(int operation) const { return open_.at(operation).index; }

 private:
  struct Open {
    std::uint32_t index;
    std::string f;
    Value value;
  };
  int invoke(std::string f, Value value) {
    open_[next_] = {static_cast<std::uint32_t>(lines_.size()), f, value};
    push(next_, EventType::invoke, std::move(f), std::move(value));
    return next_++;
  }
  Script& complete(int operation, EventType type, Value value) {
    push(operation, type, open_[operation].f, std::move(value));
    return *this;
  }
  void push(int process, EventType type, std::string f, Value value) {
    const auto time = nanoseconds(static_cast<std::int64_t>(lines_.size()));
    lines_.push_back(
        {time, Process{process}, Thread{process}, type, std::move(f), std::move(value), {}, false});
  }
  std::vector<Line> lines_;
  std::map<int, Open> open_;
  int next_ = 0;
};

std::vector<std::int64_t> elements(const std::vector<SetAnalysis::Finding>& findings) {
  std::vector<std::int64_t> out;
  for (const auto& finding : findings) out.push_back(finding.element.as_integer());
  return out;
}
using Elements = std::vector<std::int64_t>;

TEST(SetAnalysis, FindsNothingWhenEveryAcknowledgedElementIsRead) {
  const SetAnalysis found = analyse_set(Script().added(1).added(2).sees({1, 2}).history());
  EXPECT_EQ(found.attempted, 2U);
  EXPECT_EQ(found.acknowledged, 2U);
  EXPECT_EQ(found.reads.size(), 1U);
  EXPECT_TRUE(found.lost.empty() && found.stale.empty() && found.unexpected.empty());
}

TEST(SetAnalysis, CallsAnAcknowledgedElementLostWhenNoLaterReadHasIt) {
  Script script;
  script.added(1).added(2).added(3).sees({2}).sees({2});
  const SetAnalysis found = analyse_set(script.history());
  EXPECT_EQ(elements(found.lost), (Elements{1, 3}));
  EXPECT_EQ(found.lost[0].add, 0U);
  EXPECT_EQ(found.lost[0].read, 8U);  // the last read
}

TEST(SetAnalysis, CallsItStaleWhenAReadShowsItAgain) {
  const SetAnalysis found = analyse_set(Script().added(1).sees({}).sees({1}).history());
  EXPECT_EQ(elements(found.stale), Elements{1});
  EXPECT_TRUE(found.lost.empty());
}

TEST(SetAnalysis, CallsItStaleWhenAConcurrentReadShowsIt) {
  Script script;
  script.added(1);
  const int lacking = script.read();
  const int showing = script.read();
  script.saw(showing, {1}).saw(lacking, {});
  const SetAnalysis found = analyse_set(script.history());
  EXPECT_EQ(elements(found.stale), Elements{1});
  EXPECT_TRUE(found.lost.empty());
}

TEST(SetAnalysis, DoesNotMissElementsInReadsThatBeganBeforeTheAcknowledgement) {
  Script script;
  const int read = script.read();
  script.added(1).saw(read, {});
  const SetAnalysis found = analyse_set(script.history());
  EXPECT_TRUE(found.lost.empty() && found.stale.empty());
}

TEST(SetAnalysis, AllowsUnknownAddsToAppearOrNot) {
  Script script;
  const int seen = script.add(1);
  const int unseen = script.add(2);
  script.info(seen).info(unseen).sees({1});
  const SetAnalysis found = analyse_set(script.history());
  EXPECT_EQ(found.recovered, std::vector<std::uint32_t>{0});
  EXPECT_TRUE(found.lost.empty() && found.unexpected.empty() && found.vanished.empty());
}

TEST(SetAnalysis, HoldsAnUnknownAddToItsWordOnceItWasRead) {
  Script script;
  script.info(script.add(1)).sees({1}).sees({});
  const SetAnalysis found = analyse_set(script.history());
  EXPECT_EQ(elements(found.vanished), Elements{1});
  EXPECT_NE(found.vanished[0].witness, history::no_event);
  EXPECT_TRUE(found.lost.empty());
}

TEST(SetAnalysis, FindsElementsThatNobodyAddedOrWhoseAddFailed) {
  Script script;
  script.fail(script.add(5)).sees({5, 9});
  const SetAnalysis found = analyse_set(script.history());
  EXPECT_EQ(elements(found.unexpected), (Elements{5, 9}));
  EXPECT_EQ(found.unexpected[0].add, 0U);
  EXPECT_EQ(found.unexpected[1].add, history::no_event);
}

TEST(SetAnalysis, FindsElementsReadBeforeTheirAddBegan) {
  const SetAnalysis found = analyse_set(Script().sees({1}).added(1).sees({1}).history());
  EXPECT_EQ(elements(found.unexpected), Elements{1});
}

TEST(SetAnalysis, FindsDuplicates) {
  const SetAnalysis found = analyse_set(Script().added(1).added(2).sees({1, 2, 1}).history());
  EXPECT_EQ(elements(found.duplicated), Elements{1});
}

TEST(SetAnalysis, FindsAReadThatShowsTheNewerAndLacksTheOlder) {
  Script script;
  const int read = script.read();
  script.added(1).added(2).saw(read, {2});
  const SetAnalysis found = analyse_set(script.history());
  EXPECT_EQ(elements(found.inverted), Elements{1});
  EXPECT_EQ(found.inverted[0].witness, 3U);  // the add of 2
  EXPECT_TRUE(found.lost.empty() && found.stale.empty());
}

TEST(SetCheck, IsUnknownWhenNoReadSucceeded) {
  Script script;
  script.added(1).fail(script.read());
  const checker::Check check = check_set(script.history());
  EXPECT_EQ(check.validity, checker::Validity::unknown);
  EXPECT_EQ(check.reason,
            "no read of the set succeeded, so 1 acknowledged elements could not be looked for");
}

TEST(SetCheck, NamesEveryLostElementAndShowsOneOfThemByItself) {
  Script script;
  for (std::int64_t i = 0; i < 10; ++i) script.added(i);
  script.sees({0, 5});
  const checker::Check check = check_set(script.history());
  ASSERT_EQ(check.validity, checker::Validity::invalid);
  ASSERT_EQ(check.anomalies.size(), 2U);
  EXPECT_EQ(check.anomalies[0].kind, "lost element");
  EXPECT_EQ(check.anomalies[0].harm, checker::Harm::integrity);
  EXPECT_EQ(check.anomalies[0].operations, (std::vector<std::uint32_t>{2, 20}));
  EXPECT_EQ(check.anomalies[1].operations.size(), 9U);  // eight adds and the read
  EXPECT_NE(check.anomalies[1].explanation.find("8 of 10 acknowledged elements"),
            std::string::npos);
  EXPECT_NE(check.anomalies[1].explanation.find("#{1..4 6..9}"), std::string::npos);
}

TEST(SetCheck, CallsStaleReadsTimeliness) {
  const checker::Check check = check_set(Script().added(1).sees({}).sees({1}).history());
  ASSERT_EQ(check.anomalies.size(), 1U);
  EXPECT_EQ(check.anomalies[0].kind, "stale read");
  EXPECT_EQ(check.anomalies[0].harm, checker::Harm::timeliness);
}

TEST(SetCheck, BoundsTheNumberOfAnomaliesButCountsThemAll) {
  Script script;
  Elements phantoms;
  for (std::int64_t i = 0; i < 500; ++i) phantoms.push_back(i);
  script.sees(phantoms);
  const checker::Check check = check_set(script.history());
  EXPECT_EQ(check.anomalies.size(), 20U);
  EXPECT_NE(check.anomalies.back().explanation.find("480 more"), std::string::npos);
  EXPECT_EQ(check.anomalies[0].kind, "phantom value");
}

Workload set_workload(std::string_view spelling = "set") {
  const auto settings = parse_settings("workload", spelling, workloads());
  WorkloadOptions options;
  options.seed = 5;
  options.concurrency = 5;
  options.rate = 500;
  options.length = seconds(2);
  return *make_workload(*settings, options);
}

std::vector<checker::Check> judge(const Workload& workload, Store store, std::uint64_t budget = 0) {
  World world;
  world.concurrency = 5;
  world.tick = milliseconds(1);
  Scheduler scheduler(world, store.system());
  const Trace main = scheduler.run(workload.main);
  EXPECT_FALSE(main.cut || main.stuck);
  const Trace all = scheduler.run(workload.final);
  EXPECT_FALSE(all.cut || all.stuck);
  checker::Options options;
  options.step_budget = budget;
  return workload.check(to_history(all.lines), options);
}

TEST(SetWorkload, AddsUniqueElementsAndLetsEveryClientReadUntilItSucceeds) {
  const Workload workload = set_workload();
  World world;
  world.concurrency = 5;
  world.tick = milliseconds(1);
  Store store;
  Scheduler scheduler(world, store.system());
  std::set<std::int64_t> added;
  for (const Line& line : scheduler.run(workload.main).invocations()) {
    ASSERT_EQ(line.f, "add");
    EXPECT_TRUE(added.insert(line.value.as_integer()).second);
  }
  EXPECT_NEAR(static_cast<double>(added.size()), 1000, 120);
  std::map<std::int32_t, int> reads;
  for (const Line& line : scheduler.run(workload.final).lines) {
    if (line.f == "read" && line.type == EventType::ok)
      ++reads[static_cast<std::int32_t>(line.thread)];
  }
  EXPECT_EQ(reads.size(), 5U);
  for (const auto& [thread, count] : reads) EXPECT_EQ(count, 1) << thread;
}

TEST(SetWorkload, GivesUpItsFinalReadsAgainstAStoreThatNeverRecovers) {
  World world;
  world.concurrency = 5;
  world.tick = milliseconds(1);
  const Trace trace = simulate(set_workload().final, failing, world);
  EXPECT_FALSE(trace.cut || trace.stuck);
  EXPECT_LT(trace.end, seconds(31));
  EXPECT_NEAR(static_cast<double>(trace.invocations().size()), 5 * 300, 10);
}

TEST(SetWorkload, FindsAGoodStoreValid) {
  for (const char* spelling : {"set", "set:adds=20,reads=1"}) {
    Store store;
    const auto checks = judge(set_workload(spelling), store);
    ASSERT_EQ(checks.size(), 2U);
    for (const auto& check : checks) {
      EXPECT_EQ(check.validity, checker::Validity::valid) << check.name << ": " << check.reason;
    }
  }
}

TEST(SetWorkload, FindsLostElements) {
  Store store;
  store.forget_add_one_in = 100;
  const auto checks = judge(set_workload(), store);
  for (const auto& check : checks) {
    EXPECT_EQ(check.validity, checker::Validity::invalid) << check.name << ": " << check.reason;
  }
}

TEST(SetWorkload, IsDecidedDespiteManyUnknownAdds) {
  Store store;
  store.crash_one_in = 20;
  for (const auto& check : judge(set_workload(), store)) {
    EXPECT_EQ(check.validity, checker::Validity::valid) << check.name << ": " << check.reason;
  }
}

}  // namespace
}  // namespace tribunal::workloads
