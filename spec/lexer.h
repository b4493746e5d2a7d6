// Words, numbers and symbols of a specification.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "spec/source.h"

namespace tribunal::spec {

struct Token {
  enum class Kind : std::uint8_t { name, reserved, integer, symbol, end };
  Kind kind = Kind::end;
  Span span;
};

// All tokens, the last of kind `end`; or the first byte that begins none.
Result<std::vector<Token>, Diagnostic> tokens_of(const Source& source);

// What to do about values that there are not.
inline constexpr std::string_view no_strings =
    "there are no strings; use an int, an enum or the elements of a sort";
inline constexpr std::string_view only_whole_numbers =
    "there are only whole numbers; count in a smaller unit, such as cents";

bool is_reserved(std::string_view word);

}  // namespace tribunal::spec
