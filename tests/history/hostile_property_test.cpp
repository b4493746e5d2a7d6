// Damaged files of every format: either they read, and then as a history that obeys all rules, or
// there is an error with a position. Never a crash (run this with sanitizers).
#include <zstd.h>

#include <gtest/gtest.h>

#include "history/files.h"
#include "tests/history/blocks.h"
#include "tests/history/support.h"
#include "tests/scale.h"

namespace tribunal::history {
namespace {

using testing::Random;

constexpr Format text_formats[] = {Format::edn, Format::jsonl, Format::jepsen_log,
                                   Format::porcupine_kv};

std::string log_of(const History& history) {
  std::string out;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    const Event event = history.event(i);
    out += "INFO  jepsen.util - ";
    out += event.process == Process::nemesis ? ":nemesis" : std::to_string(index(event.process));
    out.append("\t:").append(name(event.type)).append("\t:").append(history.name(event.f));
    out += "\t" + history.value(event.value).show() + "\n";
  }
  return out;
}

std::string porcupine_of(const History& history) {
  std::string out;
  for (std::uint32_t i = 0; i < history.size(); ++i) {
    const Event event = history.event(i);
    out += "{:process ";
    out += event.process == Process::nemesis ? ":nemesis" : std::to_string(index(event.process));
    out.append(", :type :").append(name(event.type)).append(", :f :").append(history.name(event.f));
    out += ", :key \"0\", :value " + history.value(event.value).show() + "}\n";
  }
  return out;
}

std::string valid_file(Random& random, Format format) {
  const bool plain =
      format == Format::jepsen_log || format == Format::porcupine_kv || random.chance(50);
  const History history = testing::random_history(
      random, {.events = 1 + random.below(12), .processes = 3, .plain = plain});
  std::string out;
  switch (format) {
    case Format::edn:
      write_edn(history, out);
      return random.chance(30) ? "[" + out + "]" : out;
    case Format::jsonl:
      write_jsonl(history, out);
      return out;
    case Format::jepsen_log:
      return log_of(history);
    case Format::porcupine_kv:
      return porcupine_of(history);
    case Format::binary:
      return write_binary(history);
  }
  return out;
}

std::string random_part(Random& random) {
  static const std::vector<std::string> parts{"(",
                                              ")",
                                              "[",
                                              "]",
                                              "{",
                                              "}",
                                              "#{",
                                              "#_",
                                              "#",
                                              "^",
                                              "\"",
                                              "\\",
                                              ";",
                                              "\n",
                                              ",",
                                              ":",
                                              ":value",
                                              ":type",
                                              ":ok",
                                              "nil",
                                              "true",
                                              "1/2",
                                              "1e5",
                                              "-",
                                              "0x",
                                              "N",
                                              "\xff",
                                              "\xe2\x82",
                                              "#inst",
                                              "#:a{",
                                              "##Inf",
                                              "\\u12",
                                              "\\ud800",
                                              "null",
                                              "~list",
                                              "{\"~set\":[1]}",
                                              "99999999999999999999",
                                              "-9223372036854775808",
                                              ":independent true",
                                              "[[[[[[[["};
  if (random.chance(20)) return std::string(1, static_cast<char>(random.below(256)));
  return parts[random.below(parts.size())];
}

void damage(Random& random, std::string& text) {
  if (text.empty()) return;
  const std::size_t at = random.below(text.size());
  const std::size_t size = std::min(1 + random.below(20), text.size() - at);
  switch (random.below(7)) {
    case 0:
      text.resize(at);
      break;
    case 1:
      text.erase(at, size);
      break;
    case 2:
      text.insert(at, text.substr(at, size));
      break;
    case 3:
      text[at] = static_cast<char>(text[at] ^ (1 << random.below(8)));
      break;
    case 4:
      text.insert(at, random_part(random));
      break;
    case 5:
      text.replace(at, size, random_part(random));
      break;
    default:
      text.insert(at, text, random.below(text.size()), 1 + random.below(60));
      break;
  }
}

// The error as a person sees it, or "" when the text reads as a history, which is then checked.
std::string outcome(std::string_view text, const ReadOptions& options) {
  const auto history = read_text(text, "h", options);
  if (history.ok()) {
    std::string edn;
    write_edn(*history, edn);
    const auto again = read_text(edn, "again");
    EXPECT_TRUE(again.ok()) << again.error().show();
    if (again.ok()) {
      EXPECT_EQ(again->content_hash(), history->content_hash());
    }
    return "";
  }
  const ParseError& error = history.error();
  EXPECT_EQ(error.file, "h");
  EXPECT_FALSE(error.expected.empty());
  EXPECT_FALSE(error.found.empty());
  const std::string shown = error.show();
  for (const char c : shown) EXPECT_GE(static_cast<unsigned char>(c), ' ') << shown;
  EXPECT_LT(shown.size(), 600U);
  return shown;
}

// The position of an error lies in the text.
void expect_position(std::string_view text, const ParseError& error) {
  ASSERT_GE(error.line, 1U) << error.show();
  ASSERT_GE(error.column, 1U);
  std::uint64_t line = 1;
  std::size_t begin = 0;
  for (; line < error.line; ++line) {
    const std::size_t end = text.find('\n', begin);
    ASSERT_NE(end, std::string_view::npos) << error.show();
    begin = end + 1;
  }
  const std::size_t length = std::min(text.find('\n', begin), text.size()) - begin;
  ASSERT_LE(error.column, length + 1) << error.show();
}

TEST(Readers, ReadDamagedTextOrNameThePlace) {
  std::uint64_t read = 0;
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 0; seed < scaled(40'000); ++seed) {
    Random random(seed);
    const Format format = text_formats[seed % 4];
    std::string text = valid_file(random, format);
    for (std::uint64_t n = 1 + random.below(4); n > 0; --n) damage(random, text);
    ReadOptions options;
    if (random.chance(70)) options.format = format;
    if (random.chance(5)) options.format = text_formats[random.below(4)];
    options.independent = random.chance(10);
    const std::string shown = outcome(text, options);
    ++(shown.empty() ? read : refused);
    options.chunk = 1 + random.below(30);
    EXPECT_EQ(outcome(text, options), shown);
    if (!shown.empty()) expect_position(text, read_text(text, "h", options).error());
    ASSERT_FALSE(HasFailure()) << "seed " << seed << "\n" << text;
  }
  EXPECT_GT(read, refused / 50);  // the damage is subtle enough, and bad enough
  EXPECT_GT(refused, read / 50);
}

TEST(Readers, SurviveRandomBytes) {
  for (std::uint64_t seed = 0; seed < scaled(20'000); ++seed) {
    Random random(seed + 1'000'000);
    std::string text;
    for (std::uint64_t n = random.below(80); n > 0; --n) text += random_part(random);
    for (const Format format : text_formats) {
      outcome(text, {.format = format});
    }
    outcome(text, {});
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST(Readers, ReadEveryPrefixOrNameThePlace) {
  for (const Format format : text_formats) {
    Random random(static_cast<std::uint64_t>(format) + 5);
    for (std::uint64_t n = 0; n < scaled(10); ++n) {
      const std::string text = valid_file(random, format);
      for (std::size_t size = 0; size < text.size(); ++size) {
        const std::string_view part = std::string_view(text).substr(0, size);
        const auto history = read_text(part, "h", {.format = format});
        if (!history.ok()) expect_position(part, history.error());
      }
      ASSERT_FALSE(HasFailure()) << text;
    }
  }
}

// ---- blocks whose checksums are right, but whose content is not ----

using testing::block_of;

std::string content_of(const std::string& file) {
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(file[at + i]);
    return value;
  };
  const std::size_t header = binary_header().size();
  std::string raw(number(header + 8), '\0');
  const std::size_t size =
      ZSTD_decompress(raw.data(), raw.size(), file.data() + header + 32, number(header + 12));
  EXPECT_EQ(size, raw.size());
  return raw;
}

TEST(Binary, ReadsForgedBlocksOrRefusesThem) {
  std::uint64_t refused = 0;
  for (std::uint64_t seed = 0; seed < scaled(10'000); ++seed) {
    Random random(seed + 2'000'000);
    const History history = testing::random_history(random, {.events = 10, .processes = 3});
    std::string raw = content_of(write_binary(history));
    ASSERT_EQ(read_text(binary_header() + block_of(raw, 10, raw.size()), "h")->content_hash(),
              history.content_hash());
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n) damage(random, raw);
    const std::uint64_t events = random.chance(90) ? 10 : random.next();
    const std::uint64_t announced = random.chance(95) ? raw.size() : random.next();
    refused += outcome(binary_header() + block_of(raw, events, announced), {}).empty() ? 0 : 1;
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  EXPECT_GT(refused, scaled(10'000) / 4);
}

TEST(Binary, SurvivesDamageToTheFile) {
  for (std::uint64_t seed = 0; seed < scaled(20'000); ++seed) {
    Random random(seed + 3'000'000);
    std::string file = valid_file(random, Format::binary);
    damage(random, file);
    outcome(file, {.format = Format::binary});
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tribunal::history
