// Detection, and what the other formats hold.

#include <gtest/gtest.h>

#include "history/files.h"
#include "tests/history/blocks.h"
#include "tests/history/support.h"

namespace tribunal::history {
namespace {

History read(std::string_view text, ReadOptions options = {}) {
  auto history = read_text(text, "h", options);
  EXPECT_TRUE(history.ok()) << history.error().show();
  return history.ok() ? std::move(*history) : History{};
}

TEST(Formats, HaveNames) {
  EXPECT_EQ(format_names(),
            (std::vector<std::string>{"edn", "jsonl", "jepsen-log", "porcupine-kv", "binary"}));
  for (const std::string& text : format_names()) EXPECT_EQ(name(*find_format(text)), text);
  EXPECT_FALSE(find_format("EDN"));
}

TEST(Formats, AreDetectedFromContent) {
  EXPECT_EQ(detect("{:process 0"), Format::edn);
  EXPECT_EQ(detect(" ; c\n[ {:process 0"), Format::edn);
  EXPECT_EQ(detect("({:process 0"), Format::edn);
  EXPECT_EQ(detect("#jepsen.history.Op{:process 0"), Format::edn);
  EXPECT_EQ(detect("#_ x {:process 0"), Format::edn);
  EXPECT_EQ(detect("[]"), Format::edn);
  EXPECT_EQ(detect("{ \"process\": 0"), Format::jsonl);
  EXPECT_EQ(detect("[\n {\"process\": 0"), Format::jsonl);
  EXPECT_EQ(detect("{:process 9, :type :invoke, :f :get, :key \"0\", :value nil}"),
            Format::porcupine_kv);
  EXPECT_EQ(detect("{:process 9, :type :invoke, :f :get, :key \"0\", :time 5}"), Format::edn);
  EXPECT_EQ(detect("INFO  jepsen.core - hello\n"), Format::jepsen_log);
  EXPECT_EQ(detect("0\t:invoke\t:read\tnil\n"), Format::jepsen_log);
  EXPECT_EQ(detect("noise\n:nemesis :info :start nil\n"), Format::jepsen_log);
  EXPECT_EQ(detect(write_binary(History{})), Format::binary);
  EXPECT_EQ(detect(binary_header().substr(0, 5)), Format::binary);
  EXPECT_EQ(detect("# stack\npush 1 1 2"), std::nullopt);
  EXPECT_EQ(detect("hello"), std::nullopt);
}

TEST(Formats, AreReportedByTheReader) {
  ReadReport report;
  const std::string noise = "INFO  jepsen.core - up\n2\t:invoke\t:read\tnil\n\n";
  EXPECT_EQ(read(noise, {.report = &report}).size(), 1U);
  EXPECT_EQ(report.format, Format::jepsen_log);
  EXPECT_EQ(report.skipped_lines, 2U);
  EXPECT_FALSE(report.torn);
}

TEST(JepsenLog, TakesErrorsInPlaceOfValues) {
  const History history = read(
      "INFO  jepsen.util - 2\t:invoke\t:write\t4\n"
      "WARN  jepsen.client - process 7 :ok maybe\n"
      "INFO  jepsen.util - 3   :invoke :read   nil\r\n"
      "INFO  jepsen.util - 4\t:invoke\t:cas\t[1 2]\n"
      "INFO  jepsen.util - 2\t:info\t:write\t:timed-out\n"
      "INFO  jepsen.util - 3   :fail   :read   :timed-out\r\n"
      "INFO  jepsen.util - 4\t:fail\t:cas\t[1 2]\n"
      "INFO  jepsen.util - :nemesis\t:info\t:start\t\"Cut off {:n1 #{:n2}}\"\n"
      "INFO  jepsen.util - :nemesis\t:info\t:stop\tCut off {:n1\n");
  ASSERT_EQ(history.size(), 8U);
  EXPECT_EQ(history.show(3), "2  info  write 4  :timed-out");
  EXPECT_EQ(history.show(4), "3  fail  read nil  :timed-out");
  EXPECT_EQ(history.show(5), "4  fail  cas [1 2]");
  EXPECT_EQ(history.show(6), "nemesis  info  start \"Cut off {:n1 #{:n2}}\"");
  EXPECT_EQ(history.show(7), "nemesis  info  stop \"Cut off {:n1\"");
  EXPECT_EQ(history.time(0), Time::min());
}

TEST(JepsenLog, ReadsHistoryTxtAndNewerPrefixes) {
  const History history = read(
      "0\t:invoke\t:txn\t[[:r 1 nil]]\n"
      "INFO [2023-05-06 10:10:10,123] jepsen worker 1 - jepsen.util 1\t:invoke\t:write\t:blue\n"
      "INFO [2023-05-06 10:10:10,124] jepsen worker 1 - jepsen.util "
      "1\t:info\t:write\t:blue\t[:timeout 3]\n"
      "0\t:ok\t:txn\t[[:r 1 5]]\n");
  ASSERT_EQ(history.size(), 4U);
  EXPECT_EQ(history.show(2), "1  info  write :blue  [:timeout 3]");
  EXPECT_EQ(history.show(3), "0  ok  txn [[:r 1 5]]");
}

TEST(PorcupineKv, HasAKeyBesideTheValue) {
  ReadReport report;
  const History history = read(
      "{:process 9, :type :invoke, :f :append, :key \"0\", :value \"x 9 0 y\"}\n"
      "{:process 1, :type :invoke, :f :get, :key \"9\", :value nil}\n"
      "{:process 1, :type :ok, :f :get, :key \"9\", :value \"\"}\n",
      {.report = &report});
  EXPECT_EQ(report.format, Format::porcupine_kv);
  EXPECT_EQ(history.show(0), "9  invoke  append [\"0\"] \"x 9 0 y\"");
  EXPECT_EQ(history.show(2), "1  ok  get [\"9\"] \"\"");
}

TEST(Jsonl, ReadsPlainJson) {
  const History history = read(
      "{\"process\":0,\"type\":\"invoke\",\"f\":\"txn\",\"value\":[[\"r\",\"x\",null]],\"time\":5}"
      "\n"
      "{\"index\":1, "
      "\"process\":\"nemesis\",\"type\":\"info\",\"f\":\":start\",\"extra\":{\"a\":[1e999]}}\r\n"
      "\n{\"process\":0,\"type\":\"ok\",\"f\":\"txn\",\"value\":{\"b\":-0.5,\":a\":true},\"time\":"
      "6,"
      "\"key\":\"~:k\",\"node\":\"n2\",\"error\":\"\\u00e9\\ud83d\\udca5\"}");
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history.show(0), "0  invoke  txn [[\"r\" \"x\" nil]]");
  EXPECT_EQ(history.show(1), "nemesis  info  start nil");
  EXPECT_EQ(history.show(2), "0  ok  txn [\":k\"] {\"b\" -0.5, :a true}  \"\u00e9\U0001f4a5\"");
  EXPECT_EQ(history.event(2).node, 1);
}

TEST(Jsonl, TakesALoneColonOrTildeForAString) {
  const History history = read(
      "{\"process\":0,\"type\":\"invoke\",\"f\":\"x\",\"value\":[\":\",\"~\",\"~/a\",\"::a\"]}");
  EXPECT_EQ(history.show(0), "0  invoke  x [\":\" \"~\" \"~/a\" #tribunal/keyword \":a\"]");
}

TEST(Jsonl, ReadsOneArrayAndObjectsOverSeveralLines) {
  const std::string object = "{\"process\":0,\n \"type\":\"invoke\",\n \"f\":\"read\"}";
  const std::string ok = "{\"process\":0,\"type\":\"ok\",\"f\":\"read\"}";
  EXPECT_EQ(read("[" + object + " ,\n" + ok + "\n]\n").size(), 2U);
  EXPECT_EQ(read(object + ok).size(), 2U);
}

TEST(Jsonl, ReadsDecimalsOfManyDigits) {
  const History history = read(
      "{\"process\":0,\"type\":\"invoke\",\"f\":\"read\",\"value\":[215363791759398240.0,"
      "0.10000000000000000000000000001,1E5,-0.0,12345678901234567890123.5e-3]}");
  EXPECT_EQ(history.show(0),
            "0  invoke  read [215363791759398240.0 0.1 1e+05 -0.0 12345678901234567168.0]");
}

TEST(Jsonl, SpellsWhatJsonHasNoNotationFor) {
  History history;
  Event event;
  event.f = history.symbol("read");
  event.value = history.intern(Value::vector(
      {Value::keyword("x"), Value::string(":x"), Value::string("~"), Value::symbol("s"),
       Value::list({Value{}}), Value::set({Value::integer(1)}), Value::real(0.0 / 0.0),
       Value::map({Value::integer(1), Value::integer(2)}), Value::string("\xff"),
       Value::map({Value::keyword("k"), Value::string("\n")})}));
  ASSERT_TRUE(history.append(event).ok());
  std::string out;
  write_jsonl(history, out);
  EXPECT_EQ(
      out,
      "{\"index\":0,\"type\":\"invoke\",\"process\":0,\"f\":\"read\",\"value\":[\":x\",\"~:x\","
      "\"~~\",{\"~symbol\":\"s\"},{\"~list\":[null]},{\"~set\":[1]},{\"~real\":\"NaN\"},"
      "{\"~map\":[1,2]},{\"~bytes\":\"ff\"},{\":k\":\"\\u000a\"}]}\n");
}

TEST(Binary, DetectsEveryFlippedByte) {
  testing::Random random(11);
  const std::string good = write_binary(testing::random_history(random, {.events = 60}));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ (1 << random.below(8)));
    EXPECT_FALSE(read_text(bad, "h").ok()) << "byte " << i;
  }
}

