// What nodes witnessed is checked in the order of their common clock, whenever it arrives.
#include "cluster/processes/witness_order.h"

#include <gtest/gtest.h>

namespace tribunal::cluster {
namespace {

using sut::Witness;
using sut::WitnessKind;

constexpr NodeId n1{0}, n2{1};
Witness leads(std::uint64_t term) { return {WitnessKind::became_leader, term, 0, 0, {}}; }
Witness truncated(std::uint64_t index) { return {WitnessKind::truncated, 0, index, 0, {}}; }

TEST(WitnessOrder, GoesByTimeAndNotByArrival) {
  WitnessOrder order(2);
  order.witnessed(n2, milliseconds(20), leads(2));
  order.witnessed(n1, milliseconds(10), leads(1));
  order.settle(milliseconds(30));
  ASSERT_EQ(order.elections().size(), 2u);
  EXPECT_EQ(order.elections()[0].node, n1);
  EXPECT_EQ(order.elections()[1].node, n2);
  EXPECT_TRUE(order.checks().violations().empty());
}

TEST(WitnessOrder, HoldsBackWhatSomebodyMayStillComeBefore) {
  WitnessOrder order(2);
  order.witnessed(n1, milliseconds(10), leads(1));
  order.witnessed(n1, milliseconds(20), leads(2));
  order.settle(milliseconds(20));
  EXPECT_EQ(order.elections().size(), 1u);
  order.settle(milliseconds(21));
  EXPECT_EQ(order.elections().size(), 2u);
}

TEST(WitnessOrder, PutsARestartBetweenTheLivesOfANode) {
  // A leader truncates its log: forbidden, unless it was restarted since.
  WitnessOrder restarted(2);
  restarted.witnessed(n1, milliseconds(10), leads(1));
  restarted.restarted(n1, milliseconds(20));
  restarted.witnessed(n1, milliseconds(30), truncated(1));
  restarted.settle(seconds(1));
  EXPECT_TRUE(restarted.checks().violations().empty());
  WitnessOrder alive(2);
  alive.witnessed(n1, milliseconds(10), leads(1));
  alive.witnessed(n1, milliseconds(30), truncated(1));
  alive.settle(seconds(1));
  ASSERT_EQ(alive.checks().violations().size(), 1u);
  EXPECT_EQ(alive.checks().violations()[0].property, "leader append-only");
}

TEST(WitnessOrder, FindsTwoLeadersOfOneTerm) {
  WitnessOrder order(2);
  order.witnessed(n2, milliseconds(20), leads(1));
  order.witnessed(n1, milliseconds(10), leads(1));
  order.settle(seconds(1));
  ASSERT_EQ(order.checks().violations().size(), 1u);
  EXPECT_EQ(order.checks().violations()[0].property, "election safety");
  EXPECT_EQ(order.checks().violations()[0].node, n2) << "the later one is to blame";
}

}  // namespace
}  // namespace tribunal::cluster
