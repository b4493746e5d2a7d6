// The register workload: its operations, and what its check says of good and bad stores.
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/workloads/recording.h"
#include "workloads/register_generator.h"
#include "workloads/workload.h"

namespace tribunal::workloads {
namespace {

using namespace testing;

Trace simulate_registers(const RegisterOptions& options, std::uint64_t n, Store store = {}) {
  World world;
  world.concurrency = static_cast<std::int32_t>(options.concurrency);
  return simulate(limit(n, register_generator(options)), store.system(), world);
}

std::map<std::int64_t, std::vector<Line>> by_key(const std::vector<Line>& lines) {
  std::map<std::int64_t, std::vector<Line>> out;
  for (const Line& line : lines) out[line.key.as_integer()].push_back(line);
  return out;
}

TEST(RegisterGenerator, WritesValuesThatAreNeverRepeatedOnAKey) {
  RegisterOptions options;
  options.keys = 3;
  options.ops_per_key = 0;
  const Trace trace = simulate_registers(options, 3000);
  for (const auto& [key, lines] : by_key(trace.invocations())) {
    std::set<std::int64_t> written;
    std::int64_t expected = 0;
    for (const Line& line : lines) {
      if (line.f == "read") continue;
      const Value& to = line.f == "cas" ? line.value.items()[1] : line.value;
      EXPECT_EQ(to.as_integer(), ++expected) << "key " << key;
    }
    EXPECT_GT(expected, 300);
  }
}

TEST(RegisterGenerator, ComparesWithAValueThatWasSeenSoThatManyCompareAndSetsSucceed) {
  RegisterOptions options;
  options.keys = 5;
  const Trace trace = simulate_registers(options, 5000);
  std::map<std::int64_t, std::set<std::int64_t>> seen;
  int tried = 0;
  int succeeded = 0;
  for (const Line& line : trace.lines) {
    std::set<std::int64_t>& known = seen[line.key.as_integer()];
    if (line.type == EventType::invoke && line.f == "cas") {
      ++tried;
      EXPECT_TRUE(known.count(line.value.items()[0].as_integer()) > 0);
    }
    if (line.type != EventType::ok) continue;
    if (line.f == "cas") {
      ++succeeded;
      known.insert(line.value.items()[1].as_integer());
    } else if (line.value.is_integer()) {
      known.insert(line.value.as_integer());
    }
  }
  EXPECT_GT(tried, 1000);
  EXPECT_GT(succeeded * 3, tried);  // at least a third
}

TEST(RegisterGenerator, MixesByWeight) {
  RegisterOptions options;
  options.reads = 5;
  options.writes = 3;
  options.cas = 2;
  options.ops_per_key = 0;
  std::map<std::string, int> count;
  for (const Line& line : simulate_registers(options, 10'000).invocations()) ++count[line.f];
  EXPECT_NEAR(count["read"], 5000, 220);
  EXPECT_NEAR(count["write"], 3000, 220);  // a few more: a cas before anything was seen
  EXPECT_NEAR(count["cas"], 2000, 220);
}

TEST(RegisterGenerator, MovesToAFreshKeyAfterSoManyOperations) {
  RegisterOptions options;
  options.keys = 4;
  options.ops_per_key = 25;
  const auto keys = by_key(simulate_registers(options, 1000).invocations());
  int full = 0;
  for (const auto& [key, lines] : keys) {
    EXPECT_LE(lines.size(), 25U);
    full += lines.size() == 25 ? 1 : 0;
  }
  EXPECT_GE(full, 36);
  EXPECT_EQ(keys.begin()->first, 0);
  EXPECT_EQ(keys.rbegin()->first, static_cast<std::int64_t>(keys.size()) - 1);
}

TEST(RegisterGenerator, NeverComparesWithAValueOfAKeyThatIsDone) {
  // Answers come so late that the key of a slot has changed by then.
  RegisterOptions options;
  options.keys = 1;
  options.ops_per_key = 3;
  options.concurrency = 20;
  World world;
  world.concurrency = 20;
  const auto late = [](const Op& op, std::uint64_t n) {
    return Answer{EventType::ok, nanoseconds(1000 + static_cast<std::int64_t>(n)), op.value};
  };
  const Trace trace = simulate(limit(600, register_generator(options)), late, world);
  std::map<std::int64_t, std::set<std::int64_t>> seen;
  for (const Line& line : trace.lines) {
    std::set<std::int64_t>& known = seen[line.key.as_integer()];
    if (line.type == EventType::ok && line.value.is_integer())
      known.insert(line.value.as_integer());
    if (line.type == EventType::ok && line.f == "cas")
      known.insert(line.value.items()[1].as_integer());
    if (line.type != EventType::invoke || line.f != "cas") continue;
    EXPECT_TRUE(known.count(line.value.items()[0].as_integer()) > 0) << "key " << line.key.show();
  }
}

TEST(RegisterGenerator, DrawsFromASmallDomainWhenAsked) {
  RegisterOptions options;
  options.values = 3;
  options.keys = 1;
  std::set<std::int64_t> seen;
  for (const Line& line : simulate_registers(options, 500).invocations()) {
    if (line.f == "write") seen.insert(line.value.as_integer());
    if (line.f == "cas") {
      for (const Value& value : line.value.items()) seen.insert(value.as_integer());
    }
  }
  EXPECT_EQ(seen, (std::set<std::int64_t>{0, 1, 2}));
}

TEST(RegisterGenerator, SpreadsOverTheLiveKeys) {
  RegisterOptions options;
  options.keys = 100;
  options.ops_per_key = 0;
  const auto keys = by_key(simulate_registers(options, 20'000).invocations());
  ASSERT_EQ(keys.size(), 100U);
  for (const auto& [key, lines] : keys)
    EXPECT_NEAR(static_cast<double>(lines.size()), 200, 75) << key;
}

Workload workload(std::string_view spelling, double rate = 1000) {
  const auto settings = parse_settings("workload", spelling, workloads());
  if (!settings) throw std::runtime_error(settings.error().message);
  WorkloadOptions options;
  options.seed = 5;
  options.concurrency = 6;
  options.rate = rate;
  options.length = seconds(3);
  auto made = make_workload(*settings, options);
  if (!made) throw std::runtime_error(made.error().message);
  return *std::move(made);
}

std::vector<checker::Check> judge(const Workload& workload, Store store) {
  World world;
  world.concurrency = 6;
  world.nemesis = true;
  Trace trace = simulate(workload.main, store.system(), world);
  EXPECT_FALSE(trace.cut || trace.stuck);
  return workload.check(to_history(trace.lines), {});
}

TEST(RegisterWorkload, IsPacedAndEndsInTime) {
  World world;
  world.concurrency = 6;
  Store store;
  const Trace trace = simulate(workload("register").main, store.system(), world);
  EXPECT_NEAR(static_cast<double>(trace.invocations().size()), 3000, 250);
  EXPECT_LT(trace.invocations().back().time, seconds(3));
  EXPECT_GT(trace.invocations().back().time, milliseconds(2900));
}

TEST(RegisterWorkload, FindsALinearizableStoreValid) {
  Store store;
  store.crash_one_in = 100;
  for (const char* spelling :
       {"register", "register:values=3,keys=2,ops-per-key=60", "register:cas=0"}) {
    const auto checks = judge(workload(spelling), store);
    ASSERT_EQ(checks.size(), 1U);
    EXPECT_EQ(checks[0].validity, checker::Validity::valid) << spelling << ": " << checks[0].reason;
    EXPECT_EQ(checks[0].model, "cas-register");
  }
}

TEST(RegisterWorkload, FindsStaleReads) {
  Store store;
  store.stale_one_in = 50;
  EXPECT_EQ(judge(workload("register"), store)[0].validity, checker::Validity::invalid);
}

TEST(RegisterWorkload, RefusesWeightsThatAreAllNought) {
  const auto settings = parse_settings("workload", "register:reads=0,writes=0,cas=0", workloads());
  ASSERT_TRUE(settings);
  const auto made = make_workload(*settings, {});
  ASSERT_FALSE(made);
  EXPECT_EQ(
      made.error().message,
      "register: reads, writes and cas are all 0: expected a positive weight for at least one");
}

TEST(RegisterWorkload, WithoutARateGoesAsFastAsClientsAnswer) {
  World world;
  world.concurrency = 6;
  world.most_lines = 4000;
  const Trace trace = simulate(workload("register", 0).main, perfect, world);
  EXPECT_TRUE(trace.cut);
  EXPECT_LT(trace.end, microseconds(4));  // 2000 operations of 10 ns on 6 threads
}

}  // namespace
}  // namespace tribunal::workloads
