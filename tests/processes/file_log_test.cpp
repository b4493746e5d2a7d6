// The durable log of a replica: its life, its faults, and what the harness may do to it.
#include "cluster/processes/file_log.h"

#include <set>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/processes/log_format.h"
#include "tests/processes/log_fixture.h"

namespace tribunal::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(FileLog, IsEmptyAtFirst) {
  const TemporaryDirectory directory;
  Opened opened(directory.path());
  ASSERT_TRUE(opened.ok()) << opened.error();
  EXPECT_THAT(opened.texts(), IsEmpty());
  EXPECT_FALSE(opened.log().dirty());
  EXPECT_FALSE(opened.log().fatal());
  EXPECT_THAT(directory.names(), ElementsAre("1.log", "synced"));
  EXPECT_TRUE(log_is_empty(directory.path()));
}

TEST(FileLog, GivesBackWhatWasSyncedAndGoesOnFromThere) {
  const TemporaryDirectory directory(true);
  const std::string large(300'000, 'x');
  {
    Opened opened(directory.path());
    ASSERT_TRUE(store(opened.log(), {"one", "", large}));
  }
  {
    Opened opened(directory.path());
    ASSERT_TRUE(opened.ok()) << opened.error();
    EXPECT_THAT(opened.texts(), ElementsAre("one", "", large));
    EXPECT_EQ(opened.recovered.cut_bytes, 0u);
    ASSERT_TRUE(store(opened.log(), {"four"}));
  }
  Opened opened(directory.path());
  EXPECT_THAT(opened.texts(), ElementsAre("one", "", large, "four"));
  EXPECT_FALSE(log_is_empty(directory.path()));
}

TEST(FileLog, WritesNothingBeforeASync) {
  const TemporaryDirectory directory;
  Opened opened(directory.path());
  ASSERT_TRUE(store(opened.log(), {"kept"}));
  const std::string before = read_file(directory / "1.log");
  ASSERT_TRUE(opened.log().append(bytes_of("lost"), false));
  EXPECT_TRUE(opened.log().dirty());
  EXPECT_EQ(read_file(directory / "1.log"), before);
  EXPECT_THAT(Opened(directory.path()).texts(), ElementsAre("kept"));
}

TEST(FileLog, CountsTheSyncsThatDidSomething) {
  const TemporaryDirectory directory;
  Opened opened(directory.path());
  EXPECT_TRUE(opened.log().sync());  // nothing to do
  EXPECT_EQ(opened.log().syncs(), 0u);
  ASSERT_TRUE(store(opened.log(), {"a", "b"}));
  ASSERT_TRUE(store(opened.log(), {"c"}, true));
  EXPECT_EQ(opened.log().syncs(), 2u);
  EXPECT_EQ(opened.log().bytes_written(), 2 * (17u + 1) + 24 + 17 + 1);
}

TEST(FileLog, MovesWithItsState) {
  const TemporaryDirectory directory;
  Opened opened(directory.path());
  opened.log().faults.full = true;
  FileLog moved(std::move(opened.log()));
  EXPECT_TRUE(moved.faults.full);
  moved.faults = {};
  ASSERT_TRUE(store(moved, {"a"}));
  EXPECT_THAT(Opened(directory.path()).texts(), ElementsAre("a"));
}

// ---- checkpoints ----

TEST(FileLogCheckpoint, StartsTheNextFileAndDropsTheOld) {
  const TemporaryDirectory directory;
  {
    Opened opened(directory.path());
    ASSERT_TRUE(store(opened.log(), {"a", "b"}));
    ASSERT_TRUE(store(opened.log(), {"checkpoint", "c"}, true));
    EXPECT_THAT(directory.names(), ElementsAre("2.log", "synced"));
    ASSERT_TRUE(store(opened.log(), {"d"}));
  }
  Opened opened(directory.path());
  EXPECT_THAT(opened.texts(), ElementsAre("checkpoint", "c", "d"));
  ASSERT_TRUE(store(opened.log(), {"again"}, true));
  EXPECT_THAT(directory.names(), ElementsAre("3.log", "synced"));
  EXPECT_THAT(Opened(directory.path()).texts(), ElementsAre("again"));
}

TEST(FileLogCheckpoint, MakesEarlierRecordsThatWereNotSyncedUnnecessary) {
  const TemporaryDirectory directory;
  Opened opened(directory.path());
  ASSERT_TRUE(opened.log().append(bytes_of("before"), false));
  ASSERT_TRUE(opened.log().append(bytes_of("first"), true));
  ASSERT_TRUE(opened.log().append(bytes_of("between"), false));
  ASSERT_TRUE(opened.log().append(bytes_of("second"), true));
  ASSERT_TRUE(opened.log().append(bytes_of("after"), false));
  ASSERT_TRUE(opened.log().sync());
  EXPECT_EQ(opened.log().bytes_written(), 24 + 17 + 6 + 17 + 5u);
  EXPECT_THAT(Opened(directory.path()).texts(), ElementsAre("second", "after"));
}

TEST(FileLogCheckpoint, LeavesOneOfTheTwoStatesWhereverACrashFalls) {
  const TemporaryDirectory directory;
  {
    Opened opened(directory.path());
    ASSERT_TRUE(store(opened.log(), {"a", "b"}));
  }
  const std::string old = read_file(directory / "1.log");
  const std::string old_mark = read_file(directory / "synced");
  {
    Opened opened(directory.path());
    ASSERT_TRUE(store(opened.log(), {"checkpoint"}, true));
  }
  const std::string next = read_file(directory / "2.log");

  // The new file is incomplete, or complete under its unfinished name.
  for (std::size_t length = 0; length <= next.size(); ++length) {
    directory.clear();
    write_file(directory / "1.log", old);
    write_file(directory / "2.log.new", next.substr(0, length));
    write_file(directory / "synced", old_mark);
    Opened opened(directory.path());
    ASSERT_TRUE(opened.ok()) << opened.error();
    EXPECT_THAT(opened.texts(), ElementsAre("a", "b"));
    EXPECT_THAT(directory.names(), ElementsAre("1.log", "synced"));
    ASSERT_TRUE(store(opened.log(), {"another"}, true));
    EXPECT_THAT(Opened(directory.path()).texts(), ElementsAre("another"));
  }

  // It has its name; the mark and the old file are as they were.
  directory.clear();
  write_file(directory / "1.log", old);
  write_file(directory / "2.log", next);
  write_file(directory / "synced", old_mark);
  EXPECT_EQ(tear_unsynced(directory.path(), 0).value(), 0u);
  EXPECT_THAT(Opened(directory.path()).texts(), ElementsAre("checkpoint"));
  EXPECT_THAT(directory.names(), ElementsAre("2.log", "synced"));
}

// ---- faults ----

TEST(FileLogFault, AFullDiskRefusesRecordsAndKeepsTheOthers) {
  const TemporaryDirectory directory;
  Opened opened(directory.path());
  ASSERT_TRUE(opened.log().append(bytes_of("before"), false));
  opened.log().faults.full = true;
  EXPECT_FALSE(opened.log().append(bytes_of("refused"), false));
  EXPECT_FALSE(opened.log().append(bytes_of("refused"), true));
  EXPECT_TRUE(opened.log().sync());
  opened.log().faults = {};
  ASSERT_TRUE(store(opened.log(), {"after"}));
  EXPECT_THAT(Opened(directory.path()).texts(), ElementsAre("before", "after"));
}

TEST(FileLogFault, AnErrorKeepsNothingSinceTheLastSync) {
  const TemporaryDirectory directory;
  Opened opened(directory.path());
  ASSERT_TRUE(store(opened.log(), {"before"}));
  opened.log().faults.error = true;
  const Status failed = store(opened.log(), {"lost"});
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("1.log: cannot sync: Input/output error"));
  EXPECT_FALSE(opened.log().dirty());
  EXPECT_FALSE(store(opened.log(), {"lost", "too"}, true));
  EXPECT_FALSE(opened.log().fatal());
  opened.log().faults = {};
  ASSERT_TRUE(store(opened.log(), {"after"}));
  EXPECT_THAT(Opened(directory.path()).texts(), ElementsAre("before", "after"));
  EXPECT_THAT(directory.names(), ElementsAre("1.log", "synced"));
}

