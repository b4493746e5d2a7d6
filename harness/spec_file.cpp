#include "harness/spec_file.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "harness/run_directory.h"
#include "spec/arguments.h"
#include "workloads/workload.h"

namespace tribunal::harness {
namespace {

// The value of file=..., "" if it is not given.
std::string file_of(const Settings& workload) {
  for (const Schema& schema : workloads::workloads()) {
    if (schema.name != workload.name()) continue;
    for (const Setting& setting : schema.settings) {
      if (setting.key == "file" && workload.given("file")) return workload.text("file");
    }
  }
  return "";
}

Status check_mode(const Settings& mode) {
  if (mode.name() != "leaderless") return {};
  return fail(
      "mode: leaderless cannot run a specification, because no replica has a copy to decide by; "
      "multi-leader, single-leader and raft can");
}

// "withdraw.account+close"
Result<spec::Placement> placement_from(const std::string& text, const spec::Spec& spec) {
  spec::Placement placement(spec.transactions.size());
  if (text.empty()) return placement;
  std::vector<std::string> names;
  for (const spec::Transaction& t : spec.transactions) names.push_back(t.name);
  for (const std::string& part : split(text, '+')) {
    const std::string name = part.substr(0, part.find('.'));
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      return fail("workload: leader: " + unknown_name("transaction", name, names));
    }
    const auto t = static_cast<std::size_t>(found - names.begin());
    placement[t] = spec::Home{};
    if (name.size() == part.size()) continue;
    const std::string wanted = part.substr(name.size() + 1);
    std::vector<std::string> chosen;
    for (const std::size_t p : spec::chosen_parameters(spec.transactions[t])) {
      chosen.push_back(spec.transactions[t].parameters[p].name);
      if (chosen.back() == wanted) placement[t]->parameter = static_cast<std::uint32_t>(p);
    }
    if (!placement[t]->parameter) {
      return fail("workload: leader: " + unknown_name("parameter", wanted, chosen, "of " + name));
    }
  }
  return placement;
}

}  // namespace

Status load_specification(Scenario& scenario, const std::string& directory) {
  if (!scenario.spec.empty()) return {};
  const auto workload = parse_settings("workload", scenario.workload, workloads::workloads());
  const std::string file = workload ? file_of(*workload) : "";
  if (file.empty()) return {};
  std::error_code none;
  const std::string beside = (std::filesystem::path(directory) / file).string();
  auto text = read_text(std::filesystem::exists(beside, none) ? beside : file);
  if (!text) return fail("workload: " + text.error().message);
  if (text->empty()) return fail(fmt::format("{}:1:1: error: the file is empty", file));
  scenario.spec = *std::move(text);
  return {};
}

Result<spec::Program> make_specification(const Scenario& scenario, const Settings& mode,
                                         const Settings& workload) {
  const bool runs_one = workload.name() == "spec" || workload.name() == "script";
  if (scenario.spec.empty()) {
    if (workload.name() != "spec") return spec::Program{};
    return fail("workload: spec runs a specification: expected spec:file=FILE.icf");
  }
  if (!runs_one) {
    return fail(fmt::format("spec: the workload '{}' runs no specification; 'spec' and 'script' do",
                            workload.name()));
  }
  if (auto status = check_mode(mode); !status) return Failure{status.error()};
  const spec::Scale scale{scenario.nodes, static_cast<std::uint32_t>(workload.integer("elements"))};
  auto program = spec::make_program(scenario.spec, scale);
  if (program) {
    auto placement = placement_from(workload.text("leader"), program->spec());
    if (!placement) return Failure{placement.error()};
    if (scenario.cluster != "sim" && !workload.text("leader").empty()) {
      return fail("workload: leader: only simulated nodes are told; expected cluster sim, found " +
                  scenario.cluster);
    }
    program = spec::make_program(scenario.spec, scale, *std::move(placement));
    return *std::move(program);
  }
  const std::string file = file_of(workload);
  return fail(spec::show(program.error(), scenario.spec, file.empty() ? "spec" : file));
}

}  // namespace tribunal::harness
