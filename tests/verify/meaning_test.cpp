// What operations mean under each model and option: docs/proofs.md, clause by clause.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/verify/edn.h"
#include "tests/verify/proof_text.h"
#include "verify/verify.h"

namespace tribunal::verify::test {
namespace {

using testing::HasSubstr;

Report order(const Setting& setting, const std::string& clauses,
             const std::vector<std::uint32_t>& order) {
  const History history = events(clauses);
  return verify_proof(history,
                      sealed(document(history, setting, Json::array({valid_key(nullptr, order)}))));
}

void expect_right(const Setting& setting, const std::string& clauses,
                  const std::vector<std::uint32_t>& list) {
  const Report report = order(setting, clauses, list);
  EXPECT_EQ(report.finding, Finding::accepted) << report.reason;
}

void expect_wrong(const Setting& setting, const std::string& clauses,
                  const std::vector<std::uint32_t>& list, const std::string& why) {
  const Report report = order(setting, clauses, list);
  EXPECT_EQ(report.finding, Finding::rejected);
  EXPECT_THAT(report.reason, HasSubstr(why));
}

const Setting reg{"register"};
const Setting cas{"cas-register"};
const Setting multi{"multi-register"};
const Setting kv{"kv"};
const Setting set{"set"};
const Setting mutex{"mutex"};

Setting with(Setting setting, bool observe, bool any) {
  setting.observe = observe;
  setting.any = any;
  return setting;
}

TEST(Meaning, AReadOfNilIsAValueOrNothingAsTheOptionSays) {
  const std::string clauses = "0 invoke write 1; 0 ok write 1; 1 invoke read; 1 ok read nil";
  expect_wrong(reg, clauses, {0, 2}, "needs nil where the value is 1");
  expect_right(with(reg, false, true), clauses, {0, 2});
}

TEST(Meaning, ANilReadStillOccursInTheOrderUnderAny) {
  expect_wrong(with(reg, false, true), "0 invoke read; 0 ok read nil", {},
               "operation 0 is missing");
}

TEST(Meaning, WhatWasWrittenIsTheInvocationAndWhatWasReadTheCompletion) {
  expect_right(reg, "0 invoke write 1; 0 ok write 7; 1 invoke read 9; 1 ok read 1", {0, 2});
  expect_right(cas, "0 invoke cas [nil 2]; 0 ok cas 5; 1 invoke read; 1 ok read 2", {0, 2});
}

TEST(Meaning, ReadsThatAreNotOkAreLeftOut) {
  expect_right(reg, "0 invoke read; 0 info read 4; 1 invoke read", {});
  expect_wrong(reg, "0 invoke read; 0 info read 4", {0}, "observed nothing");
  expect_wrong(reg, "0 invoke read", {0}, "observed nothing");
  expect_wrong(multi, "0 invoke txn [[:read :x nil]]; 0 info txn nil", {0}, "observed nothing");
  expect_wrong(reg, "0 invoke read; 0 fail read 4", {0}, "failed");
}

TEST(Meaning, AnInfoOperationMayTakeEffectOnceLongAfterItsCompletionOrNever) {
  const std::string clauses =
      "0 invoke write 1; 0 info write 1; 1 invoke read; 1 ok read nil; 1 invoke read; 1 ok read ";
  expect_right(reg, clauses + "1", {2, 0, 4});
  expect_right(reg, clauses + "nil", {2, 4});
  expect_wrong(reg, clauses + "1", {2, 4}, "needs 1 where the value is nil");
  expect_wrong(reg, clauses + "1", {0, 2, 4}, "needs nil where the value is 1");
  expect_wrong(reg, clauses + "nil", {2, 4, 0, 0}, "occurs twice");
}

TEST(Meaning, AnOperationCannotTakeEffectBeforeItsInvocation) {
  const std::string clauses = "1 invoke read; 1 ok read 1; 0 invoke write 1";
  expect_wrong(reg, clauses, {2, 0}, "operation 2 stands before operation 0");
}

TEST(Meaning, AFailedCasSaysNothingOrThatTheValueWasAnother) {
  const std::string clauses =
      "0 invoke write 1; 0 ok write 1; 1 invoke cas [1 2]; 1 fail cas [1 2]";
  expect_right(cas, clauses, {0});
  expect_wrong(cas, clauses, {0, 2}, "failed");
  expect_wrong(with(cas, true, false), clauses, {0}, "operation 2 is missing");
  expect_wrong(with(cas, true, false), clauses, {0, 2},
               "needs anything but 1 where the value is 1");
  expect_wrong(with(cas, true, false), clauses, {2, 0}, "stands before");
  expect_right(with(cas, true, false), "0 invoke write 3; 1 invoke cas [1 2]; 1 fail cas nil",
               {2 - 1});
}

TEST(Meaning, AnInfoCasNeedsItsRequirementWhereItTakesEffect) {
  const std::string clauses = "0 invoke cas [1 2]; 0 info cas nil; 1 invoke read; 1 ok read 2";
  expect_wrong(cas, clauses, {0, 2}, "needs 1 where the value is nil");
  Setting one = cas;
  one.initial = number(1);
  expect_right(one, clauses, {0, 2});
}

TEST(Meaning, EventsOfTheNemesisAreNoOperations) {
  expect_right(reg, ":nemesis info explode; 0 invoke write 1; :nemesis info heal", {1});
}

TEST(Meaning, ATxnTakesEffectAtOnceAndInItsOwnOrder) {
  const auto txn = [](const std::string& asked, const std::string& seen) {
    return "0 invoke txn " + asked + "; 0 ok txn " + seen;
  };
  expect_right(multi,
               txn("[[:read :x nil] [:write :x 1] [:read :x nil]]",
                   "[[:read :x nil] [:write :x 1] [:read :x 1]]"),
               {0});
  expect_wrong(multi, txn("[[:write :x 1] [:read :x nil]]", "[[:write :x 1] [:read :x 2]]"), {0},
               "had itself just written");
  expect_wrong(multi, txn("[[:read :x nil] [:write :x 1]]", "[[:read :x 1] [:write :x 1]]"), {0},
               "needs 1 where the value is nil");
  expect_right(multi,
               txn("[[:write :x 1] [:write :x 2]]", "[[:write :x 1] [:write :x 2]]") +
                   "; 0 invoke txn [[:read :x nil]]; 0 ok txn [[:read :x 2]]",
               {0, 2});
  expect_right(with(multi, false, true),
               txn("[[:write :x 1] [:read :x nil] [:read :y nil]]",
                   "[[:write :x 1] [:read :x nil] [:read :y nil]]"),
               {0});
  expect_right(multi, txn("([:read :x nil])", "[(:read :x nil)]"), {0});
}

TEST(Meaning, AMultiRegisterBeginsWithTheEntriesOfItsInitialMap) {
  Setting setting = multi;
  setting.initial = Value::map({Value::keyword("x"), number(0)});
  expect_right(
      setting,
      "0 invoke txn [[:read :x nil] [:read :y nil]]; 0 ok txn [[:read :x 0] [:read :y nil]]", {0});
}

TEST(Meaning, OfKvTellsNilFromTheEmptyString) {
  expect_right(kv, "0 invoke get; 0 ok get nil", {0});
  expect_wrong(kv, "0 invoke get; 0 ok get \"\"", {0}, "got \"\" where the value is nil");
  Setting empty = kv;
  empty.initial = word("");
  expect_right(empty, "0 invoke get; 0 ok get \"\"", {0});
  expect_wrong(empty, "0 invoke get; 0 ok get nil", {0}, "got nil where the value is \"\"");
}

TEST(Meaning, OfKvAppendsToNilAsPut) {
  expect_right(kv,
               "0 invoke append \"a\"; 0 ok append nil; 0 invoke append \"b\"; 0 ok append nil; 0 "
               "invoke get; 0 ok get \"ab\"",
               {0, 2, 4});
}

TEST(Meaning, ASetReadSeesAllElementsInAnyOrderAndNumber) {
  const std::string adds =
      "0 invoke add 1; 0 ok add 1; 0 invoke add 2; 0 ok add 2; 0 invoke read; 0 ok read ";
  for (const char* seen : {"[1 2]", "(2 1)", "#{1 2}", "[2 1 1 2]"})
    expect_right(set, adds + seen, {0, 2, 4});
  expect_wrong(set, adds + "[1]", {0, 2, 4}, "read 1 elements where the set has 2");
  expect_wrong(set, adds + "[1 2 3]", {0, 2, 4}, "read 3, which is not in the set then");
}

TEST(Meaning, AMutexIsHeldAtMostOnce) {
  expect_right(mutex,
               "0 invoke acquire; 0 ok acquire; 1 invoke release; 1 ok release; 1 invoke acquire; "
               "1 ok acquire",
               {0, 2, 4});
  expect_wrong(mutex, "0 invoke acquire; 0 ok acquire; 1 invoke acquire; 1 ok acquire", {0, 2},
               "operation 2 is not possible");
  expect_wrong(mutex, "0 invoke release; 0 ok release", {0}, "operation 0 is not possible");
}

TEST(Meaning, OperationsThatTheModelDoesNotKnowAreNamed) {
  expect_wrong(reg, "0 invoke cas [1 2]", {},
               "event 0 of the history: the model has no operation 'cas'");
  expect_wrong(reg, "0 invoke enqueue 1; 0 fail enqueue 1", {}, "no operation 'enqueue'");
  expect_wrong(mutex, "0 invoke lock", {}, "no operation 'lock'");
}

TEST(Meaning, ValuesOfTheWrongShapeAreNamed) {
  expect_wrong(cas, "0 invoke cas 1", {},
               "event 0 of the history (invoke cas): expected [old new], found 1");
  expect_wrong(cas, "0 invoke cas [1 2 3]", {}, "expected [old new]");
  expect_wrong(multi, "0 invoke txn 1", {}, "micro-operations");
  expect_wrong(multi, "0 invoke txn [1]", {}, "micro-operations");
  expect_wrong(multi, "0 invoke txn [[:cas :x 1]]", {}, "micro-operations");
  expect_wrong(multi, "0 invoke txn [[:read :x]]", {}, "micro-operations");
  expect_wrong(multi, "0 invoke txn [[:read :x nil]]; 0 ok txn nil", {}, "event 1");
  expect_wrong(multi, "0 invoke txn [[:read :x nil]]; 0 ok txn []", {}, "of its invocation");
  expect_wrong(multi, "0 invoke txn [[:read :x nil]]; 0 ok txn [[:read :y 1]]", {},
               "of its invocation");
  expect_wrong(kv, "0 invoke put 1", {}, "expected a string, found 1");
  expect_wrong(kv, "0 invoke append nil", {}, "expected a string, found nil");
  expect_wrong(kv, "0 invoke get; 0 ok get 1", {}, "expected a string or nil, found 1");
  expect_wrong(set, "0 invoke read; 0 ok read 1", {}, "expected a vector, list or set, found 1");
  expect_wrong(set, "0 invoke read; 0 ok read nil", {},
               "expected a vector, list or set, found nil");
  expect_right(with(set, false, true), "0 invoke read; 0 ok read nil", {0});
}

TEST(Meaning, WhatAnOperationAskedForHasToMakeSenseEvenIfItFailed) {
  expect_wrong(cas, "0 invoke cas 1; 0 fail cas nil", {}, "expected [old new]");
  expect_wrong(with(cas, true, false), "0 invoke cas 1; 0 fail cas nil", {}, "expected [old new]");
  expect_wrong(kv, "0 invoke put 1; 0 fail put 1", {}, "expected a string");
}

TEST(Meaning, NobodyLooksAtWhatCameBackFromOperationsThatAreNotOk) {
  expect_right(cas, "0 invoke cas [1 2]; 0 fail cas nil; 1 invoke write 1; 1 info write :timed-out",
               {});
  expect_right(kv, "1 invoke get; 1 info get 17; 2 invoke get 5; 2 fail get 6", {});
  expect_right(multi, "0 invoke txn [[:read :x nil]]; 0 fail txn 3; 1 invoke txn []; 1 info txn 4",
               {});
}

TEST(Meaning, InitialValuesOfTheWrongShapeAreRejected) {
  const auto starting = [](Setting setting, const Value& initial) {
    setting.initial = initial;
    return setting;
  };
  expect_wrong(starting(multi, number(1)), "0 invoke txn []", {},
               "initial: expected a map or nil, found 1");
  expect_wrong(starting(kv, number(1)), "0 invoke get", {}, "initial: expected a string or nil");
  expect_wrong(starting(set, number(1)), "0 invoke read", {}, "initial: expected a vector");
  expect_right(starting(set, Value::set({number(1)})), "0 invoke read; 0 ok read [1]", {0});
  expect_right(starting(mutex, number(1)), "0 invoke acquire; 0 ok acquire", {0});
  expect_right(starting(reg, Value::real(0.5)), "0 invoke read; 0 ok read 0.5", {0});
}

}  // namespace
}  // namespace tribunal::verify::test
