// What opening a log makes of every way in which its bytes may be wrong.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/processes/file_log.h"
#include "cluster/processes/log_format.h"
#include "tests/processes/log_fixture.h"

namespace tribunal::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Texts texts{"first", "", "the third", "4"};

struct LogImage {
  std::string name;
  std::string bytes;
  std::vector<std::size_t> ends{24};  // of the header and of each record
  std::uint64_t number = 1;
};
LogImage image_of(std::uint64_t number) {
  wire::Bytes bytes;
  append_log_header(bytes, number);
  LogImage image;
  image.number = number;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    append_record(bytes, number, i, bytes_of(texts[i]));
    image.ends.push_back(bytes.size());
  }
  image.bytes = string_of(bytes);
  image.name = std::to_string(number) + ".log";
  return image;
}
Texts first_texts(std::size_t count) {
  return {texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(count)};
}
// How many records end at or before `length`.
std::size_t whole_records(const LogImage& image, std::size_t length) {
  std::size_t count = 0;
  while (count < texts.size() && image.ends[count + 1] <= length) ++count;
  return count;
}

void put(const TemporaryDirectory& directory, const LogImage& image, std::string_view bytes) {
  directory.clear();
  write_file(directory / image.name, bytes);
}

class DamagedLog : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  const LogImage image = image_of(GetParam());
  const TemporaryDirectory directory;
};
INSTANTIATE_TEST_SUITE_P(FirstAndLaterFiles, DamagedLog, ::testing::Values(1, 2));

TEST_P(DamagedLog, CutAnywhereKeepsEveryWholeRecord) {
  for (std::size_t length = 0; length <= image.bytes.size(); ++length) {
    put(directory, image, std::string_view(image.bytes).substr(0, length));
    Opened opened(directory.path());
    if (GetParam() == 2 && length < image.ends[1]) {  // it was complete before it had its name
      ASSERT_FALSE(opened.ok()) << length;
      continue;
    }
    ASSERT_TRUE(opened.ok()) << opened.error();
    const std::size_t whole = whole_records(image, length);
    ASSERT_EQ(opened.texts(), first_texts(whole));
    const std::size_t end = length < 24 ? 0 : image.ends[whole];
    const bool zeros = image.bytes.find_first_not_of('\0', end) >= length;  // no trace of a record
    const std::size_t torn = zeros ? 0 : length - end;
    ASSERT_EQ(opened.recovered.cut_bytes, torn);
    ASSERT_EQ(opened.recovered.cut_records, torn > 0 ? 1u : 0u);

    ASSERT_TRUE(store(opened.log(), {"next"}));
    Texts expected = first_texts(whole);
    expected.push_back("next");
    Opened again(directory.path());
    ASSERT_EQ(again.texts(), expected) << again.error();
    ASSERT_EQ(again.recovered.cut_bytes, 0u);
  }
}

TEST_P(DamagedLog, CutBelowTheDurableMarkIsRefused) {
  for (const std::size_t durable : image.ends) {
    for (std::size_t length = 24; length <= image.bytes.size(); ++length) {
      put(directory, image, std::string_view(image.bytes).substr(0, length));
      set_mark(directory.path(), {image.number, durable});
      const Opened opened(directory.path());
      const bool acceptable = length >= durable && (image.number == 1 || length >= image.ends[1]);
      ASSERT_EQ(opened.ok(), acceptable) << durable << " " << length << " " << opened.error();
    }
  }
}

TEST_P(DamagedLog, AnyBitFlippedIsRefusedOrCutFromTheEnd) {
  for (const bool marked : {false, true}) {
    for (std::size_t bit = 0; bit < 8 * image.bytes.size(); ++bit) {
      std::string bytes = image.bytes;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
      put(directory, image, bytes);
      if (marked) set_mark(directory.path(), {image.number, bytes.size()});
      const Opened opened(directory.path());
      // Only a last record of which nothing says that it was durable passes for a torn one.
      ASSERT_EQ(opened.ok(), !marked && bit / 8 >= image.ends[3]) << bit << " " << opened.error();
      if (opened.ok()) {
        ASSERT_EQ(opened.texts(), first_texts(3));
        ASSERT_EQ(opened.recovered.cut_records, 1u);
      } else {
        ASSERT_EQ(read_file(directory / image.name), bytes);  // evidence is left alone
      }
    }
  }
}

TEST_P(DamagedLog, WithoutChecksumsOnlyLengthsEndIt) {
  for (std::size_t bit = 8 * 24; bit < 8 * image.bytes.size(); ++bit) {
    std::string bytes = image.bytes;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    put(directory, image, bytes);
    set_mark(directory.path(), {image.number, bytes.size()});
    const Opened opened(directory.path(), false);
    ASSERT_TRUE(opened.ok()) << opened.error();
    const std::size_t record = whole_records(image, bit / 8);
    const std::size_t offset = bit / 8 - image.ends[record];
    if (offset >= 4) {  // not in its length
      ASSERT_EQ(opened.texts().size(), texts.size());
      ASSERT_EQ(opened.texts() == texts, offset < 17);
    }
  }
}

