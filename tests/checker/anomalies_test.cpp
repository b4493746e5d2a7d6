// Known bad histories, each with the name it should be given and a core of the size it should have.
// Among them are the cases that other checkers get wrong.
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/linearizability/anomaly_kinds.h"
#include "checker/proof.h"
#include "tests/checker/edn_histories.h"

namespace tribunal::checker {
namespace {

using history::Value;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::checked;
using testing_support::lines;

Anomaly found(const std::string& text, const Options& options = {}) {
  const Check check = checked(text, options);
  EXPECT_EQ(check.validity, Validity::invalid);
  EXPECT_EQ(check.anomalies.size(), 1U);
  if (check.anomalies.empty()) return {};
  EXPECT_TRUE(check.anomalies[0].minimal);
  return check.anomalies[0];
}

TEST(Anomalies, StaleReadIsToldWithClientsAndEvents) {
  const Anomaly anomaly = found(
      "5 invoke read\n5 ok read nil\n"
      "2 invoke write 17\n2 ok write 17\n1 invoke write 18\n1 ok write 18\n3 invoke read\n3 ok "
      "read 17\n"
      "4 invoke read\n4 ok read 18");
  EXPECT_EQ(anomaly.kind, "stale read");
  EXPECT_EQ(anomaly.harm, Harm::timeliness);
  EXPECT_THAT(anomaly.operations, ElementsAre(2U, 4U, 6U));
  EXPECT_EQ(
      anomaly.explanation,
      "Client 3 read 17 (events 6-7), but client 1 wrote 18 (events 4-5): that began after client "
      "2 wrote 17 (events 2-3) had returned, and returned before client 3's operation began. The "
      "newer value was seen afterwards: by client 4 (events 8-9).");
  ASSERT_EQ(anomaly.steps.size(), 5U);
  EXPECT_EQ(
      anomaly.steps[1],
      "(2) Client 1 wrote 18 (events 4-5); it began after (1) had returned, so it comes after "
      "that.");
  EXPECT_EQ(anomaly.steps[3],
            "After the order (1), (2): (3) is impossible: read 17, but the register holds 18.");
}

TEST(Anomalies, StaleReadOfTheInitialValue) {
  const Anomaly anomaly = found("0 invoke write 1\n0 ok write 1\n1 invoke read\n1 ok read nil");
  EXPECT_EQ(anomaly.kind, "stale read");
  EXPECT_THAT(anomaly.explanation, HasSubstr("so the initial value was gone"));
}

TEST(Anomalies, LostWriteIsOneThatNobodyEverSees) {
  const Anomaly anomaly = found(
      "0 invoke write 1\n0 ok write 1\n0 invoke write 2\n0 ok write 2\n"
      "1 invoke read\n1 ok read 1\n2 invoke read\n2 ok read 1");
  EXPECT_EQ(anomaly.kind, "lost write");
  EXPECT_EQ(anomaly.harm, Harm::integrity);
  EXPECT_EQ(anomaly.operations.size(), 3U);
}

TEST(Anomalies, PhantomValueWasWrittenByNobody) {
  const Anomaly anomaly = found("0 invoke write 1\n0 ok write 1\n0 invoke read\n0 ok read 5");
  EXPECT_EQ(anomaly.kind, "phantom value");
  EXPECT_THAT(anomaly.operations, ElementsAre(2U));
}

TEST(Anomalies, PhantomValueOfAFailedWriteNamesTheAttempt) {
  const Anomaly anomaly = found("7 invoke write 5\n7 fail write 5\n0 invoke read\n0 ok read 5");
  EXPECT_EQ(anomaly.kind, "phantom value");
  EXPECT_THAT(anomaly.explanation, HasSubstr("Client 7 had tried to (events 0-1)"));
}

TEST(Anomalies, PhantomValueFromTheFutureNamesTheLaterWrite) {
  const Anomaly anomaly = found("0 invoke read\n0 ok read 5\n7 invoke write 5\n7 ok write 5");
  EXPECT_EQ(anomaly.kind, "phantom value");
  EXPECT_THAT(anomaly.explanation, HasSubstr("It was written only later: client 7 wrote 5"));
}

TEST(Anomalies, LostUpdateOfTwoCompareAndSetsFromOneValue) {
  const Anomaly anomaly = found(
      "0 invoke write 1\n0 ok write 1\n1 invoke cas [1 2]\n2 invoke cas [1 3]\n1 ok cas [1 2]\n"
      "2 ok cas [1 3]");
  EXPECT_EQ(anomaly.kind, "lost update");
  EXPECT_EQ(anomaly.operations.size(), 3U);
}

TEST(Anomalies, InversionBetweenTwoClientsAndWithinOne) {
  const std::string start = "0 invoke write 1\n1 invoke read\n1 ok read 1\n";
  EXPECT_EQ(found(start + "2 invoke read\n2 ok read nil\n0 ok write 1").kind, "new-old inversion");
  EXPECT_EQ(found(start + "1 invoke read\n1 ok read nil\n0 ok write 1").kind, "non-monotonic read");
}

TEST(Anomalies, TwoHoldersAndAnUnheldRelease) {
  EXPECT_EQ(found("0 invoke acquire\n0 ok acquire\n1 invoke acquire\n1 ok acquire").kind,
            "two holders");
  EXPECT_EQ(
      found("0 invoke acquire\n0 ok acquire\n0 invoke release\n0 ok release\n1 invoke release\n"
            "1 ok release")
          .kind,
      "unheld release");
}

TEST(Anomalies, LostElementAndStaleReadOfASet) {
  const std::string start = "0 invoke add 1\n0 ok add 1\n1 invoke read\n1 ok read #{}\n";
  EXPECT_EQ(found(start).kind, "lost element");
  EXPECT_EQ(found(start + "1 invoke read\n1 ok read #{1}").kind, "stale read");
  EXPECT_EQ(found("1 invoke add 1\n1 ok add 1\n0 invoke read\n0 ok read #{1 9}").kind,
            "phantom value");
  EXPECT_EQ(
      found("0 invoke add 1\n1 invoke read\n1 ok read #{1}\n2 invoke read\n2 ok read #{}").kind,
      "new-old inversion");
}

TEST(Anomalies, DuplicateAndLostAppend) {
  const std::string start = "0 invoke append \"ab\"\n0 ok append \"ab\"\n0 invoke get\n";
  EXPECT_EQ(found(start + "0 ok get \"abab\"").kind, "duplicate");
  EXPECT_EQ(found(start + "0 ok get \"\"").kind, "lost write");
  EXPECT_EQ(found(start + "0 ok get \"zz\"").kind, "phantom value");
}

TEST(Anomalies, AnythingElseHasTheCatchAllName) {
  Options options;
  options.failed_cas = FailedCas::observe;
  const Anomaly anomaly =
      found("0 invoke write 1\n0 ok write 1\n0 invoke cas [1 2]\n0 fail cas [1 2]", options);
  EXPECT_EQ(anomaly.kind, "non-linearizable order");
  EXPECT_THAT(anomaly.explanation, HasSubstr("failed to compare with 1, but the register holds 1"));
}

TEST(Anomalies, AreAllDefinedInTheDocumentation) {
  std::ifstream file(std::string(TRIBUNAL_SOURCE_DIR) + "/docs/checkers.md");
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  for (const auto& kind : linearizability::anomaly_kinds()) {
    const std::string row =
        std::string("| ") + kind.name + " | " + name(kind.harm) + " | " + kind.definition + " |";
    EXPECT_THAT(page, HasSubstr(row));
  }
}

// An empty removal after an addition: one published checker accepts it.
TEST(KnownBad, EmptyReadAfterAnAcknowledgedAdditionIsCaught) {
  EXPECT_EQ(checked("0 invoke add 1\n0 ok add 1\n0 invoke read\n0 ok read []").validity,
            Validity::invalid);
}

// A reader of nil after a write: a wildcard in another checker.
TEST(KnownBad, NilAfterAWriteIsAValueThatNobodyWrote) {
  EXPECT_EQ(checked("0 invoke write 1\n0 ok write 1\n0 invoke read\n0 ok read nil").validity,
            Validity::invalid);
}

// The value of an info differs from its invocation: a crash in another checker.
TEST(KnownBad, InfoMayCarryAnotherValueThanItsInvocation) {
  EXPECT_EQ(
      checked("0 invoke cas [nil 3]\n0 info cas :timeout\n1 invoke read\n1 ok read 3\n"
              "2 invoke write 4\n2 info write [:socket \"closed\"]\n1 invoke read\n1 ok read 4")
          .validity,
      Validity::valid);
}

// One thousand operations, five clients, dozens of unknown writes and a stale read at the end: a
// timeout in another checker.
TEST(KnownBad, ManyUnknownWritesBeforeAStaleReadAreDecided) {
  std::string text;
  int value = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string client = std::to_string(i % 5);
    ++value;
    if (i % 20 == 7) {
      const std::string lost = std::to_string(1000 + i);
      text += lost + " invoke write " + std::to_string(value) + "\n" + lost + " info write nil\n";
      text += client + " invoke read\n" + client + " ok read " + std::to_string(value) + "\n";
      continue;
    }
    const std::string v = std::to_string(value);
    text += client + " invoke write " + v + "\n" + client + " ok write " + v + "\n";
  }
  text += "0 invoke read\n0 ok read " + std::to_string(value - 1) + "\n";
  Options options;
  options.step_budget = 1'000'000;
  const Check check = checked(text, options);
  EXPECT_EQ(check.validity, Validity::invalid) << check.reason;
  EXPECT_EQ(check.anomalies.at(0).operations.size(), 3U);
}

// The order of a history is that of its events, whatever its time stamps say; nothing is rewritten.
TEST(KnownBad, TimeStampsOfDifferentClientsMayCross) {
  const history::History history = testing_support::edn(
      "{:process 0, :type :invoke, :f :write, :value 1, :time 50}"
      "{:process 0, :type :ok, :f :write, :value 1, :time 60}"
      "{:process 1, :type :invoke, :f :read, :value nil, :time 10}"
      "{:process 1, :type :ok, :f :read, :value nil, :time 20}");
  EXPECT_EQ(checked(history).validity, Validity::invalid);
}

TEST(CoreHistory, CarriesTheCountOfProducersAndKeepsItsVerdict) {
  const history::History history = lines(
      "0 invoke write 1\n0 ok write 1\n1 invoke write 2\n1 ok write 2\n2 invoke read\n2 ok read 1");
  const Check check = checked(history);
  std::string text;
  write_edn(core_history(history, {}, check.anomalies.at(0)), text);
  EXPECT_THAT(text, HasSubstr(":value 1, :producers 1}"));
  EXPECT_EQ(checked(testing_support::edn(text)).validity, Validity::invalid);
}

// The open compare-and-set can only have happened after somebody wrote 5, and nobody did; the core
// has to say so although the operation has no completion of its own.
TEST(CoreHistory, GivesAnOpenOperationAnInfoForItsCount) {
  const history::History history = lines("0 invoke cas [5 6]\n1 invoke read\n1 ok read 6");
  const Check check = checked(history);
  ASSERT_EQ(check.validity, Validity::invalid);
  EXPECT_THAT(check.anomalies[0].operations, ElementsAre(0U, 1U));
  std::string text;
  write_edn(core_history(history, {}, check.anomalies[0]), text);
  EXPECT_THAT(text, HasSubstr(":type :info"));
  EXPECT_EQ(checked(testing_support::edn(text)).validity, Validity::invalid);
}

}  // namespace
}  // namespace tribunal::checker
