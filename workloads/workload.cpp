// The workloads by name: schemas, generators and checks.
#include "workloads/workload.h"

#include <algorithm>

#include "base/choices.h"
#include "checker/consistency.h"
#include "workloads/register_generator.h"
#include "workloads/set_analysis.h"

namespace tribunal::workloads {
namespace {

using checker::Check;
using checker::Options;
using checker::Validity;
using history::Value;

// "keys=N", a whole number from `least`.
Setting number(const char* key, const char* initial, std::int64_t least, std::int64_t most,
               const char* description) {
  return {key, SettingType::integer, {}, initial, description, least, most};
}

Schema register_schema() {
  return {"register",
          "read, write and compare-and-set many independent registers; each must be linearizable",
          {number("keys", "5", 1, 100'000, "registers in use at a time"),
           number("ops-per-key", "200", 0, 1'000'000'000,
                  "operations on a register before a fresh one takes its place; 0: never"),
           number("values", "0", 0, 1'000'000'000,
                  "writes draw from 0 .. values-1; 0: every written value is new"),
           number("reads", "2", 0, 1'000, "weight of reads"),
           number("writes", "1", 0, 1'000, "weight of writes"),
           number("cas", "1", 0, 1'000, "weight of compare-and-sets")}};
}

Schema set_schema() {
  return {"set",
          "add unique integers to one set; after recovery every client reads all of it",
          {number("adds", "1", 1, 1'000, "weight of adds"),
           number("reads", "0", 0, 1'000, "weight of reads of the whole set while faults happen")}};
}

// The rate, the length and the restriction to clients that every main phase has.
Generator main_phase(Generator inner, const WorkloadOptions& options) {
  if (options.rate > 0) {
    const auto gap = static_cast<std::int64_t>(1e9 / options.rate + 0.5);
    inner = stagger(Duration{std::max<std::int64_t>(gap, 1)}, std::move(inner));
  }
  return time_limit(options.length, clients(std::move(inner)));
}

Check linearizable(const history::History& history, Options options, const char* model) {
  if (options.model.empty()) options.model = model;
  auto check = checker::check_linearizable(history, options);
  if (check) return *std::move(check);
  Check undecided;
  undecided.name = "linearizable";
  undecided.model = options.model;
  undecided.validity = Validity::unknown;
  undecided.reason = check.error().message;
  return undecided;
}

Result<Workload> make_register(const Settings& settings, const WorkloadOptions& options) {
  RegisterOptions registers;
  registers.keys = static_cast<std::uint32_t>(settings.integer("keys"));
  registers.ops_per_key = static_cast<std::uint64_t>(settings.integer("ops-per-key"));
  registers.values = static_cast<std::uint64_t>(settings.integer("values"));
  registers.reads = static_cast<std::uint64_t>(settings.integer("reads"));
  registers.writes = static_cast<std::uint64_t>(settings.integer("writes"));
  registers.cas = static_cast<std::uint64_t>(settings.integer("cas"));
  registers.concurrency = options.concurrency;
  if (registers.reads + registers.writes + registers.cas == 0) {
    return fail(
        "register: reads, writes and cas are all 0: expected a positive weight for at least one");
  }
  Workload workload;
  workload.name = settings.name();
  workload.main = main_phase(register_generator(registers), options);
  workload.decides = checker::weaker_models();
  workload.decides.insert(workload.decides.begin(), "linearizable");
  workload.check = [](const history::History& history, const Options& how) {
    Options options = how;
    if (options.model.empty()) options.model = "cas-register";
    return checker::check_registers(history, options);
  };
  return workload;
}

// Adds of unique integers, mixed with reads by weight: the n-th operation adds n, or reads.
Generator set_operations(std::uint64_t seed, std::uint64_t adds, std::uint64_t reads) {
  return each([=](std::uint64_t ordinal) -> Template {
    if (draw(seed, 0, "set"_site, ordinal, adds + reads) < reads)
      return {"read", Value(), {}, false};
    return {"add", Value::integer(static_cast<std::int64_t>(ordinal)), {}, false};
  });
}

// Every client asks until it gets an answer, but not for ever: a store that never recovers must not
// hold the run up.
Generator final_reads() {
  const Generator read =
      time_limit(seconds(30), delay(milliseconds(100), repeat({"read", Value(), Value(), false})));
  return clients(each_thread([read](Thread) { return until_ok(read); }));
}

// The set's own check finds what matters in one pass. The search for an order proves the rest: it
// is quick on what is linearizable, but refuting a read of thousands of elements may take it for
// ever; when the first check has already condemned the history, it gets a bounded number of steps.
std::vector<Check> check_both(const history::History& history, Options options) {
  constexpr std::uint64_t enough = 500'000;
  std::vector<Check> checks{check_set(history)};
  if (checks.front().validity == Validity::invalid) {
    options.step_budget = options.step_budget == 0 ? enough : std::min(options.step_budget, enough);
  }
  checks.push_back(linearizable(history, options, "set"));
  return checks;
}

Result<Workload> make_set(const Settings& settings, const WorkloadOptions& options) {
  Workload workload;
  workload.name = settings.name();
  workload.main =
      main_phase(set_operations(options.seed, static_cast<std::uint64_t>(settings.integer("adds")),
                                static_cast<std::uint64_t>(settings.integer("reads"))),
                 options);
  workload.final = final_reads();
  workload.decides = {"linearizable"};
  workload.check = [](const history::History& history, const Options& how) {
    return check_both(history, how);
  };
  return workload;
}

Schema script_schema() {
  return {"script", "exactly the operations on registers that the scenario lists", {}};
}

Result<Workload> make_script(const Settings& settings, const WorkloadOptions& options) {
  if (options.script.empty())
    return fail("script: expected a scenario with at least one [[operation]]");
  for (const Scripted& operation : options.script) {
    if (operation.process >= options.concurrency) {
      return fail("script: operation of process " + std::to_string(operation.process) +
                  ": expected 0 to " + std::to_string(options.concurrency - 1) + " (concurrency)");
    }
  }
  Workload workload;
  workload.name = settings.name();
  workload.main = time_limit(options.length, clients(scripted(options.script)));
  workload.decides = checker::weaker_models();
  workload.decides.insert(workload.decides.begin(), "linearizable");
  workload.check = [](const history::History& history, const Options& how) {
    Options options = how;
    if (options.model.empty()) options.model = "cas-register";
    return checker::check_registers(history, options);
  };
  return workload;
}

}  // namespace

const std::vector<Schema>& workloads() {
  static const std::vector<Schema> schemas{register_schema(), set_schema(), script_schema()};
  return schemas;
}

Result<Workload> make_workload(const Settings& settings, const WorkloadOptions& options) {
  if (settings.name() == "register") return make_register(settings, options);
  if (settings.name() == "set") return make_set(settings, options);
  if (settings.name() == "script") return make_script(settings, options);
  return fail("no workload is called '" + settings.name() + "'");
}

}  // namespace tribunal::workloads
