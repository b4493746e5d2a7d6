// From a file or text to a history: detection, choice of the reader, errors.
#include "history/files.h"

#include <array>

#include "base/text.h"
#include "history/event_sink.h"
#include "history/input.h"
#include "history/readers.h"

namespace tribunal::history {

namespace {

constexpr std::array all_formats{Format::edn, Format::jsonl, Format::jepsen_log,
                                 Format::porcupine_kv, Format::binary};
constexpr std::size_t detection_head = 64 << 10;

bool read_as(Format format, Input& input, History& history, const ReadOptions& options,
             ReadReport& report) {
  EventSink sink(history, options);
  switch (format) {
    case Format::edn:
      return read_edn(input, sink, false);
    case Format::porcupine_kv:
      return read_edn(input, sink, options.format == format);  // when asked for, not when guessed
    case Format::jsonl:
      return read_jsonl(input, sink);
    case Format::jepsen_log:
      return read_jepsen_log(input, sink, report);
    case Format::binary:
      return read_binary(input, history, options, report);
  }
  return false;
}

Result<History, ParseError> read(Input& input, const ReadOptions& options) {
  History history;
  ReadReport report;
  const std::string_view head = input.head(detection_head);
  std::optional<Format> format = options.format;
  if (!format && !head.empty()) format = detect(head);
  if (head.empty()) {
    input.fail(input.position(), "a history", "an empty file");
  } else if (!format) {
    input.fail(input.position(), "a history as " + join(format_names(), ", "), input.found_here());
  } else {
    report.format = *format;
    if (head.starts_with("\xef\xbb\xbf")) input.skip_bytes(3);
    read_as(*format, input, history, options, report);
  }
  if (options.report != nullptr) *options.report = report;
  if (input.error()) return Failure{*input.error()};
  return history;
}

}  // namespace

const char* name(Format format) {
  switch (format) {
    case Format::edn:
      return "edn";
    case Format::jsonl:
      return "jsonl";
    case Format::jepsen_log:
      return "jepsen-log";
    case Format::porcupine_kv:
      return "porcupine-kv";
    case Format::binary:
      return "binary";
  }
  return "";
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  names.reserve(all_formats.size());
  for (const Format format : all_formats) names.emplace_back(name(format));
  return names;
}

std::optional<Format> find_format(std::string_view text) {
  for (const Format format : all_formats) {
    if (text == name(format)) return format;
  }
  return std::nullopt;
}

std::string ParseError::show() const {
  std::string out = quote(file, 4096);
  if (line != 0) {
    out += ":" + std::to_string(line) + ":" + std::to_string(column);
  } else if (column != 0) {
    out += ": byte " + std::to_string(column);
  }
  return out + ": expected " + expected + ", found " + found;
}

Result<History, ParseError> read_file(const std::string& path, const ReadOptions& options) {
  return read(*Input::open_file(path, options.chunk), options);
}

Result<History, ParseError> read_text(std::string_view text, const std::string& name,
                                      const ReadOptions& options) {
  return read(*Input::open_text(text, name, options.chunk), options);
}

}  // namespace tribunal::history
