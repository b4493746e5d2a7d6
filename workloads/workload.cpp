// The workloads by name.
#include "workloads/workload.h"

#include "workloads/kinds.h"

namespace tribunal::workloads {
namespace {

struct Kind {
  Schema (*schema)();
  Result<Workload> (*make)(const Settings&, const WorkloadOptions&);
};

constexpr Kind kinds[] = {
    {register_schema, make_register},
    {set_schema, make_set},
    {grow_schema, make_grow},
    {counter_schema, make_counter},
    {unique_ids_schema, make_unique_ids},
    {queue_schema, make_queue},
    {lock_schema, make_lock},
    {session_schema, make_session},
    {causal_schema, make_causal},
    {usernames_schema, make_usernames},
    {two_channels_schema, make_two_channels},
    {spec_schema, make_spec},
    {script_schema, make_script},
};

}  // namespace

const std::vector<Schema>& workloads() {
  static const std::vector<Schema> schemas = [] {
    std::vector<Schema> list;
    for (const Kind& kind : kinds) list.push_back(kind.schema());
    return list;
  }();
  return schemas;
}

Result<Workload> make_workload(const Settings& settings, const WorkloadOptions& options) {
  for (std::size_t i = 0; i < workloads().size(); ++i) {
    if (workloads()[i].name != settings.name()) continue;
    auto workload = kinds[i].make(settings, options);
    if (workload) workload->name = settings.name();
    return workload;
  }
  return fail("no workload is called '" + settings.name() + "'");
}

}  // namespace tribunal::workloads
