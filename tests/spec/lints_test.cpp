// Each lint where it belongs, and none in what is meant as it is.
#include "spec/lints.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tribunal::spec {
namespace {

// All warnings for `text`, each as its three lines.
std::vector<std::string> warnings(const std::string& text) {
  const auto spec = parse(text);
  if (!spec.ok()) return {show(spec.error(), text, "t.icf")};
  std::vector<std::string> all;
  for (const Diagnostic& lint : lints(*spec)) all.push_back(show(lint, text, "t.icf", "warning"));
  return all;
}
using Lines = std::vector<std::string>;

// All but one, which shows what a lost update does.
TEST(Lints, AreSilentAboutTheScenarios) {
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(TRIBUNAL_SOURCE_DIR) / "scenarios/confluence")) {
    if (entry.path().extension() != ".icf") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const bool loses = entry.path().filename() == "table2-17-size-mutation.icf";
    EXPECT_EQ(warnings(text.str()).size(), loses ? 2U : 0U) << entry.path();
  }
}

TEST(LostUpdates, AreFoundInRegistersThatAreReadAndWritten) {
  EXPECT_EQ(
      warnings("sort A[2];\nlww x[A]: int;\nlww b: bool;\n"
               "op bump(a: A) { x[a] := x[a] + 1; }\n"
               "op named(a: A, c: A) { let old = x[c]; let new = old; x[a] := new; }\n"
               "op flip() { b := not b; }\n"
               "op set(a: A, n: int) requires x[a] < n { x[a] := n; }\n"
               "invariant i: b => forall a: A . x[a] >= 0;\n"),
      (Lines{"t.icf:4:17: warning: the new value of 'x' is computed from the old one, and of "
             "concurrent updates all but the last are lost, although the invariants may hold; "
             "use a counter\nop bump(a: A) { x[a] := x[a] + 1; }\n                ^",
             "t.icf:5:55: warning: the new value of 'x' is computed from the old one, and of "
             "concurrent updates all but the last are lost, although the invariants may hold; "
             "use a counter\nop named(a: A, c: A) { let old = x[c]; let new = old; x[a] := new; "
             "}\n                                                      ^",
             "t.icf:6:13: warning: the new value of 'b' is computed from the old one, and of "
             "concurrent updates all but the last are lost, although the invariants may hold; "
             "write a value that does not depend on the old one\nop flip() { b := not b; }\n"
             "            ^"}));
}

TEST(LostUpdates, AreNoneInCellsThatAreFresh) {
  const auto spec = [](const std::string& minted) {
    return "sort A[2];\nlww x[A, A]: int;\nop put(b: A, " + minted +
           "a: A) {\n  let last = maxof p: A where true . x[b, p] else 0;\n"
           "  x[b, a] := last + 1;\n}\n"
           "invariant i: forall a, b: A . x[a, b] >= 0;\n";
  };
  EXPECT_EQ(warnings(spec("")).size(), 1U);
  EXPECT_EQ(warnings(spec("self ")).size(), 1U);
  EXPECT_EQ(warnings(spec("fresh ")), Lines{});
}

TEST(Extrema, ThatGoAgainstTheirKindAreFound) {
  const std::string head = "const two = 2;\nmax top;\nmin low;\n";
  const std::string foot = "invariant i: top >= low;\nop also(n: int) { top := n; low := n; }\n";
  const auto warned = [&](const std::string& body) {
    const Lines all = warnings(head + "op g(n: int) { top := n; " + body + " }\n" + foot);
    return all.empty() ? "" : all[0].substr(0, all[0].find('\n'));
  };
  const std::string of_top =
      "t.icf:4:26: warning: 'top' merges to the greater value, so lowering it does not outlast a "
      "merge with a replica that has not seen it; use a counter or an lww register";
  const std::string of_low =
      "t.icf:4:26: warning: 'low' merges to the smaller value, so raising it does not outlast a "
      "merge with a replica that has not seen it; use a counter or an lww register";
  EXPECT_EQ(warned("top := top - 1;"), of_top);
  EXPECT_EQ(warned("top := top - two;"), of_top);
  EXPECT_EQ(warned("top := top + -3;"), of_top);
  EXPECT_EQ(warned("top := top - n;"), of_top);
  EXPECT_EQ(warned("low := low + 1;"), of_low);
  EXPECT_EQ(warned("low := low - -1;"), of_low);
  EXPECT_EQ(warned("top := top + 1;"), "");
  EXPECT_EQ(warned("top := top - 0;"), "");
  EXPECT_EQ(warned("low := low - two;"), "");
  EXPECT_EQ(warned("top := low - 1;"), "");
}

