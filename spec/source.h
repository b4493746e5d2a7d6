// The text of a specification while it is read, and where in it something stands.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spec/parse.h"

namespace tribunal::spec {

struct Span {  // bytes of the text
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};
constexpr Span join(Span from, Span to) { return {from.begin, to.end}; }
constexpr Span behind(Span span) { return {span.end, span.end}; }

class Source {
 public:
  // Borrows the text, which is at most `largest_file` long.
  explicit Source(std::string_view text);

  std::string_view text() const { return text_; }
  std::string_view text(Span span) const { return text_.substr(span.begin, span.end - span.begin); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }
  Position position(std::uint32_t offset) const;
  // Carets under the part of the span that stands in its first line.
  Diagnostic diagnostic(Span span, std::string message) const;

 private:
  std::string_view text_;
  std::vector<std::uint32_t> lines_;  // where each begins
};

// What a parsing function returns after it has noted an error.
struct Failed {
  // A template, so that it becomes a bool and nothing that a bool converts to.
  template <std::same_as<bool> T>
  operator T() const {
    return false;
  }
  template <class T>
  operator std::optional<T>() const {
    return std::nullopt;
  }
};

// 'name', safe to show whatever its length.
std::string quoted(std::string_view name);

}  // namespace tribunal::spec
