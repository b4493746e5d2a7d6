// tribunal node: one replica as a process of its own. The harness starts it; by hand it needs
// --ports. tribunal janitor: cleans up after a harness that was killed.
#include "cluster/processes/node.h"

#include <filesystem>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "cluster/processes/workspace.h"
#include "harness/cli.h"
#include "harness/run_directory.h"
#include "sut/modes.h"

namespace tribunal::harness {
namespace {

struct NodeFlags {
  std::string mode = "raft";
  std::int64_t id = 0;
  std::int64_t nodes = 0;
  std::vector<std::uint16_t> ports;
  std::string spec;
  std::uint32_t elements = spec::Scale{}.elements;
  bool no_witness = false;
  cluster::NodeOptions options;
};

Status take(NodeFlags& flags) {
  if (!flags.ports.empty()) flags.nodes = static_cast<std::int64_t>(flags.ports.size());
  if (flags.nodes < 1 || flags.nodes > 64)
    return fail(fmt::format("--nodes: expected 1 to 64, found {}", flags.nodes));
  if (flags.id < 1 || flags.id > flags.nodes)
    return fail(fmt::format("--id: expected 1 to {}, found {}", flags.nodes, flags.id));
  if (flags.options.control < 0 && flags.ports.empty())
    return fail("--ports: expected the port of every node, as in 7001,7002,7003");
  std::error_code error;
  std::filesystem::create_directories(flags.options.directory, error);
  if (error)
    return fail(fmt::format("--directory {}: {}", quote(flags.options.directory), error.message()));
  flags.options.self = NodeId{static_cast<std::uint16_t>(flags.id - 1)};
  flags.options.nodes = static_cast<std::uint16_t>(flags.nodes);
  flags.options.ports = flags.ports;
  flags.options.witness = !flags.no_witness;
  return {};
}

Status take_specification(NodeFlags& flags) {
  if (flags.spec.empty()) return {};
  const auto text = read_text(flags.spec);
  if (!text) return fail("--spec: " + text.error().message);
  auto program = spec::make_program(*text, {flags.options.nodes, flags.elements});
  if (!program) return fail(spec::show(program.error(), *text, flags.spec));
  flags.options.specification = *std::move(program);
  return {};
}

ExitCode execute(NodeFlags& flags) {
  if (auto status = take(flags); !status) return complain(status.error(), ExitCode::usage);
  const auto mode = parse_settings("mode", flags.mode, sut::modes());
  if (!mode) return complain(mode.error(), ExitCode::usage);
  if (auto status = sut::check_mode(*mode); !status)
    return complain(status.error(), ExitCode::usage);
  if (auto status = take_specification(flags); !status)
    return complain(status.error(), ExitCode::usage);
  return static_cast<ExitCode>(cluster::run_node(*mode, flags.options));
}

void add_janitor(CLI::App& app, ExitCode& code) {
  auto directory = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "janitor", "started by the harness: removes a directory once descriptor 3 is closed");
  command->group("");  // not for people
  command->add_option("directory", *directory)->required();
  command->callback(
      [directory, &code] { code = static_cast<ExitCode>(cluster::run_janitor(*directory)); });
}

}  // namespace

void add_node(CLI::App& app, ExitCode& code) {
  auto flags = std::make_shared<NodeFlags>();
  CLI::App* command = app.add_subcommand("node", "one replica, as a process of its own");
  command->add_option("--mode", flags->mode, "replication mode[:key=value,...]");
  command->add_option("--id", flags->id, "which node it is: 1, 2, ...")->required();
  command->add_option("--directory", flags->options.directory, "where its log is")->required();
  command->add_option("--ports", flags->ports, "by node, where each listens on 127.0.0.1")
      ->delimiter(',');
  command->add_option("--nodes", flags->nodes, "how many nodes there are");
  command->add_option("--seed", flags->options.seed, "of the replica's draws");
  command->add_option("--spec", flags->spec, "a specification (.icf) that it runs");
  command->add_option("--elements", flags->elements,
                      "with --spec: elements of each sort that fresh mints from (12)");
  // What only the harness says.
  command->add_option("--incarnation", flags->options.incarnation)->group("");
  command->add_option("--run", flags->options.run)->group("");
  command->add_option("--epoch", flags->options.epoch_ns)->group("");
  command->add_option("--control", flags->options.control)->group("");
  command->add_flag("--no-witness", flags->no_witness)->group("");
  command->callback([flags, &code] { code = execute(*flags); });
  add_janitor(app, code);
}

}  // namespace tribunal::harness
