// What a store's replica does with a client's request.
#include "spec/replica.h"

#include <gtest/gtest.h>

#include "specimen.h"

namespace tribunal::spec {
namespace {

using Arguments = std::vector<std::int64_t>;

TEST(AReplica, MintsTheArgumentsThatTheClientDoesNotChoose) {
  const Specimen specimen(
      "sort U[6]; sort R[2]; lww x: int;"
      "op put(n: int, fresh u: U, self me: R, m: int) { x := n + m; }");
  Replica replica(specimen.layout);
  const Attempt made = replica.attempt(specimen.layout, 0, Arguments{10, 3}, 1, 3);
  ASSERT_EQ(made.outcome, Outcome::committed);
  EXPECT_EQ(made.event.arguments, (Arguments{10, 1, 1, 3}));
  EXPECT_EQ(made.event.stamp, (Stamp{1, 1}));
  EXPECT_EQ(replica, Replica(specimen.layout));
  replica.commit(specimen.layout, made.event);
  EXPECT_EQ(replica.shown(specimen.layout), (Values{13}));
  EXPECT_EQ(replica.attempt(specimen.layout, 0, Arguments{0, 0}, 1, 3).event.arguments[1], 4);
}

TEST(AReplica, RefusesTooFewAndTooManyArguments) {
  const Specimen specimen("sort U[6]; lww x: int; op put(n: int, fresh u: U) { x := n; }");
  const Replica replica(specimen.layout);
  EXPECT_EQ(replica.attempt(specimen.layout, 0, Arguments{}, 0, 1).outcome, Outcome::argument);
  EXPECT_EQ(replica.attempt(specimen.layout, 0, Arguments{1, 2}, 0, 1).outcome, Outcome::argument);
  EXPECT_EQ(replica.attempt(specimen.layout, 0, Arguments{1}, 0, 1).outcome, Outcome::committed);
}

TEST(AReplica, CannotBeAnElementThatThereIsNot) {
  const Specimen specimen("sort R[2]; lww x: int; op put(self me: R) { x := 1; }");
  const Replica replica(specimen.layout);
  EXPECT_EQ(replica.attempt(specimen.layout, 0, {}, 1, 3).outcome, Outcome::committed);
  EXPECT_EQ(replica.attempt(specimen.layout, 0, {}, 2, 3).outcome, Outcome::exhausted);
}

TEST(AReplica, ShowsWhatItAssignedToAnExtremumUntilItHearsOfAnother) {
  const Specimen specimen("max high; op set(n: int) { high := n; } invariant low: high <= 9;");
  Replica here(specimen.layout), there(specimen.layout);
  for (const std::int64_t n : {7, 4}) {
    here.commit(specimen.layout, here.attempt(specimen.layout, 0, Arguments{n}, 0, 2).event);
  }
  EXPECT_EQ(here.shown(specimen.layout), (Values{4}));
  there.commit(specimen.layout, there.attempt(specimen.layout, 0, Arguments{5}, 1, 2).event);
  EXPECT_EQ(here.merge(specimen.layout, there), 1U);
  EXPECT_EQ(here.shown(specimen.layout), (Values{7}));
  EXPECT_EQ(there.merge(specimen.layout, here), 2U);
  EXPECT_EQ(there, here);
}

TEST(AReplica, SaysWhatItViolates) {
  const Specimen specimen(
      "counter c = 1; op take(n: int) { c -= n; } invariant any: true; invariant positive: c >= "
      "0;");
  Replica here(specimen.layout), there(specimen.layout);
  here.commit(specimen.layout, here.attempt(specimen.layout, 0, Arguments{1}, 0, 2).event);
  EXPECT_EQ(here.attempt(specimen.layout, 0, Arguments{1}, 0, 2).outcome, Outcome::invariant);
  const Event event = there.attempt(specimen.layout, 0, Arguments{1}, 1, 2).event;
  EXPECT_TRUE(here.violated(specimen.layout).empty());
  EXPECT_TRUE(here.deliver(specimen.layout, event));
  EXPECT_FALSE(here.deliver(specimen.layout, event));
  EXPECT_EQ(here.violated(specimen.layout), std::vector<std::uint32_t>{1});
  EXPECT_EQ(here.events().size(), 2U);
}

}  // namespace
}  // namespace tribunal::spec