TEST(FileLogFault, ALieIsFoundOutByACrashOnly) {
  const TemporaryDirectory directory;
  Opened opened(directory.path());
  opened.log().faults.lie = true;
  EXPECT_TRUE(store(opened.log(), {"a"}));
  EXPECT_TRUE(opened.log().dirty());
  EXPECT_EQ(opened.log().syncs(), 0u);
  EXPECT_THAT(Opened(directory.path()).texts(), IsEmpty());
  opened.log().faults = {};
  EXPECT_TRUE(store(opened.log(), {"b"}));
  EXPECT_THAT(Opened(directory.path()).texts(), ElementsAre("a", "b"));
}

// ---- the harness ----

// A log in which the last records were written and its writer died before they were durable.
void write_without_sync(const TemporaryDirectory& directory) {
  {
    Opened opened(directory.path());
    EXPECT_TRUE(store(opened.log(), {"durable"}));
  }
  const std::string whole = read_file(directory / "1.log");
  wire::Bytes more;
  append_record(more, 1, 1, bytes_of("second"));
  append_record(more, 1, 2, bytes_of("third"));
  write_file(directory / "1.log", whole + string_of(more));
}

TEST(TearUnsynced, KeepsAPartOfWhatWasNotDurable) {
  constexpr std::uint64_t second = 17 + 6;
  constexpr std::uint64_t unsynced = second + 17 + 5;
  for (std::uint64_t kept = 0; kept <= unsynced; ++kept) {
    const TemporaryDirectory directory;
    write_without_sync(directory);
    const auto millionths =
        static_cast<std::uint32_t>((kept * 1'000'000 + unsynced - 1) / unsynced);
    const auto lost = tear_unsynced(directory.path(), millionths);
    ASSERT_TRUE(lost) << lost.error().message;
    ASSERT_EQ(*lost, unsynced - kept);
    Opened opened(directory.path());
    ASSERT_TRUE(opened.ok()) << opened.error();
    const std::size_t whole = kept < second ? 1 : kept < unsynced ? 2 : 3;
    EXPECT_EQ(opened.texts().size(), whole);
    const std::uint64_t torn = whole == 1 ? kept : whole == 2 ? kept - second : 0;
    EXPECT_EQ(opened.recovered.cut_bytes, torn);
    EXPECT_EQ(opened.recovered.cut_records, torn > 0 ? 1u : 0u);
  }
}

