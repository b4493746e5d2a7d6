// The generators keep what they promise: their specifications parse, and are diverse.
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "spec/parse.h"
#include "tests/scale.h"
#include "tests/spec/random_spec.h"

namespace tribunal::spec {
namespace {

TEST(RandomSpecs, Parse) {
  for (std::uint64_t seed = 0; seed < scaled(5000); ++seed) {
    const std::string text = random_spec(seed);
    const auto spec = parse(text);
    ASSERT_TRUE(spec.ok()) << "seed " << seed << "\n"
                           << show(spec.error(), text, "random.icf") << "\n"
                           << text;
  }
}

}  // namespace
}  // namespace tribunal::spec
