#include "spec/source.h"

#include <algorithm>

#include "base/text.h"

namespace tribunal::spec {

Source::Source(std::string_view text) : text_(text), lines_{0} {
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') lines_.push_back(i + 1);
  }
}

Position Source::position(std::uint32_t offset) const {
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), offset);
  return {static_cast<std::uint32_t>(after - lines_.begin()), offset - *(after - 1) + 1};
}

Diagnostic Source::diagnostic(Span span, std::string message) const {
  const std::size_t newline = std::min(text_.find('\n', span.begin), text_.size());
  const std::uint32_t end = std::min(span.end, static_cast<std::uint32_t>(newline));
  return {position(span.begin), end > span.begin ? end - span.begin : 1, std::move(message)};
}

std::string quoted(std::string_view name) { return "'" + quote(name) + "'"; }

}  // namespace tribunal::spec
