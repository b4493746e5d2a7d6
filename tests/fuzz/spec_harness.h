// Reads bytes as a specification and checks what must be true of the answer, whatever the bytes.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "spec/lints.h"
#include "spec/parse.h"
#include "spec/print.h"

namespace tribunal::spec {

// What is wrong with a diagnostic for this text; "" if nothing is.
inline std::string complaint_about(const Diagnostic& diagnostic, std::string_view text) {
  const auto [line, column] = diagnostic.at;
  std::string_view rest = text;
  for (std::uint32_t i = 1; i < line; ++i) {
    const std::size_t newline = rest.find('\n');
    if (newline == std::string_view::npos) return "its line lies behind the text";
    rest.remove_prefix(newline + 1);
  }
  const std::size_t width = std::min(rest.find('\n'), rest.size());
  if (line == 0 || column == 0 || column > width + 1) return "its column lies outside of its line";
  if (diagnostic.length == 0) return "it has no length";
  if (diagnostic.length > 1 && column - 1 + diagnostic.length > width) return "it is too long";
  if (diagnostic.message.empty()) return "it says nothing";
  const std::string shown = show(diagnostic, text, "f.icf");
  if (std::count(shown.begin(), shown.end(), '\n') != 2) return "it has not three lines";
  if (shown.size() > 4000) return "it is endless";
  return "";
}

inline std::string problem_with(std::string_view text) {
  const auto spec = parse(text);
  if (!spec.ok()) {
    const std::string why = complaint_about(spec.error(), text);
    return why.empty() ? "" : "the error '" + spec.error().message + "': " + why;
  }
  for (const Diagnostic& lint : lints(*spec)) {
    const std::string why = complaint_about(lint, text);
    if (!why.empty()) return "the warning '" + lint.message + "': " + why;
  }
  const std::string printed = print(*spec);
  const auto again = parse(printed);
  if (!again.ok()) return "printed, it does not parse: " + show(again.error(), printed, "printed");
  return *again == *spec ? "" : "printed, it means something else:\n" + printed;
}

}  // namespace tribunal::spec
