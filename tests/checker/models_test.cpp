// What each model makes of operations: meanings, options, and shapes that are errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/checker/edn_histories.h"

namespace tribunal::checker {
namespace {

using history::Value;
using testing::HasSubstr;
using testing_support::checked;
using testing_support::edn;
using testing_support::lines;
using testing_support::refused;

Options with(const std::string& model) {
  Options options;
  options.model = model;
  return options;
}

Options from(const std::string& model, const Value& initial) {
  Options options = with(model);
  options.initial = initial;
  return options;
}

Validity judged(const std::string& text, const Options& options = {}) {
  return checked(text, options).validity;
}

std::string why(const std::string& text, const Options& options = {}) {
  const Check check = checked(text, options);
  EXPECT_EQ(check.validity, Validity::invalid);
  return check.validity == Validity::invalid ? check.proofs[0].blocked_why[0] : "";
}

TEST(RegisterModel, ReadsWhatWasWritten) {
  EXPECT_EQ(judged("0 invoke write 1\n0 ok write 1\n0 invoke read\n0 ok read 1"), Validity::valid);
  EXPECT_EQ(why("0 invoke write 1\n0 ok write 1\n0 invoke read\n0 ok read 2"),
            "read 2, but the register holds 1");
}

TEST(RegisterModel, HoldsNilInitiallyUnlessToldOtherwise) {
  const std::string read_nil = "0 invoke read\n0 ok read nil";
  EXPECT_EQ(judged(read_nil), Validity::valid);
  EXPECT_EQ(judged(read_nil, from("register", Value::integer(0))), Validity::invalid);
  EXPECT_EQ(judged("0 invoke read\n0 ok read 0", from("register", Value::integer(0))),
            Validity::valid);
}

TEST(RegisterModel, TakesNilForAValueUnlessToldOtherwise) {
  const std::string text = "0 invoke write 1\n0 ok write 1\n0 invoke read\n0 ok read nil";
  Options options;
  EXPECT_EQ(judged(text, options), Validity::invalid);
  options.nil_read = NilRead::any;
  EXPECT_EQ(judged(text, options), Validity::valid);
}

TEST(RegisterModel, TakesTheWrittenValueFromTheInvocation) {
  EXPECT_EQ(judged("0 invoke write 1\n0 ok write :done\n0 invoke read 7\n0 ok read 1"),
            Validity::valid);
  EXPECT_EQ(judged("0 invoke write 1\n0 info write :timed-out\n1 invoke read\n1 ok read 1"),
            Validity::valid);
}

TEST(RegisterModel, LetsAnUnknownWriteHappenLateOrNever) {
  EXPECT_EQ(judged("0 invoke write 1\n0 info write 1\n1 invoke read\n1 ok read nil\n"
                   "1 invoke read\n1 ok read 1"),
            Validity::valid);
  EXPECT_EQ(judged("0 invoke write 1\n1 invoke read\n1 ok read nil"), Validity::valid);
  EXPECT_EQ(judged("1 invoke read\n1 ok read 1\n0 invoke write 1\n0 info write 1"),
            Validity::invalid);
}

TEST(RegisterModel, LetsNoFailedWriteHappen) {
  EXPECT_EQ(judged("0 invoke write 1\n0 fail write 1\n1 invoke read\n1 ok read 1"),
            Validity::invalid);
}

TEST(CasRegisterModel, SetsOnlyWhatItFound) {
  const std::string start = "0 invoke write 1\n0 ok write 1\n";
  EXPECT_EQ(judged(start + "0 invoke cas [1 2]\n0 ok cas [1 2]\n0 invoke read\n0 ok read 2"),
            Validity::valid);
  EXPECT_EQ(why(start + "0 invoke cas [3 2]\n0 ok cas [3 2]"),
            "compared with 3 and set 2, but the register holds 1");
}

TEST(CasRegisterModel, ReadsAFailedCasAsNothingOrAsAnObservation) {
  const std::string text = "0 invoke write 1\n0 ok write 1\n0 invoke cas [1 2]\n0 fail cas [1 2]";
  Options options;
  EXPECT_EQ(judged(text, options), Validity::valid);
  options.failed_cas = FailedCas::observe;
  EXPECT_EQ(why(text, options), "failed to compare with 1, but the register holds 1");
}

TEST(CasRegisterModel, NeedsAPairForACas) {
  for (const std::string value : {"5", "[1]", "[1 2 3]", "nil", "{:a 1}"}) {
    EXPECT_THAT(refused(lines("0 invoke write 1\n0 ok write 1\n0 invoke cas " + value)),
                HasSubstr("event 2: expected [old new] as the value of :cas, found "))
        << value;
  }
}

TEST(CasRegisterModel, UnknownCasNeedsItsValueToHaveHappened) {
  EXPECT_EQ(judged("0 invoke cas [5 2]\n0 info cas [5 2]\n1 invoke read\n1 ok read 2"),
            Validity::invalid);
  EXPECT_EQ(judged("0 invoke cas [nil 2]\n0 info cas :timeout\n1 invoke read\n1 ok read 2"),
            Validity::valid);
}

TEST(MultiRegisterModel, DoesAllOfATransactionAtOneInstant) {
  const Options zero = from("multi-register", Value::map({Value::keyword("x"), Value::integer(0),
                                                          Value::keyword("y"), Value::integer(0)}));
  const std::string write =
      "0 invoke txn [[:write :x 1] [:write :y 1]]\n"
      "1 invoke txn [[:read :x nil] [:read :y nil]]\n"
      "0 ok txn [[:write :x 1] [:write :y 1]]\n";
  EXPECT_EQ(judged(write + "1 ok txn [[:read :x 1] [:read :y 1]]", zero), Validity::valid);
  EXPECT_EQ(judged(write + "1 ok txn [[:read :x 0] [:read :y 0]]", zero), Validity::valid);
  const Check torn = checked(write + "1 ok txn [[:read :x 1] [:read :y 0]]", zero);
  EXPECT_EQ(torn.validity, Validity::invalid);
  EXPECT_EQ(torn.anomalies[0].kind, "read skew");
}

TEST(MultiRegisterModel, ReadsItsOwnWritesInOrder) {
  EXPECT_EQ(judged("0 invoke txn [[:write :x 1] [:read :x nil] [:write :x 2]]\n"
                   "0 ok txn [[:write :x 1] [:read :x 1] [:write :x 2]]\n"
                   "0 invoke txn [[:read :x nil]]\n0 ok txn [[:read :x 2]]"),
            Validity::valid);
  const Check check = checked(
      "0 invoke txn [[:write :x 1] [:read :x nil]]\n"
      "0 ok txn [[:write :x 1] [:read :x 2]]");
  EXPECT_EQ(check.anomalies.at(0).kind, "internal inconsistency");
}

TEST(MultiRegisterModel, NamesTheEventOfAWrongShape) {
  EXPECT_THAT(refused(lines("0 invoke txn 5")), HasSubstr("event 0: expected a vector of"));
  EXPECT_THAT(refused(lines("0 invoke txn [[:delete :x 1]]")),
              HasSubstr("event 0: expected [:read"));
  EXPECT_THAT(refused(lines("0 invoke txn [[:read :x nil]]\n0 ok txn nil")),
              HasSubstr("event 1: expected the micro-operations of event 0"));
  EXPECT_THAT(refused(lines("0 invoke txn [[:read :x nil]]\n0 ok txn [[:read :y 1]]")),
              HasSubstr("event 1: expected the answer to [:read :x nil]"));
  EXPECT_THAT(refused(lines("0 invoke txn []"), from("multi-register", Value::integer(0))),
              HasSubstr("expected a map as the initial value"));
}

TEST(KvModel, PutsAppendsAndGets) {
  const std::string start =
      "0 invoke put \"a\"\n0 ok put \"a\"\n0 invoke append \"bc\"\n0 ok append \"bc\"\n";
  EXPECT_EQ(judged(start + "0 invoke get\n0 ok get \"abc\""), Validity::valid);
  EXPECT_EQ(why(start + "0 invoke get\n0 ok get \"ab\""), "got \"ab\", but the value is \"abc\"");
}

TEST(KvModel, KnowsTheSameStringHoweverItCameAbout) {
  EXPECT_EQ(judged("0 invoke append \"ab\"\n1 invoke append \"c\"\n2 invoke put \"abc\"\n"
                   "0 ok append \"ab\"\n1 ok append \"c\"\n2 ok put \"abc\"\n"
                   "0 invoke get\n0 ok get \"abc\""),
            Validity::valid);
}

TEST(KvModel, TellsNilFromTheEmptyString) {
  EXPECT_EQ(judged("0 invoke get\n0 ok get \"\""), Validity::valid);
  EXPECT_EQ(judged("0 invoke get\n0 ok get nil"), Validity::invalid);
  EXPECT_EQ(judged("0 invoke get\n0 ok get nil", from("kv", Value{})), Validity::valid);
}

TEST(KvModel, NeedsStrings) {
  EXPECT_THAT(refused(lines("0 invoke put 5")), HasSubstr("event 0: expected a string"));
  EXPECT_THAT(refused(lines("0 invoke get\n0 ok get 5")), HasSubstr("event 1: expected a string"));
}

TEST(SetModel, ReadsAllThatWasAdded) {
  const std::string start =
      "0 invoke add 1\n0 ok add 1\n0 invoke add 2\n0 ok add 2\n0 invoke read\n";
  for (const std::string seen : {"[1 2]", "(2 1)", "#{1 2}", "[1 2 2]"}) {
    EXPECT_EQ(judged(start + "0 ok read " + seen), Validity::valid) << seen;
  }
  EXPECT_EQ(why(start + "0 ok read [1]"), "read the set of 1, but 2 is in the set by then");
  EXPECT_EQ(why(start + "0 ok read [1 2 3]"),
            "read the set of 1, 2 and 3, but 3 is not in the set yet");
}

TEST(SetModel, NeedsACollectionFromARead) {
  EXPECT_THAT(refused(lines("0 invoke add 1\n0 ok add 1\n0 invoke read\n0 ok read 5")),
              HasSubstr("event 3: expected a vector, list or set"));
  EXPECT_THAT(refused(lines("0 invoke add 1\n0 ok add 1"), from("set", Value::integer(1))),
              HasSubstr("initial value of a set"));
}

TEST(MutexModel, IsHeldByOneAtATime) {
  EXPECT_EQ(judged("0 invoke acquire\n0 ok acquire\n0 invoke release\n1 invoke acquire\n"
                   "1 ok acquire\n0 ok release"),
            Validity::valid);
  EXPECT_EQ(why("0 invoke acquire\n0 ok acquire\n1 invoke acquire\n1 ok acquire"),
            "acquired the lock, but it is held");
  EXPECT_EQ(why("0 invoke release\n0 ok release"), "released the lock, but nobody holds it");
}

TEST(EveryModel, NamesAForeignOperation) {
  EXPECT_THAT(
      refused(lines("0 invoke write 1\n0 ok write 1\n0 invoke enqueue 1"), with("register")),
      HasSubstr("event 2: expected read, write (all that model register knows), found :enqueue"));
  EXPECT_THAT(refused(lines("0 invoke cas [1 2]"), with("register")), HasSubstr("found :cas"));
}

TEST(EveryModel, IsRecognisedFromItsOperations) {
  const auto recognised = [](const std::string& text) {
    const auto model = recognise_model(lines(text));
    return model.ok() ? *model : "error: " + model.error().message;
  };
  EXPECT_EQ(recognised("0 invoke read"), "register");
  EXPECT_EQ(recognised("0 invoke read\n1 invoke cas [1 2]"), "cas-register");
  EXPECT_EQ(recognised("0 invoke txn []"), "multi-register");
  EXPECT_EQ(recognised("0 invoke get"), "kv");
  EXPECT_EQ(recognised("0 invoke read\n1 invoke add 1"), "set");
  EXPECT_EQ(recognised("0 invoke release"), "mutex");
  EXPECT_THAT(recognised("0 invoke read\n1 invoke push 1"),
              HasSubstr("found :push (event 1), :read (event 0)"));
}

TEST(EveryModel, HasAMisspelledNameCorrected) {
  EXPECT_THAT(refused(lines("0 invoke read"), with("cas-registr")), HasSubstr("cas-register"));
}

}  // namespace
}  // namespace tribunal::checker
