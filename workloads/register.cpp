// Reads, writes and compare-and-sets of independent registers.
#include "workloads/kinds.h"
#include "workloads/register_generator.h"

namespace tribunal::workloads {

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
  workload.main = main_phase(register_generator(registers), options);
  workload.decides = register_models();
  workload.check = check_registers;
  return workload;
}

}  // namespace tribunal::workloads
