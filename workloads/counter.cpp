// A counter that clients add to and read.
#include "checker/invariants/counter.h"

#include "base/choices.h"
#include "workloads/kinds.h"

namespace tribunal::workloads {
namespace {

using history::Value;

struct Mix {
  std::uint64_t seed = 0;
  std::uint64_t increments = 0;
  std::uint64_t reads = 0;
  bool decrements = false;
};

Template operation(const Mix& mix, std::uint64_t ordinal) {
  if (draw(mix.seed, 0, "counter-kind"_site, ordinal, mix.increments + mix.reads) < mix.reads) {
    return {"read", {}, {}, false};
  }
  std::int64_t amount = 1;
  if (mix.decrements) {  // -5 .. 4 as Maelstrom draws it, but never 0
    amount = static_cast<std::int64_t>(draw(mix.seed, 0, "counter-amount"_site, ordinal, 9)) - 5;
    if (amount >= 0) ++amount;
  }
  return {"increment", Value::integer(amount), {}, false};
}

}  // namespace

Schema counter_schema() {
  return {"counter",
          "increment one counter and read it; after recovery every client reads it",
          {number("increments", "1", 1, 1'000, "weight of increments"),
           number("reads", "1", 0, 1'000, "weight of reads while faults happen"),
           toggle("decrements", "off", "increments by -5 .. 4 instead of by 1"),
           toggle("final-only", "off",
                  "only the final reads have to be right: for stores that converge in time")}};
}

Result<Workload> make_counter(const Settings& settings, const WorkloadOptions& options) {
  const Mix mix{options.seed, natural(settings, "increments"), natural(settings, "reads"),
                settings.on("decrements")};
  const checker::invariants::CounterOptions how{settings.on("final-only")};
  Workload workload;
  workload.reads = Reads::count;
  workload.main =
      main_phase(each([mix](std::uint64_t ordinal) { return operation(mix, ordinal); }), options);
  workload.final = final_reads();
  workload.decides = {"counter"};
  workload.check = [how](const history::History& history, const checker::Options&) {
    return std::vector{checker::invariants::check_counter(history, how)};
  };
  return workload;
}

}  // namespace tribunal::workloads
