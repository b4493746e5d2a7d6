// Damaged specifications: either they parse, and then print and parse again as the same, or there
// is an error that points into the text. Never a crash; run it under the sanitizers.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/choices.h"
#include "tests/fuzz/spec_harness.h"
#include "tests/scale.h"
#include "tests/spec/random_spec.h"

namespace tribunal::spec {
namespace {

// What stands in specifications, and what does not but nearly.
const std::vector<std::string>& fragments() {
  static const std::vector<std::string> all{"(",       ")",       "[",
                                            "]",       "{",       "}",
                                            ";",       ",",       ".",
                                            ":",       ":=",      "+=",
                                            "-=",      "=",       "==",
                                            "!=",      "=>",      "<",
                                            "<=",      "-",       "*",
                                            "+",       "and",     "or",
                                            "not",     "forall",  "exists",
                                            "count",   "sum",     "maxof",
                                            "minof",   "where",   "else",
                                            "let",     "if",      "add",
                                            "sort",    "enum",    "const",
                                            "counter", "max",     "gset",
                                            "lww",     "op",      "invariant",
                                            "fresh",   "self",    "auto",
                                            "expect",  "onmerge", "true",
                                            "int",     "bool",    "requires",
                                            "Item",    "Mode",    "A",
                                            "x1",      "p1",      "s1",
                                            "n1",      "idle",    "999999999999999999999",
                                            "0",       "&&",      "\xc3\xa9",
                                            "\xff",    "\n",      "\r",
                                            "#",       "\t",      std::string(1, '\0')};
  return all;
}

class Damage {
 public:
  explicit Damage(std::uint64_t seed) : choices_(seed, 2) {}

  std::string run(std::string text) {
    for (std::uint64_t times = 1 + below(8) / 6; times > 0; --times) {
      const std::size_t at = below(text.size() + 1);
      const std::size_t length = std::min<std::size_t>(text.size() - at, 1 + below(12));
      switch (below(10)) {
        case 0:
          text.erase(at, length);
          break;
        case 1:
          text.insert(at, " " + fragments()[below(fragments().size())] + " ");
          break;
        case 2:
          text.replace(at, length, fragments()[below(fragments().size())]);
          break;
        case 3:
          text.insert(below(text.size() + 1), text.substr(at, length * 4));
          break;
        case 4:
          if (at < text.size()) text[at] = static_cast<char>(below(256));
          break;
        case 5:  // stays what it was
          if (at < text.size() && text[at] == ' ') text.insert(at, "\n# (\n");
          break;
        default:
          replace_word(text, at);
      }
    }
    return text;
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return choices_.below("damage"_site, bound); }

  // A word by another one of the text, so that errors of types come up and not of syntax only.
  void replace_word(std::string& text, std::size_t at) {
    const auto word_at = [&](std::size_t from) {
      const std::string letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
      const std::size_t begin = std::min(text.find_first_of(letters, from), text.size());
      return std::pair(begin,
                       std::min(text.find_first_not_of(letters, begin), text.size()) - begin);
    };
    const auto [to, to_length] = word_at(at);
    const auto [from, from_length] = word_at(below(text.size() + 1));
    text.replace(to, to_length, text.substr(from, from_length));
  }

  Choices choices_;
};

TEST(DamagedSpecs, ParseOrHaveAnErrorThatPointsIntoTheText) {
  std::uint64_t parsed = 0;
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 0; seed < scaled(40'000, 400); ++seed) {
    const std::string whole = seed % 2 == 0 ? random_spec(seed / 8) : random_wild_spec(seed / 8);
    const std::string text = Damage(seed).run(whole);
    ASSERT_EQ(problem_with(text), "") << "seed " << seed << "\n" << text;
    ++(parse(text).ok() ? parsed : refused);
  }
  EXPECT_GT(parsed, refused / 20) << "the damage leaves nothing to look at";
  EXPECT_GT(refused, parsed);
}

TEST(CutOffSpecs, HaveAnErrorThatPointsIntoTheText) {
  for (std::uint64_t seed = 0; seed < scaled(60); ++seed) {
    const std::string whole = random_wild_spec(seed);
    for (std::size_t length = 0; length < whole.size(); length += 1 + length / 200) {
      ASSERT_EQ(problem_with(std::string_view(whole).substr(0, length)), "") << whole;
    }
  }
}

}  // namespace
}  // namespace tribunal::spec
