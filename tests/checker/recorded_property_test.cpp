// Answers of stores as values of a history, and back; through every file format.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/choices.h"
#include "checker/confluence/invariants_held.h"
#include "checker/confluence/recorded.h"
#include "checker/confluence/recorded_values.h"
#include "history/files.h"
#include "spec/instance.h"
#include "tests/scale.h"

namespace tribunal::checker::confluence {
namespace {

using history::EventType;
using history::History;
using history::Process;
using history::Value;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr const char* text = R"(
  sort User[2]; sort E[2]; enum Mood { calm, cross };
  awset user[User]; lww mood[User]: Mood; counter stock = 3; rwset r[E]; max high;
  op register(fresh u: User, m: Mood) { add user[u]; mood[u] := m; }
  op leave(u: User) { remove user[u]; }
  op take(n: int) { stock -= n; high := n; }
  op put(e: E) { add r[e]; }
  op drop(e: E) { remove r[e]; }
  invariant some: stock >= 0;
  invariant calm: forall u: User where user[u] . forall e: E . r[e] => mood[u] == calm;
)";

spec::Program program() {
  static const spec::Program made = spec::make_program(text, {3}).value();
  return made;
}

// A random replica of three that tell one another everything now and then.
spec::Instance random_instance(std::uint64_t seed) {
  Choices draws(seed, 0);
  const spec::Layout& layout = program().layout();
  std::vector<spec::Instance> nodes(3);
  for (int i = 0; i < 12; ++i) {
    const auto n = static_cast<std::uint32_t>(draws.below("node"_site, 3));
    if (draws.chance("deliver"_site, 300'000)) {
      for (const spec::Event& event : nodes[(n + 1) % 3].events) nodes[n].deliver(event);
      continue;
    }
    const auto op = static_cast<std::uint32_t>(draws.below("op"_site, 5));
    const auto a = static_cast<std::int64_t>(draws.below("argument"_site, 2));
    const auto made = nodes[n].replica(layout).attempt(layout, op, std::vector{a}, n, 3);
    if (made.outcome == spec::Outcome::committed) nodes[n].commit(made.event);
  }
  return nodes[0];
}

TEST(RecordedInspections, AreReadBackWithEveryEvent) {
  const EventReader reader(program());
  std::size_t events = 0;
  for (std::uint64_t seed = 0; seed < scaled(500); ++seed) {
    const spec::Instance instance = random_instance(seed);
    const spec::Inspection inspection{spec::frontier_of(instance.events),
                                      {},
                                      seed % 5 == 0,
                                      seed,
                                      seed % 3 != 0,
                                      seed % 3 != 0 ? instance.events : std::vector<spec::Event>{}};
    const auto read = read_inspection(recorded_inspection(program(), inspection));
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->frontier, inspection.frontier);
    EXPECT_EQ(read->overflowed, inspection.overflowed);
    EXPECT_EQ(read->full, inspection.full);
    ASSERT_EQ(read->events.size(), inspection.events.size());
    for (std::size_t i = 0; i < inspection.events.size(); ++i, ++events) {
      const auto event = reader.read(read->events[i]);
      ASSERT_TRUE(event.has_value()) << "seed " << seed;
      ASSERT_EQ(*event, inspection.events[i]) << "seed " << seed;
    }
  }
  EXPECT_GT(events, scaled(500));
}

TEST(RecordedReceipts, AreReadBack) {
  for (std::uint64_t seed = 0; seed < scaled(200); ++seed) {
    for (const spec::Event& event : random_instance(seed).events) {
      const spec::Receipt receipt = spec::receipt_of(event);
      ASSERT_EQ(read_receipt(recorded_receipt(receipt)), receipt);
    }
  }
}

TEST(RecordedViolations, NameWhatIsBound) {
  spec::Inspection inspection;
  inspection.violated = {{0, {}}, {1, {2, 1}}};
  const Value value = recorded_inspection(program(), inspection);
  EXPECT_THAT(value.show(), HasSubstr(":invariant :calm, :witness {:e \"E1\", :u \"User2\"}"));
  const auto read = read_inspection(value);
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->violated.size(), 2u);
  EXPECT_EQ(read->violated[0].invariant, "some");
  EXPECT_THAT(read->violated[0].witness, IsEmpty());
  EXPECT_THAT(read->violated[1].witness, ElementsAre(Pair("e", "E1"), Pair("u", "User2")));
}