TEST_P(DamagedLog, ZerosBehindTheLastRecordAreACleanEnd) {
  for (const bool checksums : {false, true}) {
    put(directory, image, image.bytes + std::string(5000, '\0'));
    Opened opened(directory.path(), checksums);
    ASSERT_TRUE(opened.ok()) << opened.error();
    EXPECT_EQ(opened.texts(), texts);
    EXPECT_EQ(opened.recovered.cut_bytes, 0u);
    EXPECT_EQ(opened.recovered.cut_records, 0u);
    ASSERT_TRUE(store(opened.log(), {"next"}));
    EXPECT_EQ(Opened(directory.path()).texts().size(), texts.size() + 1);
  }
}

TEST_P(DamagedLog, ARecordThatIsMissingIsNoticed) {
  for (std::size_t gone = 0; gone + 1 < texts.size(); ++gone) {
    std::string bytes = image.bytes;
    bytes.erase(image.ends[gone], image.ends[gone + 1] - image.ends[gone]);
    put(directory, image, bytes);
    const Opened opened(directory.path());
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.error(), HasSubstr("expected record " + std::to_string(gone) +
                                          ", found record " + std::to_string(gone + 1)));
  }
}

TEST_P(DamagedLog, ARecordFromElsewhereIsNotBelieved) {
  wire::Bytes stale;
  append_record(stale, image.number + 1, texts.size(), bytes_of("of another file"));
  append_record(stale, image.number, 1, bytes_of("of an earlier place"));
  put(directory, image, image.bytes + string_of(stale));
  const Opened opened(directory.path());
  ASSERT_TRUE(opened.ok()) << opened.error();
  EXPECT_EQ(opened.texts(), texts);
  EXPECT_EQ(opened.recovered.cut_bytes, stale.size());
}

TEST(HostileLog, SaysWhatItIsNot) {
  const TemporaryDirectory directory;
  const LogImage image = image_of(1);
  const auto error_of = [&](std::size_t at, std::string_view bytes) {
    std::string all = image.bytes;
    all.replace(at, bytes.size(), bytes);
    put(directory, image, all);
    return Opened(directory.path()).error();
  };
  EXPECT_THAT(error_of(0, "SQLite"), HasSubstr("1.log: byte 0: expected the log of a replica"));
  EXPECT_THAT(error_of(8, "\x02"),
              HasSubstr("byte 8: expected version 1 of the format, found version 2"));
  EXPECT_THAT(error_of(12, "\x07"), HasSubstr("byte 12: expected file number 1, found 7"));
  EXPECT_THAT(error_of(20, "abcd"), HasSubstr("byte 20: expected checksum "));
  EXPECT_THAT(error_of(image.ends[1], "\xff\xff\xff\xff"),
              HasSubstr("byte 46: expected record 1, found a length of 4294967295 with 44 bytes "
                        "left; a valid record follows at byte 63, so this is damage"));
}

TEST(HostileLog, RefusesAFileThatIsTooShortForItsHeader) {
  const TemporaryDirectory directory;
  write_file(directory / "2.log", "");
  EXPECT_THAT(Opened(directory.path()).error(),
              HasSubstr("expected a header of 24 bytes, found a file of 0"));
  directory.clear();
  write_file(directory / "1.log", "TRIBxyz");
  EXPECT_FALSE(Opened(directory.path()).ok());
}

TEST(HostileLog, RefusesFlagsThatItDoesNotKnow) {
  wire::Bytes bytes;
  append_log_header(bytes, 2);
  append_record(bytes, 2, 0, bytes_of("state"));
  const std::size_t first = 24;
  bytes[first + 16] = std::byte{3};
  wire::Bytes covered(8, std::byte{0});
  covered[0] = std::byte{2};
  const auto add = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) covered.push_back(bytes[first + i]);
  };
  add(0, 4);
  add(8, 17 + 5);
  const std::uint32_t checksum = wire::crc32c(covered);
  for (std::size_t i = 0; i < 4; ++i)
    bytes[first + 4 + i] = static_cast<std::byte>(checksum >> (8 * i));
  const TemporaryDirectory directory;
  write_file(directory / "2.log", string_of(bytes));
  EXPECT_THAT(Opened(directory.path()).error(),
              HasSubstr("byte 24: expected record 0, found flags 3; a file begins with"));
}

