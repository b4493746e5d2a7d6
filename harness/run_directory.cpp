#include "harness/run_directory.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "checker/proof.h"
#include "cluster/processes/processes.h"
#include "history/files.h"

namespace tribunal::harness {
namespace {

namespace fs = std::filesystem;

// The checker options that a check of a workload ran with, as far as proofs speak of them.
checker::Options options_of(const checker::Check& check) {
  checker::Options options;
  options.model = check.model;
  return options;
}

Result<fs::path> choose_directory(const std::string& store, const Outcome& outcome) {
  const fs::path parent = fs::path(store) / outcome.scenario.name;
  const std::string scenario = write_scenario(outcome.scenario);
  for (int attempt = 1; attempt < 10'000; ++attempt) {
    const std::string suffix = attempt == 1 ? "" : fmt::format("-{}", attempt);
    const fs::path path = parent / (std::to_string(outcome.scenario.seed) + suffix);
    std::error_code error;
    if (!fs::exists(path, error)) {
      fs::create_directories(path / "nodes", error);
      if (error)
        return fail(fmt::format("{}: cannot be created: {}", path.string(), error.message()));
      return path;
    }
    const auto existing = read_text((path / "scenario.toml").string());
    if (outcome.scenario.cluster == "sim" && existing && *existing == scenario) return path;
  }
  return fail(fmt::format("{}: too many runs of seed {}", parent.string(), outcome.scenario.seed));
}

// store/latest → this run. Replaced by rename, so that it never points nowhere.
void point_latest(const std::string& store, const fs::path& run) {
  std::error_code error;
  const fs::path link = fs::path(store) / "latest";
  const fs::path fresh = fs::path(store) / ".latest.new";
  fs::remove(fresh, error);
  fs::create_directory_symlink(fs::relative(run, store, error), fresh, error);
  if (!error) fs::rename(fresh, link, error);
}

std::string recorded(const std::string& directory, const char* key) {
  const auto text = read_text((fs::path(directory) / "results.json").string());
  if (!text) return "";
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.contains("run") || !json["run"].is_object()) return "";
  const auto& run = json["run"];
  return run.contains(key) && run[key].is_string() ? run[key].get<std::string>() : "";
}

}  // namespace

std::string recorded_replay_line(const std::string& directory) {
  return recorded(directory, "replay");
}
std::string recorded_version(const std::string& directory) {
  return recorded(directory, "version");
}

Result<std::string> read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    return fail(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  }
  return text.str();
}

Status write_text(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) return fail(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
  std::error_code error;
  fs::rename(fresh, path, error);
  if (error) return fail(fmt::format("{}: cannot be written: {}", path, error.message()));
  return {};
}

Documents documents(const Outcome& outcome) {
  Documents result;
  result.scenario_toml = write_scenario(outcome.scenario);
  history::write_edn(outcome.history, result.history_edn);
  result.history_bin = history::write_binary(outcome.history);
  result.results_json = reports::results_json(outcome.results, outcome.history);
  for (const checker::Check& check : outcome.results.checks) {
    if (check.proofs.empty()) continue;
    result.proof_json = checker::proof_json(outcome.history, options_of(check), check);
    break;
  }
  return result;
}

namespace {

// What the nodes had on their disks when they were stopped.
Status copy_data(const Outcome& outcome, const fs::path& run) {
  for (std::uint16_t n = 0; n < outcome.scenario.nodes; ++n) {
    const std::string name = show_node(NodeId{n});
    const fs::path from = fs::path(outcome.processes->directory()) / name;
    std::error_code error;
    if (fs::exists(from, error)) fs::copy(from, run / "nodes" / name, error);
    if (error) return fail(fmt::format("{}: cannot be copied: {}", from.string(), error.message()));
  }
  return {};
}

// How to have this run again: the same bytes, or, where the world is real, the same scenario.
std::string again(const Outcome& outcome, const fs::path& run) {
  if (outcome.scenario.cluster == "sim") return fmt::format("tribunal replay {}", run.string());
  return fmt::format("tribunal run {}", (run / "scenario.toml").string());
}

}  // namespace

Result<std::string> write_run_directory(const std::string& store, Outcome& outcome, Data data) {
  const auto path = choose_directory(store, outcome);
  if (!path) return Failure{path.error()};
  outcome.results.run.replay = again(outcome, *path);
  const Documents docs = documents(outcome);
  std::vector<std::pair<std::string, std::string>> files = {
      {"scenario.toml", docs.scenario_toml},
      {"history.edn", docs.history_edn},
      {"history.bin", docs.history_bin},
      {"results.json", docs.results_json},
      {"report.html", reports::html_report(outcome.results, outcome.history)},
  };
  if (!docs.proof_json.empty()) files.emplace_back("proof.json", docs.proof_json);
  for (const checker::Check& check : outcome.results.checks) {
    if (check.anomalies.empty() || check.proofs.empty()) continue;
    std::string core;
    history::write_edn(
        checker::core_history(outcome.history, options_of(check), check.anomalies.front()), core);
    files.emplace_back("core.edn", core);
  }
  for (std::size_t n = 0; n < outcome.node_logs.size(); ++n) {
    files.emplace_back(fmt::format("nodes/n{}.log", n + 1), outcome.node_logs[n]);
  }
  if (!outcome.trace.empty()) files.emplace_back("messages.log", outcome.trace);
  for (const auto& [name, text] : files) {
    if (auto status = write_text((*path / name).string(), text); !status)
      return Failure{status.error()};
  }
  const bool bad =
      outcome.results.valid == checker::Validity::invalid || !outcome.results.failure.empty();
  if (outcome.processes && (bad || data == Data::keep)) {
    if (auto status = copy_data(outcome, *path); !status) return Failure{status.error()};
  }
  point_latest(store, *path);
  return path->string();
}

Result<Outcome> run_again(const std::string& directory, const RunOptions& options) {
  const auto scenario =
      read_scenario((std::filesystem::path(directory) / "scenario.toml").string());
  if (!scenario) return Failure{scenario.error()};
  if (scenario->cluster != "sim") {
    return fail(fmt::format(
        "{}: recorded from real processes, which no two runs make do the same; `tribunal check "
        "{}/history.edn` judges what was recorded, `tribunal run {}/scenario.toml` runs it anew",
        directory, directory, directory));
  }
  auto outcome = run(*scenario, options);
  if (outcome) outcome->results.run.replay = recorded_replay_line(directory);
  return outcome;
}

Result<std::string> without_timings(const std::string& results_json) {
  auto json = nlohmann::json::parse(results_json, nullptr, false);
  if (!json.is_object()) return fail("results.json: expected a JSON object");
  if (json.contains("checks") && json["checks"].is_array()) {
    for (auto& check : json["checks"]) {
      if (check.is_object()) check.erase("seconds");
    }
  }
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace tribunal::harness
