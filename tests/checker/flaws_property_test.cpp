// Can the comparison with brute force fail? The search is built with one deliberate flaw at a time,
// and each must be caught on random histories like those of the other tests; without a flaw, none
// is.
#include <algorithm>

#include <gtest/gtest.h>

#include "checker/linearizability/key_history.h"
#include "checker/linearizability/search_engine.h"
#include "tests/checker/brute_force.h"
#include "tests/checker/random_histories.h"
#include "tests/scale.h"

namespace tribunal::checker::linearizability {
namespace {

using history::EventType;
using testing_support::BruteForce;
using testing_support::Generator;

// A way of preparing the operations of a key that would be wrong.
using Spoil = void (*)(std::vector<Op>&, std::uint32_t events);

void leave(std::vector<Op>&, std::uint32_t) {}

void info_as_ok(std::vector<Op>& ops, std::uint32_t events) {
  for (Op& op : ops) {
    if (op.optional()) op.ret = events++;
  }
}

void info_as_fail(std::vector<Op>& ops, std::uint32_t) {
  ops.erase(std::remove_if(ops.begin(), ops.end(), [](const Op& op) { return op.optional(); }),
            ops.end());
}

void reads_optional(std::vector<Op>& ops, std::uint32_t) {
  for (Op& op : ops) {
    if (op.pure) op.ret = never;
  }
}

void one_edge_forgotten(std::vector<Op>& ops, std::uint32_t) {
  if (!ops.empty()) ops.back().call = 0;  // invoked before everything
  std::rotate(ops.begin(), ops.end() - (ops.empty() ? 0 : 1), ops.end());
  for (std::size_t i = 1; i < ops.size(); ++i)
    ++ops[i].call, ops[i].ret += ops[i].optional() ? 0 : 1;
}

void kept_alive(std::vector<Op>& ops, std::uint32_t events) {
  if (!ops.empty() && !ops[0].optional()) ops[0].ret = events;  // returns after everything
}

struct Prepared {
  history::History history;
  Options options;
  bool expected = false;
};

// The first `n` single-key histories of a model.
std::vector<Prepared> prepare(const std::string& model, std::uint64_t n) {
  std::vector<Prepared> all;
  for (std::uint64_t seed = 4'000'000; all.size() < n; ++seed) {
    Generator generator(model, seed);
    Prepared one{generator.history(8), generator.options(), false};
    const auto keys = split(one.history, *resolve(one.history, one.options));
    if (!keys.ok() || keys->size() != 1) continue;
    one.expected = BruteForce(one.history, one.options).linearizable();
    all.push_back(std::move(one));
  }
  return all;
}

template <Flaw flaw>
std::uint64_t disagreements(const std::vector<Prepared>& all, Spoil spoil) {
  std::uint64_t wrong = 0;
  for (const Prepared& one : all) {
    const Options options = *resolve(one.history, one.options);
    const auto keys = split(one.history, options);
    std::vector<Op> ops = (*keys)[0].ops;
    spoil(ops, static_cast<std::uint32_t>(one.history.size()));
    Limits limits;
    limits.steps = 100'000;
    const Found found = Engine<flaw>((*(*keys)[0].model), ops, limits).run();
    wrong += (found.outcome == Outcome::possible) != one.expected ? 1 : 0;
  }
  return wrong;
}

class Flaws : public testing::Test {
 protected:
  static const std::vector<std::vector<Prepared>>& histories() {
    static const std::vector<std::vector<Prepared>> all = [] {
      std::vector<std::vector<Prepared>> made;
      for (const std::string& model : model_names())
        made.push_back(prepare(model, std::max<std::uint64_t>(scaled(6'000), 2'000)));
      return made;
    }();
    return all;
  }

  template <Flaw flaw>
  static std::uint64_t count(Spoil spoil = leave) {
    std::uint64_t wrong = 0;
    for (const std::vector<Prepared>& model : histories())
      wrong += disagreements<flaw>(model, spoil);
    return wrong;
  }
};

TEST_F(Flaws, NoneIsReportedWhereThereIsNone) { EXPECT_EQ(count<Flaw::none>(), 0U); }

TEST_F(Flaws, OfTheMemoAreCaught) {
  EXPECT_GT(count<Flaw::memo_without_state>(), 0U);
  EXPECT_GT(count<Flaw::memo_without_pending>(), 0U);
}

TEST_F(Flaws, OfRealTimeAreCaught) {
  EXPECT_GT(count<Flaw::returns_ignored>(), 0U);
  EXPECT_GT(count<Flaw::optional_before_call>(), 0U);
  EXPECT_GT(count<Flaw::none>(one_edge_forgotten), 0U);
  EXPECT_GT(count<Flaw::none>(kept_alive), 0U);
}

TEST_F(Flaws, OfTheReductionsAreCaught) {
  EXPECT_GT(count<Flaw::everything_is_pure>(), 0U);
  EXPECT_GT(count<Flaw::latest_twin>(), 0U);
  EXPECT_GT(count<Flaw::optional_once>(), 0U);
  EXPECT_GT(count<Flaw::nothing_after_optional>(), 0U);
  EXPECT_GT(count<Flaw::growth_everywhere>(), 0U);
}

// These two need a longer story than most random histories of eight operations tell.
template <Flaw flaw>
Outcome outcome(const std::vector<testing_support::RawEvent>& events) {
  const history::History history = testing_support::build(events);
  Options given;
  given.model = "cas-register";
  given.initial = history::Value::integer(0);
  const Options options = *resolve(history, given);
  const auto keys = split(history, options);
  return Engine<flaw>(*(*keys)[0].model, (*keys)[0].ops, Limits{}).run().outcome;
}

// The first read could be explained by either unknown operation, the second only by the write.
TEST_F(Flaws, OfForgettingWhichUnknownOperationsWereUsedAreCaught) {
  using history::Value;
  const auto i = [](int n) { return Value::integer(n); };
  const std::vector<testing_support::RawEvent> events = {
      {0, EventType::invoke, "write", i(1)}, {1, EventType::invoke, "cas", Value::pair(i(0), i(1))},
      {2, EventType::invoke, "read", {}},    {2, EventType::ok, "read", i(1)},
      {2, EventType::invoke, "write", i(5)}, {2, EventType::ok, "write", i(5)},
      {2, EventType::invoke, "read", {}},    {2, EventType::ok, "read", i(1)}};
  EXPECT_EQ(outcome<Flaw::none>(events), Outcome::possible);
  EXPECT_EQ(outcome<Flaw::memo_without_optional>(events), Outcome::impossible);
}

// A slot that is used again by a later operation must not still say that the earlier one is
// linearized.
TEST_F(Flaws, OfTheSlotsAreCaughtOnLongerHistories) {
  std::uint64_t wrong = 0;
  for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
    Generator generator("register", seed + 5'000'000);
    const history::History history = generator.history(24);
    const Options options = *resolve(history, generator.options());
    const auto keys = split(history, options);
    for (const KeyHistory& key : *keys) {
      const Limits limits;
      const Found right = Engine<>(*key.model, key.ops, limits).run();
      const Found flawed = Engine<Flaw::stale_slots>(*key.model, key.ops, limits).run();
      wrong += right.outcome != flawed.outcome ? 1 : 0;
    }
  }
  EXPECT_GT(wrong, 0U);
}

TEST_F(Flaws, OfTheMeaningOfInfoAreCaught) {
  EXPECT_GT(count<Flaw::none>(info_as_ok), 0U);
  EXPECT_GT(count<Flaw::none>(info_as_fail), 0U);
  EXPECT_GT(count<Flaw::none>(reads_optional), 0U);
}

}  // namespace
}  // namespace tribunal::checker::linearizability
