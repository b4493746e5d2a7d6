// What clients do, and which properties must then hold.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/settings.h"
#include "checker/check.h"
#include "checker/verdict.h"
#include "history/history.h"
#include "workloads/generator.h"
#include "workloads/script.h"

namespace tribunal::workloads {

struct WorkloadOptions {
  std::uint64_t seed = 0;
  std::uint32_t concurrency = 10;
  double rate = 100;  // operations a second over all clients; 0: as fast as clients answer
  Duration length{};  // of the main phase
  Script script;      // for the workload `script`
};

// What an operation called read asks the store for.
enum class Reads { value, members, count };

struct Workload {
  std::string name;
  Reads reads = Reads::value;
  Generator main;   // clients only; ends by itself (time limit)
  Generator final;  // after recovery: final reads; may be nullptr
  // The consistency models and invariants that this workload can decide, e.g. {"linearizable"}.
  std::vector<std::string> decides;
  std::function<std::vector<checker::Check>(const history::History&, const checker::Options&)>
      check;
};

const std::vector<Schema>& workloads();
Result<Workload> make_workload(const Settings& settings, const WorkloadOptions& options);

}  // namespace tribunal::workloads
