#include "sut/single_leader/log.h"

#include <gtest/gtest.h>

namespace tribunal::sut::single_leader {
namespace {

Entry entry(std::uint64_t term, std::int64_t value) {
  return {term,
          Time{value},
          {ClientId{1}, static_cast<std::uint64_t>(value)},
          {CommandKind::write, 1, value, 0}};
}

Log log_of_terms(std::initializer_list<std::uint64_t> terms) {
  Log log;
  for (std::uint64_t term : terms)
    log.append(entry(term, static_cast<std::int64_t>(log.last_index() + 1)));
  return log;
}

TEST(Log, StartsBeforeTheFirstEntry) {
  const Log log;
  EXPECT_EQ(log.last_index(), 0U);
  EXPECT_EQ(log.last_term(), 0U);
  EXPECT_EQ(log.chain_at(0), 0U);
}

TEST(Log, ChainsCoverEveryMemberOfEveryEntryBefore) {
  const Log base = log_of_terms({1, 1, 2});
  for (int member = 0; member < 8; ++member) {
    Entry changed = entry(1, 1);
    if (member == 0) changed.term = 2;
    if (member == 1) changed.wall += Duration{1};
    if (member == 2) changed.id.client = ClientId{2};
    if (member == 3) ++changed.id.sequence;
    if (member == 4) changed.command.kind = CommandKind::add;
    if (member == 5) ++changed.command.key;
    if (member == 6) ++changed.command.a;
    if (member == 7) ++changed.command.b;
    Log log;
    log.append(changed);
    log.append(entry(1, 2));
    log.append(entry(2, 3));
    for (std::uint64_t i = 1; i <= 3; ++i) EXPECT_NE(log.chain_at(i), base.chain_at(i)) << member;
  }
}

TEST(Log, ForgetsEntriesButKeepsTheirPlaceAndChain) {
  Log log = log_of_terms({1, 1, 2, 3, 3});
  const Log whole = log;
  log.compact(3);
  EXPECT_EQ(log.base_index(), 3U);
  EXPECT_EQ(log.last_index(), 5U);
  EXPECT_EQ(log.term_at(3), 2U);
  for (std::uint64_t i = 3; i <= 5; ++i) EXPECT_EQ(log.position(i), whole.position(i));
  EXPECT_EQ(log.copy(4, 10), whole.copy(4, 10));
  Log longer = whole;
  EXPECT_EQ(log.append(entry(4, 6)), longer.append(entry(4, 6)));
  log.compact(6);
  EXPECT_EQ(log.last_term(), 4U);
  EXPECT_EQ(log.last_wall(), Time{6});
}

TEST(Log, TruncatesFromAnIndexOn) {
  Log log = log_of_terms({1, 1, 2, 3});
  log.truncate_from(3);
  EXPECT_EQ(log, log_of_terms({1, 1}));
  log.truncate_from(3);
  EXPECT_EQ(log.last_index(), 2U);
}

TEST(Log, CopiesAtMostTheLimit) {
  const Log log = log_of_terms({1, 1, 2, 3});
  EXPECT_EQ(log.copy(2, 2).size(), 2U);
  EXPECT_EQ(log.copy(2, 2).front(), log.at(2));
  EXPECT_EQ(log.copy(4, 9).size(), 1U);
  EXPECT_TRUE(log.copy(5, 9).empty());
}

TEST(Log, FindsWhereATermBegins) {
  Log log = log_of_terms({1, 1, 2, 2, 2, 4});
  EXPECT_EQ(log.before_term_of(5), 2U);
  EXPECT_EQ(log.before_term_of(6), 5U);
  EXPECT_EQ(log.before_term_of(2), 0U);
  log.compact(4);
  EXPECT_EQ(log.before_term_of(5), 4U) << "no further than what is held";
}

}  // namespace
}  // namespace tribunal::sut::single_leader
