// Validates `name:key=value,...` against a list of schemas.
#include "base/settings.h"

#include <algorithm>

#include "base/text.h"

namespace tribunal {
namespace {

std::vector<std::string> names_of(const std::vector<Schema>& schemas) {
  std::vector<std::string> names;
  for (const Schema& schema : schemas) names.push_back(schema.name);
  return names;
}

std::vector<std::string> keys_of(const Schema& schema) {
  std::vector<std::string> keys;
  for (const Setting& setting : schema.settings) keys.push_back(setting.key);
  return keys;
}

// "always, interval or never"
std::string alternatives(const std::vector<std::string>& choices) {
  std::string out;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) out += i + 1 == choices.size() ? " or " : ", ";
    out += choices[i];
  }
  return out;
}

// What was expected instead of `value`, or "" when it is valid.
std::string expectation(const Setting& setting, std::string_view value) {
  switch (setting.type) {
    case SettingType::choice:
      return std::count(setting.choices.begin(), setting.choices.end(), value) > 0
                 ? ""
                 : alternatives(setting.choices);
    case SettingType::integer: {
      const auto number = parse_integer(value);
      const bool fits = number && *number >= setting.minimum && *number <= setting.maximum;
      return fits ? ""
                  : "a whole number from " + std::to_string(setting.minimum) + " to " +
                        std::to_string(setting.maximum);
    }
    case SettingType::duration:
      return parse_duration(value) ? "" : "a duration such as 60s, 1.5s or 250ms";
    case SettingType::text:
      return "";
  }
  return "";
}

}  // namespace

Result<Settings> parse_settings(std::string_view what, std::string_view spelling,
                                const std::vector<Schema>& schemas) {
  const std::size_t colon = spelling.find(':');
  const std::string_view name = spelling.substr(0, colon);
  const auto schema = std::find_if(schemas.begin(), schemas.end(),
                                   [&](const Schema& candidate) { return candidate.name == name; });
  if (schema == schemas.end()) return fail(unknown_name(what, name, names_of(schemas)));

  Settings settings;
  settings.name_ = schema->name;
  for (const Setting& setting : schema->settings) settings.values_[setting.key] = setting.initial;
  if (colon == std::string_view::npos) return settings;

  for (const std::string& part : split(spelling.substr(colon + 1), ',')) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) {
      return fail(schema->name + ": expected key=value, found '" + quote(part) + "'");
    }
    const std::string key = part.substr(0, equals);
    const std::string value = part.substr(equals + 1);
    const auto setting =
        std::find_if(schema->settings.begin(), schema->settings.end(),
                     [&](const Setting& candidate) { return candidate.key == key; });
    if (setting == schema->settings.end()) {
      const std::string of = std::string(what) + " " + schema->name;
      return fail(unknown_name("key", key, keys_of(*schema), of));
    }
    if (std::count(settings.given_.begin(), settings.given_.end(), key) > 0) {
      return fail(schema->name + ": key '" + key + "' is given twice");
    }
    const std::string expected = expectation(*setting, value);
    if (!expected.empty()) {
      return fail(schema->name + ": " + key + "=" + quote(value) + ": expected " + expected);
    }
    settings.values_[key] = value;
    settings.given_.push_back(key);
  }
  std::sort(settings.given_.begin(), settings.given_.end());
  return settings;
}

const std::string& Settings::text(std::string_view key) const {
  static const std::string none;
  const auto found = values_.find(key);
  assert(found != values_.end() && "a key that the schema does not have");
  return found == values_.end() ? none : found->second;
}

std::int64_t Settings::integer(std::string_view key) const {
  const auto number = parse_integer(text(key));
  return number ? *number : 0;  // only a default such as "" is not a number
}

Duration Settings::duration(std::string_view key) const {
  const auto length = parse_duration(text(key));
  return length ? *length : Duration{};
}

bool Settings::given(std::string_view key) const {
  return std::count(given_.begin(), given_.end(), key) > 0;
}

std::string Settings::spelling() const {
  std::string out = name_;
  for (std::size_t i = 0; i < given_.size(); ++i) {
    out += (i == 0 ? ":" : ",") + given_[i] + "=" + text(given_[i]);
  }
  return out;
}

std::vector<std::string> split_spellings(std::string_view list) {
  std::vector<std::string> spellings;
  if (list.empty()) return spellings;
  for (const std::string& part : split(list, ',')) {
    // "interval=5s" goes on with the name before it; "pause:interval=5s" begins a name.
    const std::size_t equals = part.find('=');
    const bool continues = equals != std::string::npos && part.find(':') > equals;
    if (continues && !spellings.empty()) {
      const bool first = spellings.back().find(':') == std::string::npos;
      spellings.back() += (first ? ":" : ",") + part;
    } else {
      spellings.push_back(part);
    }
  }
  return spellings;
}

}  // namespace tribunal
