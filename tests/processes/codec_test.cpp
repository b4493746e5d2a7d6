// Encodings byte by byte, and what is refused, and why.
#include "cluster/wire/codec.h"

#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/wire/enums.h"
#include "cluster/wire/messages.h"
#include "sut/raft/message.h"

namespace tribunal::cluster::wire {
namespace {

using ::testing::HasSubstr;

std::string hex(ByteView bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    text += fmt::format("{}{:02x}", text.empty() ? "" : " ", std::to_integer<unsigned>(byte));
  }
  return text;
}
template <class T>
std::string encoded(const T& value) {
  return hex(to_bytes(value));
}
Bytes bytes_of(std::initializer_list<unsigned> list) {
  Bytes bytes;
  for (const unsigned byte : list) bytes.push_back(static_cast<std::byte>(byte));
  return bytes;
}
template <class T>
std::string error_of(std::initializer_list<unsigned> list, std::uint16_t nodes = 3) {
  const Result<T> result = from_bytes<T>(bytes_of(list), nodes);
  return result.ok() ? "" : result.error().message;
}

TEST(Codec, NumbersAreLeb128) {
  EXPECT_EQ(encoded(std::uint64_t{0}), "00");
  EXPECT_EQ(encoded(std::uint64_t{127}), "7f");
  EXPECT_EQ(encoded(std::uint64_t{128}), "80 01");
  EXPECT_EQ(encoded(std::uint16_t{300}), "ac 02");
  EXPECT_EQ(encoded(std::numeric_limits<std::uint64_t>::max()), "ff ff ff ff ff ff ff ff ff 01");
}

TEST(Codec, SignedNumbersAreZigzag) {
  EXPECT_EQ(encoded(std::int64_t{0}), "00");
  EXPECT_EQ(encoded(std::int64_t{-1}), "01");
  EXPECT_EQ(encoded(std::int64_t{1}), "02");
  EXPECT_EQ(encoded(std::int64_t{-65}), "81 01");
  EXPECT_EQ(encoded(std::numeric_limits<std::int64_t>::min()), "ff ff ff ff ff ff ff ff ff 01");
  EXPECT_EQ(encoded(Duration{-2}), "03");
  for (const std::int64_t value : {0L, -1L, 1L, -65L, std::numeric_limits<std::int64_t>::min()}) {
    const auto back = from_bytes<std::int64_t>(to_bytes(value), 0);
    EXPECT_TRUE(back.ok() && *back == value) << value;
  }
}

TEST(Codec, ContainersSayHowMuchFollows) {
  EXPECT_EQ(encoded(std::optional<bool>{}), "00");
  EXPECT_EQ(encoded(std::optional<bool>{true}), "01 01");
  EXPECT_EQ(encoded(std::vector<std::int64_t>{1, -1}), "02 02 01");
  EXPECT_EQ(encoded(std::string("ab")), "02 61 62");
  EXPECT_EQ(encoded(std::map<std::uint64_t, bool>{{7, false}, {2, true}}), "02 02 01 07 00");
  EXPECT_EQ(encoded(std::variant<bool, std::int64_t>{std::int64_t{3}}), "01 06");
  EXPECT_EQ(encoded(sut::Shared<std::uint64_t>{}), "00");
  EXPECT_EQ(encoded(sut::Shared<std::uint64_t>{std::uint64_t{5}}), "01 05");
}

TEST(Codec, StringsAndMapsComeBack) {
  using Map = std::map<std::string, std::vector<std::int64_t>>;
  const Map map{{"", {}}, {"key", {1, 2, 3}}};
  const auto back = from_bytes<Map>(to_bytes(map), 0);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(*back, map);
  EXPECT_EQ((error_of<std::map<std::uint64_t, bool>>({2, 7, 0, 2, 1})),
            "byte 4: the keys of a map do not ascend");
  EXPECT_NE((error_of<std::map<std::uint64_t, bool>>({2, 2, 0, 2, 1})), "");
}

TEST(Codec, RefusesLongerFormsAndOverflow) {
  EXPECT_EQ(error_of<std::uint64_t>({0x80, 0x00}), "byte 2: a number in more bytes than it needs");
  EXPECT_EQ(error_of<std::uint64_t>({0xff, 0x80, 0x00}),
            "byte 3: a number in more bytes than it needs");
  const auto nine = {0xffU, 0xffU, 0xffU, 0xffU, 0xffU, 0xffU, 0xffU, 0xffU, 0xffU, 0x02U};
  EXPECT_EQ(error_of<std::uint64_t>(nine), "byte 10: a number of more than 64 bits");
  EXPECT_EQ(
      error_of<std::uint64_t>({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x81, 0x00}),
      "byte 10: a number of more than 64 bits");
  EXPECT_EQ(error_of<std::uint64_t>({0x80}), "byte 1: the message ends here, expected more");
  EXPECT_EQ(error_of<std::uint16_t>({0x80, 0x80, 0x04}),
            "byte 3: number 65536, at most 65535 is expected");
  EXPECT_EQ(error_of<std::int32_t>({0x80, 0x80, 0x80, 0x80, 0x10}),
            "byte 5: number 2147483648 is out of range");
  EXPECT_EQ(error_of<ClientId>({0x80, 0x80, 0x80, 0x80, 0x10}),
            "byte 5: number 4294967296, at most 4294967295 is expected");
}

TEST(Codec, RefusesUnknownValues) {
  EXPECT_EQ(error_of<bool>({2}), "byte 1: number 2, at most 1 is expected");
  EXPECT_EQ(error_of<std::optional<bool>>({2, 0}), "byte 1: number 2, at most 1 is expected");
  EXPECT_EQ(error_of<sut::Shared<bool>>({2, 0}), "byte 1: number 2, at most 1 is expected");
  EXPECT_EQ(error_of<sut::raft::Batch>({2, 0}), "byte 1: number 2, at most 1 is expected");
  EXPECT_EQ(error_of<sut::CommandKind>({16}), "byte 1: number 16, at most 15 is expected");
  EXPECT_EQ((error_of<std::variant<bool, std::int64_t>>({2, 0})),
            "byte 1: number 2, at most 1 is expected");
}

TEST(Codec, KnowsTheNodes) {
  EXPECT_EQ(error_of<NodeId>({2}), "");
  EXPECT_EQ(error_of<NodeId>({3}), "byte 1: node 3 of 3");
  EXPECT_EQ(error_of<NodeId>({0xff, 0xff, 0x03}), "");  // no node
  EXPECT_EQ(error_of<NodeId>({0xfe, 0xff, 0x03}), "byte 3: node 65534 of 3");
  EXPECT_EQ(error_of<NodeId>({0x80, 0x80, 0x04}, 0),
            "byte 3: number 65536, at most 65535 is expected");
  EXPECT_EQ(error_of<NodeId>({0xfe, 0xff, 0x03}, 0), "");  // unchecked
}

// A count is believed only as far as bytes are there: no allocation for what cannot come.
TEST(Codec, RefusesCountsOfWhatIsNotThere) {
  EXPECT_EQ(error_of<std::vector<std::int64_t>>({3, 0, 0}),
            "byte 1: 3 elements, but only 2 bytes are left");
  EXPECT_THAT(error_of<std::vector<std::int64_t>>(
                  {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}),
              HasSubstr("but only 0 bytes are left"));
  EXPECT_THAT(error_of<std::string>({0xff, 0xff, 0xff, 0xff, 0x0f, 0x41}),
              HasSubstr("4294967295 elements, but only 1 bytes are left"));
  // An entry of Raft takes nine bytes at least.
  EXPECT_EQ(error_of<std::vector<sut::raft::Entry>>({1, 0, 0, 0, 0, 0, 0, 0, 0}),
            "byte 1: 1 elements, but only 8 bytes are left");
  EXPECT_EQ(error_of<std::vector<sut::raft::Entry>>({1, 0, 0, 0, 0, 0, 0, 0, 0, 0}), "");
}

TEST(Codec, UsesAllBytes) {
  EXPECT_EQ(error_of<bool>({1, 0, 0}), "byte 1: 2 bytes more than the message needs");
  EXPECT_EQ(error_of<bool>({}), "byte 0: the message ends here, expected more");
}

TEST(Codec, KeepsTheFirstError) {
  const Bytes bytes = bytes_of({2, 3, 4});
  Reader in(bytes);
  bool flag = true;
  decode(in, flag);
  std::uint64_t number = 9;
  decode(in, number);
  EXPECT_EQ(in.error(), "byte 1: number 2, at most 1 is expected");
  EXPECT_EQ(number, 0U);
  EXPECT_TRUE(in.at_end());
}

// Whether a value of an enum has a name: compilers print the others as casts.
template <auto Value>
constexpr bool named() {
  const std::string_view text = __PRETTY_FUNCTION__;
  const char first = text[text.find("Value = ") + 8];
  return first != '(' && !(first >= '0' && first <= '9');
}
// The greatest value that a codec accepts is the last one, and an enumerator added after it is
// noticed here.
template <class E>
constexpr bool ends_there() {
  constexpr E last = EnumRange<E>::last;
  return named<last>() && !named<static_cast<E>(static_cast<int>(last) + 1)>();
}
static_assert(ends_there<Who>() && ends_there<sut::Role>() && ends_there<sut::Status>());
static_assert(ends_there<sut::CommandKind>() && ends_there<sut::WitnessKind>());
static_assert(ends_there<sut::raft::RecordKind>() && ends_there<sut::single_leader::RecordKind>());
static_assert(ends_there<sut::multi_leader::RecordKind>() && ends_there<sut::replicated::Type>());
static_assert(ends_there<sut::replicated::Policy>() && ends_there<sut::replicated::ClockKind>());

static_assert(sut::lists_every_field<Hello>() && sut::lists_every_field<Welcome>());
static_assert(sut::lists_every_field<ClientRequest>() && sut::lists_every_field<ClientReply>());
static_assert(sut::lists_every_field<sut::Reply>() && sut::lists_every_field<sut::Content>());
static_assert(sut::lists_every_field<sut::View>() && sut::lists_every_field<sut::Witness>());

TEST(Hello, IsTurnedAwayWhenItMeansAnotherRunOrNode) {
  const Hello good{Who::node, NodeId{1}, {}, NodeId{0}, 3, 42};
  const auto turned_away = [&](auto change) {
    Hello hello = good;
    change(hello);
    const Status status = check(hello, NodeId{0}, 3, 42);
    return status.ok() ? std::string() : status.error().message;
  };
  EXPECT_EQ(turned_away([](Hello&) {}), "");
  EXPECT_EQ(turned_away([](Hello& h) { h.who = Who::client, h.node = NodeId{0}; }), "");
  EXPECT_EQ(turned_away([](Hello& h) { h.run = 43; }),
            "a hello of run 000000000000002b, this is run 000000000000002a");
  EXPECT_EQ(turned_away([](Hello& h) { h.nodes = 5; }),
            "a hello of a cluster of 5 nodes, this one has 3");
  EXPECT_EQ(turned_away([](Hello& h) { h.to = NodeId{2}; }), "a hello to node 2, this is node 0");
  EXPECT_EQ(turned_away([](Hello& h) { h.node = NodeId{3}; }), "a hello of node 3 to node 0 of 3");
  EXPECT_EQ(turned_away([](Hello& h) { h.node = NodeId{0}; }), "a hello of node 0 to node 0 of 3");
}

// The worked example of docs/wire.md.
TEST(Example, IsAsTheManualSays) {
  sut::raft::Append append;
  append.prev_index = 300;
  append.prev_term = 2;
  append.commit = 299;
  append.round = 7;
  append.entries = sut::raft::Batch(sut::raft::Entries(
      {{2, milliseconds(1), {ClientId{5}, 9}, {sut::CommandKind::write, 1, -3, 0}, 0}}));
  const Bytes payload = to_bytes(sut::raft::Message{2, append});
  EXPECT_EQ(hex(payload), "02 00 ac 02 02 ab 02 07 01 01 02 80 89 7a 05 09 01 01 05 00 00");
  Bytes frame;
  append_frame(frame, FrameKind::message, carries_data, payload);
  EXPECT_EQ(hex(ByteView(frame).first(header_bytes)), "15 00 00 00 03 01 01 00 2e ad 09 f5");
}

}  // namespace
}  // namespace tribunal::cluster::wire
