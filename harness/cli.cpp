#include "harness/cli.h"

#include <exception>
#include <new>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "harness/interrupt.h"
#include "harness/run.h"

namespace tribunal::harness {
namespace {

// What was typed that no flag or command knows, with the nearest one that exists.
std::string explain_extras(const CLI::App& app, const std::string& message) {
  const CLI::App* command = &app;
  for (const CLI::App* chosen : app.get_subcommands()) command = chosen;
  std::vector<std::string> names;
  for (const CLI::Option* option : command->get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  const auto extras = command->remaining(true);
  if (extras.empty()) return message;
  std::string line = fmt::format("unexpected argument {}", quote(extras.front()));
  const std::string near = nearest(extras.front(), names);
  if (!near.empty()) line += fmt::format("; did you mean '{}'?", near);
  return line + fmt::format(" (tribunal {}--help lists what is valid)",
                            command == &app ? "" : command->get_name() + " ");
}

// "chek" for "check": said before CLI11 complains of what comes after it.
Status check_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return {};
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == argv[1]) return {};
    names.push_back(command->get_name());
  }
  return fail(unknown_name("command", argv[1], names));
}

int parse_and_run(CLI::App& app, int argc, char** argv, ExitCode& code) {
  if (auto status = check_command(app, argc, argv); !status) {
    return static_cast<int>(complain(status.error(), ExitCode::usage));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::ExtrasError& error) {
    return static_cast<int>(complain({explain_extras(app, error.what())}, ExitCode::usage));
  } catch (const CLI::ParseError& error) {
    return static_cast<int>(complain({error.what()}, ExitCode::usage));
  }
  if (interrupted()) return static_cast<int>(ExitCode::interrupted);
  return static_cast<int>(code);
}

}  // namespace

void add_common(CLI::App& command, CommonFlags& flags, bool checking) {
  command.add_flag("--json", flags.json,
                   "print the machine-readable result, and nothing else, on stdout");
  command.add_flag("--quiet,-q", flags.quiet, "no progress, no summary");
  command.add_option("--color", flags.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  if (!checking) return;
  command.add_option("--jobs,-j", flags.jobs, "threads to check with (default: all cores)");
  command.add_option("--budget", flags.budget,
                     "time for each check, e.g. 60s; then it answers unknown");
  command.add_option("--memory", flags.memory,
                     "memory for each check, e.g. 4G; then it answers unknown");
}

Result<checker::Options> check_options(const CommonFlags& flags) {
  checker::Options options;
  options.threads =
      flags.jobs != 0 ? flags.jobs : std::max(1u, std::thread::hardware_concurrency());
  options.memory_budget = std::uint64_t{4} << 30;
  if (!flags.budget.empty()) {
    const auto budget = parse_duration(flags.budget);
    if (!budget) return fail("--budget: " + budget.error().message);
    options.time_budget = *budget;
  }
  if (!flags.memory.empty()) {
    const auto memory = parse_bytes(flags.memory);
    if (!memory) return fail("--memory: " + memory.error().message);
    options.memory_budget = *memory;
  }
  options.cancelled = [] { return interrupted(); };
  return options;
}

ExitCode complain(const Error& error, ExitCode code) {
  fmt::print(stderr, "tribunal: {}\n", error.message);
  return code;
}

int command_line(int argc, char** argv) {
  catch_interrupts();
  CLI::App app{"tribunal: does a replicated system keep its promises?", "tribunal"};
  app.set_version_flag("--version", std::string("tribunal ") + program_version());
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 every expected model holds, 1 one is violated, 2 undecided, 3 the run "
      "failed,\n"
      "64 bad usage or unreadable input, 130 interrupted.");
  ExitCode code = ExitCode::holds;
  add_run(app, code);
  add_check(app, code);
  add_verify(app, code);
  add_replay(app, code);
  add_scenario(app, code);
  add_report(app, code);
  add_confluence(app, code);
  add_list(app, code);
  add_node(app, code);
  try {
    return parse_and_run(app, argc, argv, code);
  } catch (const std::bad_alloc&) {
    return static_cast<int>(complain({"out of memory"}, ExitCode::failed));
  } catch (const std::exception& error) {
    return static_cast<int>(
        complain({std::string("internal error: ") + error.what()}, ExitCode::failed));
  }
}

}  // namespace tribunal::harness
