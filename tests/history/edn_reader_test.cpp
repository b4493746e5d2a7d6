// What the EDN reader accepts.
#include <gtest/gtest.h>

#include "history/files.h"

namespace tribunal::history {
namespace {

History read(std::string_view text, ReadOptions options = {}) {
  auto history = read_text(text, "h.edn", options);
  EXPECT_TRUE(history.ok()) << history.error().show();
  return history.ok() ? std::move(*history) : History{};
}

// The value of the only operation, whose :value is `text`, as EDN.
std::string value(const std::string& text) {
  const History history =
      read("{:process 0, :type :invoke, :f :read, :value " + text + "}", {.format = Format::edn});
  return history.size() == 1 ? history.value(history.event(0).value).show() : "";
}

TEST(EdnReader, ReadsPlainMapsOneALine) {
  const History history = read(
      "{:process 0, :type :invoke, :f :cas, :value [0 3], :time 3291485317, :index 0}\n"
      "{:process 0, :type :fail,   :f :cas, :value [0 3], :time 3296209422, :index 1}\n"
      "{:process 1, :type :invoke, :f :write, :value 3, :time 3301485317, :index 2}\n"
      "{:process 1, :type :info,   :f :write, :value 3, :error :timeout, :time 8301485317, :index "
      "3}\n"
      "{:process :nemesis, :type :info, :f :start-partition, :value nil, :time 9000000000, :index "
      "4}");
  ASSERT_EQ(history.size(), 5U);
  EXPECT_EQ(history.show(1), "0  fail  cas [0 3]");
  EXPECT_EQ(history.show(3), "1  info  write 3  :timeout");
  EXPECT_EQ(history.show(4), "nemesis  info  start-partition nil");
  EXPECT_EQ(history.time(3), Time{8301485317});
  EXPECT_EQ(history.partner(2), 3U);
}

TEST(EdnReader, ReadsOneVectorOneListTagsAndAnyOrderOfKeys) {
  constexpr std::string_view map = "{:type :invoke :process 0 :f :read :value nil}";
  constexpr std::string_view ok =
      "#jepsen.history.Op{:index 1, :f :read, :value 4, :type :ok, :process 0}";
  const std::string body = std::string(map) + "\n" + std::string(ok);
  const std::uint64_t hash = read(body).content_hash();
  EXPECT_EQ(read("[" + body + "]").content_hash(), hash);
  EXPECT_EQ(read("; the run of Monday\n( " + body + "\n) ; the end\n").content_hash(), hash);
  EXPECT_EQ(read("\xef\xbb\xbf" + body).content_hash(), hash);
  EXPECT_EQ(read("#_ ignored #_{:a 1} " + body + " #_last").content_hash(), hash);
  EXPECT_EQ(read("[,,, " + body + ",, ^{:m 1}\n]").size(), 2U);
  EXPECT_EQ(read(std::string(map) + " #_ #_ a b " + std::string(ok)).content_hash(), hash);
  EXPECT_EQ(
      read("#jepsen.history.Op {" + std::string(map.substr(1)) + std::string(ok)).content_hash(),
      hash);
}

TEST(EdnReader, ReadsEmptyHistories) {
  EXPECT_TRUE(read("[]").empty());
  EXPECT_TRUE(read(" ( ; nothing happened\n ) ").empty());
}

TEST(EdnReader, SkipsExtraKeysWhateverTheyHold) {
  const History history = read(
      "{:process 0 :type :invoke :f :read :value 1 :latency 1/3 :big 99999999999999999999999\n"
      " :exception {:via [{:type java.lang.Exception, :at [a.b$c d.clj 17]}] :a 1 :a 2}\n"
      " \"text\" #{1 1} 7 8 :clock #object[java.time.Clock 0x4a668b6e \"clock\"] :final? true}");
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history.show(0), "0  invoke  read 1");
}

TEST(EdnReader, ReadsEveryKindOfValue) {
  EXPECT_EQ(value("nil"), "nil");
  EXPECT_EQ(value("true"), "true");
  EXPECT_EQ(value("-0"), "0");
  EXPECT_EQ(value("+5"), "5");
  EXPECT_EQ(value("12N"), "12");
  EXPECT_EQ(value("0x1F"), "31");
  EXPECT_EQ(value("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(value("1.5"), "1.5");
  EXPECT_EQ(value("-2e3"), "-2000.0");
  EXPECT_EQ(value("3.25M"), "3.25");
  EXPECT_EQ(value("7M"), "7.0");
  EXPECT_EQ(value("##Inf"), "##Inf");
  EXPECT_EQ(value(R"("a\"b\\c\n\u00e9\ud83d\udca5")"), "\"a\\\"b\\\\c\\n\u00e9\U0001f4a5\"");
  EXPECT_EQ(value("\"two\nlines\""), R"("two\nlines")");
  EXPECT_EQ(value("\\a"), R"("a")");
  EXPECT_EQ(value("\\newline"), R"("\n")");
  EXPECT_EQ(value("\\u00e9"), "\"\u00e9\"");
  EXPECT_EQ(value("\\\u00e9"), "\"\u00e9\"");
  EXPECT_EQ(value("[\\( \\)]"), R"x(["(" ")"])x");
  EXPECT_EQ(value(":a/b"), ":a/b");
  EXPECT_EQ(value("+"), "+");
  EXPECT_EQ(value("a.b/c'"), "a.b/c'");
  EXPECT_EQ(value("[[:r 8 nil] [:append 9 73]]"), "[[:r 8 nil] [:append 9 73]]");
  EXPECT_EQ(value("(1, 2 ; two\n 3 #_4)"), "(1 2 3)");
  EXPECT_EQ(value("#{3 1 2}"), "#{1 2 3}");
  EXPECT_EQ(value("{:y 0 :x #_skipped 1}"), "{:x 1, :y 0}");
  EXPECT_EQ(value("^:private [1]"), "[1]");
}

TEST(EdnReader, KeepsOnlyTheValueBehindAForeignTag) {
  EXPECT_EQ(value("#inst \"2024-01-02T03:04:05.000-00:00\""), "\"2024-01-02T03:04:05.000-00:00\"");
  EXPECT_EQ(value("#uuid\"00\""), "\"00\"");
  EXPECT_EQ(value("#error {:cause \"reset\"}"), "{:cause \"reset\"}");
  EXPECT_EQ(value("#object[a.b.C 0xff \"c\"]"), "[a.b.C 255 \"c\"]");
  EXPECT_EQ(value("#'user/x"), "user/x");
  EXPECT_EQ(value("#\"a.*\""), "\"a.*\"");
  EXPECT_EQ(value("#<IOException java.io.IOException: reset>"),
            "\"#<IOException java.io.IOException: reset>\"");
  EXPECT_EQ(value("#:db{:id 1 :_/x 2 :a/b 3 \"s\" 4}"), "{\"s\" 4, :a/b 3, :db/id 1, :x 2}");
}

TEST(EdnReader, ReadsItsOwnTags) {
  EXPECT_EQ(value("#tribunal/keyword \"two words\""), "#tribunal/keyword \"two words\"");
  EXPECT_EQ(value("#tribunal/symbol \"nil\""), "#tribunal/symbol \"nil\"");
  EXPECT_EQ(value("#tribunal/bytes \"ff\""), "#tribunal/bytes \"ff\"");
  EXPECT_EQ(value("#tribunal/bytes \"61\""), "\"a\"");
  EXPECT_EQ(value("#tribunal/keyword \"read\""), ":read");
}

TEST(EdnReader, TakesAKeyFromKeyOrFromAMarkedTuple) {
  const History history = read(
      "{:process 0 :type :invoke :f :get :key \"a\" :value [1 2]}"
      "{:process 1 :type :invoke :f :get :value [7 nil] :independent true}"
      "{:process 2 :type :invoke :f :get :independent false :value [7 nil]}"
      "{:process 3 :type :invoke :f :get :value [7 nil]}");
  EXPECT_EQ(history.show(0), "0  invoke  get [\"a\"] [1 2]");
  EXPECT_EQ(history.show(1), "1  invoke  get [7] nil");
  EXPECT_EQ(history.show(2), "2  invoke  get [7 nil]");
  EXPECT_EQ(history.show(3), "3  invoke  get [7 nil]");
}

TEST(EdnReader, SplitsEveryClientValueWhenToldThatKeysAreIndependent) {
  const History history = read(
      "{:process 0 :type :invoke :f :write :value [7 [1 2]]}"
      "{:process :nemesis :type :info :f :start :value [1 2]}"
      "{:process 0 :type :info :f :write :value nil}",
      {.independent = true});
  EXPECT_EQ(history.show(0), "0  invoke  write [7] [1 2]");
  EXPECT_EQ(history.show(1), "nemesis  info  start [1 2]");
  EXPECT_EQ(history.show(2),
            "0  info  write [7] nil");  // says nothing: on the key of the invocation
}

TEST(EdnReader, KeepsNodesThatAreNumbered) {
  const History history = read(
      "{:process 0 :type :invoke :f :read :node \"n1\"}{:process 1 :type :invoke :f :read :node "
      ":n65535}"
      "{:process 2 :type :invoke :f :read :node \"db1.example.com\"}"
      "{:process 3 :type :invoke :f :read :node \"n65536\"}{:process 4 :type :invoke :f :read "
      ":node \"n0\"}");
  EXPECT_EQ(history.event(0).node, 0);
  EXPECT_EQ(history.event(1).node, 65534);
  for (std::uint32_t i = 2; i < 5; ++i) EXPECT_EQ(history.event(i).node, no_node);
}

TEST(EdnReader, AcceptsStepsBackInTimeBetweenProcesses) {
  EXPECT_EQ(
      read("{:process 0 :type :invoke :f :read :time 9}{:process 1 :type :invoke :f :read :time 8}"
           "{:process 1 :type :ok :f :read :time 8}{:process 0 :type :ok :f :read :time 9}")
          .size(),
      4U);
}

TEST(EdnWriter, WritesKeysInAFixedOrder) {
  History history;
  Event event;
  event.time = Time{12};
  event.f = history.symbol("cas");
  event.value = history.intern(Value::pair(Value::integer(1), Value::integer(2)));
  ASSERT_TRUE(history.append(event).ok());
  event.type = EventType::info;
  event.time = Time::min();
  event.has_key = true;
  event.key = history.intern(Value::string("k"));
  event.node = 2;
  event.error = history.intern(Value::keyword("timeout"));
  event.producers = 0;
  ASSERT_TRUE(history.append(event).ok());
  Event nemesis;
  nemesis.process = Process::nemesis;
  nemesis.f = history.symbol("two words");
  ASSERT_TRUE(history.append(nemesis).ok());
  std::string out;
  write_edn(history, out);
  EXPECT_EQ(out,
            "{:index 0, :time 12, :type :invoke, :process 0, :f :cas, :value [1 2]}\n"
            "{:index 1, :type :info, :process 0, :f :cas, :value [\"k\" [1 2]], :node \"n3\", "
            ":error :timeout, :producers 0, :independent true}\n"
            "{:index 2, :type :invoke, :process :nemesis, :f \"two words\", :value nil}\n");
}

}  // namespace
}  // namespace tribunal::history
