// The files of a log's directory, and reading the one that counts. What both the life of a log and
// the harness's damage to it need.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cluster/processes/durable_mark.h"
#include "cluster/processes/log_format.h"
#include "cluster/wire/frame.h"

namespace tribunal::cluster {

std::string log_path(const std::string& directory, std::uint64_t number);
// The name under which a file is written before it is complete.
std::string unfinished_log_path(const std::string& directory, std::uint64_t number);

struct LogDirectory {
  std::vector<std::uint64_t> numbers;   // of the log files, ascending
  std::vector<std::string> unfinished;  // paths
  std::optional<Mark> mark;
};
Result<LogDirectory> list_log_directory(const std::string& directory);

// The latest log file as it lies on the disk. Not copyable: its content views its bytes.
struct LatestLog {
  LatestLog() = default;
  LatestLog(LatestLog&&) = default;
  LatestLog& operator=(LatestLog&&) = default;

  std::uint64_t number = 0;  // 0: there is no log
  wire::Bytes bytes;
  LogContent content;
};
// With `checksums` an error also when it is damaged, or when the mark tells of a file or of bytes
// that are not there.
Result<LatestLog> read_latest_log(const std::string& directory, const LogDirectory& listed,
                                  bool checksums);

}  // namespace tribunal::cluster
