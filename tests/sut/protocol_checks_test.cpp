// Hand-made announcements that break each property, and lawful ones that look suspicious but do
// not.
#include "sut/protocol_checks.h"

#include <gtest/gtest.h>

namespace tribunal::sut {
namespace {

constexpr NodeId n1{0}, n2{1}, n3{2};

// Speaks for the nodes: logs are written as letters, and a chain is a hash of the letters so far.
class Announcer {
 public:
  ProtocolChecks checks{3};

  void leads(NodeId n, std::uint64_t term, const std::string& log = "") {
    say(n, {WitnessKind::became_leader, term, log.size(), chain(log)});
  }
  void steps_down(NodeId n, std::uint64_t term) { say(n, {WitnessKind::stepped_down, term}); }
  // Entries from `from` to the end of `log`, each of the term that its letter stands for in
  // `terms`.
  void appends(NodeId n, const std::string& log, const std::string& terms, std::size_t from = 1) {
    for (std::size_t i = from; i <= log.size(); ++i) {
      const auto term = static_cast<std::uint64_t>(terms[i - 1] - '0');
      say(n, {WitnessKind::appended, term, i, chain(log.substr(0, i))});
    }
  }
  void truncates(NodeId n, std::uint64_t from) { say(n, {WitnessKind::truncated, 0, from, 0}); }
  void commits(NodeId n, std::uint64_t term, const std::string& log) {
    say(n, {WitnessKind::committed, term, log.size(), chain(log)});
  }
  // The last entry of the log, which is the request of client 7 with that sequence; 0: of nobody.
  void applies(NodeId n, const std::string& log, std::uint64_t sequence = 0) {
    say(n, {WitnessKind::applied, 1, log.size(), chain(log), {ClientId{7}, sequence}});
  }
  void restores(NodeId n, const std::string& log) {
    say(n, {WitnessKind::restored, 1, log.size(), chain(log)});
  }
  std::string found() const {
    std::string all;
    for (const ProtocolViolation& v : checks.violations()) {
      all += (all.empty() ? "" : ", ") + v.property + " by n" + std::to_string(index(v.node) + 1);
    }
    return all;
  }

