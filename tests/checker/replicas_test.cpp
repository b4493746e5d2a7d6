// Final states of replicas: equal, different, and of nodes that keep different keys.
#include <gtest/gtest.h>

#include "checker/consistency.h"
#include "tests/checker/edn_histories.h"

namespace tribunal::checker {
namespace {

Check states(const std::vector<std::string>& values) {
  std::string text;
  for (std::size_t n = 0; n < values.size(); ++n) {
    text += "{:process :nemesis, :type :info, :f :state, :value " + values[n] + ", :node \"n" +
            std::to_string(n + 1) + "\"}\n";
  }
  return check_replicas(testing_support::edn(text));
}

TEST(Replicas, AgreeWhenTheyHoldTheSame) {
  EXPECT_EQ(states({"{1 [5], 2 [6]}", "{2 [6], 1 [5]}"}).validity, Validity::valid);
  EXPECT_EQ(states({"{1 [5]}", "{1 [5]}", "{1 [7]}"}).validity, Validity::invalid);
  EXPECT_EQ(states({"{1 [5]}", "{}"}).validity, Validity::invalid);
  EXPECT_EQ(states({"{1 [5]}"}).validity, Validity::unknown);
}

TEST(Replicas, AreNotComparedUnderKeysKeptElsewhere) {
  EXPECT_EQ(states({"{1 [5], 2 :elsewhere}", "{1 :elsewhere, 2 [6]}"}).validity, Validity::valid);
  EXPECT_EQ(states({"{1 :elsewhere}", "{1 [5]}", "{1 [5]}"}).validity, Validity::valid);
  EXPECT_EQ(states({"{1 :elsewhere}", "{1 [5]}", "{1 [7]}"}).validity, Validity::invalid);
  EXPECT_EQ(states({"{1 :elsewhere}", "{1 [5]}", "{}"}).validity, Validity::invalid);
}

}  // namespace
}  // namespace tribunal::checker
