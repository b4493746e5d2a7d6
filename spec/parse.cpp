#include "spec/parse.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "spec/lexer.h"
#include "spec/parser.h"
#include "spec/resolver.h"

namespace tribunal::spec {
namespace {

std::optional<std::uint32_t> first_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = decode_utf8(text.substr(at)).size;
    if (size == 0) return static_cast<std::uint32_t>(at);
    at += size;
  }
  return std::nullopt;
}

}  // namespace

Result<Spec, Diagnostic> parse(std::string_view text) {
  if (text.size() > largest_file) {
    return Failure{Diagnostic{{1, 1},
                              1,
                              fmt::format("the file has {} bytes, more than {}; split it into "
                                          "several specifications",
                                          text.size(), largest_file)}};
  }
  const Source source(text);
  if (const auto bad = first_invalid_utf8(text)) {
    return Failure{source.diagnostic(
        {*bad, *bad + 1}, fmt::format("byte {} is not valid UTF-8; save the file as UTF-8",
                                      quoted(text.substr(*bad, 1))))};
  }
  auto tokens = tokens_of(source);
  if (!tokens) return Failure{tokens.error()};
  const auto file = Parser(source, *std::move(tokens)).run();
  if (!file) return Failure{file.error()};
  return Resolver(source, *file).run();
}

}  // namespace tribunal::spec
