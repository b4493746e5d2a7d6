// tribunal confluence: may these transactions run without coordination?
#include "reports/confluence.h"

#include <algorithm>
#include <memory>
#include <thread>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "checker/confluence/advice.h"
#include "checker/confluence/decision.h"
#include "checker/confluence/recheck.h"
#include "harness/cli.h"
#include "harness/confluence_execution.h"
#include "harness/guarded.h"
#include "harness/interrupt.h"
#include "harness/run_directory.h"
#include "spec/lints.h"

namespace tribunal::harness {
namespace {

namespace confluence = checker::confluence;
using confluence::Verdict;

struct ConfluenceFlags {
  CommonFlags common;
  std::vector<std::string> files;
  std::string report;
  bool self_test = false;
  bool execute = false;
  std::uint32_t seeds = 1000;
};

// What the child sends back: the verdict, and the views that were asked for.
struct Answer {
  Verdict verdict = Verdict::unknown;
  std::string text, json, html;
  std::string problem;   // stores did not do what the verdict says
  bool vacuous = false;  // no transaction can ever commit
};

std::string pack(const Answer& answer) {
  const nlohmann::json packed = {static_cast<int>(answer.verdict),
                                 answer.text,
                                 answer.json,
                                 answer.html,
                                 answer.problem,
                                 answer.vacuous};
  const auto bytes = nlohmann::json::to_msgpack(packed);
  return {bytes.begin(), bytes.end()};
}

Answer unpack(const std::string& bytes) {
  const nlohmann::json packed = nlohmann::json::from_msgpack(bytes);
  return {static_cast<Verdict>(packed.at(0).get<int>()),
          packed.at(1),
          packed.at(2),
          packed.at(3),
          packed.at(4),
          packed.at(5)};
}

ExitCode code_of(Verdict verdict) {
  if (verdict == Verdict::confluent) return ExitCode::holds;
  return verdict == Verdict::unknown ? ExitCode::undecided : ExitCode::violated;
}

class Command {
 public:
  explicit Command(const ConfluenceFlags& flags) : flags_(flags) {
    const bool terminal = ::isatty(STDOUT_FILENO) != 0;
    color_ = flags.common.color == "always" || (flags.common.color == "auto" && terminal);
  }

  ExitCode run() {
    if (auto status = read_limits(); !status) return complain(status.error(), ExitCode::usage);
    ExitCode code = ExitCode::holds;
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const std::string& file : flags_.files) {
      if (!interrupted()) code = worst(code, one(file, all));
    }
    if (flags_.common.json) {
      fmt::print("{}\n", (flags_.files.size() == 1 && all.size() == 1 ? all[0] : all).dump(2));
    }
    return code;
  }

 private:
  Status read_limits() {
    if (!flags_.common.budget.empty()) {
      const auto time = parse_duration(flags_.common.budget);
      if (!time) return fail("--budget: " + time.error().message);
      limits_.time = *time;
    }
    if (!flags_.common.memory.empty()) {
      const auto memory = parse_bytes(flags_.common.memory);
      if (!memory) return fail("--memory: " + memory.error().message);
      limits_.memory = *memory;
    }
    return {};
  }

  ExitCode one(const std::string& file, nlohmann::ordered_json& all) {
    const auto text = read_text(file);
    if (!text) return complain(text.error(), ExitCode::usage);
    auto spec = spec::parse(*text);
    if (!spec) {
      fmt::print(stderr, "{}\n", spec::show(spec.error(), *text, file));
      return ExitCode::usage;
    }
    reports::ConfluenceReport report;
    report.file = file;
    report.text = *text;
    report.warnings = spec::lints(*spec);
    report.spec = *std::move(spec);
    const Answer answer = decide_guarded(report);
    if (flags_.common.json) {
      all.push_back(nlohmann::ordered_json::parse(answer.json));
    } else if (!flags_.common.quiet) {
      fmt::print("{}", answer.text);
    }
    if (auto status = write_page(answer); !status)
      return complain(status.error(), ExitCode::failed);
    if (!answer.problem.empty()) {
      return complain({file + ": " + answer.problem}, ExitCode::failed);
    }
    return flags_.self_test ? self_tested(report, answer.verdict, answer.vacuous)
                            : code_of(answer.verdict);
  }

  Answer decide_guarded(reports::ConfluenceReport& report) const {
    const auto packed = run_guarded(limits_, [&](const std::function<void()>& relax) {
      report.decision = confluence::decide(report.spec);
      const Verdict verdict = report.decision.verdict;
      if (verdict == Verdict::not_confluent || verdict == Verdict::unknown) {
        report.advice = confluence::advise(report.spec, report.decision);
      }
      if (verdict == Verdict::confluent) prove_again(report);
      relax();
      std::string problem;
      if (flags_.execute && verdict != Verdict::unknown) problem = run_on_stores(report);
      return pack(views(report, problem));
    });
    if (packed) return unpack(*packed);
    report.decision = {};
    report.decision.scope = confluence::scope_of(report.spec);
    report.decision.reason = packed.error().message;
    return views(report);
  }

