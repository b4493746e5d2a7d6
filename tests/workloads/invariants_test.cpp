// The checkers of invariants on histories written by hand: what they accept, and what they find and
// how they call it.
#include "checker/invariants/invariants.h"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checker/invariants/claims.h"
#include "checker/invariants/counter.h"
#include "checker/invariants/kinds.h"
#include "checker/invariants/lock.h"
#include "checker/invariants/queue.h"
#include "checker/invariants/set_analysis.h"
#include "checker/invariants/unique_ids.h"
#include "tests/checker/edn_histories.h"

namespace tribunal::checker::invariants {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_support::lines;
using Kinds = std::vector<std::string>;

Kinds kinds(const Check& check) {
  Kinds out;
  for (const Anomaly& anomaly : check.anomalies) {
    EXPECT_EQ(anomaly.harm, anomaly_kind(anomaly.kind).harm);
    EXPECT_FALSE(anomaly.operations.empty());
    EXPECT_TRUE(std::is_sorted(anomaly.operations.begin(), anomaly.operations.end()));
    out.push_back(anomaly.kind);
  }
  EXPECT_EQ(check.validity == Validity::invalid, !out.empty());
  return out;
}

// "0 inc 3" stands for an acknowledged operation without company, "0 read > 7" for one with result.
std::string op(int process, const std::string& f, const std::string& asked,
               const std::string& got) {
  const std::string who = std::to_string(process);
  return who + " invoke " + f + " " + asked + "\n" + who + " ok " + f + " " + got + "\n";
}
std::string op(int process, const std::string& f, const std::string& value = "nil") {
  return op(process, f, value, value);
}

// ---- counter ----

Check counter(const std::string& text, bool final_only = false) {
  return check_counter(lines(text), {final_only});
}

TEST(CounterCheck, AcceptsReadsBetweenAcknowledgedAndAttempted) {
  const std::string text = op(0, "increment", "1") + "1 invoke increment 1\n" +
                           op(2, "read", "nil", "1") + op(2, "read", "nil", "2") +
                           "1 info increment 1\n" + op(2, "read", "nil", "2");
  EXPECT_EQ(counter(text).validity, Validity::valid);
}

TEST(CounterCheck, DoesNotCountFailedAdditions) {
  const std::string text = "0 invoke increment 1\n0 fail increment 1\n" + op(0, "read", "nil", "1");
  EXPECT_THAT(kinds(counter(text)), ElementsAre("double count"));
}

TEST(CounterCheck, CallsReadsAboveAllThatWasAttemptedDoubleCounts) {
  const Check check = counter(op(0, "increment", "1") + op(0, "read", "nil", "2"));
  EXPECT_THAT(kinds(check), ElementsAre("double count"));
  EXPECT_THAT(check.anomalies[0].explanation,
              HasSubstr("The read of process 0 returned 2, but all additions that had begun by "
                        "then, of unknown outcome included, make 1 at most."));
  EXPECT_THAT(check.anomalies[0].operations, ElementsAre(2U));
}

TEST(CounterCheck, TellsALateReadFromALoss) {
  const std::string late = op(0, "increment", "1") + op(1, "read", "nil", "0");
  EXPECT_THAT(kinds(counter(late + op(1, "read", "nil", "1"))), ElementsAre("stale read"));
  EXPECT_THAT(kinds(counter(late)), ElementsAre("lost increment"));
}

TEST(CounterCheck, SeesACounterGoBackwards) {
  const std::string text = "0 invoke increment 1\n0 info increment 1\n" +
                           op(1, "read", "nil", "1") + op(2, "read", "nil", "0");
  const Check check = counter(text);
  EXPECT_THAT(kinds(check), ElementsAre("lost increment"));
  EXPECT_THAT(check.anomalies[0].explanation, HasSubstr("process 1 had read 1 before it began"));
  EXPECT_EQ(counter(text + op(3, "increment", "-1")).validity, Validity::valid);
}

TEST(CounterCheck, GivesDecrementsTheSameLeeway) {
  const std::string text = op(0, "increment", "5") + "1 invoke increment -3\n";
  EXPECT_EQ(counter(text + op(2, "read", "nil", "5")).validity, Validity::valid);
  EXPECT_EQ(counter(text + op(2, "read", "nil", "2")).validity, Validity::valid);
  EXPECT_THAT(kinds(counter(text + op(2, "read", "nil", "1"))), ElementsAre("lost increment"));
  EXPECT_THAT(kinds(counter(text + op(2, "read", "nil", "6"))), ElementsAre("double count"));
}

TEST(CounterCheck, RefusesFinalReadsThatNoChoiceOfUnknownAdditionsExplains) {
  const std::string text = op(0, "increment", "10") + "1 invoke increment 4\n1 info increment 4\n" +
                           "2 invoke increment -3\n2 info increment -3\n";
  for (const int sum : {10, 14, 7, 11}) {
    EXPECT_EQ(counter(text + op(0, "read", "nil", std::to_string(sum)), true).validity,
              Validity::valid)
        << sum;
  }
  for (const int sum : {6, 8, 9, 12, 13, 15}) {
    EXPECT_EQ(counter(text + op(0, "read", "nil", std::to_string(sum)), true).validity,
              Validity::invalid)
        << sum;
  }
}

TEST(CounterCheck, LooksOnlyAtTheLastReadsWhenAskedTo) {
  const std::string text = op(0, "increment", "1") + op(1, "read", "nil", "0");
  EXPECT_EQ(counter(text + op(1, "read", "nil", "1"), true).validity, Validity::valid);
  EXPECT_THAT(kinds(counter(text, true)), ElementsAre("lost increment"));
  const Check undecided = counter(op(1, "read", "nil", "0") + op(0, "increment", "1"), true);
  EXPECT_EQ(undecided.validity, Validity::unknown);
  EXPECT_EQ(undecided.reason, "no read after the last addition succeeded");
}

TEST(CounterCheck, SurvivesEnormousNumbers) {
  const std::string huge = "9223372036854775807";
  const std::string text =
      op(0, "increment", huge) + op(0, "increment", huge) + op(0, "read", "nil", huge);
  EXPECT_EQ(counter(text).validity, Validity::valid);
}

// ---- identifiers ----

TEST(UniqueIdsCheck, FindsIdentifiersGivenOutTwice) {
  const std::string text = op(0, "next_id", "nil", "7") + op(1, "next_id", "nil", "8");
  EXPECT_EQ(check_unique_ids(lines(text)).validity, Validity::valid);
  const Check check = check_unique_ids(lines(text + op(2, "next_id", "nil", "7")));
  EXPECT_THAT(kinds(check), ElementsAre("duplicate id"));
  EXPECT_THAT(check.anomalies[0].operations, ElementsAre(0U, 4U));
  EXPECT_THAT(check.anomalies[0].explanation,
              HasSubstr("7 was given out 2 times, to process 0 and process 2"));
}

TEST(UniqueIdsCheck, KnowsMaelstromsOperationsAndSaysWhenThereIsNothingToJudge) {
  const std::string text = op(0, "generate", "nil", "\"a\"") + op(1, "generate", "nil", "\"a\"");
  EXPECT_THAT(kinds(check_unique_ids(lines(text))), ElementsAre("duplicate id"));
  EXPECT_EQ(check_unique_ids(lines("0 invoke next_id\n0 info next_id\n")).validity,
            Validity::unknown);
}

// ---- queue ----

Check queue(const std::string& text, bool at_least_once = false) {
  return check_queue(lines(text), {at_least_once});
}
std::string in(int process, int element) { return op(process, "enqueue", std::to_string(element)); }
std::string out(int process, const std::string& element) {
  return op(process, "dequeue", "nil", element);
}

TEST(QueueCheck, AcceptsWhatComesOutInOrder) {
  EXPECT_EQ(queue(in(0, 1) + in(0, 2) + out(1, "1") + out(1, "2") + out(1, "nil")).validity,
            Validity::valid);
  EXPECT_EQ(queue(in(0, 1) + op(0, "drain", "nil", "[1]")).validity, Validity::valid);
}

TEST(QueueCheck, FindsAcknowledgedElementsThatNeverComeOut) {
  const Check check = queue(in(0, 1) + in(0, 2) + out(1, "2") + out(1, "nil"));
  EXPECT_THAT(kinds(check), ElementsAre("lost element"));
  EXPECT_THAT(check.anomalies[0].operations, ElementsAre(0U, 6U));
  EXPECT_THAT(kinds(queue(in(0, 1) + op(1, "drain", "nil", "[]"))), ElementsAre("lost element"));
}

TEST(QueueCheck, CallsNothingLostThatMayStillBeThereOrMayHaveBeenTaken) {
  EXPECT_EQ(queue(in(0, 1)).validity, Validity::unknown);
  EXPECT_EQ(queue(out(1, "nil") + in(0, 1)).validity, Validity::unknown);
  const std::string taken = "5 invoke dequeue\n5 info dequeue\n";
  EXPECT_EQ(queue(taken + in(0, 1) + out(1, "nil")).validity, Validity::valid);
  EXPECT_THAT(kinds(queue(taken + in(0, 1) + in(0, 2) + out(1, "nil"))),
              ElementsAre("lost element"));
}

TEST(QueueCheck, FindsPhantomsAndDuplicates) {
  EXPECT_THAT(kinds(queue(out(0, "3"))), ElementsAre("phantom value"));
  EXPECT_THAT(kinds(queue(out(0, "3") + in(0, 3))), ElementsAre("phantom value"));
  EXPECT_THAT(kinds(queue("0 invoke enqueue 3\n0 fail enqueue 3\n" + out(0, "3"))),
              ElementsAre("phantom value"));
  const std::string twice = in(0, 1) + out(0, "1") + out(1, "1");
  EXPECT_THAT(kinds(queue(twice)), ElementsAre("duplicate"));
  EXPECT_EQ(queue(twice, true).validity, Validity::valid);
  EXPECT_EQ(queue(in(0, 1) + in(0, 1) + out(0, "1") + out(1, "1")).validity, Validity::valid);
}

TEST(QueueCheck, AcceptsAnElementOfUnknownFateEitherWay) {
  const std::string unknown = "0 invoke enqueue 1\n0 info enqueue 1\n";
  EXPECT_EQ(queue(unknown + out(1, "1") + out(1, "nil")).validity, Validity::valid);
  EXPECT_EQ(queue(unknown + out(1, "nil")).validity, Validity::valid);
}

TEST(QueueCheck, FindsElementsOutOfOrderAndFalseEmptiness) {
  const std::string swapped = in(0, 1) + in(0, 2) + out(1, "2") + out(1, "1");
  const Check check = queue(swapped);
  EXPECT_THAT(kinds(check), ElementsAre("reordering"));
  EXPECT_THAT(check.anomalies[0].explanation, HasSubstr("1 was in the queue before the enqueue of "
                                                        "2 began"));
  EXPECT_EQ(queue(swapped, true).validity, Validity::valid);
  EXPECT_THAT(kinds(queue(in(0, 1) + out(1, "nil") + out(1, "1"))), ElementsAre("stale read"));
}

TEST(QueueCheck, LetsConcurrentElementsComeOutInAnyOrder) {
  const std::string both =
      "0 invoke enqueue 1\n1 invoke enqueue 2\n0 ok enqueue 1\n1 ok enqueue 2\n";
  EXPECT_EQ(queue(both + out(2, "2") + out(2, "1")).validity, Validity::valid);
  const std::string out_at_once =
      "2 invoke dequeue\n3 invoke dequeue\n2 ok dequeue 2\n3 ok dequeue 1\n";
  EXPECT_EQ(queue(in(0, 1) + in(0, 2) + out_at_once).validity, Validity::valid);
}

// ---- lock ----

std::string got(int process, int token) {
  return op(process, "acquire", "nil", std::to_string(token));
}

TEST(MutualExclusionCheck, AcceptsOneHolderAfterAnother) {
  const std::string text = got(0, 1) + op(0, "release") + got(1, 2) + op(1, "release") +
                           "2 invoke acquire\n2 fail acquire\n" + got(0, 3);
  EXPECT_EQ(check_mutual_exclusion(lines(text)).validity, Validity::valid);
}

TEST(MutualExclusionCheck, FindsTwoHoldersAtOnce) {
  const Check check = check_mutual_exclusion(lines(got(0, 1) + got(1, 2) + op(0, "release")));
  EXPECT_THAT(kinds(check), ElementsAre("two holders"));
  EXPECT_THAT(check.anomalies[0].operations, ElementsAre(0U, 2U, 4U));
  EXPECT_THAT(check.anomalies[0].explanation, HasSubstr("Process 1 was given the lock while "
                                                        "process 0 held it"));
}

TEST(MutualExclusionCheck, GivesEachHolderTheShortestTimeItCanHaveHeld) {
  // The release may take effect at once, the acquire only at its end.
  const std::string text =
      got(0, 1) + "0 invoke release\n1 invoke acquire\n1 ok acquire 2\n0 ok release\n";
  EXPECT_EQ(check_mutual_exclusion(lines(text)).validity, Validity::valid);
  // Nobody knows how long a client that was never heard of again held it.
  EXPECT_EQ(check_mutual_exclusion(lines(got(0, 1) + got(1, 2))).validity, Validity::valid);
  EXPECT_THAT(kinds(check_mutual_exclusion(lines(got(0, 1) + got(1, 2) + op(0, "add", "5")))),
              ElementsAre("two holders"));
}

TEST(FencingCheck, RefusesAWriteOfADeposedHolderAfterOneOfANewer) {
  const std::string text = got(0, 1) + got(1, 2) + op(1, "add", "[10 2]");
  EXPECT_EQ(check_fencing(lines(text + "0 invoke add [11 1]\n0 fail add [11 1]\n")).validity,
            Validity::valid);
  const Check check = check_fencing(lines(text + op(0, "add", "[11 1]")));
  EXPECT_THAT(kinds(check), ElementsAre("deposed write"));
  EXPECT_THAT(check.anomalies[0].operations, ElementsAre(4U, 6U));
  EXPECT_THAT(check.anomalies[0].explanation, HasSubstr("under token 1, was accepted after"));
  EXPECT_THAT(
      kinds(check_fencing(lines(got(0, 1) + got(1, 2) + op(1, "add", "10") + op(0, "add", "11")))),
      ElementsAre("deposed write"));
}

TEST(FencingCheck, CountsAWriteOfUnknownOutcomeOnceItIsSeen) {
  const std::string text =
      got(0, 1) + got(1, 2) + op(1, "add", "[10 2]") + "0 invoke add [11 1]\n0 info add [11 1]\n";
  EXPECT_EQ(check_fencing(lines(text + op(2, "read", "nil", "#{10}"))).validity, Validity::valid);
  EXPECT_THAT(kinds(check_fencing(lines(text + op(2, "read", "nil", "#{10 11}")))),
              ElementsAre("deposed write"));
}

TEST(FencingCheck, LetsAnOldWriteOvertakeANewOneThatIsStillOnItsWay) {
  const std::string text = got(0, 1) + got(1, 2) + "1 invoke add [10 2]\n" +
                           op(0, "add", "[11 1]") + "1 ok add [10 2]\n";
  EXPECT_EQ(check_fencing(lines(text)).validity, Validity::valid);
}

TEST(FencingCheck, DemandsThatTokensGrow) {
  EXPECT_THAT(kinds(check_fencing(lines(got(0, 2) + op(0, "release") + got(1, 2)))),
              ElementsAre("token not increasing"));
  EXPECT_THAT(kinds(check_fencing(lines(got(0, 2) + op(0, "release") + got(1, 1)))),
              ElementsAre("token not increasing"));
}

TEST(ProtectedCheck, FindsLostElementsAndLostUpdates) {
  const std::string text = got(0, 1) + op(0, "add", "[5 1]");
  EXPECT_EQ(check_protected(lines(text + op(1, "read", "nil", "#{5}"))).validity, Validity::valid);
  EXPECT_THAT(kinds(check_protected(lines(text + op(1, "read", "nil", "#{}")))),
              ElementsAre("lost element"));
  const std::string one = got(0, 1) + op(0, "read", "nil", "nil") + op(0, "write", "1");
  EXPECT_EQ(check_protected(lines(one)).validity, Validity::valid);
  const Check check =
      check_protected(lines(one + got(1, 2) + op(1, "read", "nil", "nil") + op(1, "write", "1")));
  EXPECT_THAT(kinds(check), ElementsAre("lost update"));
  EXPECT_THAT(check.anomalies[0].explanation, HasSubstr("process 0 and process 1 both wrote 1"));
}

// ---- names and removals ----

TEST(UniqueClaimsCheck, FindsNamesThatWereGivenTwice) {
  const auto claim = [](int process, const std::string& name, int owner, const std::string& type) {
    const std::string rest = ", :f :cas, :key " + name + ", :value [nil " + std::to_string(owner);
    const std::string who = "{:process " + std::to_string(process) + ", :type :";
    return who + "invoke" + rest + "]}\n" + who + type + rest + "]}\n";
  };
  const std::string text =
      claim(0, "7", 1, "ok") + claim(1, "7", 2, "fail") + claim(1, "8", 3, "ok");
  EXPECT_EQ(check_unique_claims(testing_support::edn(text)).validity, Validity::valid);
  const Check check = check_unique_claims(testing_support::edn(text + claim(2, "7", 4, "ok")));
  EXPECT_THAT(kinds(check), ElementsAre("claimed twice"));
  EXPECT_THAT(check.anomalies[0].operations, ElementsAre(0U, 6U));
  EXPECT_THAT(check.anomalies[0].explanation,
              HasSubstr("The name 7 was given to process 0 for 1, and to process 2 for 4."));
}

TEST(SetCheck, TellsAnElementThatCameBackFromOneThatWasSeenLate) {
  const std::string text = op(0, "add", "1") + op(0, "remove", "1");
  EXPECT_EQ(check_set(lines(text + op(1, "read", "nil", "#{}"))).validity, Validity::valid);
  const std::string shown = text + op(1, "read", "nil", "#{1}");
  const Check back = check_set(lines(shown));
  EXPECT_THAT(kinds(back), ElementsAre("resurrected element"));
  EXPECT_THAT(back.anomalies[0].operations, ElementsAre(0U, 2U, 4U));
  EXPECT_EQ(back.verdicts[0], std::pair(std::string("set"), Validity::invalid));
  const Check late = check_set(lines(shown + op(1, "read", "nil", "#{}")));
  EXPECT_THAT(kinds(late), ElementsAre("stale read"));
  EXPECT_EQ(late.verdicts[0], std::pair(std::string("set"), Validity::valid));
}

TEST(SetCheck, ExpectsNothingOfElementsWhoseRemovalMayStillHappenOrThatAreAddedAgain) {
  const std::string unknown = op(0, "add", "1") + "2 invoke remove 1\n2 info remove 1\n";
  EXPECT_EQ(check_set(lines(unknown + op(1, "read", "nil", "#{1}"))).validity, Validity::valid);
  EXPECT_EQ(check_set(lines(unknown + op(1, "read", "nil", "#{}"))).validity, Validity::valid);
  const std::string again = op(0, "add", "1") + op(0, "remove", "1") + op(0, "add", "1");
  EXPECT_EQ(check_set(lines(again + op(1, "read", "nil", "#{1}"))).validity, Validity::valid);
  const std::string failed = op(0, "add", "1") + "0 invoke remove 1\n0 fail remove 1\n";
  EXPECT_THAT(kinds(check_set(lines(failed + op(1, "read", "nil", "#{}")))),
              ElementsAre("lost element"));
}

// ---- the list ----

TEST(Invariants, AreRecognisedByTheirOperationsWhereThoseAreUnmistakable) {
  const auto recognised = [](const std::string& text) -> std::string {
    const Invariant* found = recognise_invariant(lines(text));
    return found == nullptr ? "" : found->name;
  };
  EXPECT_EQ(recognised(op(0, "increment", "1") + op(0, "read", "nil", "1")), "counter");
  EXPECT_EQ(recognised(op(0, "next_id", "nil", "1")), "unique-ids");
  EXPECT_EQ(recognised(op(0, "generate", "nil", "1")), "unique-ids");
  EXPECT_EQ(recognised(in(0, 1) + out(0, "1")), "queue");
  EXPECT_EQ(recognised(got(0, 1) + op(0, "add", "[1 1]")), "lock");
  EXPECT_EQ(recognised(got(0, 1) + op(0, "release")), "");       // mutex
  EXPECT_EQ(recognised(op(0, "add", "1") + op(0, "read")), "");  // set
  EXPECT_EQ(recognised(in(0, 1) + op(0, "write", "1")), "");
}

TEST(Invariants, HaveDistinctNamesAndKnownKinds) {
  const auto names = invariant_names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  for (const std::string& name : names) EXPECT_NE(find_invariant(name), nullptr) << name;
  EXPECT_EQ(find_invariant("nothing"), nullptr);
}

TEST(Invariants, HaveTheirAnomaliesDefinedInTheDocumentation) {
  std::ifstream file(std::string(TRIBUNAL_SOURCE_DIR) + "/docs/checkers.md");
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  for (const AnomalyKind& kind : anomaly_kinds()) {
    EXPECT_THAT(page, HasSubstr(std::string("| ") + kind.name + " | " + name(kind.harm) + " | " +
                                kind.definition + " |"));
  }
}

TEST(Invariants, ShowAFewAnomaliesOfAKindAndCountThemAll) {
  std::string text;
  for (int id = 0; id < 30; ++id) {
    text += op(0, "next_id", "nil", std::to_string(id));
    text += op(1, "next_id", "nil", std::to_string(id));
  }
  const Check check = check_unique_ids(lines(text));
  ASSERT_EQ(check.anomalies.size(), 20U);
  EXPECT_THAT(check.anomalies.back().explanation, HasSubstr("10 more like it"));
}

}  // namespace
}  // namespace tribunal::checker::invariants
