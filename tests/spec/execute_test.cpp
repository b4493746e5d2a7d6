// Transactions: what commits, what aborts and why, and what `onmerge` makes of the result.
#include <limits>

#include <gtest/gtest.h>

#include "specimen.h"

namespace tribunal::spec {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

TEST(ATransaction, IsRefusedWhereItsGuardIsFalse) {
  const Specimen bank("counter c = 1; op take(n: int) requires c >= n { c -= n; }");
  const Site a(bank, 0);
  EXPECT_EQ(a.tried("take", {2}).outcome, Outcome::guard);
  EXPECT_EQ(a.tried("take", {1}).outcome, Outcome::committed);
}

TEST(ATransaction, IsAbortedWhereItWouldViolateAnInvariant) {
  const Specimen bank(
      "counter c = 1; counter d; op take(n: int) { c -= n; d += n; }"
      "invariant fine: d >= 0; invariant positive: c >= 0; invariant small: d < 2;");
  Site a(bank, 0);
  const Attempt aborted = a.tried("take", {2});
  EXPECT_EQ(aborted.outcome, Outcome::invariant);
  EXPECT_EQ(aborted.invariant, 1U);
  EXPECT_EQ(aborted.after, (Values{-1, 2}));
  EXPECT_EQ(aborted.event, Event{});
  EXPECT_EQ(a.state, State(bank.layout));
}

TEST(ATransaction, IsRefusedWhenNumbersLeave64Bits) {
  const Specimen bank(
      "counter c = 1; lww x: int; lww y: int = 2;"
      "op grow(n: int) { c += n; } op shrink(n: int) { c -= n; } op times(n: int) { x := n * y; }"
      "op asks(n: int) requires n + 1 > 0 { x := 1; } op checked(n: int) { y := n; }"
      "invariant near: y + 1 > 0 or true;");
  const Site a(bank, 0);
  EXPECT_EQ(a.tried("grow", {most}).outcome, Outcome::overflow);
  EXPECT_EQ(a.tried("grow", {most - 1}).outcome, Outcome::committed);
  EXPECT_EQ(a.tried("shrink", {std::numeric_limits<std::int64_t>::min()}).outcome,
            Outcome::overflow);
  Site low(bank, 1);
  low.does("shrink", {2});
  EXPECT_EQ(low.tried("shrink", {std::numeric_limits<std::int64_t>::min()}).outcome,
            Outcome::overflow);  // the sum would fit, what is added does not
  EXPECT_EQ(a.tried("times", {most / 2 + 1}).outcome, Outcome::overflow);
  EXPECT_EQ(a.tried("asks", {most}).outcome, Outcome::overflow);
  EXPECT_EQ(a.tried("checked", {most}).outcome, Outcome::overflow);
}

TEST(ATransaction, IsRefusedWhenTheMergedValueLeaves64BitsBehindWhatIsShown) {
  const Specimen hidden("counter c; op grow(n: int) { c += n; } onmerge { c := 0; }");
  Site a(hidden, 0);
  a.does("grow", {most});
  EXPECT_EQ(a.shows("c"), 0);
  EXPECT_EQ(a.tried("grow", {1}).outcome, Outcome::overflow);
}

TEST(Arguments, MustBeValuesOfTheirTypes) {
  const Specimen types(
      "sort S[2]; enum E { one, two, three }; lww x: int;"
      "op of(s: S, e: E, b: bool, n: int) { x := n; }");
  const Site a(types, 0);
  EXPECT_EQ(a.tried("of", {1, 2, 1, -7}).outcome, Outcome::committed);
  for (const std::vector<std::int64_t>& wrong :
       {std::vector<std::int64_t>{2, 2, 1, 0}, {-1, 2, 1, 0}, {1, 3, 1, 0}, {1, 2, 2, 0}}) {
    EXPECT_EQ(a.tried("of", wrong).outcome, Outcome::argument);
  }
}

TEST(FreshElements, AreMintedOnceHoweverTheyBecomeKnown) {
  const Specimen users(
      "sort U[3]; sort V[3]; gset u[U]; op one(fresh a: U) { add u[a]; }"
      "op two(fresh a: U, fresh b: U) { add u[a]; } op other(fresh a: V) { }");
  Site a(users, 0), b(users, 1);
  EXPECT_EQ(a.tried("two", {1, 1}).outcome, Outcome::argument);
  const Event pair = a.does("two", {1, 2});
  EXPECT_FALSE(b.state.used(0, 2));
  b.gets({pair});
  EXPECT_TRUE(b.state.used(0, 2));
  EXPECT_FALSE(b.state.used(1, 2));
  EXPECT_EQ(b.tried("one", {2}).outcome, Outcome::argument);
  EXPECT_EQ(b.tried("one", {0}).outcome, Outcome::committed);
  EXPECT_EQ(b.tried("other", {2}).outcome, Outcome::committed);
}

TEST(ABody, SeesItsOwnEarlierChanges) {
  const Specimen body(
      "sort S[3]; counter c; lww x: int; gset s[S]; counter n;"
      "op all() { forall i: S { add s[i]; n += 1; } }"
      "op run() { c += 2; x := c * 10; let y = x; x := y + 1;"
      "  forall i: S where not s[i] { add s[i]; if (count j: S . s[j]) == 2 { n += 5; } } }");
  Site a(body, 0);
  const Event event = a.does("run");
  EXPECT_EQ(a.shows("c"), 2);
  EXPECT_EQ(a.shows("x"), 21);
  EXPECT_EQ(a.shows("n"), 5);
  ASSERT_EQ(event.changes.size(), 6U) << "of a register only the last value leaves";
  EXPECT_EQ(event.changes[0], (Change{body.cell("c"), Change::What::increase, 2, {}}));
  EXPECT_EQ(event.changes[1], (Change{body.cell("x"), Change::What::assign, 21, {}}));
  EXPECT_EQ(event.changes[3].what, Change::What::add);
  EXPECT_EQ(a.does("all").changes.size(), 6U);
  EXPECT_EQ(a.shows("n"), 8);
}

TEST(AnEvent, IsNamedByItsReplicaAndATimeAfterAllThatWasSeen) {
  const Specimen cell("lww x: int; op set(n: int) { x := n; }");
  Site a(cell, 0), b(cell, 7);
  const Event first = a.does("set", {1});
  EXPECT_EQ(first.stamp, (Stamp{1, 0}));
  EXPECT_EQ(b.gets({a.does("set", {2}), first}).does("set", {3}).stamp, (Stamp{3, 7}));
  EXPECT_EQ(first.transaction, 0U);
  EXPECT_EQ(first.arguments, std::vector<std::int64_t>{1});
}

TEST(AnIndexOutsideItsSort, ReadsNothingAndChangesNothing) {
  Spec spec = parsed(
      "sort S[2]; sort T[3]; gset s[S] = true; lww t: T; gset done;"
      "op put(e: S) { add done; remove r[e]; } op see(e: S) requires s[e] { add done; } awset r[S] "
      "= true;");
  const Layout layout(spec, {1, 3});
  const State state(layout);
  std::vector<std::int64_t> slots = {1};
  bool overflowed = false;
  const ExprId guard = *spec.transactions[1].guard;
  EXPECT_EQ(evaluate(layout, guard, state.merged(), slots, overflowed), 0);
  slots = {0};
  EXPECT_EQ(evaluate(layout, guard, state.merged(), slots, overflowed), 1);

  const StatementId remove = spec.transactions[0].body[1];
  Expr& index = spec.exprs[spec.statements[remove].indices[0]];
  index.op = Operator::literal;
  index.value = 1;
  const Attempt made = attempt(layout, state, 0, std::vector<std::int64_t>{0}, 0);
  EXPECT_EQ(made.outcome, Outcome::committed);
  EXPECT_EQ(made.event.changes.size(), 1U);
}

TEST(OnMerge, RepairsWhatIsShownAndNothingElse) {
  const Specimen firm(
      "sort D[1]; sort E[2]; tpset dept[D] = true; tpset emp[E]; lww of[E]: D;"
      "op hire(e: E, d: D) requires dept[d] { add emp[e]; of[e] := d; }"
      "op drop(d: D) { remove dept[d]; }"
      "onmerge { forall e: E where emp[e] and not dept[of[e]] { remove emp[e]; } }"
      "invariant fk: forall e: E . emp[e] => dept[of[e]];");
  Site a(firm, 0), b(firm, 1);
  const Event hire = a.does("hire", {1, 0});
  const Event drop = b.does("drop", {0});
  EXPECT_EQ(a.shows("emp", {1}), 1);
  a.gets({drop});
  EXPECT_EQ(a.state.merged()[firm.cell("emp", {1})], 1);
  EXPECT_EQ(a.shows("emp", {1}), 0);
  EXPECT_EQ(b.gets({hire}).shows("emp", {1}), 0);
  EXPECT_TRUE(violated(firm.layout, shown(firm.layout, a.state)).empty());
}

TEST(OnMerge, DerivesViewsAfterLocalCommitsToo) {
  const Specimen stock(
      "sort S[2]; counter has[S]; lww total: int; counter sums = 1; max top; gset some;"
      "op fill(s: S, n: int) requires total < 10 { has[s] += n; }"
      "onmerge { total := sum s: S . has[s]; sums += total; sums += total; top := -1;"
      "          if total > 3 { add some; } }"
      "invariant exact: total == sum s: S . has[s];");
  Site a(stock, 0);
  EXPECT_EQ(a.shows("top"), -1);
  a.does("fill", {0, 3});
  EXPECT_EQ(a.shows("some"), 0);
  a.does("fill", {1, 8});
  EXPECT_EQ(a.shows("total"), 11);
  EXPECT_EQ(a.shows("sums"), 23);  // of its value before onmerge, not of what was shown last
  EXPECT_EQ(a.shows("some"), 1);
  EXPECT_EQ(a.state.merged()[stock.cell("total")], 0);
  EXPECT_EQ(a.tried("fill", {0, 1}).outcome, Outcome::guard);
}

TEST(OnMerge, SaysWhenItsNumbersLeave64Bits) {
  const Specimen doubled(
      "counter c; lww twice: int; op grow(n: int) { c += n; } onmerge { twice := c + c; }");
  Site a(doubled, 0), b(doubled, 1);
  EXPECT_EQ(a.tried("grow", {most / 2 + 1}).outcome, Outcome::overflow);
  const Event half = a.does("grow", {most / 2});
  b.does("grow", {1});
  bool overflowed = false;
  static_cast<void>(shown(doubled.layout, b.state, &overflowed));
  EXPECT_FALSE(overflowed);
  b.gets({half});
  static_cast<void>(shown(doubled.layout, b.state, &overflowed));
  EXPECT_TRUE(overflowed);
  EXPECT_EQ(b.tried("grow", {1}).outcome, Outcome::overflow);
}

}  // namespace
}  // namespace tribunal::spec
