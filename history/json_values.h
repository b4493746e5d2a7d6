// How values that JSON has no notation for are spelled in JSON lines; shared by reader and writer.
//
// A string that begins with ':' is a keyword. One that really begins with ':' or '~' gets a '~' in
// front. An object with a single key below is the value named; any other object is a map.
#pragma once

#include <string_view>

namespace tribunal::history::json {

inline constexpr std::string_view keyword_key = "~keyword";  // of a name that is empty or not UTF-8
inline constexpr std::string_view symbol_key = "~symbol";
inline constexpr std::string_view list_key = "~list";
inline constexpr std::string_view set_key = "~set";
inline constexpr std::string_view map_key =
    "~map";  // [k0, v0, k1, v1, ...], for keys that are no text
inline constexpr std::string_view real_key = "~real";    // "NaN", "Inf" or "-Inf"
inline constexpr std::string_view bytes_key = "~bytes";  // hexadecimal: a string that is not UTF-8

}  // namespace tribunal::history::json
