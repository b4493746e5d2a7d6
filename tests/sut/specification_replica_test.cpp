// What a replica keeps of a specification's data can be part of a node's fingerprint.
#include <gtest/gtest.h>

#include "spec/parse.h"
#include "spec/replica.h"
#include "sut/fields.h"
#include "tests/sut/perturb.h"

namespace tribunal::sut {
namespace {

// Members of classes cannot be counted as those of aggregates are; without padding, their sizes add
// up.
template <class T>
constexpr bool lists_all_bytes() {
  using Fields = decltype(T::fields(std::declval<const T&>()));
  return []<class... Field>(std::type_identity<std::tuple<Field...>>) {
    return (sizeof(std::remove_reference_t<Field>) + ...);
  }(std::type_identity<Fields>{}) == sizeof(T);
}

TEST(TheFingerprintOfASpecificationsReplica, ChangesWithEveryMember) {
  static_assert(lists_every_field<spec::Stamp>());
  static_assert(lists_every_field<spec::Change>());
  static_assert(lists_every_field<spec::Event>());
  static_assert(lists_all_bytes<spec::State>());
  static_assert(lists_all_bytes<spec::Replica>());

  const auto spec = spec::parse(
      "sort U[4]; awset a[U]; max m; op put(fresh u: U, n: int) { remove a[u]; add a[u]; m := n; }"
      "op drop(u: U) { remove a[u]; } invariant any: true;");
  ASSERT_TRUE(spec.ok());
  const spec::Layout layout(*spec, {4});
  spec::Replica replica(layout);
  replica.commit(layout, replica.attempt(layout, 0, std::vector<std::int64_t>{7}, 0, 2).event);
  replica.commit(layout, replica.attempt(layout, 1, std::vector<std::int64_t>{0}, 0, 2).event);

  const std::uint64_t before = fingerprint_of(replica);
  int unchanged = 0;
  const int changes =
      testing::perturb(replica, [&] { unchanged += fingerprint_of(replica) == before ? 1 : 0; });
  EXPECT_EQ(unchanged, 0);
  EXPECT_GT(changes, 40);
  EXPECT_EQ(fingerprint_of(replica), before);
}

}  // namespace
}  // namespace tribunal::sut
