// tribunal list: what can be named on the command line, with one line each.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/settings.h"
#include "base/text.h"
#include "checker/check.h"
#include "checker/invariants/invariants.h"
#include "checker/invariants/kinds.h"
#include "checker/linearizability/anomaly_kinds.h"
#include "checker/models.h"
#include "harness/catalogue.h"
#include "harness/cli.h"
#include "history/files.h"
#include "nemesis/schedule.h"
#include "sut/modes.h"
#include "workloads/workload.h"

namespace tribunal::harness {
namespace {

using nlohmann::json;

struct ListFlags {
  CommonFlags common;
  std::string what;
};

json describe(const std::vector<Schema>& schemas) {
  json list = json::array();
  for (const Schema& schema : schemas) {
    json settings = json::array();
    for (const Setting& setting : schema.settings) {
      json one{
          {"key", setting.key}, {"default", setting.initial}, {"description", setting.description}};
      if (!setting.choices.empty()) one["choices"] = setting.choices;
      settings.push_back(std::move(one));
    }
    list.push_back({{"name", schema.name},
                    {"description", schema.description},
                    {"settings", std::move(settings)}});
  }
  return list;
}

json models() {
  json list = json::array();
  for (const auto& model : checker::consistency_models()) {
    list.push_back(
        {{"name", model.name}, {"description", model.promise}, {"implies", model.implies}});
  }
  for (const auto& promise : checker::invariants::promises()) {
    list.push_back(
        {{"name", promise.name}, {"description", promise.promise}, {"implies", json::array()}});
  }
  return list;
}

json anomalies() {
  json list = json::array();
  for (const auto& anomaly : checker::linearizability::anomaly_kinds()) {
    list.push_back({{"name", anomaly.name}, {"description", anomaly.definition}});
  }
  for (const auto& anomaly : checker::invariants::anomaly_kinds()) {
    list.push_back({{"name", anomaly.name}, {"description", anomaly.definition}});
  }
  return list;
}

json plain(const std::vector<std::string>& names) {
  json list = json::array();
  for (const std::string& name : names) list.push_back({{"name", name}});
  return list;
}

json scenarios() {
  json list = json::array();
  for (const CatalogueEntry& entry : catalogue()) {
    list.push_back({{"name", entry.name}, {"description", entry.description}});
  }
  return list;
}

const std::vector<std::pair<std::string, json (*)()>>& topics() {
  static const std::vector<std::pair<std::string, json (*)()>> list = {
      {"modes", [] { return describe(sut::modes()); }},
      {"workloads", [] { return describe(workloads::workloads()); }},
      {"nemeses", [] { return describe(nemesis::nemeses()); }},
      {"models", [] { return models(); }},
      {"anomalies", [] { return anomalies(); }},
      {"formats", [] { return plain(history::format_names()); }},
      {"scenarios", [] { return scenarios(); }},
  };
  return list;
}

void print(const json& list) {
  for (const json& item : list) {
    fmt::print("{}\n", item["name"].get<std::string>());
    if (item.contains("description"))
      fmt::print("    {}\n", item["description"].get<std::string>());
    if (!item.contains("settings")) continue;
    for (const json& setting : item["settings"]) {
      std::string values;
      if (setting.contains("choices")) {
        values = " (" + join(setting["choices"].get<std::vector<std::string>>(), "|") + ")";
      }
      fmt::print("    {}={}{}\n        {}\n", setting["key"].get<std::string>(),
                 setting["default"].get<std::string>(), values,
                 setting["description"].get<std::string>());
    }
  }
}

ExitCode execute(const ListFlags& flags) {
  std::vector<std::string> names;
  for (const auto& [name, make] : topics()) {
    names.push_back(name);
    if (name != flags.what) continue;
    const json list = make();
    if (flags.common.json)
      fmt::print("{}\n", list.dump(2));
    else
      print(list);
    return ExitCode::holds;
  }
  return complain({unknown_name("topic", flags.what, names)}, ExitCode::usage);
}

}  // namespace

void add_list(CLI::App& app, ExitCode& code) {
  auto flags = std::make_shared<ListFlags>();
  CLI::App* command = app.add_subcommand(
      "list", "modes, workloads, nemeses, models, anomalies, formats or scenarios");
  command
      ->add_option("what", flags->what,
                   "modes | workloads | nemeses | models | anomalies | formats | scenarios")
      ->required();
  add_common(*command, flags->common, false);
  command->callback([flags, &code] { code = execute(*flags); });
}

}  // namespace tribunal::harness
