// Operations as histories spell them, commands as the store knows them, and what comes back.
#include "harness/client.h"

#include <gtest/gtest.h>

namespace tribunal::harness {
namespace {

using history::Value;
using Kind = sut::CommandKind;
using workloads::Reads;

workloads::Op op(std::string f, Value value = {}) {
  workloads::Op made;
  made.process = history::Process{13};
  made.f = std::move(f);
  made.value = std::move(value);
  return made;
}

sut::Command command(const workloads::Op& operation, Reads reads = Reads::value) {
  const auto made = to_command(operation, reads);
  EXPECT_TRUE(made.ok()) << made.error().message;
  return made ? *made : sut::Command{};
}

std::string refused(const workloads::Op& operation) {
  const auto made = to_command(operation, Reads::value);
  return made ? "" : made.error().message;
}

TEST(ToCommand, KnowsEveryOperationOfTheWorkloads) {
  EXPECT_EQ(command(op("read")).kind, Kind::read);
  EXPECT_EQ(command(op("read"), Reads::members).kind, Kind::members);
  EXPECT_EQ(command(op("read"), Reads::count).kind, Kind::count);
  EXPECT_EQ(command(op("increment", Value::integer(-3))),
            (sut::Command{Kind::increment, 0, -3, 0}));
  EXPECT_EQ(command(op("enqueue", Value::integer(5))), (sut::Command{Kind::enqueue, 0, 5, 0}));
  EXPECT_EQ(command(op("dequeue")).kind, Kind::dequeue);
  EXPECT_EQ(command(op("next_id")).kind, Kind::next_id);
  EXPECT_EQ(command(op("remove", Value::integer(5))), (sut::Command{Kind::remove, 0, 5, 0}));
  EXPECT_EQ(command(op("add", Value::integer(5))), (sut::Command{Kind::add, 0, 5, 0}));
  EXPECT_EQ(command(op("add", Value::pair(Value::integer(5), Value::integer(9)))),
            (sut::Command{Kind::fenced_add, 0, 5, 9}));
}

TEST(ToCommand, LetsACompareAndSetExpectNothing) {
  EXPECT_EQ(command(op("cas", Value::pair(Value(), Value::integer(4)))),
            (sut::Command{Kind::cas, 0, sut::never_written, 4}));
  EXPECT_EQ(command(op("cas", Value::pair(Value::integer(3), Value::integer(4)))),
            (sut::Command{Kind::cas, 0, 3, 4}));
  EXPECT_NE(refused(op("add", Value::pair(Value(), Value::integer(4)))), "");
}

TEST(ToCommand, MakesTheProcessTheOwnerOfALock) {
  EXPECT_EQ(command(op("acquire", Value::string("2s"))),
            (sut::Command{Kind::acquire, 0, 13, 2'000'000'000}));
  EXPECT_EQ(command(op("acquire")), (sut::Command{Kind::acquire, 0, 13, 0}));
  EXPECT_EQ(command(op("release")), (sut::Command{Kind::release, 0, 13, 0}));
}

TEST(ToCommand, SaysWhatIsWrong) {
  EXPECT_EQ(refused(op("explode")), "the store knows no operation 'explode'");
  EXPECT_EQ(refused(op("write")), "operation write: expected an integer, found nil");
  EXPECT_EQ(refused(op("cas", Value::integer(1))), "operation cas: expected [from to], found 1");
  EXPECT_NE(refused(op("acquire", Value::string("soon"))), "");
}

TEST(CompletedValue, IsWhatWasReadOrGivenOut) {
  cluster::Completion completion;
  completion.outcome = cluster::Outcome::ok;
  completion.reply.value = 7;
  for (const char* f : {"read", "next_id", "dequeue", "acquire"}) {
    EXPECT_EQ(completed_value(op(f), command(op(f)), completion), Value::integer(7)) << f;
  }
  const auto write = op("write", Value::integer(3));
  EXPECT_EQ(completed_value(write, command(write), completion), Value::integer(3));
  completion.reply.value.reset();
  EXPECT_TRUE(completed_value(op("dequeue"), command(op("dequeue")), completion).is_nil());
  completion.outcome = cluster::Outcome::fail;
  const auto acquire = op("acquire", Value::string("1s"));
  EXPECT_EQ(completed_value(acquire, command(acquire), completion), Value::string("1s"));
}

TEST(ContentsValue, IsOneMapWhateverTheOrder) {
  const sut::Content one{Kind::read, 3, {7}};
  const sut::Content two{Kind::members, 0, {1, 2}};
  EXPECT_EQ(contents_value({one, two}), contents_value({two, one}));
  EXPECT_EQ(contents_value({one, two}).show(), "{[:members 0] [1 2], [:read 3] [7]}");
}

}  // namespace
}  // namespace tribunal::harness
