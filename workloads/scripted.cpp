// Exactly the operations that a scenario lists, on registers or of a specification.
#include "checker/consistency.h"
#include "workloads/kinds.h"

namespace tribunal::workloads {

Schema script_schema() {
  return {"script",
          "exactly the operations that the scenario lists: on registers, or transactions of a "
          "specification",
          program_settings()};
}

Result<Workload> make_script(const Settings&, const WorkloadOptions& options) {
  if (options.script.empty())
    return fail("script: expected a scenario with at least one [[operation]]");
  for (const Scripted& operation : options.script) {
    if (operation.process >= options.concurrency) {
      return fail("script: operation of process " + std::to_string(operation.process) +
                  ": expected 0 to " + std::to_string(options.concurrency - 1) + " (concurrency)");
    }
  }
  Workload workload;
  workload.main = time_limit(options.length, clients(scripted(options.script)));
  if (options.program) {
    if (auto status = check_program(options.program); !status) return Failure{status.error()};
    run_program(workload, options);
    return workload;
  }
  workload.decides = register_models();
  workload.check = check_registers;
  return workload;
}

}  // namespace tribunal::workloads
