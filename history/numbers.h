// Numbers as text, shared by the readers of EDN and JSON.
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

namespace tribunal::history {

enum class Number { good, malformed, out_of_range };

// All of `text` as a number; the same on every machine. Like std::from_chars: "-" but no "+".
template <class T, class... Base>
Number convert_number(std::string_view text, T& out, Base... base) {
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, out, base...);
  if (error == std::errc::result_out_of_range) return Number::out_of_range;
  return error == std::errc{} && end == last ? Number::good : Number::malformed;
}

// Decimal digits only, at least one.
bool all_digits(std::string_view text);

// [-] digits [. digits] [e [sign] digits] without leading zeros, as JSON has it. With
// `point_may_end`, no digits need to follow the point, as EDN has it.
bool is_decimal(std::string_view text, bool point_may_end);

}  // namespace tribunal::history
