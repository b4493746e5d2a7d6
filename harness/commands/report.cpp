// tribunal report: write the HTML report of a run directory again.
#include "reports/report.h"

#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "harness/cli.h"
#include "harness/run.h"
#include "harness/run_directory.h"

namespace tribunal::harness {
namespace {

struct ReportFlags {
  CommonFlags common;
  std::string directory;
};

// A simulated run is its scenario: executing it again gives the recorded bytes, and from them the
// report.
ExitCode execute(const ReportFlags& flags) {
  const std::filesystem::path directory = flags.directory;
  auto check = check_options(flags.common);
  if (!check) return complain(check.error(), ExitCode::usage);
  RunOptions options;
  options.check = *std::move(check);
  auto outcome = run_again(flags.directory, options);
  if (!outcome) return complain(outcome.error(), ExitCode::usage);
  const auto recorded = read_text((directory / "history.edn").string());
  if (!recorded) return complain(recorded.error(), ExitCode::usage);
  if (*recorded != documents(*outcome).history_edn) {
    return complain(
        {fmt::format(
            "{}: this version does not reproduce the recorded history; no report is written",
            flags.directory)},
        ExitCode::failed);
  }
  const std::string path = (directory / "report.html").string();
  if (auto status = write_text(path, reports::html_report(outcome->results, outcome->history));
      !status) {
    return complain(status.error(), ExitCode::failed);
  }
  if (!flags.common.quiet) fmt::print("{}\n", path);
  return ExitCode::holds;
}

}  // namespace

void add_report(CLI::App& app, ExitCode& code) {
  auto flags = std::make_shared<ReportFlags>();
  CLI::App* command = app.add_subcommand("report", "write the HTML report of a run again");
  command->add_option("directory", flags->directory, "a run directory")->required();
  add_common(*command, flags->common, true);
  command->callback([flags, &code] { code = execute(*flags); });
}

}  // namespace tribunal::harness