TEST(RecordedRefusals, SayWhy) {
  using spec::Outcome;
  const auto words = [](Outcome outcome, std::uint32_t invariant = 0) {
    return recorded_refusal(program(), {outcome, invariant});
  };
  EXPECT_EQ(words(Outcome::guard), "guard");
  EXPECT_EQ(words(Outcome::invariant, 1), "invariant/calm");
  EXPECT_EQ(words(Outcome::invariant, 9), "mismatch");
  EXPECT_EQ(words(Outcome::exhausted), "exhausted");
  EXPECT_EQ(words(Outcome::argument), "argument");
  EXPECT_EQ(words(Outcome::overflow), "overflow");
}

TEST(ForeignValues, AreNoAnswers) {
  for (const Value& value :
       {Value(), Value::integer(3), Value::map({}), Value::vector({Value::integer(1)}),
        Value::map({Value::keyword("event"), Value::integer(1)})}) {
    EXPECT_FALSE(read_receipt(value).has_value()) << value.show();
    EXPECT_FALSE(read_inspection(value).has_value()) << value.show();
  }
  RecordedEvent event{{1, 0}, "take", {1}, {}, {{"stock", spec::Change::What::increase, -1, {}}}};
  const EventReader reader(program());
  EXPECT_TRUE(reader.read(event).has_value());
  event.changes[0].cell = "stick";
  EXPECT_FALSE(reader.read(event).has_value());
  event.changes.clear();
  event.transaction = "give";
  EXPECT_FALSE(reader.read(event).has_value());
}

class Recording {
 public:
  void add(int process, EventType type, const char* f, std::int64_t key, const Value& value,
           std::uint16_t node, const char* error = nullptr) {
    history::Event event;
    event.time = milliseconds(++at_);
    event.process = Process{process};
    event.type = type;
    event.f = history.symbol(f);
    event.value = history.intern(value);
    event.key = history.intern(Value::integer(key));
    event.has_key = true;
    event.node = node;
    if (error != nullptr) event.error = history.intern(Value::keyword(error));
    ASSERT_TRUE(history.append(event).ok());
  }
  void inspect(std::int64_t key, std::uint16_t node, const spec::Inspection& shown) {
    add(0, EventType::invoke, inspect_name, key, {}, node);
    add(0, EventType::ok, inspect_name, key, recorded_inspection(program(), shown), node);
  }
  History history;

 private:
  std::int64_t at_ = 0;
};

Recording sample() {
  Recording r;
  const Value argument = Value::vector({Value::integer(1)});
  r.add(1, EventType::invoke, "register", 7, argument, 2);
  r.add(2, EventType::invoke, "take", 7, argument, 1);
  r.add(1, EventType::ok, "register", 7, recorded_receipt({{4, 2}, {5, 1}, {{3, 0}, {1, 4}}}), 2);
  r.add(2, EventType::fail, "take", 7, argument, 1, "invariant/some");
  r.add(3, EventType::invoke, "put", 8, argument, 0);
  r.add(3, EventType::info, "put", 8, argument, 0, "timeout");
  r.inspect(7, 1, {{{4, 2}}, {}, false, 99, true, random_instance(4).events});
  return r;
}

