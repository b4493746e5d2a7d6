// Specifications ready to be executed.
#include "spec/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tribunal::spec {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* text = R"(
  sort User[3]; sort Site[2]; sort Color[auto]; sort Room[5];
  gset user[User]; lww site[User]: Site; lww color[User]: Color; gset open[Room];
  op register(fresh u: User, self s: Site, c: Color) { add user[u]; site[u] := s; color[u] := c; }
  op unlock(r: Room) { add open[r]; }
  invariant any: true;
)";

Program made(const std::string& from, const Scale& scale) {
  auto program = make_program(from, scale);
  EXPECT_TRUE(program.ok()) << show(program.error(), from, "x.icf");
  return program ? *program : Program{};
}
std::string error_of(const std::string& from, const Scale& scale = {}) {
  const auto program = make_program(from, scale);
  return program ? "" : show(program.error(), from, "x.icf");
}

TEST(Programs, HaveRoomForWhatIsMintedAndAnElementForEachNode) {
  EXPECT_THAT(made(text, {1, 12, 3}).layout().sizes(), ElementsAre(12, 2, 3, 5));
  EXPECT_THAT(made(text, {5, 12, 4}).layout().sizes(), ElementsAre(12, 5, 4, 5));
  EXPECT_THAT(made(text, {9, 12, 3}).layout().sizes(), ElementsAre(18, 9, 3, 5));
  EXPECT_THAT(made(text, {1, 2, 3}).layout().sizes(), ElementsAre(3, 2, 3, 5));
}

TEST(Programs, AreEqualByTextAndSizes) {
  const Program program = made(text, {});
  EXPECT_EQ(program, made(text, {}));
  EXPECT_EQ(program, Program(program));
  EXPECT_FALSE(program == made(text, {9}));
  EXPECT_FALSE(program == made(std::string(text) + " ", {}));
  EXPECT_FALSE(program == Program{});
  EXPECT_EQ(Program{}, Program{});
  EXPECT_FALSE(Program{});
}

TEST(Programs, OutliveTheOneTheyAreCopiedFrom) {
  Program copy;
  {
    const Program program = made(text, {});
    copy = program;
  }
  EXPECT_EQ(copy.text(), text);
  EXPECT_EQ(&copy.layout().spec(), &copy.spec());
  EXPECT_EQ(copy.transaction("unlock"), 1u);
  EXPECT_EQ(copy.transaction("lock"), std::nullopt);
}

TEST(Programs, AreRefusedWithTheErrorsOfTheText) {
  EXPECT_THAT(error_of("sort A[2];\nop x( {}"), HasSubstr("x.icf:2:"));
}

TEST(Programs, AreRefusedWhenTransactionsTakeTooMuch) {
  EXPECT_THAT(error_of("counter c;\nop x(a: int, b: int, d: int, e: int, f: int, g: int, h: int) "
                       "{ c += a; } invariant any: true;"),
              HasSubstr("x.icf:2:4: error: 'x' has 7 arguments"));
  EXPECT_EQ(error_of("sort S[2]; counter c; op x(a: int, b: int, d: int, e: int, f: int, g: int, "
                     "fresh h: S) { c += a; } invariant any: true;"),
            "");
}

TEST(Programs, AreRefusedWhenThereIsTooMuchToKeep) {
  const std::string cube =
      "sort S[4];\ngset g[S, S, S];\nop x(fresh a: S, b: S) { add g[a, a, b]; } "
      "invariant any: true;";
  EXPECT_EQ(error_of(cube, {5}), "");
  EXPECT_THAT(error_of(cube, {5, 60}), HasSubstr("x.icf:2:6: error: with this variable"));
}

}  // namespace
}  // namespace tribunal::spec
