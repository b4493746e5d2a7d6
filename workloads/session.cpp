// Clients that write, read what they wrote, and read what others wrote.
#include "base/choices.h"
#include "workloads/kinds.h"

namespace tribunal::workloads {
namespace {

using history::Value;

// Who writes: everybody any key, everybody a key of their own, or the first client alone.
enum class Writers { any, own, first };

struct Plan {
  std::uint64_t seed = 0;
  std::uint64_t keys = 0;
  std::uint64_t rounds = 0;  // of a client, before fresh keys; 0: never
  Writers writers = Writers::any;
  std::uint64_t concurrency = 0;
};

Value key_of(const Plan& plan, std::uint64_t slot, std::uint64_t round) {
  const std::uint64_t life = plan.rounds == 0 ? 0 : round / plan.rounds;
  return Value::integer(static_cast<std::int64_t>(life * plan.keys + slot));
}

std::uint64_t drawn_key(const Plan& plan, std::uint64_t thread, std::uint64_t ordinal) {
  return draw(plan.seed, thread, "session-key"_site, ordinal, plan.keys);
}

// Three operations make a round: write a key, read it, read any key.
Template operation(const Plan& plan, std::uint64_t thread, std::uint64_t ordinal) {
  const std::uint64_t round = ordinal / 3;
  const bool only_writes = plan.writers == Writers::first && thread == 0;
  const bool only_reads = plan.writers == Writers::first && thread != 0;
  if (only_writes) {
    const auto value = static_cast<std::int64_t>(ordinal + 1);
    return {"write", Value::integer(value), key_of(plan, drawn_key(plan, 0, ordinal), round), true};
  }
  if (only_reads || ordinal % 3 == 2) {
    return {"read", {}, key_of(plan, drawn_key(plan, thread, ordinal), round), true};
  }
  const std::uint64_t slot =
      plan.writers == Writers::own ? thread : drawn_key(plan, thread, round * 3);
  const Value key = key_of(plan, slot, round);
  if (ordinal % 3 == 1) return {"read", {}, key, true};
  const auto value = static_cast<std::int64_t>(round * plan.concurrency + thread + 1);
  return {"write", Value::integer(value), key, true};
}

}  // namespace

Schema session_schema() {
  return {"session",
          "each client writes a key, reads it back, and reads a key that others write too",
          {number("keys", "5", 1, 10'000, "keys that all clients share"),
           number("rounds", "30", 0, 1'000'000,
                  "rounds of a client before fresh keys take the place of the old; 0: never"),
           choice("writers", {"any", "own", "first"}, "any",
                  "own: each client writes only a key of its own (then there are as many keys as "
                  "clients); first: the first client only writes, the others only read")}};
}

Result<Workload> make_session(const Settings& settings, const WorkloadOptions& options) {
  Plan plan{options.seed, natural(settings, "keys"), natural(settings, "rounds"), Writers::any,
            options.concurrency};
  if (settings.is("writers", "own")) plan.writers = Writers::own;
  if (settings.is("writers", "first")) plan.writers = Writers::first;
  if (plan.writers == Writers::own) plan.keys = options.concurrency;
  Workload workload;
  workload.main = main_phase(
      each_thread([plan](Thread thread) {
        const auto t = static_cast<std::uint64_t>(thread);
        return each([plan, t](std::uint64_t ordinal) { return operation(plan, t, ordinal); });
      }),
      options);
  workload.decides = register_models();
  workload.check = check_registers;
  return workload;
}

}  // namespace tribunal::workloads