TEST(Binary, IsReadableUpToTheLastCompleteBlock) {
  testing::Random random(12);
  const History history = testing::random_history(random, {.events = 90});
  std::string file = binary_header();
  std::vector<std::size_t> ends{file.size()};
  for (std::uint32_t from = 0; from < 90; from += 30) {
    append_binary(history, from, from + 30, file);
    ends.push_back(file.size());
  }
  EXPECT_EQ(read(file).content_hash(), history.content_hash());
  for (std::size_t size = ends[0]; size < file.size(); ++size) {
    ReadReport report;
    const History part = read(std::string_view(file).substr(0, size), {.report = &report});
    const auto blocks = static_cast<std::size_t>(std::upper_bound(ends.begin(), ends.end(), size) -
                                                 ends.begin() - 1);
    ASSERT_EQ(part.size(), 30 * blocks);
    EXPECT_EQ(report.torn, size != ends[blocks]);
    for (std::uint32_t i = 0; i < part.size(); ++i) EXPECT_EQ(part.show(i), history.show(i));
  }
  for (std::size_t size = 1; size < ends[0]; ++size) {
    EXPECT_FALSE(read_text(std::string_view(file).substr(0, size), "h").ok());
  }
}

TEST(Binary, NamesTheByteWhereABlockIsDamaged) {
  testing::Random random(13);
  std::string file = write_binary(testing::random_history(random, {.events = 20}));
  EXPECT_EQ(file.substr(14, 4), "BLCK");
  file[60] = static_cast<char>(file[60] ^ 1);
  EXPECT_EQ(read_text(file, "h").error().show(),
            "h: byte 14: expected a block that matches its checksum, found a damaged block");
  file[20] = static_cast<char>(file[20] ^ 1);
  EXPECT_EQ(read_text(file, "h").error().show(),
            "h: byte 14: expected a block header that matches its checksum, found a damaged block");
  file[13] = 2;
  EXPECT_EQ(read_text(file, "h").error().show(),
            "h: byte 13: expected version 1 of the binary format, found version 2");
}

