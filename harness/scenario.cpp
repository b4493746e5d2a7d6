#include "harness/scenario.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "checker/invariants/invariants.h"
#include "checker/models.h"
#include "cluster/latency.h"
#include "harness/cluster_checks.h"
#include "harness/spec_file.h"
#include "sut/modes.h"
#include "workloads/workload.h"

namespace tribunal::harness {
namespace {

Status check_numbers(const Scenario& s) {
  if (s.nodes < 1 || s.nodes > 64) {
    return fail(fmt::format("nodes: expected 1 to 64, found {}", s.nodes));
  }
  if (s.concurrency < 1 || s.concurrency > 10'000) {
    return fail(fmt::format("concurrency: expected 1 to 10000, found {}", s.concurrency));
  }
  if (!(s.rate >= 0) || s.rate > 1e9) {
    return fail(fmt::format(
        "rate: expected 0 (unlimited) to 1000000000 operations a second, found {}", s.rate));
  }
  if (s.time <= Duration::zero()) return fail("time: expected more than 0s");
  if (s.timeout <= Duration::zero()) return fail("timeout: expected more than 0s");
  if (s.recovery < Duration::zero()) return fail("recovery: expected 0s or more");
  return {};
}

Status check_choice(const char* what, const std::string& found,
                    const std::vector<std::string>& valid) {
  if (std::find(valid.begin(), valid.end(), found) != valid.end()) return {};
  return fail(unknown_name(what, found, valid));
}

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for (const auto& model : checker::consistency_models()) names.push_back(model.name);
  for (const auto& promise : checker::invariants::promises()) names.push_back(promise.name);
  names.insert(names.end(), log_promises().begin(), log_promises().end());
  return names;
}

Status check_models(const std::vector<std::string>& expect) {
  const auto names = model_names();
  for (const std::string& model : expect) {
    if (std::find(names.begin(), names.end(), model) == names.end()) {
      return fail(unknown_name("consistency model", model, names));
    }
  }
  return {};
}

Result<std::vector<Settings>> parse_nemeses(const std::string& spelling) {
  std::vector<Settings> result;
  for (const std::string& one : split_spellings(spelling)) {
    auto parsed = parse_settings("nemesis", one, nemesis::nemeses());
    if (!parsed) return Failure{parsed.error()};
    if (parsed->name() != "none") result.push_back(*std::move(parsed));
  }
  return result;
}

}  // namespace

const std::vector<std::string>& clusters() {
  static const std::vector<std::string> names{"sim", "processes"};
  return names;
}

const std::vector<std::string>& contacts() {
  static const std::vector<std::string> names{"sticky", "random", "leader"};
  return names;
}

const std::vector<std::string>& timeout_readings() {
  static const std::vector<std::string> names{"info", "fail"};
  return names;
}

Result<Parts> validate(const Scenario& scenario) {
  if (auto status = check_numbers(scenario); !status) return Failure{status.error()};
  if (auto status = check_choice("cluster", scenario.cluster, clusters()); !status) {
    return Failure{status.error()};
  }
  if (auto status = check_choice("contact", scenario.contact, contacts()); !status) {
    return Failure{status.error()};
  }
  if (auto status = check_choice("timeouts", scenario.timeouts, timeout_readings()); !status) {
    return Failure{status.error()};
  }
  if (auto status = cluster::check_latency(scenario.latency); !status) {
    return Failure{status.error()};
  }
  auto mode = parse_settings("mode", scenario.mode, sut::modes());
  if (!mode) return Failure{mode.error()};
  if (auto status = sut::check_mode(*mode); !status) return Failure{status.error()};
  auto workload = parse_settings("workload", scenario.workload, workloads::workloads());
  if (!workload) return Failure{workload.error()};
  auto program = make_specification(scenario, *mode, *workload);
  if (!program) return Failure{program.error()};
  auto nemeses = parse_nemeses(scenario.nemesis);
  if (!nemeses) return Failure{nemeses.error()};
  std::vector<std::string> expect = scenario.expect;
  if (expect.empty()) expect = sut::claimed_model(*mode);
  if (auto status = check_models(expect); !status) return Failure{status.error()};
  return Parts{*std::move(mode), *std::move(workload), *std::move(program), *std::move(nemeses),
               std::move(expect)};
}

}  // namespace tribunal::harness
