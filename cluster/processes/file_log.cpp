#include "cluster/processes/file_log.h"

#include <fcntl.h>
#include <utility>

#include <fmt/format.h>

#include "cluster/processes/durable_mark.h"
#include "cluster/processes/files.h"
#include "cluster/processes/log_directory.h"
#include "cluster/processes/log_format.h"

namespace tribunal::cluster {
namespace {

using wire::Bytes;
using wire::ByteView;

// A complete file under its unfinished name, durable.
Result<File> write_unfinished(const std::string& path, ByteView header, ByteView records) {
  auto file = File::open(path, O_RDWR | O_CREAT | O_TRUNC);
  if (!file) return file;
  Status status = file->write(header, 0);
  if (status) status = file->write(records, header.size());
  if (status) status = file->sync();
  if (!status) return fail(status.error().message);
  return file;
}

Status publish(const std::string& directory, std::uint64_t number, File& file) {
  const Status renamed = file.rename(log_path(directory, number));
  return renamed ? sync_directory(directory) : renamed;
}

// After a failure: the file is certainly not there, also after a crash.
Status withdraw(const std::string& directory, std::uint64_t number) {
  const Status removed = remove_file(log_path(directory, number));
  return removed ? sync_directory(directory) : removed;
}

struct Created {
  Result<File> file;
  bool undone = true;  // after an error: nothing of it can come back
};
Created create_log(const std::string& directory, std::uint64_t number, ByteView records) {
  Bytes header;
  append_log_header(header, number);
  const std::string unfinished = unfinished_log_path(directory, number);
  Created created{write_unfinished(unfinished, header, records)};
  if (created.file) {
    if (const Status published = publish(directory, number, *created.file); !published) {
      created.file = fail(published.error().message);
      created.undone = withdraw(directory, number).ok();
    }
  }
  if (!created.file) (void)remove_file(unfinished);  // else the next start removes it
  return created;
}

}  // namespace

struct FileLog::State {
  std::string directory;
  bool checksums = true;
  File file;
  DurableMark mark;
  std::uint64_t number = 0;   // of the file
  std::uint64_t records = 0;  // in it, all of them durable
  std::uint64_t durable = 0;  // its size

  // What is appended and not written, as it will lie in file `target`: this one, or the next when
  // it begins with a checkpoint.
  Bytes pending;
  std::uint64_t target = 0;
  std::uint64_t next = 0;  // ordinal of the next record there

  bool fatal = false;
  std::uint64_t syncs = 0;
  std::uint64_t bytes_written = 0;

  Status recover(Recovered& recovered);
  Status adopt(const LatestLog& log, Recovered& recovered);
  Status create_first();
  Status clean_up(const LogDirectory& listed);
  Status cut_to(std::uint64_t size);

