// How violating runs become small, one way at a time.
#include <gtest/gtest.h>

#include "runs.h"

namespace tribunal::spec {
namespace {

// Each op sets one of two flags that must not both be set.
constexpr const char* flags =
    "sort E[4]; sort R[3]; enum Colour { red, green }; lww x: int; gset p; gset q; gset u[E];"
    "op one(n: int) requires n == 3 { add p; } op other(n: int) { add q; }"
    "op free(n: int) { add p; }"
    "op first(c: Colour, b: bool, e: E) { add p; } op second(fresh e: E) { add q; }"
    "op mine(self me: R) { add p; } op yours(self me: R) { add q; }"
    "invariant apart: not (p and q);";

class Minimising : public testing::Test {
 protected:
  Step does(std::uint32_t replica, std::string_view op, std::vector<std::int64_t> arguments) const {
    return executes(flagged, replica, op, std::move(arguments));
  }
  const Specimen flagged{flags};
};

TEST_F(Minimising, MakesNumbersSmallThatNeedNotBeEqual) {
  EXPECT_EQ(minimise(flagged.layout, {does(0, "one", {3}), does(1, "other", {3}), merges(0, 1)}),
            (spec::Run{does(0, "one", {3}), does(1, "other", {0}), merges(0, 1)}));
  EXPECT_EQ(minimise(flagged.layout, {does(0, "free", {-4}), does(1, "other", {9}), merges(0, 1)}),
            (spec::Run{does(0, "other", {0}), does(1, "free", {0}), merges(0, 1)}));
}

TEST_F(Minimising, TakesTheFirstElementsInTheOrderInWhichTheyComeUp) {
  EXPECT_EQ(
      minimise(flagged.layout, {does(2, "second", {3}), does(1, "first", {1, 1, 2}), merges(1, 2)}),
      (spec::Run{does(0, "first", {0, 0, 0}), does(1, "second", {1}), merges(0, 1)}));
}

TEST_F(Minimising, LetsElementsThatStandForReplicasGoWithThem) {
  EXPECT_EQ(minimise(flagged.layout,
                     {does(2, "yours", {2}), does(1, "mine", {1}), merges(0, 1), merges(0, 2)}),
            (spec::Run{does(0, "mine", {0}), does(1, "yours", {1}), merges(0, 1)}));
}

TEST_F(Minimising, LeavesARunAloneWhoseMintedArgumentsAreNot) {
  const spec::Run twice = {does(0, "free", {5}), does(1, "second", {1}), does(2, "second", {1}),
                           merges(0, 1)};
  EXPECT_EQ(minimise(flagged.layout, twice), twice);
  const spec::Run other = {does(0, "free", {5}), does(1, "yours", {2}), merges(0, 1)};
  EXPECT_EQ(minimise(flagged.layout, other), other);
}

TEST(MinimisingNumbers, MovesThemTogether) {
  const Specimen specimen(rooms);
  const spec::Run small = {executes(specimen, 0, "book", {0, 0, 0, 1}),
                           executes(specimen, 1, "book", {1, 0, 0, 1}), merges(0, 1)};
  EXPECT_EQ(minimise(specimen.layout, {executes(specimen, 0, "book", {7, 2, -1, 0}),
                                       executes(specimen, 1, "book", {9, 2, -1, 0}), merges(1, 0)}),
            small);
  EXPECT_EQ(
      minimise(specimen.layout, {executes(specimen, 0, "book", {7, 2, 30, 90}),
                                 executes(specimen, 1, "book", {9, 2, 50, 70}), merges(1, 0)}),
      small);
}

TEST(MinimisingSteps, DropsTwoThatMakeUpForOneAnother) {
  const Specimen bank(
      "counter c; op put(n: int) requires n > 0 { c += n; }"
      "op take(n: int) requires n > 0 and c >= n { c -= n; } invariant positive: c >= 0;");
  const spec::Run small = {executes(bank, 0, "put", {1}), merges(1, 0),
                           executes(bank, 0, "take", {1}), executes(bank, 1, "take", {1}),
                           merges(0, 1)};
  EXPECT_EQ(minimise(bank.layout,
                     {executes(bank, 0, "put", {1}), merges(1, 0), executes(bank, 0, "put", {4}),
                      executes(bank, 0, "take", {4}), executes(bank, 0, "take", {1}),
                      executes(bank, 1, "take", {1}), merges(0, 1)}),
            small);
  EXPECT_EQ(minimise(bank.layout, {executes(bank, 0, "put", {4}), executes(bank, 0, "put", {1}),
                                   merges(1, 0), executes(bank, 0, "take", {3}),
                                   executes(bank, 1, "take", {3}), merges(0, 1)}),
            small);
}

TEST(MinimisingSteps, KeepsTheInvariantThatWasViolated) {
  const Specimen specimen(
      "gset a; gset b; gset c; op x() requires not b { add a; } op y() requires not a { add b; }"
      "op z() requires a { add c; }"
      "invariant first: not (a and b and c); invariant second: not (a and b) or c;");
  const spec::Run run = {executes(specimen, 0, "x"), executes(specimen, 0, "z"),
                         executes(specimen, 1, "y"), merges(0, 1)};
  EXPECT_EQ(minimise(specimen.layout, run), run);
}

TEST(MinimisingSteps, TakesNoOverflowForAViolation) {
  const Specimen specimen(
      "counter c; gset p; gset q; op up(n: int) { c += n * 4611686018427387904; }"
      "op left() requires not q { add p; } op right() requires not p { add q; }"
      "invariant all: not (p and q) and c >= 0 - 4611686018427387904;");
  EXPECT_EQ(
      minimise(specimen.layout, {executes(specimen, 1, "up", {-1}), executes(specimen, 0, "left"),
                                 executes(specimen, 1, "right"), executes(specimen, 1, "up", {1}),
                                 executes(specimen, 0, "up", {1}), merges(0, 1)}),
      (spec::Run{executes(specimen, 0, "left"), executes(specimen, 1, "right"), merges(0, 1)}));
}

TEST(MinimisingReplicas, PutsThoseTogetherThatNeedNotBeApart) {
  const Specimen specimen(slack);
  EXPECT_EQ(minimise(specimen.layout,
                     {executes(specimen, 2, "inc"), executes(specimen, 3, "inc"), merges(2, 3),
                      merges(0, 2), merges(1, 2), executes(specimen, 0, "right"),
                      executes(specimen, 1, "left"), merges(4, 0), merges(4, 1)}),
            (spec::Run{executes(specimen, 0, "inc"), executes(specimen, 1, "inc"), merges(0, 1),
                       merges(1, 0), executes(specimen, 0, "left"), executes(specimen, 1, "right"),
                       merges(0, 1)}));
}

}  // namespace
}  // namespace tribunal::spec
