// What clients do, and which properties must then hold.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/settings.h"
#include "checker/check.h"
#include "checker/verdict.h"
#include "history/history.h"
#include "spec/program.h"
#include "workloads/generator.h"
#include "workloads/script.h"

namespace tribunal::workloads {

struct WorkloadOptions {
  std::uint64_t seed = 0;
  std::uint32_t concurrency = 10;
  double rate = 100;  // operations a second over all clients; 0: as fast as clients answer
  Duration length{};  // of the main phase
  Script script;      // for the workload `script`
  std::uint16_t nodes = 1;
  spec::Program program;  // for the workloads `spec` and `script`; none: operations on registers
};

// What an operation called read asks the store for.
enum class Reads { value, members, count };

struct Workload {
  std::string name;
  Reads reads = Reads::value;
  Generator main;   // clients only; ends by itself (time limit)
  Generator final;  // after recovery: final reads; may be nullptr
  // Instead of `final`, where the last operations depend on those before; may be empty.
  std::function<Generator(const history::History&)> closing;
  spec::Program program;  // operations are its transactions; none: commands of the store
  // The consistency models and invariants that this workload can decide, e.g. {"linearizable"}.
  std::vector<std::string> decides;
  // What must hold unless the user says otherwise; empty: what the mode claims, as far as it is
  // decided.
  std::vector<std::string> expects;
  std::function<std::vector<checker::Check>(const history::History&, const checker::Options&)>
      check;
};

const std::vector<Schema>& workloads();
Result<Workload> make_workload(const Settings& settings, const WorkloadOptions& options);

}  // namespace tribunal::workloads
