// What the harness does to the log of a dead node: cluster/processes/file_log.h.
#include <algorithm>
#include <fcntl.h>

#include "cluster/processes/file_log.h"
#include "cluster/processes/files.h"
#include "cluster/processes/log_directory.h"

namespace tribunal::cluster {
namespace {

// Without checksums: a log that is damaged already can be damaged once more.
Result<LatestLog> read_as_it_is(const std::string& directory) {
  const auto listed = list_log_directory(directory);
  if (!listed) return fail(listed.error().message);
  return read_latest_log(directory, *listed, false);
}

Status flip(const std::string& path, std::uint64_t at, std::byte mask, wire::ByteView bytes) {
  const std::byte flipped = bytes[at] ^ mask;
  const auto file = File::open(path, O_WRONLY);
  if (!file) return fail(file.error().message);
  const Status written = file->write({&flipped, 1}, at);
  return written ? file->sync() : written;
}

}  // namespace

Result<std::uint64_t> tear_unsynced(const std::string& directory, std::uint32_t keep_millionths) {
  const auto listed = list_log_directory(directory);
  if (!listed) return fail(listed.error().message);
  // A file that the mark does not name yet was synced under another name: all of it is durable.
  if (!listed->mark || listed->numbers.empty() || listed->numbers.back() != listed->mark->number)
    return std::uint64_t{0};
  const auto file = File::open(log_path(directory, listed->mark->number), O_RDWR);
  if (!file) return fail(file.error().message);
  const auto bytes = file->read();
  if (!bytes) return fail(bytes.error().message);
  const std::uint64_t written = bytes.value().size();
  const std::uint64_t durable = std::min(listed->mark->length, written);
  const std::uint64_t kept =
      (written - durable) * std::min<std::uint64_t>(keep_millionths, 1'000'000) / 1'000'000;
  if (durable + kept == written) return std::uint64_t{0};
  if (const Status cut = file->truncate(durable + kept); !cut) return fail(cut.error().message);
  if (const Status synced = file->sync(); !synced) return fail(synced.error().message);
  return written - durable - kept;
}

Result<std::uint64_t> flip_bit_on_disk(const std::string& directory, std::uint64_t which,
                                       std::uint64_t bit) {
  const auto log = read_as_it_is(directory);
  if (!log) return fail(log.error().message);
  if (log->content.records.empty()) return fail(directory + ": expected a record, found none");
  const wire::ByteView payload = log->content.records[which % log->content.records.size()];
  const auto start =
      static_cast<std::uint64_t>(payload.data() - log->bytes.data()) - record_header_bytes;
  bit %= 8 * (record_header_bytes + payload.size());
  const std::uint64_t at = start + bit / 8;
  const Status done = flip(log_path(directory, log->number), at,
                           static_cast<std::byte>(1u << (bit % 8)), log->bytes);
  if (!done) return fail(done.error().message);
  return at;
}

bool log_is_empty(const std::string& directory) {
  const auto log = read_as_it_is(directory);
  return !log || log->content.records.empty();
}

}  // namespace tribunal::cluster