  void forget_pending();
  void now_durable(std::uint64_t size);
  Status extend();
  Status start_next_file();
};

// ---- opening ----

Status FileLog::State::recover(Recovered& recovered) {
  const auto listed = list_log_directory(directory);
  if (!listed) return fail(listed.error().message);
  const auto log = read_latest_log(directory, *listed, checksums);
  if (!log) return fail(log.error().message);
  Status status = log->number == 0 ? create_first() : adopt(*log, recovered);
  if (status) status = clean_up(*listed);
  if (!status) return status;
  auto opened = DurableMark::open(directory);
  if (!opened) return fail(opened.error().message);
  mark = std::move(opened.value());
  now_durable(durable);
  forget_pending();
  return {};
}

Status FileLog::State::create_first() {
  auto created = create_log(directory, 1, {});
  if (!created.file) return fail(created.file.error().message);
  file = std::move(created.file.value());
  number = 1;
  records = 0;
  durable = log_header_bytes;
  return {};
}

// Goes on with a file that is there. What it holds counts from now on, so it is made durable even
// if it was not when its writer died.
Status FileLog::State::adopt(const LatestLog& log, Recovered& recovered) {
  for (const ByteView record : log.content.records)
    recovered.records.emplace_back(record.begin(), record.end());
  if (log.content.torn) {
    recovered.cut_bytes = log.bytes.size() - log.content.end;
    recovered.cut_records = 1;
  }
  if (log.content.end < log_header_bytes) return create_first();
  auto opened = File::open(log_path(directory, log.number), O_RDWR);
  if (!opened) return fail(opened.error().message);
  file = std::move(opened.value());
  number = log.number;
  records = log.content.records.size();
  durable = log.content.end;
  return cut_to(durable);
}

Status FileLog::State::clean_up(const LogDirectory& listed) {
  // The name of the file that counts first: until it is durable the older one may be all there is.
  if (Status synced = sync_directory(directory); !synced) return synced;
  for (const std::uint64_t old : listed.numbers) {
    if (old == number) continue;
    if (Status removed = remove_file(log_path(directory, old)); !removed) return removed;
  }
  for (const std::string& path : listed.unfinished)
    if (Status removed = remove_file(path); !removed) return removed;
  return {};
}

Status FileLog::State::cut_to(std::uint64_t size) {
  const Status cut = file.truncate(size);
  return cut ? file.sync() : cut;
}

// ---- writing ----

void FileLog::State::forget_pending() {
  pending.clear();
  target = number;
  next = records;
}

void FileLog::State::now_durable(std::uint64_t size) {
  durable = size;
  mark.set({number, durable});
}

// A sync that failed leaves in doubt what is on the disk, also for pages that the cache now calls
// clean. Nobody was told that they are durable, so they are cut off.
Status FileLog::State::extend() {
  Status status = file.write(pending, durable);
  if (status) status = file.sync_data();
  if (!status) {
    fatal = !cut_to(durable).ok();
    return status;
  }
  records = next;
  now_durable(durable + pending.size());
  bytes_written += pending.size();
  return {};
}

Status FileLog::State::start_next_file() {
  auto created = create_log(directory, target, pending);
  if (!created.file) {
    fatal = !created.undone;
    return fail(created.file.error().message);
  }
  file = std::move(created.file.value());
  const std::uint64_t old = std::exchange(number, target);
  records = next;
  now_durable(log_header_bytes + pending.size());
  bytes_written += durable;
  (void)remove_file(log_path(directory, old));  // else the next start removes it
  return {};
}

// ---- the interface ----

FileLog::FileLog(std::unique_ptr<State> state) : state_(std::move(state)) {}
FileLog::FileLog(FileLog&&) noexcept = default;
FileLog& FileLog::operator=(FileLog&&) noexcept = default;
FileLog::~FileLog() = default;

Result<FileLog> FileLog::open(const std::string& directory, const FileLogOptions& options,
                              Recovered& recovered) {
  recovered = {};
  auto state = std::make_unique<State>();
  state->directory = directory;
  state->checksums = options.checksums;
  if (const Status status = state->recover(recovered); !status) {
    recovered = {};
    return fail(status.error().message);
  }
  return FileLog(std::move(state));
}

bool FileLog::append(ByteView record, bool checkpoint) {
  if (faults.full) return false;
  State& s = *state_;
  if (checkpoint) {  // what is not written and lies before it need never be
    s.pending.clear();
    s.target = s.number + 1;
    s.next = 0;
  }
  append_record(s.pending, s.target, s.next++, record);
  return true;
}

bool FileLog::dirty() const { return !state_->pending.empty(); }

Status FileLog::sync() {
  State& s = *state_;
  if (s.fatal)
    return fail(
        fmt::format("{}: the log is not written any more after an earlier failure", s.directory));
  if (faults.error) {
    s.forget_pending();
    return fail(fmt::format("{}: cannot sync: Input/output error (injected)", s.file.path()));
  }
  if (faults.lie || !dirty()) return {};
  Status status = s.target == s.number ? s.extend() : s.start_next_file();
  if (status) ++s.syncs;
  s.forget_pending();
  return status;
}

bool FileLog::fatal() const { return state_->fatal; }
std::uint64_t FileLog::syncs() const { return state_->syncs; }
std::uint64_t FileLog::bytes_written() const { return state_->bytes_written; }

}  // namespace tribunal::cluster