// What follows the names "r" and the values of a block with one event.
std::string forged(std::string_view values, std::string_view event) {
  const std::string raw = std::string("\1\1r", 3) + std::string(values) + std::string(event);
  const auto history = read_text(binary_header() + testing::block_of(raw, 1, raw.size()), "h");
  return history.ok() ? history->show(0) : history.error().show();
}

TEST(Binary, RefusesNumbersOutOfRange) {
  using namespace std::string_view_literals;
  const std::string damaged =
      "h: byte 14: expected a block with the events it announces, found a damaged block";
  const std::string tables =
      "h: byte 14: expected a block with tables of names and values, found a damaged block";
  EXPECT_EQ(forged("\0"sv, "\0\0\6\3\4"sv), "3  invoke  r 2");  // flags, f, process, tag, integer
  EXPECT_EQ(forged("\1\5\1x"sv, "\0\0\6\14\0"sv), "3  invoke  r \"x\"");
  EXPECT_EQ(forged("\1\5\1x"sv, "\0\0\6\14\1"sv), damaged);      // a value beyond the table
  EXPECT_EQ(forged("\0"sv, "\0\1\6\0"sv), damaged);              // a name beyond the table
  EXPECT_EQ(forged("\0"sv, "\0\0\3\0"sv), damaged);              // process -2
  EXPECT_EQ(forged("\0"sv, "\200\0\6\0"sv), damaged);            // an unknown flag
  EXPECT_EQ(forged("\0"sv, "\20\0\6\0\377\377\3"sv), damaged);   // node 65535
  EXPECT_EQ(forged("\0"sv, "\0\0\6\15"sv), damaged);             // an unknown tag
  EXPECT_EQ(forged("\0"sv, "\0\0\6\0\0"sv), damaged);            // a byte too many
  EXPECT_EQ(forged("\1\12\2\0\0"sv, "\0\0\6\0"sv), tables);      // a set with nil twice
  EXPECT_EQ(forged("\1\13\4\0\1\0\2"sv, "\0\0\6\0"sv), tables);  // a map with nil twice
  EXPECT_EQ(forged("\1\13\1\0"sv, "\0\0\6\0"sv), tables);        // half an entry of a map
  EXPECT_EQ(forged("\1\10\377\377\377\377\17"sv, "\0\0\6\0"sv), tables);  // 2^32 items
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "\10\1"sv;
  EXPECT_EQ(forged("\1" + deep + "\2", "\0\0\6\0"sv), tables);
  EXPECT_EQ(forged("\0"sv, "\1\0\6\0"sv),
            "h: byte 14: expected an open invocation of process 3 before its ok, found none");
}

TEST(Binary, SplitsLongHistoriesIntoBlocks) {
  testing::Random random(14);
  const History history =
      testing::random_history(random, {.events = 150'000, .processes = 20, .plain = true});
  const std::string file = write_binary(history);
  std::size_t blocks = 0;
  for (std::size_t at = file.find("BLCK"); at != std::string::npos;
       at = file.find("BLCK", at + 1)) {
    ++blocks;
  }
  EXPECT_EQ(blocks, 3U);
  EXPECT_EQ(read(file).content_hash(), history.content_hash());
}

}  // namespace
}  // namespace tribunal::history
