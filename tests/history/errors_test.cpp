// The message for every kind of malformed input: one line with file, line, column, expected and
// found.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "history/files.h"

namespace tribunal::history {
namespace {

std::string error(std::string_view text, ReadOptions options = {}) {
  const auto history = read_text(text, "h", options);
  return history.ok() ? "accepted" : history.error().show();
}

// Of an EDN operation with this :value.
std::string value_error(const std::string& text) {
  return error("{:process 0 :type :invoke :f :read\n :value " + text + "}");
}

const std::string invoke = "{:process 0 :type :invoke :f :read :time 5}\n";

TEST(EdnReader, NamesLineAndColumnOfAnUnclosedMap) {
  EXPECT_EQ(error(invoke + "{:process 0 :type :ok"),
            "h:2:22: expected the } that closes 2:1, found the end of the file");
  EXPECT_EQ(error(invoke + "{:process 0 :type"),
            "h:2:18: expected a value, found the end of the file");
  EXPECT_EQ(error(invoke + "{:process 0 :type :ok)"),
            "h:2:22: expected the } that closes 2:1, found )");
  EXPECT_EQ(error(invoke + "{:process 0 :type}"),
            "h:2:18: expected a value for the last key, found }");
}

TEST(EdnReader, NamesWhatIsNotClosed) {
  EXPECT_EQ(error("[" + invoke),
            "h:2:1: expected the ] that closes 1:1, found the end of the file");
  EXPECT_EQ(error("[" + invoke + ")"),
            "h:2:1: expected an operation or the ] that closes 1:1, found )");
  EXPECT_EQ(error("[" + invoke + "] 7"),
            "h:2:3: expected nothing after the end of the history, found 7");
  EXPECT_EQ(value_error("[1 [2 3)]"), "h:2:16: expected the ] that closes 2:12, found )");
  EXPECT_EQ(value_error("\"a\nb"),
            "h:3:3: expected a closing \" for the string opened at 2:9, found the end of the file");
  EXPECT_EQ(value_error("{1 2 3}"), "h:2:15: expected a value for the last key, found }");
}

TEST(EdnReader, RefusesWhatIsNoHistory) {
  EXPECT_EQ(error(""), "h:1:1: expected a history, found an empty file");
  EXPECT_EQ(error(" \n ; only a comment\n"),
            "h:3:1: expected an operation, found the end of the file");
  EXPECT_EQ(
      error("hello world"),
      "h:1:1: expected a history as edn, jsonl, jepsen-log, porcupine-kv, binary, found hello");
  EXPECT_EQ(error("# stack\npush 1 1 2\n"),
            "h:1:1: expected a history as edn, jsonl, jepsen-log, porcupine-kv, binary, found #");
  EXPECT_EQ(
      error("\x7f"
            "ELF\x02\x01"),
      "h:1:1: expected a history as edn, jsonl, jepsen-log, porcupine-kv, binary, found \\x7f");
  EXPECT_EQ(error(invoke + "17"), "h:2:1: expected an operation {...}, found 17");
  EXPECT_EQ(error("[17]"), "h:1:2: expected an operation or the ] that closes 1:1, found 17");
  EXPECT_EQ(error("#{1}"), "h:1:1: expected an operation {...}, found #");
  EXPECT_EQ(error("[#{1}]"), "h:1:2: expected an operation {...}, found #");
  EXPECT_EQ(error("#tag 17"), "h:1:6: expected an operation {...}, found 17");
}

TEST(EdnReader, RefusesWrongEntries) {
  EXPECT_EQ(error("{:process 0 :type 17 :f :read}"),
            "h:1:19: expected a keyword for :type, found 17");
  EXPECT_EQ(error("{:process 0 :type :done :f :read}"),
            "h:1:19: expected one of invoke, ok, fail, info for :type, found :done");
  EXPECT_EQ(error("{:process -1 :type :ok :f :read}"),
            "h:1:11: expected an integer from 0 to 2147483647, or nemesis, for :process, found -1");
  EXPECT_EQ(error("{:process 2147483648 :type :ok :f :read}"),
            "h:1:11: expected an integer from 0 to 2147483647, or nemesis, for :process, found "
            "2147483648");
  EXPECT_EQ(
      error("{:process :monkey :type :ok :f :read}"),
      "h:1:11: expected an integer from 0 to 2147483647, or nemesis, for :process, found :monkey");
  EXPECT_EQ(error("{:process 0 :type :ok :f 3}"), "h:1:26: expected a name for :f, found 3");
  EXPECT_EQ(error("{:process 0 :type :ok :f :read :time 1.5}"),
            "h:1:38: expected an integer (nanoseconds) for :time, found 1.5");
  EXPECT_EQ(error("{:process 0 :type :ok :f :read :time -9223372036854775808}"),
            "h:1:38: expected an integer (nanoseconds) for :time, found -9223372036854775808");
  EXPECT_EQ(error("{:process 0 :type :ok :f :read :producers -1}"),
            "h:1:43: expected a count for :producers, found -1");
  EXPECT_EQ(error("{:process 0 :type :ok :f :read :independent 1}"),
            "h:1:45: expected true or false for :independent, found 1");
  EXPECT_EQ(error("{:type :ok :f :read}"),
            "h:1:1: expected an operation with :process, found one without");
  EXPECT_EQ(error("{:process 0 :f :read}"),
            "h:1:1: expected an operation with :type, found one without");
  EXPECT_EQ(error("\n  {:process 0 :type :ok}"),
            "h:2:3: expected an operation with :f, found one without");
  EXPECT_EQ(error("{:process 0 :type :ok :f :read :process 1}"),
            "h:1:32: expected different keys in the operation, found :process twice");
  EXPECT_EQ(
      error("{:process 0 :type :invoke :f :read :value 3 :independent true}"),
      "h:1:1: expected a value [key value], as the operation is on an independent key, found 3");
  EXPECT_EQ(error("{:process 0 :type :invoke :f :read :key 1 :value [1 3] :independent true}"),
            "h:1:1: expected either :key or :independent, found both");
  EXPECT_EQ(
      error(invoke, {.independent = true}),
      "h:1:1: expected a value [key value], as the operation is on an independent key, found nil");
  EXPECT_EQ(error(invoke, {.format = Format::porcupine_kv}),
            "h:1:1: expected an operation with :key, found one without");
}

TEST(EdnReader, RefusesNumbersThatNoValueHolds) {
  EXPECT_EQ(value_error("9223372036854775808"),
            "h:2:9: expected an integer of 64 bits, found 9223372036854775808");
  EXPECT_EQ(value_error("-9223372036854775809"),
            "h:2:9: expected an integer of 64 bits, found -9223372036854775809");
  EXPECT_EQ(value_error("0xFFFFFFFFFFFFFFFF"),
            "h:2:9: expected an integer of 64 bits, found 0xFFFFFFFFFFFFFFFF");
  EXPECT_EQ(value_error(std::string(100'000, '9')),
            "h:2:9: expected an integer of 64 bits, found "
            "999999999999999999999999999999999999999999999999999999999...");
  EXPECT_EQ(value_error("1/3"),
            "h:2:9: expected an integer or a decimal (ratios are not supported), found 1/3");
  EXPECT_EQ(value_error("1e999"), "h:2:9: expected a decimal of 64 bits, found 1e999");
  EXPECT_EQ(value_error("017"), "h:2:9: expected a number without leading zeros, found 017");
  EXPECT_EQ(value_error("12abc"), "h:2:9: expected a number, found 12abc");
  EXPECT_EQ(value_error("1.2.3"), "h:2:9: expected a number, found 1.2.3");
  EXPECT_EQ(value_error("##Infinity"), "h:2:9: expected ##Inf, ##-Inf or ##NaN, found ##Infinity");
}

TEST(EdnReader, RefusesDeepNesting) {
  EXPECT_EQ(value_error(std::string(10'000, '[')),
            "h:2:265: expected forms nested at most 256 deep, found deeper ones");
  EXPECT_EQ(value_error(std::string(10'000, '{')),
            "h:2:265: expected forms nested at most 256 deep, found deeper ones");
  std::string tags;
  for (int i = 0; i < 10'000; ++i) tags += "#a ";
  EXPECT_EQ(value_error(tags),
            "h:2:776: expected forms nested at most 256 deep, found deeper ones");
  std::string discards;
  for (int i = 0; i < 10'000; ++i) discards += "#_";
  EXPECT_EQ(value_error(discards),
            "h:2:521: expected forms nested at most 256 deep, found deeper ones");
  EXPECT_EQ(value_error(std::string(10'000, '^')),
            "h:2:265: expected forms nested at most 256 deep, found deeper ones");
  EXPECT_EQ(error(std::string(10'000, '[')),
            "h:1:2: expected an operation or the ] that closes 1:1, found [");
  EXPECT_EQ(value_error(std::string(255, '[') + std::string(255, ']')), "accepted");
}

TEST(EdnReader, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(value_error("\"ab\xff\""), "h:2:12: expected UTF-8 text, found \\xff");
  EXPECT_EQ(value_error(":a\xc0\xaf"), "h:2:11: expected UTF-8 text, found \\xc0");
  EXPECT_EQ(value_error("\"\xed\xa0\x80\""),
            "h:2:10: expected UTF-8 text, found \\xed");  // a surrogate
  EXPECT_EQ(value_error("#<a \xff>"), "h:2:9: expected UTF-8 text, found #<a \\xff>");
}

TEST(EdnReader, RefusesBrokenStringsCharactersAndTags) {
  EXPECT_EQ(value_error(R"("a\q")"),
            "h:2:11: expected one of the escapes \\t \\n \\r \\\" \\\\ \\b \\f \\uXXXX, found \\q");
  EXPECT_EQ(value_error(R"("a\u12x4")"),
            "h:2:11: expected four hexadecimal digits after \\u, found x4");
  EXPECT_EQ(value_error(R"("a\ud800")"),
            "h:2:11: expected a pair of surrogates, found half of one");
  EXPECT_EQ(value_error("\\bogus"),
            "h:2:9: expected a character such as \\a, \\newline or \\u00e9, found \\bogus");
  EXPECT_EQ(value_error(":"), "h:2:9: expected a keyword such as :read, found :");
  EXPECT_EQ(value_error("::a"), "h:2:9: expected a keyword such as :read, found ::a");
  EXPECT_EQ(value_error("@a"), "h:2:9: expected a value, found @");
  EXPECT_EQ(value_error("#)"), "h:2:9: expected a tag such as #inst, #{ or #_, found #)");
  EXPECT_EQ(value_error("#<a"),
            "h:2:9: expected a > on the line of the #<, found the end of the file");
  EXPECT_EQ(value_error("#{1 2 1}"),
            "h:2:9: expected different elements in the set, found 1 twice");
  EXPECT_EQ(value_error("{:a 1 :a 2}"),
            "h:2:9: expected different keys in the map, found :a twice");
  EXPECT_EQ(value_error("#tribunal/bytes \"0\""),
            "h:2:9: expected pairs of hexadecimal digits after #tribunal/bytes, found \"0\"");
  EXPECT_EQ(value_error("#tribunal/keyword 1"),
            "h:2:9: expected a string after #tribunal/keyword, found 1");
  EXPECT_EQ(value_error("#tribunal/list \"0\""),
            "h:2:9: expected #tribunal/keyword, #tribunal/symbol or #tribunal/bytes, found "
            "#tribunal/list");
}

TEST(Readers, RefuseEventsThatBreakTheRulesOfAHistory) {
  EXPECT_EQ(error("{:process 0 :type :ok :f :read}"),
            "h:1:1: expected an open invocation of process 0 before its ok, found none");
  EXPECT_EQ(error(invoke + invoke),
            "h:2:1: expected a completion of the read that process 0 invoked in event 0, found a "
            "second invocation, of read");
  EXPECT_EQ(error(invoke + "  {:process 0 :type :ok :f :write}"),
            "h:2:3: expected a completion of the open read of process 0, found one of write");
  EXPECT_EQ(error(invoke + "{:process 0 :type :ok :f :read :time 4}"),
            "h:2:1: expected a completion of process 0 not before the time of its invocation, 5, "
            "found 4");
  EXPECT_EQ(error(invoke + "{:process 0 :type :info :f :read}\n" + invoke),
            "h:3:1: expected no more events of process 0 after its info, found invoke read");
}

TEST(JsonlReader, NamesLineAndColumn) {
  const std::string good = "{\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\n";
  EXPECT_EQ(error(good + "{\"process\":0,\"type\":\"ok\""),
            "h:2:25: expected the } that closes 2:1, found the end of the file");
  EXPECT_EQ(
      error(good + "{\"process\":0,\"type\":\"o"),
      "h:2:23: expected a closing \" for the string opened at 2:21, found the end of the file");
  EXPECT_EQ(
      error(good + "{\"process\":0,\"type\":\"o\n\"}"),
      "h:2:23: expected a closing \" for the string opened at 2:21, found the end of the line");
  EXPECT_EQ(error(good + "17"), "h:2:1: expected an operation {...}, found 17");
  EXPECT_EQ(error("[" + good), "h:2:1: expected the ] that closes 1:1, found the end of the file");
  EXPECT_EQ(error("[" + good + good), "h:2:1: expected a comma or ], found {");
  EXPECT_EQ(error("[" + good + "]]"),
            "h:2:2: expected nothing after the end of the history, found ]");
  EXPECT_EQ(error("{\"process\":0,\"type\":17,\"f\":\"read\"}"),
            "h:1:21: expected one of invoke, ok, fail, info for \"type\", found 17");
  EXPECT_EQ(error("{\"process\":0,\"type\":\"done\",\"f\":\"read\"}"),
            "h:1:21: expected one of invoke, ok, fail, info for \"type\", found \"done\"");
  EXPECT_EQ(
      error("{\"process\":0.5,\"type\":\"ok\",\"f\":\"read\"}"),
      "h:1:12: expected an integer from 0 to 2147483647, or nemesis, for \"process\", found 0.5");
  EXPECT_EQ(error("{\"process\":0,\"type\":\"ok\",\"f\":[]}"),
            "h:1:30: expected a name for \"f\", found [");
  EXPECT_EQ(error("{\"process\":0,\"type\":\"ok\"}"),
            "h:1:1: expected an operation with :f, found one without");
  EXPECT_EQ(error("{\"process\":0,\"process\":0}"),
            "h:1:24: expected different keys in the operation, found \"process\" twice");
  EXPECT_EQ(error("{\"process\":0,\n \"value\":99999999999999999999}"),
            "h:2:10: expected an integer of 64 bits, found 99999999999999999999");
  EXPECT_EQ(error("{\"process\":0,\n \"value\":9223372036854775808}"),
            "h:2:10: expected an integer of 64 bits, found 9223372036854775808");
  EXPECT_EQ(error("{\"process\":0,\"value\":" + std::string(100'000, '9') + "}"),
            "h:1:22: expected an integer of 64 bits, found "
            "999999999999999999999999999999999999999999999999999999999...");
  EXPECT_EQ(error("{\"process\":0,\"value\":tru}"), "h:1:22: expected a value, found tru");
  EXPECT_EQ(error("{\"process\":0,\"value\":1.}"), "h:1:22: expected a number, found 1.");
  EXPECT_EQ(error("{\"process\":0,\"value\":-01}"), "h:1:22: expected a number, found -01");
  EXPECT_EQ(error("{\"process\":0,\"value\":1e999}"),
            "h:1:22: expected a decimal of 64 bits, found 1e999");
  EXPECT_EQ(error("{\"process\":0,\"value\":nul}"), "h:1:22: expected a value, found nul");
  EXPECT_EQ(error("{\"process\":0,\"value\":}"),
            "h:1:22: expected JSON with a comma, colon, value or bracket in this place, found }");
  EXPECT_EQ(
      error("{\"process\":0 \"value\":1}"),
      "h:1:14: expected JSON with a comma, colon, value or bracket in this place, found \"value\"");
  EXPECT_EQ(error("{\"process\":0,\"value\":[1 2]}"),
            "h:1:25: expected JSON with a comma, colon, value or bracket in this place, found 2");
  EXPECT_EQ(error("{\"process\":0,\"value\":\"a\\q\"}"),
            "h:1:22: expected a string with the escapes of JSON, found \"a\\q\"");
  EXPECT_EQ(error("{\"process\":0,\"value\":\"a\xff\"}"),
            "h:1:24: expected UTF-8 text, found \\xff");
  EXPECT_EQ(error("{\"process\":0,\"value\":{\"a\":1,\"a\":2}}"),
            "h:1:33: expected different keys in the object, found one twice");
  EXPECT_EQ(error("{\"process\":0,\"value\":{\"~list\":1}}"),
            "h:1:31: expected a value that fits ~list, found 1");
  EXPECT_EQ(error("{\"process\":0,\"value\":{\"~list\":[],\"b\":1}}"),
            "h:1:38: expected an object with one key, as its first begins with ~, found another");
  EXPECT_EQ(error("{\"process\":0,\"value\":" + std::string(10'000, '[')),
            "h:1:535: expected JSON nested at most 514 deep, found deeper nesting");
  EXPECT_EQ(
      error("{\"process\":0,\"value\":" + std::string(300, '[') + std::string(300, ']') + "}"),
      "h:1:278: expected values nested at most 256 deep, found deeper ones");
  EXPECT_EQ(error("{\"process\":0,\"type\":\"ok\",\"f\":\"read\"}"),
            "h:1:1: expected an open invocation of process 0 before its ok, found none");
}

TEST(JepsenLogReader, NamesLineAndColumn) {
  const std::string good = "INFO  jepsen.util - 2\t:invoke\t:write\t4\n";
  EXPECT_EQ(error("INFO  jepsen.core - hello\nWARN nothing\n"),
            "h:3:1: expected a line with an operation, found the end of the file");
  EXPECT_EQ(
      error(good + "INFO  jepsen.util - 2\t:ok"),
      "h:2:26: expected a keyword for the function of the operation, found the end of the line");
  EXPECT_EQ(error(good + "INFO  jepsen.util - 2\t:ok\twrite\t4"),
            "h:2:27: expected a keyword for the function of the operation, found write");
  EXPECT_EQ(error(good + "INFO  jepsen.util - 2\t:ok\t:write"),
            "h:2:33: expected a value, found the end of the line");
  EXPECT_EQ(error(good + "INFO  jepsen.util - 2\t:ok\t:write\t[4"),
            "h:2:36: expected the ] that closes 2:34, found the end of the line");
  EXPECT_EQ(error(good + "INFO  jepsen.util - 2\t:info\t:write\t4\t:timeout 7"),
            "h:2:46: expected the end of the line after the error, found 7");
  EXPECT_EQ(error(good + "INFO  jepsen.util - 99999999999\t:ok\t:write\t4"),
            "h:2:21: expected an integer from 0 to 2147483647, or nemesis, for the process, found "
            "99999999999");
  EXPECT_EQ(error(good + good),
            "h:2:21: expected a completion of the write that process 2 invoked in event 0, found a "
            "second invocation, of write");
  EXPECT_EQ(error(good + "INFO  jepsen.util - 2\t:ok\t:write\t\"\xff\""),
            "h:2:35: expected UTF-8 text, found \\xff");
}

TEST(Readers, StopAtTheMemoryLimit) {
  std::string text;
  for (int i = 0; i < 2000; ++i) {
    text += "{:process " + std::to_string(i) + " :type :invoke :f :read}\n";
  }
  EXPECT_EQ(error(text, {.memory_limit = 50'000}),
            "h:513:1: expected a history of at most 50000 bytes, found a larger one");
  EXPECT_EQ(error(text, {.memory_limit = 5'000'000}), "accepted");
  std::string values;
  for (int i = 0; i < 10'000; ++i) values += "1 ";
  EXPECT_EQ(error("{:value [" + values + "]}", {.memory_limit = 50'000}),
            "h:1:3128: expected a history that fits the memory limit, found a larger one");
  std::string json = "{\"value\":[1";
  for (int i = 0; i < 10'000; ++i) json += ",1";
  EXPECT_EQ(error(json + "]}", {.memory_limit = 50'000}),
            "h:1:3127: expected a history that fits the memory limit, found a larger one");
}

TEST(Readers, RefuseTooManyDifferentNames) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    text += "{:process " + std::to_string(i) + " :type :invoke :f :f" + std::to_string(i) + "}\n";
  }
  EXPECT_EQ(error(text),
            "h:16384:34: expected one of at most 16384 different names for :f, found :f16383");
}

TEST(Files, SayWhyAFileCannotBeRead) {
  const auto shown = [](const std::string& path) {
    const auto history = read_file(path);
    return history.ok() ? "accepted" : history.error().show();
  };
  const std::string directory = ::testing::TempDir();
  EXPECT_EQ(shown(directory), directory + ": expected a readable file, found a directory");
  EXPECT_EQ(shown("/no/such/file"),
            "/no/such/file: expected a readable file, found No such file or directory");
}

TEST(Files, ReadWhatIsThere) {
  const std::string path =
      (std::filesystem::path(::testing::TempDir()) / "tribunal_files_test.edn").string();
  std::ofstream(path) << invoke;
  const auto history = read_file(path);
  ASSERT_TRUE(history.ok()) << history.error().show();
  EXPECT_EQ(history->size(), 1U);
  std::filesystem::remove(path);
}

TEST(Errors, QuoteWhatIsUnprintable) {
  const ParseError error{"a\nb", 3, 4, "x", "y"};
  EXPECT_EQ(error.show(), "a\\x0ab:3:4: expected x, found y");
}

}  // namespace
}  // namespace tribunal::history
