// Carets stand under what they are about, whatever the line holds.
#include <string>

#include <gtest/gtest.h>

#include "spec/parse.h"

namespace tribunal::spec {
namespace {

std::string shown(Position at, std::uint32_t length, const std::string& text) {
  return show({at, length, "bad"}, text, "f", "warning");
}

TEST(Shown, HasThreeLines) {
  EXPECT_EQ(shown({2, 3}, 4, "first\nab good cd\nthird"),
            "f:2:3: warning: bad\nab good cd\n  ^^^^");
  EXPECT_EQ(shown({1, 6}, 3, "first\nsecond"), "f:1:6: warning: bad\nfirst\n     ^");
  EXPECT_EQ(shown({1, 1}, 1, ""), "f:1:1: warning: bad\n\n^");
  EXPECT_EQ(shown({9, 1}, 1, "one line"), "f:9:1: warning: bad\n\n^");
}

TEST(Shown, CountsCharactersNotBytes) {
  EXPECT_EQ(shown({1, 5}, 2, "\xc3\xa9\xc3\xa9xy"),
            "f:1:5: warning: bad\n\xc3\xa9\xc3\xa9xy\n  ^^");
}

TEST(Shown, WritesTabsAsSpacesAndControlCharactersAsNumbers) {
  EXPECT_EQ(shown({1, 3}, 1, "\t\tx\r\n"), "f:1:3: warning: bad\n  x\n  ^");
  EXPECT_EQ(shown({1, 2}, 1, "\x1bx"), "f:1:2: warning: bad\n\\x1bx\n    ^");
}

TEST(Shown, CutsLongLinesAroundTheCarets) {
  const std::string line = std::string(500, 'a') + "BAD" + std::string(500, 'b');
  EXPECT_EQ(shown({1, 501}, 3, line), "f:1:501: warning: bad\n..." + std::string(60, 'a') + "BAD" +
                                          std::string(97, 'b') + "...\n" + std::string(63, ' ') +
                                          "^^^");
  EXPECT_EQ(shown({1, 1}, 1000, line),
            "f:1:1: warning: bad\n" + std::string(160, 'a') + "...\n" + std::string(160, '^'));
}

}  // namespace
}  // namespace tribunal::spec