TEST(TearUnsynced, LosesNothingThatIsDurable) {
  const TemporaryDirectory directory;
  {
    Opened opened(directory.path());
    ASSERT_TRUE(store(opened.log(), {"a", "b"}));
  }
  EXPECT_EQ(tear_unsynced(directory.path(), 0).value(), 0u);
  EXPECT_THAT(Opened(directory.path()).texts(), ElementsAre("a", "b"));
  write_without_sync(directory);
  EXPECT_EQ(Opened(directory.path()).texts().size(), 3u);  // recovery made them durable
  EXPECT_EQ(tear_unsynced(directory.path(), 0).value(), 0u);
  EXPECT_EQ(tear_unsynced(directory.path(), 4'000'000).value(), 0u);
  EXPECT_FALSE(tear_unsynced(directory / "missing", 0));
}

TEST(FlipBit, ReachesEveryBitOfEveryRecordAndNothingElse) {
  const TemporaryDirectory directory;
  {
    Opened opened(directory.path());
    ASSERT_TRUE(store(opened.log(), {"a", "bc"}));
  }
  const std::string whole = read_file(directory / "1.log");
  std::set<std::pair<std::uint64_t, char>> reached;
  for (std::uint64_t which = 0; which < 2; ++which) {
    for (std::uint64_t bit = 0; bit < 8 * 19; ++bit) {
      write_file(directory / "1.log", whole);
      const auto at = flip_bit_on_disk(directory.path(), which + 10, bit);
      ASSERT_TRUE(at) << at.error().message;
      std::string flipped = read_file(directory / "1.log");
      reached.insert({*at, static_cast<char>(flipped[*at] ^ whole[*at])});
      flipped[*at] = whole[*at];
      ASSERT_EQ(flipped, whole);
      ASSERT_GE(*at, 24u);
    }
  }
  EXPECT_EQ(reached.size(), 8 * (whole.size() - 24));
}

TEST(FlipBit, IsNoticedEvenInTheLastRecord) {
  const TemporaryDirectory directory;
  {
    Opened opened(directory.path());
    ASSERT_TRUE(store(opened.log(), {"a", "b"}));
  }
  ASSERT_TRUE(flip_bit_on_disk(directory.path(), 1, 8 * 17));
  const Opened opened(directory.path());
  EXPECT_EQ(opened.error().substr(directory.path().size()),
            "/1.log: byte 42: expected record 1, found checksum 71c955e7 for bytes that have "
            "83a2d6e4; everything before byte 60 was durable, so this is damage");
}

TEST(FlipBit, NeedsARecord) {
  const TemporaryDirectory directory;
  EXPECT_FALSE(flip_bit_on_disk(directory.path(), 0, 0));
  EXPECT_TRUE(log_is_empty(directory.path()));
  { const Opened opened(directory.path()); }
  EXPECT_FALSE(flip_bit_on_disk(directory.path(), 0, 0));
  EXPECT_FALSE(flip_bit_on_disk(directory / "missing", 0, 0));
  EXPECT_TRUE(log_is_empty(directory / "missing"));
}

TEST(FlipBit, PassesUnnoticedWithoutChecksums) {
  const TemporaryDirectory directory;
  {
    Opened opened(directory.path(), false);
    ASSERT_TRUE(store(opened.log(), {"a", "b"}));
  }
  ASSERT_TRUE(flip_bit_on_disk(directory.path(), 0, 8 * 17 + 1));
  EXPECT_THAT(Opened(directory.path(), false).texts(), ElementsAre("c", "b"));
}

}  // namespace
}  // namespace tribunal::cluster
