// The queue of events, slabs and alarms.
#include "cluster/simulated/event_queue.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "base/choices.h"

namespace tribunal::cluster {
namespace {

TEST(EventQueue, GivesEventsByTimeAndThoseOfOneInstantInTheOrderOfScheduling) {
  Choices choices(1, 2);
  for (int round = 0; round < 200; ++round) {
    EventQueue queue;
    std::vector<std::pair<Time, std::uint64_t>> expected;  // time, then order of scheduling
    std::vector<std::pair<Time, std::uint64_t>> got;
    const std::uint64_t pushes = choices.below("pushes"_site, 200);
    for (std::uint64_t i = 0; i < pushes; ++i) {
      const Time at{static_cast<std::int64_t>(choices.below("time"_site, 20))};
      queue.push(at, EventKind::timer, i);
      expected.emplace_back(at, i);
    }
    std::sort(expected.begin(), expected.end());
    while (!queue.empty()) {
      const Event event = queue.pop();
      EXPECT_EQ(event.kind(), EventKind::timer);
      got.emplace_back(event.at, event.data());
    }
    EXPECT_EQ(got, expected);
  }
}

TEST(EventQueue, StaysOrderedWhenPushesAndPopsAlternate) {
  Choices choices(3, 4);
  EventQueue queue;
  Time now{};
  std::uint64_t popped = 0;
  for (int i = 0; i < 50'000; ++i) {
    const auto delay = static_cast<std::int64_t>(choices.below("delay"_site, 1000));
    queue.push(now + Duration{delay}, EventKind::message, 0);
    if (choices.chance("pop"_site, 700'000)) {
      const Event event = queue.pop();
      ASSERT_GE(event.at, now);
      now = event.at;
      ++popped;
    }
  }
  EXPECT_EQ(queue.size() + popped, 50'000u);
}

TEST(EventQueue, KeepsKindAndAllFiftySixBitsOfData) {
  EventQueue queue;
  const std::uint64_t most = (std::uint64_t{1} << 56) - 1;
  queue.push(Time{1}, EventKind::client_alarm, most);
  const Event event = queue.pop();
  EXPECT_EQ(event.kind(), EventKind::client_alarm);
  EXPECT_EQ(event.data(), most);
}

TEST(Slab, ReusesTheSlotsOfWhatWasTaken) {
  Slab<int> slab;
  const auto first = slab.put(1);
  const auto second = slab.put(2);
  EXPECT_EQ(slab.take(first), 1);
  EXPECT_EQ(slab.put(3), first);
  EXPECT_EQ(slab.take(second), 2);
  EXPECT_EQ(slab.take(first), 3);
  EXPECT_EQ(slab.used(), 0u);
}

TEST(Alarm, KeepsItsOneEventWhenMovedLaterAndLooksAgain) {
  Alarm alarm;
  EXPECT_TRUE(alarm.ring_at(Time{10}));
  const auto event = alarm.generation();
  EXPECT_FALSE(alarm.ring_at(Time{20}));
  EXPECT_EQ(alarm.came_up(event, Time{10}), Alarm::Rings::later);
  EXPECT_EQ(alarm.came_up(event, Time{20}), Alarm::Rings::now);
  EXPECT_FALSE(alarm.set());
}

TEST(Alarm, MovedEarlierReplacesItsEvent) {
  Alarm alarm;
  EXPECT_TRUE(alarm.ring_at(Time{20}));
  const auto late = alarm.generation();
  EXPECT_TRUE(alarm.ring_at(Time{5}));
  EXPECT_EQ(alarm.came_up(alarm.generation(), Time{5}), Alarm::Rings::now);
  EXPECT_EQ(alarm.came_up(late, Time{20}), Alarm::Rings::no);
}

TEST(Alarm, CancelledDoesNotRingAndCanBeSetAgain) {
  Alarm alarm;
  EXPECT_TRUE(alarm.ring_at(Time{20}));
  alarm.cancel();
  EXPECT_EQ(alarm.came_up(alarm.generation(), Time{20}), Alarm::Rings::no);
  EXPECT_TRUE(alarm.ring_at(Time{30}));
  EXPECT_EQ(alarm.came_up(alarm.generation(), Time{30}), Alarm::Rings::now);
}

}  // namespace
}  // namespace tribunal::cluster
