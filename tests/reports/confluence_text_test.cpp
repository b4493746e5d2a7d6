// What a person reads about a specification on the terminal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "reports/table.h"
#include "tests/browser/confluence_samples.h"

namespace tribunal::reports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string plain(const ConfluenceReport& report) { return confluence_text(report, false); }

TEST(ConfluenceText, TellsAConflictFromTheVerdictToTheCure) {
  EXPECT_EQ(
      plain(testing::chosen_names()),
      R"(NOT CONFLUENT: two replicas that run 'register' at the same time can break 'unique' when they merge.

  file       names.icf
  grounds    Random run 4 broke it and was shortened; no shorter one of its shape exists. The run
             below was executed step by step: it really happens.
  scope      User=3 was enough to break it.

How it breaks
   both replicas: the initial state
                          /                                                 \
   replica A                                         replica B
   register(u: User0, name: 7)                       register(u: User1, name: 7)
                          \                                                 /
                                     the merge breaks 'unique'

   cell             before  replica A  replica B  merged
   user[User0]      absent  present    absent     present  <- broken
   user[User1]      absent  absent     present    present  <- broken
   username[User0]  0       7          0          7        <- broken
   username[User1]  0       0          7          7        <- broken

  broken     unique, for a = User0, b = User1:
             user[a] and user[b] => username[a] != username[b]
  here       true and true => 7 != 7, which is false

   No replica did wrong: each step kept 'unique' by all that its replica knew. The two clash only
   where they meet. Had replica B known what A did, register(u: User1, name: 7) would have been
   refused: its 'requires' is false then; and the other way round.

What conflicts
   - 'register' beside another 'register' can break 'unique', only when both have the same name

What to do
   - lock: hold lock 'unique' for the value of name: register exclusively.
     Proven: with this held, everything else is confluent.
   - or one leader: send 'register' through one leader (or let it wait until nobody else runs); all
     other transactions then never wait.
   - or take turns: these never wait for one another; 'register' fits into none
       phase 1: leave (proven)
   - or merge differently: awset user -> rwset (not proven confluent)
       - awset user[User];
       + rwset user[User];
   - or apologise: allow the violation and make good for it afterwards: in the run above 2 instances
     of 'unique' fail, over user[User0], user[User1], username[User0], username[User1]. Undoing any
     one of these cures it: A's register(u: User0, name: 7); B's register(u: User1, name: 7).

On a real store
   - multi-leader, partition: 87 of 100 runs broke an invariant (12,345 transactions committed)
     replay: tribunal replay --seed 3
   - raft, no faults: none of 100 runs broke an invariant (8,123 transactions committed)

Worth a look
   - names.icf:4:1: warning: concurrent changes of 'username' are lost
     lww username[User]: int;
     ^^^^^^^^^^^^
)");
}

TEST(ConfluenceText, TellsAProofWithWhatItRestsOnAndHowFarItGoes) {
  EXPECT_EQ(
      plain(testing::minted_ids()),
      R"(CONFLUENT: every replica can run 'register' on its own, at any time; no merge breaks 'unique'
  (looked at with User=3, Id=3).

  file       ids.icf
  proof      Step by step: no two transactions that run at the same time can be the last ones before
             a violation. The solver found no exception.
  scope      User=3, Id=3, bounded: looked at with these numbers of elements. User=4, Id=14 would be
             enough for any number.
  re-check   confirmed for any number of elements
  rests on   what holds in every state that replicas can reach:
             - user[x] was touched => x was minted by 'fresh'
             - id[x] never changes
)");
}

TEST(ConfluenceText, ShowsARunOfAnyShapeStepByStep) {
  const std::string text = plain(testing::three_replicas());
  EXPECT_THAT(text, StartsWith("NOT CONFLUENT: replicas that run 'register' at the same time"));
  EXPECT_THAT(text, HasSubstr("    2. B: hears all that A knows\n"
                              "    3. B: leave(u: User0)\n"));
  EXPECT_THAT(text, HasSubstr("    7. C: hears all that A knows  <- broken\n"));
  EXPECT_THAT(text, HasSubstr("cell             at first  replica C  replica A  merged"));
}

