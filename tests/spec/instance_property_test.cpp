// What stores keep of a replica gives the replica back, and what is none of the specification is
// recognised.
#include <gtest/gtest.h>

#include "../scale.h"
#include "random_events.h"
#include "spec/instance.h"

namespace tribunal::spec {
namespace {

Frontier frontier(const RandomEvents& run, const std::set<std::size_t>& has) {
  std::vector<Event> events;
  for (const std::size_t i : has) events.push_back(run.events[i].event);
  return frontier_of(events);
}

bool covers(const Frontier& past, Stamp stamp) {
  return std::any_of(past.begin(), past.end(), [&](Stamp upto) {
    return upto.replica == stamp.replica && stamp.time <= upto.time;
  });
}

TEST(Pasts, AreExactlyWhatTheOriginHad) {
  const Specimen specimen(zoo);
  for (std::uint64_t seed = 0; seed < scaled(300); ++seed) {
    const RandomEvents run(specimen, seed, 30);
    for (const Known& known : run.events) {
      ASSERT_EQ(known.event.past, frontier(run, known.past)) << "seed " << seed;
      for (std::size_t i = 0; i < run.events.size(); ++i) {
        ASSERT_EQ(covers(known.event.past, run.events[i].event.stamp), known.past.count(i) != 0);
      }
    }
  }
}

// A replica and what a store keeps of it go through the same.
void compare(const char* text, std::uint64_t seed) {
  const Specimen specimen(text);
  const Layout& layout = specimen.layout;
  Choices draws(seed, 7);
  std::vector<Replica> replicas(3, Replica(layout));
  std::vector<Instance> instances(3);
  for (int i = 0; i < 25; ++i) {
    const auto here = draws.below("here"_site, 3);
    const auto there = draws.below("there"_site, 3);
    if (draws.chance("deliver"_site, 400'000)) {
      for (const Event& event : replicas[there].events()) {
        if (!draws.chance("this"_site, 700'000)) break;
        const bool news = replicas[here].deliver(layout, event);
        ASSERT_EQ(instances[here].deliver(event), news);
      }
    } else {
      const auto op =
          static_cast<std::uint32_t>(draws.below("op"_site, specimen.spec.transactions.size()));
      std::vector<std::int64_t> arguments;
      for (const Parameter& parameter : specimen.spec.transactions[op].parameters) {
        const bool integer = parameter.type.base == Type::Base::integer;
        arguments.push_back(
            static_cast<std::int64_t>(draws.below("argument"_site, integer ? 9 : 2)) -
            (integer ? 4 : 0));
      }
      const auto life = static_cast<std::uint32_t>(i) / 10;
      const Attempt made =
          replicas[here].attempt(layout, op, arguments, static_cast<std::uint32_t>(here), 3, life);
      ASSERT_EQ(made.outcome, Outcome::committed);
      ASSERT_EQ(replica_of(made.event.stamp, 3), here);
      replicas[here].commit(layout, made.event);
      instances[here].commit(made.event);
    }
    ASSERT_EQ(instances[here].replica(layout), replicas[here]) << "seed " << seed << " step " << i;
    ASSERT_TRUE(fits(layout, instances[here]));
  }
}

TEST(Instances, GiveBackTheReplicaWithEveryKindOfVariable) {
  for (std::uint64_t seed = 0; seed < scaled(300); ++seed) compare(zoo, seed);
}
TEST(Instances, GiveBackTheReplicaWithRegistersThatWereLowered) {
  for (std::uint64_t seed = 0; seed < scaled(300); ++seed) compare(zoo_of_extrema, seed);
}

TEST(Instances, AreFoundByKey) {
  std::vector<Instance> instances;
  for (const std::uint64_t key : {5, 1, 9, 5, 1}) find_or_add(instances, key).committed = 0;
  ASSERT_EQ(instances.size(), 3u);
  for (const std::uint64_t key : {1, 5, 9}) EXPECT_EQ(find(instances, key)->key, key);
  EXPECT_EQ(find(instances, 4), nullptr);
  EXPECT_EQ(find(instances, 10), nullptr);
}

TEST(ForeignEvents, AreToldFromThoseOfTheSpecification) {
  const Specimen specimen(zoo);
  const RandomEvents run(specimen, 3, 30);
  const Layout& layout = specimen.layout;
  for (const Known& known : run.events) ASSERT_TRUE(fits(layout, known.event));
  const auto write = [&] {  // l[0] := 4; l[0] := 3
    Replica replica(layout);
    return replica
        .attempt(layout, specimen.transaction("write"), std::vector<std::int64_t>{0, 3}, 0, 1)
        .event;
  };
  const auto refused = [&](const auto& spoil) {
    Event event = write();
    EXPECT_TRUE(fits(layout, event));
    spoil(event);
    EXPECT_FALSE(fits(layout, event));
  };
  refused([](Event& e) { e.transaction = 99; });
  refused([](Event& e) { e.stamp.time = 0; });
  refused([](Event& e) { e.stamp.time = ~std::uint64_t{0}; });
  refused([](Event& e) { e.arguments.pop_back(); });
  refused([](Event& e) { e.arguments[0] = 2; });
  refused([](Event& e) { e.arguments[0] = -1; });
  refused([&](Event& e) { e.changes[0].cell = layout.cells(); });
  refused([](Event& e) { e.changes[0].what = Change::What::add; });
  refused([](Event& e) { e.changes[0].what = Change::What::increase; });
  refused([&](Event& e) {
    e.changes[0].cell = specimen.cell("g", {0});
    e.changes[0].what = Change::What::remove;
  });
  Instance unsorted{1, {write(), write()}, 0};
  EXPECT_FALSE(fits(layout, unsorted)) << "twice the same";
  Instance short_one{1, {write()}, 2};
  EXPECT_FALSE(fits(layout, short_one));
}

}  // namespace
}  // namespace tribunal::spec
