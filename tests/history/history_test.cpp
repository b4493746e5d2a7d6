// The rules of appending, pairing, excerpts and the content hash.
#include "history/history.h"

#include <gtest/gtest.h>

#include "tests/history/support.h"

namespace tribunal::history {
namespace {

class HistoryRules : public ::testing::Test {
 protected:
  Event make(std::int32_t process, EventType type, std::string_view f, std::int64_t time = 0) {
    Event event;
    event.process = static_cast<Process>(process);
    event.type = type;
    event.f = history_.symbol(f);
    event.time = Time{time};
    return event;
  }
  std::string add(std::int32_t process, EventType type, std::string_view f, std::int64_t time = 0) {
    return add(make(process, type, f, time));
  }
  std::string add(const Event& event) {
    const std::size_t size = history_.size();
    const auto wrong = history_.violation(event);
    const Status status = history_.append(event);
    EXPECT_EQ(status.ok(), !wrong);
    EXPECT_EQ(history_.size(), size + (status.ok() ? 1 : 0));
    return status.ok() ? "" : status.error().message;
  }
  History history_;
};

TEST_F(HistoryRules, PairInvocationsWithCompletions) {
  EXPECT_EQ(add(0, EventType::invoke, "read"), "");
  EXPECT_EQ(add(1, EventType::invoke, "write"), "");
  EXPECT_EQ(add(-1, EventType::info, "start"), "");
  EXPECT_EQ(add(1, EventType::ok, "write"), "");
  EXPECT_EQ(add(1, EventType::invoke, "write"), "");
  EXPECT_EQ(add(0, EventType::info, "read"), "");
  EXPECT_EQ(history_.partner(0), 5U);
  EXPECT_EQ(history_.partner(5), 0U);
  EXPECT_EQ(history_.partner(1), 3U);
  EXPECT_EQ(history_.partner(2), no_event);
  EXPECT_EQ(history_.partner(4), no_event);
  EXPECT_EQ(history_.open_invocation(Process{1}), 4U);
  EXPECT_EQ(history_.open_invocation(Process{0}), no_event);
  EXPECT_EQ(history_.open_invocation(Process{9}), no_event);

  const std::vector<Operation> operations = history_.operations();
  ASSERT_EQ(operations.size(), 3U);
  EXPECT_EQ(operations[0].invocation, 0U);
  EXPECT_EQ(operations[0].outcome, EventType::info);
  EXPECT_EQ(operations[1].completion, 3U);
  EXPECT_EQ(operations[1].outcome, EventType::ok);
  EXPECT_EQ(operations[2].completion, no_event);
  EXPECT_EQ(operations[2].outcome, EventType::info);
}

TEST_F(HistoryRules, RefuseACompletionWithoutInvocation) {
  EXPECT_EQ(add(3, EventType::ok, "read"),
            "expected an open invocation of process 3 before its ok, found none");
  EXPECT_EQ(add(3, EventType::info, "read"),
            "expected an open invocation of process 3 before its info, found none");
}

TEST_F(HistoryRules, RefuseACompletionOfAnotherFunction) {
  add(3, EventType::invoke, "read");
  EXPECT_EQ(add(3, EventType::ok, "write"),
            "expected a completion of the open read of process 3, found one of write");
  EXPECT_EQ(add(3, EventType::ok, "read"), "");
}

TEST_F(HistoryRules, RefuseASecondOpenInvocation) {
  add(3, EventType::invoke, "read");
  EXPECT_EQ(add(3, EventType::invoke, "write"),
            "expected a completion of the read that process 3 invoked in event 0, found a second "
            "invocation, of write");
}

TEST_F(HistoryRules, RefuseAProcessAfterItsInfo) {
  add(3, EventType::invoke, "read");
  add(3, EventType::info, "read");
  for (const EventType type :
       {EventType::invoke, EventType::ok, EventType::fail, EventType::info}) {
    EXPECT_EQ(add(3, type, "read"), std::string("expected no more events of process 3 after its "
                                                "info, found ") +
                                        name(type) + " read");
  }
}

TEST_F(HistoryRules, RefuseACompletionBeforeTheTimeOfItsInvocation) {
  add(3, EventType::invoke, "read", 20);
  add(4, EventType::invoke, "read", 10);  // another process may step back
  EXPECT_EQ(
      add(3, EventType::ok, "read", 19),
      "expected a completion of process 3 not before the time of its invocation, 20, found 19");
  Event untimed = make(3, EventType::ok, "read");
  untimed.time = Time::min();
  EXPECT_EQ(add(untimed), "");
  EXPECT_EQ(add(4, EventType::ok, "read", 10), "");
}

TEST_F(HistoryRules, RefuseACompletionOnAnotherKey) {
  Event invoke = make(3, EventType::invoke, "read");
  invoke.has_key = true;
  invoke.key = history_.intern(Value::integer(7));
  add(invoke);
  Event ok = invoke;
  ok.type = EventType::ok;
  ok.key = history_.intern(Value::string("seven"));
  EXPECT_EQ(add(ok),
            "expected a completion of process 3 on the key of its invocation, 7, found key "
            "\"seven\"");
  ok.has_key = false;
  EXPECT_EQ(add(ok), "");
  EXPECT_EQ(history_.show(0), "3  invoke  read [7] nil");
}

TEST_F(HistoryRules, LeaveTheNemesisFree) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(add(-1, EventType::info, "start", 10 - i), "");
    EXPECT_EQ(add(-1, EventType::invoke, "stop"), "");
  }
  EXPECT_TRUE(history_.operations().empty());
  EXPECT_EQ(history_.open_invocation(Process::nemesis), no_event);
}

