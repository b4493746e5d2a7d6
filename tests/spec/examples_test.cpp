// Complete specifications parse, and mean what they look like.
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "spec/parse.h"

namespace tribunal::spec {
namespace {

std::string contents(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(Examples, EveryFileOfTheFolderParsesAndSaysWhatToExpect) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(TRIBUNAL_SOURCE_DIR) / "scenarios/confluence")) {
    if (entry.path().extension() != ".icf") continue;
    ++files;
    const std::string text = contents(entry.path());
    const auto spec = parse(text);
    ASSERT_TRUE(spec.ok()) << show(spec.error(), text, entry.path().string());
    EXPECT_NE(spec->expect, Expectation::none) << entry.path();
    const std::string last = spec->expect == Expectation::confluent ? "\nexpect confluent;\n"
                                                                    : "\nexpect not_confluent;\n";
    EXPECT_TRUE(text.ends_with(last)) << entry.path();
    EXPECT_EQ(text[0], '#') << entry.path() << " begins with what it is about";
  }
  EXPECT_GE(files, 11U);
}

}  // namespace
}  // namespace tribunal::spec
