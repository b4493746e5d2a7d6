// Replicas of stores: merging is a union of events, delivery is in any order and any number of
// times, and what is minted is minted once.
#include <gtest/gtest.h>

#include "../scale.h"
#include "random_events.h"

namespace tribunal::spec {
namespace {

Replica merged(const Specimen& specimen, Replica a, const Replica& b) {
  a.merge(specimen.layout, b);
  return a;
}

TEST(MergingReplicas, IsCommutativeAssociativeAndIdempotent) {
  const Specimen specimen(zoo);
  for (std::uint64_t seed = 0; seed < scaled(1000); ++seed) {
    const RandomEvents run(specimen, seed, 30);
    const Replica& a = run.replicas[0];
    const Replica& b = run.replicas[1];
    const Replica& c = run.replicas[2];
    ASSERT_EQ(merged(specimen, a, b), merged(specimen, b, a)) << "seed " << seed;
    ASSERT_EQ(merged(specimen, merged(specimen, a, b), c),
              merged(specimen, a, merged(specimen, b, c)));
    ASSERT_EQ(merged(specimen, a, a), a);
    const Replica both = merged(specimen, a, b);
    ASSERT_EQ(merged(specimen, both, b), both);
  }
}

TEST(Delivery, GivesTheSameReplicaInAnyOrderAndAnyNumberOfTimes) {
  const Specimen specimen(zoo);
  for (std::uint64_t seed = 0; seed < scaled(1000); ++seed) {
    const RandomEvents run(specimen, seed, 30);
    Choices choices(seed, 2);
    Replica all(specimen.layout);
    for (const Replica& replica : run.replicas) all.merge(specimen.layout, replica);
    Replica late(specimen.layout);
    while (late.events().size() < run.events.size()) {
      const Event& event = run.events[choices.below("next"_site, run.events.size())].event;
      const bool here = late.has(event.stamp);
      const Replica before = late;
      ASSERT_EQ(late.deliver(specimen.layout, event), !here);
      ASSERT_TRUE(late.has(event.stamp));
      if (here) {
        ASSERT_EQ(late, before);
      }
    }
    ASSERT_EQ(late, all) << "seed " << seed;
  }
}

TEST(Extrema, AreThoseOfAllThatWasEverAssignedOnceAnotherReplicaIsHeardOf) {
  const Specimen specimen(zoo_of_extrema);
  const Cell high = specimen.cell("high");
  const Cell low = specimen.cell("low");
  for (std::uint64_t seed = 0; seed < scaled(1000); ++seed) {
    const RandomEvents run(specimen, seed, 20);
    std::vector<Replica> all = run.replicas;
    std::int64_t greatest = 2, smallest = 2;
    for (const Known& known : run.events) {
      greatest = std::max(greatest, known.event.arguments[0]);
      smallest = std::min(smallest, known.event.arguments[0]);
    }
    for (std::size_t i = 0; i < 3; ++i) {
      std::size_t news = 0;
      for (const Replica& other : run.replicas) news += all[i].merge(specimen.layout, other);
      if (news == 0) continue;
      const Values values = all[i].shown(specimen.layout);
      ASSERT_EQ(values[high], greatest) << "seed " << seed;
      ASSERT_EQ(values[low], smallest) << "seed " << seed;
    }
  }
}

TEST(Minting, GivesNoElementTwiceAndAllBeforeItIsExhausted) {
  const Specimen specimen(
      "sort U[11]; gset u[U]; op one(fresh a: U) { add u[a]; }"
      "op two(fresh a: U, n: int, fresh b: U) requires n > 0 { add u[a]; add u[b]; }");
  for (std::uint64_t seed = 0; seed < scaled(300); ++seed) {
    Choices choices(seed, 3);
    std::vector<Replica> replicas(3, Replica(specimen.layout));
    std::set<std::int64_t> minted;
    for (int i = 0; i < 40; ++i) {
      const auto here = static_cast<std::uint32_t>(choices.below("here"_site, 3));
      if (choices.chance("merge"_site, 200'000)) {
        replicas[here].merge(specimen.layout, replicas[(here + 1) % 3]);
        continue;
      }
      const bool pair = choices.chance("pair"_site, 300'000);
      const std::vector<std::int64_t> chosen(pair ? 1 : 0, 5);
      const Attempt made = replicas[here].attempt(specimen.layout, pair ? 1 : 0, chosen, here, 3);
      const auto mine =
          std::count_if(minted.begin(), minted.end(), [&](auto e) { return e % 3 == here; });
      const int left = (here == 2 ? 3 : 4) - static_cast<int>(mine);
      ASSERT_EQ(made.outcome, left < (pair ? 2 : 1) ? Outcome::exhausted : Outcome::committed);
      if (made.outcome != Outcome::committed) continue;
      replicas[here].commit(specimen.layout, made.event);
      ASSERT_TRUE(minted.insert(made.event.arguments.front()).second);
      if (pair) {
        ASSERT_TRUE(minted.insert(made.event.arguments.back()).second);
      }
    }
    Replica all(specimen.layout);
    for (const Replica& replica : replicas) all.merge(specimen.layout, replica);
    for (std::int64_t e = 0; e < 11; ++e) {
      ASSERT_EQ(all.shown(specimen.layout)[specimen.cell("u", {e})], minted.count(e));
    }
  }
}

}  // namespace
}  // namespace tribunal::spec
