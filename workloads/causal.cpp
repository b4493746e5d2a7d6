// An answer that is visible has a question that is visible (Kleppmann, "Designing Data-Intensive
// Applications", figures 5-5 and 5-9).
#include "workloads/causal_generator.h"
#include "workloads/kinds.h"

namespace tribunal::workloads {

Schema causal_schema() {
  return {"causal",
          "one client writes a question, another answers once it has seen it, a third reads the "
          "answer and then the question",
          {number("window", "3", 1, 1'000, "how many of the latest questions are read")}};
}

Result<Workload> make_causal(const Settings& settings, const WorkloadOptions& options) {
  if (options.concurrency < 3) {
    return fail(
        "causal: somebody has to ask, to answer and to watch: expected a concurrency of 3 "
        "or more, found " +
        std::to_string(options.concurrency));
  }
  CausalOptions causal;
  causal.concurrency = options.concurrency;
  causal.window = natural(settings, "window");
  Workload workload;
  workload.main = main_phase(causal_generator(causal), options);
  workload.decides = register_models();
  workload.check = check_registers;
  return workload;
}

}  // namespace tribunal::workloads
