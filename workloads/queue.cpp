// A queue of unique elements, drained in the end.
#include "checker/invariants/queue.h"

#include "base/choices.h"
#include "workloads/kinds.h"

namespace tribunal::workloads {
namespace {

using history::Value;

// Every client dequeues until it finds the queue empty, but not for ever.
Generator drain() {
  const Generator dequeue =
      time_limit(seconds(30), delay(milliseconds(1), repeat({"dequeue", {}, {}, false})));
  const auto empty = [](const Happening& event) {
    return event.type == history::EventType::ok && event.value.is_nil();
  };
  return clients(each_thread([=](Thread) { return until(empty, dequeue); }));
}

}  // namespace

Schema queue_schema() {
  return {"queue",
          "enqueue unique integers and dequeue them; after recovery the queue is drained",
          {number("enqueues", "1", 1, 1'000, "weight of enqueues"),
           number("dequeues", "1", 0, 1'000, "weight of dequeues while faults happen"),
           choice("delivery", {"exactly-once", "at-least-once"}, "exactly-once",
                  "at-least-once: elements may come out again, and in any order")}};
}

Result<Workload> make_queue(const Settings& settings, const WorkloadOptions& options) {
  const std::uint64_t enqueues = natural(settings, "enqueues");
  const std::uint64_t dequeues = natural(settings, "dequeues");
  const std::uint64_t seed = options.seed;
  const checker::invariants::QueueOptions how{settings.is("delivery", "at-least-once")};
  const auto operation = [=](std::uint64_t ordinal) -> Template {
    if (draw(seed, 0, "queue-kind"_site, ordinal, enqueues + dequeues) < dequeues)
      return {"dequeue", {}, {}, false};
    return {"enqueue", Value::integer(static_cast<std::int64_t>(ordinal)), {}, false};
  };
  Workload workload;
  workload.main = main_phase(each(operation), options);
  workload.final = drain();
  workload.decides = {"queue"};
  workload.check = [how](const history::History& history, const checker::Options&) {
    return std::vector{checker::invariants::check_queue(history, how)};
  };
  return workload;
}

}  // namespace tribunal::workloads
