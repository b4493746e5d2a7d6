// The shapes of partitions.
#include "nemesis/grudges.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace tribunal::nemesis {
namespace {

Nodes ids(std::initializer_list<int> numbers) {
  Nodes nodes;
  for (const int n : numbers) nodes.push_back(NodeId{static_cast<std::uint16_t>(n - 1)});
  return nodes;
}

// Whom each node hears, itself included.
std::map<NodeId, std::set<NodeId>> heard(const Grudge& grudge, std::uint16_t count) {
  std::map<NodeId, std::set<NodeId>> out;
  for (NodeId receiver : all_nodes(count)) {
    for (NodeId sender : all_nodes(count)) {
      const auto found = grudge.find(receiver);
      const bool cut = found != grudge.end() &&
                       std::count(found->second.begin(), found->second.end(), sender) > 0;
      if (!cut) out[receiver].insert(sender);
    }
  }
  return out;
}

bool symmetric(const Grudge& grudge, std::uint16_t count) {
  const auto hears = heard(grudge, count);
  for (const auto& [receiver, senders] : hears) {
    for (NodeId sender : senders) {
      if (hears.at(sender).count(receiver) == 0) return false;
    }
  }
  return true;
}

TEST(Grudges, ApartSeparatesComponentsCompletely) {
  const Grudge grudge = apart({ids({1, 3}), ids({2, 4, 5})});
  EXPECT_EQ(describe(grudge, 5), "{n1 n3} | {n2 n4 n5}");
  EXPECT_EQ(grudge.at(NodeId{0}), ids({2, 4, 5}));
  EXPECT_EQ(grudge.at(NodeId{4}), ids({1, 3}));
  EXPECT_EQ(links_of(grudge).size(), 12U);
  EXPECT_TRUE(apart({ids({1, 2}), {}}).empty());
}

TEST(Grudges, BridgeLeavesOneNodeThatHearsBothHalves) {
  const Grudge grudge = bridge(ids({4, 2, 1, 5, 3}));
  const auto hears = heard(grudge, 5);
  EXPECT_EQ(hears.at(NodeId{0}).size(), 5U);  // n1 is the first of the second half
  EXPECT_EQ(hears.at(NodeId{3}), (std::set<NodeId>{NodeId{0}, NodeId{1}, NodeId{3}}));
  EXPECT_EQ(hears.at(NodeId{4}), (std::set<NodeId>{NodeId{0}, NodeId{2}, NodeId{4}}));
  EXPECT_TRUE(symmetric(grudge, 5));
}

TEST(MajoritiesRing, OfFiveNodesIsJepsens) {
  // The ring 1-2-3-4-5: everybody hears itself and its two neighbours.
  const auto hears = heard(majorities_ring(ids({1, 2, 3, 4, 5})), 5);
  EXPECT_EQ(hears.at(NodeId{0}), (std::set<NodeId>{NodeId{4}, NodeId{0}, NodeId{1}}));
  EXPECT_EQ(hears.at(NodeId{2}), (std::set<NodeId>{NodeId{1}, NodeId{2}, NodeId{3}}));
  for (const auto& [node, senders] : hears) EXPECT_EQ(senders.size(), 3U);
}

TEST(MajoritiesRing, LetsEveryNodeHearAMajorityAndNoTwoTheSame) {
  for (std::uint16_t n = 3; n <= 13; ++n) {
    Choices choices(n, 0);
    for (int round = 0; round < 50; ++round) {
      const Grudge grudge = majorities_ring(shuffled(all_nodes(n), choices));
      EXPECT_TRUE(symmetric(grudge, n)) << n;
      std::set<std::set<NodeId>> distinct;
      for (const auto& [node, senders] : heard(grudge, n)) {
        EXPECT_GE(senders.size(), majority(n)) << n;
        distinct.insert(senders);
      }
      EXPECT_EQ(distinct.size(), n);
    }
  }
}

TEST(MajoritiesRing, CutsNothingWhereItIsImpossible) {
  EXPECT_TRUE(majorities_ring(all_nodes(1)).empty());
  EXPECT_TRUE(majorities_ring(all_nodes(2)).empty());
}

TEST(Grudges, DeafCutsOneDirectionOnly) {
  const Grudge grudge = deaf(ids({1}), ids({2, 3}));
  EXPECT_EQ(links_of(grudge), (std::vector<Link>{{NodeId{1}, NodeId{0}}, {NodeId{2}, NodeId{0}}}));
  EXPECT_EQ(describe(grudge, 3), "n1 hears nothing from n2 n3");
}

TEST(Grudges, AreDescribedByReceiversWhenTheyDoNotSplitTheCluster) {
  EXPECT_EQ(
      describe(majorities_ring(all_nodes(5)), 5),
      "n1 hears nothing from n3 n4; n2 hears nothing from n4 n5; n3 hears nothing from n1 n5; "
      "n4 hears nothing from n1 n2; n5 hears nothing from n2 n3");
  EXPECT_EQ(describe(Grudge{}, 5), "nothing");
}

TEST(Shuffle, ReachesEveryPermutationAboutEquallyOften) {
  std::map<Nodes, int> seen;
  Choices choices(5, 5);
  for (int i = 0; i < 24'000; ++i) ++seen[shuffled(all_nodes(4), choices)];
  ASSERT_EQ(seen.size(), 24U);
  for (const auto& [order, count] : seen) EXPECT_NEAR(count, 1000, 150);
}

}  // namespace
}  // namespace tribunal::nemesis
