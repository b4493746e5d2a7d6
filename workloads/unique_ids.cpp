// Identifiers, each given out once.
#include "checker/invariants/unique_ids.h"

#include "workloads/kinds.h"

namespace tribunal::workloads {

Schema unique_ids_schema() {
  return {"unique-ids", "ask for identifiers; none may be given out twice", {}};
}

Result<Workload> make_unique_ids(const Settings&, const WorkloadOptions& options) {
  Workload workload;
  workload.main = main_phase(repeat({"next_id", {}, {}, false}), options);
  workload.decides = {"unique-ids"};
  workload.check = [](const history::History& history, const checker::Options&) {
    return std::vector{checker::invariants::check_unique_ids(history)};
  };
  return workload;
}

}  // namespace tribunal::workloads
