// The command line. Each command is one file in harness/commands/.
#pragma once

#include <cstdint>
#include <string>

#include "base/ids.h"
#include "checker/check.h"
#include "harness/exit_code.h"

namespace CLI {
class App;
}

namespace tribunal::harness {

// Flags that several commands share.
struct CommonFlags {
  std::string store = "store";
  bool json = false;
  bool quiet = false;
  std::string color = "auto";
  std::uint32_t jobs = 0;  // 0: all cores
  std::string budget;      // "60s"
  std::string memory;      // "4G"
};

// Adds --json, --quiet, --color to a command, and with `checking` also --jobs, --budget, --memory.
void add_common(CLI::App& command, CommonFlags& flags, bool checking);

// Budget, memory, threads and cancellation by SIGINT, from the flags. An error names the flag.
Result<checker::Options> check_options(const CommonFlags& flags);

// One line on standard error: "tribunal: <message>".
ExitCode complain(const Error& error, ExitCode code);

// Each adds its sub-command to `app`; when it is chosen, its result is stored in `code`.
void add_run(CLI::App& app, ExitCode& code);
void add_check(CLI::App& app, ExitCode& code);
void add_verify(CLI::App& app, ExitCode& code);
void add_replay(CLI::App& app, ExitCode& code);
void add_list(CLI::App& app, ExitCode& code);
void add_scenario(CLI::App& app, ExitCode& code);
void add_report(CLI::App& app, ExitCode& code);
void add_confluence(CLI::App& app, ExitCode& code);
void add_node(CLI::App& app, ExitCode& code);  // node and janitor

int command_line(int argc, char** argv);

}  // namespace tribunal::harness
