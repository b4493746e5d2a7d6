// Cores as excerpts: producers, what stands and what is dropped (docs/proofs.md, "Excerpts").
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/verify/edn.h"
#include "tests/verify/proof_text.h"
#include "verify/verify.h"

namespace tribunal::verify::test {
namespace {

using testing::HasSubstr;

Report judge_core(const History& history, const Setting& setting,
                  const std::vector<std::uint32_t>& core, bool minimal) {
  return verify_proof(
      history,
      sealed(document(history, setting, Json::array({invalid_key(nullptr, core, minimal)}))));
}

void expect_proven(const History& history, const Setting& setting,
                   const std::vector<std::uint32_t>& core) {
  const Report report = judge_core(history, setting, core, true);
  EXPECT_EQ(report.finding, Finding::accepted) << report.reason;
}

void expect_refused(const History& history, const Setting& setting,
                    const std::vector<std::uint32_t>& core) {
  const Report report = judge_core(history, setting, core, false);
  EXPECT_EQ(report.finding, Finding::rejected);
  EXPECT_THAT(report.reason, HasSubstr("can be put in order"));
}

const Setting reg{"register"};

// write 1, write 2, then a stale read of 1: events 0, 2, 4.
const char* const stale =
    "0 invoke write 1; 0 ok write 1; 0 invoke write 2; 0 ok write 2; 0 invoke read; 0 ok read 1";

TEST(Excerpt, OfAStaleReadNeedsTheWriteThatWasReadAndTheOneThatCameBetween) {
  const History history = events(stale);
  expect_proven(history, reg, {0, 2, 4});
  expect_refused(history, reg, {2, 4});  // the write of 1 may have come later
  expect_refused(history, reg, {0, 4});
  expect_refused(history, reg, {0, 2});
}

TEST(Excerpt, OfAReadThatNobodyWroteIsThatReadAlone) {
  const History history = events(std::string(stale) + "; 1 invoke read; 1 ok read 3");
  expect_proven(history, reg, {6});
  const Report report = judge_core(history, reg, {4, 6}, true);
  EXPECT_THAT(report.reason, HasSubstr("not minimal: it is impossible without operation 4"));
}

TEST(Excerpt, CountsLostWritesAndNotFailedOrLaterOnesAsProducers) {
  const std::string read = "0 invoke read; 0 ok read 3";
  expect_refused(events("1 invoke write 3; 1 info write 3; " + read), reg, {2});
  expect_refused(events("1 invoke write 3; " + read), reg, {1});
  expect_proven(events("1 invoke write 3; 1 fail write 3; " + read), reg, {2});
  expect_proven(events(read + "; 1 invoke write 3; 1 ok write 3"), reg, {0});
  expect_refused(events("0 invoke read; 1 invoke write 3; 0 ok read 3"), reg, {0});
}

TEST(Excerpt, MakesACasAPlainWriteWhenAProducerIsMissing) {
  const Setting cas{"cas-register"};
  const History history = events(
      "0 invoke write 1; 0 ok write 1; 0 invoke cas [1 2]; 0 ok cas [1 2]; 0 invoke read; 0 ok "
      "read 1");
  expect_proven(history, cas, {0, 2, 4});
  expect_refused(history, cas, {2, 4});
  expect_proven(events("0 invoke cas [1 2]; 0 ok cas [1 2]"), cas, {0});
  expect_refused(events("1 invoke cas [7 1]; 0 invoke cas [1 2]; 0 ok cas [1 2]"), cas, {1});
}

TEST(Excerpt, HoldsAnInfoCasToItsRequirementWheneverItsProducersWereInvoked) {
  const Setting cas{"cas-register"};
  // Nothing ever wrote 5, so the lost cas cannot explain the read.
  const History never = events("0 invoke cas [5 2]; 0 info cas nil; 1 invoke read; 1 ok read 2");
  expect_proven(never, cas, {0, 2});
  // A write of 5 after everything is a producer all the same: without it the cas is a plain write.
  const History later = events(
      "0 invoke cas [5 2]; 0 info cas nil; 1 invoke read; 1 ok read 2; 1 invoke write 5; 1 ok "
      "write 5");
  expect_refused(later, cas, {0, 2});
  expect_proven(later, cas, {0, 2, 4});
}

TEST(Excerpt, OfAFailedCasHasWritesOfOtherValuesAsProducers) {
  Setting cas{"cas-register"};
  cas.observe = true;
  cas.initial = number(1);
  const std::string failed = "0 invoke cas [1 2]; 0 fail cas [1 2]";
  expect_proven(events(failed), cas, {0});
  expect_proven(events("1 invoke write 1; " + failed), cas, {1});
  expect_refused(events("1 invoke write 4; " + failed), cas, {1});
  expect_refused(events(failed), Setting{"cas-register", number(1)}, {0});  // says nothing
}

TEST(Excerpt, LetsEachReadOfATxnStandAlone) {
  const Setting multi{"multi-register"};
  const History history = events(
      "0 invoke txn [[:write :y 1]]; 0 ok txn [[:write :y 1]];"
      "1 invoke txn [[:read :x nil] [:read :y nil]]; 1 ok txn [[:read :x 3] [:read :y 1]]");
  expect_proven(history, multi, {2});  // nobody wrote :x 3, whoever wrote :y
}

TEST(Excerpt, OfAContradictionWithinATxnIsThatTxn) {
  const Setting multi{"multi-register"};
  expect_proven(
      events("0 invoke txn [[:write :x 1] [:read :x nil]]; 0 ok txn [[:write :x 1] [:read :x 2]]"),
      multi, {0});
  const History twice = events(
      "0 invoke txn [[:write :x 1]]; 1 invoke txn [[:read :x nil] [:read :x nil]]; 1 ok txn "
      "[[:read :x 1] [:read :x nil]]");
  expect_proven(twice, multi, {0, 1});
  expect_refused(twice, multi, {1});
}

TEST(Excerpt, OfAGetHasEverySubstringAsProducer) {
  Setting kv{"kv"};
  kv.initial = word("");
  const History history = events(
      "0 invoke append \"a\"; 0 ok append \"a\"; 0 invoke append \"b\"; 0 ok append \"b\";"
      "0 invoke append \"c\"; 0 ok append \"c\"; 0 invoke get; 0 ok get \"ba\"");
  expect_proven(history, kv, {0, 2, 6});
  expect_refused(history, kv, {0, 6});
  expect_refused(history, kv, {2, 6});
}

TEST(Excerpt, OfALostElementHoldsAllThatWasRead) {
  const Setting set{"set"};
  const History history = events(
      "0 invoke add 1; 0 ok add 1; 0 invoke add 2; 0 ok add 2; 0 invoke add 3; 0 ok add 3; 0 "
      "invoke read; 0 ok read [1 3]");
  expect_proven(history, set, {0, 2, 4, 6});
  expect_refused(history, set, {0, 2, 6});
  expect_refused(history, set, {0, 4, 6});
  expect_proven(events("0 invoke add 1; 0 ok add 1; 0 invoke read; 0 ok read []"), set, {0, 2});
}

TEST(Excerpt, OfTwoHoldersNeedsEveryRelease) {
  const Setting mutex{"mutex"};
  const History history = events(
      "0 invoke acquire; 0 ok acquire; 1 invoke release; 1 fail release; 1 invoke acquire; 1 ok "
      "acquire");
  expect_proven(history, mutex, {0, 4});
  const History released = events(
      "0 invoke acquire; 0 ok acquire; 0 invoke release; 0 ok release; 0 invoke acquire; 0 ok "
      "acquire; 1 invoke acquire; 1 ok acquire");
  expect_refused(released, mutex, {4, 6});
  expect_proven(released, mutex, {2, 4, 6});
}

std::string event(int process, const char* type, const std::string& f, const std::string& value,
                  int producers) {
  std::string out = "{:process " + std::to_string(process) + ", :type :" + type + ", :f :" + f +
                    ", :value " + value;
  if (producers >= 0) out += ", :producers " + std::to_string(producers);
  return out + "}\n";
}

// A read of 1 after a write of 2, taken out of a longer history with so many writes of 1.
History cut(int producers) {
  return edn(event(0, "invoke", "write", "2", -1) + event(0, "ok", "write", "2", -1) +
             event(0, "invoke", "read", "nil", -1) + event(0, "ok", "read", "1", producers));
}

TEST(Excerpt, FilesSayHowManyProducersThereWere) {
  expect_proven(cut(0), reg, {2});
  expect_proven(cut(-1), reg, {2});
  expect_refused(cut(1), reg, {0, 2});
}

TEST(Excerpt, FilesWithMissingProducersHaveALinearization) {
  const auto finding = [](const History& history) {
    return verify_proof(history,
                        sealed(document(history, reg, Json::array({valid_key(nullptr, {0, 2})}))))
        .finding;
  };
  EXPECT_EQ(finding(cut(1)), Finding::accepted);
  EXPECT_EQ(finding(cut(0)), Finding::rejected);
  EXPECT_EQ(finding(cut(-1)), Finding::rejected);
}

TEST(Excerpt, FilesWithMoreProducersThanDeclaredNeedAllOfThem) {
  const History history =
      edn(event(0, "invoke", "write", "1", -1) + event(0, "ok", "write", "1", -1) +
          event(0, "invoke", "write", "2", -1) + event(0, "ok", "write", "2", -1) +
          event(0, "invoke", "read", "nil", -1) + event(0, "ok", "read", "1", 0));
  expect_refused(history, reg, {2, 4});
  expect_proven(history, reg, {0, 2, 4});
}

TEST(Excerpt, FilesLetTheReadsOfACountedTxnStandOrFallTogether) {
  const Setting multi{"multi-register"};
  const auto counted = [](int producers) {
    return edn(event(0, "invoke", "txn", "[[:write :x 1] [:write :y 1]]", -1) +
               event(0, "ok", "txn", "[[:write :x 1] [:write :y 1]]", -1) +
               event(0, "invoke", "txn", "[[:read :x nil] [:read :y nil] [:read :z nil]]", -1) +
               event(0, "ok", "txn", "[[:read :x 1] [:read :y 1] [:read :z 4]]", producers));
  };
  expect_proven(counted(-1), multi, {2});    // :z stands alone
  expect_proven(counted(1), multi, {0, 2});  // one txn is the producer of both :x and :y
  expect_refused(counted(1), multi, {2});
  expect_refused(counted(2), multi, {0, 2});
}

TEST(Excerpt, FilesWithACountedSetReadOrTextFollowTheSameRule) {
  const Setting set{"set"};
  const auto adds = [](int producers) {
    return edn(event(0, "invoke", "add", "1", -1) + event(0, "ok", "add", "1", -1) +
               event(0, "invoke", "read", "nil", -1) + event(0, "ok", "read", "[]", producers));
  };
  expect_proven(adds(0), set, {0, 2});
  expect_refused(adds(1), set, {0, 2});
}

}  // namespace
}  // namespace tribunal::verify::test
