// Whatever a history holds survives every format, in every order of formats.
#include <functional>

#include <gtest/gtest.h>

#include "history/files.h"
#include "tests/history/support.h"
#include "tests/scale.h"

namespace tribunal::history {
namespace {

using testing::Random;

struct Writer {
  Format format;
  std::function<std::string(const History&)> write;
};

const std::vector<Writer>& writers() {
  static const std::vector<Writer> all{
      {Format::edn,
       [](const History& history) {
         std::string out;
         write_edn(history, out);
         return out;
       }},
      {Format::jsonl,
       [](const History& history) {
         std::string out;
         write_jsonl(history, out);
         return out;
       }},
      {Format::binary, [](const History& history) { return write_binary(history); }},
  };
  return all;
}

testing::Shape random_shape(Random& random) {
  return {.events = random.below(60), .processes = 1 + random.below(6), .plain = random.chance(30)};
}

// Fails unless `file` reads as an equal history; gives that history.
History read_back(const std::string& file, Format format, const History& original,
                  std::size_t chunk = 1 << 18) {
  ReadReport report;
  auto history = read_text(file, "file", {.report = &report, .chunk = chunk});
  EXPECT_TRUE(history.ok()) << history.error().show() << "\n" << file;
  if (!history.ok()) return {};
  if (format != Format::jsonl || !original.empty()) {  // [] is EDN as well
    EXPECT_EQ(report.format, format);
  }
  EXPECT_FALSE(report.torn);
  EXPECT_EQ(history->size(), original.size());
  EXPECT_EQ(history->content_hash(), original.content_hash()) << file;
  return std::move(*history);
}

TEST(Formats, GiveBackEveryHistory) {
  for (std::uint64_t seed = 0; seed < scaled(6'000); ++seed) {
    Random random(seed);
    const History history = testing::random_history(random, random_shape(random));
    for (const Writer& writer : writers()) read_back(writer.write(history), writer.format, history);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST(Formats, GiveBackTheSameTextThroughChains) {
  for (std::uint64_t seed = 0; seed < scaled(2'000); ++seed) {
    Random random(seed + 1'000'000);
    const History original = testing::random_history(random, random_shape(random));
    const std::string text = writers()[0].write(original);
    History history = original;
    for (int step = 0; step < 5; ++step) {
      const Writer& writer = writers()[random.below(writers().size())];
      history = read_back(writer.write(history), writer.format, original);
    }
    EXPECT_EQ(writers()[0].write(history), text);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST(Formats, ReadTheSameInChunksOfAnySize) {
  for (std::uint64_t seed = 0; seed < scaled(1'500); ++seed) {
    Random random(seed + 2'000'000);
    const History history = testing::random_history(random, random_shape(random));
    for (const Writer& writer : writers()) {
      read_back(writer.write(history), writer.format, history, 1 + random.below(20));
    }
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST(Values, AreReadBackFromTheirText) {
  for (std::uint64_t seed = 0; seed < scaled(100'000); ++seed) {
    Random random(seed + 3'000'000);
    const Value value = testing::random_value(random, 4);
    const auto history = read_text("{:process 0 :type :invoke :f :x :value " + value.show() + "}",
                                   "v", {.format = Format::edn});
    ASSERT_TRUE(history.ok()) << history.error().show() << "\n" << value.show();
    ASSERT_EQ(history->value(history->event(0).value), value) << value.show();
  }
}

TEST(ContentHash, DiffersWhenOneEventDiffers) {
  for (std::uint64_t seed = 0; seed < scaled(2'000); ++seed) {
    Random random(seed + 4'000'000);
    const History history = testing::random_history(random, {.events = 1 + random.below(40)});
    const auto changed = static_cast<std::uint32_t>(random.below(history.size()));
    History other = History{};
    for (std::uint32_t i = 0; i < history.size(); ++i) {
      Event event = history.event(i);
      event.f = other.symbol(history.name(event.f));
      event.value = other.intern(history.value(event.value));
      event.key = other.intern(history.value(event.key));
      event.error = other.intern(history.value(event.error));
      if (i == changed) event.value = other.intern(Value::string("no other value is this one"));
      ASSERT_TRUE(other.append(event).ok());
    }
    ASSERT_NE(other.content_hash(), history.content_hash()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tribunal::history
