// The persistent array against a plain vector.
#include "workloads/persistent_array.h"

#include <string>

#include <gtest/gtest.h>

#include "base/choices.h"

namespace tribunal::workloads {
namespace {

TEST(PersistentArray, BehavesLikeAVectorAndKeepsOldVersions) {
  for (const std::size_t size : {1U, 7U, 8U, 9U, 64U, 65U, 600U}) {
    std::vector<std::string> plain(size);
    for (std::size_t i = 0; i < size; ++i) plain[i] = std::to_string(i);
    PersistentArray<std::string> array(plain);
    const PersistentArray<std::string> original = array;
    const std::vector<std::string> before = plain;
    Choices choices(size, 1);
    for (int step = 0; step < 500; ++step) {
      const std::size_t at = choices.below("at"_site, size);
      plain[at] = "step " + std::to_string(step);
      array = array.with(at, plain[at]);
    }
    ASSERT_EQ(array.size(), size);
    for (std::size_t i = 0; i < size; ++i) {
      ASSERT_EQ(array[i], plain[i]);
      ASSERT_EQ(original[i], before[i]);
    }
    const PersistentArray<std::string> shorter = array.without(size / 2);
    plain.erase(plain.begin() + static_cast<std::ptrdiff_t>(size / 2));
    ASSERT_EQ(shorter.size(), plain.size());
    for (std::size_t i = 0; i < plain.size(); ++i) ASSERT_EQ(shorter[i], plain[i]);
  }
}

TEST(PersistentArray, MayBeEmpty) {
  EXPECT_EQ(PersistentArray<int>().size(), 0U);
  EXPECT_EQ(PersistentArray<int>(std::vector<int>{}).size(), 0U);
}

}  // namespace
}  // namespace tribunal::workloads
