// The bytes of a log file: a header, then records. docs/formats.md, "The log of a replica".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/wire/frame.h"

namespace tribunal::cluster {

inline constexpr std::size_t log_header_bytes = 24;
inline constexpr std::size_t record_header_bytes = 17;
inline constexpr std::uint32_t log_version = 1;

void append_log_header(wire::Bytes& out, std::uint64_t number);
// Record `ordinal` (from 0) of file `number`; the first record of a file other than 1 is a
// checkpoint. Precondition: payload.size() <= wire::largest_payload.
void append_record(wire::Bytes& out, std::uint64_t number, std::uint64_t ordinal,
                   wire::ByteView payload);

// What a file is expected to hold.
struct LogFileFacts {
  std::string path;  // for errors
  std::uint64_t number = 1;
  std::uint64_t durable = 0;  // so many first bytes were certainly durable; 0: unknown
  bool checksums = true;      // false: a record is believed if its length is possible
};

struct LogContent {
  std::vector<wire::ByteView> records;  // payloads; views into the file
  std::uint64_t end = 0;  // of the last good record; what follows is to be cut off. 0: the header
                          // itself has to be written again
  bool torn = false;      // what follows is part of a record (not nothing, and not zeros only)
};

// The records of a whole file. An error: it is not a log of this version and number, or bytes are
// damaged that a crash cannot have left like that.
Result<LogContent> read_log(wire::ByteView file, const LogFileFacts& facts);

}  // namespace tribunal::cluster
