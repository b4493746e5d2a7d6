#include "cluster/processes/files.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include <sys/stat.h>

namespace tribunal::cluster {
namespace {

// Of the call that has just failed.
Failure<Error> failed(const std::string& path, const char* what) {
  const std::string reason = std::system_category().message(errno);
  return fail(path + ": cannot " + what + ": " + reason);
}

// Repeats a system call for as long as signals interrupt it.
template <class Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

}  // namespace

Result<File> File::open(const std::string& path, int flags) {
  const int descriptor =
      uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0644); });
  if (descriptor < 0) return failed(path, "open");
  return File(descriptor, path);
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<wire::Bytes> File::read() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return failed(path_, "read");
  if (!S_ISREG(status.st_mode)) return fail(path_ + ": expected a file, found something else");
  wire::Bytes bytes(static_cast<std::size_t>(status.st_size));
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = uninterrupted([&] {
      return ::pread(descriptor_, bytes.data() + done, bytes.size() - done,
                     static_cast<off_t>(done));
    });
    if (count < 0) return failed(path_, "read");
    if (count == 0) break;  // it shrank meanwhile
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

Status File::write(wire::ByteView bytes, std::uint64_t at) const {
  while (!bytes.empty()) {
    const ssize_t count = uninterrupted(
        [&] { return ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at)); });
    if (count < 0) return failed(path_, "write");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    at += static_cast<std::uint64_t>(count);
  }
  return {};
}

Status File::truncate(std::uint64_t size) const {
  if (uninterrupted([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); }) != 0)
    return failed(path_, "truncate");
  return {};
}

// Not repeated when interrupted: a sync that failed may have dropped what it failed to write, so a
// second one proves nothing.
Status File::sync_data() const {
  if (::fdatasync(descriptor_) != 0) return failed(path_, "sync");
  return {};
}

Status File::sync() const {
  if (::fsync(descriptor_) != 0) return failed(path_, "sync");
  return {};
}

Status File::rename(const std::string& to) {
  if (std::rename(path_.c_str(), to.c_str()) != 0) return failed(path_, "rename");
  path_ = to;
  return {};
}

Status remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed(path, "remove");
  return {};
}

Status sync_directory(const std::string& directory) {
  const Result<File> opened = File::open(directory, O_RDONLY | O_DIRECTORY);
  if (!opened) return fail(opened.error().message);
  return opened.value().sync();
}

}  // namespace tribunal::cluster