TEST_F(HistoryRules, KeepEveryFieldOfAnEvent) {
  add(8, EventType::invoke, "cas");
  Event event = make(8, EventType::info, "cas", -5);
  event.time = Time{77};
  event.value = history_.intern(Value::pair(Value::integer(1), Value::integer(2)));
  event.key = history_.intern(Value{});
  event.has_key = true;
  event.node = 65534;
  event.error = history_.intern(Value::keyword("timeout"));
  event.producers = 3;
  EXPECT_EQ(add(event), "");
  const Event back = history_.event(1);
  EXPECT_EQ(back.time, event.time);
  EXPECT_EQ(back.process, event.process);
  EXPECT_EQ(back.type, event.type);
  EXPECT_EQ(back.f, event.f);
  EXPECT_EQ(back.value, event.value);
  EXPECT_TRUE(back.has_key);
  EXPECT_TRUE(back.key.is_nil());
  EXPECT_EQ(back.node, 65534);
  EXPECT_EQ(back.error, event.error);
  EXPECT_EQ(back.producers, 3);
  EXPECT_EQ(history_.operation(0).producers, 3);
  EXPECT_EQ(history_.operation(0).returned, event.value);
  EXPECT_EQ(history_.show(1), "8  info  cas [nil] [1 2]  :timeout");
}

TEST(History, ExcerptKeepsWholeOperationsInOrder) {
  testing::Random random(3);
  const History whole = testing::random_history(random, {.events = 300, .processes = 6});
  std::vector<std::uint32_t> chosen;
  for (const Operation& operation : whole.operations()) {
    if (random.chance(40)) chosen.push_back(operation.invocation);
  }
  const History part = whole.excerpt(chosen);
  const std::vector<Operation> operations = part.operations();
  ASSERT_EQ(operations.size(), chosen.size());
  std::size_t events = 0;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Operation original = whole.operation(chosen[i]);
    EXPECT_EQ(part.show(operations[i].invocation), whole.show(original.invocation));
    EXPECT_EQ(operations[i].producers, original.producers);
    EXPECT_EQ(operations[i].completion == no_event, original.completion == no_event);
    if (original.completion != no_event) {
      EXPECT_EQ(part.show(operations[i].completion), whole.show(original.completion));
      EXPECT_EQ(part.time(operations[i].completion), whole.time(original.completion));
    }
    for (std::size_t j = 0; j < i; ++j) {  // the real-time order is the same
      const Operation other = whole.operation(chosen[j]);
      if (original.completion == no_event || other.completion == no_event) continue;
      EXPECT_EQ(operations[j].completion < operations[i].invocation,
                other.completion < original.invocation);
    }
    events += original.completion == no_event ? 1 : 2;
  }
  EXPECT_EQ(part.size(), events);
}

TEST(History, ContentHashIgnoresTheOrderOfInterning) {
  const auto record = [](bool reversed) {
    History history;
    const std::vector<std::string> names{"read", "write", "cas"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string& name = names[reversed ? names.size() - 1 - i : i];
      history.symbol(name);
      history.intern(Value::string(name));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      Event event;
      event.process = static_cast<Process>(i);
      event.f = history.symbol(names[i]);
      event.value = history.intern(Value::string(names[i]));
      EXPECT_TRUE(history.append(event).ok());
    }
    return history.content_hash();
  };
  EXPECT_EQ(record(false), record(true));
}

TEST(History, ContentHashSeesEveryField) {
  std::vector<std::uint64_t> hashes;
  for (int changed = 0; changed <= 10; ++changed) {
    History history;
    Event event;
    event.process = Process{changed == 1 ? 4 : 3};
    event.f = history.symbol(changed == 2 ? "read" : "write");
    event.time = Time{changed == 3 ? 8 : 7};
    event.value = history.intern(Value::integer(changed == 4 ? 6 : 5));
    event.has_key = changed == 5 || changed == 6;
    if (changed == 6) event.key = history.intern(Value::integer(1));
    if (changed == 7) event.node = 0;
    if (changed == 8) event.error = history.intern(Value::keyword("e"));
    if (changed == 9) event.producers = 0;
    EXPECT_TRUE(history.append(event).ok());
    event.type = EventType::ok;
    if (changed == 10) event.type = EventType::fail;
    EXPECT_TRUE(history.append(event).ok());
    hashes.push_back(history.content_hash());
  }
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

TEST(History, TakesAtMost64BytesForARegisterOperation) {
  History history;
  const Symbol write = history.symbol("write");
  constexpr std::int32_t operations = 1 << 17;  // a power of two: the columns have no slack
  for (std::int32_t i = 0; i < operations; ++i) {
    Event event;
    event.time = Time{i};
    event.process = Process{i % 10};
    event.f = write;
    event.value = history.intern(Value::integer(i));
    ASSERT_TRUE(history.append(event).ok());
    event.type = EventType::ok;
    ASSERT_TRUE(history.append(event).ok());
  }
  EXPECT_LE(history.memory_bytes(), 64U * operations + 4096);
}

}  // namespace
}  // namespace tribunal::history
