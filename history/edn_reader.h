// Reads EDN forms as values.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "history/edn_lexer.h"
#include "history/value.h"

namespace tribunal::history {

class EdnReader {
 public:
  explicit EdnReader(Input& input) : input_(input), lexer_(input) {}

  // Skips white space, comments, discarded forms (#_ form) and metadata (^form); returns the first
  // byte of the next form, a closing bracket, or Input::end (also after an error).
  int next(int depth);

  // Reads one form. `depth` counts the forms around it. False after an error.
  bool read(Value& out, int depth);

  // Reads the keyword at the cursor, a colon; its name is valid until the next call. False after an
  // error.
  bool keyword(std::string_view& name);

  // Passes over one form that nobody needs: numbers of any size and repeated keys are fine in it.
  bool skip(int depth);

  // Consumes the tag after # at the cursor ("jepsen.history.Op"). False after an error.
  bool tag(std::string& out);

  // The closing bracket of a collection that was opened at `opened`. False after an error.
  bool close(char bracket, Position opened);

  // Memory that forms may take until the next call.
  void allow(std::uint64_t bytes) { room_ = bytes; }

 private:
  bool items(char closing, Position opened, int depth, std::vector<Value>& out);
  bool text(Value& out);
  bool token(Value& out);
  bool dispatch(Value& out, int depth);
  bool symbolic(Value& out);
  bool unreadable(Value& out);
  bool tagged(Value& out, int depth);
  bool named(Value& out, std::string_view tag, const Value& inner, Position at);
  bool namespaced_map(Value& out, int depth);
  bool set(Value& out, int depth);
  bool map(Value& out, std::string_view name_space, int depth);
  bool distinct(const char* what, std::vector<Value>& items, std::size_t step, Position at);
  bool take(std::uint64_t bytes);

  Input& input_;
  EdnLexer lexer_;
  std::string scratch_;
  std::uint64_t room_ = std::numeric_limits<std::uint64_t>::max();
  int skipping_ = 0;
};

// The bytes that hexadecimal digits stand for; false when they are not pairs of such digits.
bool bytes_of_hex(std::string_view digits, std::string& out);

}  // namespace tribunal::history
