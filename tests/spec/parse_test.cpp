// What parsed specifications mean: declarations, slots, precedence, limits.
#include "spec/parse.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "spec/print.h"

namespace tribunal::spec {
namespace {

const std::string head =
    "sort User[3]; sort Any[auto]; enum Mode { idle, busy }; const limit = -5;\n"
    "counter bal[User]; awset in[User]; lww mode: Mode = busy; max top: int = limit;\n"
    "lww on: bool = true; gset all[Mode, User] = true;\n";
const std::string foot = "op g() { top := 1; }\ninvariant i: true;\n";

Spec parsed(const std::string& text) {
  auto spec = parse(text);
  if (spec.ok()) return *std::move(spec);
  ADD_FAILURE() << show(spec.error(), text, "test.icf");
  return {};
}
std::string refused(const std::string& text) {
  const auto spec = parse(text);
  return spec.ok() ? "no error" : show(spec.error(), text, "t.icf");
}
// The only invariant, with the parentheses that it needs.
std::string reprinted(const std::string& condition) {
  const Spec spec = parsed(head + "op g() { top := 1; }\ninvariant i: " + condition + ";");
  return spec.invariants.empty() ? "" : print_expr(spec, spec.invariants[0].condition);
}

TEST(Declarations, KeepTheirOrderTypesAndInitialValues) {
  const Spec spec = parsed(head + foot);
  ASSERT_EQ(spec.sorts.size(), 2U);
  EXPECT_EQ(spec.sorts[0], (Sort{"User", 3, {}}));
  EXPECT_EQ(spec.sorts[1], (Sort{"Any", 0, {}}));
  ASSERT_EQ(spec.enums.size(), 1U);
  EXPECT_EQ(spec.enums[0].members, (std::vector<std::string>{"idle", "busy"}));
  ASSERT_EQ(spec.constants.size(), 1U);
  EXPECT_EQ(spec.constants[0].value, -5);
  const Type user{Type::Base::sort, 0};
  const Type mode{Type::Base::enumeration, 0};
  const Type integer{Type::Base::integer, 0};
  const Type boolean{Type::Base::boolean, 0};
  const std::vector<Variable> expected{
      {Kind::counter, "bal", {user}, integer, 0, false, {}},
      {Kind::awset, "in", {user}, boolean, 0, false, {}},
      {Kind::lww, "mode", {}, mode, 1, true, {}},
      {Kind::max, "top", {}, integer, -5, true, {}},
      {Kind::lww, "on", {}, boolean, 1, true, {}},
      {Kind::gset, "all", {mode, user}, boolean, 1, true, {}},
  };
  EXPECT_EQ(spec.variables, expected);
  EXPECT_EQ(spec.expect, Expectation::none);
  EXPECT_FALSE(spec.has_on_merge);
}

TEST(Declarations, MayFollowWhatUsesThem) {
  const Spec forwards = parsed(head + foot);
  const Spec backwards = parsed(foot + head);
  EXPECT_EQ(forwards, backwards);
}

TEST(Positions, PointAtNames) {
  const Spec spec = parsed(
      "sort User[3];\ncounter bal[User];\nop  pay(u: User) { bal[u] += 1; }\n"
      "invariant  i: forall u: User . bal[u] >= 0;");
  EXPECT_EQ(spec.variables[0].at.line, 2U);
  EXPECT_EQ(spec.variables[0].at.column, 9U);
  EXPECT_EQ(spec.transactions[0].at.column, 5U);
  EXPECT_EQ(spec.transactions[0].parameters[0].at.column, 9U);
  EXPECT_EQ(spec.invariants[0].at.column, 12U);
  const Statement& change = spec.statements[spec.transactions[0].body[0]];
  EXPECT_EQ(change.at.line, 3U);
  EXPECT_EQ(change.at.column, 20U);
}

TEST(Slots, AreCountedByParametersThenBindersThenLets) {
  const Spec spec =
      parsed(head +
             "op g(fresh a: User, n: int) requires exists x: User . in[x] {\n"
             "  let k = n + 1;\n  forall y: User where in[y] { let z = bal[y]; bal[y] += z + k; }\n"
             "  forall z: User { add in[z]; }\n}\n"
             "invariant i: forall a, b: User . a == b or (count c: User . in[c]) > 1;\n"
             "onmerge { forall m: Mode { let w = m; } }\n");
  const Transaction& op = spec.transactions[0];
  EXPECT_EQ(op.parameters[0].minted, Minted::fresh);
  EXPECT_EQ(op.slots, 7U);  // a n x k y z z
  EXPECT_EQ(spec.exprs[*op.guard].slot, 2U);
  EXPECT_EQ(spec.statements[op.body[0]].slot, 3U);
  EXPECT_EQ(spec.statements[op.body[1]].slot, 4U);
  EXPECT_EQ(spec.statements[op.body[2]].slot, 6U);
  EXPECT_EQ(spec.invariants[0].slots, 3U);
  EXPECT_EQ(spec.on_merge_slots, 2U);
  EXPECT_TRUE(spec.has_on_merge);
}

TEST(Lets, EndWithTheirBlock) {
  parsed(head + "op g() { if on { let x = 1; } let x = 2; top := x; }\ninvariant i: true;");
  EXPECT_EQ(
      refused(head + "op g() { if on { let x = 1; }\n  top := x; }\ninvariant i: true;"),
      "t.icf:5:10: error: unknown name 'x'; valid: all, bal, busy, idle, in, limit, mode, on, "
      "top, true, false\n  top := x; }\n         ^");
}

TEST(Binders, OfSeveralNamesAreNested) {
  const auto same = [&](const std::string& one, const std::string& other) {
    EXPECT_EQ(parsed(head + "op g() { }\ninvariant i: " + one + ";"),
              parsed(head + "op g() { }\ninvariant i: " + other + ";"))
        << one;
  };
  same("forall a, b: User . a == b", "forall a: User . forall b: User . a == b");
  same("forall a, b: User where in[a] . a == b",
       "forall a: User . forall b: User where in[a] . a == b");
  same("(count a, b, c: User . a == b) > 1",
       "(sum a: User . sum b: User . count c: User . a == b) > 1");
  same("(sum a, b: User . bal[a]) > 1", "(sum a: User . sum b: User . bal[a]) > 1");
  const auto loops = [&](const std::string& one) {
    return parsed(head + "op g() { " + one + " }\ninvariant i: true;");
  };
  EXPECT_EQ(loops("forall a, b: User where in[a] { add in[b]; }"),
            loops("forall a: User { forall b: User where in[a] { add in[b]; } }"));
}

TEST(Precedence, IsThatOfTheGrammar) {
  const auto needs_none = [](const std::string& text) { EXPECT_EQ(reprinted(text), text); };
  const auto means = [](const std::string& text, const std::string& with_parentheses) {
    EXPECT_EQ(reprinted(with_parentheses), text);
  };
  means("on or on and on", "on or (on and on)");
  means("on and on => on or on", "(on and on) => (on or on)");
  means("on => on => on", "on => (on => on)");
  means("not top == 1 and on", "(not (top == 1)) and on");
  means("not not on", "not (not on)");
  means("top - 1 - 1 < top + 2 * 3", "((top - 1) - 1) < (top + (2 * 3))");
  means("-top * 2 == -3", "((-top) * 2) == (-3)");
  means("on and forall u: User . in[u] and on", "on and (forall u: User . (in[u] and on))");
  means("top == sum u: User . bal[u] + 1", "top == (sum u: User . (bal[u] + 1))");
  needs_none("(on => on) => on");
  needs_none("(on or on) and on");
  needs_none("(not on) == on");
  needs_none("top - (1 - 1) == -(top + 1)");
  needs_none("(top == 1) == on");
  needs_none("(forall u: User . in[u]) and on");
  needs_none("-(3) == -3 - -3");
  needs_none("top == maxof u: User where in[u] . bal[u] else minof u: User where on . 0 else 1");
}

TEST(Merging, MayAssignCountersAndTakeElementsOut) {
  parsed(head + "onmerge { forall u: User { bal[u] := 0; remove all[idle, u]; bal[u] += 1; } }" +
         foot);
}

TEST(WholeFiles, SayWhatIsMissing) {
  EXPECT_EQ(refused(""),
            "t.icf:1:1: error: the file declares nothing; write variables, ops and an "
            "invariant\n\n^");
  EXPECT_EQ(refused("# nothing but this\n"),
            "t.icf:1:1: error: the file declares nothing; write variables, ops and an "
            "invariant\n# nothing but this\n^");
  EXPECT_EQ(refused("max top;\ninvariant i: top > 1;\n"),
            "t.icf:2:22: error: there is no op; add at least one 'op NAME(...) { ... }' to check\n"
            "invariant i: top > 1;\n                     ^");
  EXPECT_EQ(refused("max top;\nop g() { top := 1; }\n"),
            "t.icf:2:21: error: there is no invariant; add at least one 'invariant NAME: ...;' to "
            "check\nop g() { top := 1; }\n                    ^");
}

TEST(WholeFiles, SayWhatIsMissingAfterAllElse) {
  EXPECT_EQ(refused("max top;\ninvariant i: tap > 1;\n"),
            "t.icf:2:14: error: unknown name 'tap'; did you mean 'top'?\n"
            "invariant i: tap > 1;\n             ^^^");
  EXPECT_EQ(refused("max top;\nlww w: bol;\n"),
            "t.icf:2:8: error: unknown type 'bol'; did you mean 'bool'?\n"
            "lww w: bol;\n       ^^^");
  EXPECT_EQ(refused("max top;\nop g() { top := top > 1; }\n"),
            "t.icf:2:17: error: 'top' holds int, but this is bool; assign a value of type int\n"
            "op g() { top := top > 1; }\n                ^^^^^^^");
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Nesting, IsLimitedWhateverMakesIt) {
  const std::string what = "nested deeper than 200 levels; split it into several parts";
  const auto deep = [&](const std::string& before, const std::string& middle,
                        const std::string& after) {
    for (const std::size_t times : {90U, 201U, 20'000U}) {
      const std::string text = head +
                               "op g() { top := 1; }\ninvariant i: " + repeated(before, times) +
                               middle + repeated(after, times) + ";";
      EXPECT_EQ(refused(text).find(what) != std::string::npos, times > 100)
          << before << " " << times << ": " << refused(text);
    }
  };
  deep("(", "on", ")");
  deep("not ", "on", "");
  deep("", "on", " and on");
  deep("on => ", "on", "");
  deep("-", "on", "");
  deep("1 + ", "on", "");
  deep("", "on", " + 1");
  deep("(1 - ", "on", ")");
  deep("exists u: User where ", "on", " . on");
  deep("in[", "on", "]");
  std::string names = "x0";
  for (int i = 1; i < 300; ++i) names += fmt::format(", x{}", i);
  EXPECT_NE(refused(head + "op g() { top := 1; }\ninvariant i: forall " + names + ": User . on;")
                .find(what),
            std::string::npos);
  EXPECT_NE(refused(head + "op g() {" + repeated("if on {", 5000)).find(what), std::string::npos);
  EXPECT_NE(
      refused(head + "op g() { forall " + names + ": User { } }\ninvariant i: on;").find(what),
      std::string::npos);
}

TEST(Sizes, AreLimited) {
  EXPECT_EQ(
      refused(std::string(largest_file + 1, ' ')),
      "t.icf:1:1: error: the file has 1048577 bytes, more than 1048576; split it into several "
      "specifications\n" +
          std::string(160, ' ') + "...\n^");
  const std::string cells = "sort S[50];\nsort A[auto];\nop g() { }\ninvariant i: true;\n";
  parsed(cells + "gset s[S, S]; gset t[S, S, A]; gset u[S, S, A]; gset v[S, S];");
  EXPECT_EQ(
      refused(cells + "gset s[S, S]; gset t[S, S, A]; gset u[S, S, A]; gset v[S, S, A];"),
      "t.icf:5:54: error: with 'v' there are more than 100000 cells; declare smaller sorts or "
      "fewer indices\ngset s[S, S]; gset t[S, S, A]; gset u[S, S, A]; gset v[S, S, A];\n" +
          std::string(53, ' ') + "^");
  std::string members = "m0";
  for (int i = 1; i < 65; ++i) members += fmt::format(", m{}", i);
  EXPECT_EQ(refused("enum E { " + members + " };").substr(0, 63),
            "t.icf:1:6: error: 'E' has 65 members, more than 64; use an int\n");
}

TEST(Bytes, ThatAreNotUtf8AreAnError) {
  EXPECT_EQ(refused("max top;\n# caf\xc3\xa9 \xff\n" + foot),
            "t.icf:2:9: error: byte '\\xff' is not valid UTF-8; save the file as UTF-8\n"
            "# caf\xc3\xa9 \\xff\n       ^^^^");
  parsed("max top;\n# caf\xc3\xa9\r\n" + foot);
}

}  // namespace
}  // namespace tribunal::spec
