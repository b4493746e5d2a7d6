// Contexts, stamps and objects of replicas without a single log, one rule at a time.
#include <limits>

#include <gtest/gtest.h>

#include "sut/replicated/datum.h"
#include "tests/sut/perturb.h"

namespace tribunal::sut::replicated {
namespace {

using testing::perturb;

Dot dot(std::uint16_t node, std::uint64_t counter, std::uint32_t life = 0) {
  return {{NodeId{node}, life}, counter};
}
CausalContext raised(std::initializer_list<Dot> dots) {
  CausalContext context;
  for (const Dot& d : dots) context.raise(d);
  return context;
}

TEST(CausalContext, CoversWhatWasRaisedAndWhatWasAdded) {
  CausalContext c = raised({dot(0, 3)});
  c.add(dot(0, 7));
  c.add(dot(1, 1));
  EXPECT_TRUE(c.covers(dot(0, 1)) && c.covers(dot(0, 3)) && c.covers(dot(0, 7)));
  EXPECT_FALSE(c.covers(dot(0, 4)) || c.covers(dot(0, 8)) || c.covers(dot(1, 2)));
  EXPECT_FALSE(c.covers(dot(0, 1, 1))) << "another life of the node";
  EXPECT_EQ(c.singles().size(), 2U);
  c.raise(dot(0, 9));
  EXPECT_EQ(c.singles(), std::vector<Dot>{dot(1, 1)}) << "what the vector covers is not kept twice";
}

TEST(CausalContext, OneDotDoesNotStandForThoseBeforeIt) {
  CausalContext one;
  one.add(dot(0, 1));
  EXPECT_TRUE(one.covers(dot(0, 1)));
  EXPECT_EQ(one.upto(Actor{}), 0U);
}

TEST(CausalContext, IsOrderedByWhatItCovers) {
  const CausalContext none, a = raised({dot(0, 1)}), b = raised({dot(1, 1)});
  CausalContext both = a;
  both.merge(b);
  EXPECT_EQ(none.compare(none), Order::equal);
  EXPECT_EQ(none.compare(a), Order::before);
  EXPECT_EQ(both.compare(a), Order::after);
  EXPECT_EQ(a.compare(b), Order::concurrent);
  EXPECT_GT(both.total(), a.total());
  CausalContext single;
  single.add(dot(0, 5));
  EXPECT_GT(raised({dot(0, 5)}).total(), single.total());
}

TEST(Token, SurvivesBeingCarriedByAClient) {
  Token token;
  token.seen = raised({dot(0, 3), dot(2, 9, 4)});
  token.seen.add(dot(1, 5));
  token.floor = {-7, 3, {}};
  const Token back = decode(encode(token));
  EXPECT_EQ(back.seen, token.seen);
  EXPECT_EQ(back.floor, token.floor);
  EXPECT_TRUE(decode({}).seen.empty());
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  decode({1, 2});  // what nobody encoded does no harm
  decode({most, most, most, most, most, most});
}

TEST(StampClock, HybridStaysWithTheWallClockUnlessItIsBehind) {
  StampClock clock(ClockKind::hybrid);
  const CausalContext none;
  EXPECT_EQ(clock.next(Time{100}, dot(0, 1), none, {}, {}), (Stamp{100, 0, dot(0, 1)}));
  EXPECT_EQ(clock.next(Time{100}, dot(0, 2), none, {}, {}), (Stamp{100, 1, dot(0, 2)}));
  clock.observe({500, 4, dot(1, 1)});
  EXPECT_EQ(clock.next(Time{200}, dot(0, 3), none, {}, {}), (Stamp{500, 5, dot(0, 3)}));
  EXPECT_EQ(clock.next(Time{600}, dot(0, 4), none, {}, {}), (Stamp{600, 0, dot(0, 4)}));
  EXPECT_EQ(clock.next(Time{600}, dot(0, 5), none, {900, 0, {}}, {}), (Stamp{900, 1, dot(0, 5)}));
}

TEST(StampClock, WallBelievesOnlyItself) {
  StampClock clock(ClockKind::wall);
  clock.observe({500, 0, dot(1, 1)});
  EXPECT_EQ(clock.next(Time{200}, dot(0, 1), {}, {900, 0, {}}, {}), (Stamp{200, 0, dot(0, 1)}));
}

// One node's copy with its own counter and clock.
struct Copy {
  Copy(Policy policy, Type type, std::uint16_t n) : datum(policy, type), node(n) {}
  Datum datum;
  std::uint16_t node;
  std::uint64_t counter = 0;
  StampClock clock{ClockKind::lamport};
  std::optional<Update> last;

