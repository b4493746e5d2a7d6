// What the models weaker than linearizable make of unknown and failed operations, of values that
// were written twice or never, of options and budgets; and the check of replicas.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/consistency.h"
#include "checker/models.h"
#include "tests/checker/edn_histories.h"

namespace tribunal::checker {
namespace {

using testing::HasSubstr;
using testing_support::lines;

std::map<std::string, Check> all(const std::string& text, const Options& options = {}) {
  auto checks = check_consistency(lines(text), options);
  EXPECT_TRUE(checks.ok()) << checks.error().message;
  std::map<std::string, Check> found;
  if (!checks) return found;
  for (Check& check : *checks) found[check.name] = std::move(check);
  return found;
}

// "valid" when all models say so, and so on; otherwise "mixed".
std::string verdict(const std::string& text, const Options& options = {}) {
  std::string common;
  for (const auto& [name, check] : all(text, options)) {
    const std::string its = checker::name(check.validity);
    common = common.empty() || common == its ? its : "mixed";
  }
  return common;
}

TEST(WeakerChecks, AnswerForEveryModelInTheirOrder) {
  const auto checks = check_consistency(lines("0 invoke write 1\n0 ok write 1"), {});
  ASSERT_TRUE(checks.ok());
  ASSERT_EQ(checks->size(), weaker_models().size());
  for (std::size_t i = 0; i < checks->size(); ++i) {
    EXPECT_EQ((*checks)[i].name, weaker_models()[i]);
    EXPECT_EQ((*checks)[i].validity, Validity::valid);
  }
  for (const std::string& model : weaker_models()) {
    EXPECT_TRUE(implies("linearizable", model));
  }
}

TEST(WeakerChecks, OfNothingAreValid) {
  const auto checks = check_consistency(history::History{}, {});
  for (const Check& check : *checks) EXPECT_EQ(check.validity, Validity::valid) << check.name;
}

TEST(WeakerChecks, AnswerOnlyWhatIsAsked) {
  const auto checks = check_consistency(lines("0 invoke write 1\n0 ok write 1"), {}, {"pram"});
  ASSERT_TRUE(checks.ok());
  ASSERT_EQ(checks->size(), 1U);
  const auto refused = check_consistency(history::History{}, {}, {"casual"});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("causal"));
}

TEST(WeakerChecks, RefuseOperationsOfOtherObjects) {
  const auto checks = check_consistency(lines("0 invoke enqueue 1"), {});
  ASSERT_FALSE(checks.ok());
  EXPECT_THAT(checks.error().message, HasSubstr("event 0"));
  EXPECT_FALSE(check_consistency(lines("0 invoke cas 1"), {}).ok());
}

TEST(WeakerChecks, LetAnUnknownWriteHappenOrNot) {
  const std::string unknown = "0 invoke write 1\n0 info write 1\n";
  EXPECT_EQ(verdict(unknown + "1 invoke read\n1 ok read nil"), "valid");
  EXPECT_EQ(verdict(unknown + "1 invoke read\n1 ok read 1"), "valid");
  EXPECT_EQ(all(unknown + "1 invoke read\n1 ok read 1\n1 invoke read\n1 ok read nil")
                .at("monotonic-reads")
                .validity,
            Validity::invalid);
}

// One that cannot have happened did not, and so nobody can have seen what it would have written.
TEST(WeakerChecks, LetAnUnknownExchangeHappenOnlyWhereItCould) {
  const std::string unknown = "0 invoke cas [7 1]\n0 info cas [7 1]\n";
  EXPECT_EQ(verdict(unknown + "1 invoke read\n1 ok read nil"), "valid");
  EXPECT_EQ(verdict(unknown + "1 invoke read\n1 ok read 1"), "invalid");
  EXPECT_EQ(verdict(unknown + "2 invoke write 7\n2 ok write 7\n1 invoke read\n1 ok read 1"),
            "valid");
}

TEST(WeakerChecks, LetNoFailedWriteHappen) {
  const auto checks = all(
      "0 invoke write 1\n0 fail write 1\n1 invoke read\n1 ok read 1\n1 invoke read\n1 ok read 1");
  for (const auto& [name, check] : checks) {
    ASSERT_EQ(check.validity, Validity::invalid) << name;
    EXPECT_EQ(check.anomalies.front().kind, "phantom value");
    EXPECT_THAT(check.anomalies.front().explanation, HasSubstr("failed"));
  }
}

TEST(WeakerChecks, NameReadsOfWhatNobodyWrote) {
  const auto checks = all("0 invoke read\n0 ok read 5");
  for (const auto& [name, check] : checks) {
    ASSERT_EQ(check.validity, Validity::invalid) << name;
    EXPECT_THAT(check.anomalies.front().explanation, HasSubstr("ThinAirRead"));
    EXPECT_THAT(check.anomalies.front().operations, testing::ElementsAre(0U));
  }
}

TEST(WeakerChecks, TakeNilForAValueUnlessToldOtherwise) {
  const std::string text = "0 invoke write 1\n0 ok write 1\n0 invoke read\n0 ok read nil";
  EXPECT_EQ(all(text).at("read-your-writes").validity, Validity::invalid);
  Options any;
  any.nil_read = NilRead::any;
  EXPECT_EQ(verdict(text, any), "valid");
}

TEST(WeakerChecks, DoNotCallValidWhatTheyDoNotLookAt) {
  const std::string text = "0 invoke write 1\n0 ok write 1\n0 invoke cas [1 2]\n0 fail cas [1 2]";
  EXPECT_EQ(verdict(text), "valid");
  Options observe;
  observe.failed_cas = FailedCas::observe;
  EXPECT_EQ(verdict(text, observe), "unknown");
}

TEST(WeakerChecks, TryEveryWayToSayWhoWroteAValue) {
  const std::string twice =
      "0 invoke write 1\n0 ok write 1\n0 invoke write 2\n0 ok write 2\n0 invoke write 1\n"
      "0 ok write 1\n";
  EXPECT_EQ(verdict(twice + "0 invoke read\n0 ok read 1"), "valid");
  const Check check = all(twice + "0 invoke read\n0 ok read 2").at("pram");
  EXPECT_EQ(check.validity, Validity::invalid);
}

TEST(WeakerChecks, SayUnknownWhenThereAreTooManyWays) {
  std::string text;
  for (int i = 0; i < 4; ++i) text += "0 invoke write 1\n0 ok write 1\n";
  text += "0 invoke write 2\n0 ok write 2\n";
  for (int i = 0; i < 40; ++i) text += "0 invoke read\n0 ok read 1\n";
  const Check check = all(text).at("sequential");
  EXPECT_EQ(check.validity, Validity::unknown);
  EXPECT_THAT(check.reason, HasSubstr("more than once"));
  EXPECT_TRUE(check.anomalies.empty());
}

// A cas that leaves the value as it is writes nothing new.
TEST(WeakerChecks, TakeAnExchangeOfEqualValuesForARead) {
  EXPECT_EQ(verdict("0 invoke write 1\n0 ok write 1\n1 invoke cas [1 1]\n1 ok cas [1 1]\n"
                    "2 invoke read\n2 ok read 1"),
            "valid");
}

TEST(WeakerChecks, LetNobodyExchangeTheSameVersionTwiceInOneOrder) {
  const std::string text =
      "0 invoke cas [nil 1]\n0 ok cas [nil 1]\n1 invoke cas [nil 2]\n1 ok cas [nil 2]";
  const auto checks = all(text);
  EXPECT_EQ(checks.at("sequential").validity, Validity::invalid);
  EXPECT_EQ(checks.at("consistent-prefix").validity, Validity::invalid);
  EXPECT_EQ(checks.at("causal").validity, Validity::valid);  // nobody saw both
}

TEST(WeakerChecks, StopWhenTheyAreTold) {
  Options options;
  options.cancelled = [] { return true; };
  EXPECT_EQ(verdict("0 invoke write 1\n0 ok write 1", options), "unknown");
}

// Every client reads the other's key first: sequential order asks for a cycle.
TEST(WeakerChecks, ShowACycleWhoseEdgesMeet) {
  const auto checks =
      all("0 invoke write 1\n0 ok write 1\n1 invoke read\n1 ok read 1\n1 invoke write 2\n"
          "1 ok write 2\n2 invoke read\n2 ok read 2\n2 invoke read\n2 ok read 1");
  for (const char* model : {"sequential", "causal", "pram", "session-guarantees"}) {
    const Check& check = checks.at(model);
    if (check.validity != Validity::invalid) continue;
    const Anomaly& anomaly = check.anomalies.front();
    ASSERT_GE(anomaly.cycle.size(), 2U) << model;
    for (std::size_t i = 0; i < anomaly.cycle.size(); ++i) {
      EXPECT_EQ(anomaly.cycle[i].to, anomaly.cycle[(i + 1) % anomaly.cycle.size()].from) << model;
      EXPECT_FALSE(anomaly.cycle[i].why.empty());
    }
    EXPECT_GE(anomaly.steps.size(), anomaly.cycle.size());
  }
}

TEST(CheckRegisters, AsksNothingMoreOfWhatIsLinearizable) {
  EXPECT_EQ(check_registers(lines("0 invoke write 1\n0 ok write 1"), {}).size(), 1U);
  EXPECT_EQ(
      check_registers(lines("0 invoke write 1\n0 ok write 1\n0 invoke read\n0 ok read nil"), {})
          .size(),
      1 + weaker_models().size());
}

// ---- replicas ----

history::Value holding(int value) {
  return history::Value::map({history::Value::integer(0), history::Value::integer(1),
                              history::Value::integer(7), history::Value::integer(value)});
}

void record(history::History& history, std::uint16_t node, const history::Value& value) {
  history::Event event;
  event.process = history::Process::nemesis;
  event.type = history::EventType::info;
  event.f = history.symbol("state");
  event.node = node;
  event.value = history.intern(value);
  ASSERT_TRUE(history.append(event).ok());
}

TEST(Replicas, AreNotJudgedByOne) {
  history::History history;
  EXPECT_EQ(check_replicas(history).validity, Validity::unknown);
  record(history, 0, holding(1));
  record(history, 0, holding(2));
  EXPECT_EQ(check_replicas(history).validity, Validity::unknown);
}

TEST(Replicas, AgreeWhenTheyHoldTheSameInTheEnd) {
  history::History history;
  record(history, 0, holding(1));
  record(history, 1, holding(2));
  record(history, 2, holding(2));
  record(history, 0, holding(2));  // the last one counts
  EXPECT_EQ(check_replicas(history).validity, Validity::valid);
}

TEST(Replicas, ThatDifferAreNamedWithTheKey) {
  history::History history;
  record(history, 0, holding(1));
  record(history, 1, holding(1));
  record(history, 2, holding(3));
  const Check check = check_replicas(history);
  EXPECT_EQ(check.name, "eventual-convergence");
  ASSERT_EQ(check.validity, Validity::invalid);
  EXPECT_EQ(check.anomalies.front().kind, "diverged replicas");
  EXPECT_THAT(check.anomalies.front().explanation,
              HasSubstr("node 1 held 1 under key 7 (event 0), but node 3 held 3 (event 2)"));
}

}  // namespace
}  // namespace tribunal::checker
