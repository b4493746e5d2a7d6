#include "sut/store.h"

#include <limits>
#include <optional>

#include <gtest/gtest.h>

#include "sut/fields.h"
#include "sut/sessions.h"

namespace tribunal::sut {
namespace {

Command write(std::uint64_t key, std::int64_t a) { return {CommandKind::write, key, a, 0}; }
Command cas(std::uint64_t key, std::int64_t a, std::int64_t b) {
  return {CommandKind::cas, key, a, b};
}
Command add(std::uint64_t key, std::int64_t a) { return {CommandKind::add, key, a, 0}; }
Command read(std::uint64_t key) { return {CommandKind::read, key, 0, 0}; }
Command members(std::uint64_t key) { return {CommandKind::members, key, 0, 0}; }

TEST(Store, ReadsNilFromARegisterThatWasNeverWritten) {
  const Store store;
  EXPECT_EQ(store.read(read(7)).status, Status::ok);
  EXPECT_EQ(store.read(read(7)).value, std::nullopt);
}

TEST(Store, ReadsWhatWasWrittenLast) {
  Store store;
  EXPECT_EQ(store.apply(write(7, 1)).status, Status::ok);
  EXPECT_EQ(store.apply(write(7, 2)).status, Status::ok);
  EXPECT_EQ(store.apply(write(3, 9)).status, Status::ok);
  EXPECT_EQ(store.read(read(7)).value, 2);
  EXPECT_EQ(store.read(read(3)).value, 9);
}

TEST(Store, ComparesAndSetsOnlyTheExpectedValue) {
  Store store;
  EXPECT_EQ(store.apply(cas(1, 0, 5)).status, Status::mismatch) << "nil is not 0";
  EXPECT_EQ(store.read(read(1)).value, std::nullopt);
  EXPECT_EQ(store.apply(write(1, 5)).status, Status::ok);
  EXPECT_EQ(store.apply(cas(1, 4, 6)).status, Status::mismatch);
  EXPECT_EQ(store.apply(cas(1, 5, 6)).status, Status::ok);
  EXPECT_EQ(store.read(read(1)).value, 6);
}

TEST(Store, LetsACompareAndSetExpectThatNothingWasEverWritten) {
  Store store;
  EXPECT_EQ(store.apply(cas(1, never_written, 5)).status, Status::ok);
  EXPECT_EQ(store.read(read(1)).value, 5);
  EXPECT_EQ(store.apply(cas(1, never_written, 6)).status, Status::mismatch);
  EXPECT_EQ(store.read(read(1)).value, 5);
}

TEST(Store, ListsTheElementsOfASetInAscendingOrderOnce) {
  Store store;
  for (std::int64_t element : {5, 1, 3, 1, -2, 5}) store.apply(add(0, element));
  store.apply(add(1, 100));
  EXPECT_EQ(store.read(members(0)).elements, (std::vector<std::int64_t>{-2, 1, 3, 5}));
  EXPECT_EQ(store.read(members(2)).elements, std::vector<std::int64_t>{});
}

TEST(Store, KeepsRegistersAndSetsOfOneKeyApart) {
  Store store;
  store.apply(add(4, 1));
  EXPECT_EQ(store.read(read(4)).value, std::nullopt);
  store.apply(write(5, 1));
  EXPECT_TRUE(store.read(members(5)).elements.empty());
}

TEST(Store, IsTheSameValueWhateverTheOrderOfItsCommands) {
  Store one, other;
  for (std::int64_t i = 0; i < 20; ++i) one.apply(write(static_cast<std::uint64_t>(i % 7), i % 7));
  for (std::int64_t i = 20; i-- > 0;) other.apply(write(static_cast<std::uint64_t>(i % 7), i % 7));
  EXPECT_EQ(one, other);
  EXPECT_EQ(fingerprint_of(one), fingerprint_of(other));
  other.apply(write(3, 99));
  EXPECT_NE(one, other);
  EXPECT_NE(fingerprint_of(one), fingerprint_of(other));
}

Reply answered(Status status) {
  Reply reply;
  reply.status = status;
  return reply;
}

TEST(Sessions, RemembersTheLatestCommandOfEachClient) {
  Sessions sessions;
  EXPECT_EQ(sessions.find(ClientId{3}), nullptr);
  sessions.record({ClientId{3}, 1}, answered(Status::ok));
  sessions.record({ClientId{1}, 8}, answered(Status::mismatch));
  sessions.record({ClientId{3}, 4}, answered(Status::mismatch));
  ASSERT_NE(sessions.find(ClientId{3}), nullptr);
  EXPECT_EQ(sessions.find(ClientId{3})->sequence, 4U);
  EXPECT_EQ(sessions.find(ClientId{3})->status, Status::mismatch);
  EXPECT_EQ(sessions.find(ClientId{1})->sequence, 8U);
  EXPECT_EQ(sessions.find(ClientId{2}), nullptr);
}

Command command(CommandKind kind, std::int64_t a = 0, std::int64_t b = 0) {
  return {kind, 3, a, b};
}

TEST(Store, CountersAddAndWrapRatherThanOverflow) {
  Store store;
  EXPECT_EQ(store.read(command(CommandKind::count)).value, 0);
  store.apply(command(CommandKind::increment, 5));
  store.apply(command(CommandKind::increment, -7));
  EXPECT_EQ(store.read(command(CommandKind::count)).value, -2);
  const auto most = std::numeric_limits<std::int64_t>::max();
  store.apply(command(CommandKind::increment, most));
  store.apply(command(CommandKind::increment, most));
  EXPECT_EQ(store.read(command(CommandKind::count)).value, -4);
}

TEST(Store, GivesOutEachIdOnce) {
  Store store;
  EXPECT_EQ(store.apply(command(CommandKind::next_id)).value, 1);
  EXPECT_EQ(store.apply(command(CommandKind::next_id)).value, 2);
}

TEST(Store, QueuesAreFirstInFirstOutAndSayWhenTheyAreEmpty) {
  Store store;
  EXPECT_EQ(store.apply(command(CommandKind::dequeue)).value, std::nullopt);
  store.apply(command(CommandKind::enqueue, 4));
  store.apply(command(CommandKind::enqueue, 2));
  EXPECT_EQ(store.apply(command(CommandKind::dequeue)).value, 4);
  EXPECT_EQ(store.apply(command(CommandKind::dequeue)).value, 2);
  const Reply empty = store.apply(command(CommandKind::dequeue));
  EXPECT_EQ(empty.status, Status::ok);
  EXPECT_EQ(empty.value, std::nullopt);
}

TEST(Store, ALeaseEndsByTheTimeThatComesWithTheCommand) {
  Store store;
  const auto lease = Duration{seconds(10)}.count();
  EXPECT_EQ(store.apply(command(CommandKind::acquire, 1, lease), seconds(5)).value, 1);
  EXPECT_EQ(store.apply(command(CommandKind::acquire, 2, lease), seconds(14)).status,
            Status::mismatch);
  EXPECT_EQ(store.apply(command(CommandKind::acquire, 2, lease), seconds(15)).value, 2);
  EXPECT_EQ(store.apply(command(CommandKind::release, 1), seconds(16)).status, Status::mismatch)
      << "the first holder's lease is over, whatever it believes";
  EXPECT_EQ(store.apply(command(CommandKind::release, 2), seconds(16)).status, Status::ok);
  EXPECT_EQ(store.apply(command(CommandKind::acquire, 1), seconds(17)).value, 3);
}

TEST(Store, RefusesAnOldFencingTokenOnceANewerOneWasSeen) {
  Store store;
  EXPECT_EQ(store.apply(command(CommandKind::fenced_add, 7, 1)).status, Status::ok);
  EXPECT_EQ(store.apply(command(CommandKind::fenced_add, 8, 2)).status, Status::ok);
  EXPECT_EQ(store.apply(command(CommandKind::fenced_add, 9, 1)).status, Status::mismatch);
  EXPECT_EQ(store.apply(command(CommandKind::fenced_add, 9, 2)).status, Status::ok);
  EXPECT_EQ(store.read(command(CommandKind::members)).elements,
            (std::vector<std::int64_t>{7, 8, 9}));
}

TEST(Store, RemovesElements) {
  Store store;
  for (std::int64_t element : {1, 2, 3}) store.apply(command(CommandKind::add, element));
  store.apply(command(CommandKind::remove, 2));
  store.apply(command(CommandKind::remove, 5));
  EXPECT_EQ(store.read(command(CommandKind::members)).elements, (std::vector<std::int64_t>{1, 3}));
}

TEST(Store, ContentsNameEveryObject) {
  Store store;
  store.apply(command(CommandKind::write, 9));
  store.apply(command(CommandKind::add, 1));
  store.apply(command(CommandKind::increment, 2));
  store.apply(command(CommandKind::enqueue, 5));
  store.apply(command(CommandKind::acquire, 6));
  const std::vector<Content> expected{{CommandKind::read, 3, {9}},
                                      {CommandKind::members, 3, {1}},
                                      {CommandKind::count, 3, {2}},
                                      {CommandKind::dequeue, 3, {5}},
                                      {CommandKind::acquire, 3, {1, 6, 1}}};
  EXPECT_EQ(store.contents(), expected);
}

}  // namespace
}  // namespace tribunal::sut