TEST(HostileLog, SpendsABoundedTimeLookingForRecords) {
  // Every 17 bytes something that could be a long record, if only its checksum fitted.
  wire::Bytes bytes;
  append_log_header(bytes, 1);
  std::string all = string_of(bytes);
  const std::string candidate("\x00\x00\x04\x00????\x01\x00\x00\x00\x00\x00\x00\x00\x00", 17);
  for (int i = 0; i < 40'000; ++i) all += candidate;
  const TemporaryDirectory directory;
  write_file(directory / "1.log", all);
  EXPECT_THAT(Opened(directory.path()).error(), HasSubstr("too many may follow at byte"));
}

TEST(HostileLog, AMarkThatNamesALaterFileMeansThatItIsLost) {
  const TemporaryDirectory directory;
  const LogImage image = image_of(1);
  put(directory, image, image.bytes);
  set_mark(directory.path(), {2, 100});
  EXPECT_THAT(
      Opened(directory.path()).error(),
      HasSubstr("2.log: expected this file, of which 100 bytes were durable; found an older one"));
  directory.clear();
  set_mark(directory.path(), {2, 100});
  EXPECT_THAT(Opened(directory.path()).error(), HasSubstr("found none"));
}

TEST(HostileLog, AMarkThatIsDamagedIsNoMark) {
  const TemporaryDirectory directory;
  const LogImage image = image_of(1);
  for (const std::string& mark :
       {std::string(), std::string("x"), std::string(72, '\0'), std::string(72, '\xff')}) {
    put(directory, image, image.bytes.substr(0, image.bytes.size() - 1));
    write_file(directory / "synced", mark);
    Opened opened(directory.path());
    ASSERT_TRUE(opened.ok()) << opened.error();
    EXPECT_EQ(opened.texts(), first_texts(3));
    EXPECT_EQ(DurableMark::read(directory.path()), (Mark{1, image.ends[3]}));
  }
}

// Each word of the slot that is written may or may not have arrived when its writer died.
TEST(DurableMark, IsTheOldOrTheNewOneWhateverWordsWereWritten) {
  const TemporaryDirectory directory;
  const auto words_after = [&](const std::vector<Mark>& marks) {
    directory.clear();
    for (const Mark mark : marks) set_mark(directory.path(), mark);
    return read_file(directory / "synced");
  };
  const std::vector<Mark> marks{{1, 24}, {1, 100}, {1, 250}, {2, 60}, {2, 300}};
  for (std::size_t count = 1; count < marks.size(); ++count) {
    const std::vector<Mark> before(marks.begin(),
                                   marks.begin() + static_cast<std::ptrdiff_t>(count));
    std::vector<Mark> after = before;
    after.push_back(marks[count]);
    const std::string old = words_after(before);
    const std::string now = words_after(after);
    for (unsigned arrived = 0; arrived < 512; ++arrived) {
      std::string mixed = old;
      for (std::size_t word = 0; word < 9; ++word)
        if ((arrived >> word & 1) != 0) mixed.replace(8 * word, 8, now, 8 * word, 8);
      write_file(directory / "synced", mixed);
      const auto mark = DurableMark::read(directory.path());
      ASSERT_TRUE(mark);
      ASSERT_EQ(*mark, mixed == now ? marks[count] : marks[count - 1]);
    }
  }
}

TEST(UnusableDirectory, IsAnErrorThatNamesIt) {
  const TemporaryDirectory directory;
  EXPECT_EQ(Opened(directory / "missing").error(),
            directory / "missing: cannot list: No such file or directory");
  write_file(directory / "file", "");
  EXPECT_THAT(Opened(directory / "file").error(), HasSubstr("file: cannot list: Not a directory"));
  std::filesystem::create_directory(directory / "1.log");
  EXPECT_THAT(Opened(directory.path()).error(),
              HasSubstr("1.log: expected a file, found something else"));
}

TEST(UnusableDirectory, FilesOfOthersAreLeftAlone) {
  const TemporaryDirectory directory;
  const Texts others{"0.log", "01.log", "1.log.old", "node.log", "notes.log.new", "x1.log"};
  for (const std::string& name : others) write_file(directory / name, name);
  const Opened opened(directory.path());
  ASSERT_TRUE(opened.ok()) << opened.error();
  for (const std::string& name : others) EXPECT_EQ(read_file(directory / name), name);
}

// docs/formats.md shows this file.
TEST(LogFormat, IsTheOneOfTheDocument) {
  wire::Bytes bytes;
  append_log_header(bytes, 2);
  append_record(bytes, 2, 0, bytes_of("state"));
  append_record(bytes, 2, 1, bytes_of("x=1"));
  std::string hex;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    hex += fmt::format("{:02x}{}", std::to_integer<int>(bytes[i]), i % 16 == 15 ? '\n' : ' ');
  hex.pop_back();
  const std::string document = read_file(TRIBUNAL_SOURCE_DIR "/docs/formats.md");
  EXPECT_NE(document.find("```\n" + hex + "\n```"), std::string::npos) << hex;

  const TemporaryDirectory directory;
  bytes[bytes.size() - 3] ^= std::byte{1};
  write_file(directory / "2.log", string_of(bytes));
  set_mark(directory.path(), {2, bytes.size()});
  const std::string error = "d" + Opened(directory.path()).error().substr(directory.path().size());
  EXPECT_NE(document.find("```\n" + error + "\n```"), std::string::npos) << error;
}

}  // namespace
}  // namespace tribunal::cluster
