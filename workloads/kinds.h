// The workloads, one file each, and what they have in common.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workloads/workload.h"

namespace tribunal::workloads {

Schema register_schema();
Result<Workload> make_register(const Settings& settings, const WorkloadOptions& options);
Schema set_schema();
Result<Workload> make_set(const Settings& settings, const WorkloadOptions& options);
Schema counter_schema();
Result<Workload> make_counter(const Settings& settings, const WorkloadOptions& options);
Schema unique_ids_schema();
Result<Workload> make_unique_ids(const Settings& settings, const WorkloadOptions& options);
Schema queue_schema();
Result<Workload> make_queue(const Settings& settings, const WorkloadOptions& options);
Schema script_schema();
Result<Workload> make_script(const Settings& settings, const WorkloadOptions& options);
Schema lock_schema();
Result<Workload> make_lock(const Settings& settings, const WorkloadOptions& options);
Schema grow_schema();
Result<Workload> make_grow(const Settings& settings, const WorkloadOptions& options);
Schema session_schema();
Result<Workload> make_session(const Settings& settings, const WorkloadOptions& options);
Schema causal_schema();
Result<Workload> make_causal(const Settings& settings, const WorkloadOptions& options);
Schema usernames_schema();
Result<Workload> make_usernames(const Settings& settings, const WorkloadOptions& options);
Schema two_channels_schema();
Result<Workload> make_two_channels(const Settings& settings, const WorkloadOptions& options);
Schema spec_schema();
Result<Workload> make_spec(const Settings& settings, const WorkloadOptions& options);

// ---- workloads that run a specification ----
std::vector<Setting> program_settings();
// What is there to run, and no name that means something else.
Status check_program(const spec::Program& program);
// The program, the last phase, and the check.
void run_program(Workload& workload, const WorkloadOptions& options);

// ---- settings ----
// "keys=N", a whole number from `least` to `most`.
Setting number(const char* key, const char* initial, std::int64_t least, std::int64_t most,
               const char* description);
Setting toggle(const char* key, const char* initial, const char* description);  // on | off
Setting choice(const char* key, std::vector<std::string> choices, const char* initial,
               const char* description);
Setting duration(const char* key, const char* initial, const char* description);
std::uint64_t natural(const Settings& settings, const char* key);

// ---- phases ----
// The rate, the length and the restriction to clients that every main phase has.
Generator main_phase(Generator inner, const WorkloadOptions& options);

// Every client reads until it gets an answer, but not for ever: a store that never recovers must
// not hold the run up.
Generator final_reads();

// ---- checks ----
// What histories of registers are judged by, and the models that this decides.
std::vector<std::string> register_models();
std::vector<checker::Check> check_registers(const history::History& history,
                                            const checker::Options& options);

checker::Check linearizable(const history::History& history, checker::Options options,
                            const char* model);

}  // namespace tribunal::workloads
