// The entrance: keys, budgets, threads, size, and what a verdict carries.
#include "checker/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/linearizability/shared_arrays.h"
#include "checker/proof.h"
#include "tests/checker/edn_histories.h"
#include "tests/checker/random_histories.h"

namespace tribunal::checker {
namespace {

using history::EventType;
using history::Value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::build;
using testing_support::checked;
using testing_support::Dice;
using testing_support::lines;
using testing_support::RawEvent;

Options cas_register() {
  Options options;
  options.model = "cas-register";
  return options;
}

// Rounds of writes that are all concurrent, and a read at the end that no order explains: every
// subset of the last round has to be tried before that is known.
history::History contended(int rounds, int clients) {
  std::vector<RawEvent> events;
  int value = 0;
  for (int round = 0; round < rounds; ++round) {
    std::vector<RawEvent> open;
    for (int c = 0; c < clients; ++c) {
      open.push_back({c, EventType::invoke, "write", Value::integer(++value)});
    }
    events.insert(events.end(), open.begin(), open.end());
    for (RawEvent& event : open) event.type = EventType::ok;
    events.insert(events.end(), open.begin(), open.end());
  }
  events.push_back({0, EventType::invoke, "read", {}});
  events.push_back({0, EventType::ok, "read", Value::integer(1)});
  return build(events);
}

TEST(Check, OfNothingIsValid) {
  const Check check = checked(history::History{});
  EXPECT_EQ(check.validity, Validity::valid);
  EXPECT_TRUE(check.proofs.empty());
}

TEST(Check, LeavesTheNemesisAlone) {
  const Check check = checked("0 invoke read\n:nemesis info start :anything\n0 ok read nil");
  EXPECT_EQ(check.validity, Validity::valid);
  EXPECT_EQ(check.operations, 1U);
}

TEST(Check, JudgesIndependentKeysOneByOne) {
  std::vector<RawEvent> events;
  for (const int key : {7, 3}) {
    events.push_back({0, EventType::invoke, "write", Value::integer(key), key});
    events.push_back({0, EventType::ok, "write", Value::integer(key), key});
    events.push_back({0, EventType::invoke, "read", {}, key});
    events.push_back({0, EventType::ok, "read", Value::integer(7), key});
  }
  const history::History history = build(events);
  const Check check = checked(history);
  EXPECT_EQ(check.validity, Validity::invalid);
  ASSERT_EQ(check.proofs.size(), 2U);
  EXPECT_EQ(history.value(check.proofs[0].key), Value::integer(7));
  EXPECT_EQ(check.proofs[0].validity, Validity::valid);
  EXPECT_THAT(check.proofs[0].order, ElementsAre(0U, 2U));
  EXPECT_EQ(check.proofs[1].validity, Validity::invalid);
  EXPECT_EQ(check.proofs[1].stuck_at, 7U);
  ASSERT_EQ(check.anomalies.size(), 1U);
  EXPECT_TRUE(check.anomalies[0].has_key);
  EXPECT_EQ(history.value(check.anomalies[0].key), Value::integer(3));
}

TEST(Check, TellsTheLongestPrefixAndWhatBlocksIt) {
  const Check check = checked(
      "0 invoke write 1\n0 ok write 1\n1 invoke write 2\n2 invoke read\n0 invoke read\n0 ok read "
      "3\n"
      "1 ok write 2\n2 ok read 1");
  const KeyProof& proof = check.proofs.at(0);
  EXPECT_EQ(proof.stuck_at, 5U);
  EXPECT_THAT(proof.order, ElementsAre(0U, 2U));
  EXPECT_THAT(proof.blocked, ElementsAre(4U, 3U));
  EXPECT_THAT(proof.blocked_why,
              ElementsAre("read 3, but the register holds 2", "read 1, but the register holds 2"));
}

TEST(Check, AnswersUnknownWhenTheStepsAreUsedUp) {
  const history::History history = contended(10, 30);
  Options options = cas_register();
  options.step_budget = 2'000;
  const Check first = checked(history, options);
  const Check second = checked(history, options);
  ASSERT_EQ(first.validity, Validity::unknown);
  EXPECT_THAT(first.reason, HasSubstr("2000 steps"));
  EXPECT_EQ(first.proofs[0].reason, first.reason);
  EXPECT_EQ(first.steps, second.steps);
  EXPECT_EQ(first.proofs[0].order, second.proofs[0].order);
  EXPECT_FALSE(first.proofs[0].order.empty());
}

TEST(Check, AnswersUnknownWhenMemoryTimeOrPatienceIsUsedUp) {
  const history::History history = contended(10, 40);
  Options memory = cas_register();
  memory.memory_budget = 1 << 20;
  EXPECT_THAT(checked(history, memory).reason, HasSubstr("memory"));
  Options time = cas_register();
  time.time_budget = milliseconds(20);
  EXPECT_THAT(checked(history, time).reason, HasSubstr("time"));
  Options cancelled = cas_register();
  cancelled.cancelled = [] { return true; };
  EXPECT_EQ(checked(history, cancelled).reason, "cancelled");
}

TEST(Check, SaysSoWhenTheCoreMayNotBeMinimal) {
  Options options;
  options.minimise = false;
  const Check check = checked(
      "0 invoke write 1\n0 ok write 1\n0 invoke write 2\n0 ok write 2\n0 invoke read\n0 ok read 3",
      options);
  ASSERT_EQ(check.anomalies.size(), 1U);
  EXPECT_FALSE(check.anomalies[0].minimal);
  EXPECT_EQ(check.anomalies[0].operations, check.proofs[0].core);
}

TEST(Check, DoesNotDependOnTheNumberOfThreads) {
  std::vector<RawEvent> events;
  Dice dice(3);
  std::vector<std::vector<int>> written(40);
  for (int i = 0; i < 4'000; ++i) {
    const int key = static_cast<int>(dice.below(40));
    const int process = static_cast<int>(dice.below(3));
    const bool read = dice.chance(50);
    const int value = static_cast<int>(dice.below(4));
    const Value what = Value::integer(value);
    events.push_back(
        {process, EventType::invoke, read ? "read" : "write", read ? Value{} : what, key});
    auto& past = written[static_cast<std::size_t>(key)];
    const Value seen =
        past.empty()
            ? Value{}
            : Value::integer(past[past.size() > 3 && dice.chance(1) ? 0 : past.size() - 1]);
    if (!read) past.push_back(value);
    events.push_back({process, EventType::ok, read ? "read" : "write", read ? seen : what, key});
  }
  const history::History history = build(events);
  Options options;
  for (const std::uint64_t memory : {std::uint64_t{0}, std::uint64_t{40'000}}) {
    options.memory_budget = memory;
    options.threads = 1;
    const Check alone = checked(history, options);
    EXPECT_EQ(alone.validity, Validity::invalid);
    for (const std::uint32_t threads : {2U, 5U}) {
      options.threads = threads;
      const Check together = checked(history, options);
      EXPECT_EQ(proof_json(history, options, alone), proof_json(history, options, together));
      ASSERT_EQ(alone.anomalies.size(), together.anomalies.size());
      for (std::size_t i = 0; i < alone.anomalies.size(); ++i) {
        EXPECT_EQ(alone.anomalies[i].explanation, together.anomalies[i].explanation);
        EXPECT_EQ(alone.anomalies[i].steps, together.anomalies[i].steps);
      }
    }
  }
}

// A million operations deep: nothing recurses, and memory does not grow with the square.
TEST(Check, TakesAMillionOperationsOfOneKey) {
  history::History history;
  const history::Symbol write = history.symbol("write");
  const history::Symbol read = history.symbol("read");
  for (int i = 0; i < 500'000; ++i) {
    for (const history::Symbol f : {write, read}) {
      history::Event event;
      event.process = static_cast<history::Process>(f == write ? 0 : 1);
      event.f = f;
      event.value = f == write ? history.intern(Value::integer(i)) : history::ValueRef{};
      ASSERT_TRUE(history.append(event).ok());
      event.type = EventType::ok;
      event.value = history.intern(Value::integer(i));
      ASSERT_TRUE(history.append(event).ok());
    }
  }
  Options options;
  options.memory_budget = 400'000'000;
  const Check check = checked(history, options);
  EXPECT_EQ(check.validity, Validity::valid) << check.reason;
  EXPECT_EQ(check.proofs[0].order.size(), 1'000'000U);
}

// As above, but everything is concurrent with one operation that never ends until the last event.
TEST(Check, TakesAMillionOperationsBesideOneThatSpansThemAll) {
  history::History history;
  const auto add = [&](int process, EventType type, const char* f, const Value& value) {
    history::Event event;
    event.process = static_cast<history::Process>(process);
    event.type = type;
    event.f = history.symbol(f);
    event.value = history.intern(value);
    ASSERT_TRUE(history.append(event).ok());
  };
  add(9, EventType::invoke, "write", Value::integer(-1));
  for (int i = 0; i < 300'000; ++i) {
    add(0, EventType::invoke, "write", Value::integer(i));
    add(0, EventType::ok, "write", Value::integer(i));
    add(1, EventType::invoke, "read", {});
    add(1, EventType::ok, "read", Value::integer(i));
  }
  add(1, EventType::invoke, "read", {});
  add(1, EventType::ok, "read", Value::integer(-1));
  add(9, EventType::ok, "write", Value::integer(-1));
  EXPECT_EQ(checked(history).validity, Validity::valid);
}

TEST(SharedArrays, AreEqualExactlyWhenTheirContentIs) {
  linearizability::SharedArrays arrays(100);
  Dice dice(4);
  std::map<std::vector<std::uint64_t>, linearizability::SharedArrays::Array> known;
  for (int round = 0; round < 2'000; ++round) {
    std::vector<std::uint64_t> words(100);
    linearizability::SharedArrays::Array array = 0;
    for (std::uint64_t n = dice.below(4); n > 0; --n) {
      const auto at = static_cast<std::uint32_t>(dice.below(5) * 20);
      words[at] = dice.below(3);
      array = arrays.set(array, at, words[at]);
    }
    EXPECT_EQ(arrays.build(words), array);
    for (std::uint32_t at = 0; at < 100; at += 20) EXPECT_EQ(arrays.get(array, at), words[at]);
    const auto [place, fresh] = known.try_emplace(words, array);
    EXPECT_EQ(place->second, array);
  }
  std::set<linearizability::SharedArrays::Array> distinct;
  for (const auto& [words, array] : known) distinct.insert(array);
  EXPECT_EQ(distinct.size(), known.size());
}

TEST(SharedArrays, KnowSubsets) {
  linearizability::SharedArrays sets(3);
  const auto a = sets.with_bit(sets.with_bit(0, 5), 130);
  const auto b = sets.with_bit(a, 70);
  EXPECT_TRUE(sets.subset(a, b));
  EXPECT_TRUE(sets.subset(a, a));
  EXPECT_TRUE(sets.subset(0, a));
  EXPECT_FALSE(sets.subset(b, a));
  EXPECT_FALSE(sets.subset(a, sets.without_bit(b, 5)));
  EXPECT_THAT(sets.bits(b), ElementsAre(5U, 70U, 130U));
}

}  // namespace
}  // namespace tribunal::checker
