#include "cluster/processes/log_format.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "cluster/processes/little_endian.h"

namespace tribunal::cluster {
namespace {

using wire::Bytes;
using wire::ByteView;

constexpr std::string_view magic = "TRIBLOG\n";

ByteView bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::uint8_t flags_of(std::uint64_t number, std::uint64_t ordinal) {
  return number > 1 && ordinal == 0 ? 1 : 0;
}

// Covers where the record belongs as well, so that a stale or misplaced one never passes.
std::uint32_t checksum(std::uint64_t number, std::uint32_t length, std::uint64_t ordinal,
                       std::uint8_t flags, ByteView payload) {
  std::array<std::byte, 21> fields;
  for (std::size_t i = 0; i < 8; ++i) fields[i] = static_cast<std::byte>(number >> (8 * i));
  for (std::size_t i = 0; i < 4; ++i) fields[8 + i] = static_cast<std::byte>(length >> (8 * i));
  for (std::size_t i = 0; i < 8; ++i) fields[12 + i] = static_cast<std::byte>(ordinal >> (8 * i));
  fields[20] = static_cast<std::byte>(flags);
  return wire::crc32c(payload, wire::crc32c(fields));
}

// The bytes at some place, taken for a record. Precondition: a record's header fits there.
struct Candidate {
  Candidate(ByteView file, std::size_t at)
      : length(number_at<std::uint32_t>(file, at)),
        stored(number_at<std::uint32_t>(file, at + 4)),
        ordinal(number_at<std::uint64_t>(file, at + 8)),
        flags(std::to_integer<std::uint8_t>(file[at + 16])),
        room(file.size() - at - record_header_bytes),
        fits(length <= room && length <= wire::largest_payload),
        payload(file.subspan(at + record_header_bytes, fits ? length : 0)) {}

  std::uint32_t computed(std::uint64_t number) const {
    return checksum(number, length, ordinal, flags, payload);
  }
  bool valid(std::uint64_t number) const {
    return fits && flags == flags_of(number, ordinal) && stored == computed(number);
  }