  // A proof that does not go through twice is not believed.
  static void prove_again(reports::ConfluenceReport& report) {
    using Again = confluence::recheck::Outcome;
    const auto second = confluence::recheck::prove_again(report.spec, report.decision);
    report.unbounded = second.outcome == Again::confirmed_unbounded;
    switch (second.outcome) {
      case Again::confirmed_unbounded:
        report.recheck = "A second encoding proves it again, for any number of elements.";
        break;
      case Again::confirmed_in_scope:
        report.recheck = fmt::format(
            "A second encoding proves it again, for these numbers of elements ({}).", second.note);
        break;
      case Again::refuted:
      case Again::unknown:
        report.recheck =
            fmt::format("A second encoding could not prove it again: {}.", second.note);
        break;
    }
    if (second.outcome != Again::refuted) return;
    report.decision.verdict = Verdict::unknown;
    report.decision.reason = "a second encoding refutes the proof: " + second.note;
  }

  // What stores did against the verdict, or why they could not be run; empty: nothing.
  std::string run_on_stores(reports::ConfluenceReport& report) const {
    ExecutionOptions options;
    options.seeds = flags_.seeds;
    options.jobs = flags_.common.jobs != 0 ? flags_.common.jobs
                                           : std::max(1U, std::thread::hardware_concurrency());
    auto results = harness::execute(report, options);
    if (!results) return results.error().message;
    report.executions = *std::move(results);
    for (const reports::ExecutionResult& e : report.executions) {
      if (e.expected == (e.violating > 0)) continue;
      return fmt::format("{} under {}: {} of {} runs violated an invariant, which the verdict {}",
                         e.mode, e.nemesis, e.violating, e.runs,
                         e.expected ? "says must happen" : "rules out");
    }
    return "";
  }

  Answer views(const reports::ConfluenceReport& report, const std::string& problem = "") const {
    Answer answer;
    answer.problem = problem;
    answer.vacuous = report.decision.never.size() == report.spec.transactions.size();
    answer.verdict = report.decision.verdict;
    answer.json = flags_.common.json ? reports::confluence_json(report) : "";
    answer.text = flags_.common.json ? "" : reports::confluence_text(report, color_);
    answer.html = flags_.report.empty() ? "" : reports::confluence_html(report);
    return answer;
  }

  Status write_page(const Answer& answer) const {
    if (flags_.report.empty()) return {};
    return write_text(flags_.report, answer.html);
  }

  // As the file itself expects.
  ExitCode self_tested(const reports::ConfluenceReport& report, Verdict verdict,
                       bool vacuous) const {
    if (report.spec.expect == spec::Expectation::none) {
      return complain({report.file + ": states no 'expect confluent;' or 'expect not_confluent;'"},
                      ExitCode::usage);
    }
    const bool wanted = report.spec.expect == spec::Expectation::confluent;
    if (wanted && vacuous) {
      return complain({report.file + ": confluent only because no transaction can ever commit"},
                      ExitCode::violated);
    }
    if (verdict == (wanted ? Verdict::confluent : Verdict::not_confluent)) return ExitCode::holds;
    return complain({fmt::format("{}: expected {}, found {}", report.file,
                                 wanted ? "confluent" : "not confluent", name_of(verdict))},
                    verdict == Verdict::unknown ? ExitCode::undecided : ExitCode::violated);
  }

  const ConfluenceFlags& flags_;
  Limits limits_;
  bool color_ = false;
};

}  // namespace

void add_confluence(CLI::App& app, ExitCode& code) {
  auto flags = std::make_shared<ConfluenceFlags>();
  CLI::App* command = app.add_subcommand(
      "confluence", "may the transactions of a specification run without coordination?");
  command->add_option("FILE", flags->files, "specifications (.icf); docs/confluence.md")
      ->required();
  command->add_option("--report", flags->report, "also write a page (HTML) to this file");
  command->add_flag("--self-test", flags->self_test,
                    "succeed if every verdict is the one that the file expects");
  command->add_flag("--execute", flags->execute,
                    "try the verdict on stores: the counterexample, or random runs under faults");
  command->add_option("--seeds", flags->seeds, "random runs of --execute on each mode (1000)");
  add_common(*command, flags->common, true);
  command->callback([flags, &code] { code = Command(*flags).run(); });
}

}  // namespace tribunal::harness
