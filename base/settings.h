// `name:key=value,key=value` as the command line and scenarios spell modes, workloads and nemeses.
// A Schema lists what is valid, so that an unknown key or value is an error that names the choices.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace tribunal {

enum class SettingType { choice, integer, duration, text };

struct Setting {
  std::string key;
  SettingType type;
  std::vector<std::string> choices;  // for SettingType::choice
  std::string initial;               // the default, in the same spelling as a user would type
  std::string description;           // one line, shown by `tribunal list`
  std::int64_t minimum = 0;          // for SettingType::integer
  std::int64_t maximum = 1'000'000'000;
};

struct Schema {
  std::string name;
  std::string description;
  std::vector<Setting> settings;
};

// The values of one name after validation: every key of the schema is present.
class Settings {
 public:
  const std::string& name() const { return name_; }
  const std::string& text(std::string_view key) const;
  std::int64_t integer(std::string_view key) const;
  Duration duration(std::string_view key) const;
  bool on(std::string_view key) const { return text(key) == "on"; }
  bool is(std::string_view key, std::string_view value) const { return text(key) == value; }
  bool given(std::string_view key) const;  // typed by the user rather than a default

  // `name:key=value,...` with only what was given, keys sorted: parses back to the same settings.
  std::string spelling() const;

 private:
  friend Result<Settings> parse_settings(std::string_view, std::string_view,
                                         const std::vector<Schema>&);
  std::string name_;
  std::map<std::string, std::string, std::less<>> values_;
  std::vector<std::string> given_;
};

// `what` ("mode", "workload", "nemesis") is used in error messages only.
Result<Settings> parse_settings(std::string_view what, std::string_view spelling,
                                const std::vector<Schema>& schemas);

// Splits a comma list of `name[:key=value,...]`: a comma starts a new name unless the part after it
// contains '='. "partition,pause:targets=leader,interval=5s" gives two spellings.
std::vector<std::string> split_spellings(std::string_view list);

}  // namespace tribunal
