// A directory of its own for each test of logs, and short ways to fill and read one.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "cluster/processes/durable_mark.h"
#include "cluster/processes/file_log.h"

namespace tribunal::cluster {

using Texts = std::vector<std::string>;

inline wire::ByteView bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

inline std::string string_of(wire::ByteView bytes) {
  std::string text;
  for (const std::byte byte : bytes) text += static_cast<char>(byte);
  return text;
}
inline Texts texts_of(const std::vector<wire::Bytes>& records) {
  Texts texts;
  for (const wire::Bytes& record : records) texts.push_back(string_of(record));
  return texts;
}

class TemporaryDirectory {
 public:
  // In memory unless `on_disk`: most tests reopen a log hundreds of times.
  explicit TemporaryDirectory(bool on_disk = false) {
    std::string base = "/dev/shm";
    if (on_disk || ::access(base.c_str(), W_OK) != 0)
      base = std::filesystem::temp_directory_path().string();
    path_ = base + "/tribunal_log_XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << "no temporary directory " << path_;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  void clear() const {
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      std::filesystem::remove(entry.path());
  }
  Texts names() const {
    Texts names;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  std::string path_;
};

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}
inline void set_mark(const std::string& directory, Mark mark) {
  auto opened = DurableMark::open(directory);
  ASSERT_TRUE(opened) << opened.error().message;
  opened->set(mark);
}

// What opening a log gives: its records, or the error.
struct Opened {
  explicit Opened(const std::string& directory, bool checksums = true)
      : result(FileLog::open(directory, FileLogOptions{checksums}, recovered)) {}

  bool ok() const { return result.ok(); }
  FileLog& log() { return result.value(); }
  Texts texts() const { return texts_of(recovered.records); }
  std::string error() const { return ok() ? "" : result.error().message; }

  FileLog::Recovered recovered;
  Result<FileLog> result;
};

// Appends each, and syncs once.
inline Status store(FileLog& log, const Texts& texts, bool checkpoint = false) {
  for (const std::string& text : texts) {
    if (!log.append(bytes_of(text), std::exchange(checkpoint, false))) return fail("full");
  }
  return log.sync();
}

}  // namespace tribunal::cluster
