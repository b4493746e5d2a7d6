// What is printed reads back as the same specification, with no more parentheses than it needs.
#include <string>

#include <gtest/gtest.h>

#include "spec/parse.h"
#include "spec/print.h"
#include "tests/scale.h"
#include "tests/spec/random_spec.h"

namespace tribunal::spec {
namespace {

void expect_round_trip(const std::string& text) {
  const auto spec = parse(text);
  ASSERT_TRUE(spec.ok()) << show(spec.error(), text, "random.icf") << "\n" << text;
  const std::string printed = print(*spec);
  const auto again = parse(printed);
  ASSERT_TRUE(again.ok()) << show(again.error(), printed, "printed.icf") << "\n" << printed;
  ASSERT_TRUE(*spec == *again) << text << "\n-------- printed as\n" << printed;
  EXPECT_EQ(print(*again), printed);
}

TEST(PrintedSpecs, ReadBackEqual) {
  for (std::uint64_t seed = 0; seed < scaled(3000); ++seed) {
    expect_round_trip(random_spec(seed));
    expect_round_trip(random_wild_spec(seed));
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

// Without any one pair of parentheses, the text is no specification or another one.
TEST(PrintedSpecs, HaveNoParenthesesThatCouldBeLeftOut) {
  std::uint64_t pairs = 0;
  for (std::uint64_t seed = 0; seed < scaled(600); ++seed) {
    const std::string original = random_wild_spec(seed);
    const auto spec = parse(original);
    ASSERT_TRUE(spec.ok());
    const std::string printed = print(*spec);
    for (std::size_t open = printed.find('('); open != std::string::npos;
         open = printed.find('(', open + 1)) {
      std::size_t close = open;
      for (int depth = 0; close < printed.size(); ++close) {
        depth += printed[close] == '(' ? 1 : printed[close] == ')' ? -1 : 0;
        if (depth == 0) break;
      }
      std::string without = printed;
      without[open] = without[close] = ' ';
      const auto other = parse(without);
      if (other.ok()) {
        EXPECT_FALSE(*other == *spec)
            << "the parentheses at byte " << open << " are superfluous in\n"
            << printed;
      }
      ++pairs;
    }
  }
  EXPECT_GT(pairs, scaled(600));
}

}  // namespace
}  // namespace tribunal::spec
