// The order in which things arrive, and what is dropped.
#include "cluster/processes/delivery_queue.h"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tribunal::cluster {
namespace {

class Recorder final : public DeliveryQueue::Destination {
 public:
  explicit Recorder(std::vector<std::string>& log, std::string name = "")
      : log_(log), name_(std::move(name)) {}
  void frame_arrives(Side, wire::ByteView frame, bool first) override {
    const std::string text(reinterpret_cast<const char*>(frame.data()), frame.size());
    log_.push_back(name_ + text + (first ? "!" : ""));
    if (meanwhile) meanwhile(text);
  }
  void end_arrives(Side) override { log_.push_back(name_ + "end"); }

  std::function<void(const std::string&)> meanwhile;

 private:
  std::vector<std::string>& log_;
  std::string name_;
};

class DeliveryQueueTest : public ::testing::Test {
 protected:
  void add(Time when, Recorder& to, const std::string& text, bool first = false) {
    queue.add_frame(when, to, Side::far,
                    {reinterpret_cast<const std::byte*>(text.data()), text.size()}, first);
  }
  using Log = std::vector<std::string>;
  DeliveryQueue queue;
  Log log;
};

TEST_F(DeliveryQueueTest, ByTimeAndThenInTheOrderOfAdding) {
  Recorder a(log);
  EXPECT_FALSE(queue.next().has_value());
  add(Time{30}, a, "c1");
  add(Time{10}, a, "hello", true);
  add(Time{30}, a, "c2");
  queue.add_end(Time{30}, a, Side::far);
  add(Time{20}, a, "b");
  add(Time{30}, a, "after");
  EXPECT_EQ(queue.next(), Time{10});
  queue.run(Time{20});
  EXPECT_EQ(log, (Log{"hello!", "b"}));
  queue.run(Time{29});
  EXPECT_EQ(log.size(), 2U);
  queue.run(Time{30});
  EXPECT_EQ(log, (Log{"hello!", "b", "c1", "c2", "end", "after"}));
}

TEST_F(DeliveryQueueTest, SlotsAreUsedAgainWithoutMixingBytes) {
  Recorder a(log);
  Log expected;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 20; ++i) {
      const std::string text(static_cast<std::size_t>((round * 37 + i * 401) % 6000),
                             static_cast<char>('a' + i));
      add(Time{round * 10 + i % 7}, a, text);
    }
    queue.run(Time{round * 10 + 3});
  }
  queue.run(Time{10'000});
  ASSERT_EQ(log.size(), 1000U);
  for (const std::string& text : log) {
    EXPECT_EQ(text.find_first_not_of(text.substr(0, 1)), std::string::npos);
  }
}

TEST_F(DeliveryQueueTest, DropsWhatGoesToOneDestinationAndCountsIt) {
  Recorder a(log, "a-");
  Recorder b(log, "b-");
  for (int i = 0; i < 10; ++i) {
    add(Time{100 - i}, a, "xyz");
    add(Time{100 - i}, b, std::to_string(i));
  }
  add(Time{1}, a, "hello", true);
  queue.add_end(Time{2}, a, Side::near);
  const Load dropped = queue.drop(a);
  EXPECT_EQ(dropped.frames, 10U) << "a first frame is no message";
  EXPECT_EQ(dropped.bytes, 35U);
  queue.run(Time{100});
  EXPECT_EQ(log, (Log{"b-9", "b-8", "b-7", "b-6", "b-5", "b-4", "b-3", "b-2", "b-1", "b-0"}));
}

TEST_F(DeliveryQueueTest, DestinationsMayAddAndDropMeanwhile) {
  Recorder a(log, "a-");
  Recorder b(log, "b-");
  a.meanwhile = [&](const std::string& text) {
    if (text == "1") add(Time{5}, a, "now");
    if (text == "2") queue.drop(b);
  };
  add(Time{1}, a, "1");
  add(Time{2}, b, "1");
  add(Time{6}, a, "2");
  add(Time{7}, b, "2");
  queue.run(Time{10});
  EXPECT_EQ(log, (Log{"a-1", "b-1", "a-now", "a-2"}));
  EXPECT_FALSE(queue.next().has_value());
}

}  // namespace
}  // namespace tribunal::cluster