void expect_the_sample(const History& history) {
  const std::vector<RecordedInstance> instances = recorded(history);
  ASSERT_EQ(instances.size(), 2u);
  const RecordedInstance& seven = instances[0];
  EXPECT_EQ(history.value(seven.key), Value::integer(7));
  ASSERT_EQ(seven.transactions.size(), 2u);
  const RecordedTransaction& done = seven.transactions[0];
  EXPECT_EQ(done.name, "register");
  EXPECT_THAT(done.chosen, ElementsAre(1));
  EXPECT_EQ(done.outcome, EventType::ok);
  EXPECT_EQ(done.node, 2);
  ASSERT_TRUE(done.receipt.has_value());
  EXPECT_EQ(*done.receipt, (spec::Receipt{{4, 2}, {5, 1}, {{3, 0}, {1, 4}}}));
  EXPECT_EQ(seven.transactions[1].refusal, "invariant/some");
  EXPECT_EQ(seven.transactions[1].outcome, EventType::fail);
  EXPECT_FALSE(seven.transactions[1].receipt.has_value());
  ASSERT_EQ(seven.inspections.size(), 1u);
  EXPECT_EQ(seven.inspections[0].node, 1);
  EXPECT_EQ(seven.inspections[0].digest, "0000000000000063");
  const EventReader reader(program());
  const std::vector<spec::Event> events = random_instance(4).events;
  ASSERT_EQ(seven.inspections[0].events.size(), events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(reader.read(seven.inspections[0].events[i]), events[i]);
  }
  EXPECT_EQ(instances[1].transactions[0].outcome, EventType::info);
}

TEST(RecordedHistories, SurviveEveryFormat) {
  const Recording r = sample();
  expect_the_sample(r.history);
  std::string edn, jsonl;
  history::write_edn(r.history, edn);
  history::write_jsonl(r.history, jsonl);
  for (const std::string& bytes : {edn, jsonl, history::write_binary(r.history)}) {
    const auto again = history::read_text(bytes, "sample");
    ASSERT_TRUE(again.ok()) << again.error().show();
    expect_the_sample(*again);
  }
}

TEST(InvariantsHeld, IsUndecidedWhenNobodyLooked) {
  Recording r;
  r.add(1, EventType::invoke, "take", 7, Value::vector({Value::integer(1)}), 2);
  const Check check = check_invariants_held(r.history);
  EXPECT_EQ(check.name, "invariants");
  EXPECT_EQ(check.model, "spec-invariants");
  EXPECT_EQ(check.validity, Validity::unknown);
}

TEST(InvariantsHeld, IsValidWhereNothingWasSeen) {
  EXPECT_EQ(check_invariants_held(sample().history).validity, Validity::valid);
}

TEST(InvariantsHeld, NamesTheInvariantTheNodesAndTheWitnessOnceForEachInstance) {
  Recording r = sample();
  const auto first = static_cast<std::uint32_t>(r.history.size());
  r.inspect(7, 1, {{{4, 2}}, {{1, {2, 1}}}, false, 99});
  r.inspect(7, 2, {{{4, 2}}, {{1, {2, 1}}}, false, 99});
  r.inspect(8, 2, {{{4, 2}}, {{0, {}}}, false, 99});
  const Check check = check_invariants_held(r.history);
  EXPECT_EQ(check.validity, Validity::invalid);
  ASSERT_EQ(check.anomalies.size(), 2u);
  EXPECT_EQ(check.anomalies[0].kind, "violated invariant");
  EXPECT_THAT(check.anomalies[0].operations, ElementsAre(first));
  EXPECT_EQ(r.history.value(check.anomalies[0].key), Value::integer(7));
  EXPECT_EQ(check.anomalies[0].explanation,
            "n2 shows a state of instance 7 that violates the invariant 'calm', with e = E1, "
            "u = User2; so does n3.");
  EXPECT_THAT(check.anomalies[1].explanation, HasSubstr("'some'."));
}

TEST(InvariantsHeld, MakesNothingOfNumbersThatAreTooLarge) {
  Recording r = sample();
  r.inspect(7, 1, {{{4, 2}}, {{1, {2, 1}}}, true, 99});
  EXPECT_EQ(check_invariants_held(r.history).validity, Validity::valid);
}

}  // namespace
}  // namespace tribunal::checker::confluence
