// What concurrent changes of each kind of variable become: scenes of two or three replicas.
#include <limits>

#include <gtest/gtest.h>

#include "specimen.h"

namespace tribunal::spec {
namespace {

TEST(CountersSumUp, WhateverTheOrder) {
  const Specimen bank("counter c = 5; op move(n: int) { c += n; c -= 1; }");
  Site a(bank, 0), b(bank, 1);
  const Event up = a.does("move", {10});
  const Event down = b.does("move", {-20});
  EXPECT_EQ(a.shows("c"), 14);
  EXPECT_EQ(b.shows("c"), -16);
  EXPECT_EQ(a.gets({down}).shows("c"), -7);
  EXPECT_EQ(b.gets({up}).shows("c"), -7);
}

TEST(ExtremaTakeTheGreaterAndTheSmaller, ButAtTheirOriginWhatWasAssigned) {
  const Specimen marks("max high = 3; min low = 3; op mark(n: int) { high := n; low := n; }");
  Site a(marks, 0), b(marks, 1);
  const Event lowered = a.does("mark", {1});
  EXPECT_EQ(a.shows("high"), 1);
  EXPECT_EQ(a.shows("low"), 1);
  b.gets({lowered});
  EXPECT_EQ(b.shows("high"), 3);
  EXPECT_EQ(b.shows("low"), 1);
  const Event raised = b.does("mark", {7});
  EXPECT_EQ(b.shows("low"), 7);
  a.gets({raised});
  EXPECT_EQ(a.shows("high"), 7);
  EXPECT_EQ(a.shows("low"), 1);
}

TEST(ExtremaTakeTheGreaterAndTheSmaller, OfTwoReplicasMergedAsValues) {
  const Specimen marks(
      "max high = 3; min low = 3; counter c; op mark(n: int) { high := n; low := n; c += 1; }");
  Site a(marks, 0), b(marks, 1);
  const Event first = a.does("mark", {9});
  a.does("mark", {4});
  b.state.apply(marks.layout, first, Arrival::merged);
  EXPECT_EQ(b.shows("high"), 3);
  b.state.join_extrema(marks.layout, a.state.merged());
  EXPECT_EQ(b.shows("high"), 4);  // not 9: it is values that are merged
  EXPECT_EQ(b.shows("low"), 3);
  EXPECT_EQ(b.shows("c"), 1);
}

TEST(GrowOnlySets, KeepWhatWasAdded) {
  const Specimen set("sort E[2]; gset s[E]; op put(e: E) { add s[e]; }");
  Site a(set, 0), b(set, 1);
  const Event one = a.does("put", {1});
  EXPECT_EQ(b.shows("s", {1}), 0);
  b.gets({one});
  EXPECT_EQ(b.shows("s", {1}), 1);
  EXPECT_EQ(b.shows("s", {0}), 0);
}

constexpr const char* membership =
    "op put(e: E) { add s[e]; } op drop(e: E) { remove s[e]; }"
    "op again(e: E) { add s[e]; remove s[e]; add s[e]; }"
    "op gone(e: E) { remove s[e]; add s[e]; remove s[e]; }"
    "op looks(e: E) { add s[e]; if s[e] { seen += 1; } remove s[e]; add s[e]; if s[e] { seen += "
    "10; } }"
    "counter seen; op look(e: E) { add s[e]; if s[e] { seen += 1; } remove s[e]; if s[e] { seen += "
    "10; } }";

TEST(TwoPhaseSets, NeverTakeBackWhatWasRemoved) {
  const Specimen set(std::string("sort E[2]; tpset s[E];") + membership);
  Site a(set, 0), b(set, 1);
  const Event put = a.does("put", {0});
  EXPECT_EQ(a.shows("s", {0}), 1);
  b.gets({put});
  const Event drop = b.does("drop", {0});
  EXPECT_EQ(b.shows("s", {0}), 0);
  a.does("put", {0});
  EXPECT_EQ(a.gets({drop}).shows("s", {0}), 0);
  EXPECT_EQ(a.tried("look", {0}).after[set.cell("seen")], 0);  // nor does a later add in the body
  EXPECT_EQ(a.tried("looks", {1}).after[set.cell("seen")], 1);
  EXPECT_EQ(a.tried("again", {1}).after[set.cell("s", {1})], 0);
  a.does("drop", {1});  // removed before it ever was added
  a.does("put", {1});
  EXPECT_EQ(a.shows("s", {1}), 0);
}

TEST(AddWinsSets, KeepAnAddThatTheRemoveHadNotSeen) {
  const Specimen set(std::string("sort E[2]; awset s[E];") + membership);
  Site a(set, 0), b(set, 1), c(set, 2);
  const Event put = a.does("put", {0});
  b.gets({put});
  const Event drop = b.does("drop", {0});
  const Event anew = a.does("put", {0});
  EXPECT_EQ(a.gets({drop}).shows("s", {0}), 1);
  EXPECT_EQ(b.shows("s", {0}), 0);
  EXPECT_EQ(b.gets({anew}).shows("s", {0}), 1);
  EXPECT_EQ(c.gets({drop, anew, put}).shows("s", {0}), 1);
  EXPECT_EQ(c.state.live(set.cell("s", {0})), std::vector<Stamp>{anew.stamp});
  const Event last = c.does("drop", {0});
  EXPECT_EQ(a.gets({last}).shows("s", {0}), 0);
}

TEST(AddWinsSets, LoseAnElementThatEachSideHasByAnAddTheOtherRemoved) {
  const Specimen set(std::string("sort E[1]; awset s[E];") + membership);
  Site a(set, 0), b(set, 1);
  const Event mine = a.does("put", {0});
  const Event yours = b.does("put", {0});
  Site c(set, 2), d(set, 3);
  const Event drop_mine = c.gets({mine}).does("drop", {0});
  const Event drop_yours = d.gets({yours}).does("drop", {0});
  a.gets({drop_yours});
  b.gets({drop_mine});
  EXPECT_EQ(a.shows("s", {0}), 1);
  EXPECT_EQ(b.shows("s", {0}), 1);
  EXPECT_EQ(a.gets({yours, drop_mine}).shows("s", {0}), 0);
}

TEST(RemoveWinsSets, KeepARemoveThatTheAddHadNotSeen) {
  const Specimen set(std::string("sort E[2]; rwset s[E];") + membership);
  Site a(set, 0), b(set, 1), c(set, 2);
  const Event put = a.does("put", {0});
  EXPECT_EQ(a.shows("s", {0}), 1);
  b.gets({put});
  const Event anew = a.does("put", {0});
  const Event drop = b.does("drop", {0});
  EXPECT_EQ(a.gets({drop}).shows("s", {0}), 0);
  const Event back = a.does("put", {0});
  EXPECT_EQ(a.shows("s", {0}), 1);
  EXPECT_EQ(c.gets({back, put, drop, anew}).shows("s", {0}), 1);
  EXPECT_EQ(b.gets({anew}).shows("s", {0}), 0);
}

TEST(RemoveWinsSets, KeepTheRemoveOfWhatWasAbsent) {
  const Specimen set(std::string("sort E[1]; rwset s[E];") + membership);
  Site a(set, 0), b(set, 1);
  const Event drop = a.does("drop", {0});
  b.does("put", {0});
  EXPECT_EQ(b.gets({drop}).shows("s", {0}), 0);
}

TEST(SetsThatAreChangedTwiceInABody, ShowTheLastChange) {
  for (const std::string kind : {"awset", "rwset"}) {
    const Specimen set("sort E[1]; " + kind + " s[E]; " + membership);
    Site a(set, 0), b(set, 1);
    const Event again = a.does("again", {0});
    EXPECT_EQ(a.shows("s", {0}), 1) << kind;
    EXPECT_EQ(b.gets({again}).shows("s", {0}), 1) << kind;
    const Event gone = a.does("gone", {0});
    EXPECT_EQ(a.shows("s", {0}), 0) << kind;
    EXPECT_EQ(b.gets({gone}).shows("s", {0}), 0) << kind;
    a.does("look", {0});
    EXPECT_EQ(a.shows("s", {0}), 0) << kind;
    EXPECT_EQ(a.shows("seen"), 1) << kind;
  }
}

TEST(SetsThatAreFullFromTheBeginning, CanBeEmptied) {
  for (const std::string kind : {"tpset", "awset", "rwset"}) {
    const Specimen set("sort E[2]; " + kind + " s[E] = true; " + membership);
    Site a(set, 0), b(set, 1);
    EXPECT_EQ(a.shows("s", {0}), 1) << kind;
    if (kind == "awset") {
      EXPECT_EQ(a.state.live(set.cell("s", {0})), std::vector<Stamp>{Stamp{}});
    }
    const Event drop = a.does("drop", {0});
    EXPECT_EQ(a.shows("s", {0}), 0) << kind;
    EXPECT_EQ(a.shows("s", {1}), 1) << kind;
    const Event put = b.does("put", {0});
    EXPECT_EQ(a.gets({put}).shows("s", {0}), kind == "awset" ? 1 : 0) << kind;
    EXPECT_EQ(b.gets({drop}).shows("s", {0}), kind == "awset" ? 1 : 0) << kind;
  }
}

TEST(LastWriterWins, ByTimeAndThenByReplica) {
  const Specimen cell("lww x: int = 4; op set(n: int) { x := n + 100; x := n; }");
  Site a(cell, 0), b(cell, 1), c(cell, 2);
  const Event early = a.does("set", {1});
  const Event tie = b.does("set", {2});
  EXPECT_EQ(early.stamp.time, tie.stamp.time);
  EXPECT_EQ(a.gets({tie}).shows("x"), 2);
  EXPECT_EQ(b.gets({early}).shows("x"), 2);
  const Event later = a.does("set", {3});
  EXPECT_GT(later.stamp, tie.stamp);
  EXPECT_EQ(c.shows("x"), 4);
  EXPECT_EQ(c.gets({later, early, tie}).shows("x"), 3);
}

}  // namespace
}  // namespace tribunal::spec
