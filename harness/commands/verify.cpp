// tribunal verify: re-check the proof of a verdict with code that shares nothing with the checker.
#include "verify/verify.h"

#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/cli.h"
#include "harness/run_directory.h"
#include "history/files.h"

namespace tribunal::harness {
namespace {

namespace fs = std::filesystem;

struct VerifyFlags {
  CommonFlags common;
  std::string subject;
  std::string history;
};

// A run directory holds both; a proof alone needs --history, or a history.bin or history.edn beside
// it.
Result<std::pair<std::string, std::string>> locate(const VerifyFlags& flags) {
  std::error_code error;
  fs::path proof = flags.subject;
  if (fs::is_directory(proof, error)) proof /= "proof.json";
  if (!flags.history.empty()) return std::pair{proof.string(), flags.history};
  for (const char* name : {"history.bin", "history.edn"}) {
    const fs::path beside = proof.parent_path() / name;
    if (fs::exists(beside, error)) return std::pair{proof.string(), beside.string()};
  }
  return fail(
      fmt::format("{}: no history.bin or history.edn beside it; name the history with --history",
                  proof.string()));
}

ExitCode code_of(verify::Finding finding) {
  if (finding == verify::Finding::accepted) return ExitCode::holds;
  return finding == verify::Finding::rejected ? ExitCode::violated : ExitCode::undecided;
}

const char* word(verify::Finding finding) {
  if (finding == verify::Finding::accepted) return "accepted";
  return finding == verify::Finding::rejected ? "rejected" : "undecided";
}

ExitCode execute(const VerifyFlags& flags) {
  const auto paths = locate(flags);
  if (!paths) return complain(paths.error(), ExitCode::usage);
  const auto proof = read_text(paths->first);
  if (!proof) return complain(proof.error(), ExitCode::usage);
  const auto history = history::read_file(paths->second);
  if (!history) return complain({history.error().show()}, ExitCode::usage);
  const verify::Report report = verify::verify_proof(*history, *proof);
  if (flags.common.json) {
    const nlohmann::json json{{"finding", word(report.finding)},
                              {"claim", report.claim},
                              {"reason", report.reason},
                              {"keys", report.keys},
                              {"operations", report.operations}};
    fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else if (!flags.common.quiet) {
    fmt::print(
        "{}: the proof that the history is {}linearizable ({} keys, {} operations re-checked)\n",
        word(report.finding),
        report.claim == "invalid"   ? "not "
        : report.claim == "unknown" ? "perhaps "
                                    : "",
        report.keys, report.operations);
    if (!report.reason.empty()) fmt::print("  {}\n", report.reason);
  }
  return code_of(report.finding);
}

}  // namespace

void add_verify(CLI::App& app, ExitCode& code) {
  auto flags = std::make_shared<VerifyFlags>();
  CLI::App* command = app.add_subcommand("verify", "re-check a verdict's proof independently");
  command->add_option("subject", flags->subject, "a run directory, or a proof.json")->required();
  command->add_option("--history", flags->history,
                      "the history the proof speaks of (default: the one beside it)");
  add_common(*command, flags->common, false);
  command->footer("Exit codes: 0 accepted, 1 rejected, 2 undecided, 64 unreadable.");
  command->callback([flags, &code] { code = execute(*flags); });
}

}  // namespace tribunal::harness
