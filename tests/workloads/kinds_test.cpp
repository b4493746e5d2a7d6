// The shapes of the operations that each workload asks for.
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/workloads/recording.h"
#include "workloads/lock_generator.h"
#include "workloads/workload.h"

namespace tribunal::workloads {
namespace {

using namespace testing;
using ::testing::ElementsAre;

Workload make(std::string_view spelling, double rate = 500) {
  const auto settings = parse_settings("workload", spelling, workloads());
  EXPECT_TRUE(settings.ok()) << settings.error().message;
  WorkloadOptions options;
  options.seed = 5;
  options.concurrency = 6;
  options.rate = rate;
  options.length = seconds(2);
  Scripted operation;  // for `script`
  operation.f = "read";
  options.script = {operation};
  if (settings->name() == "spec") {
    options.program =
        spec::make_program("counter c; op x(n: int) { c += n; } invariant any: true;", {}).value();
  }
  auto workload = make_workload(*settings, options);
  EXPECT_TRUE(workload.ok()) << workload.error().message;
  return *std::move(workload);
}

std::string refusal(std::string_view spelling, std::uint32_t concurrency) {
  const auto settings = parse_settings("workload", spelling, workloads());
  WorkloadOptions options;
  options.concurrency = concurrency;
  options.length = seconds(1);
  const auto workload = make_workload(*settings, options);
  return workload ? "" : workload.error().message;
}

World world() {
  World made;
  made.concurrency = 6;
  made.tick = milliseconds(1);
  return made;
}

Trace main_phase(std::string_view spelling, System system = perfect) {
  const Trace trace = simulate(make(spelling).main, std::move(system), world());
  EXPECT_FALSE(trace.cut || trace.stuck) << spelling;
  EXPECT_LE(trace.end, seconds(3)) << spelling;
  return trace;
}

// Answers reads of registers with what was written last, at once.
System registers() {
  auto values = std::make_shared<std::map<std::int64_t, Value>>();
  return [values](const Op& op, std::uint64_t) {
    Answer answer{EventType::ok, microseconds(300), op.value};
    if (op.f == "write") (*values)[op.key.as_integer()] = op.value;
    if (op.f == "read") answer.value = (*values)[op.key.as_integer()];
    return answer;
  };
}

TEST(Workloads, AreAllMadeWithTheirDefaultsAndKnowWhatTheyDecide) {
  for (const Schema& schema : workloads()) {
    const Workload workload = make(schema.name);
    EXPECT_EQ(workload.name, schema.name);
    EXPECT_FALSE(workload.decides.empty()) << schema.name;
    EXPECT_TRUE(workload.main && workload.check) << schema.name;
  }
}

TEST(Workloads, AskTheSameForTheSameSeed) {
  for (const Schema& schema : workloads()) {
    EXPECT_EQ(main_phase(schema.name).lines, main_phase(schema.name).lines) << schema.name;
    const std::size_t least = schema.name == "script" ? 2 : 51;  // here it has one operation
    EXPECT_GE(main_phase(schema.name).lines.size(), least) << schema.name;
  }
}

TEST(CounterWorkload, MixesIncrementsAndReadsByWeight) {
  std::map<std::string, int> count;
  for (const Line& line : main_phase("counter:increments=3,reads=1").invocations()) {
    ++count[line.f];
    if (line.f == "increment") {
      EXPECT_EQ(line.value, Value::integer(1));
    }
  }
  EXPECT_NEAR(count["increment"], 3 * count["read"], 120);
  std::set<std::int64_t> amounts;
  for (const Line& line : main_phase("counter:decrements=on").invocations()) {
    if (line.f == "increment") amounts.insert(line.value.as_integer());
  }
  EXPECT_THAT(amounts, ElementsAre(-5, -4, -3, -2, -1, 1, 2, 3, 4));
}

TEST(QueueWorkload, EnqueuesEachElementOnceAndDrainsUntilItIsEmpty) {
  std::set<std::int64_t> elements;
  for (const Line& line : main_phase("queue").invocations()) {
    if (line.f == "enqueue") {
      EXPECT_TRUE(elements.insert(line.value.as_integer()).second);
    }
  }
  int left = 20;
  const System store = [&left](const Op&, std::uint64_t) {
    Answer answer{EventType::ok, microseconds(300), Value()};
    if (left > 0) answer.value = Value::integer(left--);
    return answer;
  };
  const Trace drain = simulate(make("queue").final, store, world());
  EXPECT_EQ(left, 0);
  EXPECT_FALSE(drain.stuck || drain.cut);
  EXPECT_EQ(drain.invocations().size(), 26U);  // and each of six clients finds it empty once
}

TEST(SetWorkload, RemovesOnlyWhatAnEarlierOperationAdded) {
  std::set<std::int64_t> added;
  int removes = 0;
  for (const Line& line : main_phase("set:removes=1").invocations()) {
    if (line.f == "add") added.insert(line.value.as_integer());
    if (line.f != "remove") continue;
    ++removes;
    EXPECT_EQ(added.count(line.value.as_integer()), 1U) << line.value.show();
  }
  EXPECT_GT(removes, 300);
}

TEST(SessionWorkload, LetsEachClientWriteThenReadItsKeyThenAnyKey) {
  for (const char* spelling : {"session", "session:writers=own"}) {
    std::map<std::int32_t, std::vector<Line>> lines;
    std::set<std::pair<Value, Value>> written;
    std::map<Value, std::set<std::int32_t>> writers;
    for (const Line& line : main_phase(spelling, registers()).invocations()) {
      lines[static_cast<std::int32_t>(line.thread)].push_back(line);
      if (line.f != "write") continue;
      EXPECT_TRUE(written.insert({line.key, line.value}).second) << "values are unique";
      writers[line.key].insert(static_cast<std::int32_t>(line.thread));
    }
    EXPECT_EQ(lines.size(), 6U);
    for (const auto& [thread, own] : lines) {
      for (std::size_t i = 0; i < own.size(); ++i) {
        EXPECT_EQ(own[i].f, i % 3 == 0 ? "write" : "read");
        if (i % 3 == 1) {
          EXPECT_EQ(own[i].key, own[i - 1].key);
        }
      }
    }
    if (std::string(spelling) == "session") continue;
    for (const auto& [key, threads] : writers) EXPECT_EQ(threads.size(), 1U);
  }
}

TEST(SessionWorkload, CanLeaveTheWritingToTheFirstClient) {
  std::map<std::int32_t, std::set<std::string>> done;
  std::set<Value> written;
  for (const Line& line : main_phase("session:writers=first", registers()).invocations()) {
    done[static_cast<std::int32_t>(line.thread)].insert(line.f);
    if (line.f == "write") {
      EXPECT_TRUE(written.insert(line.value).second) << "values are unique";
    }
  }
  EXPECT_EQ(done.size(), 6U);
  for (const auto& [thread, kinds] : done) {
    EXPECT_EQ(kinds, std::set<std::string>{thread == 0 ? "write" : "read"}) << thread;
  }
}

TEST(CausalWorkload, AnswersOnlyWhatItHasSeenAndLooksForTheQuestionAfterTheAnswer) {
  std::map<std::int32_t, Line> previous;  // completion, by thread
  int answers = 0;
  int checks = 0;
  const Trace trace = main_phase("causal", registers());
  for (const Line& line : trace.lines) {
    const auto thread = static_cast<std::int32_t>(line.thread);
    const std::int64_t key = line.key.as_integer();
    if (line.type == EventType::invoke && line.f == "write" && key % 2 == 1) {
      ++answers;
      EXPECT_EQ(thread % 3, 1);
      EXPECT_EQ(previous.at(thread).key, Value::integer(key - 1));
      EXPECT_EQ(previous.at(thread).value, Value::integer(1));
    }
    if (line.type == EventType::invoke && line.f == "read" && thread % 3 == 2 && key % 2 == 0) {
      ++checks;
      EXPECT_EQ(previous.at(thread).key, Value::integer(key + 1));
    }
    if (line.type == EventType::invoke && line.f == "write" && key % 2 == 0) {
      EXPECT_EQ(thread % 3, 0);
    }
    if (line.type != EventType::invoke) previous[thread] = line;
  }
  EXPECT_GT(answers, 50);
  EXPECT_GT(checks, 50);
  EXPECT_NE(refusal("causal", 2), "");
}

TEST(UsernamesWorkload, ClaimsEachNameSeveralTimesForOwnersOfTheirOwn) {
  std::map<std::int64_t, int> claims;
  std::set<Value> owners;
  for (const Line& line : main_phase("usernames:reads=0").invocations()) {
    ASSERT_EQ(line.f, "cas");
    EXPECT_TRUE(line.value.items()[0].is_nil());
    EXPECT_TRUE(owners.insert(line.value.items()[1]).second);
    ++claims[line.key.as_integer()];
  }
  for (const auto& [name, count] : claims) EXPECT_LE(count, 4);
  EXPECT_EQ(claims.at(0), 4);
}

TEST(TwoChannelsWorkload, ReadsEveryPhotoOnceItIsStoredInAnotherClient) {
  std::map<Value, Line> stored;
  std::size_t reads = 0;
  for (const Line& line : main_phase("two-channels", registers()).lines) {
    if (line.f == "write" && line.type == EventType::ok) stored[line.key] = line;
    if (line.f == "write") {
      EXPECT_EQ(static_cast<std::int32_t>(line.thread) % 2, 0);
    }
    if (line.f != "read" || line.type != EventType::invoke) continue;
    ++reads;
    ASSERT_EQ(stored.count(line.key), 1U);
    EXPECT_EQ(static_cast<std::int32_t>(line.thread) % 2, 1);
    EXPECT_LT(line.time - stored[line.key].time, milliseconds(5));
  }
  EXPECT_GT(reads, 500U);
  EXPECT_GE(stored.size(), reads);
  EXPECT_LE(stored.size(), reads + 3);  // at the end of the phase
  EXPECT_NE(refusal("two-channels", 1), "");
}

// Gives the lock to one client at a time; tokens count up.
System lock_store() {
  struct State {
    std::int32_t holder = -1;
    std::int64_t token = 0;
  };
  auto state = std::make_shared<State>();
  return [state](const Op& op, std::uint64_t) {
    Answer answer{EventType::ok, microseconds(300), op.value};
    const std::int32_t process = history::index(op.process);
    if (op.f == "acquire") {
      if (state->holder >= 0) return Answer{EventType::fail, microseconds(300), op.value};
      state->holder = process;
      answer.value = Value::integer(++state->token);
    } else if (op.f == "release") {
      state->holder = -1;
    } else if (op.f == "read") {
      answer.value = Value::integer(40);
    }
    return answer;
  };
}

TEST(LockWorkload, AcquiresWritesAndReleasesInTurn) {
  std::map<std::int32_t, std::string> tasks;
  std::set<Value> elements;
  for (const Line& line : main_phase("lock:hold=5ms,idle=5ms", lock_store()).lines) {
    if (line.type != EventType::ok) continue;
    tasks[static_cast<std::int32_t>(line.thread)] += line.f[0] == 'a' && line.f[1] == 'c' ? 'L'
                                                     : line.f == "add"                    ? 'w'
                                                                                          : 'R';
    if (line.f == "add") {
      EXPECT_TRUE(elements.insert(line.value.items()[0]).second);
      EXPECT_TRUE(line.value.items()[1].is_integer());
    }
  }
  EXPECT_GT(elements.size(), 50U);
  for (const auto& [thread, own] : tasks) {
    for (std::size_t i = 0; i < own.size(); ++i) EXPECT_EQ(own[i], "LwwR"[i % 4]) << own;
  }
}

TEST(LockWorkload, ReadsTheRegisterAndWritesOneMore) {
  for (const Line& line :
       main_phase("lock:resource=register,fencing=off", lock_store()).invocations()) {
    if (line.f == "write") {
      EXPECT_EQ(line.value, Value::integer(41));
    }
  }
  EXPECT_NE(refusal("lock:resource=register,fencing=on", 5), "");
}

TEST(LockWorkload, PausesSomeHoldersBeforeAWrite) {
  LockOptions options;
  options.concurrency = 1;
  options.pause_percent = 50;
  options.pause = seconds(7);
  World alone = world();
  alone.concurrency = 1;
  const Trace trace =
      simulate(time_limit(seconds(300), lock_generator(options)), lock_store(), alone);
  int long_gaps = 0;
  int holders = 0;
  for (std::size_t i = 1; i < trace.lines.size(); ++i) {
    const Line& line = trace.lines[i];
    if (line.type != EventType::invoke) continue;
    holders += line.f == "release" ? 1 : 0;
    if (line.time - trace.lines[i - 1].time < seconds(1)) continue;
    ++long_gaps;
    EXPECT_EQ(line.f, "add");
    EXPECT_EQ(line.time - trace.lines[i - 1].time, seconds(7));
  }
  EXPECT_GT(long_gaps, 10);
  EXPECT_NEAR(long_gaps, holders / 2.0, holders / 4.0);
}

TEST(LockWorkload, BeginsAnewAfterACrash) {
  const Trace trace = simulate(make("lock").main, crashing, world());
  for (const Line& line : trace.invocations()) EXPECT_EQ(line.f, "acquire");
  EXPECT_GT(trace.invocations().size(), 50U);
}

}  // namespace
}  // namespace tribunal::workloads
