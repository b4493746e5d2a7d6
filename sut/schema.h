// Small helpers for the schemas of modes and their decoding.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/settings.h"

namespace tribunal::sut::schemas {

// The first choice is the default.
inline Setting choice(std::string key, std::vector<std::string> choices, std::string description) {
  std::string initial = choices.front();
  return {std::move(key), SettingType::choice, std::move(choices), std::move(initial),
          std::move(description)};
}
inline Setting count(std::string key, std::string initial, std::int64_t maximum,
                     std::string description, std::int64_t minimum = 0) {
  return {
      std::move(key), SettingType::integer, {}, std::move(initial), std::move(description), minimum,
      maximum};
}
inline Setting duration(std::string key, std::string initial, std::string description) {
  return {std::move(key), SettingType::duration, {}, std::move(initial), std::move(description)};
}

// The value beside the text that was given.
template <class E>
E decode(const Settings& settings, std::string_view key,
         std::initializer_list<std::pair<const char*, E>> names) {
  for (const auto& [name, value] : names) {
    if (settings.is(key, name)) return value;
  }
  return names.begin()->second;
}

inline constexpr Duration longest = seconds(24 * 3600);
inline Duration bounded(Duration duration, Duration shortest = milliseconds(1)) {
  return std::clamp(duration, shortest, longest);
}

}  // namespace tribunal::sut::schemas
