// tribunal replay: execute a run again and insist on identical bytes.
#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli.h"
#include "harness/run.h"
#include "harness/run_directory.h"
#include "reports/report.h"

namespace tribunal::harness {
namespace {

namespace fs = std::filesystem;

struct ReplayFlags {
  CommonFlags common;
  std::string directory;
};

// The line and column at which two texts part, for the message of a mismatch.
std::string first_difference(const std::string& a, const std::string& b) {
  std::size_t i = 0;
  std::size_t line = 1;
  while (i < a.size() && i < b.size() && a[i] == b[i]) line += a[i++] == '\n' ? 1 : 0;
  return fmt::format("byte {}, line {}", i, line);
}

// "" when the file of the run directory equals what the new execution produced.
std::string compare(const fs::path& directory, const char* name, const std::string& now,
                    bool results) {
  auto then = read_text((directory / name).string());
  if (!then) return then.error().message;
  std::string a = *then;
  std::string b = now;
  if (results) {
    const auto stripped = without_timings(a);
    if (!stripped) return fmt::format("{}: {}", name, stripped.error().message);
    a = *stripped;
    b = without_timings(now).value();
  }
  if (a == b) return "";
  return fmt::format("{} differs from byte to byte: first at {}", name, first_difference(a, b));
}

ExitCode execute(const ReplayFlags& flags) {
  const fs::path directory = flags.directory;
  auto check = check_options(flags.common);
  if (!check) return complain(check.error(), ExitCode::usage);
  RunOptions options;
  options.check = *std::move(check);
  auto outcome = run_again(flags.directory, options);
  if (!outcome) return complain(outcome.error(), ExitCode::usage);
  const Documents docs = documents(*outcome);
  std::vector<std::string> differences;
  const auto check_file = [&](const char* name, const std::string& now, bool results) {
    const std::string difference = compare(directory, name, now, results);
    if (!difference.empty()) differences.push_back(difference);
  };
  check_file("scenario.toml", docs.scenario_toml, false);
  check_file("history.edn", docs.history_edn, false);
  check_file("history.bin", docs.history_bin, false);
  check_file("results.json", docs.results_json, true);
  if (!docs.proof_json.empty()) check_file("proof.json", docs.proof_json, false);
  for (const std::string& difference : differences) complain({difference}, ExitCode::failed);
  if (!differences.empty()) {
    return complain(
        {fmt::format("the replay differs; the run was recorded by version {}, this is {}",
                     recorded_version(directory.string()), program_version())},
        ExitCode::failed);
  }
  if (flags.common.json) {
    fmt::print("{}\n", reports::results_json(outcome->results, outcome->history));
  } else if (!flags.common.quiet) {
    fmt::print("identical: {} events, {} messages, trace {:016x}; verdict: {}\n",
               outcome->history.size(), outcome->results.messages, outcome->trace_hash,
               checker::name(outcome->results.valid));
  }
  return exit_code(outcome->results.valid);
}

}  // namespace

void add_replay(CLI::App& app, ExitCode& code) {
  auto flags = std::make_shared<ReplayFlags>();
  CLI::App* command =
      app.add_subcommand("replay", "execute a run again; insist on identical bytes");
  command->add_option("directory", flags->directory, "a run directory, e.g. store/latest")
      ->required();
  add_common(*command, flags->common, true);
  command->footer("Exit codes: those of the run when every byte is the same, 3 when not.");
  command->callback([flags, &code] { code = execute(*flags); });
}

}  // namespace tribunal::harness
