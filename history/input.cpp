// Reading a file or text in chunks.
#include "history/input.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/text.h"
#include "history/edn_syntax.h"
#include "history/utf8.h"

namespace tribunal::history {

std::string show(Position position) {
  return std::to_string(position.line) + ":" + std::to_string(position.column);
}

Input::Input(std::string name, std::size_t chunk)
    : name_(std::move(name)), chunk_(std::max<std::size_t>(chunk, 1)), buffer_(padding) {
  cursor_ = limit_ = buffer_.data();
}

Input::~Input() {
  if (file_ > STDIN_FILENO) ::close(file_);
}

std::unique_ptr<Input> Input::open_text(std::string_view text, std::string name,
                                        std::size_t chunk) {
  std::unique_ptr<Input> input(new Input(std::move(name), chunk));
  input->text_ = text;
  return input;
}

std::unique_ptr<Input> Input::open_part(std::string_view text, Position start) {
  std::unique_ptr<Input> input = open_text(text, "", text.size());
  input->line_ = start.line;
  input->line_start_ = 1 - start.column;  // below zero, as a number modulo 2^64
  return input;
}

std::unique_ptr<Input> Input::open_file(const std::string& path, std::size_t chunk) {
  std::unique_ptr<Input> input(new Input(path == "-" ? "standard input" : path, chunk));
  if (path == "-") {
    input->file_ = STDIN_FILENO;
  } else {
    input->file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (input->file_ < 0) {
      input->fail_as_a_whole("a readable file", std::strerror(errno));
      return input;
    }
  }
  struct stat status {};
  if (::fstat(input->file_, &status) == 0 && S_ISDIR(status.st_mode)) {
    input->fail_as_a_whole("a readable file", "a directory");
  }
  return input;
}

std::size_t Input::read_chunk(char* to, std::size_t size) {
  if (file_ < 0) {
    const std::size_t count = std::min(size, text_.size());
    text_.copy(to, count);
    text_.remove_prefix(count);
    return count;
  }
  for (;;) {
    const ssize_t count = ::read(file_, to, size);
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    fail(position(), "the rest of the file", std::strerror(errno));
    return 0;
  }
}

// Appends a chunk to the buffer, after dropping what is neither ahead of the cursor nor in the
// token. False when there is nothing more to read.
bool Input::more() {
  if (ended_ || error_) return false;
  const char* const keep = token_ != nullptr ? token_ : cursor_;
  const auto kept = static_cast<std::size_t>(limit_ - keep);
  const auto consumed = static_cast<std::size_t>(cursor_ - keep);
  if (kept >= max_token) {
    return fail(position(), "a form of at most " + std::to_string(max_token >> 20) + " MB",
                "a longer one");
  }
  base_ += static_cast<std::uint64_t>(keep - buffer_.data());
  if (kept > 0 && keep != buffer_.data()) std::memmove(buffer_.data(), keep, kept);
  if (buffer_.size() < kept + chunk_ + padding) {
    buffer_.resize(std::max(buffer_.size() * 2, kept + chunk_ + padding));
  }
  if (token_ != nullptr) token_ = buffer_.data();
  cursor_ = buffer_.data() + consumed;
  limit_ = buffer_.data() + kept;
  const std::size_t count = read_chunk(buffer_.data() + kept, chunk_);
  limit_ += count;
  ended_ = count == 0;
  return count > 0;
}

int Input::peek(std::size_t ahead) {
  while (static_cast<std::size_t>(limit_ - cursor_) <= ahead) {
    if (!more()) return end;
  }
  return static_cast<unsigned char>(cursor_[ahead]);
}

std::string_view Input::head(std::size_t size) {
  while (static_cast<std::size_t>(limit_ - cursor_) < size && more()) {
  }
  return {cursor_, std::min(size, static_cast<std::size_t>(limit_ - cursor_))};
}

bool Input::fail(Position at, std::string expected, std::string found) {
  if (!error_)
    error_ = ParseError{name_, at.line, at.column, std::move(expected), std::move(found)};
  cursor_ = limit_;
  return false;
}

bool Input::fail_at_byte(std::uint64_t at, std::string expected, std::string found) {
  return fail({0, at}, std::move(expected), std::move(found));
}

bool Input::fail_as_a_whole(std::string expected, std::string found) {
  if (!error_) error_ = ParseError{name_, 0, 0, std::move(expected), std::move(found)};
  return false;
}

std::string Input::found_here() {
  if (peek() == end) return "the end of the file";
  constexpr std::size_t shown = 60;
  const std::string_view ahead = head(shown + 4);
  std::size_t size = 0;
  while (size < ahead.size() && is_token(static_cast<unsigned char>(ahead[size]))) ++size;
  if (size == 0) size = std::max<std::size_t>(1, utf8_sequence(ahead));
  return quote(ahead.substr(0, size), shown);
}

}  // namespace tribunal::history
