// Frames: whole ones, ones in pieces, damaged ones.
#include "cluster/wire/frame.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/processes/random_values.h"
#include "tests/scale.h"

namespace tribunal::cluster::wire {
namespace {

Bytes bytes_of(std::string_view text) {
  Bytes bytes;
  for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
  return bytes;
}
Bytes framed(FrameKind kind, std::string_view payload, std::uint8_t flags = 0) {
  Bytes out;
  append_frame(out, kind, flags, bytes_of(payload));
  return out;
}
std::string text_of(ByteView bytes) {
  std::string text;
  for (const std::byte byte : bytes) text.push_back(static_cast<char>(byte));
  return text;
}
Bytes random_bytes(Random& random, std::size_t size) {
  Bytes bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
  return bytes;
}

// From RFC 3720 (iSCSI), appendix B.4, and the check value of the usual catalogue of CRCs.
TEST(Crc32c, IsThatOfIscsi) {
  EXPECT_EQ(crc32c({}), 0U);
  EXPECT_EQ(crc32c(bytes_of("123456789")), 0xe3069283U);
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0})), 0x8a9136aaU);
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0xff})), 0x62a8ab43U);
  Bytes ascending(32);
  for (std::size_t i = 0; i < 32; ++i) ascending[i] = static_cast<std::byte>(i);
  EXPECT_EQ(crc32c(ascending), 0x46dd794eU);
}

TEST(Crc32c, OfPiecesIsThatOfTheWhole) {
  Random random(1);
  const Bytes bytes = random_bytes(random, 61);
  const std::uint32_t whole = crc32c(bytes);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const ByteView view(bytes);
    EXPECT_EQ(crc32c(view.subspan(cut), crc32c(view.first(cut))), whole);
  }
}

TEST(Frame, ComesBackAsItWas) {
  for (std::uint8_t kind = 1; kind <= last_kind; ++kind) {
    for (const std::uint8_t flags : {std::uint8_t{0}, carries_data}) {
      const Bytes out = framed(static_cast<FrameKind>(kind), "payload", flags);
      EXPECT_EQ(out.size(), header_bytes + 7);
      const Parsed parsed = parse_frame(out);
      ASSERT_TRUE(parsed.complete) << parsed.error;
      EXPECT_EQ(parsed.frame.kind, static_cast<FrameKind>(kind));
      EXPECT_EQ(parsed.frame.flags, flags);
      EXPECT_EQ(text_of(parsed.frame.payload), "payload");
      EXPECT_EQ(parsed.frame.whole.data(), out.data());
      EXPECT_EQ(parsed.frame.whole.size(), out.size());
    }
  }
}

// A connection hands over bytes in pieces of any size.
TEST(Frame, IsFoundHoweverTheStreamIsCut) {
  Bytes stream = framed(FrameKind::request, "first");
  append_frame(stream, FrameKind::reply, 0, {});
  append_frame(stream, FrameKind::message, carries_data, bytes_of("the third"));
  const std::size_t ends[] = {header_bytes + 5, 2 * header_bytes + 5, stream.size()};
  const char* const payloads[] = {"first", "", "the third"};
  for (std::size_t have = 0; have <= stream.size(); ++have) {
    ByteView view = ByteView(stream).first(have);
    std::size_t whole = 0;
    for (;; ++whole) {
      const Parsed parsed = parse_frame(view);
      ASSERT_EQ(parsed.error, "");
      if (!parsed.complete) break;
      EXPECT_EQ(text_of(parsed.frame.payload), payloads[whole]);
      view = view.subspan(parsed.frame.whole.size());
    }
    EXPECT_EQ(whole, static_cast<std::size_t>(std::count_if(
                         std::begin(ends), std::end(ends), [&](auto end) { return end <= have; })));
  }
}

// Never delivered as if nothing had happened: refused, or waited for until more shows that it is
// wrong.
TEST(Frame, WithOneWrongByteIsNotDelivered) {
  Random random(2);
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{40}}) {
    Bytes frame;
    append_frame(frame, FrameKind::message, 0, random_bytes(random, size));
    for (std::size_t at = 0; at < frame.size(); ++at) {
      for (unsigned change = 1; change < 256; ++change) {
        Bytes damaged = frame;
        damaged[at] ^= static_cast<std::byte>(change);
        const bool sound = parse_frame(damaged).complete;
        ASSERT_FALSE(sound) << "byte " << at << " changed by " << change;
        damaged.resize(70'000);  // what a small change of the length waits for
        ASSERT_FALSE(parse_frame(damaged).complete) << "byte " << at << " changed by " << change;
      }
    }
  }
}

TEST(Frame, OfAWrongChecksumIsLeftToWhoReadsIt) {
  Bytes frame = framed(FrameKind::message, "payload");
  frame.back() ^= std::byte{1};
  EXPECT_THAT(parse_frame(frame).error,
              ::testing::StartsWith("checksum mismatch: the header says"));
  const Parsed passed = parse_frame(frame, false);
  ASSERT_TRUE(passed.complete);
  EXPECT_EQ(passed.frame.whole.size(), frame.size());
}

TEST(Frame, SaysWhatIsWrongWithAHeader) {
  const auto error_with = [](std::size_t at, std::initializer_list<unsigned> bytes) {
    Bytes frame = framed(FrameKind::hello, "");
    for (const unsigned byte : bytes) frame[at++] = static_cast<std::byte>(byte);
    const Parsed parsed = parse_frame(frame);
    EXPECT_FALSE(parsed.complete);
    return parsed.error;
  };
  EXPECT_EQ(error_with(0, {255, 255, 255, 255}),
            "payload of 4294967295 bytes, at most 67108864 are allowed");
  EXPECT_EQ(error_with(0, {1, 0, 0, 4}), "payload of 67108865 bytes, at most 67108864 are allowed");
  EXPECT_EQ(error_with(4, {0}), "frame of kind 0, expected 1 to 7");
  EXPECT_EQ(error_with(4, {8}), "frame of kind 8, expected 1 to 7");
  EXPECT_EQ(error_with(5, {2}), "unknown frame flags 0x02");
  EXPECT_EQ(error_with(6, {2}), "format version 2, expected 1");
  EXPECT_EQ(error_with(6, {1, 1}), "format version 257, expected 1");
}

// The largest is waited for, not refused.
TEST(Frame, MayBeAsLargeAsItSays) {
  Bytes header = framed(FrameKind::message, "");
  header[3] = std::byte{4};
  EXPECT_EQ(parse_frame(header).error, "");
  EXPECT_FALSE(parse_frame(header).complete);
}

TEST(Frame, OfRandomBytesIsNone) {
  for (std::uint64_t seed = 0; seed < scaled(20'000, 500); ++seed) {
    Random random(seed);
    EXPECT_FALSE(parse_frame(random_bytes(random, random.below(64))).complete);
  }
}

}  // namespace
}  // namespace tribunal::cluster::wire
