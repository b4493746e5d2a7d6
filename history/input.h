// Bytes of a file or text, read in chunks, with line and column. Holds the first error of a reader.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "history/files.h"

namespace tribunal::history {

struct Position {
  std::uint64_t line = 1;
  std::uint64_t column = 1;  // in bytes
};
std::string show(Position position);  // "12:7"

class Input {
 public:
  static constexpr int end = -1;                         // peek() at the end, or after an error
  static constexpr std::size_t max_token = 64ULL << 20;  // longest token, line or form held at once
  static constexpr std::size_t padding = 64;             // readable bytes after every buffer

  static std::unique_ptr<Input> open_file(const std::string& path, std::size_t chunk);
  static std::unique_ptr<Input> open_text(std::string_view text, std::string name,
                                          std::size_t chunk);
  // A part of another input, which begins at `start` there.
  static std::unique_ptr<Input> open_part(std::string_view text, Position start);
  ~Input();
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  // The next byte, or the one `ahead` of it, without consuming it.
  int peek() { return cursor_ != limit_ || more() ? static_cast<unsigned char>(*cursor_) : end; }
  int peek(std::size_t ahead);

  // Consumes one byte; precondition: peek() != end.
  void skip() {
    if (*cursor_ == '\n') start_line(1);
    ++cursor_;
  }
  // Consumes bytes while the predicate holds; it must not hold for '\n'.
  template <class Predicate>
  void skip_while(Predicate holds) {
    for (;;) {
      while (cursor_ != limit_ && holds(static_cast<unsigned char>(*cursor_))) ++cursor_;
      if (cursor_ != limit_ || !more()) return;
    }
  }

  // token() is what was consumed since begin_token(), and is valid until the next call of any
  // member that is not const. end_token() lets go of it, so that the buffer need not grow.
  void begin_token() { token_ = cursor_; }
  std::string_view token() const { return {token_, static_cast<std::size_t>(cursor_ - token_)}; }
  void end_token() { token_ = nullptr; }

  // Up to `size` of the bytes that follow, not consumed; fewer only at the end.
  std::string_view head(std::size_t size);
  void skip_bytes(std::size_t size) {
    cursor_ += size;
  }  // of the last head(); lines are not counted

  Position position() const { return {line_, offset() - line_start_ + 1}; }
  std::uint64_t offset() const {
    return base_ + static_cast<std::uint64_t>(cursor_ - buffer_.data());
  }

  // Records the error unless there is one already; reading is then at its end. Returns false.
  bool fail(Position at, std::string expected, std::string found);
  bool fail_at_byte(std::uint64_t offset, std::string expected, std::string found);
  const std::optional<ParseError>& error() const { return error_; }

  // What stands at the cursor, for an error message: a token, a character or "the end of the file".
  std::string found_here();

 private:
  Input(std::string name, std::size_t chunk);
  bool more();
  std::size_t read_chunk(char* to, std::size_t size);
  void start_line(std::uint64_t ahead) {
    ++line_;
    line_start_ = offset() + ahead;
  }
  bool fail_as_a_whole(std::string expected, std::string found);

  std::string name_;
  std::size_t chunk_;
  int file_ = -1;
  std::string_view text_;  // what is left of a text
  std::vector<char> buffer_;
  const char* cursor_ = nullptr;
  const char* limit_ = nullptr;
  const char* token_ = nullptr;
  std::uint64_t base_ = 0;  // offset of the buffer's first byte
  std::uint64_t line_ = 1;
  std::uint64_t line_start_ = 0;  // offset
  bool ended_ = false;
  std::optional<ParseError> error_;
};

}  // namespace tribunal::history
