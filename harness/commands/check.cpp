// tribunal check: judge recorded histories, from any system, in any supported format.
#include <chrono>
#include <memory>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "checker/consistency.h"
#include "checker/invariants/invariants.h"
#include "checker/models.h"
#include "checker/proof.h"
#include "harness/cli.h"
#include "harness/interrupt.h"
#include "harness/progress.h"
#include "harness/run.h"
#include "harness/run_directory.h"
#include "history/files.h"
#include "reports/report.h"

namespace tribunal::harness {
namespace {

struct CheckFlags {
  CommonFlags common;
  std::vector<std::string> files;
  std::string model, format, initial, failed_cas = "ignore", nil_read = "value";
  std::string expect;  // default: linearizable, or what the invariant promises
  std::string proof, core, report;
  bool independent = false;
};

// EDN text such as 0, nil, {:x 0}: read as the value of a one-operation history.
Result<history::Value> parse_value(const std::string& text) {
  auto read = history::read_text("{:process 0 :type :invoke :f :read :value " + text + "}",
                                 "--initial", {history::Format::edn, 0});
  if (!read || read->size() != 1) {
    return fail(fmt::format(
        "--initial: expected one EDN value such as 0, nil or {{:x 0}}, found {}", quote(text)));
  }
  return read->value(read->event(0).value);
}

Result<checker::Options> options_of(const CheckFlags& flags) {
  auto options = check_options(flags.common);
  if (!options) return options;
  options->model = flags.model;
  if (!flags.model.empty()) {
    auto names = checker::model_names();
    for (const std::string& name : checker::invariants::invariant_names()) names.push_back(name);
    if (std::find(names.begin(), names.end(), flags.model) == names.end()) {
      return fail("--model: " + unknown_name("model", flags.model, names));
    }
  }
  if (!flags.initial.empty()) {
    auto value = parse_value(flags.initial);
    if (!value) return Failure{value.error()};
    options->initial = *std::move(value);
  }
  options->failed_cas =
      flags.failed_cas == "observe" ? checker::FailedCas::observe : checker::FailedCas::ignore;
  options->nil_read = flags.nil_read == "any" ? checker::NilRead::any : checker::NilRead::value;
  return options;
}

Result<history::ReadOptions> read_options(const CheckFlags& flags,
                                          const checker::Options& options) {
  history::ReadOptions read;
  read.memory_limit = options.memory_budget;
  if (!flags.format.empty()) {
    read.format = history::find_format(flags.format);
    if (!read.format)
      return fail("--format: " + unknown_name("format", flags.format, history::format_names()));
  }
  return read;
}

bool is_register(const std::string& model) {
  return model == "register" || model == "cas-register";
}

bool is_weaker(const std::string& model) {
  const auto& models = checker::weaker_models();
  return std::find(models.begin(), models.end(), model) != models.end();
}

// Registers are checked against every model, whatever is expected; what else there is only for
// linearizability. The search for a linearization must not hold up a weaker question for ever.
Result<std::vector<checker::Check>> checks_of(const history::History& history,
                                              checker::Options options, const std::string& expect) {
  if (expect == "eventual-convergence") {
    return std::vector<checker::Check>{checker::check_replicas(history)};
  }
  if (is_weaker(expect)) {
    if (!is_register(options.model)) {
      return fail(
          fmt::format("--expect: '{}' is decided for registers; of a history of '{}' only "
                      "'linearizable' is",
                      expect, options.model));
    }
    if (options.step_budget == 0) options.step_budget = 5'000'000;
  }
  auto strongest = checker::check_linearizable(history, options);
  if (!strongest) return Failure{strongest.error()};
  std::vector<checker::Check> checks{*std::move(strongest)};
  if (is_register(options.model)) checker::add_weaker(history, options, checks);
  return checks;
}

struct Judged {
  std::string file;
  std::string problem;     // unreadable or not understood
  bool invariant = false;  // rather than a model of linearizability
  history::History history;
  checker::Options options;
  reports::Results results;
};

// The check to show in one line: the first that found something, else the first.
const checker::Check& telling(const Judged& judged) {
  const auto& checks = judged.results.checks;
  const auto found = std::find_if(checks.begin(), checks.end(), [](const checker::Check& check) {
    return check.validity == checker::Validity::invalid;
  });
  return found == checks.end() ? checks.front() : *found;
}

// The invariant that is asked for, or that the operations are recognised as; nullptr: a model of
// linearizability, or neither.
const checker::invariants::Invariant* find_invariant(const history::History& history,
                                                     const std::string& model) {
  if (!model.empty()) return checker::invariants::find_invariant(model);
  if (checker::recognise_model(history)) return nullptr;
  return checker::invariants::recognise_invariant(history);
}

void judge_invariant(const checker::invariants::Invariant& invariant, const std::string& expect,
                     Judged& judged) {
  judged.options.model = invariant.name;
  judged.results.checks = invariant.check(judged.history);
  std::vector<std::string> decided;
  for (const checker::Check& check : judged.results.checks) decided.push_back(check.name);
  const bool known = std::find(decided.begin(), decided.end(), expect) != decided.end();
  if (!expect.empty() && !known) {
    judged.problem = fmt::format("{}: --expect: '{}' decides {}; found {}", judged.file,
                                 invariant.name, join(decided, ", "), quote(expect));
    return;
  }
  judge(judged.results, decided, expect.empty() ? decided : std::vector<std::string>{expect});
}

std::vector<std::string> names_of(const std::vector<checker::Check>& checks) {
  std::vector<std::string> names;
  for (const checker::Check& check : checks) names.push_back(check.name);
  return names;
}

void judge_models(const std::string& expect, Judged& judged) {
  std::vector<std::string> known = checker::weaker_models();
  known.insert(known.begin(), "linearizable");
  known.emplace_back("eventual-convergence");
  if (std::find(known.begin(), known.end(), expect) == known.end()) {
    judged.problem = "--expect: " + unknown_name("consistency model", expect, known);
    return;
  }
  if (judged.options.model.empty() && expect != "eventual-convergence") {
    auto model = checker::recognise_model(judged.history);
    if (!model) {
      judged.problem = judged.file + ": " + model.error().message;
      return;
    }
    judged.options.model = *model;
  }
  auto checks = checks_of(judged.history, judged.options, expect);
  if (!checks) {
    judged.problem = judged.file + ": " + checks.error().message;
    return;
  }
  judged.results.checks = *std::move(checks);
  judge(judged.results, names_of(judged.results.checks), {expect});
}

Judged judge_file(const std::string& file, const history::ReadOptions& read,
                  const checker::Options& options, const std::string& expect) {
  Judged judged;
  judged.file = file;
  judged.options = options;
  auto history = history::read_file(file, read);
  if (!history) {
    judged.problem = history.error().show();
    return judged;
  }
  judged.history = *std::move(history);
  judged.results.run.version = program_version();
  judged.results.run.name = file;
  judged.results.run.source = "file";
  if (const auto* invariant = find_invariant(judged.history, options.model)) {
    judged.invariant = true;
    judge_invariant(*invariant, expect, judged);
  } else {
    judge_models(expect.empty() ? "linearizable" : expect, judged);
  }
  return judged;
}

// The check to point at: the one of the expected model, unless a stronger one has made it needless.
const checker::Check& main_check(const Judged& judged) {
  const auto& checks = judged.results.checks;
  for (const checker::Check& check : checks) {
    if (check.name == judged.results.expected.front()) return check;
  }
  return checks.front();
}

// The check that has proofs, and whose anomalies have cores.
const checker::Check* proven_check(const Judged& judged) {
  for (const checker::Check& check : judged.results.checks) {
    if (check.name == "linearizable") return &check;
  }
  return nullptr;
}

Status write_extras(const CheckFlags& flags, const Judged& judged) {
  if (!judged.problem.empty()) return {};
  const checker::Check* check = proven_check(judged);
  if (check == nullptr && !(flags.proof.empty() && flags.core.empty())) {
    return fail(
        fmt::format("--proof, --core: only verdicts on linearizability have them; '{}' has none",
                    judged.results.checks.front().name));
  }
  if (!flags.proof.empty()) {
    if (auto status =
            write_text(flags.proof, checker::proof_json(judged.history, judged.options, *check));
        !status)
      return status;
  }
  if (!flags.core.empty()) {
    if (check->anomalies.empty()) {
      fmt::print(stderr, "tribunal: --core: no violation, so there is no core; {} is not written\n",
                 flags.core);
    } else {
      std::string text;
      history::write_edn(
          checker::core_history(judged.history, judged.options, check->anomalies.front()), text);
      if (auto status = write_text(flags.core, text); !status) return status;
    }
  }
  if (!flags.report.empty())
    return write_text(flags.report, reports::html_report(judged.results, judged.history));
  return {};
}

ExitCode code_of(const Judged& judged) {
  return judged.problem.empty() ? exit_code(judged.results.valid) : ExitCode::usage;
}

void print_line(const Judged& judged, bool color) {
  if (!judged.problem.empty()) {
    complain({judged.problem}, ExitCode::usage);
    return;
  }
  const checker::Check& check = judged.invariant ? telling(judged) : main_check(judged);
  const checker::Validity valid = judged.results.valid;
  const char* word = valid == checker::Validity::valid     ? "valid  "
                     : valid == checker::Validity::invalid ? "INVALID"
                                                           : "unknown";
  const char* paint = valid == checker::Validity::valid     ? "\x1b[32m"
                      : valid == checker::Validity::invalid ? "\x1b[31m"
                                                            : "\x1b[33m";
  fmt::print("{}{}{}  {:<14} {:>8} ops  {:>8.3f} s  {}\n", color ? paint : "", word,
             color ? "\x1b[0m" : "", check.model, check.operations, check.seconds, judged.file);
  if (!check.anomalies.empty()) {
    fmt::print("         {}: {}\n", check.anomalies.front().kind,
               check.anomalies.front().explanation);
  } else if (!check.reason.empty()) {
    fmt::print("         {}\n", check.reason);
  }
}

// One file: its results.json. Several: an array of them. An unreadable file is {"file", "error"}.
std::string json_of(const Judged& judged) {
  if (judged.problem.empty()) return reports::results_json(judged.results, judged.history);
  return nlohmann::json{{"file", judged.file}, {"error", judged.problem}}.dump(
      2, ' ', false, nlohmann::json::error_handler_t::replace);
}

ExitCode execute(const CheckFlags& flags) {
  const auto options = options_of(flags);
  if (!options) return complain(options.error(), ExitCode::usage);
  const auto read = read_options(flags, *options);
  if (!read) return complain(read.error(), ExitCode::usage);
  const bool many = flags.files.size() > 1;
  if (many && !(flags.proof.empty() && flags.core.empty() && flags.report.empty())) {
    return complain({"--proof, --core and --report take one history file"}, ExitCode::usage);
  }
  const bool color = use_color(flags.common.color, STDOUT_FILENO);
  Progress progress(flags.common.quiet || flags.common.json, "files");
  ExitCode code = ExitCode::holds;
  for (std::size_t i = 0; i < flags.files.size() && !interrupted(); ++i) {
    progress.update("checking", static_cast<double>(i) / static_cast<double>(flags.files.size()),
                    i);
    const Judged judged = judge_file(flags.files[i], *read, *options, flags.expect);
    progress.clear();
    code = i == 0 ? code_of(judged) : worst(code, code_of(judged));
    if (flags.common.json) {
      fmt::print("{}{}", many ? (i == 0 ? "[\n" : ",\n") : "", json_of(judged));
    } else if (!flags.common.quiet) {
      if (many || !judged.problem.empty())
        print_line(judged, color);
      else
        fmt::print("{}",
                   reports::terminal_summary(judged.results, judged.history, flags.report, color));
    } else if (!judged.problem.empty()) {
      complain({judged.problem}, ExitCode::usage);
    }
    if (auto status = write_extras(flags, judged); !status)
      code = worst(code, complain(status.error(), ExitCode::failed));
  }
  if (flags.common.json) fmt::print("{}\n", many ? "\n]" : "");
  return code;
}

}  // namespace

void add_check(CLI::App& app, ExitCode& code) {
  auto flags = std::make_shared<CheckFlags>();
  CLI::App* command = app.add_subcommand("check", "check recorded histories against a model");
  command->add_option("files", flags->files, "history files; - reads standard input")->required();
  command->add_option(
      "--model", flags->model,
      "register, cas-register, multi-register, kv, set, mutex; or an invariant: counter, "
      "pn-counter, unique-ids, queue, total-queue, lock, set-full (default: recognised)");
  command->add_option("--format", flags->format, "file format (default: recognised from content)");
  command->add_option("--initial", flags->initial,
                      "initial value, as EDN (default: nil; \"\" for kv)");
  command
      ->add_option("--failed-cas", flags->failed_cas,
                   "what a failed compare-and-set says: ignore (nothing) or observe")
      ->check(CLI::IsMember({"ignore", "observe"}));
  command
      ->add_option("--nil-read", flags->nil_read,
                   "what reading nil says: value (nil was read) or any (nothing)")
      ->check(CLI::IsMember({"value", "any"}));
  command->add_option(
      "--expect", flags->expect,
      "what must hold: a consistency model (default: linearizable; see tribunal list "
      "models), or what the invariant promises");
  command->add_option("--proof", flags->proof, "write the proof of the verdict to this file");
  command->add_option("--core", flags->core,
                      "write the minimal core as a history of its own to this file");
  command->add_option("--report", flags->report, "write the HTML report to this file");
  add_common(*command, flags->common, true);
  command->callback([flags, &code] { code = execute(*flags); });
}

}  // namespace tribunal::harness
