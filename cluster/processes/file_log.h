// The durable log of one replica as files: real write, fdatasync and rename. docs/formats.md has
// the bytes.
//
// What is not synced lives in this process and dies with it: nothing is written before sync(). So a
// SIGKILL loses exactly what a power failure may lose, however the operating system caches.
//
// A directory holds one log file, "<number>.log", whose first record is a checkpoint unless the
// number is 1, and "synced", which says (in memory shared with the file, so that it survives a
// SIGKILL without a system call a sync) up to which byte of which file everything is durable. A
// checkpoint starts the next file: written under a temporary name, synced, renamed, directory
// synced; then the old one is removed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "cluster/wire/frame.h"

namespace tribunal::cluster {

struct FileLogFaults {
  bool full = false;   // append() refuses: no space left on device
  bool error = false;  // sync() fails: input/output error
  bool lie = false;    // sync() says it is done, and has done nothing (the bytes stay in memory)
  friend bool operator==(const FileLogFaults&, const FileLogFaults&) = default;
};

struct FileLogOptions {
  bool checksums =
      true;  // false: recovery believes damaged records as long as their length is sane
};

class FileLog {
 public:
  struct Recovered {
    std::vector<wire::Bytes> records;  // from the latest checkpoint on
    std::uint64_t cut_bytes = 0;       // of a torn tail: the last, incomplete write
    std::uint64_t cut_records = 0;     // how many records that were written there in part: 0 or 1
  };

  // Opens the log in `directory` (which exists), creating it when there is none. An error is one
  // line that names the file and the byte: a damaged record that valid ones follow (the log is
  // corrupt, not torn: going on would lose what was acknowledged), a format of another version, or
  // what the operating system says.
  static Result<FileLog> open(const std::string& directory, const FileLogOptions& options,
                              Recovered& recovered);
  FileLog(FileLog&&) noexcept;
  FileLog& operator=(FileLog&&) noexcept;
  ~FileLog();

  FileLogFaults faults;

  // Adds a record, in memory. False: the disk is full (by fault), and the record was not kept.
  bool append(wire::ByteView record, bool checkpoint);
  // Anything appended since the last sync that did something?
  bool dirty() const;
  // Writes everything appended so far and waits until it is durable. An error (EIO, ENOSPC, ...):
  // none of it was kept, and the file is again what it was after the last sync that succeeded. When
  // even that cannot be had, fatal() is true and the process must not go on.
  Status sync();
  bool fatal() const;

  std::uint64_t syncs() const;  // how many went to the disk
  std::uint64_t bytes_written() const;

 private:
  struct State;
  explicit FileLog(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// ---- for the harness, on the directory of a node that is dead ----

// The machine lost power: of what was written but not synced when the process died, only the first
// bytes survive (`keep_millionths` of them), so the last record may be torn. Returns how many bytes
// were lost. Nothing that sync() reported as durable is touched.
Result<std::uint64_t> tear_unsynced(const std::string& directory, std::uint32_t keep_millionths);

// Flips one bit of a record (of its payload or its header) chosen by `which` and `bit`, any
// numbers. An error when there is no record. Returns the byte's offset in the file.
Result<std::uint64_t> flip_bit_on_disk(const std::string& directory, std::uint64_t which,
                                       std::uint64_t bit);
bool log_is_empty(const std::string& directory);

}  // namespace tribunal::cluster
