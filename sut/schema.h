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

// The bug that `mutation=NAME` asks for: `bugs` stand in the order of the enum, without its first
// value, which is none.
template <class Mutation>
Mutation planted(const Settings& settings,
                 const std::vector<std::pair<std::string, std::string>>& bugs) {
  if (!settings.given("mutation")) return Mutation::none;
  for (std::size_t i = 0; i < bugs.size(); ++i) {
    if (settings.is("mutation", bugs[i].first)) return static_cast<Mutation>(i + 1);
  }
  return Mutation::none;
}

inline constexpr Duration longest = seconds(24 * 3600);
inline Duration bounded(Duration duration, Duration shortest = milliseconds(1)) {
  return std::clamp(duration, shortest, longest);
}

}  // namespace tribunal::sut::schemas