 private:
  static std::uint64_t chain(const std::string& log) { return log.empty() ? 0 : hash_text(log); }
  void say(NodeId n, const Witness& witness) { checks.observe(now_ += seconds(1), n, witness); }
  Time now_{};
};

// n1 leads term 1 with the log "abc" on n1 and n2, committed up to "ab".
Announcer quiet_start() {
  Announcer a;
  a.leads(n1, 1);
  a.appends(n1, "abc", "111");
  a.appends(n2, "abc", "111");
  a.commits(n1, 1, "ab");
  a.applies(n1, "a");
  a.applies(n1, "ab");
  a.commits(n2, 1, "a");
  a.applies(n2, "a");
  return a;
}

TEST(ProtocolChecks, AcceptALawfulHistory) {
  Announcer a = quiet_start();
  a.steps_down(n1, 1);
  a.leads(n2, 2, "abc");
  a.appends(n2, "abcd", "1112", 4);
  a.appends(n1, "abcd", "1112", 4);
  a.commits(n2, 2, "abcd");
  a.applies(n2, "ab");
  a.restores(n3, "ab");
  a.appends(n3, "abcd", "1112", 3);
  EXPECT_EQ(a.found(), "");
  EXPECT_EQ(a.checks.violation_count(), 0U);
}

TEST(ProtocolChecks, AcceptThatFollowersDropAnUncommittedSuffix) {
  Announcer a = quiet_start();
  a.steps_down(n1, 1);
  a.appends(n3, "ab", "11");
  a.leads(n3, 2, "ab");
  a.appends(n3, "abx", "112", 3);
  a.truncates(n1, 3);
  a.appends(n1, "abx", "112", 3);
  a.commits(n3, 2, "abx");
  EXPECT_EQ(a.found(), "");
}

TEST(ProtocolChecks, FindTwoLeadersOfOneTerm) {
  Announcer a = quiet_start();
  a.leads(n2, 1, "abc");
  EXPECT_EQ(a.found(), "election safety by n2");
  EXPECT_EQ(a.checks.violations()[0].detail,
            "n2 became leader of term 1, which n1 had already led");
}

TEST(ProtocolChecks, FindTwoLeadersOfOneTermAlsoWhenTheFirstCrashedInBetween) {
  Announcer a = quiet_start();
  a.steps_down(n1, 1);
  a.checks.restarted(n1);
  a.leads(n2, 2, "abc");
  a.leads(n3, 2, "");
  EXPECT_NE(a.found().find("election safety by n3"), std::string::npos);
}

TEST(ProtocolChecks, FindANodeThatIsElectedTwiceInATermItForgot) {
  Announcer a = quiet_start();
  a.checks.restarted(n1);
  a.leads(n1, 1, "");
  EXPECT_NE(a.found().find("election safety by n1"), std::string::npos);
}

TEST(ProtocolChecks, FindALeaderThatTruncatesItsLog) {
  Announcer a = quiet_start();
  a.truncates(n1, 3);
  EXPECT_EQ(a.found(), "leader append-only by n1");
}

TEST(ProtocolChecks, FindALeaderThatOverwritesAnEntry) {
  Announcer a = quiet_start();
  a.appends(n1, "abx", "112", 3);
  EXPECT_EQ(a.found(), "leader append-only by n1");
}

TEST(ProtocolChecks, FindALeaderThatReplacesItsLogByASnapshot) {
  Announcer a = quiet_start();
  a.restores(n1, "abcde");
  EXPECT_EQ(a.found(), "leader append-only by n1");
}

TEST(ProtocolChecks, AcceptTruncationAfterSteppingDown) {
  Announcer a = quiet_start();
  a.steps_down(n1, 1);
  a.truncates(n1, 3);
  EXPECT_EQ(a.found(), "");
}

TEST(ProtocolChecks, FindTwoEntriesWithTheSameIndexAndTerm) {
  Announcer a = quiet_start();
  a.appends(n3, "abx", "111");
  EXPECT_EQ(a.found(), "log matching by n3");
}

TEST(ProtocolChecks, FindEqualEntriesAfterUnequalPrefixes) {
  Announcer a = quiet_start();
  // The last entry is the same, but the one before is of another term: a skipped consistency check.
  a.appends(n3, "axc", "121");
  EXPECT_EQ(a.found(), "log matching by n3");
}

TEST(ProtocolChecks, FindUnequalEntriesOfALaterTermAtAnIndexOfManyTerms) {
  Announcer a = quiet_start();
  a.appends(n3, "abx", "112");
  a.truncates(n3, 3);
  a.appends(n3, "aby", "113", 3);
  a.truncates(n2, 3);
  a.appends(n2, "aby", "113", 3);
  EXPECT_EQ(a.found(), "");
  a.truncates(n2, 3);
  a.appends(n2, "abz", "113", 3);
  EXPECT_EQ(a.found(), "log matching by n2");
}

TEST(ProtocolChecks, FindALeaderWhoseLogEndsBeforeWhatWasCommitted) {
  Announcer a = quiet_start();
  a.appends(n3, "a", "1");
  a.leads(n3, 2, "a");
  EXPECT_EQ(a.found(), "leader completeness by n3");
  EXPECT_EQ(
      a.checks.violations()[0].detail,
      "n3 became leader of term 2 without entry 2, which was committed in an earlier term: its "
      "log ends at 1");
}

TEST(ProtocolChecks, FindALeaderThatHoldsAnotherEntryWhereOneWasCommitted) {
  Announcer a = quiet_start();
  a.appends(n3, "ax", "12");
  a.leads(n3, 3, "ax");
  EXPECT_EQ(a.found(), "leader completeness by n3");
}

TEST(ProtocolChecks, FindACommitOfADeposedLeaderThatTheNewOneLacks) {
  Announcer a = quiet_start();
  a.appends(n3, "ab", "11");
  a.leads(n3, 2, "ab");  // lawful so far: "abc" is not committed
  EXPECT_EQ(a.found(), "");
  a.commits(n1, 1, "abc");  // split brain
  EXPECT_EQ(a.found(), "leader completeness by n1");
}

TEST(ProtocolChecks, AcceptALateCommitOfADeposedLeaderThatTheNewOneHolds) {
  Announcer a = quiet_start();
  a.leads(n2, 2, "abc");
  a.appends(n2, "abcd", "1112", 4);
  a.commits(n1, 1, "abc");
  EXPECT_EQ(a.found(), "");
}

TEST(ProtocolChecks, AcceptALeaderOfAnOlderTermThatIsElectedLate) {
  Announcer a = quiet_start();
  a.leads(n2, 5, "abc");
  a.appends(n2, "abcd", "1115", 4);
  a.commits(n2, 5, "abcd");
  a.appends(n3, "ab", "11");
  a.leads(n3, 3, "ab");  // holds what was committed before term 3; the rest came later
  EXPECT_EQ(a.found(), "");
}

TEST(ProtocolChecks, FindDifferentEntriesCommittedAtOneIndex) {
  Announcer a = quiet_start();
  a.commits(n3, 1, "ax");
  EXPECT_EQ(a.found(), "state machine safety by n3");
}

TEST(ProtocolChecks, FindDifferentEntriesAppliedAtOneIndex) {
  Announcer a = quiet_start();
  a.applies(n3, "x");
  EXPECT_EQ(a.found(), "state machine safety by n3");
}

TEST(ProtocolChecks, FindASnapshotThatContradictsWhatWasApplied) {
  Announcer a = quiet_start();
  a.restores(n3, "ax");
  EXPECT_EQ(a.found(), "state machine safety by n3");
}

TEST(ProtocolChecks, AcceptThatARestartedNodeAnnouncesItsLogAgain) {
  Announcer a = quiet_start();
  a.checks.restarted(n2);
  a.appends(n2, "abc", "111");
  a.commits(n2, 1, "ab");
  a.applies(n2, "a");
  a.checks.restarted(n1);
  a.appends(n1, "ab", "11");  // "c" was not durable
  a.leads(n1, 2, "ab");
  EXPECT_EQ(a.found(), "");
}

TEST(ProtocolChecks, FindThatARestartedNodeLeadsWithoutWhatItLost) {
  Announcer a = quiet_start();
  a.checks.restarted(n1);
  a.appends(n1, "a", "1");
  a.leads(n1, 2, "a");
  EXPECT_EQ(a.found(), "leader completeness by n1");
}

TEST(ProtocolChecks, KeepTheFirstViolationOfEachPropertyByEachNodeAndCountAll) {
  Announcer a = quiet_start();
  a.applies(n3, "x");
  a.applies(n3, "xy");
  a.checks.restarted(n2);
  a.applies(n2, "x");
  EXPECT_EQ(a.found(), "state machine safety by n3, state machine safety by n2");
  EXPECT_EQ(a.checks.violation_count(), 3U);
  EXPECT_EQ(a.checks.violations()[0].node, n3);
  EXPECT_GT(a.checks.violations()[0].at, Time::zero());
}

TEST(ProtocolChecks, FindThatANodeAppliesAnEntryAgainOrLeavesOneOut) {
  Announcer a;
  a.applies(n1, "a");
  a.applies(n1, "ab");
  a.applies(n2, "a");
  a.checks.restarted(n2);
  a.applies(n2, "a");  // the memory is new
  a.restores(n3, "ab");
  a.applies(n3, "abc");
  EXPECT_EQ(a.found(), "");
  a.applies(n1, "ab");
  a.applies(n2, "abc");
  EXPECT_EQ(a.found(), "integrity by n1, integrity by n2");
}

TEST(ProtocolChecks, FindThatARequestTakesEffectTwice) {
  Announcer a;
  a.applies(n1, "a", 1);
  a.applies(n2, "a", 1);
  a.applies(n1, "ab", 2);
  EXPECT_EQ(a.found(), "");
  a.applies(n1, "abc", 2);
  EXPECT_EQ(a.found(), "integrity by n1");
}

TEST(ProtocolChecks, FindThatNobodyAskedForWhatTakesEffect) {
  Announcer a;
  a.checks.requested({ClientId{7}, 1});
  a.checks.requested({ClientId{8}, 9});
  a.applies(n1, "a", 1);
  a.applies(n1, "ab");
  EXPECT_EQ(a.found(), "");
  a.applies(n2, "a");
  a.applies(n2, "ab");
  a.applies(n2, "abc", 2);
  EXPECT_EQ(a.found(), "validity by n2");
}

TEST(ProtocolChecks, AreCopiedAsAValue) {
  Announcer a = quiet_start();
  const ProtocolChecks before = a.checks;
  a.applies(n3, "x");
  EXPECT_EQ(before.violation_count(), 0U);
  EXPECT_EQ(a.checks.violation_count(), 1U);
  ProtocolChecks assigned(1);
  assigned = a.checks;
  EXPECT_EQ(assigned.violation_count(), 1U);
}

}  // namespace
}  // namespace tribunal::sut
