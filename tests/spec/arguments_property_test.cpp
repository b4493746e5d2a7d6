// Arguments in one number, and back.
#include <gtest/gtest.h>

#include "base/choices.h"
#include "spec/arguments.h"
#include "tests/scale.h"

namespace tribunal::spec {
namespace {

TEST(PackedArguments, AreUnpackedAgain) {
  Choices draws(1, 0);
  for (std::uint64_t i = 0; i < scaled(5'000); ++i) {
    std::vector<std::int64_t> arguments(draws.below("count"_site, most_arguments + 1));
    for (std::int64_t& argument : arguments) {
      argument = static_cast<std::int64_t>(draws.below("argument"_site, 1024)) + least_argument;
      if (draws.chance("edge"_site, 100'000)) argument = least_argument;
      if (draws.chance("edge"_site, 100'000)) argument = greatest_argument;
    }
    const auto packed = pack_arguments(arguments);
    ASSERT_TRUE(packed.has_value());
    ASSERT_EQ(unpack_arguments(*packed, arguments.size()), arguments);
  }
}

TEST(PackedArguments, AreRefusedWhenTheyDoNotFit) {
  EXPECT_FALSE(pack_arguments(std::vector<std::int64_t>{512}));
  EXPECT_FALSE(pack_arguments(std::vector<std::int64_t>{0, -513}));
  EXPECT_FALSE(pack_arguments(std::vector<std::int64_t>(7, 0)));
  EXPECT_TRUE(pack_arguments(std::vector<std::int64_t>(6, -512)));
}

TEST(UnpackingArguments, TakesAnyNumber) {
  Choices draws(2, 0);
  for (std::uint64_t i = 0; i < scaled(2'000); ++i) {
    const auto number = static_cast<std::int64_t>(draws.below("number"_site, ~std::uint64_t{0}));
    for (const std::int64_t argument : unpack_arguments(number, most_arguments)) {
      ASSERT_GE(argument, least_argument);
      ASSERT_LE(argument, greatest_argument);
    }
  }
}

}  // namespace
}  // namespace tribunal::spec
