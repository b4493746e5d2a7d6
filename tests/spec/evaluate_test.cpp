// Expressions, one by one, and what makes an invariant false.
#include <limits>

#include <gtest/gtest.h>

#include "specimen.h"

namespace tribunal::spec {
namespace {

constexpr const char* declarations =
    "sort S[3]; sort One[1]; enum Colour { red, green, blue }; const five = 5;"
    "counter c = 7; lww n[S]: int; gset s[S]; gset all[S] = true; gset pair[S, Colour];"
    "lww colour: Colour = blue; lww flag: bool = true;"
    "op fill(a: S, b: S) { n[a] := 10; n[b] := 20; add s[a]; add s[b]; add pair[a, green]; }";

// n = [0, 10, 20], s = {1, 2}, pair = {(1, green)}
Values filled() {
  const Specimen specimen(declarations);
  Site site(specimen, 0);
  site.does("fill", {1, 2});
  return shown(specimen.layout, site.state);
}

struct Example {
  const char* expression;
  std::int64_t value;
};
class AnExpression : public testing::TestWithParam<Example> {};

TEST_P(AnExpression, HasTheValueThatAnyoneWouldExpect) {
  const auto& [expression, value] = GetParam();
  // As a boolean, or against numbers, so that the parser can give it a type.
  for (const std::int64_t other : {value - 1, value, value + 1}) {
    const std::string text = std::string(declarations) + "invariant i: (" + expression +
                             ") == " + (other < 0 ? "0 - " : "") +
                             std::to_string(other < 0 ? -other : other) + ";";
    const Specimen specimen(text);
    EXPECT_EQ(violated(specimen.layout, filled()).empty(), other == value)
        << expression << " == " << other;
  }
}
INSTANTIATE_TEST_SUITE_P(Numbers, AnExpression,
                         testing::Values(Example{"3", 3}, Example{"five", 5}, Example{"c", 7},
                                         Example{"-c", -7}, Example{"c + five * 2", 17},
                                         Example{"c - five - 1", 1}, Example{"(c - 9) * -3", 6},
                                         Example{"sum x: S . n[x]", 30},
                                         Example{"sum x: S where n[x] < 20 . n[x] + 1", 12},
                                         Example{"sum x, y: S . n[x] * n[y]", 900},
                                         Example{"count x: S . s[x]", 2},
                                         Example{"count x: S where n[x] > 10 . s[x]", 1},
                                         Example{"count x, y: S . s[x] and n[y] < 20", 4},
                                         Example{"maxof x: S where s[x] . n[x] else 0 - 1", 20},
                                         Example{"maxof x: S where not s[x] . n[x] - 4 else 9", -4},
                                         Example{"minof x: S where s[x] . n[x] else 0", 10},
                                         Example{"minof x: S where n[x] > 99 . n[x] else c", 7}));

class ACondition : public testing::TestWithParam<Example> {};
TEST_P(ACondition, HoldsWhereAnyoneWouldExpect) {
  const auto& [expression, value] = GetParam();
  const Specimen specimen(std::string(declarations) + "invariant i: " + expression + ";");
  EXPECT_EQ(violated(specimen.layout, filled()).empty(), value != 0) << expression;
}
INSTANTIATE_TEST_SUITE_P(
    Truths, ACondition,
    testing::Values(
        Example{"true", 1}, Example{"false", 0}, Example{"flag", 1}, Example{"not flag", 0},
        Example{"flag and c == 7", 1}, Example{"flag and c == 8", 0}, Example{"c == 8 and flag", 0},
        Example{"c == 8 or flag", 1}, Example{"c == 8 or not flag", 0},
        Example{"c == 8 => not flag", 1}, Example{"flag => c == 8", 0},
        Example{"flag => c == 7", 1}, Example{"c != 7", 0}, Example{"c != 6", 1},
        Example{"c < 7", 0}, Example{"c < 8", 1}, Example{"c <= 7", 1}, Example{"c <= 6", 0},
        Example{"c > 7", 0}, Example{"c > 6", 1}, Example{"c >= 7", 1}, Example{"c >= 8", 0},
        Example{"colour == blue", 1}, Example{"colour == red", 0},
        Example{"forall x: S . all[x]", 1}, Example{"forall x: S . s[x]", 0},
        Example{"forall x: S where s[x] . n[x] > 0", 1},
        Example{"forall x: S where s[x] . n[x] > 10", 0}, Example{"exists x: S . n[x] == 20", 1},
        Example{"exists x: S . n[x] == 21", 0}, Example{"exists x: S where s[x] . n[x] == 0", 0},
        Example{"forall x: S . exists y: S . n[y] >= n[x] and (s[x] => s[y])", 1},
        Example{"forall x: S . exists y: S . n[y] > n[x]", 0},
        Example{"exists x: S . exists y: Colour . pair[x, y] and y == green", 1},
        Example{"exists x: S . pair[x, blue]", 0},
        Example{"forall x, y: S . x != y => n[x] != n[y]", 1}));

TEST(ViolatedInvariants, AreListedInTheirOrder) {
  const Specimen specimen(std::string(declarations) +
                          "invariant a: c == 0; invariant b: c == 7; invariant d: not flag;");
  EXPECT_EQ(violated(specimen.layout, filled()), (std::vector<std::uint32_t>{0, 2}));
}

TEST(AWitness, BindsTheVariablesOfTheOutermostForalls) {
  const Specimen specimen(std::string(declarations) +
                          "invariant pairs: forall x, y: S . x != y and s[x] => n[y] < n[x];"
                          "invariant closed: c == 0; invariant fine: forall x: S . all[x];"
                          "invariant guarded: forall x: S where s[x] . n[x] < 20;");
  const Values values = filled();
  const Type sort{Type::Base::sort, 0};
  EXPECT_EQ(witness(specimen.layout, 0, values),
            (std::vector<Binding>{{"x", sort, 1}, {"y", sort, 2}}));
  EXPECT_TRUE(witness(specimen.layout, 1, values).empty());
  EXPECT_TRUE(witness(specimen.layout, 2, values).empty());
  EXPECT_EQ(witness(specimen.layout, 3, values), (std::vector<Binding>{{"x", sort, 2}}));
}

TEST(Arithmetic, SaysWhenItLeaves64Bits) {
  for (const std::string expression :
       {"x + x", "x * 2", "0 - x - x", "-(0 - x - 1)", "(sum s: S . x)"}) {
    const Specimen specimen(
        "sort S[2]; lww x: int; op set(n: int) { x := n; }"
        "invariant i: " +
        expression + " == 0 or true;");
    bool overflowed = false;
    EXPECT_TRUE(violated(specimen.layout, {3}, &overflowed).empty());
    EXPECT_FALSE(overflowed) << expression;
    static_cast<void>(
        violated(specimen.layout, {std::numeric_limits<std::int64_t>::max()}, &overflowed));
    EXPECT_TRUE(overflowed) << expression;
  }
}

}  // namespace
}  // namespace tribunal::spec
