// Reading and writing histories in every format. Formats are recognised from content, not from
// names.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "history/history.h"

namespace tribunal::history {

enum class Format { edn, jsonl, jepsen_log, porcupine_kv, binary };
const char* name(Format format);
std::vector<std::string> format_names();
std::optional<Format> find_format(std::string_view name);

// Where and why reading stopped. show() gives the one line a person sees:
// "h.edn:12:7: expected a keyword for :type, found 17".
struct ParseError {
  std::string file;
  std::uint64_t line = 0;    // from 1; 0 when the position is a byte offset
  std::uint64_t column = 0;  // from 1, in bytes
  std::string expected;
  std::string found;
  std::string show() const;
};

// What reading noticed beside the history itself.
struct ReadReport {
  Format format = Format::edn;
  std::uint64_t skipped_lines = 0;  // of a Jepsen log: lines that are not operations
  bool torn = false;                // a binary file ended inside a block, which was left out
};

struct ReadOptions {
  std::optional<Format> format = std::nullopt;  // overrides detection
  std::uint64_t memory_limit = 0;  // bytes the history and one form may take; 0 = no limit
  bool independent = false;        // the value of every client operation is [key value]
  ReadReport* report = nullptr;    // filled when given
  std::size_t chunk = 1 << 18;     // bytes per read from the file
};

// The format that text or data with this beginning (a few KB) has: docs/formats.md has the rules.
std::optional<Format> detect(std::string_view head);

// "-" reads standard input. Reads in a stream: memory is that of the history plus one form.
Result<History, ParseError> read_file(const std::string& path, const ReadOptions& options = {});
Result<History, ParseError> read_text(std::string_view text, const std::string& name,
                                      const ReadOptions& options = {});

// Jepsen EDN: one plain map per line, keys in the order :index :time :type :process :f :value
// [:node]
// [:error] [:producers]. An operation on independent key k is written as :value [k v], as
// jepsen.independent does, and marked with :independent true, so that it is read back exactly. A
// history without events is written as [] (as [] in JSON, too). read_text gives back an equal
// history (the same content_hash) from each of these and from write_binary.
void write_edn(const History& history, std::string& out);
void write_edn_event(const History& history, std::uint32_t index, std::string& out);
void write_jsonl(const History& history, std::string& out);
void write_jsonl_event(const History& history, std::uint32_t index, std::string& out);

// The project's binary format (docs/formats.md): blocks of events, each compressed with zstd and
// carrying a checksum; readable after a crash up to the last complete block.
std::string write_binary(const History& history);

// The same piece by piece, for a file that grows while the run goes on: the header once, then any
// number of ranges [first, end) of events, in order. Each call gives whole blocks that depend on no
// earlier one.
std::string binary_header();
void append_binary(const History& history, std::uint32_t first, std::uint32_t end,
                   std::string& out);

}  // namespace tribunal::history