  std::uint32_t length;
  std::uint32_t stored;
  std::uint64_t ordinal;
  std::uint8_t flags;
  std::size_t room;  // bytes of the file behind the header
  bool fits;
  ByteView payload;
};

bool header_fits(ByteView file, std::size_t at) { return file.size() - at >= record_header_bytes; }

bool all_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
}

std::string found_instead(ByteView file, std::size_t at, std::uint64_t number) {
  const std::size_t left = file.size() - at;
  if (left == 0) return "the end of the file";
  if (all_zero(file.subspan(at))) return fmt::format("{} zero bytes", left);
  if (!header_fits(file, at)) return fmt::format("the last {} bytes of the file", left);
  const Candidate candidate(file, at);
  if (!candidate.fits)
    return fmt::format("a length of {} with {} bytes left", candidate.length, candidate.room);
  if (candidate.valid(number)) return fmt::format("record {}", candidate.ordinal);
  if (candidate.stored == candidate.computed(number))
    return fmt::format("flags {}", candidate.flags);
  return fmt::format("checksum {:08x} for bytes that have {:08x}", candidate.stored,
                     candidate.computed(number));
}

// Any valid record from `from` on that belongs at `ordinal` or later? Looks at every byte, for the
// damage may be in a length. Chance does not make the eight bytes of a plausible ordinal, so that
// few checksums are computed; a file made to need more than `budget` bytes of them gets the answer
// of a damaged one.
struct Follower {
  std::size_t at;
  bool certain;
};
std::optional<Follower> find_follower(ByteView file, std::size_t from, std::uint64_t number,
                                      std::uint64_t ordinal) {
  const std::size_t most = (file.size() - from) / record_header_bytes;
  std::size_t budget = 8 * (file.size() - from) + (std::size_t{1} << 20);
  for (std::size_t at = from; at < file.size() && header_fits(file, at); ++at) {
    const std::uint64_t found = number_at<std::uint64_t>(file, at + 8);
    if (found - ordinal > most) continue;  // also when it is less: the difference wraps around
    const Candidate candidate(file, at);
    if (!candidate.fits) continue;
    if (candidate.length > budget) return Follower{at, false};
    budget -= candidate.length;
    if (candidate.valid(number)) return Follower{at, true};
  }
  return std::nullopt;
}

// The start of the header of the very first file, of which nothing was ever durable.
bool unfinished_header(ByteView file, const LogFileFacts& facts) {
  Bytes header;
  append_log_header(header, 1);
  return facts.number == 1 && facts.durable == 0 && file.size() < header.size() &&
         std::ranges::equal(file, ByteView(header).first(file.size()));
}

Status check_header(ByteView file, const LogFileFacts& facts) {
  const auto wrong = [&](std::size_t at, const std::string& expected, const std::string& found) {
    return fail(fmt::format("{}: byte {}: expected {}, found {}", facts.path, at, expected, found));
  };
  if (file.size() < log_header_bytes)
    return wrong(0, fmt::format("a header of {} bytes", log_header_bytes),
                 fmt::format("a file of {}", file.size()));
  if (!std::ranges::equal(file.first(magic.size()), bytes_of(magic)))
    return wrong(0, "the log of a replica (TRIBLOG)", "something else");
  const auto version = number_at<std::uint32_t>(file, 8);
  if (version != log_version)
    return wrong(8, fmt::format("version {} of the format", log_version),
                 fmt::format("version {}", version));
  const auto number = number_at<std::uint64_t>(file, 12);
  if (number != facts.number)
    return wrong(12, fmt::format("file number {}", facts.number), fmt::format("{}", number));
  const std::uint32_t computed = wire::crc32c(file.first(20));
  const auto stored = number_at<std::uint32_t>(file, 20);
  if (stored != computed)
    return wrong(20, fmt::format("checksum {:08x}", computed), fmt::format("{:08x}", stored));
  return {};
}

// Reads records from content.end on, until one is not what it should be.
void read_records(ByteView file, const LogFileFacts& facts, LogContent& content) {
  while (header_fits(file, content.end)) {
    const Candidate candidate(file, content.end);
    const bool good = facts.checksums ? candidate.ordinal == content.records.size() &&
                                            candidate.valid(facts.number)
                                      : candidate.fits && !all_zero(file.subspan(content.end));
    if (!good) return;
    content.records.push_back(candidate.payload);
    content.end += record_header_bytes + candidate.length;
  }
}

// Can a crash have left what is behind content.end?
Status check_end(ByteView file, const LogFileFacts& facts, const LogContent& content) {
  const std::uint64_t ordinal = content.records.size();
  const auto wrong = [&](const std::string& why) {
    return fail(fmt::format("{}: byte {}: expected record {}, found {}; {}", facts.path,
                            content.end, ordinal, found_instead(file, content.end, facts.number),
                            why));
  };
  if (content.end < facts.durable)
    return wrong(
        fmt::format("everything before byte {} was durable, so this is damage", facts.durable));
  if (facts.number > 1 && ordinal == 0)
    return wrong("a file begins with a durable checkpoint, so this is damage");
  if (const auto follower = find_follower(file, content.end, facts.number, ordinal)) {
    const char* const what = follower->certain ? "a valid record follows" : "too many may follow";
    return wrong(fmt::format("{} at byte {}, so this is damage", what, follower->at));
  }
  return {};
}

}  // namespace

void append_log_header(Bytes& out, std::uint64_t number) {
  const std::size_t start = out.size();
  const ByteView name = bytes_of(magic);
  out.insert(out.end(), name.begin(), name.end());
  append_number(out, log_version);
  append_number(out, number);
  append_number(out, wire::crc32c(ByteView(out).subspan(start)));
  assert(out.size() - start == log_header_bytes);
}

void append_record(Bytes& out, std::uint64_t number, std::uint64_t ordinal, ByteView payload) {
  assert(payload.size() <= wire::largest_payload);
  const auto length = static_cast<std::uint32_t>(payload.size());
  const std::uint8_t flags = flags_of(number, ordinal);
  append_number(out, length);
  append_number(out, checksum(number, length, ordinal, flags, payload));
  append_number(out, ordinal);
  append_number(out, flags);
  out.insert(out.end(), payload.begin(), payload.end());
}

Result<LogContent> read_log(ByteView file, const LogFileFacts& facts) {
  LogContent content;
  if (unfinished_header(file, facts)) {
    content.torn = !file.empty();
    return content;
  }
  if (const Status header = check_header(file, facts); !header) return fail(header.error().message);
  content.end = log_header_bytes;
  read_records(file, facts, content);
  if (facts.checksums) {
    if (const Status end = check_end(file, facts, content); !end) return fail(end.error().message);
  }
  content.torn = !all_zero(file.subspan(content.end));
  return content;
}

}  // namespace tribunal::cluster
