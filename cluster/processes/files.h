// System calls on files, with their errors as values: one line that names the file, what was tried
// and what the operating system says. An interrupted or partial call is continued.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <sys/types.h>

#include "base/result.h"
#include "cluster/wire/frame.h"

namespace tribunal::cluster {

// An open file and its name; closed at the end.
class File {
 public:
  // `flags` of open(2); close-on-exec is added. A file that is created gets mode 0644.
  static Result<File> open(const std::string& path, int flags);
  File() = default;
  File(File&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}
  File& operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(path_, other.path_);
    return *this;
  }
  ~File();

  int descriptor() const { return descriptor_; }
  const std::string& path() const { return path_; }

  Result<wire::Bytes> read() const;                            // all of it
  Status write(wire::ByteView bytes, std::uint64_t at) const;  // may end half-way
  Status truncate(std::uint64_t size) const;
  Status sync_data() const;  // fdatasync: the bytes, and the size needed to find them
  Status sync() const;       // fsync
  Status rename(const std::string& to);

 private:
  File(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

  int descriptor_ = -1;
  std::string path_;
};

Status remove_file(const std::string& path);  // a file that is not there is no error
// Makes the names in a directory durable.
Status sync_directory(const std::string& directory);

}  // namespace tribunal::cluster
