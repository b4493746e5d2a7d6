// A lock with leases, and what it protects.
#include "checker/invariants/lock.h"

#include "workloads/kinds.h"
#include "workloads/lock_generator.h"

namespace tribunal::workloads {
namespace {

namespace invariants = checker::invariants;

Result<LockOptions> options_from(const Settings& settings, std::uint32_t concurrency) {
  const bool fencing = settings.on("fencing");
  LockOptions lock;
  lock.resource = fencing ? Resource::fenced_set : Resource::set;
  if (settings.is("resource", "register")) {
    if (fencing && settings.given("fencing")) {
      return fail("lock: resource=register knows no tokens: expected fencing=off");
    }
    lock.resource = Resource::counter;
  }
  lock.lease = settings.duration("lease");
  lock.hold = settings.duration("hold");
  lock.idle = settings.duration("idle");
  lock.pause = settings.duration("pause");
  lock.pause_percent = natural(settings, "pause-chance");
  lock.writes = natural(settings, "writes");
  lock.concurrency = concurrency;
  return lock;
}

}  // namespace

Schema lock_schema() {
  return {"lock",
          "take a lock, write what it protects, release it; some holders pause longer than their "
          "lease",
          {duration("lease", "1s",
                    "a holder that does not release loses the lock after it; 0s: "
                    "never"),
           duration("hold", "50ms", "mean time between two operations of a holder"),
           duration("idle", "50ms", "mean time before the next attempt to get the lock"),
           number("writes", "2", 1, 1'000, "writes under one lock"),
           number("pause-chance", "0", 0, 100,
                  "percentage of holders that sleep before one of their writes"),
           duration("pause", "3s", "how long they sleep; they do not look at the lease again"),
           choice("resource", {"set", "register"}, "set",
                  "what is protected: a set that they add to, or a register that they read and "
                  "write one greater"),
           toggle("fencing", "on", "the set refuses tokens older than the newest it has seen")}};
}

Result<Workload> make_lock(const Settings& settings, const WorkloadOptions& options) {
  const auto lock = options_from(settings, options.concurrency);
  if (!lock) return Failure{lock.error()};
  const bool set = lock->resource != Resource::counter;
  Workload workload;
  workload.reads = set ? Reads::members : Reads::value;
  workload.main = time_limit(options.length, clients(lock_generator(*lock)));
  if (set) workload.final = final_reads();
  workload.decides = {"mutual-exclusion", "protected"};
  if (set) workload.decides.push_back("fencing");
  workload.check = [set](const history::History& history, const checker::Options&) {
    std::vector checks{invariants::check_mutual_exclusion(history),
                       invariants::check_protected(history)};
    if (set) checks.push_back(invariants::check_fencing(history));
    return checks;
  };
  return workload;
}

}  // namespace tribunal::workloads