  Reply write(CommandKind kind, std::int64_t a = 0, std::int64_t b = 0, const Context& c = {}) {
    const Token client = decode(c);
    auto prepared =
        datum.prepare({kind, 1, a, b}, {dot(node, counter + 1), Time{}, client, false}, clock);
    last = prepared.update;
    if (last) {
      ++counter;
      datum.apply(*last);
      prepared.reply.context = datum.written(*last, client);
    }
    return prepared.reply;
  }
  Reply read(CommandKind kind) const { return datum.read({kind, 1, 0, 0}); }
};

TEST(Datum, ABlindWriteDoesNotSupersedeWhatItsWriterNeverSaw) {
  Copy copy(Policy::siblings, Type::reg, 0);
  copy.write(CommandKind::write, 1);
  const Reply second = copy.write(CommandKind::write, 2);  // another client, which read nothing
  EXPECT_EQ(copy.read(CommandKind::read).elements, (std::vector<std::int64_t>{1, 2}));
  copy.write(CommandKind::write, 3, 0, second.context);  // it knows of its own write only
  EXPECT_EQ(copy.read(CommandKind::read).elements, (std::vector<std::int64_t>{1, 3}));
  copy.write(CommandKind::write, 4, 0, copy.read(CommandKind::read).context);
  EXPECT_EQ(copy.read(CommandKind::read).value, 4);
  EXPECT_TRUE(copy.read(CommandKind::read).elements.empty());
}

TEST(Datum, TheContextOfAClientThatOnlyWritesStaysSmall) {
  Copy copy(Policy::siblings, Type::reg, 0);
  copy.write(CommandKind::write, -1);  // a sibling that this client never reads
  Context context;
  for (int i = 0; i < 50; ++i) context = copy.write(CommandKind::write, i, 0, context).context;
  EXPECT_LE(context.size(), 3U + 2U * 2U);
  EXPECT_EQ(copy.datum.siblings(), (std::vector<std::int64_t>{-1, 49}));
}

TEST(Datum, CompareAndSetRefusesWhileThereAreSiblings) {
  Copy copy(Policy::siblings, Type::reg, 0);
  copy.write(CommandKind::write, 1);
  copy.write(CommandKind::write, 2);
  EXPECT_EQ(copy.write(CommandKind::cas, 2, 3).status, Status::mismatch);
  EXPECT_FALSE(copy.last.has_value());
  copy.write(CommandKind::write, 5, 0, copy.read(CommandKind::read).context);
  EXPECT_EQ(copy.write(CommandKind::cas, 5, 6).status, Status::ok);
}

TEST(Datum, ARemoveTakesAwayOnlyWhatItSaw) {
  Copy a(Policy::crdt, Type::set, 0), b(Policy::crdt, Type::set, 1);
  a.write(CommandKind::add, 7);
  b.datum.merge(a.datum);
  b.write(CommandKind::remove, 7);
  a.write(CommandKind::add, 7);  // concurrent with the remove
  a.datum.merge(b.datum);
  b.datum.merge(a.datum);
  EXPECT_EQ(a.read(CommandKind::members).elements, std::vector<std::int64_t>{7});
  EXPECT_EQ(a.datum, b.datum);
}

// A remove can arrive before the add it removes: the two come from different nodes.
TEST(Datum, ARemoveMayArriveFirst) {
  Copy a(Policy::crdt, Type::set, 0), b(Policy::crdt, Type::set, 1), c(Policy::crdt, Type::set, 2);
  a.write(CommandKind::add, 7);
  const Update add = *a.last;
  b.datum.apply(add);
  b.write(CommandKind::remove, 7);
  c.datum.apply(*b.last);
  EXPECT_TRUE(c.datum.tombstone());
  c.datum.apply(add);
  EXPECT_TRUE(c.read(CommandKind::members).elements.empty());
  EXPECT_EQ(c.datum, b.datum);
}

TEST(Datum, WhatWasDeletedIsRemembered) {
  for (const Policy policy : {Policy::lww, Policy::siblings, Policy::crdt, Policy::priority}) {
    Copy copy(policy, Type::set, 0);
    EXPECT_TRUE(copy.datum.empty() && copy.datum.blank() && !copy.datum.tombstone());
    copy.write(CommandKind::add, 7);
    const Datum before = copy.datum;
    EXPECT_FALSE(copy.datum.blank());
    copy.write(CommandKind::remove, 7);
    EXPECT_TRUE(copy.datum.tombstone());
    copy.datum.merge(before);
    EXPECT_TRUE(copy.datum.tombstone()) << "an older copy brings it back";
  }
}

TEST(Datum, TakesNothingFromWhereThereIsNothing) {
  for (const Policy policy : {Policy::lww, Policy::siblings, Policy::crdt}) {
    Copy set(policy, Type::set, 0), queue(policy, Type::queue, 0);
    EXPECT_EQ(set.write(CommandKind::remove, 1).status, Status::ok);
    EXPECT_FALSE(set.last.has_value());
    EXPECT_EQ(queue.write(CommandKind::dequeue).value, std::nullopt);
    EXPECT_FALSE(queue.last.has_value());
  }
}

TEST(Datum, OlderFencingTokensAreRefused) {
  for (const Policy policy : {Policy::lww, Policy::siblings, Policy::crdt}) {
    Copy copy(policy, Type::set, 0);
    EXPECT_EQ(copy.write(CommandKind::fenced_add, 1, 5).status, Status::ok);
    EXPECT_EQ(copy.write(CommandKind::fenced_add, 2, 4).status, Status::mismatch);
    EXPECT_EQ(copy.write(CommandKind::fenced_add, 3, 5).status, Status::ok);
    EXPECT_EQ(copy.read(CommandKind::members).elements, (std::vector<std::int64_t>{1, 3}));
  }
}

// A node that lost its own increments counts on in another row.
TEST(Datum, IncrementsOfANewLifeDoNotHideBehindThoseThatWereLost) {
  Copy a(Policy::crdt, Type::counter, 0), b(Policy::crdt, Type::counter, 1);
  for (int i = 0; i < 5; ++i) a.write(CommandKind::increment, 1);
  b.datum.merge(a.datum);
  StampClock clock;
  Datum again(Policy::crdt, Type::counter);  // the node comes back without its disk
  const auto prepared =
      again.prepare({CommandKind::increment, 1, 3, 0}, {dot(0, 1, 1), Time{}, {}, false}, clock);
  b.datum.apply(*prepared.update);
  EXPECT_EQ(b.read(CommandKind::count).value, 8);
}

TEST(Datum, BlocksNeverMeet) {
  EXPECT_EQ(block_id(dot(0, 1)), 1);
  std::vector<std::int64_t> ids;
  for (std::uint32_t life = 0; life < 3; ++life) {
    for (std::uint16_t node = 0; node < 64; ++node) {
      ids.push_back(block_id(dot(node, 1, life)));
      ids.push_back(block_id(dot(node, (1U << 29) - 1, life)));
    }
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
  EXPECT_GT(ids.front(), 0);
}

TEST(Datum, ItsDigestChangesWithEveryPart) {
  for (const Policy policy : {Policy::lww, Policy::siblings, Policy::crdt}) {
    Copy set(policy, Type::set, 0), counter(policy, Type::counter, 0);
    set.write(CommandKind::fenced_add, 4, 2);
    counter.write(CommandKind::increment, 4);
    for (Copy* copy : {&set, &counter}) {
      Datum datum = copy->datum;
      const std::uint64_t before = datum.digest();
      int unchanged = 0;
      const int changes = perturb(datum, [&] { unchanged += datum.digest() == before ? 1 : 0; });
      EXPECT_EQ(unchanged, 0);
      EXPECT_GT(changes, 12);
      EXPECT_EQ(datum, copy->datum) << "the test itself must undo its changes";
    }
  }
}

}  // namespace
}  // namespace tribunal::sut::replicated
