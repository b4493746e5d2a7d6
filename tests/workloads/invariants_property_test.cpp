// The checkers of invariants against a search through every order of small random histories: what
// they condemn has no order, honest histories pass, and single planted violations are found.
#include <gtest/gtest.h>

#include "checker/invariants/claims.h"
#include "checker/invariants/counter.h"
#include "checker/invariants/lock.h"
#include "checker/invariants/queue.h"
#include "checker/invariants/set_analysis.h"
#include "checker/invariants/unique_ids.h"
#include "tests/scale.h"
#include "tests/workloads/brute_force.h"

namespace tribunal::workloads {
namespace {

using namespace testing;
using namespace checker::invariants;
using checker::Check;
using checker::Validity;

using Judge = std::function<Check(const history::History&)>;

// Whatever the checker condemns has no order; of the condemned at least `least` in a thousand.
void expect_sound(const Object& object, const Judge& judge, std::uint64_t least) {
  const std::uint64_t cases = scaled(20'000);
  std::uint64_t condemned = 0;
  std::uint64_t wrong = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    const history::History history = random_history(object, seed, {4, 8, 7});
    const bool order = Orders(history, object).exist();
    wrong += order ? 0 : 1;
    if (judge(history).validity != Validity::invalid) continue;
    ++condemned;
    ASSERT_FALSE(order) << "seed " << seed << "\n"
                        << text(history) << judge(history).anomalies[0].explanation;
  }
  EXPECT_GE(condemned * 1'000, cases * least) << "of " << wrong << " without an order";
}

void expect_honest_histories_pass(const Object& object, const Judge& judge) {
  for (std::uint64_t seed = 0; seed < scaled(4'000); ++seed) {
    const history::History history = random_history(object, seed, {0, 8, 30});
    ASSERT_NE(judge(history).validity, Validity::invalid)
        << "seed " << seed << "\n"
        << text(history) << judge(history).anomalies[0].explanation;
  }
}

Value integer(std::uint64_t i) { return Value::integer(static_cast<std::int64_t>(i)); }

Object counter(bool decrements) {
  Object object;
  object.ask = [decrements](Choices& choices, std::int64_t) -> std::pair<std::string, Value> {
    if (choices.below("read"_site, 2) == 0) return {"read", Value()};
    const auto amount = static_cast<std::int64_t>(choices.below("amount"_site, 3)) + 1;
    const bool down = decrements && choices.below("down"_site, 2) == 0;
    return {"increment", Value::integer(down ? -amount : amount)};
  };
  object.apply = [](Object::State& state, const std::string& f, const Value& asked) {
    if (state.empty()) state.push_back(0);
    if (f == "read") return Value::integer(state[0]);
    state[0] += asked.as_integer();
    return asked;
  };
  object.lie = [](Choices& choices, const std::string& f, const Value& asked) {
    return f == "read" ? integer(choices.below("value"_site, 8)) : asked;
  };
  return object;
}

TEST(CounterCheckProperties, WhatItCondemnsHasNoOrder) {
  for (const bool decrements : {false, true}) {
    expect_sound(
        counter(decrements), [](const auto& history) { return check_counter(history); }, 50);
  }
}

TEST(CounterCheckProperties, HonestHistoriesPassWhetherAllReadsCountOrOnlyTheLast) {
  for (const bool decrements : {false, true}) {
    for (const bool final_only : {false, true}) {
      expect_honest_histories_pass(counter(decrements), [final_only](const auto& history) {
        return check_counter(history, {final_only});
      });
    }
  }
}

// Without concurrency and crashes the bounds are exact.
TEST(CounterCheckProperties, OneWrongReadIsAlwaysFoundWhereNothingIsConcurrent) {
  for (std::uint64_t seed = 0; seed < scaled(2'000); ++seed) {
    Choices choices(seed, 5);
    std::vector<Line> lines;
    std::int64_t sum = 0;
    const std::uint64_t wrong = choices.below("wrong"_site, 20);
    const auto op = [&](const std::string& f, Value asked, Value got) {
      Line line;
      line.f = f;
      line.value = std::move(asked);
      lines.push_back(line);
      line.type = EventType::ok;
      line.value = std::move(got);
      lines.push_back(line);
    };
    for (std::uint64_t i = 0; i < 20; ++i) {
      const auto amount = static_cast<std::int64_t>(choices.below("amount"_site, 9)) - 4;
      op("increment", Value::integer(amount), Value::integer(amount));
      sum += amount;
      const auto off = static_cast<std::int64_t>(choices.below("off"_site, 3)) + 1;
      const bool above = choices.below("above"_site, 2) == 0;
      op("read", Value(), Value::integer(i != wrong ? sum : above ? sum + off : sum - off));
    }
    const Check check = check_counter(to_history(lines));
    ASSERT_EQ(check.validity, Validity::invalid) << text(to_history(lines));
    ASSERT_EQ(check.anomalies[0].operations.back(), wrong * 4 + 2);
  }
}

Object queue() {
  Object object;
  object.ask = [](Choices& choices, std::int64_t ordinal) -> std::pair<std::string, Value> {
    if (choices.below("dequeue"_site, 2) == 0) return {"dequeue", Value()};
    return {"enqueue", Value::integer(ordinal)};
  };
  object.apply = [](Object::State& state, const std::string& f, const Value& asked) {
    if (f == "enqueue") {
      state.push_back(asked.as_integer());
      return asked;
    }
    if (state.empty()) return Value();
    const Value head = Value::integer(state.front());
    state.erase(state.begin());
    return head;
  };
  object.lie = [](Choices& choices, const std::string& f, const Value& asked) {
    if (f == "enqueue") return asked;
    const std::uint64_t drawn = choices.below("value"_site, 8);
    return drawn == 7 ? Value() : integer(drawn);
  };
  return object;
}

TEST(QueueCheckProperties, WhatItCondemnsHasNoOrder) {
  expect_sound(
      queue(), [](const auto& history) { return check_queue(history); }, 100);
  expect_sound(
      queue(), [](const auto& history) { return check_queue(history, {true}); }, 50);
}

TEST(QueueCheckProperties, HonestHistoriesPass) {
  expect_honest_histories_pass(queue(), [](const auto& history) { return check_queue(history); });
}

Object set_with_removes() {
  Object object;
  object.ask = [](Choices& choices, std::int64_t ordinal) -> std::pair<std::string, Value> {
    const std::uint64_t kind = choices.below("kind"_site, 5);
    if (kind < 2) return {"read", Value()};
    if (kind == 2) return {"remove", integer(choices.below("element"_site, 4))};
    return {"add", Value::integer(ordinal % 4)};
  };
  object.apply = [](Object::State& state, const std::string& f, const Value& asked) {
    if (f == "read") {
      std::vector<Value> all;
      for (const std::int64_t element : state) all.push_back(Value::integer(element));
      return Value::set(std::move(all));
    }
    std::erase(state, asked.as_integer());
    if (f == "add") state.push_back(asked.as_integer());
    return asked;
  };
  object.lie = [](Choices& choices, const std::string& f, const Value& asked) {
    if (f != "read") return asked;
    std::vector<Value> all;
    for (std::uint64_t element = 0; element < 4; ++element) {
      if (choices.below("shown"_site, 2) == 0) all.push_back(integer(element));
    }
    return Value::set(std::move(all));
  };
  return object;
}

TEST(SetCheckProperties, WithRemovesWhatItCondemnsHasNoOrder) {
  expect_sound(
      set_with_removes(), [](const auto& history) { return check_set(history); }, 50);
}

TEST(SetCheckProperties, WithRemovesHonestHistoriesPass) {
  expect_honest_histories_pass(set_with_removes(),
                               [](const auto& history) { return check_set(history); });
}

// ---- locks: honest leases never overlap; one that is given out too early is found ----

struct LockRun {
  std::vector<Line> lines;
  std::vector<std::size_t> grants;  // positions of completed acquires
};

// Holders one after another, each with one write, all of their operations spread over time.
LockRun lock_run(std::uint64_t seed, std::uint64_t holders) {
  Choices choices(seed, 9);
  LockRun run;
  const auto push = [&](std::int32_t process, EventType type, const std::string& f, Value value) {
    Line line;
    line.process = Process{process};
    line.type = type;
    line.f = f;
    line.value = std::move(value);
    run.lines.push_back(std::move(line));
  };
  for (std::uint64_t i = 0; i < holders; ++i) {
    const auto process = static_cast<std::int32_t>(i % 3);
    const auto token = static_cast<std::int64_t>(i + 1);
    const Value write = Value::pair(integer(100 + i), Value::integer(token));
    push(process, EventType::invoke, "acquire", Value());
    push(process, EventType::ok, "acquire", Value::integer(token));
    run.grants.push_back(run.lines.size() - 1);
    push(process, EventType::invoke, "add", write);
    push(process, EventType::ok, "add", write);
    push(process, EventType::invoke, "release", Value());
    push(process, EventType::ok, "release", Value());
    if (choices.below("refused"_site, 2) == 0) {
      push(process, EventType::invoke, "acquire", Value());
      push(process, EventType::fail, "acquire", Value());
    }
  }
  return run;
}

TEST(LockCheckProperties, HonestRunsPassAndAPlantedSecondHolderIsFound) {
  for (std::uint64_t seed = 0; seed < scaled(2'000); ++seed) {
    Choices choices(seed, 10);
    LockRun run = lock_run(seed, 10);
    const history::History honest = to_history(run.lines);
    ASSERT_EQ(check_mutual_exclusion(honest).validity, Validity::valid);
    ASSERT_EQ(check_fencing(honest).validity, Validity::valid);
    // Somebody else gets the lock, and writes under a token that is older or newer, while the
    // holder's own write is still to come.
    const std::size_t grant = run.grants[1 + choices.below("grant"_site, 9)];
    const bool newer = choices.below("newer"_site, 2) == 0;
    const std::int64_t token = run.lines[grant].value.as_integer() + (newer ? 1'000 : -1);
    std::vector<Line> extra;
    for (const EventType type : {EventType::invoke, EventType::ok}) {
      Line line;
      line.process = Process{7};
      line.type = type;
      line.f = "acquire";
      if (type == EventType::ok) line.value = Value::integer(token);
      extra.push_back(line);
    }
    for (const EventType type : {EventType::invoke, EventType::ok}) {
      Line line;
      line.process = Process{7};
      line.type = type;
      line.f = "add";
      line.value = Value::pair(Value::integer(7), Value::integer(token));
      extra.push_back(line);
    }
    run.lines.insert(run.lines.begin() + static_cast<std::ptrdiff_t>(grant) + 1, extra.begin(),
                     extra.end());
    const history::History planted = to_history(run.lines);
    ASSERT_EQ(check_mutual_exclusion(planted).validity, Validity::invalid) << text(planted);
    ASSERT_EQ(check_mutual_exclusion(planted).anomalies[0].kind, "two holders");
    ASSERT_EQ(check_fencing(planted).validity, Validity::invalid) << text(planted);
  }
}

TEST(UniqueIdsCheckProperties, OnePlantedRepetitionIsFoundAmongAnyNumber) {
  for (std::uint64_t seed = 0; seed < scaled(500); ++seed) {
    Choices choices(seed, 12);
    const std::uint64_t first = choices.below("first"_site, 50);
    const std::uint64_t second = 50 + choices.below("second"_site, 50);
    std::vector<Line> lines;
    for (std::uint64_t i = 0; i < 100; ++i) {
      Line line;
      line.f = "next_id";
      lines.push_back(line);
      line.type = EventType::ok;
      line.value = integer(i == second ? first : i);
      lines.push_back(line);
    }
    const Check check = check_unique_ids(to_history(lines));
    ASSERT_EQ(check.anomalies.size(), 1U);
    const std::vector<std::uint32_t> pair{static_cast<std::uint32_t>(2 * first),
                                          static_cast<std::uint32_t>(2 * second)};
    ASSERT_EQ(check.anomalies[0].operations, pair);
  }
}

}  // namespace
}  // namespace tribunal::workloads