TEST(ConfluenceText, SaysWhyItDoesNotKnowAndShowsTheSuspicion) {
  const std::string text = plain(testing::suspicion());
  EXPECT_THAT(text, StartsWith("UNKNOWN: "));
  EXPECT_THAT(text, HasSubstr("in a state that was not shown to be\n             reachable."));
  EXPECT_THAT(text, HasSubstr("1,500 random runs broke nothing"));
  EXPECT_THAT(text, HasSubstr("in a state that may or may not be reachable"));
  EXPECT_THAT(text, Not(HasSubstr("What to do")));
}

TEST(ConfluenceText, SaysWhatTheInitialStateBreaks) {
  const std::string text = plain(testing::broken_initially());
  EXPECT_THAT(text, StartsWith("BROKEN FROM THE START: the initial state already breaks "
                               "'never_overdrawn'"));
  EXPECT_THAT(text, HasSubstr("for a = Account0"));
  EXPECT_THAT(text, HasSubstr("-1 >= 0"));
}

TEST(ConfluenceText, SaysOfACompleteProofThatItHoldsForEver) {
  const std::string text = plain(testing::counted_up());
  EXPECT_THAT(text, HasSubstr("no merge ever breaks"));
  EXPECT_THAT(text, HasSubstr("'never' can never commit"));
  EXPECT_THAT(text, Not(HasSubstr("in none of"))) << "one remark about it is enough";
}

TEST(ConfluenceText, SetsTheLocksApart) {
  const std::string text = plain(testing::tangled());
  EXPECT_THAT(text, HasSubstr("- lock: hold lock 'no_loan_without_item' for the value of i: scrap "
                              "exclusively, lend shared."));
  EXPECT_THAT(text, HasSubstr("- lock: hold one lock 'solvent' for all: pay exclusively"));
  EXPECT_THAT(text, HasSubstr("Not proven to be enough"));
  EXPECT_THAT(text, HasSubstr("phase 2: count_again (not proven)"));
}

TEST(ConfluenceText, NoticesAStoreThatBreaksWhatIsProven) {
  ConfluenceReport report = testing::minted_ids();
  report.executions = testing::chosen_names().executions;
  EXPECT_THAT(plain(report), HasSubstr("the store does not do what the specification says"));
  report.executions[0].violating = 0;
  EXPECT_THAT(plain(report), Not(HasSubstr("the store does not do")));
  EXPECT_THAT(plain(testing::chosen_names()), Not(HasSubstr("the store does not do")));
}

TEST(ConfluenceText, FitsTheTerminalAndKeepsTextsFromPlayingWithIt) {
  for (const ConfluenceReport& report :
       {testing::chosen_names(), testing::tangled(), testing::hostile_specification()}) {
    for (const std::string& line : split(plain(report), '\n')) {
      const bool whole = line.find("replay: ") != std::string::npos;  // to be copied: never broken
      EXPECT_TRUE(whole || width(line) <= terminal_columns) << line;
      EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
      EXPECT_EQ(line.find("\xe2\x80\xae"), std::string::npos) << line;
    }
  }
}

TEST(ConfluenceText, SaysTheSameInColour) {
  for (const ConfluenceReport& report : {testing::chosen_names(), testing::three_replicas()}) {
    std::string text = confluence_text(report, true);
    EXPECT_THAT(text, HasSubstr("\x1b[1;31mNOT CONFLUENT"));
    for (std::size_t i = text.find('\x1b'); i != std::string::npos; i = text.find('\x1b')) {
      text.erase(i, text.find('m', i) - i + 1);
    }
    EXPECT_EQ(text, plain(report));
  }
}

}  // namespace
}  // namespace tribunal::reports
