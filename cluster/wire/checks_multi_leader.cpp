// What a replica of the mode multi-leader takes for granted of its messages and records.
#include <tuple>

#include "cluster/wire/check_parts.h"
#include "cluster/wire/checks.h"

namespace tribunal::cluster::wire {

using namespace sut::multi_leader;

namespace {

void inspect_list(Inspection& in, const std::vector<Entry>& entries, const State& receiver) {
  for (const Entry& entry : entries) {
    inspect(in, entry.update, receiver.options_.conflict, receiver.nodes_);
    inspect(in, entry.dependencies, receiver.nodes_);
  }
}

void inspect_state(Inspection& in, const SharedSnapshot& state, const State& receiver) {
  if (!state) return;
  inspect(in, state->seen, receiver.nodes_);
  inspect(in, state->clock);
  in.expect(ascending(state->objects, [](const Object& o) { return std::tuple(o.type, o.key); }),
            "objects to ascend by type and key");
  for (const Object& object : state->objects) {
    inspect(in, object.datum, receiver.options_.conflict, object.type, receiver.nodes_);
  }
}

}  // namespace

Status check(const Message& message, const State& receiver) {
  Inspection in;
  expect_bounded(in, message.number, message.echo);
  inspect(in, message.seen, receiver.nodes_);
  inspect_list(in, message.entries, receiver);
  inspect_state(in, message.state, receiver);
  return in.status();
}

Status check(const Record& record, const State& receiver) {
  Inspection in;
  expect_bounded(in, record.ordinal);
  inspect(in, record.clock);
  inspect(in, record.floor, receiver.nodes_);
  inspect_list(in, record.entries, receiver);
  inspect_state(in, record.snapshot, receiver);
  in.expect(record.kind != RecordKind::checkpoint || record.snapshot, "a checkpoint with a state");
  return in.status();
}

}  // namespace tribunal::cluster::wire