TEST(Revivals, OfTwoPhaseElementsAreFound) {
  const auto spec = [](const std::string& kind, const std::string& minted) {
    return "sort A[2];\n" + kind + " s[A];\nop drop(a: A) { remove s[a]; }\nop put(" + minted +
           "a: A) { add s[a]; }\ninvariant i: exists a: A . s[a];\n";
  };
  EXPECT_EQ(
      warnings(spec("tpset", "")),
      Lines{"t.icf:4:16: warning: what op 'drop' removes from the tpset 's' stays out for ever, "
            "so adding it again does nothing; add fresh elements, or use an awset or an rwset\n"
            "op put(a: A) { add s[a]; }\n               ^^^"});
  EXPECT_EQ(warnings(spec("tpset", "fresh ")), Lines{});
  EXPECT_EQ(warnings(spec("awset", "")), Lines{});
  EXPECT_EQ(warnings("tpset s; op put() { add s; } invariant i: s;"), Lines{});
}

TEST(Products, OfTwoValuesThatChangeAreFound) {
  const auto of = [](const std::string& condition) {
    return warnings(
        "sort A[2]; const two = 2; counter c; gset s[A];\n"
        "op g(n: int, a: A) requires not s[a] { c += n; add s[a]; }\n"
        "invariant i: " +
        condition + ";");
  };
  EXPECT_EQ(of("1 + c * c >= 0"),
            Lines{"t.icf:3:18: warning: a product of two values that can both change, which the "
                  "prover may not be able to decide; multiply by a constant if that is enough\n"
                  "invariant i: 1 + c * c >= 0;\n                 ^"});
  EXPECT_EQ(of("(count a: A . s[a]) * c >= 0").size(), 1U);
  EXPECT_EQ(of("two * c >= c * -(3 + two)").size(), 0U);
}

TEST(UnusedNames, AreFound) {
  EXPECT_EQ(
      warnings("sort A[2]; sort B[2];\nenum E { e };\ncounter c;\nmax m;\nmin l;\ngset never;\n"
               "op g(n: int, fresh a: A, k: int) requires a == a and l > 1 {\n"
               "  let x = 1;\n  c += k; m := k;\n}\ninvariant i: c >= 0;\n"),
      (Lines{
          "t.icf:1:17: warning: sort 'B' is never used; leave it out\nsort A[2]; sort B[2];\n"
          "                ^",
          "t.icf:2:6: warning: enum 'E' is never used; leave it out\nenum E { e };\n     ^",
          "t.icf:4:5: warning: max register 'm' is changed but never read, so no guard and no "
          "invariant depends on it; leave it out, or say what must be true of it\nmax m;\n    ^",
          "t.icf:5:5: warning: min register 'l' is read but never changed; add an op that "
          "changes "
          "it\nmin l;\n    ^",
          "t.icf:6:6: warning: gset 'never' is never used; leave it out\ngset never;\n     ^^^^^",
          "t.icf:7:6: warning: parameter 'n' is never used; leave it out\n"
          "op g(n: int, fresh a: A, k: int) requires a == a and l > 1 {\n     ^",
          "t.icf:7:20: warning: 'a' is minted, but no statement stores it; add it to a set, or let "
          "the caller choose it\nop g(n: int, fresh a: A, k: int) requires a == a and l > 1 {\n"
          "                   ^",
          "t.icf:8:3: warning: 'x' is never used; leave it out\n  let x = 1;\n  ^^^"}));
}

TEST(EmptyMeanings, AreFound) {
  EXPECT_EQ(
      warnings("sort A[2]; counter c;\nop g() { c += 1; }\nop idle(n: int) requires n > c { }\n"
               "invariant all: forall a, b: A . a == b;\ninvariant i: c >= 0;\n"),
      (Lines{"t.icf:3:4: warning: op 'idle' changes nothing, so it cannot conflict with "
             "anything; leave it out\nop idle(n: int) requires n > c { }\n   ^^^^",
             "t.icf:4:11: warning: invariant 'all' mentions no variable, so it holds always or "
             "never; say what must be true of the data\n"
             "invariant all: forall a, b: A . a == b;\n          ^^^"}));
}

}  // namespace
}  // namespace tribunal::spec
